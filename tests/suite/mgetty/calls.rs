//! Calls: rings, a line that is shut, and lines without a modem.

use std::time::{Duration, Instant};

use polygetty_rig::SOON;

use super::scene::Scene;

const A_WHILE: Duration = Duration::from_millis(300);
/// How long a caller has who is told that he is not let in.
const READ_IT: Duration = Duration::from_secs(5);
const SHUT: &str = "etc/nologin.ttyX";

#[test]
fn mg_36_a_shut_line_lets_it_ring() {
    let mut scene = Scene::new();
    scene.root.write(SHUT, "");
    let mut mgetty = scene.wait();
    scene.ring();
    scene.expect_log("nologin.ttyX is there");
    scene.ring();
    scene.line.expect_silence(A_WHILE);
    assert!(mgetty.is_running());
}

#[test]
fn mg_37_the_line_is_opened_while_it_rings() {
    let mut scene = Scene::new();
    let shut = scene.root.write(SHUT, "");
    let _mgetty = scene.wait();
    scene.ring();
    // The file is looked at every 200 ms at most: from when this ring counts, not from when we made it.
    scene.expect_log("ring 1");
    scene.line.expect_silence(A_WHILE);
    std::fs::remove_file(shut).unwrap();
    scene.answer();
}

#[test]
fn mg_38_who_comes_through_on_a_shut_line_is_told_so() {
    let mut scene = Scene::new();
    scene.root.write(SHUT, "");
    let mut mgetty = scene.wait();
    let before = Instant::now();
    scene.ring();
    scene.line.send(b"\r\nCONNECT 9600\r\n");
    scene.line.expect(b"\r\n\r\nSorry, no login allowed\r\n");
    assert_eq!(mgetty.exit_status_within(SOON + READ_IT), 20);
    assert!(before.elapsed() >= READ_IT, "the caller has time to read it: {:?}", before.elapsed());
    assert!(scene.left_behind().is_empty(), "{:?}", scene.left_behind());
    assert!(!scene.root.was_logged_in());
}

#[test]
fn mg_76_any_byte_brings_the_prompt_of_a_direct_line() {
    let mut scene = Scene::with("direct y");
    let mgetty = scene.start();
    scene.waits_to_be_woken();
    scene.line.send(b"\r");
    scene.expect_prompt();
    let recorded = scene.log_in("bob");
    assert_eq!(recorded.env("CONNECT").as_deref(), Some("DIRECT"));
    let audit = format!(
        "##### data dev=ttyX, pid={}, caller='none', conn='DIRECT', name='', cmd='/bin/login', user='bob'\n",
        mgetty.pid()
    );
    assert!(scene.log().contains(&audit), "{}", scene.log());
}

impl Scene {
    /// On a line without a modem nothing but the log says that it waits.
    #[track_caller]
    fn waits_to_be_woken(&mut self) {
        self.expect_log("waiting...");
        self.waits();
        self.line.expect_silence(A_WHILE);
    }
}
