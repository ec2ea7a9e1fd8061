//! mgetty.config, as it shows on the line.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::Duration;

use polygetty_platforms::{people, process};
use polygetty_rig::{SOON, until};

use super::scene::Scene;
use crate::scene::skipped;

/// Long enough for an answer to come, had one been given.
const A_WHILE: Duration = Duration::from_millis(300);

#[test]
fn mg_08_a_section_sets_the_rings_of_its_line() {
    let mut scene = Scene::with("rings 1\nport ttyX\nrings 3");
    let _mgetty = scene.wait();
    for _ in 0..2 {
        scene.ring();
        scene.line.expect_silence(A_WHILE);
    }
    scene.answer();
}

#[test]
fn mg_09_a_section_of_another_line() {
    let mut scene = Scene::with("rings 1\nport ttyZ\nrings 3\ninit-chat \"\" ATWRONG OK\nfoul");
    let _mgetty = scene.wait();
    scene.answer();
    assert!(!scene.log().contains("foul"), "{}", scene.log());
}

#[test]
fn mg_10_two_sections_of_one_line() {
    let mut scene = Scene::with("port ttyX\nrings 5\ninit-chat \"\" ATZ1 OK\nport tty?\nrings 2");
    let _mgetty = scene.start();
    scene.line.expect(b"ATZ1\r");
    scene.line.send(b"\r\nOK\r\n");
    scene.waits();
    scene.ring();
    scene.line.expect_silence(A_WHILE);
    scene.answer();
}

#[test]
fn mg_11_foul_lines_are_said_and_skipped() {
    let mut scene = Scene::with("bogus-keyword 7\nrings many");
    let _mgetty = scene.wait();
    for text in [
        "something foul in config line: 'bogus-keyword 7'",
        "(keyword 'bogus-keyword' not found)",
        "something foul in config line: 'rings many'",
        "(most likely syntax error)",
    ] {
        scene.expect_log(text);
    }
    scene.answer();
}

#[test]
fn mg_12_a_line_joined_and_a_blank_at_the_end() {
    let mut scene = Scene::with("login-prompt a\\\nb@\\040");
    let _mgetty = scene.wait();
    scene.call();
    scene.line.expect(format!("\r\r\n\r\nab{} ", super::scene::node()).as_bytes());
    scene.line.expect_silence(A_WHILE);
}

/// Owner, group and mode of the line.
fn node(scene: &Scene) -> (u32, u32, u32) {
    let node = std::fs::metadata(scene.line.device()).unwrap();
    (node.uid(), node.gid(), node.mode() & 0o7777)
}

/// The line stays with whoever runs the test: nobody but root gives it away.
fn owned(lines: &str) -> Scene {
    let us = std::fs::metadata(Scene::without_config().root.dir()).unwrap().uid();
    Scene::with(&format!("port-owner {us}\n{lines}"))
}

#[track_caller]
fn expect_mode(scene: &Scene, mode: u32) {
    let seen = until(SOON, || (node(scene).2 == mode).then_some(()));
    seen.unwrap_or_else(|| panic!("mode {:o} in place of {mode:o}; log:\n{}", node(scene).2, scene.log()));
}

#[test]
fn mg_13_a_mode_without_its_zero() {
    let mut scene = owned("port-mode 640");
    std::fs::set_permissions(scene.line.device(), std::fs::Permissions::from_mode(0o600)).unwrap();
    let _mgetty = scene.start();
    expect_mode(&scene, 0o640);
    scene.init();
    scene.expect_log("port-mode without a leading zero");
}

#[test]
fn mg_14_the_mode_that_was_asked_for() {
    let mut scene = owned("port-mode 0666");
    std::fs::set_permissions(scene.line.device(), std::fs::Permissions::from_mode(0o600)).unwrap();
    let _mgetty = scene.start();
    expect_mode(&scene, 0o666);
    scene.init();
}

#[test]
#[ignore = "root: gives the line to another account"]
fn mg_14_root_the_owner_that_was_asked_for() {
    let Some(uucp) = process::is_root().then(|| people::user(b"uucp").ok().flatten()).flatten() else {
        return skipped("needs root and an account uucp");
    };
    let mut scene = Scene::with("port-owner uucp\nport-group 54321\nport-mode 0666");
    let _mgetty = scene.wait();
    assert_eq!(node(&scene), (uucp.uid, 54321, 0o666));
}

