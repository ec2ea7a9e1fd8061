//! A mgetty.config of any bytes under a command line of any bytes: values that hold what they promise.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::report::diag::render;
use polygetty_compat::mgetty::config::{Sections, check, read};
use polygetty_compat::mgetty::options::{self, Asked};
use polygetty_compat::site::Profile;
use polygetty_compat::source::SourceMap;
use polygetty_compat::surroundings::SystemFacts;

fuzz_target!(|input: (Vec<Vec<u8>>, &[u8])| {
    let (words, bytes) = input;
    let mut sources = SourceMap::default();
    let file = sources.add("/etc/mgetty/mgetty.config".into(), bytes.to_vec());
    let findings = check(&sources, file, &SystemFacts::default());
    assert_eq!(render(&sources, &findings, false).is_empty(), findings.is_empty());
    let typed = match options::read(&words) {
        Ok(Asked::Wait(typed)) => typed.typed,
        _ => Vec::new(),
    };
    for profile in [Profile::Upstream, Profile::Debian] {
        let read = read(profile, &typed, Some((&sources, file)), Sections::Of(b"ttyS1"));
        let config = &read.config;
        assert!(config.rings.value >= 1 && config.debug.value <= 9 && config.port_mode.value <= 0o7777);
        assert!(
            config.ringback_time.value.as_secs() >= 30
                || !typed.is_empty()
                || config.ringback_time.value.is_zero()
        );
        for foul in &read.foul {
            assert!(foul.log().iter().all(|line| !line.contains('\n')));
        }
        assert!(read.findings.iter().all(|finding| !finding.one_line(&sources).contains('\n')));
    }
});
