//! What `explain` says of three lines, and that it says it on any terminal.

mod callback;
mod mgetty;
mod rings;
mod sco;

use super::{explain, explain_json};
use polygetty_compat::getty_ps::compile::compile;
use polygetty_compat::persona::Persona;
use polygetty_compat::plan::Compiled;
use polygetty_compat::plan::LinePlan;
use polygetty_compat::source::MapReader;
use polygetty_compat::surroundings::Surroundings;

const GETTYDEFS: &str = "F19200# B19200 CS8 # B19200 SANE #@S login: #F9600

F9600# B9600 CS8 # B9600 SANE #@S login: #F2400

F2400# B2400 CS8 # B2400 SANE #@S login: #F19200
";
const EVERYTHING: &str = "SYSTEM=demo
VERSION=/etc/version
LOGIN=/usr/lib/login
INIT=\"\" AT&F\\sS0=0\\r OK\\T3-ATZ\\r-OK
ISSUE=Welcome to @S\\n
CLEAR=YES
HANGUPSECS=3
DELAY=2
TIMEOUT=30
CONNECT=\"\" ATA\\r CONNECT\\s\\A
WAITFOR=RING
ALTLOCK=ttyS1a
INITLINE=cua1
RINGBACK=YES
SCHED=1:8:00-1:18:00 6:22:0-0:6:0
OFF=\"\" ATH\\r
FIDO=/usr/lib/ifcico
EMSI=yes
WARNCASE=YES
LOCKDIR=/var/spool/locks
LOCKFMT=BINARY
TIMEOT=3
";

fn plan(line: &str, conf: &str) -> LinePlan {
    let argv: Vec<Vec<u8>> = line.split(' ').map(|word| word.as_bytes().to_vec()).collect();
    let persona = Persona::by_name(&argv[0]).expect("a program of ours");
    let mut reader = MapReader::default().file("/etc/gettydefs", GETTYDEFS);
    for device in ["tty1", "ttyS1", "cua1"] {
        reader = reader.device(device);
    }
    reader.terminals.insert(b"vt100".to_vec(), b"\x1b[H\x1b[J".to_vec());
    if !conf.is_empty() {
        reader = reader.file(&format!("/etc/conf.{}.ttyS1", persona.program()), conf);
    }
    match compile(persona, &argv, &Surroundings::default(), &mut reader) {
        Ok(Compiled::Plan(plan)) => *plan,
        other => panic!("no plan from {line:?}: {other:?}"),
    }
}

fn explained(line: &str, conf: &str) -> String {
    let text = explain(&plan(line, conf), line);
    for row in text.lines() {
        assert!(row.chars().count() <= 80, "longer than a line: {row:?}");
        assert!(row.is_ascii() && row == row.trim_end(), "{row:?}");
    }
    text
}

#[test]
fn a_console_as_a_person_reads_it() {
    insta::assert_snapshot!(explained("getty tty1 F9600 vt100", ""));
}

#[test]
fn a_modem_as_a_person_reads_it() {
    let conf = "INIT=\"\" AT\\r OK\nWAITFOR=RING\nCONNECT=\"\" ATA\\r CONNECT\\s\\A\n";
    insta::assert_snapshot!(explained("getty ttyS1 F19200", conf));
}

#[test]
fn a_shared_line_with_everything_as_a_person_reads_it() {
    insta::assert_snapshot!(explained("uugetty -t60 ttyS1 F19200 vt100", EVERYTHING));
}

#[test]
fn no_control_character_of_a_file_reaches_the_terminal() {
    let conf = "ISSUE=/etc/\x1b[2Jissue\nSYSTEM=\x07\nbad\x1b[2J\nINIT=\"\" \x1b\n";
    let text = explain(&plan("getty ttyS1 F9600", conf), "getty ttyS1 F9600");
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    assert!(text.contains("/etc/\\x1b[2Jissue"), "{text}");
}

#[test]
fn programs_read_every_value_with_its_origin() {
    let json: serde_json::Value =
        serde_json::from_str(&explain_json(&plan("uugetty -t60 ttyS1 F19200 vt100", EVERYTHING)))
            .expect("JSON");
    let stages = json["stages"].as_array().expect("stages");
    let settings = || {
        let of_stages = stages.iter().flat_map(|stage| stage["settings"].as_array().expect("settings"));
        of_stages.chain(json["facts"].as_array().expect("facts"))
    };
    let timeout = settings().find(|setting| setting["name"] == "timeout").expect("timeout");
    assert_eq!(timeout["value"], "30 s");
    assert_eq!(timeout["origin"], "/etc/conf.uugetty.ttyS1:9");
    assert_eq!(timeout["overrode"][0], "argument 1");
    let from: Vec<&str> = settings().filter_map(|setting| setting["origin"].as_str()).collect();
    // CLEAR=YES is what is built in, EMSI goes with FIDO, TIMEOT is no keyword
    let silent = ["CLEAR", "EMSI", "TIMEOT"];
    for (number, line) in EVERYTHING.lines().enumerate() {
        let keyword = line.split('=').next().unwrap_or(line);
        let origin = format!("/etc/conf.uugetty.ttyS1:{}", number + 1);
        assert!(silent.contains(&keyword) || from.contains(&origin.as_str()), "{keyword} is not shown");
    }
    for (number, stage) in stages.iter().enumerate() {
        assert_eq!(stage["number"], number + 1);
    }
    assert_eq!(json["findings"][0]["code"], "CG02");
}
