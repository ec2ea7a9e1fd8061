//! uugetty on real lines with real lock files.

use std::fs;
use std::os::fd::AsFd;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use polygetty_platforms::line::OpenLine;
use polygetty_platforms::{Signal, process};
use polygetty_rig::{Line, SOON, until};

use crate::scene::{Living, P, PROMPT, Scene, ascii, dead, skipped};

/// Waits until a file is there and says this.
#[track_caller]
fn expect_lock(path: &Path, wanted: &[u8]) {
    until(Duration::from_secs(10), || fs::read(path).ok().filter(|found| found == wanted))
        .unwrap_or_else(|| panic!("{}: {:?}, not {wanted:?}", path.display(), fs::read(path)));
}

#[test]
fn gps_45_the_lock_is_there_at_the_prompt_and_stays_for_login() {
    let mut scene = Scene::shared("");
    let getty = scene.start_uugetty("LINE 9600");
    scene.line.expect(P);
    let lock = scene.lock();
    expect_lock(&lock, &ascii(getty.pid()));
    assert_eq!(fs::metadata(&lock).unwrap().mode() & 0o7777, 0o444);
    let recorded = scene.log_in();
    assert_eq!(recorded.number::<i32>("pid"), getty.pid());
    expect_lock(&lock, &ascii(getty.pid()));
    // Programs of either habit look: the whole name with `_`, and the last part of it.
    let number = scene.line.name().rsplit('/').next().unwrap().to_owned();
    assert_eq!(scene.locks(), [format!("LCK..{number}"), format!("LCK..{}", scene.line.file_name())]);
}

#[test]
fn gps_46_the_lock_of_the_dead_goes_and_that_of_the_living_is_respected() {
    let mut scene = Scene::shared("");
    fs::write(scene.lock(), ascii(dead())).unwrap();
    let getty = scene.start_uugetty("LINE 9600");
    scene.line.expect(P);
    expect_lock(&scene.lock(), &ascii(getty.pid()));
    scene.root.expect_log(&["notice", "is dead: removed"]);

    let mut scene = Scene::shared("");
    let living = Living::new();
    let before = scene.line.attrs();
    fs::write(scene.lock(), ascii(living.pid())).unwrap();
    let mut getty = scene.start_uugetty("LINE 9600");
    let said = scene.root.expect_log(&["notice", "waits until it is free"]);
    assert!(said.contains(&format!("process {} (sleep)", living.pid())), "{said}");
    scene.line.expect_silence(Duration::from_millis(300));
    assert_eq!(scene.line.attrs(), before);
    assert!(getty.is_running());
    expect_lock(&scene.lock(), &ascii(living.pid()));
    getty.signal(Signal::SIGTERM);
    assert_eq!(getty.exit_status(), 1);
    expect_lock(&scene.lock(), &ascii(living.pid()));
}

#[test]
fn gps_46_a_process_of_somebody_else_is_alive() {
    // The kernel's own, which nobody but root may signal.
    if !process::is_alive(2) {
        return skipped("there is no process 2 here");
    }
    let mut scene = Scene::shared("");
    fs::write(scene.lock(), ascii(2)).unwrap();
    let _getty = scene.start_uugetty("LINE 9600");
    scene.root.expect_log(&["notice", "waits until it is free"]);
    scene.line.expect_silence(Duration::from_millis(200));
}

#[test]
fn gps_47_binary_locks_and_a_second_name_count_alike() {
    let living = Living::new();
    for name in ["", "x"] {
        let mut scene = Scene::shared("ALTLOCK=x");
        let path = if name.is_empty() { scene.lock() } else { scene.root.path("var/lock/LCK..x") };
        fs::write(&path, living.pid().to_ne_bytes()).unwrap();
        let _getty = scene.start_uugetty("LINE 9600");
        scene.root.expect_log(&["notice", "waits until it is free"]);
        scene.line.expect_silence(Duration::from_millis(200));
        expect_lock(&path, &living.pid().to_ne_bytes());
    }
    let mut scene = Scene::shared("ALTLOCK=x");
    let getty = scene.start_uugetty("LINE 9600");
    scene.line.expect(P);
    expect_lock(&scene.root.path("var/lock/LCK..x"), &ascii(getty.pid()));
    expect_lock(&scene.lock(), &ascii(getty.pid()));
}

