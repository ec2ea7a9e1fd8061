//! The words after the name, and who may see them.

use polygetty_platforms::symbols::Os;

use super::{Desk, P, entry};
use crate::scene::skipped;

/// An entry that runs login.
fn plain() -> String {
    entry("m|B9600|B9600 SANE|login: |m|")
}

fn linux() -> bool {
    if Os::HERE != Os::Linux {
        skipped("login is called otherwise here");
    }
    Os::HERE == Os::Linux
}

#[test]
fn sco_24_words_become_variables() {
    if !linux() {
        return;
    }
    let mut desk = Desk::with(&plain());
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"joe FOO=bar one two X=1 three\r");
    let recorded = desk.expect_argv(&["login", "-p", "--", "joe"]);
    for (name, value) in [("FOO", "bar"), ("X", "1"), ("L0", "one"), ("L1", "two"), ("L2", "three")] {
        assert_eq!(recorded.env(name).as_deref(), Some(value), "{name}");
    }
}

#[test]
fn sco_25_dangerous_variables_are_dropped_and_told_without_their_values() {
    if !linux() {
        return;
    }
    let mut desk = Desk::with(&plain());
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"joe PATH=/e SHELL=/e IFS=: LD_PRELOAD=/x LC_ALL=/etc/x ENV=/e OK=1\r");
    let recorded = desk.expect_argv(&["login", "-p", "--", "joe"]);
    assert_eq!(recorded.env("OK").as_deref(), Some("1"));
    for name in ["SHELL", "IFS", "LD_PRELOAD", "LC_ALL", "ENV"] {
        assert_eq!(recorded.env(name), None, "{name}");
    }
    assert!(recorded.env("PATH").is_some_and(|path| path != "/e"));
    let told = desk.root.log_lines(&["was not passed on"]);
    assert_eq!(told.len(), 6, "{told:?}");
    assert!(told.iter().all(|line| !line.contains("/e") && !line.contains("/x")), "{told:?}");
}

#[test]
fn sco_26_quoted_blanks_and_backslashes() {
    if !linux() {
        return;
    }
    let mut desk = Desk::with(&plain());
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"joe A\\040B=1 c\\\\d\r");
    let recorded = desk.expect_argv(&["login", "-p", "--", "joe"]);
    assert_eq!(recorded.env("L0").as_deref(), Some("c\\d"));
    assert_eq!(recorded.env("A B"), None);
}

#[test]
fn sco_27_a_program_of_the_entry_has_them_as_arguments() {
    let mut desk = Desk::new();
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    desk.line.send(b"joe one X=1\r");
    let recorded = desk.expect_argv(&["stub", "joe", "one", "X=1"]);
    assert_eq!((recorded.env("L0"), recorded.env("X")), (None, None));
}

#[test]
fn sco_28_a_stranger_is_baduser_and_nothing_of_theirs_is_kept() {
    let mut desk = Desk::with(&plain());
    let _getty = desk.start("-hn -x 9 L m");
    desk.line.expect(P);
    desk.line.send(b"nosuch secret\r");
    let recorded = desk.recorded();
    assert_eq!(recorded.argv().last().map(String::as_str), Some("baduser"));
    // In no argv, environment, log or record: the whole root is searched, but for what was not written by us.
    let mut open = vec![desk.root.dir().to_owned()];
    let mut looked = 0;
    while let Some(dir) = open.pop() {
        for found in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
            if found.path().is_dir() {
                open.push(found.path());
                continue;
            }
            if found.path().components().any(|part| part.as_os_str() == "bin") {
                continue; // the recorder itself
            }
            let bytes = std::fs::read(found.path()).unwrap();
            for word in [&b"nosuch"[..], b"secret"] {
                assert!(!bytes.windows(word.len()).any(|window| window == word), "{:?}", found.path());
            }
            looked += 1;
        }
    }
    assert!(looked > 3, "the log, the recording and the configuration were looked at");
}

#[test]
fn sco_29_with_a_capital_a_everybody_is_passed_on() {
    let mut desk = Desk::with(&plain());
    let _getty = desk.start("-hnA L m");
    desk.line.expect(P);
    desk.line.send(b"nosuch\r");
    assert_eq!(desk.recorded().argv().last().map(String::as_str), Some("nosuch"));
}

#[test]
fn sco_30_a_name_is_no_option() {
    let mut desk = Desk::with(&plain());
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
    for typed in ["-froot", " -f root"] {
        desk.line.send(format!("{typed}\r").as_bytes());
        desk.line.expect(format!("{typed}\r\n\r\nlogin: ").as_bytes());
        assert!(!desk.root.was_logged_in(), "{typed}");
    }
}
