//! A site file of any bytes: values and findings, each with a place that is in the file; and a command line that is
//! judged by it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty_compat::persona::choose;
use polygetty_compat::site::parse;
use polygetty_compat::surroundings::SystemFacts;

fuzz_target!(|input: (&[u8], Vec<Vec<u8>>)| {
    let (bytes, words) = input;
    let site = parse("/etc/polygetty.toml".into(), bytes.to_vec(), &SystemFacts::default());
    for finding in &site.findings {
        assert!(finding.span.is_none_or(|span| span.end <= bytes.len().max(1)));
        assert!(!finding.one_line(&site.sources).contains('\n'));
    }
    for name in [&b"getty"[..], b"uugetty", b"sco_getty", b"getty_ps"] {
        assert!(choose(name, &words, &site).is_some());
    }
    for line in [None, Some(&b"ttyS1"[..])] {
        let values = site.values(line);
        assert!(values.lock_dir(&SystemFacts::default()).value.is_absolute());
        assert!(values.login(&SystemFacts::default()).value.is_absolute());
    }
});
