//! mgetty's prompt on a real line, without a modem: what is typed back, and what no caller can do.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use polygetty_rig::{Line, Spawned};

use super::scene::{Scene, node};
use crate::scene::skipped;

const CONFIG: &str = "-data-only\n-init-chat\n-fido-send-emsi\ndirect y\nprompt-waittime 50\n";
const RULES: &str = "/AutoPPP/ - - /bin/ppp @\n";
const A_WHILE: Duration = Duration::from_millis(300);

/// A line on which any byte brings the prompt.
fn direct(lines: &str) -> Scene {
    let scene = Scene::on_a_pty(&format!("{CONFIG}{lines}"));
    scene.root.put_recorder("bin/ppp");
    scene
}

/// Starts it, and calls.
#[track_caller]
fn woken(scene: &mut Scene) -> Spawned {
    let mgetty = scene.start();
    scene.expect_log("waiting...");
    scene.line.send(b"\r");
    mgetty
}

/// The same, up to the prompt.
#[track_caller]
fn asked(scene: &mut Scene) -> Spawned {
    let mgetty = woken(scene);
    scene.expect_prompt();
    mgetty
}

/// Types this, and this comes back, the prompt being one.
#[track_caller]
fn echoes(scene: &mut Scene, typed: &[u8], echo: &[u8]) {
    scene.line.send(typed);
    scene.line.expect(echo);
}

/// The prompt, as it comes once more.
fn prompt() -> Vec<u8> {
    format!("\r\n{}!login: ", node()).into_bytes()
}

#[test]
fn mg_57_mg_58_keys() {
    let mut scene = direct("");
    let _mgetty = asked(&mut scene);
    echoes(&mut scene, b" -bo", b" \x08 \x08-\x08 \x08bo");
    echoes(&mut scene, b"\x08\x7f\x08", b"\x08 \x08\x08 \x08");
    echoes(&mut scene, b"fobby\x15", &[b"fobby", &*prompt()].concat());
    echoes(&mut scene, b"a\x11\x13\x1b\x04\0\x01\x80b\x03", &[b"ab", &*prompt()].concat());
    // The issue, too, for an empty name.
    echoes(&mut scene, b"\n", &[b"\n\r\r\r\n", &*prompt()].concat());
    echoes(&mut scene, b"\r", &[b"\r\n\r\r\n", &*prompt()].concat());
    scene.line.expect_silence(A_WHILE);
}

#[test]
fn mg_59_mg_60_ways_out() {
    for leaves in [&b"\x04"[..], b"bob\x1c", b"NO CARRIER\r", b"ERROR\n"] {
        let mut scene = direct("");
        let mut mgetty = asked(&mut scene);
        scene.line.send(leaves);
        assert_eq!(mgetty.exit_status(), 0, "{}", leaves.escape_ascii());
        assert_eq!(scene.locks(), [""; 0]);
        assert!(!scene.root.was_logged_in());
    }
}

#[test]
fn mg_63_the_line_closes_while_a_name_is_typed() {
    let mut scene = direct("");
    let mut mgetty = asked(&mut scene);
    echoes(&mut scene, b"bo", b"bo");
    scene.line = Line::open();
    assert_eq!(mgetty.exit_status(), 10);
    assert_eq!(scene.left_behind(), [""; 0]);
}

#[test]
fn names_without_end_and_noise() {
    let mut scene = direct("");
    let mut mgetty = asked(&mut scene);
    for noise in [&b"a"[..], b"\0", b"\xff", b"\x7e", b"\x7e\xff\x03\xc0", b"**EMSI_", b"\x1b[A", b"\xae\xf1"]
    {
        for _ in 0..10 {
            scene.line.send(&noise.repeat(1000 / noise.len()));
            // Whoever reads nothing is not answered for ever: so all of it is read.
            scene.line.rest(Duration::from_millis(20));
        }
        scene.line.send(b"\x15zq");
        scene.line.find(b"zq");
        echoes(&mut scene, b"\x15", &prompt());
    }
    // And then a name, of the length that a name has.
    scene.line.send(&[&[b'n'; 5000][..], b"\r"].concat());
    scene.line.find(b"\r\n");
    assert_eq!(scene.root.recorded().argv(), ["login".to_owned(), "n".repeat(63)]);
    assert_eq!(mgetty.exit_status(), 0);
}

/// A file that says who is heard counts only as root's.
fn armed(scene: &Scene) -> bool {
    use std::os::unix::fs::MetadataExt;
    let file = scene.root.write("etc/mgetty/login.config", RULES);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::metadata(file).unwrap().uid() == 0
}

/// The program for PPP callers has the line, as raw as it was, and nothing was typed on it.
#[track_caller]
fn ppp(scene: &mut Scene) {
    let recorded = scene.root.recorded();
    assert_eq!(recorded.argv(), ["ppp", "/AutoPPP/"]);
    assert!(recorded.flags_of(&["ECHO", "ICANON", "ISIG", "ICRNL", "ONLCR", "OPOST"]).is_empty());
    assert!(scene.line.rest(A_WHILE).is_empty());
}

#[test]
fn mg_65_a_frame_is_not_echoed() {
    let mut scene = direct("");
    if !armed(&scene) {
        return skipped("login.config is not root's");
    }
    let mut mgetty = asked(&mut scene);
    scene.line.send(b"\x7e\xff\x7d\x23\xc0");
    scene.line.expect_silence(A_WHILE);
    // What is no frame is what somebody has typed.
    echoes(&mut scene, b"x\x15", &[b"~\x08 \x08}#@x", &*prompt()].concat());
    scene.line.send(b"\x7e\xff\x7d\x23\xc0");
    assert!(mgetty.is_running());
    scene.line.send(b"\x21");
    ppp(&mut scene);
    assert_eq!(mgetty.exit_status(), 0);
}

#[test]
fn mg_66_a_frame_in_place_of_a_name_brings_no_prompt() {
    let mut scene = direct("prompt-waittime 2000\n");
    if !armed(&scene) {
        return skipped("login.config is not root's");
    }
    let mut mgetty = woken(&mut scene);
    scene.line.send(b"\x7e\xff\x03\xc0\x21");
    ppp(&mut scene);
    assert_eq!(mgetty.exit_status(), 0);
}
