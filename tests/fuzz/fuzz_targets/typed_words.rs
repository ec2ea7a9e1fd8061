//! A line that a caller types: words, a name, variables; none of it may turn a program, or be told.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty_compat::sco::words::{MOST_VARIABLES, MOST_WORDS, Passed, check_name, judge, lower, split};

fuzz_target!(|line: &[u8]| {
    let words = split(line);
    assert!(words.len() <= MOST_WORDS && lower(&words).len() == words.len());
    let Some((name, rest)) = words.split_first() else { return };
    if check_name(name).is_ok() {
        assert!(!name.starts_with(b"-") && !name.iter().any(|b| matches!(b, b'/' | b':' | 0..0x20)));
    }
    let extras = judge(rest, Passed::AsVariables);
    let environment = extras.environment();
    assert!(environment.len() <= MOST_VARIABLES);
    for (name, value) in &environment {
        assert!(!name.starts_with(b"LD_") && name != b"PATH" && name != b"SHELL" && name != b"IFS");
        assert!(name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_'));
        assert!(value.iter().all(|b| matches!(b, b' '..=b'~')));
    }
    assert!(extras.refused.iter().all(|refused| refused.text().is_ascii()));
    let arguments = judge(rest, Passed::AsArguments).arguments();
    assert!(arguments.iter().all(|word| !word.starts_with(b"-")));
});
