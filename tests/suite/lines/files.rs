//! Command line, configuration, and what is expanded.

use std::time::{Duration, Instant};

use polygetty_platforms::process::system_names;
use polygetty_platforms::symbols::Os;
use polygetty_rig::{Line, SOON, caps, until};

use crate::records::{user, write_utmp};
use crate::scene::{P, Scene, skipped};

#[test]
fn gps_18_usage_errors_leave_the_line_alone() {
    for arguments in ["", "-Z LINE 9600", "../LINE 9600"] {
        let mut scene = Scene::new();
        let before = scene.line.attrs();
        let mut getty = scene.start(arguments);
        assert_eq!(getty.exit_status(), 2, "{arguments:?}");
        assert!(getty.stderr().to_lowercase().contains("usage"), "{arguments:?}: {}", getty.stderr());
        assert_eq!(scene.line.attrs(), before);
        scene.line.expect_silence(Duration::from_millis(50));
    }
}

#[test]
fn gps_19_an_unknown_label_means_the_first_entry() {
    let mut scene = Scene::new();
    let _getty = scene.start("LINE nosuch");
    scene.line.expect(P);
    assert_eq!(scene.line.attrs().speeds().1, 9600);
    scene.root.expect_log(&["nosuch"]);
    let said = scene.root.log_lines(&["nosuch"]);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("gettydefs") && said[0].contains("err"), "{said:?}");
}

#[test]
fn gps_20_without_gettydefs_there_is_an_entry() {
    let mut scene = Scene::new();
    std::fs::remove_file(scene.root.path("etc/gettydefs")).unwrap();
    let _getty = scene.start("LINE");
    scene.line.expect(b"\rHilogin: ");
    assert_eq!(scene.line.attrs().speeds().1, 9600);
    let recorded = scene.log_in();
    let sane = [
        "BRKINT", "IGNPAR", "ISTRIP", "ICRNL", "IXON", "IXANY", "OPOST", "ONLCR", "CS8", "CREAD", "HUPCL",
        "ISIG", "ICANON", "ECHO", "ECHOE", "ECHOK",
    ];
    assert_eq!(recorded.flags_of(&sane), sane);
    assert_eq!(recorded.speeds().1, 9600);
}

#[test]
fn gps_21_only_the_most_particular_defaults_file_is_read() {
    let short = |system: &str| format!("SYSTEM={system}\nHANGUP=NO\nCLEAR=NO\n");
    let wrong = "ISSUE=WRONG\nSYSTEM=wrong\nHANGUP=NO\nCLEAR=NO\n";

    let mut scene = Scene::without_defaults();
    scene.root.write(&format!("etc/conf.getty.{}", scene.line.file_name()), short("one"));
    scene.root.write("etc/conf.getty", wrong);
    scene.root.write("etc/default/getty", wrong);
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"\rone login: ");

    let mut scene = Scene::without_defaults();
    scene.root.write("etc/conf.alt", short("alt"));
    scene.root.write("etc/conf.getty", wrong);
    let _getty = scene.start("-d alt LINE 9600");
    scene.line.expect(b"\ralt login: ");

    let mut scene = Scene::without_defaults();
    scene.root.write("etc/particular", short("abs"));
    scene.root.write("etc/conf.getty", wrong);
    let _getty = scene.start("-d /etc/particular LINE 9600");
    scene.line.expect(b"\rabs login: ");

    let mut scene = Scene::without_defaults();
    scene.root.write("etc/default/getty", short("default"));
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"\rdefault login: ");
}

#[test]
fn gps_22_first_keyword_wins_and_garbage_is_reported() {
    let mut scene = Scene::without_defaults();
    let text = "SYSTEM=a\nSYSTEM=b\ngarbage\nISSUE=X\\c\nHANGUP=NO\nCLEAR=NO\nLOGIN=/bin/recorder";
    scene.root.write("etc/conf.getty", text);
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"\rXa login: ");
    scene.log_in();
    let said = scene.root.log_lines(&["bad defaults line 3"]);
    assert_eq!(said.len(), 1, "{}", scene.root.log());
}

