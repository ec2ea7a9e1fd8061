//! A Devices file of any bytes, and a line of any name.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::report::diag::render;
use polygetty_compat::sco::devices::{check, lock_names, shared};
use polygetty_compat::site::LockFold;
use polygetty_compat::source::SourceMap;

fuzz_target!(|input: (&[u8], &[u8])| {
    let (line, bytes) = input;
    let mut sources = SourceMap::default();
    let file = sources.add("/usr/lib/uucp/Devices".into(), bytes.to_vec());
    let mut findings = Vec::new();
    if let Some(shared) = shared(&sources, file, line, &mut findings) {
        assert!(!sources.slice(shared.entry).is_empty());
        assert!(shared.dialer.is_none_or(|dialer| dialer.path.is_absolute()));
    }
    findings.extend(check(&sources, file));
    assert_eq!(render(&sources, &findings, false).is_empty(), findings.is_empty());
    for fold in [LockFold::Auto, LockFold::Always, LockFold::Never] {
        let names = lock_names(line, fold);
        assert!(names.iter().any(|name| name == line) && names.len() <= 2);
    }
});
