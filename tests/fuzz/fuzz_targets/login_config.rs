//! A login.config of any bytes, and somebody of any name: nothing runs as root unless an entry says so, or none fits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::report::diag::render;
use polygetty_compat::mgetty::login_config::{Decision, MOST, MOST_ARGUMENTS, RunsAs, parse, rule};
use polygetty_compat::plan::stage::Visitor;
use polygetty_compat::source::SourceMap;

fuzz_target!(|input: (&[u8], &[u8], bool)| {
    let (name, bytes, called_back) = input;
    let mut sources = SourceMap::default();
    let file = sources.add("/etc/mgetty/login.config".into(), bytes.to_vec());
    let rules = parse(&sources, file);
    assert!(rules.rules.len() <= MOST);
    assert_eq!(render(&sources, &rules.findings, false).is_empty(), rules.findings.is_empty());
    let visitor = Visitor { name, called_back, ..Visitor::default() };
    let account = |name: &[u8]| (name == b"uucp").then_some(10u32);
    if let Decision::Run(run) = rule(&rules.rules, &visitor, &"/bin/login".into(), account) {
        assert!(run.program.is_absolute() && run.arguments.len() <= MOST_ARGUMENTS + 1);
        let entry = run.entry.and_then(|span| rules.rules.iter().find(|rule| rule.span == span));
        assert_eq!(run.account.is_none(), entry.is_none_or(|rule| rule.runs_as == RunsAs::Root));
        if entry.is_none() {
            assert!(run.arguments.get(1).is_none_or(|name| !name.starts_with(b"-")));
        }
    }
});
