//! A dialin.config of any bytes, and a caller of any number: the word that decides is one that fits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::report::diag::render;
use polygetty_compat::mgetty::dialin::{Decision, MOST, decide, parse};
use polygetty_compat::source::SourceMap;

fuzz_target!(|input: (&[u8], &[u8])| {
    let (caller, bytes) = input;
    let mut sources = SourceMap::default();
    let file = sources.add("/etc/mgetty/dialin.config".into(), bytes.to_vec());
    let (patterns, findings) = parse(&sources, file);
    assert!(patterns.len() <= MOST);
    assert_eq!(render(&sources, &findings, false).is_empty(), findings.is_empty());
    let number = if caller.is_empty() { b"none" } else { caller };
    let (word, refuses) = match decide(&patterns, Some(caller)) {
        Decision::Accept(None) => return,
        Decision::Accept(Some(span)) => (sources.slice(span), false),
        Decision::Refuse(span) => (sources.slice(span), true),
    };
    assert_eq!(word.starts_with(b"!"), refuses);
    let word = word.strip_prefix(b"!").unwrap_or(word);
    assert!(word == b"all" || number.starts_with(word));
});
