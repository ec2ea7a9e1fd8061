//! Whatever a caller says at the prompt of a line that takes calls: PPP, mailers, keys.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::engine::hear::answer_name::{Key, NameKeys};
use polygetty::engine::hear::lcp::{Frame, LcpEar};
use polygetty::engine::hear::mailer::{Mail, MailerEar};

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (before, said) = input;
    let mut lcp = LcpEar::default();
    for byte in &before {
        let _ = lcp.feed(*byte);
    }
    // What came before the prompt is not given back.
    lcp.forget();
    let mut mailer = MailerEar::default();
    let mut keys = NameKeys::new(63);
    let (mut passed, mut framed) = (0, false);
    for byte in &said {
        let bytes = match lcp.feed(*byte) {
            Frame::Passed(bytes) => bytes,
            Frame::Held => continue,
            Frame::Lcp => {
                framed = true;
                break;
            }
        };
        passed += bytes.len();
        for byte in bytes {
            match mailer.feed(byte) {
                Mail::Key => {}
                Mail::Packet => continue,
                Mail::Called(word) => {
                    assert!((5..=1000).contains(&word.len()));
                    assert!(word.iter().all(|byte| (b' '..0x7f).contains(byte)));
                    continue;
                }
            }
            match keys.feed(byte) {
                Key::Echo(echo) => assert!(echo.len() <= 4),
                Key::Again | Key::Left => keys = NameKeys::new(63),
                Key::Name { name, .. } => {
                    assert!(name.len() <= 63 && !matches!(name.first(), Some(b' ' | b'-')));
                    assert!(name.iter().all(|byte| (b' '..0x7f).contains(byte)));
                }
            }
        }
    }
    // Nothing is made up, and only the beginning of a frame is held back.
    let held = lcp.give_up().len();
    assert!(passed + held <= said.len() && (framed || held <= 12));
});
