//! Whatever a modem says while it rings: nothing grows, and nothing is kept that a shell would act on.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::engine::hear::caller::LONGEST;
use polygetty::engine::hear::ring::RingEar;
use polygetty_compat::mgetty::chat::{FAILURES, FAX};
use polygetty_compat::plan::stage::RingWords;

fuzz_target!(|input: (Vec<Vec<u8>>, &[u8])| {
    let (numbers, said) = input;
    let words = RingWords { fax: FAX, over: FAILURES.to_vec() };
    let mut ear = RingEar::new(&numbers, &words);
    for byte in said {
        let _ = ear.feed(*byte);
    }
    let distinctive = ear.distinctive();
    assert!((-255..=i32::MAX).contains(&distinctive));
    let call = ear.into_call();
    let told =
        [&call.caller, &call.name, &call.date, &call.time, &call.called, &call.carrier, &call.protocol];
    for value in told.into_iter().chain(&call.messages).chain([&call.connect]).flatten() {
        assert!(value.len() <= LONGEST && !value.starts_with(b"-"));
        assert!(value.iter().all(|byte| matches!(byte, b' '..=b'~') && !b"'\"`$\\;&|<>".contains(byte)));
    }
    let _ = (call.connection(), call.speed());
});
