//! A caller is called back: two lines, a modem on each, and what the three logs say of it afterwards.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use polygetty_platforms::process;
use polygetty_rig::{SOON, until};

use super::{DIALS, log, prepare};
use crate::mgetty::scene::Scene;
use crate::scene::{PROGRAM, skipped};

/// FidoNet's programs are greeted, as they are by default.
const CONFIG: &str = "-fido-send-emsi\nissue-file Welcome\nlogin-prompt login:\\040\n";

/// Line A is called on, line B calls back: a root that two mgettys and callback share.
fn site() -> [Scene; 2] {
    let a = Scene::on_a_pty(CONFIG);
    let b = a.beside();
    let root = &a.root;
    root.write("etc/mgetty/callback.config", "delay 0\ndelay-randomize 0\nretry-time 2\n");
    let dir = root.dir().display();
    root.write_program(
        "bin/callback",
        format!("#!/bin/sh\nexec {PROGRAM} --root {dir} as callback \"$@\"\n"),
    );
    let rules = format!(
        "!version 2\ncback N - - /bin/callback -x 4 -l {}:{} 5551212\n* Y - - /bin/login @\n* - - - /bin/false\n",
        b.name(),
        a.name()
    );
    let rules = root.write("etc/mgetty/login.config", rules);
    fs::set_permissions(rules, fs::Permissions::from_mode(0o600)).unwrap();
    [a, b]
}

/// Who has the line; None: nobody.
fn holder(scene: &Scene) -> Option<i32> {
    scene.lock()?.trim().parse().ok()
}

/// All of these stand in a log, one behind the other.
#[track_caller]
fn assert_told(whose: &str, log: &str, story: &[&str]) {
    let mut rest = log;
    for part in story {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => panic!("{whose} does not say {part:?} where it should:\n{log}"),
        }
    }
}

#[test]
#[ignore = "root: callback is for root alone"]
fn root_a_caller_is_called_back_on_another_line_and_three_logs_tell_of_it() {
    if !process::is_root() {
        return skipped("callback is for root alone");
    }
    let [mut a, mut b] = site();
    // Bytes and modes outlive the one process that has the line.
    let _spare = [a.line.keep_open(), b.line.keep_open()];
    let mut first = a.wait();
    let mut second = b.wait();

    // The call comes in on A.
    a.call();
    a.line.find(b"Welcome\r\n");
    a.line.find(b"login: ");
    a.line.send(b"cback\r");
    a.line.find(b"callback goes on in the background");
    a.line.find(b"mgetty.callback.\r\n");
    assert_eq!(first.exit_status(), 0, "the line is free when callback is in the background");
    // Its modem hears no more; init starts the next one on A.
    a.line.rest(Duration::ZERO);
    let mut third = a.wait();

    // The call goes out on B.
    prepare(&mut b);
    b.line.expect(b"ATD5551212\r");
    let callback = holder(&b).expect("callback has the line");
    // The mgetty sees that the line is in use if it looks before callback has read what woke both.
    let is_told = until(SOON, || {
        b.line.send(b"\r\n");
        b.log().contains("waits until it is free").then_some(())
    });
    assert!(is_told.is_some(), "the mgetty of B does not see who has the line:\n{}", b.log());
    b.line.send(b"\r\nBUSY\r\n");
    b.line.expect_within(b"ATD5551212\r", DIALS);
    assert_eq!(holder(&b), Some(callback));
    b.line.send(b"\r\nCONNECT 14400/LAPM\r\n");
    b.line.expect(b"Connection established, please wait...\r\n");
    b.line.expect(b"...ok\r\n");
    b.line.find(b"Welcome\r\n");
    b.line.find(b"login: ");
    assert_eq!(holder(&b), Some(second.pid()), "the line is the mgetty's now");
    b.line.send(b"bob\r");
    let recorded = b.root.recorded();
    assert_eq!(recorded.argv(), ["login", "bob"]);
    assert_eq!(recorded.number::<i32>("pid"), second.pid());
    assert_eq!(recorded.text("controlling").as_deref(), Some("true"));
    for (name, value) in [("CALLER_ID", Some("none")), ("CONNECT", Some("")), ("DEVICE", Some(b.name()))] {
        assert_eq!(recorded.env(name).as_deref(), value, "{name}");
    }
    second.ended();
    assert!(third.is_running(), "A waits for the next call");
    assert_eq!(holder(&a), None);

    let (pid_a, pid_b) = (first.pid(), second.pid());
    let (name_a, name_b) = (a.name(), b.name());
    assert_told(
        "the log of A",
        &a.log(),
        &[
            "waiting...",
            "send: ATA",
            &format!(
                "##### data dev={name_a}, pid={pid_a}, caller='none', conn='9600', name='', cmd='/bin/callback', user='cback'"
            ),
            "waiting...",
        ],
    );
    assert_told(
        "the log of callback",
        &log(&a.root),
        &[
            &format!("calls on {name_b} (process {callback})"),
            "send: ATD5551212",
            "no connection: BUSY",
            "tries again in 2 s",
            "send: ATD5551212",
            "the call is up: CONNECT 14400/LAPM",
            &format!("hands the call over to process {pid_b}"),
            &format!("##### callback: success, device=/dev/{name_b}, mgetty={pid_b}\n"),
        ],
    );
    assert_told(
        "the log of B",
        &b.log(),
        &[
            "waiting...",
            &format!("names process {callback} "),
            "waits until it is free",
            &format!("process {callback} hands a call over to us"),
            &format!("takes the call over that process {callback} has made"),
            &format!(
                "##### data dev={name_b}, pid={pid_b}, caller='none', conn='', name='', cmd='/bin/login', user='bob'"
            ),
        ],
    );
    third.signal(polygetty_platforms::Signal::SIGTERM);
    assert_eq!(third.exit_status(), 10);
}
