//! Junk from every side: files, arguments, the line, signals. The program ends as it should or goes on,
//! and leaves nothing behind.

use std::time::Duration;

use polygetty_platforms::Signal;
use polygetty_rig::{Spawned, until};

use crate::records::tree;
use crate::scene::{P, PROMPT, Scene, defaults, start};

/// 64 KiB that look random and are the same every time, without the bytes that end it all.
fn noise(seed: u64, without: &[u8]) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33).to_le_bytes()[0]
    };
    std::iter::repeat_with(&mut next).filter(|byte| !without.contains(byte)).take(64 << 10).collect()
}

/// Fails if the process grew beyond what a getty may need, in KiB.
fn assert_small(getty: &Spawned) {
    let status = std::fs::read_to_string(format!("/proc/{}/status", getty.pid())).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    if let Some(peak) = peak {
        let kib: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(kib < 64 << 10, "{kib} KiB");
    }
}

#[test]
fn noise_in_gettydefs_gives_the_built_in_entry_or_a_prompt() {
    for seed in 1..=3 {
        let mut scene = Scene::new();
        scene.root.write("etc/gettydefs", noise(seed, b""));
        let _getty = scene.start("LINE 9600");
        scene.line.find(b"\rHi");
        scene.line.attrs_when("a speed", |attrs| attrs.speeds().1 != 0);
    }
}

#[test]
fn noise_in_the_defaults_file_leaves_the_keywords_before_it() {
    let mut scene = Scene::new();
    let mut text = defaults("").into_bytes();
    text.extend_from_slice(&noise(4, b"")[..48 << 10]);
    scene.root.write("etc/conf.getty", text);
    let mut getty = scene.start("LINE 9600");
    scene.line.expect(P);
    assert!(getty.is_running());
    assert!(scene.root.log().contains("bad defaults line"), "{}", &scene.root.log()[..200]);
}

#[test]
fn a_defaults_file_beyond_64_kib_is_refused_and_said_so() {
    let mut scene = Scene::new();
    scene.root.write("etc/conf.getty", defaults("") + &"#\n".repeat(40 << 10));
    scene.root.put_recorder("bin/login");
    let _getty = scene.start("-h LINE 9600");
    scene.line.find(b" login: ");
    scene.root.expect_log(&["err", "conf.getty"]);
}

#[test]
fn a_login_program_named_in_a_file_others_may_write_is_ignored() {
    use std::os::unix::fs::PermissionsExt;
    let mut scene = Scene::with("LOGIN=/bin/evil");
    scene.root.put_recorder("bin/login");
    let file = scene.root.path("etc/conf.getty");
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o666)).unwrap();
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.root.expect_log(&["err", "LOGIN"]);
    scene.log_in();
}

#[test]
fn gps_71_noise_at_the_name_is_survived() {
    let mut scene = Scene::new();
    let mut getty = scene.start("LINE 9600");
    scene.line.expect(P);
    // Without ^D, ^\ and NUL, which are answers, and without line ends, which make names of noise; with
    // parity or without.
    scene.line.offer(&noise(5, b"\x04\x84\x1c\x9c\0\x80\r\n\x8a\x8d"));
    // Whatever is left of it goes with ^U; then the line is as good as new.
    until(Duration::from_secs(60), || {
        scene.line.offer(b"\x15\r");
        scene.line.rest(Duration::from_millis(100)).ends_with(PROMPT).then_some(())
    })
    .unwrap_or_else(|| panic!("no prompt; running: {}; log:\n{}", getty.is_running(), scene.root.log()));
    assert_small(&getty);
    scene.line.rest(Duration::from_millis(200));
    scene.line.send(b"bob\r");
    assert_eq!(scene.root.recorded().argv(), ["login", "bob"]);
}

#[test]
fn gps_71_all_of_noise_at_the_name_ends_it_or_runs_login_with_a_name() {
    std::thread::scope(|scope| {
        for seed in 6..9 {
            scope.spawn(move || all_of_noise_at_the_name(seed));
        }
    });
}

