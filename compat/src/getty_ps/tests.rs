//! What a getty_ps command line and its files compile to.

use super::chat;
use super::compile::compile;
use super::defaults::{KEYWORDS, parse};
use crate::diag::{Code, Diagnostic, Severity};
use crate::persona::Persona;
use crate::plan::chat::{Atom, Expect, Field, SendPart, Word};
use crate::plan::modes::{Char, Flag, Value};
use crate::plan::setting::Origin;
use crate::plan::stage::{
    Answer, AwaitText, EmsiLine, End, Greet, Issue, LockFormat, Login, OnSignal, Parting, PlannedStage,
    ReadName, RunChat, Signal, Stage, Then,
};
use crate::plan::text::{Param, Piece, Text};
use crate::plan::{Compiled, LinePlan, Refusal, Version};
use crate::source::{FilePath, FileText, MapReader, ProgramFacts, ReadError, SourceMap, SourceReader};
use crate::surroundings::{Surroundings, SystemFacts};
use proptest::prelude::*;
use std::time::Duration;

const GETTYDEFS: &str = "# comment first
9600# B9600 CS8 # B9600 SANE -ISTRIP CLOCAL #@S login: #2400

2400# B2400 CS8 # B2400 CS8 OPOST ISIG ICANON ECHO #login2400: #9600
";

fn world() -> MapReader {
    MapReader::default().file("/etc/gettydefs", GETTYDEFS).device("pts/3").device("pts/4")
}

fn with_conf(conf: &str) -> MapReader {
    world().file("/etc/conf.getty", conf)
}

fn argv(line: &str) -> Vec<Vec<u8>> {
    line.split(' ').map(|word| word.as_bytes().to_vec()).collect()
}

fn compiled(
    line: &str,
    surroundings: &Surroundings,
    reader: &mut dyn SourceReader,
) -> Result<Compiled, Refusal> {
    let argv = argv(line);
    let persona = Persona::by_name(FilePath(argv[0].clone()).base_name()).expect("a program of ours");
    compile(persona, &argv, surroundings, reader)
}

fn plan_in(line: &str, surroundings: &Surroundings, reader: &mut dyn SourceReader) -> LinePlan {
    match compiled(line, surroundings, reader) {
        Ok(Compiled::Plan(plan)) => {
            assert_marks_exist(&plan);
            *plan
        }
        other => panic!("no plan from {line:?}: {other:?}"),
    }
}

fn plan(line: &str, mut reader: MapReader) -> LinePlan {
    plan_in(line, &Surroundings::default(), &mut reader)
}

fn refused(line: &str) -> Refusal {
    match compiled(line, &Surroundings::default(), &mut world()) {
        Err(refusal) => refusal,
        Ok(other) => panic!("{line:?} is taken: {other:?}"),
    }
}

/// Every way back or ahead leads to a stage, and no two stages have one mark.
fn assert_marks_exist(plan: &LinePlan) {
    for planned in &plan.stages {
        for (end, then) in &planned.ends {
            if let Then::At(mark, _) = then {
                let named = plan.stages.iter().filter(|stage| stage.mark == Some(*mark)).count();
                assert_eq!(named, 1, "{end:?} of {} leads to {mark:?}", planned.stage.name());
            }
        }
    }
    assert!(plan.entries.get(plan.start.value).is_some());
    assert!(plan.entries.iter().all(|entry| entry.next.is_some_and(|next| next < plan.entries.len())));
}

fn names(plan: &LinePlan) -> Vec<&'static str> {
    plan.stages.iter().map(|planned| planned.stage.name()).collect()
}

macro_rules! stage {
    ($plan:expr, $kind:ident) => {
        $plan.stages.iter().find_map(|planned| match &planned.stage {
            Stage::$kind(found) => Some(found),
            _ => None,
        })
    };
}

fn read_name(plan: &LinePlan) -> &ReadName {
    stage!(plan, ReadName).expect("a name is read")
}

fn greet(plan: &LinePlan) -> &Greet {
    stage!(plan, Greet).expect("a caller is greeted")
}

fn login(plan: &LinePlan) -> &Login {
    stage!(plan, Login).expect("login is run")
}

fn planned(plan: &LinePlan, choose: impl Fn(&Stage) -> bool) -> &PlannedStage {
    plan.stages.iter().find(|planned| choose(&planned.stage)).expect("the stage is there")
}

fn line_of(plan: &LinePlan, origin: &Origin) -> usize {
    match origin {
        Origin::File(span) => plan.sources.place(*span).line,
        other => panic!("{other:?} is no place in a file"),
    }
}

