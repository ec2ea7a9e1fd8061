//! The defaults file.

use super::*;

/// Every keyword of §4.3 arrives in the plan with its line as origin; `false`: its value is not looked at.
#[test]
fn every_keyword_arrives_with_its_origin() {
    let conf = "SYSTEM=node\nVERSION=/v\nLOGIN=/l\nINIT=\"\" AT\\r OK\nISSUE=/i\nCLEAR=NO\nHANGUP=YES\n\
        HANGUPSECS=4\nWAITCHAR=YES\nDELAY=7\nTIMEOUT=30\nCONNECT=DEFAULT\nWAITFOR=RING\nALTLOCK=alt\n\
        INITLINE=pts/4\nALTLINE=pts/5\nRINGBACK=YES\nMINRBTIME=9\nMAXRBTIME=50\nINTERRING=5\nMINRINGS=2\n\
        MAXRINGS=4\nSCHED=1:8:00-1:18:00\nOFF=\"\" ATH\\r\nFIDO=/f\nEMSI=yes\nDEBUG=17\nWARNCASE=YES\n\
        LOCKDIR=/locks\nLOCKFMT=BINARY\n";
    let line =
        |keyword: &str| conf.lines().position(|line| line.starts_with(&format!("{keyword}="))).unwrap() + 1;
    let plan = plan("uugetty pts/3", world().file("/etc/conf.uugetty", conf));
    assert!(plan.findings.is_empty(), "{:?}", plan.findings);
    assert_eq!(KEYWORDS.len(), conf.lines().count());

    let chat_named = |name| {
        plan.stages.iter().find_map(|planned| match &planned.stage {
            Stage::Chat(RunChat { name: n, chat, .. }) if *n == name => Some(chat),
            _ => None,
        })
    };
    let ring = stage!(plan, Ringback).expect("rings are counted");
    let lock = stage!(plan, Lock).expect("the line is locked");
    let Some(AwaitText { word, .. }) = stage!(plan, AwaitText) else { panic!("nothing is waited for") };
    let Some(Answer { chat: connect, .. }) = stage!(plan, Answer) else { panic!("no answer") };
    let (read, greet, login) = (read_name(&plan), greet(&plan), login(&plan));
    let mailer = login.mailer.as_ref().expect("a mailer");
    let init =
        planned(&plan, |stage| matches!(stage, Stage::Open(open) if open.device.value.name == b"pts/4"));
    let Stage::Open(init) = &init.stage else { unreachable!() };
    for (keyword, origin) in [
        ("SYSTEM", &plan.facts.system.origin),
        ("VERSION", &plan.facts.version.origin),
        ("LOGIN", &login.program.origin),
        ("INIT", &chat_named("INIT").expect("INIT").origin),
        ("ISSUE", &greet.issue.origin),
        ("CLEAR", &greet.clear.origin),
        ("HANGUPSECS", &stage!(plan, HangUp).expect("hangs up").time.origin),
        ("DELAY", &stage!(plan, Settle).expect("settles").time.origin),
        ("TIMEOUT", &read.timeout.origin),
        ("CONNECT", &connect.origin),
        ("WAITFOR", &word.origin),
        ("ALTLOCK", &lock.files.lines.origin),
        ("INITLINE", &init.device.origin),
        ("RINGBACK", &ring.because.origin),
        ("MINRBTIME", &ring.between.origin),
        ("INTERRING", &ring.gap.origin),
        ("MINRINGS", &ring.rings.origin),
        ("SCHED", &stage!(plan, Schedule).expect("a timetable").ranges.origin),
        ("OFF", &chat_named("OFF").expect("OFF").origin),
        ("FIDO", &mailer.origin),
        ("DEBUG", &plan.debug.origin),
        ("WARNCASE", &read.warn_case.origin),
        ("LOCKDIR", &lock.files.dir.origin),
        ("LOCKFMT", &lock.format.origin),
    ] {
        assert_eq!(line_of(&plan, origin), line(keyword), "{keyword}");
    }
    assert_eq!(plan.facts.version.value, Version::File("/v".into()));
    assert_eq!(ring.between.value, (9, 50));
    assert_eq!((ring.gap.value, ring.rings.value), (5, (2, 4)));
    assert_eq!(lock.files.lines.value, [b"pts/3".to_vec(), b"alt".to_vec()]);
    assert_eq!(lock.format.value, LockFormat::Binary);
    assert_eq!(plan.debug.value, 0o17);
    assert_eq!(read.ears.value.emsi, EmsiLine::Machine(8191));
    // What the chat needs is set before it, OFF included (§10.7).
    for name in ["INIT", "OFF"] {
        let at =
            plan.stages.iter().position(|p| matches!(&p.stage, Stage::Chat(c) if c.name == name)).unwrap();
        let Stage::Modes(set) = &plan.stages[at - 1].stage else { panic!("{name} has no modes of its own") };
        assert!(set.changes.contains(&(Flag::CLOCAL, true)) && set.changes.contains(&(Flag::ICRNL, false)));
    }
}

