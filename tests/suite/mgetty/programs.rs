//! mgetty's login on real lines: which program a name gets, as whom, and what it finds.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use polygetty_platforms::account::codec::USER_PROCESS;
use polygetty_platforms::process;
use polygetty_rig::{Recorded, Spawned};

use super::scene::Scene;
use crate::records::{known, read_records, write_utmp};
use crate::scene::skipped;
use crate::sco::PPPD;

const PROMPT: &str = "login-prompt p:\n";
/// The numbers of an account that no machine has.
const PASSWD: &str = "root:x:0:0::/:/bin/sh\ncaller:x:54321:54322::/:/bin/sh\n";
const GROUP: &str = "dialers:x:54322:\nlines:x:54323:other,caller\nothers:x:54324:other\n";

/// A line with login.config, root's alone as it must be.
fn with(rules: &str) -> Scene {
    let scene = Scene::on_a_pty(PROMPT);
    scene.root.put_recorder("bin/prog");
    scene.root.write("etc/passwd", PASSWD);
    scene.root.write("etc/group", GROUP);
    let rules = scene.root.write("etc/mgetty/login.config", rules);
    std::fs::set_permissions(rules, std::fs::Permissions::from_mode(0o600)).unwrap();
    scene
}

/// The same without the file.
pub fn without_rules() -> Scene {
    let scene = with("");
    std::fs::remove_file(scene.root.path("etc/mgetty/login.config")).unwrap();
    scene
}

/// A call, and this typed at the prompt.
#[track_caller]
pub fn call(scene: &mut Scene, typed: &str) -> Spawned {
    let getty = scene.wait();
    scene.call();
    scene.line.find(b"p:");
    scene.line.send(typed.as_bytes());
    scene.line.find(typed.trim_end().as_bytes());
    getty
}

/// What the program found that this name gets.
#[track_caller]
pub fn recorded(scene: &mut Scene, typed: &str) -> (Recorded, Spawned) {
    let getty = call(scene, typed);
    (scene.root.recorded(), getty)
}

/// Others must be able to reach the programs below a root, and the recorder to leave its note there.
fn open_to_others(scene: &Scene) -> bool {
    let mode = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode));
    mode(scene.root.dir(), 0o1777).unwrap();
    let passes = |dir: &Path| dir.metadata().is_ok_and(|facts| facts.mode() & 0o001 != 0);
    scene.root.dir().ancestors().all(passes)
}

#[test]
fn mg_56_mg_77_login_finds_a_terminal_and_the_call_is_in_the_log() {
    let mut scene = without_rules();
    let device = scene.line.device();
    let (recorded, getty) = recorded(&mut scene, "bob\r");
    assert_eq!(recorded.argv(), ["login", "bob"]);
    assert_eq!(recorded.number::<i32>("pid"), getty.pid());
    let on = ["BRKINT", "IGNPAR", "ICRNL", "OPOST", "ONLCR", "ISIG", "ICANON", "ECHO", "ECHOE", "ECHOK"];
    assert_eq!(recorded.flags_of(&on), on);
    let off = ["IXON", "IXOFF", "IXANY", "IEXTEN", "PARENB", "CSTOPB", "CLOCAL", "ISTRIP"];
    assert_eq!(recorded.flags_of(&off), [""; 0]);
    assert_eq!(recorded.flags_of(&["CS8", "CREAD", "HUPCL"]).len(), 3);
    assert_eq!(recorded.char("EOF"), Some(4));
    assert_eq!(
        (recorded.env("CONNECT").as_deref(), recorded.env("CALLER_ID").as_deref()),
        (Some("9600"), Some("none"))
    );
    assert_eq!(recorded.env("DEVICE").as_deref(), Some(scene.name()));
    assert_eq!(recorded.env("CALLER_NAME"), None);
    for fd in 0..3 {
        assert_eq!(recorded.text(&format!("fd.{fd}")).as_deref(), device.to_str());
        assert_eq!(recorded.text(&format!("waits.{fd}")).as_deref(), Some("true"));
    }
    assert_eq!(recorded.text("controlling").as_deref(), Some("true"));
    assert_eq!(recorded.text("mask").as_deref(), Some(""));
    if let Some(open) = recorded.text("open") {
        assert_eq!(open, "0,1,2");
    }
    let wanted = format!(
        " ##### data dev={}, pid={}, caller='none', conn='9600', name='', cmd='/bin/login', user='bob'\n",
        scene.name(),
        getty.pid()
    );
    assert!(scene.log().contains(&wanted), "{wanted:?} in {}", scene.log());
    // MG-64
    assert_eq!(std::fs::read_to_string(scene.lock_file()).unwrap(), format!("{:10}\n", getty.pid()));
    assert!(!scene.pid_file().exists());
    assert_eq!(std::fs::metadata(device).unwrap().mode() & 0o7777, 0o600);
}

