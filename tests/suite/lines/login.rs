//! Reading the login name, and what login is given.

use std::time::{Duration, Instant};

use polygetty_rig::{SOON, caps, until};

use crate::scene::{P, P2400, PROMPT, Scene, skipped};

const UPPER: [&str; 3] = ["IUCLC", "OLCUC", "XCASE"];

#[test]
fn gps_01_a_name_goes_to_login_and_cr_is_learnt() {
    let mut scene = Scene::new();
    let mut getty = scene.start("LINE 9600 vt100");
    scene.line.expect(P);
    let recorded = scene.log_in();
    assert_eq!(recorded.env("TERM").as_deref(), Some("vt100"));
    assert_eq!(recorded.speeds(), (9600, 9600));
    let wanted = ["ICRNL", "ONLCR", "ECHO", "ICANON", "OPOST", "ISIG", "CLOCAL", "CREAD"];
    assert_eq!(recorded.flags_of(&wanted), wanted);
    assert!(!recorded.flag("ISTRIP"));
    assert_eq!(getty.exit_status(), 0);
}

#[test]
fn gps_02_lf_learns_nothing_cr_learns_both() {
    for (end, learnt) in [(b"\n", &[][..]), (b"\r", &["ICRNL", "ONLCR"][..])] {
        let mut scene = Scene::new();
        let _getty = scene.start("LINE 2400");
        scene.line.expect(P2400);
        scene.line.send(b"bob");
        scene.line.send(end);
        scene.line.expect(b"bob\r\n");
        let recorded = scene.root.recorded();
        assert_eq!(recorded.flags_of(&["ICRNL", "ONLCR"]), learnt);
        assert_eq!(recorded.flags_of(&["OPOST", "ISIG", "ICANON", "ECHO"]).len(), 4);
        assert_eq!(recorded.speeds(), (2400, 2400));
    }
}

#[test]
fn gps_03_login_leads_a_session_with_the_line_and_nothing_else() {
    let mut scene = Scene::new();
    let getty = scene.start("LINE 9600 vt100");
    scene.line.expect(P);
    let recorded = scene.log_in();
    let device = scene.line.device();
    for fd in 0..3 {
        assert_eq!(recorded.text(&format!("fd.{fd}")).as_deref(), device.to_str(), "descriptor {fd}");
        assert_eq!(recorded.text(&format!("waits.{fd}")).as_deref(), Some("true"), "O_NONBLOCK of {fd}");
    }
    assert_eq!(recorded.number::<i32>("pid"), getty.pid());
    assert_eq!(recorded.number::<i32>("sid"), getty.pid());
    assert_eq!(recorded.number::<i32>("foreground"), getty.pid());
    assert_eq!(recorded.text("controlling").as_deref(), Some("true"));
    assert_eq!(recorded.text("mask").as_deref(), Some(""));
    if caps().proc_self {
        assert_eq!(recorded.text("open").as_deref(), Some("0,1,2"));
    }
}

#[test]
fn gps_03_signals_are_at_their_defaults() {
    if !caps().proc_self {
        return skipped("no /proc/self/status here");
    }
    let mut scene = Scene::with("LOGIN=/bin/signals");
    // A shell passes on what it was given; the recorder's own runtime ignores SIGPIPE. It reads by itself,
    // for it blocks signals while it starts a program.
    let said = scene.root.path("signals");
    let script = format!(
        "#!/bin/sh\nwhile read -r line; do echo \"$line\"; done </proc/self/status >{0}.new\n/bin/mv {0}.new {0}\n",
        said.display()
    );
    scene.root.write_program("bin/signals", script);
    let _getty = scene.start("LINE 9600 vt100");
    scene.line.expect(P);
    scene.line.send(b"bob\r");
    let status = until(SOON, || std::fs::read_to_string(&said).ok()).expect("login ran");
    for name in ["SigIgn:", "SigBlk:"] {
        let bits = status.lines().find_map(|line| line.strip_prefix(name)).expect("Linux tells").trim();
        // Signals 32 and 33 belong to the C library, which lets nobody set them.
        let bits = u64::from_str_radix(bits, 16).unwrap() & !(0b11 << 31);
        assert_eq!(bits, 0, "{name}");
    }
}

