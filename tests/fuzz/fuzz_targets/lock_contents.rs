//! A lock file of any bytes names a process or nobody; and what is written into one is read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty_platforms::lock::{Format, parse};

/// Process numbers end before this on every system.
const BEYOND: i32 = 1 << 23;

fuzz_target!(|bytes: &[u8]| {
    let Some(pid) = parse(bytes) else { return };
    assert!(pid > 1);
    // The form of System V is read whatever the number.
    assert_eq!(parse(&Format::Ascii.contents(pid)), Some(pid));
    if pid < BEYOND {
        assert_eq!(parse(&Format::Binary.contents(pid)), Some(pid));
    }
    // A word after the number, as some programs write it, changes nothing.
    if bytes.len() != 4 && bytes.last().is_some_and(u8::is_ascii_digit) {
        let with_word = [bytes, b" cu"].concat();
        if with_word.len() != 4 {
            assert_eq!(parse(&with_word), Some(pid));
        }
    }
});