#[test]
fn gps_47_without_the_second_lock_the_first_is_given_back() {
    let mut scene = Scene::shared("ALTLOCK=zz\nWAITFOR=RING");
    let mut getty = scene.start_uugetty("LINE 9600");
    scene.line.expect_waiting();
    let living = Living::new();
    // A name of a line and the other are looked at in one order; both orders must give everything back.
    fs::write(scene.root.path("var/lock/LCK..zz"), ascii(living.pid())).unwrap();
    scene.line.send(b"x");
    assert_eq!(getty.exit_status(), 0);
    assert_eq!(scene.locks(), ["LCK..zz"]);
    scene.line.expect_silence(Duration::from_millis(50));
}

#[test]
fn gps_48_init_and_ring_on_one_line_and_the_prompt_on_another() {
    let mut modem = Line::open();
    let conf = format!("INITLINE={}\nINIT=\"\" AT\\r OK\nWAITFOR=RING", modem.name());
    let mut scene = Scene::shared(&conf);
    let getty = scene.start_uugetty("LINE 9600");
    modem.expect(b"AT\r");
    let other = scene.root.path(&format!("var/lock/LCK..{}", modem.file_name()));
    expect_lock(&other, &ascii(getty.pid()));
    expect_lock(&scene.lock(), &ascii(getty.pid()));
    modem.send(b"\r\nOK\r\n");
    until(Duration::from_secs(10), || scene.locks().is_empty().then_some(())).expect("the locks go");
    modem.expect_waiting();
    scene.line.expect_silence(Duration::from_millis(50));
    modem.send(b"\r\nRING\r\n");
    scene.line.expect(P);
    expect_lock(&other, &ascii(getty.pid()));
    expect_lock(&scene.lock(), &ascii(getty.pid()));
    modem.expect_silence(Duration::from_millis(50));
}

#[test]
fn gps_49_what_a_dialer_says_is_not_read() {
    let mut scene = Scene::shared("WAITFOR=RING");
    let mut getty = scene.start_uugetty("LINE 9600");
    scene.line.expect_waiting();
    // The dialer's end: what uugetty left on the line is there to be read.
    let dialer = fs::File::from(scene.line.keep_open());
    let living = Living::new();
    fs::write(scene.lock(), ascii(living.pid())).unwrap();
    let modes = scene.line.attrs();
    scene.line.send(b"CONNECT 2400\r\n");
    assert_eq!(getty.exit_status(), 0);
    scene.line.expect_silence(Duration::from_millis(50));
    assert_eq!(scene.line.attrs(), modes);
    let mut left = [0; 64];
    let count = std::io::Read::read(&mut &dialer, &mut left).unwrap();
    assert_eq!(&left[..count], b"CONNECT 2400\r\n");
    expect_lock(&scene.lock(), &ascii(living.pid()));
    scene.root.expect_log(&["notice", "is in use", "sleep"]);
}

#[test]
fn gps_49_a_dialer_without_a_lock_file_is_seen_by_its_advisory_lock() {
    let mut scene = Scene::shared("WAITFOR=RING");
    let mut getty = scene.start_uugetty("LINE 9600");
    scene.line.expect_waiting();
    let dialer = scene.line.keep_open();
    let dialer = OpenLine::adopt(dialer.as_fd()).unwrap();
    assert_eq!(dialer.claim(true), Ok(true), "the line is not claimed while it waits");
    scene.line.send(b"x");
    assert_eq!(getty.exit_status(), 0);
    assert!(scene.locks().is_empty(), "{:?}", scene.locks());
    scene.root.expect_log(&["notice", "flock"]);
    drop(dialer);
}

#[test]
fn gps_50_signals_take_the_locks_along() {
    for (signal, status) in [(Signal::SIGTERM, 1), (Signal::SIGQUIT, 1), (Signal::SIGHUP, 0)] {
        let mut scene = Scene::shared("ALTLOCK=x");
        let mut getty = scene.start_uugetty("LINE 9600");
        scene.line.expect(P);
        assert_eq!(scene.locks().len(), 3);
        getty.signal(signal);
        assert_eq!(getty.exit_status(), status, "{signal}");
        assert!(scene.locks().is_empty(), "{signal}: {:?}", scene.locks());
    }
}

