//! Waiting for a character or a ring, talking to the modem, and learning its speed.

use std::time::{Duration, Instant};

use crate::scene::{P, P2400, Scene};

const RING: &str = r#"WAITFOR=RING
CONNECT="" ATA\r CONNECT\s\A"#;

#[test]
fn gps_32_r0_is_silent_until_one_byte() {
    let mut scene = Scene::new();
    let _getty = scene.start("-r0 LINE 9600");
    scene.line.expect_waiting();
    scene.line.send(b"x");
    scene.line.expect(P);
    scene.log_in();
}

#[test]
fn gps_33_what_comes_in_the_delay_is_not_the_name() {
    let mut scene = Scene::with("WAITCHAR=YES\nDELAY=2");
    let _getty = scene.start("LINE 9600");
    scene.line.expect_waiting();
    let sent = Instant::now();
    scene.line.send(b"x");
    scene.line.send(b"junk");
    scene.line.expect(P);
    assert!(sent.elapsed() > Duration::from_millis(1700), "{:?}", sent.elapsed());
    scene.log_in();
}

#[test]
fn gps_34_init_talks_first() {
    let mut scene = Scene::with(r#"INIT="" AT\r OK\r\n"#);
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"AT\r");
    let attrs = scene.line.attrs();
    assert_eq!(attrs.flag("CLOCAL"), Some(true));
    assert_eq!((attrs.flag("ICANON"), attrs.flag("ICRNL")), (Some(false), Some(false)));
    scene.line.send(b"\r\nOK\r\n");
    scene.line.expect(P);
    scene.log_in();
}

const TWO_WAYS: &str = r#"INIT="" AT\r OK\T3-ATZ\r-OK\r\n ATM0\r OK"#;

#[test]
fn gps_35_silence_is_answered_by_the_subsend() {
    let mut scene = Scene::with(TWO_WAYS);
    let began = Instant::now();
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"AT\r");
    scene.line.expect(b"ATZ\r");
    let took = began.elapsed();
    assert!(took > Duration::from_secs(3), "{took:?}");
    scene.line.send(b"OK\r\n");
    scene.line.expect(b"ATM0\r");
    scene.line.send(b"OK\r\n");
    scene.line.expect(P);
}

#[test]
fn gps_35_an_answer_skips_the_subsend() {
    let mut scene = Scene::with(TWO_WAYS);
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"AT\r");
    scene.line.send(b"OK\r\n");
    scene.line.expect(b"ATM0\r");
    scene.line.send(b"OK\r\n");
    scene.line.expect(P);
}

