//! What a dialer is told, by its command line and its file, and what it tells.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Duration;

use polygetty_rig::{Root, Spawned};

use super::{Desk, each};
use crate::scene::PROGRAM;

#[test]
fn wrong_words_have_their_status_and_touch_nothing() {
    let mut desk = Desk::new();
    for (arguments, status, word) in [
        ("LINE", 0x83, "usage: "),
        ("-h LINE 5551212 9600", 0x83, "usage: "),
        ("-c LINE 5551212 9600", 0x83, "-c and -f"),
        ("-y LINE 9600", 0x83, "no option -y"),
        ("-h ../LINE 9600", 0x83, "below /dev"),
        ("LINE 555;ATZ 9600", 0x84, "\";\""),
        ("LINE \x1b 9600", 0x84, "\\x1b"),
        ("LINE 5551212 0", 0x85, "0 is no speed"),
        ("-h LINE fast", 0x85, "fast"),
        ("-h nosuchline 9600", 0x86, "nosuchline"),
        ("-h null 9600", 0x86, "null"),
    ] {
        let mut dialer = desk.start(arguments);
        assert_eq!(dialer.exit_status(), status, "{arguments}: {}", dialer.stderr());
        assert!(dialer.stderr().contains(word), "{arguments}: {}", dialer.stderr());
        assert!(!dialer.stderr().contains('\x1b'));
    }
    desk.expect_modes_back();
    desk.line.expect_silence(Duration::from_millis(50));
}

#[test]
fn x_says_what_is_sent_and_heard_a_line_each() {
    let mut desk = Desk::new();
    let mut dialer = desk.start("-x 4 LINE 5551212 9600");
    desk.set_up();
    desk.answers(b"ATDT5551212\r", b"\r\n\x1b[2J`reboot`$(x)\xff\r\nBUSY\r\n");
    assert_eq!(dialer.exit_status(), 0x8d);
    let said = dialer.stderr();
    for wanted in
        ["sent ATDT5551212\\r", "heard OK\\r\\n", "heard \\x1b[2J`reboot`$(x)\\xff\\r\\n", "heard BUSY"]
    {
        assert!(said.lines().any(|line| line.contains(wanted)), "{wanted} in {said}");
    }
    assert!(said.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)), "{said}");
    assert_eq!(desk.root.log(), "", "the one who asked for a trace keeps it");
}

#[test]
fn the_file_of_its_name_says_other_commands() {
    let mut desk = Desk::with(
        "# an old modem\nLOCKED=NO\nINIT=\"\" ATZ\\r OK\\T5\nDIAL=\"\" ATDP\\D\\r CONNECT\\s\\A\\T20\n",
    );
    let mut dialer = desk.start("LINE 5551212 2400");
    desk.answers(b"ATZ\r", b"\r\nOK\r\n");
    desk.answers(b"ATDP5551212\r", b"\r\nCONNECT 1200\r\n");
    assert_eq!(dialer.exit_status(), 9, "{}", dialer.stderr());
    assert_eq!(desk.line.attrs().speeds(), (1200, 1200));
}

#[test]
fn a_file_that_cannot_be_used_leaves_what_is_built_in() {
    let kinds = ["directory", "fifo", "long", "rubbish"];
    each(&kinds, |kind| {
        let mut desk = Desk::with("x");
        let file = desk.root.path("etc/default/dialX");
        match *kind {
            "rubbish" => fs::write(&file, b"\0\xff=\n=\nINIT\nDIAL=\\\x1b[2J\\T\\A\n".repeat(200)).unwrap(),
            "long" => fs::write(&file, "INIT=\"\" ATH9\\r OK\n".repeat(5000)).unwrap(),
            other => {
                fs::remove_file(&file).unwrap();
                if other == "directory" {
                    fs::create_dir(&file).unwrap();
                } else {
                    assert!(Command::new("mkfifo").arg(&file).status().unwrap().success());
                }
            }
        }
        let mut dialer = desk.start("-h LINE 9600");
        desk.set_up();
        desk.answers(b"ATS0=1\r", b"\r\nOK\r\n");
        assert_eq!(dialer.exit_status(), 0, "{kind}: {}", dialer.stderr());
        let said = dialer.stderr();
        assert!(said.contains("/etc/default/dialX"), "{kind}: {said}");
        assert!(said.lines().count() <= 60, "{kind}: {} lines", said.lines().count());
        assert!(said.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)), "{said}");
    });
}

#[test]
fn a_link_whose_name_begins_with_dial_is_a_dialer() {
    let root = Root::new();
    for name in ["dialHA24", "dialTBIT", "dial", "dialer"] {
        let link = root.path(&format!("bin/{name}"));
        symlink(PROGRAM, &link).unwrap();
        let mut dialer = Spawned::start(&link, &["-h", "../x", "9600"], &[], &root);
        assert_eq!(dialer.exit_status(), 0x83, "{name}: {}", dialer.stderr());
        assert!(dialer.stderr().contains("usage: dialer -h"), "{name}: {}", dialer.stderr());
    }
}
