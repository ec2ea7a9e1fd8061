//! Which line callback calls on, and who gets the call.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use polygetty_platforms::Signal;
use polygetty_rig::Spawned;

use super::{DIALS, command, is_ordinary, log, prepare, watch, with};
use crate::mgetty::scene::Scene;
use crate::scene::{Living, PROGRAM, ascii, start};

#[test]
#[ignore = "root: callback is for root alone"]
fn mg_81_root_a_call_is_made_and_the_mgetty_of_the_line_gets_it() {
    if is_ordinary() {
        return;
    }
    // Also MG-72: a Y entry is for those whom we called.
    let mut scene = with("retry-time 2\n");
    scene.root.put_recorder("bin/prog");
    let rules = "!version 2\nbob N - - /bin/login wrong\n* Y - - /bin/prog @\n* - - - /bin/login @\n";
    let rules = scene.root.write("etc/mgetty/login.config", rules);
    fs::set_permissions(rules, fs::Permissions::from_mode(0o600)).unwrap();
    let mut getty = scene.wait();
    let name = scene.name().to_owned();
    let mut callback = start(&scene.root, "callback", &["-d", "-l", &name, "111", "222"], &[]);
    prepare(&mut scene);
    scene.line.expect(b"ATD111\r");
    assert_eq!(fs::read(scene.lock_file()).unwrap(), ascii(callback.pid()));
    scene.line.send(b"\r\nBUSY\r\n");
    scene.line.expect(b"ATD222\r");
    scene.line.send(b"\r\nCONNECT 9600\r\n");
    scene.line.expect(b"Connection established, please wait...\r\n");
    scene.line.expect(b"...ok\r\n");
    assert_eq!(callback.exit_status(), 0);
    assert_eq!(fs::read(scene.lock_file()).unwrap(), ascii(getty.pid()));
    assert!(
        log(&scene.root).contains(&format!("callback: success, device=/dev/{name}, mgetty={}", getty.pid()))
    );
    scene.line.find(b"login: ");
    scene.line.send(b"bob\r");
    let recorded = scene.root.recorded();
    assert_eq!(recorded.argv(), ["prog", "bob"]);
    assert_eq!(recorded.number::<i32>("pid"), getty.pid());
    assert_eq!(recorded.text("controlling").as_deref(), Some("true"));
    getty.ended();
}

#[test]
#[ignore = "root: callback is for root alone"]
fn root_an_mgetty_that_starts_while_the_call_is_made_gets_it_too() {
    if is_ordinary() {
        return;
    }
    let mut scene = with("");
    let other = Living::new();
    watch(&scene, other.pid());
    let name = scene.name().to_owned();
    let mut callback = start(&scene.root, "callback", &["-d", "-x0", "-l", &name, "111"], &[]);
    prepare(&mut scene);
    scene.line.expect(b"ATD111\r");
    let getty = scene.start();
    scene.expect_log("is in use");
    scene.line.send(b"\r\nCONNECT\r\n");
    scene.line.expect(b"Connection established, please wait...\r\n...ok\r\n");
    assert_eq!(callback.exit_status(), 0);
    assert_eq!(fs::read(scene.lock_file()).unwrap(), ascii(getty.pid()));
    scene.line.find(b"login: ");
    // MG-104: all went well, and level 0 has nothing of that.
    assert_eq!(log(&scene.root), "");
}

#[test]
#[ignore = "root: callback is for root alone"]
fn mg_72_root_who_calls_in_to_be_called_back_is_called_back_on_that_line() {
    if is_ordinary() {
        return;
    }
    // The next mgetty must be there before callback looks for one.
    let mut scene = with("delay 9\nretry-time 1\n");
    let script =
        format!("#!/bin/sh\nexec {PROGRAM} --root {} as callback \"$@\"\n", scene.root.dir().display());
    scene.root.write_program("usr/sbin/callback", script);
    let rules =
        "!version 2\ncback N - - /usr/sbin/callback -S 5551212\n* Y - - /bin/login @\n* - - - /bin/false\n";
    let rules = scene.root.write("etc/mgetty/login.config", rules);
    fs::set_permissions(rules, fs::Permissions::from_mode(0o600)).unwrap();
    let mut first = scene.wait();
    scene.call();
    scene.line.find(b"login: ");
    scene.line.send(b"cback\r");
    scene.line.find(b"callback goes on in the background");
    scene.line.find(b"mgetty.callback.\r\n");
    assert_eq!(first.exit_status(), 0);
    // Init starts the next one, which has the line first.
    let second = scene.start();
    scene.initialise();
    prepare(&mut scene);
    scene.line.expect(b"ATD5551212\r");
    scene.line.send(b"\r\nCONNECT 9600\r\n");
    scene.line.expect(b"Connection established, please wait...\r\n...ok\r\n");
    scene.line.find(b"login: ");
    scene.line.send(b"cback\r");
    let recorded = scene.root.recorded();
    assert_eq!(
        (recorded.argv(), recorded.number::<i32>("pid")),
        (vec!["login".into(), "cback".into()], second.pid())
    );
}