/// How long the line was at speed 0 before the caller saw P, at least and at most: between two looks of ours there
/// may be any time. None: never.
#[track_caller]
fn on_hook(scene: &mut Scene, p: &[u8]) -> Option<(Duration, Duration)> {
    let mut off_before = Instant::now();
    let (mut on, mut off) = (None, None);
    let seen = until(SOON, || {
        let before = Instant::now();
        let hung_up = scene.line.is_hung_up();
        let after = Instant::now();
        match (hung_up, on, off) {
            (false, None, _) => off_before = before,
            (true, None, _) => on = Some((after, before)),
            (true, Some((first, _)), None) => on = Some((first, before)),
            (false, Some(_), None) => off = Some(after),
            _ => {}
        }
        scene.line.hears(p).then_some(())
    });
    assert!(seen.is_some(), "no prompt; log:\n{}", scene.root.log());
    let ((first, last), off) = (on?, off?);
    Some((last.saturating_duration_since(first), off - off_before))
}

fn assert_about(took: Option<(Duration, Duration)>, seconds: u64) {
    let (at_least, at_most) = took.expect("speed 0 was seen");
    let (right, late) = (Duration::from_secs(seconds), Duration::from_secs(2));
    assert!(at_most >= right && at_least < right + late, "{took:?} on hook, {right:?} asked for");
}

#[test]
fn gps_23_hangup_yes_in_the_file_overrides_h() {
    if !caps().keeps_b0 {
        return skipped("a pty cannot keep speed 0 here");
    }
    let mut scene = Scene::with("HANGUP=YES");
    let _getty = scene.start("-h LINE 9600");
    assert_about(on_hook(&mut scene, P), 2);
}

#[test]
fn gps_23_seconds_on_hook_come_from_the_file_first() {
    if !caps().keeps_b0 {
        return skipped("a pty cannot keep speed 0 here");
    }
    let mut scene = Scene::with("HANGUP=YES\nHANGUPSECS=1");
    let _getty = scene.start("-H 8 LINE 9600");
    assert_about(on_hook(&mut scene, P), 1);
}

#[test]
fn gps_23_h_with_seconds_from_the_command_line() {
    if !caps().keeps_b0 {
        return skipped("a pty cannot keep speed 0 here");
    }
    let mut scene = Scene::with("HANGUP=YES");
    let _getty = scene.start("-H 4 LINE 9600");
    assert_about(on_hook(&mut scene, P), 4);
}

#[test]
fn gps_23_hangup_no_never_hangs_up() {
    let mut scene = Scene::new();
    let _getty = scene.start("-H 5 LINE 9600");
    assert_eq!(on_hook(&mut scene, P), None);
}

#[test]
fn gps_24_speed_before_line_is_put_right() {
    let mut scene = Scene::new();
    let _getty = scene.start("9600 LINE");
    scene.line.expect(P);
    scene.root.expect_log(&["warning", scene.line.name()]);
    scene.log_in();
}

#[test]
fn gps_24_a_with_two_devices_names_the_initline() {
    let mut scene = Scene::with(r#"INIT="" AT\r OK"#);
    let mut modem = Line::open();
    let _getty = scene.start(&format!("-a {} LINE 9600", modem.name()));
    modem.expect(b"AT\r");
    modem.send(b"OK\r\n");
    scene.line.expect(P);
    scene.log_in();
}

#[test]
fn gps_24_a_alone_does_nothing() {
    let mut scene = Scene::new();
    let _getty = scene.start("-a LINE 9600");
    scene.line.expect(P);
    scene.log_in();
}

#[test]
fn gps_25_r_without_value_waits_for_a_character() {
    let mut scene = Scene::with("-TIMEOUT");
    let _getty = scene.start("-r -t 60 LINE 9600");
    scene.line.expect_waiting();
    scene.line.send(b"x");
    scene.line.expect(P);
    scene.log_in();
}

#[test]
fn gps_26_a_script_without_interpreter_runs_under_sh() {
    let mut scene = Scene::with("LOGIN=/bin/script");
    let said = scene.root.path("said");
    let script = format!("echo \"$#:$1\" >{0}.new && /bin/mv {0}.new {0}\n", said.display());
    scene.root.write_program("bin/script", script);
    let mut getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"bob\r");
    assert_eq!(getty.exit_status(), 0);
    assert_eq!(std::fs::read_to_string(said).unwrap(), "1:bob\n");
}

