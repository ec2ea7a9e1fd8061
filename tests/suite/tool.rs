//! The tool's verbs, and the names the program answers to.

use polygetty_platforms::process;
use polygetty_platforms::symbols::Os;
use polygetty_rig::Root;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::scene::skipped;

const PROGRAM: &str = env!("CARGO_BIN_EXE_polygetty");

fn run(words: &[&str]) -> Output {
    Command::new(PROGRAM).args(words).stdin(Stdio::null()).env_clear().output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Each of these comes after the one before it.
#[track_caller]
fn expect_in_order(shown: &str, words: &[&str]) {
    let mut from = 0;
    for word in words {
        let at =
            shown[from..].find(word).unwrap_or_else(|| panic!("no {word} after byte {from} of\n{shown}"));
        from += at + word.len();
    }
}

#[test]
fn a_call_is_played_without_a_terminal_and_without_configuration() {
    let played = run(&["demo"]);
    let shown = text(&played.stdout);
    assert_eq!(played.status.code(), Some(0), "{shown}{}", text(&played.stderr));
    expect_in_order(
        &shown,
        &[
            "ATE0",
            "OK",
            "RING",
            "ATA\\r",
            "CONNECT 2400",
            "Welcome",
            "demo login:",
            "anna",
            "demo-login anna",
        ],
    );
    assert!(shown.contains("2400 bit/s, TERM=vt100"), "{shown}");
}

#[test]
fn a_shared_line_is_played_with_a_dialer_and_a_ringback() {
    let played = run(&["demo", "uugetty"]);
    let shown = text(&played.stdout);
    assert_eq!(played.status.code(), Some(0), "{shown}{}", text(&played.stderr));
    expect_in_order(
        &shown,
        &[
            "waits for RING",
            "cu: LCK..pts_",
            "cu: ATDT",
            "cu: CONNECT 2400",
            "cu: unlocks",
            "ends with 0",
            "ATE0",
            "waits for RING",
            "RING",
            "RING",
            "ATA\\r",
            "second call: accepted",
            "CONNECT 2400",
            "anna",
            "demo-login anna",
        ],
    );
    // The answer wakes the two of them at once.
    let call = shown.split("cu: ATDT").nth(1).and_then(|rest| rest.split("ends with 0").next());
    assert!(call.is_some_and(|call| call.contains("locked: reads nothing")), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
}

#[test]
fn a_program_and_a_terminal_of_capitals_call_scos_getty() {
    // Whatever the umask: gettyacts is not believed if others can write it.
    let played = Command::new("/bin/sh")
        .args(["-c", "umask 0; exec \"$0\" demo sco", PROGRAM])
        .stdin(Stdio::null())
        .env_clear()
        .output()
        .expect("the shell starts");
    let shown = text(&played.stdout);
    assert_eq!(played.status.code(), Some(0), "{shown}{}", text(&played.stderr));
    expect_in_order(
        &shown,
        &[
            "sco_getty -A",
            "listens for programs that call, 2.0 s",
            "7e ff 7d 23",
            "PPP calls: /usr/lib/ppp/ppp",
            "ppp -u nppp: PPP",
            "ends with 0; starts anew",
            "listens for programs that call, 2.0 s",
            "no program calls",
            "Welcome",
            "demo login:",
            "ANNA",
            "lower case",
            "demo login:",
            "ANNA",
            "upper-case terminal",
            "PPP program ran as:   ppp -u nppp",
            "GETTY_PROTOCOL=PPP",
            "Login program ran as: login",
            "anna",
            "9600 bit/s, TERM=vt100",
        ],
    );
    // The first call is no person's.
    let program = shown.split("starts anew").next().unwrap();
    assert!(!program.contains("login:"), "{shown}");
    if Os::HERE != Os::FreeBsd {
        assert!(shown.contains("HELLO ANNA.") && shown.contains("case mapped"), "{shown}");
    }
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
}

#[test]
fn a_person_a_program_and_a_refused_caller_call_mgetty() {
    let played = run(&["demo", "mgetty"]);
    let shown = text(&played.stdout);
    assert_eq!(played.status.code(), Some(0), "{shown}{}", text(&played.stderr));
    expect_in_order(
        &shown,
        &[
            "ATS0=0#CID=1",
            "waits for RING",
            "RING",
            "NMBR = 5551234",
            "ATA\\r",
            "CONNECT 2400",
            "Welcome to polygetty",
            "at 2400 bit/s",
            "demo login:",
            "anna",
            "Hello anna.",
            "ends with 0; starts anew",
            "NMBR = 5555678",
            "ATA\\r",
            "7e ff 7d 23",
            "pppd auth require-chap: PPP would begin here.",
            "ends with 0; starts anew",
            "NMBR = 5550000",
            "refused, by dialin.config",
            "demo-login anna",
            "TERM=vt100",
            "CALLER_ID=5551234 CONNECT=2400 DEVICE=pts/",
            "PPP program ran as:   pppd auth require-chap",
            "CALLER_ID=5555678 CONNECT=2400 DEVICE=pts/",
        ],
    );
    // Who is refused is not answered, and a program is asked nothing.
    let lives: Vec<&str> = shown.split("starts anew").collect();
    assert!(!lives[1].contains("login:") && !lives[2].contains("ATA"), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
}

#[test]
fn a_demo_without_one_of_its_acts_fails() {
    if !cfg!(debug_assertions) {
        return skipped("only a debug build leaves files of the demo out");
    }
    let cases = [
        ("sco", "etc/gettyacts", "PPP called, and was asked for a name"),
        ("sco", "usr/lib/ppp/ppp", "PPP called, and was asked for a name"),
        ("sco", "bin/login", "the login program did not run"),
        ("getty", "bin/login", "the login program did not run"),
        ("mgetty", "etc/mgetty/login.config", "PPP called, and was asked for a name"),
        ("mgetty", "etc/mgetty/dialin.config", "a call was answered that dialin.config refuses"),
        ("mgetty", "usr/sbin/pppd", "pppd did not run"),
        ("mgetty", "bin/login", "the login program did not run"),
    ];
    // All at once: each takes its time.
    let plays: Vec<_> = cases
        .iter()
        .map(|(program, without, _)| {
            let kept = Root::new();
            let play = Command::new(PROGRAM)
                .args(["demo", program, "--without", without])
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .env_clear()
                .env("TMPDIR", kept.dir())
                .spawn()
                .expect("the program starts");
            (kept, play)
        })
        .collect();
    for ((program, without, why), (kept, play)) in cases.into_iter().zip(plays) {
        let played = play.wait_with_output().expect("it ends");
        let said = text(&played.stderr);
        assert_eq!(played.status.code(), Some(69), "{program}, {without}: {}{said}", text(&played.stdout));
        assert!(said.contains(why), "{program}, {without}: {said}");
        assert_eq!(demos_in(kept.dir()), [""; 0], "it is cleared away");
    }
}

/// What a demo has left there.
fn demos_in(dir: &Path) -> Vec<String> {
    let names = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name());
    names.map(|name| name.to_string_lossy().into_owned()).filter(|name| name.contains("demo")).collect()
}

#[test]
fn the_demo_shows_its_configuration_and_that_is_sound() {
    let programs = [("getty", "getty"), ("uugetty", "uugetty"), ("sco", "sco_getty"), ("mgetty", "mgetty")];
    for (program, persona) in programs {
        let shown = run(&["demo", program, "--show-config"]);
        assert_eq!(shown.status.code(), Some(0));
        let root = Root::new();
        let dir = root.dir().to_str().unwrap();
        for file in text(&shown.stdout).split("==> ").skip(1) {
            let (path, text) = file.split_once(" <==\n").unwrap();
            let written = root.write(path.trim_start_matches('/'), text);
            // login.config must be root's, and nobody else may read it; in the demo it is who runs it.
            std::fs::set_permissions(written, PermissionsExt::from_mode(0o600)).unwrap();
            if path != "/etc/issue" && (process::is_root() || !path.ends_with("login.config")) {
                let checked = run(&["--root", dir, "check", path]);
                assert_eq!(checked.status.code(), Some(0), "{program}: {}", self::text(&checked.stdout));
            }
        }
        if !root.path("etc/gettydefs").exists() {
            continue;
        }
        let checked = run(&["--root", dir, "as", persona, "-c", "/etc/gettydefs"]);
        assert_eq!((checked.status.code(), text(&checked.stderr)), (Some(0), String::new()));
    }
}

#[test]
fn a_real_login_program_needs_somebody_to_type_a_password() {
    let refused = run(&["demo", "--login", "/bin/login"]);
    assert_eq!(refused.status.code(), Some(64));
    assert!(text(&refused.stderr).contains("terminal"));
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
    let unknown = run(&["as", "vgetty", "ttyS1"]);
    assert!(text(&unknown.stderr).contains("getty, getty_ps, uugetty"));
}