#[test]
#[ignore = "root: callback is for root alone"]
fn mg_82_root_a_line_without_an_mgetty_is_not_called_on() {
    if is_ordinary() {
        return;
    }
    let scene = with("");
    let name = scene.name().to_owned();
    let mut callback = start(&scene.root, "callback", &["-d", "-l", &name, "111"], &[]);
    assert_eq!(callback.exit_status_within(DIALS), 2);
    assert_eq!(scene.locks(), [""; 0]);
    assert!(log(&scene.root).contains("nobody watches"), "{}", log(&scene.root));
}

#[test]
fn mg_83_a_signal_of_somebody_who_has_not_the_line_is_ignored() {
    let mut scene = Scene::on_a_pty("");
    let dialer = Living::new();
    fs::write(scene.lock_file(), ascii(dialer.pid())).unwrap();
    let mut getty = scene.start();
    scene.expect_log("is in use");
    getty.signal(Signal::SIGUSR1);
    scene.line.expect_silence(Duration::from_millis(500));
    assert!(getty.is_running());
    assert_eq!(fs::read(scene.lock_file()).unwrap(), ascii(dialer.pid()));
    assert!(!scene.log().contains("hands a call over"), "{}", scene.log());
    getty.signal(Signal::SIGTERM);
    assert_eq!(getty.exit_status(), 10);
}

#[test]
#[ignore = "root: callback is for root alone"]
fn mg_106_root_a_line_in_use_is_passed_over() {
    if is_ordinary() {
        return;
    }
    let scene = with("");
    let mut second = scene.beside();
    let living = Living::new();
    watch(&scene, living.pid());
    watch(&second, living.pid());
    let dialer = Living::new();
    fs::write(scene.lock_file(), ascii(dialer.pid())).unwrap();
    let lines = format!("{}:/dev/{}", scene.name(), second.name());
    let _callback = start(&scene.root, "callback", &["-d", "-l", &lines, "111"], &[]);
    prepare(&mut second);
    second.line.expect(b"ATD111\r");
    assert!(second.lock().is_some());
}

#[test]
#[ignore = "root: callback is for root alone"]
fn mg_106_root_the_line_that_it_was_called_on() {
    if is_ordinary() {
        return;
    }
    let mut scene = Scene::on_a_pty("");
    let mut second = scene.beside();
    let config = format!("delay 0\ndialout-devices {}\n", scene.name());
    scene.root.write("etc/mgetty/callback.config", config);
    let living = Living::new();
    watch(&scene, living.pid());
    watch(&second, living.pid());
    let mut child = command(&scene.root, &["-d", "-S", "111"])
        .stdin(second.line.keep_open())
        .spawn()
        .expect("start callback");
    prepare(&mut second);
    second.line.expect(b"ATD111\r");
    scene.line.expect_silence(Duration::ZERO);
    assert_eq!(scene.open_in(i32::try_from(child.id()).unwrap()).unwrap_or(0), 0);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
#[ignore = "root: callback is for root alone"]
fn mg_107_root_an_mgetty_that_does_not_answer() {
    if is_ordinary() {
        return;
    }
    let mut scene = with("");
    let getty = scene.wait();
    getty.signal(Signal::SIGSTOP);
    let name = scene.name().to_owned();
    let mut callback: Spawned = start(&scene.root, "callback", &["-d", "-l", &name, "111"], &[]);
    prepare(&mut scene);
    scene.line.expect(b"ATD111\r");
    scene.line.send(b"\r\nCONNECT\r\n");
    scene.line.expect(b"Connection established, please wait...\r\n");
    scene.line.expect_within(b"\r\nSorry, nobody takes the call over. Goodbye.\r\n", Duration::from_secs(60));
    assert_eq!(callback.exit_status_within(Duration::from_secs(15)), 5);
    assert_eq!(scene.locks(), [""; 0]);
}
