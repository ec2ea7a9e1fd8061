//! A life of mgetty that stays beside the program which a name gets.

use std::path::Path;
use std::time::Duration;

use polygetty_platforms::{Did, Signal, node, process};
use polygetty_rig::{SOON, until};

use super::programs::{call, recorded, without_rules};
use super::scene::Scene;
use crate::scene::skipped;

/// A line where the life stays beside the program, a script.
fn beside(script: &str) -> Scene {
    let scene = without_rules();
    std::fs::remove_file(scene.root.path("bin/login")).unwrap();
    scene.root.write("etc/polygetty.toml", "[login]\nsupervise = true\n");
    scene.root.write_program("bin/login", format!("#!/bin/sh\n{script}\n"));
    scene
}

#[test]
fn beside_the_program_the_lock_stays_ours_and_the_status_is_the_programs() {
    let mut scene = beside("echo \"ready $$\"; read -r word; exit 7");
    let mut getty = call(&mut scene, "bob\r");
    scene.line.find(b"ready ");
    let program: i32 = String::from_utf8(scene.line.find(b"\r")).unwrap().parse().unwrap();
    assert_ne!(program, getty.pid());
    assert_eq!(std::fs::read_to_string(scene.lock_file()).unwrap(), format!("{:10}\n", getty.pid()));
    scene.line.send(b"go\r");
    assert_eq!(getty.exit_status(), 7);
    assert!(scene.locks().is_empty());
}

#[test]
fn beside_a_program_has_a_session_and_the_line_for_itself() {
    let mut scene = beside("");
    std::fs::remove_file(scene.root.path("bin/login")).unwrap();
    scene.root.put_recorder("bin/login");
    let (recorded, mut getty) = recorded(&mut scene, "bob\r");
    let program = recorded.number::<i32>("pid");
    assert_ne!(program, getty.pid());
    assert_eq!((recorded.number::<i32>("sid"), recorded.number::<i32>("foreground")), (program, program));
    assert_eq!(recorded.text("controlling").as_deref(), Some("true"));
    assert_eq!(recorded.text("mask").as_deref(), Some(""));
    for fd in 0..3 {
        assert_eq!(recorded.text(&format!("fd.{fd}")).as_deref(), scene.line.device().to_str());
        assert_eq!(recorded.text(&format!("waits.{fd}")).as_deref(), Some("true"));
    }
    if let Some(open) = recorded.text("open") {
        assert_eq!(open, "0,1,2");
    }
    assert!(recorded.flag("ICANON") && recorded.flag("HUPCL"));
    assert_eq!(getty.exit_status(), 0);
}

#[test]
fn beside_a_program_that_minds_no_hang_up_it_is_ended_when_the_line_goes() {
    let mut scene = beside("trap '' HUP; echo ready; while :; do /bin/sleep 1; done");
    let mut getty = call(&mut scene, "bob\r");
    scene.line.find(b"ready");
    let lock = scene.lock_file();
    drop(scene.line);
    assert_eq!(getty.exit_status_within(Duration::from_secs(20)), 128 + 15);
    assert!(!lock.exists());
}

#[test]
fn a_signal_to_whoever_stays_ends_the_program() {
    let mut scene = beside("echo \"ready $$\"; while :; do /bin/sleep 1; done");
    let mut getty = call(&mut scene, "bob\r");
    scene.line.find(b"ready ");
    let program: i32 = String::from_utf8(scene.line.find(b"\r")).unwrap().parse().unwrap();
    getty.signal(Signal::SIGTERM);
    assert_eq!(getty.exit_status(), 10);
    assert!(scene.locks().is_empty() && !process::is_alive(program));
    scene.expect_log("got signal 15, exiting");
}

#[test]
fn beside_a_missing_program_nothing_is_left() {
    let mut scene = beside("");
    std::fs::remove_file(scene.root.path("bin/login")).unwrap();
    let mut getty = call(&mut scene, "bob\r");
    assert_eq!(getty.exit_status(), 255);
    assert!(scene.locks().is_empty());
}

#[test]
#[ignore = "root: the system's login wants it"]
fn root_the_systems_login_runs_beside_us() {
    let login = Path::new(polygetty_platforms::paths().login);
    if !process::is_root() || !login.exists() {
        return skipped("needs root and a login program");
    }
    let mut scene = beside(&format!("exec {} -h far \"$@\"", login.display()));
    let mut getty = call(&mut scene, "nobody-here\r");
    let patient = Duration::from_secs(30);
    scene.line.find_within(b"assword: ", patient);
    scene.line.send(b"wrong\r");
    scene.line.find_within(b"ncorrect", patient);
    scene.line.find_within(b"login: ", patient);
    assert!(getty.is_running());
    // The call is over: login ends, and we do.
    let lock = scene.lock_file();
    drop(scene.line);
    getty.exit_status_within(patient);
    assert!(until(SOON, || (!lock.exists()).then_some(())).is_some());
}

#[test]
#[ignore = "root: cutting others off a line takes root's rights"]
fn root_a_program_that_cuts_others_off_the_line_goes_on() {
    if !process::is_root() {
        return skipped("needs root");
    }
    // As some login programs do, to have the line for themselves.
    let again = "exec <\"$line\" >\"$line\" 2>&1; echo again; read -r word; exit 5";
    let script = format!("trap '' HUP; line=$(tty); echo ready; read -r word; {again}");
    let mut scene = beside(&script);
    let mut getty = call(&mut scene, "bob\r");
    scene.line.find(b"ready");
    match node::revoke(&scene.line.device()) {
        Ok(Did::Done) => {}
        other => return skipped(&format!("no line can be cleared here: {other:?}")),
    }
    scene.line.find(b"again");
    assert!(scene.lock_file().exists());
    scene.line.send(b"go\r");
    assert_eq!(getty.exit_status(), 5);
    scene.expect_log("the program ended with 5");
    assert!(!scene.log().contains("was hung up"), "{}", scene.log());
}
