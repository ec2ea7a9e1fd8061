//! A whole life of uugetty, stopped or disturbed at every single call that it makes of line and system.

use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use polygetty_platforms::{Signal, process};
use polygetty_rig::{Spawned, until};

use crate::records::{known, login_records, write_utmp};
use crate::scene::{Scene, skipped, start_with_fault};

const CONF: &str = r#"INIT="" AT\r OK\T5
WAITFOR=RING
CONNECT="" ATA\r CONNECT\s\A\T5
TIMEOUT=5"#;

fn scene() -> Scene {
    let scene = Scene::shared(CONF);
    if known() {
        write_utmp(&scene.root, &[]);
    }
    scene
}

/// Plays the modem and the caller until the process has ended or has become the login program. What it says
/// answers what it hears; nothing of it depends on time.
fn play(scene: &mut Scene, getty: &mut Spawned) {
    let mut heard = Vec::new();
    let mut rang = 0;
    let ended = until(Duration::from_secs(40), || {
        heard.extend(scene.line.rest(Duration::from_millis(5)));
        let says: &[u8] = if heard.ends_with(b"ATA\r") {
            b"\r\nCONNECT 2400\r\n"
        } else if heard.ends_with(b"AT\r") {
            b"\r\nOK\r\n"
        } else if heard.ends_with(b"login: ") || heard.ends_with(b"login2400: ") {
            b"bob\r"
        } else if scene.locks().is_empty() && scene.root.log().contains("waiting for a character") {
            // It waits, and rings again and again, for one may come while it does not listen yet.
            rang += 1;
            if rang % 20 == 1 { b"\r\nRING\r\n" } else { b"" }
        } else {
            b""
        };
        if !says.is_empty() {
            heard.clear();
            scene.line.offer(says);
        }
        (!getty.is_running()).then_some(())
    });
    assert!(ended.is_some(), "still running; heard {:?}; log:\n{}", heard.escape_ascii(), scene.root.log());
}

fn arguments(scene: &Scene) -> [String; 3] {
    ["-D777".to_owned(), scene.line.name().to_owned(), "9600".to_owned()]
}

fn live(scene: &mut Scene, fault: &[&str]) -> Spawned {
    let arguments = arguments(scene);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let _ = std::fs::remove_file(scene.root.path("var/log/polygetty.log"));
    let mut getty = start_with_fault(&scene.root, fault, "uugetty", &arguments);
    play(scene, &mut getty);
    getty
}

/// Tries `one` with 1, 2, 3 … on all processors until it answers false.
fn with_every_call(one: impl Fn(u64) -> bool + Sync) -> u64 {
    let (next, last) = (AtomicU64::new(1), AtomicU64::new(u64::MAX));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let call = next.fetch_add(1, Ordering::SeqCst);
                    if call >= last.load(Ordering::SeqCst) {
                        break;
                    }
                    if !one(call) {
                        last.fetch_min(call, Ordering::SeqCst);
                    }
                }
            });
        }
    });
    last.load(Ordering::SeqCst) - 1
}

#[test]
fn killed_at_any_call_the_next_life_finds_the_line_usable() {
    if !cfg!(debug_assertions) {
        return skipped("a release build cannot be made to fail");
    }
    let calls = with_every_call(|call| {
        let mut scene = scene();
        // Held open from outside, so that what the dead one set stays set.
        let mut first = live(&mut scene, &["--die-at-call", &call.to_string()]);
        if first.killed_by() != Some(Signal::SIGKILL) {
            assert_eq!(first.exit_status(), 0, "call {call} is none: login ran");
            return false;
        }
        assert!(!scene.root.was_logged_in(), "call {call}");
        scene.line.rest(Duration::from_millis(20));
        let device = scene.line.device();
        if process::is_root() {
            std::fs::set_permissions(&device, std::fs::Permissions::from_mode(0o666)).unwrap();
        }
        let second = live(&mut scene, &[]);
        let log = scene.root.log();
        assert!(scene.root.was_logged_in(), "after a death at call {call}; log:\n{log}");
        let recorded = scene.root.recorded();
        assert_eq!(recorded.argv(), ["login", "bob"], "call {call}");
        assert_eq!(recorded.speeds(), (2400, 2400), "call {call}");
        assert_eq!(
            std::fs::read(scene.lock()).unwrap(),
            format!("{:>10}\n", second.pid()).into_bytes(),
            "call {call}: the stale lock was taken over"
        );
        assert_eq!(scene.locks().len(), 2, "call {call}: {:?}", scene.locks());
        if process::is_root() {
            let mode = std::fs::metadata(device).unwrap().permissions().mode() & 0o7777;
            assert_eq!(mode, 0o660, "call {call}");
        }
        if known() {
            assert_eq!(login_records(&scene.root, second.pid()), (1, 0), "call {call}");
        }
        true
    });
    assert!(calls > 40, "a life of {calls} calls is none");
}

#[test]
fn whatever_call_fails_the_life_ends_in_order_or_goes_on() {
    if !cfg!(debug_assertions) {
        return skipped("a release build cannot be made to fail");
    }
    let calls = with_every_call(|call| {
        let mut scene = scene();
        let mut getty = live(&mut scene, &["--fail-call", &call.to_string()]);
        let status = getty.exit_status();
        let log = scene.root.log();
        assert!([0, 1, 255].contains(&status), "{status} when call {call} fails; log:\n{log}");
        if scene.root.was_logged_in() {
            assert_eq!(scene.locks().len(), 2, "call {call}");
        } else {
            assert!(scene.locks().is_empty(), "call {call}: {:?}; log:\n{log}", scene.locks());
        }
        // Nobody made it fail: there is no such call.
        log.contains(&format!("call {call} is made to fail"))
    });
    assert!(calls > 40, "a life of {calls} calls is none");
}