#[test]
fn values_that_are_none_are_reported_and_the_default_holds() {
    let conf =
        "HANGUP=perhaps\nTIMEOUT=12x\nTIMEOT=3\n WARNCASE =yes\r\nMINRINGS=5\nRINGBACK=YES\nWAITFOR=RING\n";
    let plan = plan("getty pts/3", with_conf(conf));
    assert!(stage!(plan, HangUp).is_some());
    assert_eq!(read_name(&plan).timeout.value, Some(Duration::from_secs(12)));
    assert_eq!(codes(&plan.findings, Code::cg(3)).len(), 1);
    assert_eq!(codes(&plan.findings, Code::cg(4)).len(), 1);
    assert_eq!(codes(&plan.findings, Code::cg(2))[0].write.as_deref(), Some("TIMEOUT"));
    assert_eq!(codes(&plan.findings, Code::cg(8)).len(), 1);
    let ring = stage!(plan, Ringback).expect("rings are counted");
    assert_eq!((ring.between.value, ring.rings.value), ((8, 60), (1, 3)));
}

#[test]
fn lines_are_joined_by_a_backslash_and_a_comment_joins_nothing() {
    let plan = plan("getty pts/3", with_conf("# a \\\nSYSTEM=ab\\\ncd\nVERSION=x\\\\\nISSUE= two \n"));
    assert_eq!(plan.facts.system.value.as_deref(), Some(&b"abcd"[..]));
    assert_eq!(plan.facts.version.value, Version::Text(b"x\\\\".to_vec()));
    assert_eq!(greet(&plan).issue.value, Issue::Text(Text::bytes(*b" two \n")));
}

#[test]
fn a_finding_moves_no_cursor() {
    let plan = plan("getty pts/3", with_conf("gar\x1b[2Jbage\nX\x1b=1\n"));
    assert!(!plan.findings.is_empty());
    for finding in &plan.findings {
        assert!(!finding.one_line(&plan.sources).chars().any(char::is_control));
    }
}

/// A reader whose files belong to somebody.
struct Owned(MapReader, u32, u32);

impl SourceReader for Owned {
    fn read(&mut self, path: &FilePath, limit: usize) -> Result<FileText, ReadError> {
        self.0.read(path, limit).map(|text| FileText { owner: self.1, mode: self.2, ..text })
    }
    fn device_exists(&mut self, path: &FilePath) -> bool {
        self.0.device_exists(path)
    }
    fn program(&mut self, path: &FilePath) -> ProgramFacts {
        SourceReader::program(&mut self.0, path)
    }
    fn clear_screen(&mut self, term: &[u8]) -> Option<Vec<u8>> {
        self.0.clear_screen(term)
    }
}

#[test]
fn a_file_of_somebody_else_names_no_program() {
    let conf = with_conf("LOGIN=/x\nFIDO=/y\nSYSTEM=a\n");
    for (owner, mode, trusted) in [(0, 0o644, true), (7, 0o644, false), (0, 0o666, false), (7, 0o600, false)]
    {
        let mut reader = Owned(conf.clone(), owner, mode);
        let plan = plan_in("getty pts/3", &Surroundings::default(), &mut reader);
        assert_eq!(login(&plan).program.value == FilePath::from("/x"), trusted, "{owner} {mode:o}");
        assert_eq!(login(&plan).mailer.is_some(), trusted);
        assert_eq!(codes(&plan.findings, Code::cg(5)).len(), if trusted { 0 } else { 2 });
        assert_eq!(plan.facts.system.value.as_deref(), Some(&b"a"[..]));
    }
}

#[test]
fn a_file_that_is_too_long_is_refused() {
    let plan = plan("getty pts/3", with_conf(&format!("SYSTEM=a\n{}", "#\n".repeat(40_000))));
    assert_eq!(plan.facts.system.value, None);
    assert_eq!(codes(&plan.findings, Code::cg(11)).len(), 1);
}

#[test]
fn a_file_of_mistakes_does_not_fill_the_log() {
    let plan = plan("getty pts/3 nosuch", with_conf(&"garbage\n".repeat(8000)));
    assert_eq!(plan.findings.len(), 51);
    assert_eq!(plan.findings[0].severity, Severity::Error);
    assert_eq!(plan.findings[50].message, "7951 more findings are left out");
}