fn all_of_noise_at_the_name(seed: u64) {
    let mut scene = Scene::new();
    let mut getty = scene.start("-t 3 LINE 9600");
    scene.line.expect(P);
    // Without ^C and ^\, which would be for the login program once it has the line.
    for part in noise(seed, b"\x03\x1c").chunks(4 << 10) {
        scene.line.offer(part);
        scene.line.rest(Duration::from_millis(5));
        if !getty.is_running() {
            break;
        }
        assert_small(&getty);
    }
    let status = getty.exit_status_within(Duration::from_secs(20));
    assert!(status == 0 || status == 1, "{status}");
    if scene.root.was_logged_in() {
        let name = scene.root.recorded();
        let name = name.bytes("argv.1").expect("login gets a name");
        assert!(!name.starts_with(b"-") && !name.is_empty() && name.len() <= 255, "{name:?}");
        assert!(name.iter().all(|byte| *byte >= b' '), "{name:?}");
    }
}

#[test]
fn gps_71_noise_instead_of_a_ring_or_an_answer() {
    let mut scene = Scene::with(r"WAITFOR=RING\T3");
    let mut getty = scene.start("LINE 9600");
    scene.line.expect_waiting();
    scene.line.offer(&noise(10, b"R"));
    assert_eq!(getty.exit_status(), 0);
    scene.line.expect_silence(Duration::from_millis(50));

    let mut scene = Scene::with(r#"INIT="" AT\r OK\T3"#);
    let mut getty = scene.start("LINE 9600");
    scene.line.expect(b"AT\r");
    scene.line.offer(&noise(11, b"O\xcf"));
    assert_eq!(getty.exit_status(), 255);
    scene.line.expect_silence(Duration::from_millis(50));
}

#[test]
fn control_bytes_are_neither_echoed_nor_part_of_the_name() {
    let mut scene = Scene::new();
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"b\x01\x02\x1b\x07\x0bob\r");
    scene.line.expect(b"bob\r\n");
    assert_eq!(scene.root.recorded().argv(), ["login", "bob"]);
}

#[test]
fn a_missing_device_is_an_error_that_says_what_to_do() {
    let scene = Scene::new();
    let mut getty = scene.start("ttyNOSUCH 9600");
    assert_eq!(getty.exit_status(), 255);
    let said = scene.root.expect_log(&["err", "ttyNOSUCH"]);
    assert!(said.contains("/dev/ttyNOSUCH"), "{said}");
}

#[test]
fn a_device_that_is_no_terminal_is_an_error() {
    // Below the root: of the system's own devices, root would change owner and mode.
    let scene = Scene::new();
    scene.root.write("dev/plain", "as it was");
    let mut getty = scene.start("plain 9600");
    assert_eq!(getty.exit_status(), 255);
    scene.root.expect_log(&["err", "plain"]);
    assert_eq!(std::fs::read(scene.root.path("dev/plain")).unwrap(), b"as it was");
}

/// The moments at which a getty waits for its line, and how to get there.
const WAIT_POINTS: &[(&str, &str, &[u8])] = &[
    ("name", "", P),
    ("first character", "WAITCHAR=YES", b""),
    ("ring", "WAITFOR=RING", b""),
    ("answer of INIT", r#"INIT="" AT\r OK"#, b"AT\r"),
    ("answer of CONNECT", r#"CONNECT="" ATA\r CONNECT"#, b"ATA\r"),
];

fn at_wait_point(conf: &str, seen: &[u8]) -> (Scene, Spawned, Vec<String>) {
    let mut scene = Scene::with(conf);
    let before = tree(&scene.root);
    let getty = scene.start("LINE 9600");
    if seen.is_empty() {
        scene.line.expect_waiting();
    } else {
        scene.line.expect(seen);
    }
    (scene, getty, before)
}

/// Only what the run was to write is new: its output and its log.
#[track_caller]
fn assert_nothing_left(scene_root: &polygetty_rig::Root, before: &[String], pid: i32) {
    let new: Vec<_> = tree(scene_root).into_iter().filter(|name| !before.contains(name)).collect();
    let known = |name: &String| name.starts_with("std") || name == "var/log/polygetty.log";
    assert!(new.iter().all(known), "left behind: {new:?}");
    let mut left = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // Fields after the name in parentheses: state, parent, group, session.
        let session =
            stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(3)?.parse().ok());
        if session == Some(pid) {
            left.push(stat);
        }
    }
    assert!(left.is_empty(), "processes of its session: {left:?}");
}