#[test]
#[ignore = "root: gives the line away, and has accounts that are not root's"]
fn mg_92_root_owner_group_and_mode() {
    let Some(staff) = process::is_root().then(|| people::group(b"staff").ok().flatten()).flatten() else {
        return skipped("needs root and a group staff");
    };
    let mut scene = Scene::with("port-owner root\nport-group staff\nport-mode 0666");
    let _mgetty = scene.wait();
    assert_eq!(node(&scene), (0, staff, 0o666));
}

#[test]
fn mg_92_who_is_not_root_gives_nothing_away() {
    if process::is_root() {
        return skipped("root gives away what he likes");
    }
    let mut scene = Scene::with("port-owner root\nport-mode 0666");
    let owner = node(&scene).0;
    let _mgetty = scene.wait();
    assert_eq!(node(&scene).0, owner);
    scene.expect_log("owner");
    scene.answer();
}

#[test]
fn mg_92_the_speed_holds_from_the_first_byte() {
    let mut scene = Scene::with("speed 115200");
    let _mgetty = scene.start();
    scene.line.expect(b"ATZ\r");
    assert_eq!(scene.line.attrs().speeds(), (115_200, 115_200));
    scene.line.send(b"\r\nOK\r\n");
    scene.waits();
    scene.call();
    scene.expect_prompt();
    assert_eq!(scene.line.attrs().speeds(), (115_200, 115_200));
    assert_eq!(scene.log_in("bob").speeds(), (115_200, 115_200));
}

#[test]
fn mg_94_the_directory_of_debian_s_forebears() {
    let mut scene = Scene::without_config();
    let text = |rings| super::scene::config(&format!("rings {rings}"));
    scene.root.write("etc/mgetty+sendfax/mgetty.config", text(1));
    scene.root.write("etc/mgetty+sendfax/dialin.config", "!555\nall\n");
    let mgetty = scene.wait();
    scene.line.send(b"\r\nNMBR = 5551\r\n");
    scene.expect_log("denied caller dev=ttyX");
    scene.line.expect_silence(A_WHILE);
    drop(mgetty);

    // Both: only the first counts, for the files that it does not have, too.
    let mut scene = Scene::with("rings 1");
    scene.root.write("etc/mgetty+sendfax/mgetty.config", text(9));
    scene.root.write("etc/mgetty+sendfax/dialin.config", "!555\nall\n");
    let _mgetty = scene.wait();
    scene.line.send(b"\r\nNMBR = 5551\r\n");
    scene.line.expect(b"ATA\r");
}

#[test]
#[ignore = "root: login.config must be root's"]
fn mg_94_root_whose_login_config_rules() {
    if !process::is_root() {
        return skipped("login.config counts only if it is root's");
    }
    let rules = |scene: &Scene, directory: &str, word: &str| {
        let path = format!("etc/{directory}/login.config");
        let path = scene.root.write(&path, format!("* - - /bin/login {word} @\n"));
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    let argv = |scene: &mut Scene| {
        let _mgetty = scene.wait();
        scene.call();
        scene.expect_prompt();
        scene.line.send(b"bob\r");
        scene.root.recorded().argv()
    };
    let mut scene = Scene::without_config();
    scene.root.write("etc/mgetty+sendfax/mgetty.config", super::scene::config(""));
    rules(&scene, "mgetty+sendfax", "old");
    assert_eq!(argv(&mut scene), ["login", "old", "bob"]);
    // Both.
    let mut scene = Scene::new();
    scene.root.write("etc/mgetty+sendfax/mgetty.config", super::scene::config("rings 9"));
    rules(&scene, "mgetty+sendfax", "old");
    rules(&scene, "mgetty", "new");
    assert_eq!(argv(&mut scene), ["login", "new", "bob"]);
    let mut scene = Scene::new();
    rules(&scene, "mgetty+sendfax", "old");
    assert_eq!(argv(&mut scene), ["login", "bob"]);
}