#[test]
fn gps_04_term_is_inherited_or_unknown() {
    for (environment, term) in [(&[][..], "unknown"), (&[("TERM", "linux")][..], "linux")] {
        let mut scene = Scene::new();
        let _getty = scene.start_in("LINE 9600", environment);
        scene.line.expect(P);
        assert_eq!(scene.log_in().env("TERM").as_deref(), Some(term));
    }
}

#[test]
fn gps_05_both_erase_characters_erase_and_the_one_used_stays() {
    for erase in [0x7f, 0x08] {
        let mut scene = Scene::new();
        let _getty = scene.start("LINE 9600");
        scene.line.expect(P);
        scene.line.send(&[erase]);
        scene.line.send(b"box");
        // Nothing comes back for the one on the empty name.
        scene.line.expect(b"box");
        scene.line.send(&[erase, b'b', b'\r']);
        scene.line.expect(b"\x08 \x08b\r\n");
        let recorded = scene.root.recorded();
        assert_eq!(recorded.argv(), ["login", "bob"]);
        assert_eq!(recorded.char("ERASE"), Some(erase));
    }
}

#[test]
fn gps_06_kill_takes_the_whole_name_and_its_capitals() {
    let mut scene = Scene::new();
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"ABC\x15cd\r");
    scene.line.expect(b"ABC\x08 \x08\x08 \x08\x08 \x08cd\r\n");
    let recorded = scene.root.recorded();
    assert_eq!(recorded.argv(), ["login", "cd"]);
    if caps().upper_case_terminals {
        assert!(recorded.flags_of(&UPPER).is_empty());
    }
}

#[test]
fn gps_07_a_name_of_capitals_is_lowered_and_the_terminal_mapped() {
    for (typed, name, mapped) in [("BOB", "bob", true), ("Bob", "Bob", false), ("123", "123", false)] {
        let mut scene = Scene::new();
        let _getty = scene.start("LINE 9600");
        scene.line.expect(P);
        scene.line.send(format!("{typed}\r").as_bytes());
        scene.line.expect(format!("{typed}\r\n").as_bytes());
        let recorded = scene.root.recorded();
        assert_eq!(recorded.argv(), ["login", name]);
        if caps().upper_case_terminals {
            assert_eq!(recorded.flags_of(&UPPER).len(), if mapped { 3 } else { 0 }, "{typed}");
        }
    }
}

#[test]
fn gps_08_warncase_asks_once_for_lower_case() {
    let mut scene = Scene::with("WARNCASE=YES");
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"BOB\r");
    scene.line.expect(b"BOB\r\n");
    let warning = String::from_utf8_lossy(&scene.line.find(PROMPT)).to_lowercase();
    assert!(warning.contains("lower"), "{warning:?}");
    assert!(warning.matches("\r\n").count() >= 2, "{warning:?}");
    assert!(!scene.root.was_logged_in());
    scene.line.send(b"BOB\r");
    scene.line.expect(b"BOB\r\n");
    assert_eq!(scene.root.recorded().argv(), ["login", "bob"]);
}

#[test]
fn gps_09_break_moves_round_the_speeds() {
    let mut scene = Scene::new();
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"\0");
    scene.line.expect(P2400);
    assert_eq!(scene.line.attrs().speeds(), (2400, 2400));
    scene.line.send(b"\0");
    scene.line.expect(P);
    assert_eq!(scene.line.attrs().speeds(), (9600, 9600));
    scene.log_in();
}

#[test]
fn gps_10_an_empty_name_brings_the_prompt_without_issue() {
    let mut scene = Scene::new();
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"\r");
    scene.line.expect(b"\r\nhost login: ");
    scene.line.send(b"  \r");
    scene.line.expect(b"  \r\nhost login: ");
    scene.log_in();
}

#[test]
fn gps_11_end_of_file_ends_it_only_as_first_byte() {
    let mut scene = Scene::new();
    let mut getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"\x04");
    assert_eq!(getty.exit_status(), 0);
    assert!(!scene.root.was_logged_in());

    let mut scene = Scene::new();
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"ab\x04c\r");
    scene.line.expect(b"abc\r\n");
    assert_eq!(scene.root.recorded().argv(), ["login", "abc"]);
}