#[test]
fn every_other_end_takes_the_locks_along() {
    for (conf, typed, status) in [
        ("", &b"\x04"[..], 0),
        ("", b"ab\x1c", 0),
        ("LOGIN=/no/such/login", b"bob\r", 255),
        ("TIMEOUT=1", b"", 1),
    ] {
        let mut scene = Scene::shared(conf);
        let mut getty = scene.start_uugetty("LINE 9600");
        scene.line.expect(P);
        scene.line.send(typed);
        assert_eq!(getty.exit_status(), status, "{conf} {typed:?}");
        assert!(scene.locks().is_empty(), "{conf} {typed:?}: {:?}", scene.locks());
    }
    // A caller who hangs up.
    let mut scene = Scene::shared("");
    let mut getty = scene.start_uugetty("LINE 9600");
    scene.line.expect(P);
    let Scene { root, line } = scene;
    drop(line);
    assert_eq!(getty.exit_status(), 0);
    assert_eq!(fs::read_dir(root.path("var/lock")).unwrap().count(), 0);
}

#[test]
fn gps_43_a_failed_connect_takes_the_locks_along() {
    let mut scene =
        Scene::shared(r#"WAITFOR=RING\nCONNECT="" ATA\r CONNECT\T3"#.replace(r"\nC", "\nC").as_str());
    let mut getty = scene.start_uugetty("LINE 9600");
    scene.ring();
    assert_eq!(scene.locks().len(), 2);
    assert_eq!(getty.exit_status(), 255);
    assert!(scene.locks().is_empty(), "{:?}", scene.locks());
    scene.root.expect_log(&["err", "warning: CONNECT sequence failed"]);
}

#[test]
fn gps_51_what_is_no_lock_file_is_left_alone() {
    let mut scene = Scene::shared("");
    let victim = scene.root.write("victim", "as it was");
    symlink(&victim, scene.lock()).unwrap();
    let mut getty = scene.start_uugetty("LINE 9600");
    assert_eq!(getty.exit_status(), 0);
    let said = scene.root.expect_log(&["err", "a symbolic link"]);
    assert!(said.contains("LCK..") && said.contains("remove it"), "{said}");
    scene.line.expect_silence(Duration::from_millis(50));
    assert_eq!(fs::read(victim).unwrap(), b"as it was");
    assert!(scene.lock().symlink_metadata().unwrap().is_symlink());

    for (make, what) in [
        (&(|path: &Path| fs::create_dir(path).unwrap()) as &dyn Fn(&Path), "a directory"),
        (&|path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success()), "a FIFO"),
        (&make_socket, "a socket"),
    ] {
        let mut scene = Scene::shared("");
        make(&scene.lock());
        let mut getty = scene.start_uugetty("LINE 9600");
        assert_eq!(getty.exit_status(), 0);
        scene.root.expect_log(&["err", what]);
        scene.line.expect_silence(Duration::from_millis(50));
        assert!(scene.lock().symlink_metadata().is_ok());
    }
}

/// A socket's address holds about 100 bytes, fewer than a build directory's path may have: it is bound by way of a
/// short name of its directory.
fn make_socket(path: &Path) {
    let short = tempfile::tempdir().unwrap();
    let directory = short.path().join("d");
    symlink(path.parent().unwrap(), &directory).unwrap();
    drop(std::os::unix::net::UnixListener::bind(directory.join(path.file_name().unwrap())).unwrap());
}

#[test]
fn gps_51_what_appears_while_it_waits_counts_as_held() {
    let mut scene = Scene::shared("WAITFOR=RING");
    let mut getty = scene.start_uugetty("LINE 9600");
    scene.line.expect_waiting();
    fs::create_dir(scene.lock()).unwrap();
    scene.line.send(b"\r\nRING\r\n");
    assert_eq!(getty.exit_status(), 0);
    scene.line.expect_silence(Duration::from_millis(50));
}

