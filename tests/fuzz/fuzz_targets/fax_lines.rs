//! Whatever a modem says in lines while a fax comes: a sender's name is bounded and harmless.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::engine::hear::fax_line::{FaxLine, LONGEST, meaning, read};
use polygetty::engine::hear::fax_model::Class;

fuzz_target!(|input: (bool, bool, &[u8])| {
    let (two_zero, decimal, said) = input;
    let class = if two_zero { Class::TwoZero } else { Class::Two };
    for line in said.split(|byte| matches!(byte, b'\r' | b'\n')) {
        match read(line, class, decimal) {
            FaxLine::Sender(name) => {
                assert!(name.len() <= LONGEST && !name.starts_with(b" ") && !name.ends_with(b" "));
                assert!(name.iter().all(|byte| matches!(byte, b' '..=b'~') && !b"'\"".contains(byte)));
            }
            FaxLine::Parameters(parameters) => assert!(parameters.text.iter().all(u8::is_ascii_graphic)),
            FaxLine::Page(count) => drop(count.map(|count| count.is_bad())),
            FaxLine::HungUp(code) | FaxLine::Over(code) => assert!(!meaning(code).is_empty()),
            FaxLine::Ok | FaxLine::Connect | FaxLine::Other => {}
        }
    }
});
