//! The tool's verbs, and the names the program answers to.

use polygetty_rig::Root;
use std::os::unix::process::CommandExt;
use std::process::{Command, Output, Stdio};

use crate::scene::PROGRAM;

pub(crate) fn run(words: &[&str]) -> Output {
    Command::new(PROGRAM).args(words).stdin(Stdio::null()).env_clear().output().expect("the program starts")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn explain_opens_nothing_and_names_file_and_line() {
    let root = Root::new();
    root.write("etc/gettydefs", "9600# B9600 # B9600 SANE #login: #9600\n");
    root.write("etc/conf.getty.ttyS1", "# a modem\nWAITFOR=RING\nTIMEOUT=30\n");
    let dir = root.dir().to_str().unwrap();
    let explained = run(&["--root", dir, "explain", "--", "getty", "-t60", "ttyS1", "9600"]);
    let shown = text(&explained.stdout);
    assert_eq!(explained.status.code(), Some(0), "{}", text(&explained.stderr));
    assert!(shown.contains("/etc/conf.getty.ttyS1:2") && shown.contains("RING"), "{shown}");
    assert!(shown.contains("argument 1, by /etc/conf.getty.ttyS1:3"), "{shown}");
    assert!(!root.path("var/log/polygetty.log").exists());
    let json = run(&["--root", dir, "explain", "--json", "--", "getty", "ttyS1", "9600"]);
    let json = text(&json.stdout);
    assert!(json.starts_with('{') && json.contains("\"stage\": \"wait for text\""), "{json}");
}

#[test]
fn the_name_it_is_called_by_says_what_it_is() {
    for name in ["getty", "/sbin/getty", "getty_ps", "-getty"] {
        let said = Command::new(PROGRAM)
            .arg0(name)
            .arg("--version")
            .env_clear()
            .output()
            .expect("the program starts");
        assert!(text(&said.stdout).starts_with("getty (polygetty) "), "{name}: {}", text(&said.stdout));
    }
    let said = Command::new(PROGRAM).arg0("getting").arg("--version").output().expect("the program starts");
    assert!(text(&said.stdout).starts_with("polygetty "), "{}", text(&said.stdout));
}

#[test]
fn a_refusal_and_its_usage_fit_a_terminal() {
    for (words, says) in [
        (&["getty"][..], "getty: no line given"),
        (&["uugetty", "-Z"], "uugetty: "),
        (&["sco_getty", "-Z"], "getty: "),
        (&["mgetty"], "mgetty: the line is missing"),
        (&["callback", "-Z"], "callback: argument 1: "),
    ] {
        let refused = run(&[&["explain", "--"], words].concat());
        // callback says it on standard output.
        let told = [text(&refused.stdout), text(&refused.stderr)].concat();
        let lines: Vec<&str> = told.lines().collect();
        assert!(lines[0].starts_with(says), "{told}");
        assert!(lines[1].starts_with("usage: "), "the usage names the program once: {told}");
        assert!(lines.iter().all(|line| line.len() <= 80), "{told}");
    }
}

#[test]
fn wrong_words_end_with_64_and_say_what_is_right() {
    for words in [
        &["as"][..],
        &["as", "vgetty", "ttyS1"],
        &["explain", "--", "tty"],
        &["demo", "nosuch"],
        &["nosuch"],
        &[],
    ] {
        let refused = run(words);
        assert_eq!(refused.status.code(), Some(64), "{words:?}");
        assert!(!refused.stderr.is_empty(), "{words:?}");
    }
    for (words, instead) in [
        (&["demo", "fax"][..], "mgetty --fax"),
        (&["demo", "--fax"], "demo mgetty --fax"),
        (&["demo", "getty_ps", "--fax"], "demo mgetty --fax"),
        (&["demo", "callback", "--fax"], "demo mgetty --fax"),
        (&["demo", "mgetty", "--png", "x"], "demo mgetty --fax --png OUT"),
        (&["demo", "mgetty", "--fax", "--login", "x"], "without --login"),
    ] {
        let refused = run(words);
        assert_eq!(refused.status.code(), Some(64), "{words:?}");
        assert!(text(&refused.stderr).lines().next().unwrap().contains(instead), "{words:?}");
    }
    // What a program refuses is told as it would itself.
    let refused = run(&["explain", "--", "callback", "555X"]);
    assert_eq!(refused.status.code(), Some(64));
    assert!(text(&refused.stderr).starts_with("callback: argument 1: \"555X\" is no number"));
    let unknown = run(&["as", "vgetty", "ttyS1"]);
    assert!(text(&unknown.stderr).contains("getty, getty_ps, uugetty"));
}
