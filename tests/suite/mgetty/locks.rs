//! mgetty on real lines with real lock files.

use std::fs::{self, File};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime};

use polygetty_platforms::line::{Got, OpenLine};
use polygetty_platforms::{Signal, process};
use polygetty_rig::{SOON, shown, until};

use super::scene::Scene;
use crate::scene::{Living, ascii, dead};

/// Reads from the line's end as another program would, until `wanted` has come.
#[track_caller]
fn read_beside(line: &OpenLine, wanted: &[u8]) {
    let mut all = Vec::new();
    let whole = until(SOON, || {
        let mut some = [0; 64];
        if let Ok(Got::Bytes(count)) = line.read(&mut some) {
            all.extend_from_slice(&some[..count]);
        }
        (all.len() >= wanted.len()).then_some(())
    });
    assert!(whole.is_some() && all == wanted, "read {}, not {}", shown(&all), shown(wanted));
}

#[test]
fn mg_27_while_it_waits_there_is_no_lock_and_a_dialers_bytes_are_its_own() {
    let mut scene = Scene::on_a_pty("");
    let spare = scene.line.keep_open();
    let mut getty = scene.wait();
    assert_eq!(scene.locks(), [""; 0]);
    let dialer = Living::new();
    fs::write(scene.lock_file(), ascii(dialer.pid())).unwrap();
    let beside = OpenLine::adopt(spare.as_fd()).unwrap();
    assert_eq!(beside.write(b"ATDT1\r"), Ok(6));
    scene.line.expect(b"ATDT1\r");
    scene.line.send(b"\r\nCONNECT 2400\r\n");
    read_beside(&beside, b"\r\nCONNECT 2400\r\n");
    assert!(getty.is_running());
}

#[test]
fn mg_28_a_line_in_use_is_not_touched_and_left_once_it_is_free() {
    let mut scene = Scene::on_a_pty("");
    let before = scene.line.attrs();
    let dialer = Living::new();
    fs::write(scene.lock_file(), ascii(dialer.pid())).unwrap();
    let mut getty = scene.start();
    scene.expect_log("is in use");
    scene.line.expect_silence(Duration::from_millis(300));
    assert_eq!(scene.line.attrs(), before);
    assert!(scene.open_in(getty.pid()).is_none_or(|count| count == 0), "the line is open");
    assert!(getty.is_running());
    drop(dialer);
    // It looks every ten seconds, and five after that once more.
    assert_eq!(getty.exit_status_within(Duration::from_secs(16) + SOON), 0);
    scene.line.expect_silence(Duration::ZERO);
    assert!(!scene.log().contains("found binary"), "{}", scene.log());
}

#[test]
fn mg_29_a_binary_lock_counts_and_is_told_of() {
    let mut scene = Scene::on_a_pty("");
    let dialer = Living::new();
    fs::write(scene.lock_file(), dialer.pid().to_ne_bytes()).unwrap();
    let mut getty = scene.start();
    let pid = dialer.pid();
    scene.expect_log(&format!("compiled with ascii locks, found binary lock file (length=4, pid={pid})!"));
    scene.expect_log("is in use");
    scene.line.expect_silence(Duration::from_millis(300));
    getty.signal(Signal::SIGTERM);
    assert_eq!(getty.exit_status(), 10);
    assert_eq!(fs::read(scene.lock_file()).unwrap(), pid.to_ne_bytes());
}

#[test]
fn mg_30_the_lock_of_the_dead_is_removed() {
    for lock in [ascii(dead()), dead().to_ne_bytes().to_vec()] {
        let mut scene = Scene::on_a_pty("");
        fs::write(scene.lock_file(), &lock).unwrap();
        let getty = scene.start();
        scene.line.expect(b"ATZ\r");
        assert_eq!(fs::read(scene.lock_file()).unwrap(), ascii(getty.pid()));
    }
}

#[test]
fn mg_31_an_empty_lock_is_somebodys_who_is_writing_it_unless_it_is_old() {
    let mut scene = Scene::on_a_pty("");
    fs::write(scene.lock_file(), "").unwrap();
    let _getty = scene.start();
    scene.expect_log("is in use");
    scene.line.expect_silence(Duration::from_millis(300));

    let mut scene = Scene::on_a_pty("");
    fs::write(scene.lock_file(), "").unwrap();
    let old = SystemTime::now() - Duration::from_secs(60);
    File::options().write(true).open(scene.lock_file()).unwrap().set_modified(old).unwrap();
    let getty = scene.start();
    scene.line.expect(b"ATZ\r");
    assert_eq!(fs::read(scene.lock_file()).unwrap(), ascii(getty.pid()));
}

