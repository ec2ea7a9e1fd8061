//! Whatever comes before a PPP frame: not a byte of what people type is lost, and little is held back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::engine::hear::lcp::{Frame, LcpEar};

fuzz_target!(|said: &[u8]| {
    let mut ear = LcpEar::default();
    let mut passed = Vec::new();
    for (at, byte) in said.iter().enumerate() {
        match ear.feed(*byte) {
            Frame::Passed(bytes) => passed.extend(bytes),
            Frame::Held => {}
            Frame::Lcp => {
                // A frame ends in the byte that means 0x21.
                assert!(matches!(*byte, 0x21 | 0x01));
                return;
            }
        }
        assert!(passed.len() <= at + 1);
    }
    let held = ear.give_up();
    passed.extend(held);
    assert!(passed.len() <= said.len());
});