fn codes(findings: &[Diagnostic], code: Code) -> Vec<&Diagnostic> {
    findings.iter().filter(|finding| finding.code == code).collect()
}

// Command line and files

#[test]
fn gps_17_the_file_overrules_the_option() {
    let plan = plan("getty -t 60 pts/3 9600", with_conf("TIMEOUT=3\n"));
    let timeout = &read_name(&plan).timeout;
    assert_eq!(timeout.value, Some(Duration::from_secs(3)));
    assert_eq!(plan.origin(&timeout.origin), "/etc/conf.getty:1");
    assert_eq!(timeout.overrode, [Origin::Argument(1)]);
    let ends = planned(&plan, |stage| matches!(stage, Stage::ReadName(_)));
    let Then::Finish(1, parting) = ends.then(End::Timeout) else { panic!("{:?}", ends.then(End::Timeout)) };
    assert_eq!(parting[0], Parting::Say(b"\r\nTimed out after 3 seconds.\r\n".to_vec()));
    assert_eq!(parting[parting.len() - 2..], [Parting::HangUp, Parting::Pause(Duration::from_secs(5))]);
}

#[test]
fn gps_18_a_wrong_command_line_is_status_2_with_the_usage() {
    for line in ["getty", "getty -Z pts/3", "getty -t", "getty ../sda", "getty /dev/", "getty -L pts/3 9600"]
    {
        let refusal = refused(line);
        assert_eq!(refusal.status, 2, "{line}");
        assert!(refusal.texts.iter().any(|text| text.starts_with("usage: getty ")), "{line}");
        assert_eq!(refusal.wait, Duration::from_secs(15), "{line}");
    }
    assert_eq!(refused("getty --help").status, 0);
    assert_eq!(refused("getty --version").status, 0);
}

#[test]
fn gps_19_an_unknown_label_is_the_first_entry_behind_the_comment() {
    let plan = plan("getty pts/3 nosuch", world());
    assert_eq!(plan.entries[plan.start.value].label, b"9600");
    let errors: Vec<_> = plan.findings.iter().filter(|f| f.severity == Severity::Error).collect();
    assert_eq!(errors.len(), 1);
    let text = errors[0].one_line(&plan.sources);
    assert!(text.contains("/etc/gettydefs") && text.contains("nosuch"), "{text}");
}

#[test]
fn gps_20_without_gettydefs_there_is_an_entry_built_in() {
    let plan = plan("getty pts/3 9600", MapReader::default().device("pts/3"));
    let [entry] = &plan.entries[..] else { panic!("{:?}", plan.entries) };
    assert_eq!((entry.prompt.clone(), entry.next), (Text::bytes(*b"login: "), Some(0)));
    assert_eq!((entry.initial.speed, entry.final_modes.speed), (Some(9600), Some(9600)));
    let sane = crate::plan::modes::SANE;
    assert!(entry.final_modes.flags().eq(Flag::ALL.iter().copied().filter(|flag| sane.contains(flag))));
    assert_eq!(entry.final_modes.values().collect::<Vec<_>>(), [Value::CS8]);
}

#[test]
fn gps_21_one_defaults_file_is_read_the_nearest() {
    let files = world()
        .file("/etc/conf.getty.pts_3", "SYSTEM=line\n")
        .file("/etc/conf.getty", "SYSTEM=any\nTIMEOUT=9\n")
        .file("/etc/default/getty", "SYSTEM=default\n")
        .file("/etc/conf.alt", "SYSTEM=alt\n")
        .file("/abs", "SYSTEM=abs\n")
        .file("/etc/conf.uugetty", "SYSTEM=uu\n")
        .file("/etc/default/uugetty.pts_4", "SYSTEM=late\n");
    for (line, name) in [
        ("getty pts/3", "line"),
        ("getty pts/4", "any"),
        ("getty -d alt pts/3", "alt"),
        ("getty -d /abs pts/3", "abs"),
        ("uugetty pts/3", "uu"),
        ("uugetty pts/4", "uu"),
    ] {
        let plan = plan(line, files.clone());
        assert_eq!(plan.facts.system.value.as_deref(), Some(name.as_bytes()), "{line}");
    }
    assert_eq!(read_name(&plan("getty pts/3", files.clone())).timeout.value, None);
    assert_eq!(plan("getty -d none pts/3", files).facts.system.value, None);
}