#[test]
fn gps_26_a_missing_login_program_is_an_error() {
    let mut scene = Scene::with("LOGIN=/bin/none");
    let mut getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"bob\r");
    assert_eq!(getty.exit_status(), 255);
    scene.root.expect_log(&["err", "/bin/none"]);
}

#[test]
fn gps_27_escapes_of_the_prompt() {
    let prompt = r"A\tB\\\35\043\0x2d\0x2D\s@@\@";
    let mut scene = Scene::new().gettydefs(&format!("9600# B9600 CS8 # B9600 SANE #{prompt}#9600\n"));
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"\rHiA\tB\\##-- @@");
    scene.line.expect_silence(Duration::from_millis(50));
}

#[test]
fn gps_28_clock_line_users_and_speed() {
    if !crate::records::known() {
        return skipped("utmp files of another shape here");
    }
    let mut scene = Scene::with(r"ISSUE=@D|@T|@L|@U|@B|\c");
    write_utmp(&scene.root, &[user(b"anna", 7), user(b"bert", 7), user(b"LOGIN", 6), user(b"", 7)]);
    let _getty = scene.start("LINE 9600");
    let issue = String::from_utf8(scene.line.find(b"host login: ")).unwrap();
    let parts: Vec<&str> = issue.split('|').collect();
    let shape = |text: &str| -> String {
        text.chars().map(|letter| if letter.is_ascii_digit() { '9' } else { letter }).collect()
    };
    assert_eq!((shape(parts[0]), shape(parts[1])), ("\r99/99/99".into(), "99:99:99".into()), "{issue:?}");
    assert_eq!(parts[2..], [scene.line.name(), "2", "9600", ""], "{issue:?}");
}

#[test]
fn gps_29_version_is_text_or_a_file_and_not_expanded_again() {
    let mut scene = Scene::with("VERSION=/etc/release\nISSUE=@V|\\c");
    scene.root.write("etc/release", "one\n");
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"\rone|host login: ");

    let mut scene = Scene::with("VERSION=@V\nISSUE=@V|\\c");
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"\r@V|host login: ");
}

#[test]
fn gps_29_without_version_the_system_tells() {
    if Os::HERE != Os::Linux {
        return skipped("/proc/version is Linux's");
    }
    let mut scene = Scene::with("ISSUE=@V|\\c");
    scene.root.write("proc/version", "Linux of this test\n");
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"\rLinux of this test|host login: ");
}

#[test]
fn gps_30_an_issue_file_joins_lines_and_suppresses_their_ends() {
    let mut scene = Scene::with("ISSUE=/etc/banner");
    scene.root.write("etc/banner", "a\\\nb\\c\nc\n");
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"\rabc\r\nhost login: ");

    let mut scene = Scene::with("ISSUE=X");
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"\rX\r\nhost login: ");

    let mut scene = Scene::with("ISSUE=/etc/none");
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"\rhost login: ");
}

#[test]
fn gps_31_the_screen_is_cleared_for_a_known_type() {
    let mut scene = Scene::with("-CLEAR");
    // The description of this system, where the program below the root finds it.
    for place in ["usr/share/terminfo", "lib/terminfo", "etc/terminfo", "usr/share/misc/terminfo"] {
        for folder in ["v", "76"] {
            let name = format!("{place}/{folder}/vt100");
            if let Ok(description) = std::fs::read(format!("/{name}")) {
                scene.root.write(&name, description);
            }
        }
    }
    let _getty = scene.start("LINE 9600 vt100");
    scene.line.expect(b"\x1b[H\x1b[J\rHihost login: ");

    let mut scene = Scene::with("-CLEAR");
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
}

#[test]
fn gps_74_defaults_without_a_word_about_them() {
    let mut scene = Scene::with("-ISSUE\n-LOGIN\n-SYSTEM");
    scene.root.write("etc/issue", "Welcome\n");
    scene.root.put_recorder("bin/login");
    let _getty = scene.start("LINE 9600");
    let node = system_names().unwrap().node;
    scene.line.expect(format!("\rWelcome\r\n{node} login: ").as_bytes());
    scene.log_in();
}

