//! A gettyacts file of any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::report::diag::render;
use polygetty_compat::sco::gettyacts::{FAX, MOST, MOST_BYTES, parse};
use polygetty_compat::source::SourceMap;

fuzz_target!(|bytes: &[u8]| {
    let mut sources = SourceMap::default();
    let file = sources.add("/etc/gettyacts".into(), bytes.to_vec());
    let mut findings = Vec::new();
    let acts = parse(&sources, file, &mut findings);
    assert!(acts.len() <= MOST);
    for act in &acts {
        assert!(act.program.is_absolute() && act.bytes.len() <= MOST_BYTES);
        assert!(!act.bytes.is_empty() || act.protocol == FAX);
    }
    assert_eq!(render(&sources, &findings, false).is_empty(), findings.is_empty());
});