#[test]
fn gps_22_the_first_of_two_holds_and_a_bad_line_stops_nothing() {
    let plan = plan("getty pts/3 9600", with_conf("SYSTEM=a\nSYSTEM=b\ngarbage\nISSUE=X\\c"));
    assert_eq!(plan.facts.system.value.as_deref(), Some(&b"a"[..]));
    assert_eq!(greet(&plan).issue.value, Issue::Text(Text::bytes(*b"X")));
    let bad = codes(&plan.findings, Code::cg(1));
    assert_eq!(bad.len(), 1);
    assert!(bad[0].message.starts_with("bad defaults line 3: garbage"), "{}", bad[0].message);
}

#[test]
fn gps_23_gps_80_who_hangs_up_and_for_how_long() {
    let time = |line: &str, conf: &str| {
        let plan = plan(line, with_conf(conf));
        stage!(plan, HangUp).map(|hang_up| hang_up.time.value.as_secs())
    };
    assert_eq!(time("getty pts/3", ""), Some(2));
    assert_eq!(time("getty -h pts/3", ""), None);
    assert_eq!(time("getty -h pts/3", "HANGUP=YES\n"), Some(2));
    assert_eq!(time("getty -H 5 pts/3", ""), Some(5));
    assert_eq!(time("getty -H5 pts/3", "HANGUPSECS=1\n"), Some(1));
    assert_eq!(time("getty -H 5 pts/3", "HANGUP=no\n"), None);
    // HUPCL is forced on the initial modes only where the line hangs up anyway
    let hupcl = |line: &str| plan(line, world()).entries[0].initial.has(Flag::HUPCL);
    assert!(hupcl("getty pts/3") && !hupcl("getty -h pts/3"));
}

