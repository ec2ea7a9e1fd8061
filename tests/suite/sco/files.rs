//! gettydefs as SCO has it, its check, and the command line.

use std::time::Duration;

use polygetty_platforms::symbols::Os;
use polygetty_rig::Root;

use super::{Desk, P, entry};
use crate::scene::start;

struct Checked {
    status: i32,
    stdout: String,
    stderr: String,
}

fn check(text: &str) -> Checked {
    let root = Root::new();
    root.put_recorder("bin/stub");
    root.write("etc/gettydefs", text);
    run(&root, "sco_getty", &["-c", "/etc/gettydefs"])
}

fn run(root: &Root, persona: &str, words: &[&str]) -> Checked {
    let mut checker = start(root, persona, words, &[]);
    let status = checker.exit_status();
    Checked { status, stdout: checker.stdout(), stderr: checker.stderr() }
}

#[test]
fn sco_34_a_good_file_is_listed() {
    let checked = check(&super::standard());
    assert_eq!((checked.status, checked.stderr.as_str()), (0, ""));
    for line in [
        "entry \"m\" (line 1)",
        "entry \"n\" (line 3)",
        " login prompt: \"login: \"",
        " next: \"n\"",
        " login program: /bin/stub",
    ] {
        assert!(checked.stdout.lines().any(|have| have == line), "{line} in {}", checked.stdout);
    }
    assert!(checked.stdout.ends_with("2 entries\n"), "{}", checked.stdout);
    if Os::HERE != Os::Linux {
        return;
    }
    // B9600 CREAD HUPCL CS8, in octal; the last three are not written.
    let initial = checked.stdout.lines().find(|line| line.starts_with(" initial flags:")).unwrap();
    let control = initial.split("cflag ").nth(1).unwrap().split(',').next().unwrap();
    let control = u32::from_str_radix(control, 8).unwrap();
    for (name, bits) in [("CREAD", 0o200), ("HUPCL", 0o2000), ("CS8", 0o60)] {
        assert_eq!(control & bits, bits, "{name} in {initial}");
    }
}

#[test]
fn sco_35_an_unknown_flag_is_reported_twice_over() {
    let checked = check(&entry("m|B9600 FROB SANE|B9600 SANE|login: |m|STUB"));
    assert_eq!(checked.status, 1);
    assert!(checked.stderr.contains(":1:9: error[GD03]"), "{}", checked.stderr);
    assert!(checked.stderr.lines().any(|line| line.trim_start().starts_with("^~~~")), "{}", checked.stderr);
    assert!(checked.stdout.lines().any(|line| line == " unrecognized: FROB"), "{}", checked.stdout);
    assert!(checked.stdout.contains(" initial flags: iflag"), "{}", checked.stdout);
}

#[test]
fn sco_36_an_entry_that_ends_too_soon() {
    let checked = check("x # B9600 # B9600\n\nm#B9600#B9600 SANE#login: #m\n");
    assert_eq!(checked.status, 1);
    let told = checked.stderr.lines().find(|line| line.contains("[GD02]")).expect("GD02");
    assert!(told.contains("login prompt"), "{told}");
    assert!(checked.stdout.lines().any(|line| line == " invalid: login prompt"), "{}", checked.stdout);
    assert!(checked.stdout.contains("entry \"m\" (line 3)"), "{}", checked.stdout);
}

#[test]
fn sco_37_a_file_that_is_not_there_and_none_at_all() {
    let root = Root::new();
    let missing = run(&root, "sco_getty", &["-c", "/nonexistent"]);
    assert_eq!((missing.status, missing.stdout.as_str()), (2, ""));
    assert!(missing.stderr.contains("/nonexistent"), "{}", missing.stderr);
    let alone = run(&root, "sco_getty", &["-c"]);
    assert_eq!(alone.status, 2);
    assert!(alone.stderr.contains("usage: getty"), "{}", alone.stderr);
}

