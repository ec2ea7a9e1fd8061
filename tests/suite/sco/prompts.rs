//! Prompts, entries and what BREAK does.

use std::time::{Duration, Instant};

use polygetty_rig::{SOON, until};

use super::{Desk, P, entry};

#[test]
fn sco_01_the_first_bytes() {
    let mut desk = Desk::new();
    let _getty = desk.start("-hn L m");
    desk.line.expect(b"\r\nlogin: ");
    desk.line.expect_waiting();
    desk.line.expect_silence(Duration::from_millis(100));
}

#[test]
fn sco_02_blanks_of_a_prompt_count() {
    let mut desk = Desk::with(&entry("m|B9600|B9600 SANE| a b |m|STUB"));
    let _getty = desk.start("-hn L m");
    desk.line.expect(b"\r\n a b ");
    desk.line.expect_silence(Duration::from_millis(100));
}

#[test]
fn sco_03_escapes_of_a_prompt() {
    let mut desk = Desk::with(&entry(r"m|B9600|B9600 SANE|\r\n\007\101\\\#|m|STUB"));
    let _getty = desk.start("-hn L m");
    desk.line.expect(b"\r\n\r\n\x07A\\#");
}

#[test]
fn sco_04_the_node_in_a_prompt() {
    let mut desk = Desk::with(&entry(r"m|B9600|B9600 SANE|@!x\@|m|STUB"));
    let _getty = desk.start("-hn L m");
    let node = polygetty_platforms::process::system_names().unwrap().node;
    desk.line.expect(format!("\r\n{node}!x@").as_bytes());
}

#[test]
fn sco_11_break_leads_to_the_next_label_and_on() {
    let mut desk = Desk::new();
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"\0");
    desk.line.expect(b"\r\nn2: ");
    desk.line.attrs_when("19200", |attrs| attrs.speeds() == (19200, 19200));
    desk.line.send(b"\0");
    desk.line.expect(P);
    desk.line.attrs_when("9600", |attrs| attrs.speeds() == (9600, 9600));
}

#[test]
fn sco_12_a_nul_with_parity_is_a_break() {
    let mut desk = Desk::new();
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"jo\x80");
    desk.line.expect(b"jo\r\nn2: ");
    desk.line.attrs_when("19200", |attrs| attrs.speeds() == (19200, 19200));
    desk.line.send(b"\x80");
    desk.line.expect(P);
}

#[test]
fn sco_13_a_break_to_nowhere_changes_nothing() {
    let mut desk = Desk::with(&entry("m|B9600|B9600 SANE|login: |zzz|STUB"));
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    let before = desk.root.log().lines().count();
    desk.line.send(b"\0");
    desk.line.expect(P);
    assert_eq!(desk.line.attrs().speeds(), (9600, 9600));
    desk.root.expect_log(&["BREAK", "\"m\"", "stays"]);
    assert_eq!(desk.root.log().lines().count(), before + 1, "{}", desk.root.log());
}

#[test]
fn sco_14_an_unknown_label_is_the_first() {
    let mut desk = Desk::new();
    let _getty = desk.start("-hn L nosuch");
    desk.line.expect(P);
    desk.root.expect_log(&["no entry \"nosuch\"", "using the first, \"m\""]);
}

#[test]
fn sco_15_no_label_is_the_first() {
    let mut desk = Desk::new();
    let _getty = desk.start("-hn L");
    desk.line.expect(P);
    desk.line.attrs_when("9600", |attrs| attrs.speeds() == (9600, 9600));
}

#[test]
fn sco_16_without_gettydefs_300_and_capitals() {
    let mut desk = Desk::new();
    std::fs::remove_file(desk.root.path("etc/gettydefs")).unwrap();
    let _getty = desk.start("-hn L m");
    desk.line.expect(b"\r\nLOGIN: ");
    let attrs = desk.line.attrs_when("300", |attrs| attrs.speeds() == (300, 300));
    assert_eq!((attrs.flag("ECHO"), attrs.flag("ICANON")), (Some(false), Some(false)));
}

#[test]
fn sco_31_auto_asks_nobody() {
    let mut desk = Desk::with(&entry("m|B9600 SANE ECHOE|B19200|p|m|AUTO STUB"));
    let _getty = desk.start("-hn L m");
    let recorded = desk.expect_argv(&["stub", "L"]);
    assert_eq!(recorded.speeds(), (9600, 9600));
    assert!(recorded.flag("ICANON") && recorded.flag("ECHO"));
    let said = desk.line.rest(Duration::from_millis(200));
    assert!(!said.contains(&b'p'), "{said:?}");
}

