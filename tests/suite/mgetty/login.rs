//! From the call to login: the prompt, a caller who goes, and what login finds.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use polygetty_rig::{Line, SOON, until};

use super::scene::{Scene, prompt};

#[test]
fn mg_53_what_is_typed_once_a_call_is_up() {
    let mut scene = Scene::new();
    let _mgetty = scene.wait();
    let before = Instant::now();
    scene.call();
    scene.line.expect(&prompt());
    // 0.3 s of quiet, and prompt-waittime.
    let waited = before.elapsed();
    assert!(waited >= Duration::from_millis(800), "{waited:?}");
    scene.line.expect_silence(Duration::from_millis(300));
}

#[test]
fn mg_63_a_line_that_dies_at_the_prompt() {
    let mut scene = Scene::new();
    let mut mgetty = scene.wait();
    scene.call();
    scene.expect_prompt();
    assert!(scene.lock().is_some());
    // The far end closes.
    scene.line = Line::open();
    assert_eq!(mgetty.exit_status(), 10);
    let audit = format!("##### failed dev=ttyX, pid={}, got signal 1, exiting\n", mgetty.pid());
    assert!(scene.log().contains(&audit), "{}", scene.log());
    assert!(scene.left_behind().is_empty(), "{:?}", scene.left_behind());
    assert!(!scene.root.was_logged_in());
}

#[test]
fn mg_64_what_is_there_while_somebody_is_on() {
    let mut scene = Scene::new();
    // A login that stays until its caller goes.
    let program = scene.root.path("bin/login");
    std::fs::remove_file(&program).unwrap();
    scene.root.write_program("bin/login", "#!/bin/sh\necho up\nread line\n");
    let mut mgetty = scene.wait();
    let pid_file = scene.pid_file();
    assert_eq!(std::fs::read_to_string(&pid_file).unwrap(), format!("{}\n", mgetty.pid()));
    scene.call();
    scene.expect_prompt();
    assert_eq!(std::fs::read_to_string(&pid_file).unwrap(), format!("{}\n", mgetty.pid()), "at the prompt");
    scene.line.send(b"bob\r");
    scene.line.find(b"up\r\n");
    assert_eq!(scene.lock(), Some(format!("{:>10}\n", mgetty.pid())), "{:?}", scene.left_behind());
    assert!(!pid_file.exists());
    let mode = std::fs::metadata(scene.line.device()).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    // Login is what init started: its end is the life's end, and the next life finds the lock stale.
    scene.line.send(b"\r");
    scene.line.expect(b"\r\n");
    assert_eq!(mgetty.exit_status(), 0);
    assert!(scene.lock().is_some() && !pid_file.exists(), "{:?}", scene.left_behind());
    let _next = scene.wait();
    scene.call();
    scene.line.find(b"!login: ");
}

#[test]
fn the_next_life_starts_where_the_last_one_ended() {
    let mut scene = Scene::new();
    for _ in 0..2 {
        let mut mgetty = scene.wait();
        scene.call();
        scene.expect_prompt();
        scene.log_in("bob");
        assert_eq!(mgetty.exit_status(), 0);
        std::fs::remove_file(scene.root.path("recorded")).unwrap();
    }
    until(SOON, || (scene.log().matches("##### data dev=ttyX").count() == 2).then_some(())).unwrap();
}
