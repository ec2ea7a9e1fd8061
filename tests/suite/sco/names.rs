//! Reading the name.

use std::time::Duration;

use polygetty_platforms::symbols::Os;
use polygetty_rig::{SOON, until};

use super::{Desk, P, entry};
use crate::scene::skipped;

#[test]
fn sco_05_a_name_and_a_return() {
    let mut desk = Desk::new();
    let mut getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"joe\r");
    desk.line.expect(b"joe\r\n");
    let recorded = desk.expect_argv(&["stub", "joe"]);
    let wanted = ["ICRNL", "ONLCR", "ICANON", "ECHO", "ECHOE"];
    assert_eq!(recorded.flags_of(&wanted), wanted);
    assert_eq!(recorded.speeds(), (9600, 9600));
    assert_eq!(getty.exit_status(), 0);
}

#[test]
fn sco_06_a_line_feed_maps_nothing() {
    let mut desk = Desk::with(&entry("m|B9600|B9600 CS8|login: |m|STUB"));
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"joe\n");
    desk.line.expect(b"joe\n\r");
    let recorded = desk.expect_argv(&["stub", "joe"]);
    assert!(!recorded.flag("ICRNL") && !recorded.flag("ONLCR"));
}

#[test]
fn sco_07_an_empty_name_asks_again() {
    let mut desk = Desk::new().file("etc/issue", "once\n");
    let mut getty = desk.start("-hn L m");
    desk.line.expect(b"\r\nonce\r\nlogin: ");
    desk.line.send(b"\r");
    desk.line.expect(b"\r\n\r\nlogin: ");
    desk.line.send(b"  \r");
    desk.line.expect(b"  \r\n\r\nlogin: ");
    assert!(getty.is_running());
}

#[test]
fn sco_08_backspace_erases_and_is_learnt() {
    let mut desk = Desk::new();
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"joex\x08\r");
    desk.line.expect(b"joex\x08 \x08\r\n");
    assert_eq!(desk.expect_argv(&["stub", "joe"]).char("ERASE"), Some(0x08));
}

#[test]
fn sco_09_delete_erases_and_is_learnt() {
    let mut desk = Desk::new();
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"\x7f");
    desk.line.expect_silence(Duration::from_millis(100));
    desk.line.send(b"amy\x7f\r");
    desk.line.expect(b"amy\x08 \x08\r\n");
    assert_eq!(desk.expect_argv(&["stub", "am"]).char("ERASE"), Some(0x7f));
}

#[test]
fn sco_10_kill_begins_a_new_line() {
    let mut desk = Desk::new();
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"bad\x15joe\r");
    desk.line.expect(b"bad\r\njoe\r\n");
    desk.expect_argv(&["stub", "joe"]);
}

#[test]
fn sco_17_nobody_answers_the_prompt() {
    for option in ["-t 2", "-t2"] {
        let mut desk = Desk::new();
        let began = std::time::Instant::now();
        let mut getty = desk.start(&format!("-hn {option} L m"));
        desk.line.expect(P);
        assert_eq!(getty.exit_status_within(SOON), 1);
        let took = began.elapsed();
        assert!(took > Duration::from_secs(2), "{took:?}");
        desk.root.expect_log(&["notice", "no name within 2 s of a prompt (argument 2): ends"]);
    }
}

#[test]
fn sco_19_what_is_typed_in_the_first_second_is_thrown_away() {
    // The second begins with the prompt: what was sent within a second of the start came within that of the prompt.
    let typed_in_time = || {
        let mut desk = Desk::new();
        let began = std::time::Instant::now();
        let getty = desk.start("-h L m");
        desk.line.expect(P);
        desk.line.send(b"joe\r");
        (began.elapsed() < Duration::from_secs(1)).then_some((desk, getty))
    };
    let Some((mut desk, _getty)) = until(SOON, typed_in_time) else {
        return skipped("nothing is typed in the first second on a machine as slow as this");
    };
    // No echo, and what comes after the second counts: long after it, for getty may be late to see that it is over.
    desk.line.expect_silence(Duration::from_secs(3));
    desk.line.send(b"amy\r");
    desk.line.expect(b"amy\r\n");
    desk.expect_argv(&["stub", "amy"]);
}

#[test]
fn sco_20_with_n_it_counts() {
    let mut desk = Desk::new();
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"joe\r");
    desk.line.expect(b"joe\r\n");
    desk.expect_argv(&["stub", "joe"]);
}

#[test]
fn sco_21_the_high_bit_is_echoed_and_not_read() {
    let mut desk = Desk::new();
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"\xea\xef\xe5\x8d");
    // The CR is answered by CR LF.
    desk.line.expect(b"\xea\xef\xe5\r\n");
    desk.expect_argv(&["stub", "joe"]);
}

#[test]
fn sco_22_capitals_twice_are_an_upper_case_terminal() {
    let mut desk = Desk::new();
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"JOE\r");
    desk.line.expect(b"JOE\r\n\r\n");
    let request = desk.line.find(b"login: ");
    assert!(request.ends_with(b"\r\n") && request.len() > 10, "{request:?}");
    assert!(!desk.root.was_logged_in());
    desk.line.send(b"JOE\r");
    let recorded = desk.expect_argv(&["stub", "joe"]);
    if Os::HERE == Os::FreeBsd {
        return;
    }
    let wanted = ["IUCLC", "OLCUC", "XCASE", "IEXTEN"];
    assert_eq!(recorded.flags_of(&wanted), wanted);
}

#[test]
fn sco_23_a_capital_is_no_upper_case_terminal() {
    let mut desk = Desk::new();
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"Joe\r");
    let recorded = desk.expect_argv(&["stub", "Joe"]);
    assert_eq!(recorded.flags_of(&["IUCLC", "OLCUC", "XCASE"]), [""; 0]);
}

#[test]
fn sco_70_a_line_without_end() {
    let mut desk = Desk::new();
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(&[b'a'; 300]);
    desk.line.find(b"\r\nlogin: ");
    assert!(!desk.root.was_logged_in());
    desk.line.expect_waiting();
    let _ = desk.line.rest(Duration::from_millis(100));
    desk.line.send(b"\x15joe\r");
    desk.line.find(b"joe\r\n");
    desk.expect_argv(&["stub", "joe"]);
}

#[test]
fn sco_77_a_screen_of_this_machine_needs_no_flush() {
    if Os::HERE != Os::Linux {
        return skipped("tty1 is a screen on Linux");
    }
    let mut desk = Desk::new();
    std::fs::create_dir_all(desk.root.path("dev")).unwrap();
    std::os::unix::fs::symlink(desk.line.device(), desk.root.path("dev/tty1")).unwrap();
    let _getty = desk.start("-h tty1 m");
    desk.line.expect(P);
    desk.line.send(b"joe\r");
    desk.line.expect(b"joe\r\n");
    desk.expect_argv(&["stub", "joe"]);
}

#[test]
fn sco_69_a_caller_who_is_gone() {
    let desk = Desk::new();
    let mut getty = desk.start("-hn L m");
    let Desk { root, mut line } = desk;
    line.expect(P);
    drop(line);
    assert_eq!(getty.exit_status(), 0);
    drop(root);
}