#[test]
fn gps_75_programs_need_a_full_path() {
    let mut scene = Scene::with("LOGIN=login\nFIDO=ifcico");
    scene.root.put_recorder("bin/login");
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    for keyword in ["LOGIN", "FIDO"] {
        assert_eq!(scene.root.log_lines(&["err", keyword]).len(), 1, "{}", scene.root.log());
    }
    // No mailer is looked for: the second AE is no call for one.
    scene.line.send(b"\xae\xae\x15");
    scene.line.expect(b"\xae\xae\x08 \x08");
    scene.log_in();
}

#[test]
fn gps_76_no_label_and_a_label_defined_twice() {
    let mut scene = Scene::new();
    let _getty = scene.start("LINE");
    scene.line.expect(P);

    let twice = "9600# B9600 CS8 # B9600 SANE #upper: #9600\n\n9600# B9600 CS8 # B9600 SANE #lower: #9600\n";
    let mut scene = Scene::new().gettydefs(twice);
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"\rHiupper: ");
}

#[test]
fn gps_76_line_discipline() {
    for (discipline, warnings) in [("LDISC0", 0), ("LDISC9", 1)] {
        let mut scene = Scene::new();
        let _getty = scene.start(&format!("LINE 9600 vt100 {discipline}"));
        scene.line.expect(P);
        let recorded = scene.log_in();
        assert_eq!(recorded.env("TERM").as_deref(), Some("vt100"));
        assert_eq!(scene.root.log_lines(&["warning", discipline]).len(), warnings, "{}", scene.root.log());
    }
}

#[test]
fn gps_77_an_unknown_type_clears_nothing_and_is_term() {
    let mut scene = Scene::with("-CLEAR");
    let _getty = scene.start("LINE 9600 nosuchterm");
    scene.line.expect(P);
    assert_eq!(scene.log_in().env("TERM").as_deref(), Some("nosuchterm"));
}

#[test]
fn gps_78_r2_waits_for_a_character_and_two_seconds() {
    let mut scene = Scene::new();
    let _getty = scene.start("-r2 LINE 9600");
    scene.line.expect_waiting();
    let sent = Instant::now();
    scene.line.send(b"x");
    scene.line.send(b"junk");
    scene.line.expect(P);
    assert!(sent.elapsed() > Duration::from_millis(1700), "{:?}", sent.elapsed());
    scene.log_in();
}

#[test]
fn gps_78_waitchar_without_delay_and_delay_without_waitchar() {
    let mut scene = Scene::with("WAITCHAR=YES");
    let _getty = scene.start("LINE 9600");
    scene.line.expect_waiting();
    scene.line.send(b"x");
    scene.line.expect(P);
    scene.log_in();

    let mut scene = Scene::with("DELAY=300");
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
}

#[test]
fn gps_79_w_waits_for_the_whole_word() {
    let mut scene = Scene::new();
    let _getty = scene.start("-w RING LINE 9600");
    scene.line.expect_waiting();
    scene.line.send(b"\r\nRI");
    scene.line.expect_silence(Duration::from_millis(300));
    scene.line.send(b"NG");
    scene.line.expect(P);
}

#[test]
fn gps_80_without_hangup_in_the_file_h_decides() {
    let mut scene = Scene::with("-HANGUP");
    let _getty = scene.start("-h LINE 9600");
    assert_eq!(on_hook(&mut scene, P), None);
}

#[test]
fn gps_80_without_h_the_line_is_hung_up_for_two_seconds() {
    if !caps().keeps_b0 {
        return skipped("a pty cannot keep speed 0 here");
    }
    let mut scene = Scene::with("-HANGUP");
    let _getty = scene.start("LINE 9600");
    assert_about(on_hook(&mut scene, P), 2);
}

#[test]
fn a_name_in_dev_may_stand_for_another() {
    // /dev/modem -> ttyS1: the name that was given is shown, the file of that name is read.
    let mut scene = Scene::without_defaults();
    std::fs::create_dir(scene.root.path("dev")).unwrap();
    std::os::unix::fs::symlink(scene.line.device(), scene.root.path("dev/modem")).unwrap();
    scene.root.write(
        "etc/conf.getty.modem",
        "ISSUE=@L|\\c\nSYSTEM=host\nHANGUP=NO\nCLEAR=NO\nLOGIN=/bin/recorder\n",
    );
    let _getty = scene.start("/dev/modem 9600");
    scene.line.expect(b"\rmodem|host login: ");
    scene.log_in();
}
