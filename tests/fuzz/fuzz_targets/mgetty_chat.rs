//! A chat of any bytes: expects and sends in turn, and findings that point into it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty_compat::mgetty::chat::{MOST, read};
use polygetty_compat::plan::chat::Field;
use polygetty_compat::source::{SourceMap, Span};

fuzz_target!(|text: &[u8]| {
    let mut sources = SourceMap::default();
    let file = sources.add("chat".into(), text.to_vec());
    let mut findings = Vec::new();
    let script = read(text, &|part| Some(Span::new(file, part.start, part.end)), &mut findings);
    assert!(script.chat.fields.len() <= MOST && script.aborts.len() <= MOST);
    for (at, field) in script.chat.fields.iter().enumerate() {
        assert_eq!(matches!(field, Field::Expect(_)), at % 2 == 0);
    }
    for finding in &findings {
        assert!(finding.span.is_some_and(|span| span.start < span.end && span.end <= text.len()));
    }
});
