//! A gettydefs file of any bytes: parsed, listed, and its mistakes shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::report::gettydefs::check;
use polygetty_compat::source::FileText;
use polygetty_compat::surroundings::SystemFacts;

fuzz_target!(|bytes: &[u8]| {
    let text = FileText { bytes: bytes.to_vec(), owner: 0, mode: 0o644 };
    let checked = check(&"/etc/gettydefs".into(), Ok(text), &SystemFacts::default(), &|_| [0; 4], false);
    assert!(checked.status <= 1);
});