#[test]
fn locks_of_any_content_neither_hang_nor_kill() {
    let noise: Vec<u8> = (0..1 << 20).map(|at: u32| at.wrapping_mul(0x9e37_79b9).to_le_bytes()[3]).collect();
    for (contents, says) in
        [(&b""[..], "is being written"), (&noise, "is being written"), (b"-5\n", "is being written")]
    {
        let mut scene = Scene::shared("");
        fs::write(scene.lock(), contents).unwrap();
        let mut getty = scene.start_uugetty("LINE 9600");
        scene.root.expect_log(&["notice", says]);
        scene.line.expect_silence(Duration::from_millis(100));
        assert!(getty.is_running());
        // An old one is rubbish.
        getty.signal(Signal::SIGTERM);
        assert_eq!(getty.exit_status(), 1);
        let hour_ago = fs::metadata(scene.lock()).unwrap().modified().unwrap() - Duration::from_secs(3600);
        let file = fs::File::options().append(true).open(scene.lock()).unwrap();
        file.set_modified(hour_ago).unwrap();
        let getty = scene.start_uugetty("LINE 9600");
        scene.line.expect(P);
        expect_lock(&scene.lock(), &ascii(getty.pid()));
        scene.root.expect_log(&["notice", "named no process"]);
    }
}

#[test]
fn without_a_lock_directory_the_line_is_not_touched() {
    let mut scene = Scene::shared("LOCKDIR=/var/none");
    let before = scene.line.attrs();
    let mut getty = scene.start_uugetty("LINE 9600");
    assert_eq!(getty.exit_status(), 0);
    let said = scene.root.expect_log(&["err", "cannot lock"]);
    assert!(
        said.contains("/var/none") && said.contains("conf.uugetty:1") && said.contains("LOCKDIR"),
        "{said}"
    );
    scene.line.expect_silence(Duration::from_millis(50));
    assert_eq!(scene.line.attrs(), before);
}

#[test]
fn gps_52_of_two_on_one_line_one_prompts() {
    let mut scene = Scene::shared("");
    let mut both = [scene.start_uugetty("LINE 9600"), scene.start_uugetty("LINE 9600")];
    scene.line.expect(P);
    scene.line.expect_silence(Duration::from_millis(100));
    let winner = fs::read(scene.lock()).unwrap();
    both.sort_by_key(|getty| winner != ascii(getty.pid()));
    let [first, other] = &mut both;
    assert_eq!(winner, ascii(first.pid()), "the lock names one of them");
    assert!(first.is_running());
    // The other found the lock at its start, and waits; or the line was free while the first looked for carrier,
    // and one of them came too late for it (§7.2): that one has ended.
    let waits = || !scene.root.log_lines(&["notice", "waits until it is free"]).is_empty();
    let settled = until(SOON, || (waits() || !other.is_running()).then_some(()));
    assert!(settled.is_some(), "the other neither waits nor has ended:\n{}", scene.root.log());
    if !other.is_running() {
        assert_eq!(other.exit_status(), 0);
    }
}

#[test]
fn gps_52_a_uugetty_beside_plain_getty_programs_reads_no_lock_of_theirs() {
    // Plain getty neither reads nor writes locks.
    let mut scene = Scene::new();
    let living = Living::new();
    fs::write(scene.lock(), ascii(living.pid())).unwrap();
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    expect_lock(&scene.lock(), &ascii(living.pid()));
}

#[test]
fn gps_59_emsi_is_asked_for_and_runs_the_mailer() {
    let mut scene = Scene::shared("FIDO=/bin/rec\nEMSI=yes");
    scene.root.put_recorder("bin/rec");
    let _getty = scene.start_uugetty("LINE 9600");
    scene.line.expect(b"\rHi**EMSI_REQA77E\rhost login: ");
    scene.line.send(b"xx**EMSI_INQC816\r");
    let recorded = scene.root.recorded();
    assert_eq!(recorded.argv(), ["rec", "**EMSI_INQC816"]);
    assert!(recorded.flag("ICANON"), "the final modes hold");
}

#[test]
fn gps_60_two_bytes_of_a_mailer_run_it_and_one_does_not() {
    for (bytes, word) in [(&b"\xae\xae"[..], "tsync"), (b"\xf1\xf1", "yoohoo")] {
        let mut scene = Scene::with("FIDO=/bin/rec");
        scene.root.put_recorder("bin/rec");
        let _getty = scene.start("LINE 9600");
        scene.line.expect(P);
        scene.line.send(bytes);
        assert_eq!(scene.root.recorded().argv(), ["rec", word]);
        scene.line.expect_silence(Duration::from_millis(20));
    }
    let mut scene = Scene::with("FIDO=/bin/rec");
    scene.root.put_recorder("bin/rec");
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"\xae");
    scene.log_in();
    // Without FIDO they are bytes like others.
    let mut scene = Scene::new();
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"\xae\xae\xaebob\r");
    assert_eq!(scene.root.recorded().argv().first().map(String::as_str), Some("login"));
}