#[test]
fn a_caller_who_hangs_up_ends_it_wherever_it_waits() {
    for (point, conf, seen) in WAIT_POINTS {
        let (scene, mut getty, before) = at_wait_point(conf, seen);
        let Scene { root, line } = scene;
        drop(line);
        let status = getty.exit_status();
        // In a chat the end of the line may be heard as a chat that failed before the signal comes.
        let chat = point.starts_with("answer");
        assert!(status == 0 || chat && status == 255, "{status} waiting for {point}; log:\n{}", root.log());
        assert_nothing_left(&root, &before, getty.pid());
    }
}

#[test]
fn signals_end_it_wherever_it_waits() {
    std::thread::scope(|scope| {
        for (signal, right) in [(Signal::SIGTERM, 1), (Signal::SIGQUIT, 1), (Signal::SIGHUP, 0)] {
            scope.spawn(move || signal_ends_it(signal, right));
        }
    });
}

fn signal_ends_it(signal: Signal, right: i32) {
    for (point, conf, seen) in WAIT_POINTS {
        let (scene, mut getty, before) = at_wait_point(conf, seen);
        getty.signal(signal);
        let status = getty.exit_status();
        assert_eq!(status, right, "{signal} waiting for {point}; log:\n{}", scene.root.log());
        assert_nothing_left(&scene.root, &before, getty.pid());
    }
}

#[test]
fn a_hang_up_signal_is_noticed_in_the_log() {
    let (scene, mut getty, _) = at_wait_point("", P);
    getty.signal(Signal::SIGHUP);
    assert_eq!(getty.exit_status(), 0);
    scene.root.expect_log(&["notice"]);
}

#[test]
fn an_interrupt_is_ignored_wherever_it_waits() {
    for (_, conf, seen) in WAIT_POINTS {
        let (_scene, mut getty, _) = at_wait_point(conf, seen);
        getty.signal(Signal::SIGINT);
        // SIGTERM comes after it, and it is the one that ends it.
        getty.signal(Signal::SIGTERM);
        assert_eq!(getty.exit_status(), 1);
    }
    let (mut scene, getty, _) = at_wait_point("", P);
    getty.signal(Signal::SIGINT);
    scene.line.send(b"\r");
    scene.line.expect(b"\r\nhost login: ");
    scene.log_in();
}

#[test]
fn arguments_of_any_length_and_content_are_survived() {
    let scene = Scene::new();
    let long = "x".repeat(100_000);
    for arguments in [vec![long.as_str()], vec!["-d", &long, "ttyNOSUCH"], vec!["-H", "99999999999", &long]] {
        let mut getty = start(&scene.root, "getty_ps", &arguments, &[]);
        let status = getty.exit_status();
        assert!([2, 255].contains(&status), "{status}");
    }
    let mut getty = start(&scene.root, "getty_ps", &["tty\x1b[2J\n", "9600"], &[]);
    assert!([2, 255].contains(&getty.exit_status()));
    assert!(!scene.root.log().contains('\x1b'), "control bytes are not passed to the log");
}

#[test]
fn a_type_with_a_path_in_it_reads_no_file_outside_terminfo() {
    let mut scene = Scene::with("-CLEAR");
    let _getty = scene.start("LINE 9600 ../../../../../etc/passwd");
    scene.line.expect(P);
}

#[test]
fn what_was_typed_as_a_name_is_told_to_debuggers_only() {
    // People type passwords at the wrong prompt.
    let mut scene = Scene::with("DEBUG=777");
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"hunter2\r");
    scene.root.recorded();
    for line in scene.root.log_lines(&["hunter2"]) {
        assert!(line.contains("debug"), "{line}");
    }
    for name in ["-hunter3", &"hunter4".repeat(50)] {
        let mut scene = Scene::new();
        let _getty = scene.start("LINE 9600");
        scene.line.expect(P);
        scene.line.send(format!("{name}\r").as_bytes());
        scene.line.find(PROMPT);
        assert!(!scene.root.log().contains("hunter"), "{}", scene.root.log());
    }
}