#[test]
fn sco_38_comments_and_continuations() {
    let text = "# note\nm#B9600#B9600 SANE#login: #n#/bin/stub\n\nn#B19200\n#B19200 SANE#n2: #m#/bin/stub\n";
    for (label, prompt) in [("m", &b"\r\nlogin: "[..]), ("n", b"\r\nn2: ")] {
        let mut desk = Desk::with(text);
        let _getty = desk.start(&format!("-hn L {label}"));
        desk.line.expect(prompt);
    }
}

#[test]
fn sco_39_a_line_of_blanks_ends_an_entry() {
    let text = "m#B9600#B9600 SANE#login: #n#/bin/stub\n  \nn#B19200#B19200 SANE#n2: #m#/bin/stub\n";
    for (label, prompt) in [("m", &b"\r\nlogin: "[..]), ("n", b"\r\nn2: ")] {
        let mut desk = Desk::with(text);
        let _getty = desk.start(&format!("-hn L {label}"));
        desk.line.expect(prompt);
    }
}

#[test]
fn sco_40_two_entries_without_an_empty_line() {
    let checked = check("m#B9600#B9600 SANE#login: #n\nn#B19200#B19200 SANE#n2: #m\n");
    assert_eq!(checked.status, 1);
    assert!(checked.stderr.contains(":2:1: error[GD05]"), "{}", checked.stderr);
}

#[test]
fn sco_41_flow_control_by_sco_s_names() {
    let file = entry("m|B9600|B9600 SANE -ISTRIP RTSFLOW CTSFLOW ORTSFL SCANCODE|login: |m|STUB");
    let checked = check(&file);
    assert_eq!(checked.status, 0, "{}", checked.stderr);
    let mut desk = Desk::with(&file);
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"joe\r");
    let recorded = desk.expect_argv(&["stub", "joe"]);
    assert!(!recorded.flag("ISTRIP"));
    if Os::HERE == Os::Linux {
        assert!(recorded.flag("CRTSCTS"));
    }
}

#[test]
fn sco_65_unknown_letters_cost_nothing() {
    let mut desk = Desk::new();
    let _getty = desk.start("-Q -hn -t60 L m");
    desk.line.expect(P);
    desk.root.expect_log(&["-Q"]);

    let mut desk = Desk::new();
    let _getty = desk.start("-r -hn L m");
    desk.line.expect_waiting();
    desk.line.expect_silence(Duration::from_millis(300));
    desk.line.send(b"\r");
    desk.line.expect(P);
}

#[test]
fn sco_66_no_line() {
    let root = Root::new();
    let began = std::time::Instant::now();
    let refused = run(&root, "sco_getty", &[]);
    assert_eq!(refused.status, 1);
    assert!(began.elapsed() < Duration::from_secs(15), "nobody but init is made to wait");
    root.expect_log(&["no terminal line specified"]);
}

#[test]
fn sco_67_type_and_line_discipline() {
    let mut desk = Desk::new();
    let _getty = desk.start("-hn L m vt100 LDISC3");
    desk.line.expect(P);
    desk.root.expect_log(&["LDISC3"]);
    desk.line.send(b"joe\r");
    assert_eq!(desk.expect_argv(&["stub", "joe"]).env("TERM").as_deref(), Some("vt100"));
}

#[test]
fn sco_78_debug_entries_are_asked_for() {
    for (level, wanted) in [("0", false), ("1", true)] {
        let mut desk = Desk::new();
        let _getty = desk.start(&format!("-x {level} -hn L m"));
        desk.line.expect(P);
        desk.line.send(b"joe\r");
        desk.expect_argv(&["stub", "joe"]);
        let debug = desk.root.log_lines(&["debug"]);
        assert_eq!(!debug.is_empty(), wanted, "{}", desk.root.log());
    }
}

#[test]
fn sco_79_no_type_no_term() {
    for words in ["-hn L m", "-hn L m none"] {
        let mut desk = Desk::new();
        let _getty = desk.start_as("sco_getty", words, &[("TERM", "linux")]);
        desk.line.expect(P);
        desk.line.send(b"joe\r");
        assert_eq!(desk.expect_argv(&["stub", "joe"]).env("TERM"), None, "{words}");
    }
}