#[test]
fn mg_32_numbers_are_read_however_they_stand() {
    let dialer = Living::new();
    let pid = dialer.pid();
    for text in
        [format!("{pid:>10} cu uucp\n"), format!("  {pid} cu uucp"), format!("{pid}\n"), pid.to_string()]
    {
        let mut scene = Scene::on_a_pty("");
        fs::write(scene.lock_file(), &text).unwrap();
        let mut getty = scene.start();
        scene.expect_log("is in use");
        scene.line.expect_silence(Duration::from_millis(100));
        assert!(getty.is_running(), "{text:?}");
        assert_eq!(fs::read(scene.lock_file()).unwrap(), text.as_bytes());
    }
}

#[test]
fn mg_33_the_lock_is_there_before_the_call_is_picked_up() {
    let mut scene = Scene::on_a_pty("");
    let getty = scene.wait();
    scene.answer();
    assert_eq!(fs::read(scene.lock_file()).unwrap(), ascii(getty.pid()));
    let facts = fs::metadata(scene.lock_file()).unwrap();
    assert_eq!((facts.mode() & 0o7777, facts.len()), (0o644, 11));
}

#[test]
fn mg_34_junk_on_the_line_ends_it() {
    let mut scene = Scene::on_a_pty("");
    let mut getty = scene.wait();
    scene.line.send(b"garbage\r\n");
    scene.expect_log("locking the line");
    assert_eq!(getty.exit_status_within(SOON + SOON), 0);
    scene.expect_log("huh? Junk on the line?");
    assert_eq!(scene.locks(), [""; 0]);
}

#[test]
fn mg_100_a_line_that_was_taken_is_given_up_with_its_bytes() {
    let mut scene = Scene::on_a_pty("");
    let spare = scene.line.keep_open();
    let mut getty = scene.wait();
    let dialer = Living::new();
    fs::write(scene.lock_file(), ascii(dialer.pid())).unwrap();
    scene.line.send(b"\r\nOK\r\n");
    scene.expect_log("is in use");
    if scene.open_in(getty.pid()).is_some() {
        let closed = until(SOON, || (scene.open_in(getty.pid()) == Some(0)).then_some(()));
        assert!(closed.is_some(), "the line is still open");
    }
    read_beside(&OpenLine::adopt(spare.as_fd()).unwrap(), b"\r\nOK\r\n");
    getty.signal(Signal::SIGTERM);
    assert_eq!(getty.exit_status(), 10);
    assert_eq!(fs::read(scene.lock_file()).unwrap(), ascii(dialer.pid()), "the dialer's lock stays");

    fs::remove_file(scene.lock_file()).unwrap();
    let _next = scene.start();
    scene.initialise();
}

#[test]
fn mg_110_locks_are_where_and_as_the_site_says() {
    for (format, bytes) in [("binary", 4), ("ascii", 11)] {
        let mut scene = Scene::on_a_pty("");
        scene.root.write(
            "etc/polygetty.toml",
            format!("[lock]\ndir = \"/var/spool/lock\"\nformat = \"{format}\"\n"),
        );
        fs::create_dir_all(scene.root.path("var/spool/lock")).unwrap();
        let mut first = scene.start();
        scene.line.expect(b"ATZ\r");
        let lock = scene.root.path(&format!("var/spool/lock/LCK..{}", scene.line.file_name()));
        let text = fs::read(&lock).unwrap();
        assert_eq!((text.len(), scene.locks().len()), (bytes, 0));
        // One with locks of the other kind respects it.
        let other = if format == "binary" { "ascii" } else { "binary" };
        scene.root.write(
            "etc/polygetty.toml",
            format!("[lock]\ndir = \"/var/spool/lock\"\nformat = \"{other}\"\n"),
        );
        let second = scene.start();
        scene.expect_log("is in use");
        assert!(process::is_alive(second.pid()));
        assert_eq!(scene.log().contains("found binary lock file"), format == "binary", "{}", scene.log());
        assert_eq!(fs::read(&lock).unwrap(), text);
        assert!(first.is_running());
    }
}