#[test]
fn gps_36_a_dead_modem_ends_it() {
    let mut scene = Scene::with(r#"INIT="" AT\r OK\T3"#);
    let began = Instant::now();
    let mut getty = scene.start("LINE 9600");
    scene.line.expect(b"AT\r");
    assert_eq!(getty.exit_status(), 255);
    let took = began.elapsed();
    assert!(took > Duration::from_secs(3), "{took:?}");
    scene.root.expect_log(&["warning: INIT sequence failed"]);
    scene.line.expect_silence(Duration::from_millis(50));
}

#[test]
fn gps_37_a_dash_in_a_send_is_a_dash() {
    let mut scene = Scene::with(r#"INIT="" ATDT555-12\s3\055\r OK"#);
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"ATDT555-12 3-\r");
    scene.line.send(b"OK");
    scene.line.expect(P);
}

#[test]
fn gps_37_pauses_within_a_send() {
    for (pause, at_least) in [("p", Duration::from_secs(1)), ("d", Duration::from_secs(2))] {
        let mut scene = Scene::with(&format!(r#"INIT="" A\{pause}B OK"#));
        let began = Instant::now();
        let _getty = scene.start("LINE 9600");
        scene.line.expect(b"A");
        scene.line.expect(b"B");
        assert!(began.elapsed() > at_least, "{:?} for \\{pause}", began.elapsed());
        scene.line.send(b"OK");
        scene.line.expect(P);
    }
}

#[test]
fn gps_38_connect_tells_the_label() {
    let mut scene = Scene::with(RING);
    let _getty = scene.start("LINE 9600");
    scene.ring();
    scene.line.send(b"CONNECT 2400\r\n");
    scene.line.expect(P2400);
    assert_eq!(scene.line.attrs().speeds(), (2400, 2400));
    assert_eq!(scene.log_in().speeds(), (2400, 2400));
}

#[test]
fn gps_39_a_speed_without_label_is_used_with_the_entry_at_hand() {
    let mut scene = Scene::with(&format!("{RING}\nISSUE=@B\\c"));
    let _getty = scene.start("LINE 9600");
    scene.ring();
    scene.line.send(b"CONNECT 19200\r\n");
    scene.line.expect(b"\r19200host login: ");
    assert_eq!(scene.line.attrs().speeds(), (19200, 19200));
    assert_eq!(scene.log_in().speeds(), (19200, 19200));
}

#[test]
fn gps_40_a_number_that_is_no_speed_changes_nothing() {
    let mut scene = Scene::with(RING);
    let _getty = scene.start("LINE 9600");
    scene.ring();
    scene.line.send(b"CONNECT 14400\r\n");
    scene.line.expect(P);
    assert_eq!(scene.line.attrs().speeds(), (9600, 9600));
    scene.root.expect_log(&["warning", "14400"]);
}

#[test]
fn gps_40_a_label_counts_even_if_it_is_no_speed() {
    let defs = format!("{}\n14400# B19200 CS8 # B19200 SANE #fast login: #9600\n", polygetty_rig::GETTYDEFS);
    let mut scene = Scene::with(RING).gettydefs(&defs);
    let _getty = scene.start("LINE 9600");
    scene.ring();
    scene.line.send(b"CONNECT 14400\r\n");
    scene.line.expect(b"\rHifast login: ");
    assert_eq!(scene.line.attrs().speeds(), (19200, 19200));
}

#[test]
fn gps_41_digits_are_waited_for() {
    let mut scene = Scene::with(RING);
    let _getty = scene.start("LINE 9600");
    scene.ring();
    scene.line.send(b"CONNECT 24");
    scene.line.expect_silence(Duration::from_secs(1));
    scene.line.send(b"00\r");
    scene.line.expect(P2400);
    assert_eq!(scene.line.attrs().speeds(), (2400, 2400));
}

#[test]
fn gps_42_connect_default() {
    let mut scene = Scene::with("CONNECT=DEFAULT");
    let _getty = scene.start("LINE 9600");
    scene.line.expect_waiting();
    scene.line.send(b"CONNECT 2400\r\n");
    scene.line.expect(P2400);
    assert_eq!(scene.line.attrs().speeds(), (2400, 2400));
}

#[test]
fn gps_42_without_the_speed_mark_the_speed_stays() {
    let mut scene = Scene::with("WAITFOR=RING\nCONNECT=\"\" ATA\\r CONNECT\\s2400\\r\\n");
    let _getty = scene.start("LINE 9600");
    scene.ring();
    scene.line.send(b"CONNECT 2400\r\n");
    scene.line.expect(P);
    assert_eq!(scene.line.attrs().speeds(), (9600, 9600));
}

#[test]
fn gps_43_no_connect_ends_it() {
    let mut scene = Scene::with("WAITFOR=RING\nCONNECT=\"\" ATA\\r CONNECT\\s\\A\\T3");
    let mut getty = scene.start("LINE 9600");
    scene.ring();
    assert_eq!(getty.exit_status(), 255);
    scene.root.expect_log(&["warning: CONNECT sequence failed"]);
    scene.line.expect_silence(Duration::from_millis(50));
}

#[test]
fn gps_44_noise_instead_of_the_ring_ends_it_in_silence() {
    let mut scene = Scene::with(r"WAITFOR=RING\T3");
    let mut getty = scene.start("LINE 9600");
    scene.line.expect_waiting();
    scene.line.send(b"NOISE");
    assert_eq!(getty.exit_status(), 0);
    scene.line.expect_silence(Duration::from_millis(50));
    assert!(!scene.root.was_logged_in());
}

#[test]
fn gps_44_the_first_byte_takes_part_in_the_match() {
    let mut scene = Scene::with(r"WAITFOR=\rRING");
    let _getty = scene.start("LINE 9600");
    scene.line.expect_waiting();
    scene.line.send(b"\rRING");
    scene.line.expect(P);
}

#[test]
fn gps_82_escapes_of_prompt_and_expect() {
    let prompt = r"A\bB\fC\nD\rE";
    let mut scene = Scene::new().gettydefs(&format!("9600# B9600 CS8 # B9600 SANE #{prompt}#9600\n"));
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"\rHiA\x08B\x0cC\r\nD\rE");

    let mut scene = Scene::with(r#"INIT="" GO\r a\sb\0x41"#);
    let _getty = scene.start("LINE 9600");
    scene.line.expect(b"GO\r");
    scene.line.send(b"a bA");
    scene.line.expect(P);
}

#[test]
fn gps_87_break_goes_on_from_the_entry_that_was_connected() {
    let mut scene = Scene::with(RING);
    let _getty = scene.start("LINE 9600");
    scene.ring();
    scene.line.send(b"CONNECT 14400\r\n");
    scene.line.expect(P);
    scene.line.send(b"\0");
    scene.line.expect(P2400);
    assert_eq!(scene.line.attrs().speeds(), (2400, 2400));

    let mut scene = Scene::with(RING);
    let _getty = scene.start("LINE 9600");
    scene.ring();
    scene.line.send(b"CONNECT 2400\r\n");
    scene.line.expect(P2400);
    scene.line.send(b"\0");
    scene.line.expect(P);
    assert_eq!(scene.line.attrs().speeds(), (9600, 9600));
}

#[test]
fn the_debug_mask_traces_the_chat() {
    for (arguments, traced) in [("-D 10 LINE 9600", true), ("-D 1 LINE 9600", false), ("LINE 9600", false)] {
        let mut scene = Scene::with(r#"INIT="" AT\r OK"#);
        let _getty = scene.start(arguments);
        scene.line.expect(b"AT\r");
        scene.line.send(b"OK");
        scene.line.expect(P);
        let lines = scene.root.log_lines(&["D_INIT:", "AT^M"]);
        assert_eq!(!lines.is_empty(), traced, "{arguments}: {}", scene.root.log());
        assert!(lines.iter().all(|line| line.contains("debug")), "{lines:?}");
    }
}
