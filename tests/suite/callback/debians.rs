//! Debian's mgetty and callback, and ours.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use polygetty_rig::{Root, SOON, Spawned, until};

use super::{is_ordinary, log, prepare, with};
use crate::scene::{ascii, skipped, start};

/// Debian's programs, with the root's files in place of the system's.
const THEIRS: &str = r#"
mount --bind "$ROOT/etc" /etc &&
mount --bind "$ROOT/var/run" /run &&
mount --bind "$ROOT/var/lock" /run/lock &&
mount --bind "$ROOT/var/log" /var/log || exit 99
exec "$@"
"#;

fn start_theirs(root: &Root, program: &str, arguments: &[&str]) -> Spawned {
    let dir = root.dir().to_str().unwrap();
    let head = ["-m", "--propagation", "private", "/bin/sh", "-c", THEIRS, "sh", program];
    let environment = [("PATH", "/usr/bin:/bin:/usr/sbin:/sbin"), ("ROOT", dir)];
    Spawned::start(Path::new("/usr/bin/unshare"), &[&head, arguments].concat(), &environment, root)
}

#[test]
#[ignore = "root: callback is for root alone, and mounts are root's"]
fn mg_81_root_a_call_changes_hands_between_ours_and_debians() {
    if is_ordinary() {
        return;
    }
    let (mgetty, callback) = ("/usr/sbin/mgetty", "/usr/sbin/callback");
    // The names may be ours.
    let is_theirs = |path: &str| {
        Path::new(path).exists() && !fs::read_link(path).is_ok_and(|to| to.ends_with("polygetty"))
    };
    if !is_theirs(mgetty) || !is_theirs(callback) {
        return skipped("Debian's mgetty (package mgetty) is not installed");
    }
    let mut mounts = Command::new("unshare");
    mounts.args(["-m", "--propagation", "private", "mount", "--bind", "/etc", "/etc"]);
    if !mounts.stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        return skipped("mounts are not allowed here");
    }
    for is_our_callback in [true, false] {
        let mut scene = with("delay-randomize 1\nretry-time 2\n");
        fs::create_dir_all(scene.root.path("var/run/lock")).unwrap();
        let name = scene.name().to_owned();
        let getty = match is_our_callback {
            true => start_theirs(&scene.root, mgetty, &[&name]),
            false => scene.start(),
        };
        scene.initialise();
        scene.expect_log("waiting...");
        let arguments = ["-d", "-l", &name, "111", "222"];
        let mut caller = match is_our_callback {
            true => start(&scene.root, "callback", &arguments, &[]),
            false => start_theirs(&scene.root, callback, &arguments),
        };
        prepare(&mut scene);
        scene.line.expect(b"ATD111\r");
        // Debian's takes the signal for a ring while it has not seen the lock, and looks at that when it hears
        // something that callback has left it.
        let sees_the_lock = until(SOON, || {
            scene.line.send(b"\r\n");
            let log = scene.log();
            (log.contains("lock not made") || log.contains("waits until it is free")).then_some(())
        });
        assert!(sees_the_lock.is_some(), "{}", scene.log());
        scene.line.send(b"\r\nBUSY\r\n");
        scene.line.expect(b"ATD222\r");
        scene.line.send(b"\r\nCONNECT 9600\r\n");
        scene.line.expect(b"Connection established, please wait...\r\n...ok\r\n");
        assert_eq!(caller.exit_status(), 0);
        scene.line.find(b"login: ");
        assert_eq!(fs::read(scene.lock_file()).unwrap(), ascii(getty.pid()));
        let success = format!("callback: success, device=/dev/{name}, mgetty={}", getty.pid());
        assert!(log(&scene.root).contains(&success), "{}", log(&scene.root));
    }
}
