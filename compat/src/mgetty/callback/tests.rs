use super::super::config::Sections;
use super::options::{Misuse, read};
use super::*;
use crate::plan::setting::Origin;
use crate::plan::stage::{Candidate, Stage};
use crate::plan::{Compiled, LinePlan};
use crate::source::{MapReader, SourceMap};
use crate::surroundings::{Surroundings, SystemFacts};
use proptest::prelude::*;

fn words(line: &[&str]) -> Vec<Vec<u8>> {
    line.iter().map(|word| word.as_bytes().to_vec()).collect()
}

fn compiled(files: &[(&str, &str)], line: &[&str]) -> Result<Compiled, (u8, Vec<String>)> {
    let mut reader = files.iter().fold(MapReader::default(), |reader, (path, text)| reader.file(path, text));
    let argv = words(&[&["callback"], line].concat());
    compile::compile(&argv, &Surroundings::default(), &mut reader)
        .map_err(|refusal| (refusal.status, refusal.texts))
}

fn plan(config: &str, line: &[&str]) -> LinePlan {
    match compiled(&[("/etc/mgetty/callback.config", config)], line) {
        Ok(Compiled::Plan(plan)) => *plan,
        other => panic!("no plan: {other:?}"),
    }
}

fn candidates(plan: &LinePlan) -> Vec<Candidate> {
    let choose = plan.stages.iter().find_map(|planned| match &planned.stage {
        Stage::ChooseLine(choose) => Some(choose.candidates.value.clone()),
        _ => None,
    });
    choose.expect("a choice of lines")
}

fn names(plan: &LinePlan) -> Vec<String> {
    let name = |candidate: &Candidate| String::from_utf8_lossy(&candidate.device.name).into_owned();
    candidates(plan).iter().map(name).collect()
}

#[test]
fn mg_80_what_is_dialled_cannot_end_the_command() {
    for (typed, wanted) in [
        ("555", Some("555")),
        (" 0,555-12.34 ", Some("0,555-12.34")),
        ("T*70W(0)+1/2!#pP", Some("T*70W(0)+1/2!#pP")),
        ("555;x", None),
        ("555\r", None),
        ("555\rATZ", None),
        ("5\t5", None),
        ("555^", None),
        ("S=1", None),
        ("", None),
        ("  ", None),
    ] {
        assert_eq!(number(typed.as_bytes()).ok().as_deref(), wanted.map(str::as_bytes), "{typed:?}");
    }
    assert!(number(&[b'5'; 40]).is_ok() && number(&[b'5'; 41]).is_err());
}

proptest! {
    #[test]
    fn no_number_has_anything_else(text in proptest::collection::vec(any::<u8>(), 0..50)) {
        if let Ok(number) = number(&text) {
            prop_assert!((1..=LONGEST).contains(&number.len()));
            prop_assert!(number.iter().all(|byte| matches!(byte, b' '..=b'~') && !b";\"=&".contains(byte)));
        }
    }

    #[test]
    fn any_file_is_read(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut sources = SourceMap::default();
        let file = sources.add("f".into(), text);
        config::check(&sources, file, &SystemFacts::default());
    }
}

#[test]
fn the_command_line() {
    let line =
        ["111", "-dS", "-x", "12", "-a", "-l", "/dev/ttyS1:ttyS2", "-s19200", "-m", "\"\" ATZ OK", "222"];
    let typed = read(&words(&line)).unwrap();
    assert!(typed.stay && typed.this_line == Some(Origin::Argument(2)));
    assert_eq!(typed.debug.map(|debug| debug.value), Some(9));
    assert_eq!(typed.speed.map(|speed| speed.value), Some(19200));
    assert_eq!(typed.lines.map(|lines| lines.value), Some(words(&["ttyS1", "ttyS2"])));
    let numbers: Vec<_> = typed.numbers.into_iter().map(|number| number.value).collect();
    assert_eq!(numbers, words(&["111", "222"]));

    let wrong = |line: &[&str]| read(&words(line)).unwrap_err();
    assert_eq!(wrong(&["-V"]), Misuse::Version);
    assert_eq!(wrong(&["--help"]), Misuse::Help);
    assert!(matches!(wrong(&["-z"]), Misuse::Wrong(_)));
    assert!(matches!(wrong(&["-l"]), Misuse::Wrong(_)));
    assert!(matches!(wrong(&["-l", "ttyS1:/tmp/x"]), Misuse::No(1, _)));
    assert!(matches!(wrong(&["555;x"]), Misuse::No(2, _)));
}