#[test]
fn sco_32_auto_alone_is_login_for_the_line() {
    let desk = Desk::with(&entry("m|B9600 SANE|B9600 SANE|p|m|AUTO"));
    let _getty = desk.start("-hn L m");
    let argv = desk.recorded().argv();
    assert_eq!(argv.first().map(String::as_str), Some("login"));
    assert_eq!(argv.last().map(String::as_str), Some(desk.line.name()));
    assert!(!argv.contains(&"baduser".to_owned()));
}

#[test]
fn sco_33_the_issue_comes_before_an_auto_program() {
    let mut desk = Desk::with(&entry("m|B9600 SANE|B9600 SANE|p|m|AUTO STUB")).file("etc/issue", "hi\n");
    let _getty = desk.start("-hn L m");
    desk.line.expect(b"\r\nhi\r\n");
    desk.expect_argv(&["stub", "L"]);
}

#[test]
fn sco_68_two_issue_files() {
    let mut desk = Desk::new().file("etc/default/issue", "A\n").file("etc/issue", "%s %% B\n");
    let _getty = desk.start("-hn L m");
    let system = polygetty_platforms::process::system_names().unwrap().sysname;
    desk.line.expect(format!("\r\nA\r\n{system} % B\r\nlogin: ").as_bytes());
    // It is typed again after BREAK, and not after an empty name.
    desk.line.send(b"\r");
    desk.line.expect(b"\r\n\r\nlogin: ");
    desk.line.send(b"\0");
    desk.line.expect(format!("\r\nA\r\n{system} % B\r\nn2: ").as_bytes());
}

#[test]
fn sco_76_the_built_in_entry_reads_either_parity() {
    for typed in [&b"\x6a\x6f\x65\x8d"[..], b"\xea\xef\xe5\x0d"] {
        let mut desk = Desk::new();
        std::fs::remove_file(desk.root.path("etc/gettydefs")).unwrap();
        let _getty = desk.start("-hn L m");
        desk.line.expect(b"\r\nLOGIN: ");
        let attrs = desk.line.attrs_when("the prompt's modes", |attrs| attrs.speeds() == (300, 300));
        for flag in ["OPOST", "ONLCR", "TAB3"] {
            assert_eq!(attrs.flag(flag), Some(true), "{flag}");
        }
        // One byte is read as soon as it is there: its echo comes before the next is sent.
        for byte in &typed[..3] {
            desk.line.send(&[*byte]);
            desk.line.expect(&[*byte]);
        }
        desk.line.send(&typed[3..]);
        let argv = desk.recorded().argv();
        assert_eq!(argv.last().map(String::as_str), Some("joe"), "{argv:?}");
    }
}

#[test]
fn sco_64_the_line_is_hung_up_for_a_second_unless_h() {
    use polygetty_platforms::line::OpenLine;
    let desk = Desk::new();
    // A second descriptor sees the speed.
    let watch = OpenLine::open(&desk.line.device()).unwrap();
    let zero = || watch.attrs().is_ok_and(|attrs| attrs.speeds().1 == 0);
    // Between two looks there may be any time: a look before each change, and one after it.
    let mut before = Instant::now();
    let _getty = desk.start("-n L m");
    let at_zero = || {
        let now = Instant::now();
        zero().then(Instant::now).or_else(|| {
            before = now;
            None
        })
    };
    let fallen = until(SOON, at_zero).expect("speed 0");
    // Root cuts us off with everybody else; the line itself tells then.
    let mut still = fallen;
    let raised = || {
        let now = Instant::now();
        if desk.line.is_hung_up() {
            still = now;
            return None;
        }
        Some(Instant::now())
    };
    let up = until(SOON, raised).expect("raised again");
    let (at_least, at_most) = (still - fallen, up - before);
    let right = Duration::from_secs(1);
    assert!(at_most >= right && at_least < right * 2, "{at_least:?} to {at_most:?}");
    desk.line.attrs_when("9600", |attrs| attrs.speeds() == (9600, 9600));

    let mut desk = Desk::new();
    let _getty = desk.start("-hn L m");
    until(SOON, || {
        assert!(!desk.line.is_hung_up(), "-h hangs nothing up");
        desk.line.hears(P).then_some(())
    })
    .expect("the prompt");
}
