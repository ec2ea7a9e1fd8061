//! Signals.

use std::time::Duration;

use polygetty_platforms::Signal;

use super::scene::Scene;

const A_WHILE: Duration = Duration::from_millis(300);

#[test]
fn mg_42_usr2_ends_one_that_waits() {
    let mut scene = Scene::new();
    let mut mgetty = scene.wait();
    mgetty.signal(Signal::SIGUSR2);
    assert_eq!(mgetty.exit_status(), 0);
    let audit = format!("##### exit dev=ttyX, pid={}, got signal USR2, exiting\n", mgetty.pid());
    assert!(scene.log().contains(&audit), "{}", scene.log());
    assert!(scene.left_behind().is_empty(), "{:?}", scene.left_behind());
}

#[test]
fn mg_42_usr2_does_not_end_a_call() {
    let mut scene = Scene::new();
    let mut mgetty = scene.wait();
    scene.answer();
    mgetty.signal(Signal::SIGUSR2);
    scene.line.expect_silence(A_WHILE);
    scene.line.send(b"\r\nCONNECT 9600\r\n");
    scene.expect_prompt();
    mgetty.signal(Signal::SIGUSR2);
    scene.line.expect_silence(A_WHILE);
    assert!(mgetty.is_running());
    scene.log_in("bob");
}

#[test]
fn mg_43_term_ends_it_wherever_it_is() {
    for rings in [false, true] {
        let mut scene = Scene::with("rings 3");
        let mut mgetty = scene.wait();
        if rings {
            scene.ring();
            scene.takes_the_line();
        }
        mgetty.signal(Signal::SIGTERM);
        assert_eq!(mgetty.exit_status(), 10);
        let audit = format!("##### failed dev=ttyX, pid={}, got signal 15, exiting\n", mgetty.pid());
        assert!(scene.log().contains(&audit), "{}", scene.log());
        assert!(scene.left_behind().is_empty(), "{:?}", scene.left_behind());
    }
    // In the middle of init, too.
    let mut scene = Scene::new();
    let mut mgetty = scene.start();
    scene.line.expect(b"ATZ\r");
    mgetty.signal(Signal::SIGTERM);
    assert_eq!(mgetty.exit_status(), 10);
    assert!(scene.log().contains("got signal 15, exiting"), "{}", scene.log());
    assert!(scene.left_behind().is_empty(), "{:?}", scene.left_behind());
}

#[test]
fn mg_44_a_hang_up_ends_a_call_and_not_a_wait() {
    let mut scene = Scene::with("rings 3");
    let mut mgetty = scene.start();
    scene.line.expect(b"ATZ\r");
    mgetty.signal(Signal::SIGHUP);
    scene.line.send(b"\r\nOK\r\n");
    scene.waits();
    scene.expect_log("waiting...");
    mgetty.signal(Signal::SIGHUP);
    scene.line.expect_silence(A_WHILE);
    assert!(mgetty.is_running(), "{}", scene.log());
    scene.ring();
    scene.takes_the_line();
    mgetty.signal(Signal::SIGHUP);
    assert_eq!(mgetty.exit_status(), 10);
    let audit = format!("##### failed dev=ttyX, pid={}, got signal 1, exiting\n", mgetty.pid());
    assert!(scene.log().contains(&audit), "{}", scene.log());
    assert!(scene.left_behind().is_empty(), "{:?}", scene.left_behind());
}

impl Scene {
    /// It has heard the ring: the line is locked.
    #[track_caller]
    fn takes_the_line(&self) {
        let taken = polygetty_rig::until(polygetty_rig::SOON, || self.lock());
        taken.unwrap_or_else(|| panic!("it does not lock; log:\n{}", self.log()));
        // The lock is written a moment before the rings are counted.
        std::thread::sleep(A_WHILE);
    }
}