#[test]
fn mg_105_the_command_line_is_stronger_than_sections_and_these_than_the_rest() {
    let config = "speed 2400\nmodem-init \"\" ATZ1 OK\nport ttyS2\nspeed 9600\ndial-prefix ATDP\n";
    let one = plan(config, &["-l", "ttyS1:ttyS2", "1"]);
    let speeds: Vec<_> = one.entries.iter().map(|entry| entry.initial.speed).collect();
    assert_eq!(speeds, [Some(2400), Some(9600)]);
    let prefixes: Vec<_> = candidates(&one).into_iter().map(|candidate| candidate.prefix.value).collect();
    assert_eq!(prefixes, words(&["ATD", "ATDP"]));
    let two = plan(config, &["-l", "ttyS2", "-s", "19200", "-m", "\"\" ATX3 OK", "1"]);
    assert_eq!(two.entries[0].initial.speed, Some(19200));
    assert_eq!(candidates(&two)[0].init.chat.value.written, b"\"\" ATX3 OK");
    assert_eq!(two.entries[0].origin, Origin::Argument(3));
}

#[test]
fn mg_106_which_lines() {
    assert_eq!(names(&plan("dialout-devices /dev/ttyS1:ttyS2\n", &["1"])), ["ttyS1", "ttyS2"]);
    assert_eq!(names(&plan("", &["1"])), ["tty4c", "tty4d"]);
    assert_eq!(names(&plan("dialout-devices ttyS1\n", &["-l", "ttyS3", "1"])), ["ttyS3"]);
    // Standard input is no terminal here.
    let (status, _) = compiled(&[], &["-S", "-l", "ttyS1", "1"]).unwrap_err();
    assert_eq!(status, 2);
    let (status, texts) = compiled(&[], &["-l", "ttyS1", "-s", "12345", "1"]).unwrap_err();
    assert_eq!((status, texts), (2, vec!["invalid port speed: 12345".to_owned()]));
}

#[test]
fn the_file_is_in_the_directory_of_mgettys() {
    let old = ("/etc/mgetty+sendfax/callback.config", "dialout-devices ttyS7\n");
    let with = |files: &[(&str, &str)]| match compiled(files, &["1"]) {
        Ok(Compiled::Plan(plan)) => names(&plan),
        other => panic!("no plan: {other:?}"),
    };
    assert_eq!(with(&[old, ("/etc/mgetty+sendfax/mgetty.config", "")]), ["ttyS7"]);
    assert_eq!(with(&[old]), ["tty4c", "tty4d"]);
}

#[test]
fn mistakes_of_a_file() {
    let text = "spede 9600\ndelay soon\nspeed 12345\nport ttyS1\ndialout-devices ttyS1\n";
    let mut sources = SourceMap::default();
    let file = sources.add("callback.config".into(), text.as_bytes().to_vec());
    let found: Vec<String> = config::check(&sources, file, &SystemFacts::default())
        .iter()
        .map(|finding| format!("{} {}", finding.code, finding.one_line(&sources)))
        .collect();
    assert_eq!(found.len(), 4, "{found:#?}");
    let read = config::read(false, Some((&sources, file)), Sections::Global);
    assert_eq!(read.foul.len(), 2);
    assert_eq!(read.config.speed.value, 12345);
}

#[test]
fn what_no_modem_takes_is_told() {
    let found = |text: &str| {
        let mut sources = SourceMap::default();
        let file = sources.add("C".into(), text.as_bytes().to_vec());
        let found = config::check(&sources, file, &SystemFacts::default());
        found.iter().map(|finding| finding.one_line(&sources)).collect::<Vec<String>>()
    };
    assert_eq!(found("dial-prefix ATDP\ndelay 0"), [""; 0]);
    let lines = found("dialout-devices ttyS1:/tmp/x::../y");
    assert!(lines.len() == 2 && lines[0].contains("C:1:23: "), "the word, not the value: {lines:?}");
    assert!(lines[1].contains("C:1:31: "), "{lines:?}");
    assert!(found("dial-prefix")[0].starts_with("C:1:1: dial-prefix is no command of a modem"));
    assert_eq!(found("dial-prefix ATD\x07X").len(), 1);
    assert!(found("max-time -5")[0].starts_with("C:1:10: max-time is less than nothing"));
}

#[test]
fn what_is_odd_is_told_once() {
    let config = "spede 1\nport ttyS1\ndelay soon\nport ttyS2\nretry soon\nport a b\n";
    let one = plan(config, &["-l", "ttyS1:ttyS2", "1"]);
    let codes: Vec<String> = one.findings.iter().map(|finding| finding.code.to_string()).collect();
    assert_eq!(codes, ["MC01", "MC10", "MC02", "MC01"], "{:#?}", one.findings);
    assert_eq!(one.says.len(), 6, "{:#?}", one.says);
    let one = plan(config, &["-l", "ttyS9", "1"]);
    assert_eq!(one.findings.len(), 2, "{:#?}", one.findings);
}
