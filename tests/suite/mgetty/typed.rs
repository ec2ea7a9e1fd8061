//! The command line.

use std::time::Duration;

use polygetty_platforms::Signal;

use super::scene::Scene;

#[test]
fn mg_01_without_a_line() {
    let scene = Scene::new();
    let mut mgetty = scene.start_with(&[]);
    assert_eq!(mgetty.exit_status(), 2);
    assert!(mgetty.stderr().contains("usage: mgetty "), "{}", mgetty.stderr());
    assert_eq!(mgetty.stdout(), "");
    scene.root.expect_log(&["usage: mgetty "]);
}

#[test]
fn mg_02_an_option_that_there_is_not() {
    let scene = Scene::new();
    let mut mgetty = scene.start_with(&["-Q", "ttyX"]);
    assert_eq!(mgetty.exit_status(), 2);
    assert!(
        mgetty.stderr().contains("usage: mgetty ") && mgetty.stderr().contains('Q'),
        "{}",
        mgetty.stderr()
    );
    scene.root.expect_log(&["usage: mgetty "]);
    assert!(scene.left_behind().is_empty());
}

#[test]
fn mg_03_what_it_says_of_itself() {
    let scene = Scene::new();
    let said = |scene: &Scene| {
        let mut mgetty = scene.start_with(&["-V"]);
        assert_eq!(mgetty.exit_status(), 0);
        mgetty.stdout()
    };
    let text = said(&scene);
    for wanted in ["mgetty", env!("CARGO_PKG_VERSION"), "/var/log/mgetty/mg_", "/etc/mgetty/mgetty.config"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    // The directory that counts is named, not one of two.
    scene.root.write("etc/mgetty+sendfax/mgetty.config", "");
    std::fs::remove_file(scene.root.path("etc/mgetty/mgetty.config")).unwrap();
    let text = said(&scene);
    assert!(text.contains("/etc/mgetty+sendfax/mgetty.config"), "{text}");
}

#[test]
fn mg_04_a_speed_that_there_is_not() {
    let scene = Scene::new();
    let mut mgetty = scene.start_with(&["-s", "12345", "ttyX"]);
    assert_eq!(mgetty.exit_status(), 2);
    scene.root.expect_log(&["invalid port speed: 12345"]);
    assert!(scene.left_behind().is_empty());
    let scene = Scene::with("speed 12345");
    assert_eq!(scene.start().exit_status(), 2);
    scene.root.expect_log(&["invalid port speed: 12345"]);
}

#[test]
fn mg_05_options_behind_the_line() {
    let mut scene = Scene::with("init-chat \"\" ATWRONG OK");
    let _mgetty = scene.start_with(&["-D", "/dev/ttyX", "-m", "\"\" ATM0 OK", "-x", "5"]);
    scene.line.expect(b"ATM0\r");
    scene.line.send(b"\r\nOK\r\n");
    scene.waits();
    scene.line.expect_silence(Duration::from_millis(200));
}

#[test]
fn mg_07_what_is_no_line_is_not_locked() {
    let scene = Scene::new();
    std::fs::write(scene.root.path("etc/x"), "").unwrap();
    for line in ["/etc/passwd", "../etc/x", "", "/dev/../etc/x"] {
        let mut mgetty = scene.start_with(&[line]);
        assert_eq!(mgetty.exit_status(), 2, "{line}");
        assert!(scene.left_behind().is_empty(), "{line}: {:?}", scene.left_behind());
        assert!(mgetty.stderr().contains("no name of a line"), "{line}: {}", mgetty.stderr());
    }
}

#[test]
fn mg_06_a_line_that_is_not_there_leaves_nothing() {
    let scene = Scene::new();
    let mut mgetty = scene.start_with(&["ttyNO"]);
    scene.root.expect_log(&["cannot open /dev/ttyNO"]);
    // Before this is said a signal ends it with another status.
    scene.root.expect_log(&["cannot get terminal line"]);
    // It holds its breath, so that init does not spin; how long, the virtual clock says.
    std::thread::sleep(Duration::from_millis(500));
    assert!(mgetty.is_running());
    mgetty.signal(Signal::SIGTERM);
    assert_eq!(mgetty.exit_status(), 30);
    assert!(scene.left_behind().is_empty(), "{:?}", scene.left_behind());
}
