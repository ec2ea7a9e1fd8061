//! Calls that the tool plays, on lines of its own.

use polygetty_platforms::process;
use polygetty_platforms::symbols::Os;
use polygetty_rig::Root;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::scene::{PROGRAM, skipped};
use crate::tool::{run, text};

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
fn a_fax_of_two_pages_is_stored_and_drawn() {
    let drawn = Root::new();
    let first = drawn.path("page.png");
    let played = run(&["demo", "mgetty", "--fax", "--png", first.to_str().unwrap()]);
    let shown = text(&played.stdout);
    assert_eq!(played.status.code(), Some(0), "{shown}{}", text(&played.stderr));
    expect_in_order(
        &shown,
        &[
            "AT+FCLASS=2.0",
            "AT+FCC=",
            "waits for RING",
            "RING",
            "NMBR = 5551234",
            "ATA\\r",
            "+FCO",
            "+FTI:\"5551234\"",
            "AT+FDR\\r",
            "CONNECT",
            "\\x12",
            "(page 1: ",
            "stores page 1: ",
            "AT+FDR\\r",
            "(page 2: ",
            "stores page 2: ",
            "+FHS:00",
            "ATH0",
            "fax dev=pts/",
            "caller='5551234'",
            "+FHNG=000, pages=2/0, ",
            "-5551234.01: page 1, line ",
            "1728 dots by 160 lines",
            "no bad line",
            "-5551234.02: page 2, line ",
            "no bad line",
            "dot by dot",
        ],
    );
    let sizes = |what: &str| -> Vec<u32> {
        let sizes =
            shown.split(what).skip(1).filter_map(|rest| rest.get(3..)?.split(' ').next()?.parse().ok());
        sizes.collect()
    };
    assert_eq!(sizes("(page "), sizes("stores page "), "{shown}");
    let short = shown.lines().filter(|line| !line.starts_with("  drawn: "));
    assert!(short.clone().all(|line| line.chars().count() <= 80), "{shown}");
    for page in [first, drawn.path("page-2.png")] {
        assert!(std::fs::read(&page).unwrap().starts_with(b"\x89PNG"), "{}", page.display());
    }
}

/// What a demo of callback shows.
#[track_caller]
fn expect_callback(played: &Output) {
    let shown = text(&played.stdout);
    assert_eq!(played.status.code(), Some(0), "{shown}{}", text(&played.stderr));
    expect_in_order(
        &shown,
        &[
            "RING",
            "demo login:",
            "cback",
            "callback goes on in the background",
            "(hangs up)",
            "ends with 0; starts anew",
            "callback: waits 4 s",
            "waits for RING",
            "callback: ATQ0V1H0\\r",
            "callback: ATD5550000\\r",
            "BUSY",
            "callback: ATD5551234\\r",
            "CONNECT 2400",
            "Connection established, please wait...",
            "...ok",
            "demo login:",
            "anna",
            "Hello anna.",
            "demo-login anna",
            "callback: success, device=/dev/pts/",
        ],
    );
    // Nobody calls in a second time.
    let second = shown.split("starts anew").nth(1).unwrap();
    assert!(!second.contains("ATA") && !second.contains("   RING"), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
}

#[test]
#[ignore = "root: callback is for root alone"]
fn root_somebody_is_called_back() {
    if !process::is_root() {
        return skipped("callback is for root alone");
    }
    expect_callback(&run(&["demo", "callback"]));
}

#[test]
fn somebody_is_called_back_in_a_namespace_where_anybody_is_root() {
    let namespace = |words: &[&str]| {
        let mut unshare = Command::new("unshare");
        unshare.arg("-r").args(words).stdin(Stdio::null()).env_remove("TERM").output()
    };
    if !namespace(&["true"]).is_ok_and(|output| output.status.success()) {
        return skipped("no namespaces of users here");
    }
    expect_callback(&namespace(&[PROGRAM, "demo", "callback"]).unwrap());
}

#[test]
fn who_is_not_root_reads_how_to_see_callback() {
    let mut command = Command::new(PROGRAM);
    command.args(["demo", "callback"]).stdin(Stdio::null()).env_clear();
    if process::is_root() {
        command.uid(65534).gid(65534);
    }
    let Ok(refused) = command.output() else {
        return skipped("another account cannot run the program");
    };
    assert_eq!(refused.status.code(), Some(71), "{}", text(&refused.stdout));
    assert!(text(&refused.stderr).contains("sudo polygetty demo callback"), "{}", text(&refused.stderr));
    assert!(refused.stdout.is_empty());
}

#[test]
fn a_demo_without_one_of_its_acts_fails() {
    fail_without(&[
        ("sco", "etc/gettyacts", "PPP called, and was asked for a name"),
        ("sco", "usr/lib/ppp/ppp", "PPP called, and was asked for a name"),
        ("sco", "bin/login", "the login program did not run"),
        ("getty", "bin/login", "the login program did not run"),
        ("mgetty", "etc/mgetty/login.config", "PPP called, and was asked for a name"),
        ("mgetty", "etc/mgetty/dialin.config", "a call was answered that dialin.config refuses"),
        ("mgetty", "usr/sbin/pppd", "pppd did not run"),
        ("mgetty", "bin/login", "the login program did not run"),
        ("mgetty --fax", "var/spool/fax/incoming", "the fax did not come in whole"),
    ]);
}

#[test]
#[ignore = "root: callback is for root alone"]
fn root_a_demo_of_callback_without_one_of_its_acts_fails() {
    if !process::is_root() {
        return skipped("callback is for root alone");
    }
    fail_without(&[
        ("callback", "etc/mgetty/login.config", "callback did not run"),
        ("callback", "usr/sbin/callback", "callback did not run"),
        ("callback", "bin/login", "the login program did not run"),
    ]);
}

/// These demos, without these files, are no success, for this reason.
#[track_caller]
fn fail_without(cases: &[(&str, &str, &str)]) {
    if !cfg!(debug_assertions) {
        return skipped("only a debug build leaves files of the demo out");
    }
    // All at once: each takes its time.
    let plays: Vec<_> = cases
        .iter()
        .map(|(words, without, _)| {
            let kept = Root::new();
            let play = Command::new(PROGRAM)
                .arg("demo")
                .args(words.split(' '))
                .args(["--without", without])
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
    for ((words, without, why), (kept, play)) in cases.iter().zip(plays) {
        let played = play.wait_with_output().expect("it ends");
        let said = text(&played.stderr);
        assert_eq!(played.status.code(), Some(69), "{words}, {without}: {}{said}", text(&played.stdout));
        assert!(said.contains(why), "{words}, {without}: {said}");
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
    let programs = [
        ("getty", "getty"),
        ("uugetty", "uugetty"),
        ("sco", "sco_getty"),
        ("mgetty", "mgetty"),
        ("mgetty --fax", "mgetty"),
        ("callback", "mgetty"),
    ];
    for (program, persona) in programs {
        let words: Vec<&str> =
            ["demo"].into_iter().chain(program.split(' ')).chain(["--show-config"]).collect();
        let shown = run(&words);
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
