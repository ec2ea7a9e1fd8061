//! The modem is initialised.

use std::time::{Duration, Instant};

use super::scene::{Scene, config};
use crate::scene::start;

const A_WHILE: Duration = Duration::from_millis(300);
const OK: &[u8] = b"\r\nOK\r\n";

#[test]
fn mg_15_data_only_without_a_value() {
    let mut scene = Scene::with("data-only");
    let _mgetty = scene.wait();
    scene.line.expect_silence(A_WHILE);
}

#[test]
fn mg_17_built_in_commands_on_a_line() {
    let mut scene = Scene::with("-init-chat");
    let _mgetty = scene.start();
    scene.line.expect(b"ATQ0V1H0\r");
    assert!(scene.lock().is_some(), "init is under the lock");
    let before = Instant::now();
    scene.line.send(OK);
    scene.line.expect(b"ATS0=0Q0&D3&C1\r");
    assert!(before.elapsed() >= Duration::from_millis(50), "{:?}", before.elapsed());
    scene.line.send(OK);
    scene.waits();
    scene.expect_log("waiting...");
}

#[test]
fn mg_19_a_modem_that_does_not_want_to() {
    let mut scene = Scene::new();
    let mut mgetty = scene.start();
    scene.line.expect(b"ATZ\r");
    scene.line.send(b"\r\nERROR\r\n");
    assert_eq!(mgetty.exit_status(), 1);
    scene.line.expect_silence(Duration::from_millis(100));
    let audit = format!("##### failed in mg_init_data, dev=ttyX, pid={}\n", mgetty.pid());
    assert!(scene.log().contains(&audit), "{}", scene.log());
    assert!(scene.left_behind().is_empty(), "{:?}", scene.left_behind());
}

#[test]
fn mg_20_a_modem_that_knows_less() {
    let mut scene = Scene::with("-init-chat");
    let _mgetty = scene.start();
    scene.line.expect(b"ATQ0V1H0\r");
    scene.line.send(OK);
    scene.line.expect(b"ATS0=0Q0&D3&C1\r");
    scene.line.send(b"\r\nERROR\r\n");
    scene.line.expect(b"ATS0=0\r");
    scene.line.send(OK);
    scene.waits();
    scene.expect_log("ATS0=0 in its place");
    scene.answer();
}

#[test]
fn mg_21_one_backslash_takes_four() {
    let mut scene = Scene::with(r#"init-chat "" AT\\\\O OK"#);
    let _mgetty = scene.start();
    scene.line.expect(b"AT\\O\r");
}

#[test]
fn mg_22_a_pause_and_no_carriage_return() {
    let mut scene = Scene::with(r#"init-chat "" ATE1 OK AT\dZ\c OK ATE0 OK"#);
    let _mgetty = scene.start();
    scene.line.expect(b"ATE1\r");
    // Bytes may have lain there a moment when we hear them: what we say ourselves is where time begins.
    let before = Instant::now();
    scene.line.send(OK);
    scene.line.expect(b"ATZ");
    assert!(before.elapsed() >= Duration::from_millis(500), "{:?}", before.elapsed());
    scene.line.expect_silence(A_WHILE);
    scene.line.send(OK);
    scene.line.expect(b"ATE0\r");
}

#[test]
fn mg_23_a_timeout_is_waited_for() {
    // Long enough for us to answer the second time.
    let mut scene = Scene::with("init-chat TIMEOUT 5 \"\" ATZ OK");
    let before = Instant::now();
    let _mgetty = scene.start();
    scene.line.expect(b"ATZ\r");
    // Without TIMEOUT it would be 20 s.
    scene.line.expect_within(b"\x10\x03", Duration::from_secs(15));
    assert!(before.elapsed() >= Duration::from_secs(5), "{:?}", before.elapsed());
    scene.line.expect(b"+++");
    scene.line.expect(b"\rATQ0V1H0\r");
    scene.line.send(OK);
    scene.init();
}

#[test]
fn mg_91_each_command_waits_for_the_answer_to_the_one_before() {
    let mut scene = Scene::with("init-chat \"\" AT&F1 OK ATS0=0 OK AT#CID=1 OK");
    let _mgetty = scene.start();
    for command in [&b"AT&F1\r"[..], b"ATS0=0\r", b"AT#CID=1\r"] {
        scene.line.expect(command);
        scene.line.expect_silence(A_WHILE);
        assert!(scene.lock().is_some() && !scene.log().contains("waiting..."), "{}", scene.log());
        scene.line.send(OK);
    }
    scene.waits();
    scene.expect_log("waiting...");
}

#[test]
fn the_configuration_of_before_debian_initialises_as_it_says() {
    let mut scene = Scene::without_config();
    scene.root.write("etc/mgetty+sendfax/mgetty.config", config("init-chat \"\" AT&F OK"));
    let _mgetty = start(&scene.root, "mgetty", &["ttyX"], &[]);
    scene.line.expect(b"AT&F\r");
}
