//! Programs that call, told by gettyacts.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use polygetty_rig::{SOON, until};

use super::{Desk, P, PPPD};
use crate::scene::skipped;

const PPP: &str = "PPP:STUB:-u nppp:0x7e 0xff\n";
/// For longer than a test takes to call, on any machine; the window ends with the call.
const LISTENS: &str = "-hn -x 1 -s 300 L m";

#[test]
fn sco_58_a_ppp_caller_sees_no_prompt() {
    let mut desk = Desk::new().file("etc/gettyacts", PPP);
    let _getty = desk.start(LISTENS);
    desk.root.expect_log(&["listens for programs"]);
    desk.line.send(b"\x7e\xff\x7d\x23");
    let recorded = desk.expect_argv(&["stub", "-u", "nppp"]);
    assert_eq!(recorded.env("GETTY_PROTOCOL").as_deref(), Some("PPP"));
    assert_eq!(recorded.env("GETTY_LINE").as_deref(), Some(desk.line.name()));
    let said = desk.line.rest(Duration::from_millis(200));
    assert!(!said.windows(6).any(|window| window == b"login:"), "{said:?}");
}

#[test]
fn a_real_pppd_is_told_by_its_first_frame() {
    let mut desk = Desk::new().file("etc/gettyacts", "PPP:STUB:modem crtscts debug:0x7e 0xff 0x7d 0x23\n");
    let _getty = desk.start(LISTENS);
    desk.root.expect_log(&["listens for programs"]);
    desk.line.send(PPPD);
    let recorded = desk.expect_argv(&["stub", "modem", "crtscts", "debug"]);
    assert_eq!(recorded.env("GETTY_PROTOCOL").as_deref(), Some("PPP"));
    desk.line.expect_silence(Duration::from_millis(200));
}

#[test]
fn sco_59_octal_noise_and_what_is_not_it() {
    let mut desk = Desk::new().file("etc/gettyacts", "PPP:STUB:-u nppp:0176 0377\n");
    let _getty = desk.start(LISTENS);
    desk.root.expect_log(&["listens for programs"]);
    desk.line.send(b"\r\nRING\x7e\xff");
    desk.expect_argv(&["stub", "-u", "nppp"]);

    let mut desk = Desk::new().file("etc/gettyacts", "PPP:STUB:-u nppp:0176 0377\n");
    let _getty = desk.start("-hn -x 1 -s 10 L m");
    desk.root.expect_log(&["listens for programs"]);
    desk.line.send(b"\x7e\x7f");
    desk.line.expect(P);
    assert!(!desk.root.was_logged_in());
}

#[test]
fn sco_60_what_is_typed_into_the_window_is_lost() {
    let mut desk = Desk::new().file("etc/gettyacts", PPP);
    let began = std::time::Instant::now();
    let _getty = desk.start("-hn -x 1 -s 40 L m");
    desk.root.expect_log(&["listens for programs"]);
    desk.line.send(b"joe\r");
    desk.line.expect(P);
    assert!(began.elapsed() > Duration::from_secs(4));
    desk.line.expect_silence(Duration::from_millis(200));
    assert!(!desk.root.was_logged_in(), "joe is no name");
    desk.line.send(b"amy\r");
    desk.expect_argv(&["stub", "amy"]);
}

#[test]
fn sco_61_a_program_that_is_not_there() {
    let mut desk = Desk::new().file("etc/gettyacts", "PPP:/bin/none:-u nppp:0x7e 0xff\n");
    let _getty = desk.start(LISTENS);
    desk.root.expect_log(&["listens for programs"]);
    // The rest of the frame is no name.
    desk.line.send(b"\x7e\xff\x7d\x23\xc0\x21");
    desk.line.expect(P);
    desk.root.expect_log(&["err", "cannot run /bin/none: ", "(/etc/gettyacts:1:1)"]);
    desk.line.expect_silence(Duration::from_millis(200));
    desk.line.send(b"joe\r");
    desk.line.expect(b"joe\r\n");
    desk.expect_argv(&["stub", "joe"]);
}

#[test]
fn sco_62_a_file_that_others_can_write_and_entries_that_mean_nothing() {
    let mut desk = Desk::new().file("etc/gettyacts", PPP);
    let path = desk.root.path("etc/gettyacts");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
    let _getty = desk.start("-hn -x 1 -s 5 L m");
    desk.line.expect(P);
    desk.root.expect_log(&["gettyacts", "0666"]);

    if polygetty_platforms::process::is_root() {
        let mut desk = Desk::new().file("etc/gettyacts", PPP);
        std::os::unix::fs::chown(desk.root.path("etc/gettyacts"), Some(65_534), None).unwrap();
        let _getty = desk.start("-hn -x 1 -s 5 L m");
        desk.line.expect(P);
        desk.root.expect_log(&["gettyacts", "65534"]);
    } else {
        skipped("only root can give a file away");
    }

    let file = "P:STUB::300\nP:rel:x:0x1\nP:STUB:x\nPPP:STUB:good:0x7e 0xff\n";
    let mut desk = Desk::new().file("etc/gettyacts", file);
    let _getty = desk.start(LISTENS);
    desk.root.expect_log(&["listens for programs"]);
    for row in 1..=3 {
        desk.root.expect_log(&[&format!("gettyacts:{row}:")]);
    }
    desk.line.send(b"\x7e\xff");
    desk.expect_argv(&["stub", "good"]);
}

#[test]
fn sco_63_the_byte_that_wakes_a_shared_line_counts() {
    let mut desk = Desk::new().shared().file("etc/gettyacts", PPP);
    let _getty = desk.start(LISTENS);
    desk.line.expect_waiting();
    until(SOON, || desk.locked().is_none().then_some(())).expect("unlocked while it waits");
    desk.line.send(b"\x7e");
    desk.root.expect_log(&["listens for programs"]);
    until(SOON, || desk.locked()).expect("locked");
    desk.line.send(b"\xff");
    desk.expect_argv(&["stub", "-u", "nppp"]);
}