#[test]
fn gps_12_quit_character_and_hang_up_end_it() {
    let mut scene = Scene::new();
    let mut getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"ab\x1c");
    assert_eq!(getty.exit_status(), 0);
    assert!(!scene.root.was_logged_in());

    let mut scene = Scene::new();
    let mut getty = scene.start("LINE 9600");
    scene.line.expect(P);
    drop(scene.line);
    assert_eq!(getty.exit_status(), 0);
    assert!(!scene.root.was_logged_in());
}

#[test]
fn gps_13_a_name_cannot_be_an_option() {
    let mut scene = Scene::new();
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"-f root\r");
    let said = scene.line.find(PROMPT);
    assert!(said.len() > b"-f root\r\n\r\n".len(), "a line says why: {:?}", polygetty_rig::shown(&said));
    assert!(!scene.root.was_logged_in());
    // Erasing down to the dash changes nothing.
    scene.line.send(b"-x\x7f\x7f-h\r");
    scene.line.find(PROMPT);
    assert!(!scene.root.was_logged_in());
    scene.log_in();
}

#[test]
fn gps_14_a_name_of_300_letters_is_refused() {
    let mut scene = Scene::new();
    let mut getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(&[b'n'; 300]);
    scene.line.send(b"\r");
    scene.line.find(PROMPT);
    assert!(getty.is_running());
    assert!(!scene.root.was_logged_in());
    scene.log_in();
}

#[test]
fn gps_14_a_name_of_255_letters_is_not() {
    let mut scene = Scene::new();
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(&[b'n'; 255]);
    scene.line.send(b"\r");
    assert_eq!(scene.root.recorded().argv(), ["login".to_owned(), "n".repeat(255)]);
}

#[test]
fn gps_15_with_echo_in_the_initial_flags_a_byte_comes_back_once() {
    let mut scene = Scene::new().gettydefs("9600# B9600 CS8 ECHO # B9600 SANE #@S login: #9600\n");
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"bob\r");
    let mut echoed = scene.line.find(b"\r\n");
    echoed.retain(|byte| *byte != b'\r');
    assert_eq!(echoed, b"bob");
    assert_eq!(scene.root.recorded().argv(), ["login", "bob"]);
}

const TIMED_OUT: &[u8] = b"\r\nTimed out after 3 seconds.\r\n";

#[test]
fn gps_16_a_silent_caller_is_told_and_hung_up_on() {
    let mut scene = Scene::new();
    let began = Instant::now();
    let mut getty = scene.start("-t 3 LINE 9600");
    scene.line.expect(P);
    scene.line.expect(TIMED_OUT);
    assert!(began.elapsed() > Duration::from_secs(3), "{:?}", began.elapsed());
    if caps().keeps_b0 {
        scene.line.attrs_when("speed 0", |attrs| attrs.speeds().1 == 0);
    }
    assert_eq!(getty.exit_status_within(SOON + Duration::from_secs(5)), 1);
    assert!(began.elapsed() > Duration::from_secs(3 + 5), "{:?}", began.elapsed());
    assert!(!scene.root.was_logged_in());
}

#[test]
fn gps_16_empty_names_do_not_put_the_timeout_off() {
    let mut scene = Scene::new();
    let _getty = scene.start("-t 3 LINE 9600");
    scene.line.expect(P);
    let prompted = Instant::now();
    let mut heard = Vec::new();
    while !heard.ends_with(TIMED_OUT) {
        assert!(prompted.elapsed() < Duration::from_secs(20), "no end after {heard:?}");
        scene.line.send(b"\r");
        heard.extend(scene.line.rest(Duration::from_millis(900)));
        // The line is dead to the caller after the message.
        if let Some(at) = heard.windows(TIMED_OUT.len()).position(|window| window == TIMED_OUT) {
            heard.truncate(at + TIMED_OUT.len());
        }
    }
}

#[test]
fn gps_17_the_file_overrides_the_timeout_of_the_command_line() {
    let mut scene = Scene::with("TIMEOUT=3");
    let _getty = scene.start("-t 60 LINE 9600");
    scene.line.expect(P);
    scene.line.expect(TIMED_OUT);
}