#[test]
fn mg_56_lf_is_not_mapped() {
    let (recorded, _getty) = recorded(&mut without_rules(), "joe\n");
    assert_eq!(recorded.argv(), ["login", "joe"]);
    assert_eq!(recorded.flags_of(&["ICRNL", "ONLCR"]), [""; 0]);
    assert!(recorded.flag("ICANON"));
}

#[test]
fn mg_68_a_file_that_others_can_read_is_ignored() {
    let mut scene = with("* - - /bin/prog @\n");
    let rules = scene.root.path("etc/mgetty/login.config");
    std::fs::set_permissions(&rules, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (recorded, _getty) = recorded(&mut scene, "bob\r");
    assert_eq!(recorded.argv(), ["login", "bob"]);
    scene.expect_log("login.config ignored, wrong permissions");
}

#[test]
fn a_link_is_no_login_config() {
    let mut scene = with("* - - /bin/prog @\n");
    let rules = scene.root.path("etc/mgetty/login.config");
    std::fs::rename(&rules, rules.with_extension("real")).unwrap();
    std::os::unix::fs::symlink("login.real", &rules).unwrap();
    let (recorded, _getty) = recorded(&mut scene, "bob\r");
    assert_eq!(recorded.argv(), ["login", "bob"]);
    scene.expect_log("cannot read /etc/mgetty/login.config");
}

#[test]
fn mg_73_a_missing_program_leaves_nothing_behind() {
    let mut scene = without_rules();
    std::fs::remove_file(scene.root.path("bin/login")).unwrap();
    let mut getty = call(&mut scene, "bob\r");
    assert_eq!(getty.exit_status(), 255);
    assert!(scene.locks().is_empty() && !scene.pid_file().exists());
    scene.expect_log("cannot execute '/bin/login': No such file or directory");
}

#[test]
fn a_text_is_run_by_no_shell() {
    let mut scene = without_rules();
    std::fs::remove_file(scene.root.path("bin/login")).unwrap();
    let told = scene.root.path("told");
    scene.root.write_program("bin/login", format!("echo ran >{}\n", told.display()));
    let mut getty = call(&mut scene, "bob\r");
    assert_eq!((getty.exit_status(), told.exists()), (255, false));
    assert!(scene.locks().is_empty());
}

#[test]
#[ignore = "root: login.config must be root's"]
fn mg_69_root_an_unknown_account_runs_nothing() {
    if !process::is_root() {
        return skipped("needs root");
    }
    for site in ["", "[login]\nsupervise = true\n"] {
        let mut scene = with("a* nosuchuser - /bin/prog @\n* - - /bin/login @\n");
        scene.root.write("etc/polygetty.toml", site);
        let mut getty = call(&mut scene, "alice\r");
        assert_eq!(getty.exit_status(), 1);
        assert!(!scene.root.was_logged_in() && scene.locks().is_empty());
        scene.expect_log("there is no account \"nosuchuser\": nothing is run");
    }
}

#[test]
#[ignore = "root: login.config must be root's"]
fn root_an_account_that_cannot_be_looked_up_runs_nothing() {
    if !process::is_root() {
        return skipped("needs root");
    }
    for file in ["etc/passwd", "etc/group"] {
        let mut scene = with("* caller - /bin/prog @\n");
        std::fs::remove_file(scene.root.path(file)).unwrap();
        assert_eq!(call(&mut scene, "alice\r").exit_status(), 1, "without {file}");
        assert!(!scene.root.was_logged_in());
    }
}

#[test]
#[ignore = "root: another account can be taken by root alone"]
fn mg_70_root_the_program_has_the_account_and_nothing_of_root() {
    if !process::is_root() {
        return skipped("needs root");
    }
    for site in ["", "[login]\nsupervise = true\n"] {
        let mut scene = with("b* caller bb /bin/prog @\n");
        scene.root.write("etc/polygetty.toml", site);
        write_utmp(&scene.root, &[]);
        if !open_to_others(&scene) {
            return skipped("other accounts cannot reach the build directory");
        }
        let (recorded, getty) = recorded(&mut scene, "bob\r");
        assert_eq!(recorded.argv(), ["prog", "bob"]);
        assert_eq!(recorded.text("user").as_deref(), Some("54321,54321,54322,54322"));
        assert_eq!(recorded.text("groups").as_deref(), Some("54322,54323"));
        assert_eq!(recorded.text("regains").as_deref(), Some("false"));
        assert_eq!(recorded.text("controlling").as_deref(), Some("true"));
        if known() {
            let record = read_records(&scene.root, "run/utmp").into_iter().find(|r| r.kind == USER_PROCESS);
            let record = record.expect("a record of who is logged in");
            assert_eq!(
                (record.user.as_slice(), record.host.as_slice(), record.pid),
                (&b"bb"[..], &b"9600"[..], getty.pid())
            );
            assert_eq!(record.line, scene.name().as_bytes());
        }
    }
}

#[test]
#[ignore = "root: login.config must be root's"]
fn mg_71_mg_72_root_arguments_are_counted_and_rules_are_for_some_calls() {
    if !process::is_root() {
        return skipped("needs root");
    }
    let rules = "!version 2\n* Y - - /bin/login back\n* N - - /bin/prog 1 2 3 4 5 6 7 8 9 10 11\n";
    let mut scene = with(rules);
    let (recorded, _getty) = recorded(&mut scene, "bob\r");
    assert_eq!(recorded.argv(), ["prog", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    scene.expect_log("login.config:3");
}

#[test]
#[ignore = "root: login.config must be root's"]
fn mg_73_root_a_missing_program_is_seen_before_root_is_left() {
    if !process::is_root() {
        return skipped("needs root");
    }
    let mut scene = with("* caller - /bin/missing @\n");
    assert_eq!(call(&mut scene, "bob\r").exit_status(), 255);
    assert!(scene.locks().is_empty(), "an ordinary account could not remove it");
    scene.expect_log("cannot execute '/bin/missing': No such file or directory");
}

#[test]
#[ignore = "root: login.config must be root's"]
fn mg_97_root_a_ppp_caller_gets_pppd_as_root() {
    if !process::is_root() {
        return skipped("needs root");
    }
    let mut scene = with("/AutoPPP/ - a_ppp /usr/sbin/pppd debug require-chap\n");
    std::fs::create_dir_all(scene.root.path("usr/sbin")).unwrap();
    // The recorder looks for the root two directories above its own.
    std::os::unix::fs::symlink("../../bin/prog", scene.root.path("usr/sbin/pppd")).unwrap();
    write_utmp(&scene.root, &[]);
    scene.root.write("var/log/wtmp", "");
    let getty = scene.wait();
    scene.call();
    scene.line.send(PPPD);
    let recorded = scene.root.recorded();
    assert_eq!(recorded.argv(), ["pppd", "debug", "require-chap"]);
    assert_eq!(recorded.text("user").as_deref(), Some("0,0,0,0"));
    assert_eq!(recorded.flags_of(&["ECHO", "ICANON", "OPOST", "ICRNL", "ISIG", "CLOCAL"]), [""; 0]);
    assert_eq!(std::fs::metadata(scene.line.device()).unwrap().mode() & 0o7777, 0o600);
    scene.line.expect_silence(Duration::from_millis(100));
    for file in ["run/utmp", "var/log/wtmp"] {
        if known() {
            let records = read_records(&scene.root, file);
            let record = records.iter().rfind(|record| record.kind == USER_PROCESS).expect("a record");
            assert_eq!((record.user.as_slice(), record.pid), (&b"a_ppp"[..], getty.pid()), "{file}");
        }
    }
}

#[test]
#[ignore = "root: another account can be taken by root alone"]
fn mg_98_root_a_name_that_is_turned_away() {
    if !process::is_root() {
        return skipped("needs root");
    }
    let mut scene = with("* caller @ /bin/false\n");
    scene.root.write_program("bin/false", "#!/bin/sh\nexit 1\n");
    write_utmp(&scene.root, &[]);
    if !open_to_others(&scene) {
        return skipped("other accounts cannot reach the build directory");
    }
    let mut getty = call(&mut scene, "evil\r");
    assert_eq!(getty.exit_status(), 1);
    scene.expect_log("cmd='/bin/false', user='evil'");
    if known() {
        let evil = |record: &crate::records::Entry| record.user == b"evil" && record.kind == USER_PROCESS;
        assert!(read_records(&scene.root, "run/utmp").iter().any(evil));
    }
    // The upper of two lines, also where the lower has the whole name.
    let mut scene = with("gu* - - /bin/prog upper\nguest - - /bin/prog lower\n");
    assert_eq!(recorded(&mut scene, "guest\r").0.argv(), ["prog", "upper"]);
}