#[test]
fn gps_24_the_order_of_another_getty_is_put_right() {
    let swapped = plan("getty 9600 pts/3 vt100", world());
    assert_eq!(swapped.facts.device.value.name, b"pts/3");
    assert_eq!(swapped.entries[swapped.start.value].label, b"9600");
    assert_eq!(codes(&swapped.findings, Code::ln(2))[0].severity, Severity::Warning);

    let apart = plan("getty -a pts/4 pts/3 9600", with_conf("WAITFOR=RING\n"));
    assert_eq!(apart.facts.device.value.name, b"pts/3");
    let opened: Vec<_> = apart
        .stages
        .iter()
        .filter_map(|planned| match &planned.stage {
            Stage::Open(open) => Some(open.device.value.name.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(opened, [b"pts/3".to_vec(), b"pts/4".to_vec(), b"pts/3".to_vec()]);

    let plain = plan("getty -a pts/3 9600", world());
    assert_eq!(plain.facts.device.value.name, b"pts/3");
    assert!(plain.findings.is_empty(), "{:?}", plain.findings);
}

#[test]
fn gps_24_a_label_that_is_also_a_device_stays_a_label() {
    let files =
        world().device("console").file("/etc/gettydefs", "console# B9600 # B9600 SANE #c: #console\n");
    let plan = plan("getty -a pts/3 console", files);
    assert_eq!(plan.facts.device.value.name, b"pts/3");
    assert_eq!(plan.entries[plan.start.value].label, b"console");
}

#[test]
fn gps_25_r_before_an_option_has_no_delay() {
    let waits = plan("getty -r -t 60 pts/3 9600", world());
    assert!(names(&waits).contains(&"wait for a byte"), "{:?}", names(&waits));
    assert!(stage!(waits, Settle).is_none());
    assert_eq!(read_name(&waits).timeout.value, Some(Duration::from_secs(60)));
}

#[test]
fn gps_75_programs_are_whole_paths() {
    let plan = plan("getty pts/3", with_conf("LOGIN=login\nFIDO=ifcico\n"));
    assert_eq!(login(&plan).program.value, FilePath::from("/bin/login"));
    assert!(login(&plan).mailer.is_none());
    let errors = codes(&plan.findings, Code::cg(6));
    assert_eq!(errors.len(), 2);
    assert!(errors.iter().all(|error| error.severity == Severity::Error));
}

#[test]
fn gps_76_operands_that_are_missing_or_unknown() {
    let bare = plan("getty pts/3", world());
    assert_eq!(bare.entries[bare.start.value].label, b"9600");
    assert!(bare.findings.is_empty(), "{:?}", bare.findings);
    let twice = format!("{GETTYDEFS}\n9600# B1200 # B1200 #second: #9600\n");
    let upper = plan("getty pts/3 9600", world().file("/etc/gettydefs", &twice));
    assert_eq!(upper.entries[upper.start.value].initial.speed, Some(9600));
    assert!(plan("getty pts/3 9600 vt100 LDISC0", world()).findings.is_empty());
    let odd = plan("getty pts/3 9600 vt100 LDISC9 and more", world());
    assert_eq!(codes(&odd.findings, Code::ln(4))[0].severity, Severity::Warning);
}

#[test]
fn gps_04_term_is_the_operand_else_what_was_inherited() {
    let mut surroundings = Surroundings::default();
    let term = |surroundings: &Surroundings, line: &str| {
        login(&plan_in(line, surroundings, &mut world())).term.value.clone()
    };
    assert_eq!(term(&surroundings, "getty pts/3"), b"unknown");
    surroundings.environment.push((b"TERM".to_vec(), b"linux".to_vec()));
    assert_eq!(term(&surroundings, "getty pts/3"), b"linux");
    assert_eq!(term(&surroundings, "getty pts/3 9600 vt100"), b"vt100");
    let typed = world().file("/etc/ttytype", "vt52 pts/4\nwyse50\tpts/3\n");
    let plan = plan_in("getty pts/3", &surroundings, &mut typed.clone());
    assert_eq!(login(&plan).term.value, b"wyse50");
    assert_eq!(plan.origin(&plan.facts.term.origin), "/etc/ttytype:2");
}

#[test]
fn gps_31_gps_77_only_a_known_type_clears_the_screen() {
    let mut files = world();
    files.terminals.insert(b"vt100".to_vec(), b"\x1b[H\x1b[J".to_vec());
    let clear = |line: &str, files: &MapReader| greet(&plan(line, files.clone())).clear.value.clone();
    assert_eq!(clear("getty pts/3 9600 vt100", &files).as_deref(), Some(&b"\x1b[H\x1b[J"[..]));
    assert_eq!(clear("getty pts/3 9600", &files), None);
    assert_eq!(clear("getty pts/3 9600 nosuchterm", &files), None);
    assert_eq!(clear("getty pts/3 9600 vt100", &files.clone().file("/etc/conf.getty", "CLEAR=NO\n")), None);
    assert_eq!(login(&plan("getty pts/3 9600 nosuchterm", files)).term.value, b"nosuchterm");
}

#[test]
fn gps_03_login_gets_an_environment_that_turns_no_program() {
    let mut surroundings = Surroundings::default();
    for (name, value) in [
        ("LD_PRELOAD", "/tmp/x.so"),
        ("IFS", "/"),
        ("BASH_ENV", "/tmp/x"),
        ("TTYPROMPT", "login: "),
        ("TZ", "CET"),
    ] {
        surroundings.environment.push((name.into(), value.into()));
    }
    let plan = plan_in("getty pts/3 9600 vt100", &surroundings, &mut world());
    let names: Vec<_> = login(&plan).environment.iter().map(|(name, _)| name.as_slice()).collect();
    assert_eq!(names, [&b"TZ"[..], b"PATH", b"TERM"]);
}

#[test]
fn gps_90_a_check_is_asked_for_in_every_spelling() {
    for line in ["getty -cF", "uugetty -c F", "getty -hc F pts/3"] {
        match compiled(line, &Surroundings::default(), &mut world()) {
            Ok(Compiled::Check(path)) => assert_eq!(path, FilePath::from("F"), "{line}"),
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn inittab_lines_of_the_field_find_their_device() {
    let files = MapReader::default()
        .device("tty1")
        .device("ttyS2")
        .device("ttyS3")
        .device("tty12")
        .file("/etc/gettydefs", GETTYDEFS);
    for (line, device) in [
        ("getty tty1 VC linux", "tty1"),
        ("uugetty ttyS2 M19200", "ttyS2"),
        ("uugetty -d /etc/default/uugetty.ttyS3 ttyS3 F115200 vt100", "ttyS3"),
        ("uugetty -r -t 60 tty12 1200", "tty12"),
        ("getty 9600 tty1", "tty1"),
        ("getty 38400 tty1 linux", "tty1"),
        ("getty /dev/tty1 9600", "tty1"),
    ] {
        assert_eq!(plan(line, files.clone()).facts.device.value.name, device.as_bytes(), "{line}");
    }
}

// The defaults file

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

// Stages

#[test]
fn gps_33_gps_78_delay_needs_something_to_wait_for() {
    let stages = |line: &str, conf: &str| {
        let plan = plan(line, with_conf(conf));
        (stage!(plan, AwaitByte).is_some(), stage!(plan, Settle).map(|settle| settle.time.value.as_secs()))
    };
    assert_eq!(stages("getty -r2 pts/3", ""), (true, Some(2)));
    assert_eq!(stages("getty pts/3", "WAITCHAR=YES\n"), (true, None));
    assert_eq!(stages("getty pts/3", "WAITCHAR=YES\nDELAY=2\n"), (true, Some(2)));
    assert_eq!(stages("getty pts/3", "DELAY=5\n"), (false, None));
    assert_eq!(stages("getty -r2 pts/3", "WAITCHAR=NO\n"), (false, None));
    assert_eq!(stages("getty -r2 -w RING pts/3", "WAITCHAR=NO\n"), (true, Some(2)));
}

#[test]
fn gps_38_a_ringing_modem_keeps_its_line_open() {
    let plan = plan("getty pts/3", with_conf("WAITFOR=RING\nCONNECT=\"\" ATA\\r CONNECT\\s\\A\n"));
    let shown = names(&plan);
    let from = shown.iter().position(|name| *name == "wait for a byte").expect("a byte is waited for");
    assert!(!shown[from..].contains(&"close"), "{shown:?}");
    assert!(!shown.contains(&"wait for carrier"), "{shown:?}");
    // Another device is closed before: on some systems the two exclude each other.
    let apart = self::plan("getty pts/3", with_conf("WAITFOR=RING\nINITLINE=pts/4\n"));
    let shown = names(&apart);
    let from = shown.iter().position(|name| *name == "wait for text").expect("RING is waited for");
    assert_eq!(shown[from + 1..from + 3], ["close", "open"], "{shown:?}");
}

#[test]
fn gps_73_after_init_the_line_is_closed_and_waits_for_carrier() {
    let plan = plan("getty pts/3", with_conf("INIT=\"\" AT\\r OK\n"));
    let shown = names(&plan);
    let from = shown.iter().position(|name| name.starts_with("chat")).expect("INIT is sent");
    let rest: Vec<_> = shown[from + 1..].iter().take(4).copied().collect();
    assert_eq!(rest, ["set modes", "close", "open", "wait for carrier"], "{shown:?}");
}

#[test]
fn gps_36_gps_43_gps_44_how_lives_end() {
    let conf = "INIT=\"\" AT\\r OK\nWAITFOR=RING\nCONNECT=DEFAULT\n";
    let plan = plan("getty pts/3", with_conf(conf));
    let status = |stage: &dyn Fn(&Stage) -> bool, end| match planned(&plan, stage).then(end) {
        Then::Finish(status, parting) => (*status, parting.iter().any(|p| matches!(p, Parting::Guard(_)))),
        other => panic!("{other:?}"),
    };
    assert_eq!(status(&|s| matches!(s, Stage::Chat(_)), End::Failed), (255, true));
    assert_eq!(status(&|s| matches!(s, Stage::Answer(_)), End::Failed), (255, true));
    assert_eq!(status(&|s| matches!(s, Stage::AwaitText(_)), End::Missed), (0, false));
    assert_eq!(status(&|s| matches!(s, Stage::ReadName(_)), End::Left), (0, false));
    assert_eq!(status(&|s| matches!(s, Stage::Login(_)), End::Failed), (255, true));
    assert_eq!(status(&|s| matches!(s, Stage::Open(_)), End::Gone), (255, true));
}

#[test]
fn gps_50_signals_end_a_life_except_where_we_hang_up_ourselves() {
    let plan = plan("uugetty pts/3", world());
    let does = |signal| plan.signals.iter().find(|(s, _)| *s == signal).map(|(_, does)| does.clone());
    assert_eq!(does(Signal::Int), Some(OnSignal::Drop));
    assert_eq!(does(Signal::Hup), Some(OnSignal::Finish(0, vec![])));
    assert_eq!(does(Signal::Term), Some(OnSignal::Finish(1, vec![])));
    assert_eq!(does(Signal::Quit), Some(OnSignal::Finish(1, vec![])));
    for kind in [|s: &Stage| matches!(s, Stage::HangUp(_)), |s: &Stage| matches!(s, Stage::Revoke)] {
        assert!(planned(&plan, kind).signals.contains(&(Signal::Hup, OnSignal::Drop)));
    }
    assert!(planned(&plan, |s| matches!(s, Stage::ReadName(_))).signals.is_empty());
}

#[test]
fn modes_and_dtr_are_touched_under_the_lock_alone() {
    for conf in [
        "",
        "INIT=\"\" AT\\r OK\n",
        "WAITCHAR=YES\n",
        "WAITFOR=RING\nINIT=\"\" AT\\r OK\nCONNECT=DEFAULT\nRINGBACK=YES\n",
        "WAITFOR=RING\nINITLINE=pts/4\n",
        "SCHED=1:8:0-1:9:0\nOFF=\"\" AT\\r OK\nINIT=\"\" AT\\r OK\n",
    ] {
        let plan = plan("uugetty pts/3", world().file("/etc/conf.uugetty", conf));
        let mut locked = false;
        let mut off = false;
        for planned in &plan.stages {
            // The way to OFF leaves the others while the lock is held.
            if planned.mark == Some("off") {
                (locked, off) = (true, true);
            }
            match &planned.stage {
                Stage::Lock(_) => locked = true,
                Stage::Unlock => locked = false,
                Stage::Modes(_)
                | Stage::HangUp(_)
                | Stage::Revoke
                | Stage::Chat(_)
                | Stage::Answer(_)
                | Stage::AwaitText(_)
                | Stage::Ringback(_)
                | Stage::Settle(_)
                | Stage::TakeTerminal(_)
                | Stage::Greet(_)
                | Stage::ReadName(_)
                | Stage::Login(_) => assert!(locked, "{} of {conf:?}", planned.stage.name()),
                Stage::AwaitByte(wait) => {
                    assert!(!locked && !wait.discard_first && wait.look.is_some(), "{conf:?}");
                }
                Stage::AwaitCarrier(wait) => assert!(!locked && wait.look.is_some(), "{conf:?}"),
                Stage::AwaitFree(_) => assert!(!locked),
                Stage::AwaitTaken(_)
                | Stage::AwaitRing(_)
                | Stage::AwaitModem(_)
                | Stage::PrepareFax(_)
                | Stage::ReceiveFax(_)
                | Stage::Connected(_)
                | Stage::AdmitCall(_)
                | Stage::Listen(_)
                | Stage::AskName(_)
                | Stage::LoginByRule(_)
                | Stage::Ask(_)
                | Stage::Detach(_)
                | Stage::Delay(_)
                | Stage::ChooseLine(_)
                | Stage::Dial(_)
                | Stage::HandOver(_)
                | Stage::TakeCall(_)
                | Stage::RunDialer(_)
                | Stage::Detect(_)
                | Stage::ReadWords(_) => {
                    panic!("{} in a plan of getty_ps", planned.stage.name());
                }
                Stage::PidFile(_) | Stage::TellParent | Stage::TellSpeed(_) => {
                    panic!("{} of {conf:?}", planned.stage.name())
                }
                Stage::Own(_) | Stage::Account(_) | Stage::Open(_) | Stage::Close | Stage::Schedule(_) => {}
            }
        }
        assert!(locked != off, "{conf:?}");
    }
    assert!(
        !plan("getty pts/3", world())
            .stages
            .iter()
            .any(|planned| { matches!(planned.stage, Stage::Lock(_) | Stage::Unlock | Stage::AwaitFree(_)) })
    );
}

// Entries

#[test]
fn entries_have_what_is_forced_and_lead_to_each_other() {
    let text = "a# B0 CS7 ICANON BRKINT # B0 SANE #@S a: #b\n\nb# PARENB # PARENB #b: #nosuch\n";
    let plan = plan("getty pts/3 b", world().file("/etc/gettydefs", text));
    let [a, b] = &plan.entries[..] else { panic!("{:?}", plan.entries) };
    assert_eq!((plan.start.value, a.next, b.next), (1, Some(1), Some(0)));
    assert_eq!((a.initial.speed, a.final_modes.speed, b.initial.speed), (Some(9600), Some(9600), Some(9600)));
    assert!(!a.initial.has(Flag::ICANON) && !a.initial.has(Flag::BRKINT) && a.initial.has(Flag::CREAD));
    assert!(a.initial.values().eq([Value::CS7]) && b.initial.values().eq([Value::CS8]));
    assert_eq!(a.initial.min_time, Some((1, 0)));
    assert_eq!(a.final_modes.char(Char::Erase), Some(Some(0x7f)));
    assert_eq!(a.final_modes.char(Char::Kill), Some(Some(0x15)));
    assert_eq!((a.final_names_size, b.final_names_size), (false, true));
    assert_eq!(a.prompt.pieces, [Piece::Param(Param::System), Piece::Bytes(b" a: ".to_vec())]);
}

// Chats

fn script(text: &[u8]) -> (Vec<Field>, Vec<String>) {
    let mut findings = Vec::new();
    let chat = chat::read(text, None, &mut findings);
    (chat.fields, findings.into_iter().map(|finding| finding.message).collect())
}

fn bytes(text: &[u8]) -> Vec<Atom> {
    text.iter().map(|byte| Atom::Byte(*byte)).collect()
}

fn expected(field: &Field) -> &Expect {
    match field {
        Field::Expect(expect) => expect,
        Field::Send(send) => panic!("{send:?} is sent"),
    }
}

fn sent(field: &Field) -> &[SendPart] {
    match field {
        Field::Send(send) => &send.parts,
        Field::Expect(expect) => panic!("{expect:?} is expected"),
    }
}

#[test]
fn gps_35_an_expect_field_holds_what_to_try_instead() {
    let (fields, complaints) = script(br#""" AT\r OK\T3-ATZ\r-OK\r\n ATM0\r OK"#);
    assert!(complaints.is_empty());
    assert_eq!(fields.len(), 5);
    assert_eq!(expected(&fields[0]).first, Word::default());
    assert_eq!(sent(&fields[1]), [SendPart::Bytes(b"AT\r".to_vec())]);
    let field = expected(&fields[2]);
    assert_eq!(
        field.first,
        Word { pattern: bytes(b"OK"), within: Some(Duration::from_secs(3)), ..Word::default() }
    );
    let [(send, Some(word))] = &field.otherwise[..] else { panic!("{field:?}") };
    assert_eq!(send.parts, [SendPart::Bytes(b"ATZ\r".to_vec())]);
    assert_eq!(word.pattern, bytes(b"OK\r\n"));
}

#[test]
fn gps_37_a_dash_in_a_send_is_a_dash() {
    let (fields, _) = script(br#""" ATDT555-12\s3\055\r"#);
    assert_eq!(sent(&fields[1]), [SendPart::Bytes(b"ATDT555-12 3-\r".to_vec())]);
    let (fields, _) = script(br#""" A\pB\dC"#);
    let pause = |seconds| SendPart::Pause(Duration::from_secs(seconds));
    let part = |text: &[u8]| SendPart::Bytes(text.to_vec());
    assert_eq!(sent(&fields[1]), [part(b"A"), pause(1), part(b"B"), pause(2), part(b"C")]);
}

#[test]
fn gps_42_default_stands_for_its_script() {
    let plan = plan("getty pts/3", with_conf("CONNECT=DEFAULT\n"));
    let answer = stage!(plan, Answer).expect("an answer");
    let mut pattern = bytes(b"CONNECT ");
    pattern.push(Atom::Speed);
    assert_eq!(expected(&answer.chat.value.fields[0]).first.pattern, pattern);
    assert!(answer.chat.value.has_speed_mark());
}

#[test]
fn gps_82_escapes_in_an_expect_field() {
    let (fields, _) = script(br"a\sb\0x41");
    assert_eq!(expected(&fields[0]).first.pattern, bytes(b"a bA"));
}

#[test]
fn gps_83_breaks_and_times() {
    let (fields, _) = script(br#""" A\KB\r \T010OK"#);
    let part = |text: &[u8]| SendPart::Bytes(text.to_vec());
    assert_eq!(sent(&fields[1]), [part(b"A"), SendPart::Break(Duration::from_millis(250)), part(b"B\r")]);
    let within = |text: &[u8]| expected(&script(text).0[0]).first.within.map(|time| time.as_secs());
    assert_eq!(within(br"\T010OK"), Some(8));
    assert_eq!(within(br"\T0x5OK"), Some(5));
    assert_eq!((within(br"OK\T1"), within(br"OK\T999"), within(b"OK")), (Some(3), Some(255), None));
    let (fields, _) = script(br#""" \T7AT\r"#);
    assert_eq!(sent(&fields[1]), [SendPart::Patience(Duration::from_secs(7)), part(b"AT\r")]);
}

#[test]
fn gps_84_two_tries_in_one_field() {
    let (fields, _) = script(br#""" AT\r \T3OK-ATZ\r-\T3OK-ATH\r-\T3OK"#);
    let field = expected(&fields[2]);
    assert_eq!(field.otherwise.len(), 2);
    assert!(
        field.otherwise.iter().all(|(_, word)| {
            word.as_ref().is_some_and(|word| word.within == Some(Duration::from_secs(3)))
        })
    );
    let (fields, _) = script(b"OK-ATZ x");
    assert_eq!(expected(&fields[0]).otherwise[0].1, None);
    assert_eq!(sent(&fields[1]), [SendPart::Bytes(b"x".to_vec())]);
}

#[test]
fn mistakes_in_a_chat_are_said() {
    for (text, about) in [
        (&br#""" AT\A"#[..], "\\A belongs"),
        (br"OK\Tx", "\\T without"),
        (br"OK\p", "\\p, \\d and \\K belong"),
        (br"OK\", "a backslash with nothing"),
        (br"OK\300", "a number above 255"),
    ] {
        let (_, complaints) = script(text);
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].starts_with(about), "{complaints:?}");
    }
    let plan = plan("getty pts/3", with_conf("INIT=\"\" AT\\A\n"));
    assert_eq!(
        codes(&plan.findings, Code::cg(7))[0].one_line(&plan.sources).split(' ').next(),
        Some("/etc/conf.getty:1:11:")
    );
}

proptest! {
    #[test]
    fn any_bytes_are_a_chat_whose_fields_alternate(text: Vec<u8>) {
        let (fields, _) = script(&text);
        for (index, field) in fields.iter().enumerate() {
            prop_assert_eq!(index % 2 == 0, matches!(field, Field::Expect(_)));
        }
    }

    #[test]
    fn any_chat_letters_are_a_chat(text in r#"[-\\ "TApdKc0-9x]{0,40}"#) {
        let (fields, _) = script(text.as_bytes());
        prop_assert!(fields.len() <= text.len());
    }

    #[test]
    fn any_bytes_are_a_defaults_file(text: Vec<u8>) {
        let mut sources = SourceMap::default();
        let file = sources.add("f".into(), text.clone());
        let mut findings = Vec::new();
        let defaults = parse(&sources, file, &mut findings);
        for keyword in KEYWORDS {
            if let Some(span) = defaults.span(keyword) {
                prop_assert!(span.end <= text.len());
            }
        }
    }

    #[test]
    fn any_values_make_a_whole_plan_or_a_refusal(
        keywords in proptest::collection::vec((0..KEYWORDS.len(), r#"(YES|NO|[-\\ "/TA0-9:a-z]{0,12})"#), 0..20),
        words in proptest::collection::vec(r"(-[aghHrtwdDRCx]|[0-9a-z/.-]{0,6}|pts/3)", 0..6),
    ) {
        let conf: String = keywords.iter().map(|(at, value)| format!("{}={value}\n", KEYWORDS[*at])).collect();
        let mut argv = vec![b"uugetty".to_vec()];
        argv.extend(words.iter().map(|word| word.as_bytes().to_vec()));
        let mut reader = world().file("/etc/conf.uugetty", &conf);
        if let Ok(Compiled::Plan(plan)) = compile(Persona::Uugetty, &argv, &Surroundings::default(), &mut reader) {
            assert_marks_exist(&plan);
        }
    }
}

#[test]
fn gps_20_a_first_entry_that_means_nothing_is_not_the_one_after_it() {
    let world = || {
        MapReader::default()
            .device("ttyS1")
            .file("/etc/gettydefs", "broken# B9600\n\n2400# B2400 # SANE #x #2400\n")
    };
    let first = plan("getty ttyS1", world());
    assert_eq!(first.entries[first.start.value].label, b"default");
    let named = plan("getty ttyS1 2400", world());
    assert_eq!(named.entries[named.start.value].label, b"2400");
    let none = plan(
        "getty ttyS1 2400",
        MapReader::default().device("ttyS1").file("/etc/gettydefs", "broken# B9600\n"),
    );
    assert_eq!(none.entries[none.start.value].label, b"default");
    assert!(none.findings.iter().any(|finding| finding.code == Code::ln(6)), "{:?}", none.findings);
}

/// While a dial-in device is open, FreeBSD and illumos refuse its call-out twin to everybody.
#[test]
fn a_shared_line_is_opened_as_its_call_out_device() {
    let system = SystemFacts {
        call_out: |line| line.strip_prefix(b"tty").map(|rest| [b"cua", rest].concat()),
        ..SystemFacts::default()
    };
    let surroundings = Surroundings { system, ..Surroundings::default() };
    let opened = |line: &str, devices: [&str; 2]| {
        let mut reader = devices.into_iter().fold(world(), |reader, device| reader.device(device));
        let plan = plan_in(line, &surroundings, &mut reader);
        let paths = plan.stages.iter().filter_map(|planned| match &planned.stage {
            Stage::Open(open) => Some(open.device.value.path.to_string()),
            _ => None,
        });
        let paths: Vec<String> = paths.collect();
        assert_eq!(
            plan.facts.device.value.name, b"ttyu0",
            "records, locks and @L have the name that was given"
        );
        paths
    };
    assert!(opened("uugetty ttyu0 9600", ["ttyu0", "cuau0"]).iter().all(|path| path == "/dev/cuau0"));
    assert!(opened("uugetty ttyu0 9600", ["ttyu0", "null"]).iter().all(|path| path == "/dev/ttyu0"));
    assert!(opened("getty ttyu0 9600", ["ttyu0", "cuau0"]).iter().all(|path| path == "/dev/ttyu0"));
}