#[test]
fn gps_61_an_emsi_line_without_emsi_is_no_name() {
    for conf in ["", "FIDO=/bin/recorder", "EMSI=yes"] {
        let mut scene = Scene::with(conf);
        let _getty = scene.start("LINE 9600");
        scene.line.expect(P);
        scene.line.send(b"**EMSI_INQC816\r");
        scene.line.expect(b"**EMSI_INQC816\r\n");
        scene.line.expect(PROMPT);
        assert!(!scene.root.was_logged_in());
        scene.log_in();
    }
}

#[test]
fn emsi_of_any_length_is_bounded() {
    let mut scene = Scene::with("FIDO=/bin/rec\nEMSI=YES");
    scene.root.put_recorder("bin/rec");
    let _getty = scene.start("LINE 9600");
    scene.line.find(PROMPT);
    let long = [b"**EMSI_DAT".as_slice(), &[b'A'; 10_000]].concat();
    for part in long.chunks(1000) {
        scene.line.send(part);
        scene.line.find(part);
    }
    scene.line.send(b"\r");
    let argv = scene.root.recorded().argv();
    assert_eq!(argv[1].len(), 8191);
    assert!(long.starts_with(argv[1].as_bytes()));

    // Without an end or a pause it is heard until the time for a name is over.
    let mut scene = Scene::with("FIDO=/bin/rec\nEMSI=YES\nTIMEOUT=2");
    let mut getty = scene.start("LINE 9600");
    scene.line.find(PROMPT);
    // Two seconds, and five on the hook.
    until(Duration::from_secs(30), || {
        scene.line.offer(&[b'*'; 4096]);
        scene.line.rest(Duration::ZERO);
        (!getty.is_running()).then_some(())
    })
    .expect("it ends");
    assert_eq!(getty.exit_status(), 1);
}

#[test]
fn gps_88_binary_locks_in_a_directory_of_ones_own() {
    let scene_with = || Scene::shared("LOCKFMT=BINARY\nLOCKDIR=/l");
    let mut scene = scene_with();
    fs::create_dir(scene.root.path("l")).unwrap();
    let path = scene.root.path(&format!("l/LCK..{}", scene.line.file_name()));
    fs::write(&path, dead().to_ne_bytes()).unwrap();
    let getty = scene.start_uugetty("LINE 9600");
    scene.line.expect(P);
    expect_lock(&path, &getty.pid().to_ne_bytes());
    assert!(scene.locks().is_empty());

    let mut scene = scene_with();
    fs::create_dir(scene.root.path("l")).unwrap();
    let path = scene.root.path(&format!("l/LCK..{}", scene.line.file_name()));
    let living = Living::new();
    fs::write(&path, living.pid().to_ne_bytes()).unwrap();
    let _getty = scene.start_uugetty("LINE 9600");
    scene.root.expect_log(&["notice", "waits until it is free"]);
    scene.line.expect_silence(Duration::from_millis(100));
    expect_lock(&path, &living.pid().to_ne_bytes());
}

#[test]
fn the_debug_mask_chooses_subjects_and_nothing_is_written_to_tmp() {
    let conf = "WAITFOR=RING\nCONNECT=\"\" ATA\\r CONNECT\\s\\A\nINIT=\"\" AT\\r OK";
    for (mask, word) in [
        ("1", "D_OPT: argument 1: -D1"),
        ("2", "D_DEF: WAITFOR=RING ("),
        ("10", "D_INIT: sending AT^M"),
        ("20", "D_GTAB: the modem says 2400"),
        ("40", "D_RUN: waiting for a character"),
        ("200", "D_LOCK: locked"),
        ("777", "D_LOCK: unlocked"),
    ] {
        let mut scene = Scene::shared(conf);
        let _getty = scene.start_uugetty(&format!("-D{mask} LINE 9600"));
        scene.line.expect(b"AT\r");
        scene.line.send(b"\r\nOK\r\n");
        scene.ring();
        scene.line.send(b"\r\nCONNECT 2400\r\n");
        scene.line.find(b"login2400: ");
        scene.root.expect_log(&["debug", word]);
        if mask != "777" {
            let subject = word.split(':').next().unwrap();
            for line in scene.root.log_lines(&["debug"]) {
                assert!(line.contains(subject), "mask {mask}: {line}");
            }
        }
    }
}
