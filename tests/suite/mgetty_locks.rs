//! mgetty on real lines with real lock files.

use std::fs::{self, File};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime};

use polygetty_platforms::line::{Got, OpenLine};
use polygetty_platforms::{Signal, process};
use polygetty_rig::{SOON, shown, until};

use crate::mgetty_scene::Modem;
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
    let mut modem = Modem::new();
    let spare = modem.line.keep_open();
    let mut getty = modem.wait();
    assert_eq!(modem.locks(), [""; 0]);
    let dialer = Living::new();
    fs::write(modem.lock(), ascii(dialer.pid())).unwrap();
    let beside = OpenLine::adopt(spare.as_fd()).unwrap();
    assert_eq!(beside.write(b"ATDT1\r"), Ok(6));
    modem.line.expect(b"ATDT1\r");
    modem.line.send(b"\r\nCONNECT 2400\r\n");
    read_beside(&beside, b"\r\nCONNECT 2400\r\n");
    assert!(getty.is_running());
}

#[test]
fn mg_28_a_line_in_use_is_not_touched_and_left_once_it_is_free() {
    let mut modem = Modem::new();
    let before = modem.line.attrs();
    let dialer = Living::new();
    fs::write(modem.lock(), ascii(dialer.pid())).unwrap();
    let mut getty = modem.start();
    modem.expect_log("is in use");
    modem.line.expect_silence(Duration::from_millis(300));
    assert_eq!(modem.line.attrs(), before);
    assert!(modem.open_in(getty.pid()).is_none_or(|count| count == 0), "the line is open");
    assert!(getty.is_running());
    drop(dialer);
    // It looks every ten seconds, and five after that once more.
    assert_eq!(getty.exit_status_within(Duration::from_secs(16) + SOON), 0);
    modem.line.expect_silence(Duration::ZERO);
    assert!(!modem.log().contains("found binary"), "{}", modem.log());
}

#[test]
fn mg_29_a_binary_lock_counts_and_is_told_of() {
    let mut modem = Modem::new();
    let dialer = Living::new();
    fs::write(modem.lock(), dialer.pid().to_ne_bytes()).unwrap();
    let mut getty = modem.start();
    let pid = dialer.pid();
    modem.expect_log(&format!("compiled with ascii locks, found binary lock file (length=4, pid={pid})!"));
    modem.expect_log("is in use");
    modem.line.expect_silence(Duration::from_millis(300));
    getty.signal(Signal::SIGTERM);
    assert_eq!(getty.exit_status(), 10);
    assert_eq!(fs::read(modem.lock()).unwrap(), pid.to_ne_bytes());
}

#[test]
fn mg_30_the_lock_of_the_dead_is_removed() {
    for lock in [ascii(dead()), dead().to_ne_bytes().to_vec()] {
        let mut modem = Modem::new();
        fs::write(modem.lock(), &lock).unwrap();
        let getty = modem.start();
        modem.line.expect(b"ATZ\r");
        assert_eq!(fs::read(modem.lock()).unwrap(), ascii(getty.pid()));
    }
}

#[test]
fn mg_31_an_empty_lock_is_somebodys_who_is_writing_it_unless_it_is_old() {
    let mut modem = Modem::new();
    fs::write(modem.lock(), "").unwrap();
    let _getty = modem.start();
    modem.expect_log("is in use");
    modem.line.expect_silence(Duration::from_millis(300));

    let mut modem = Modem::new();
    fs::write(modem.lock(), "").unwrap();
    let old = SystemTime::now() - Duration::from_secs(60);
    File::options().write(true).open(modem.lock()).unwrap().set_modified(old).unwrap();
    let getty = modem.start();
    modem.line.expect(b"ATZ\r");
    assert_eq!(fs::read(modem.lock()).unwrap(), ascii(getty.pid()));
}

#[test]
fn mg_32_numbers_are_read_however_they_stand() {
    let dialer = Living::new();
    let pid = dialer.pid();
    for text in
        [format!("{pid:>10} cu uucp\n"), format!("  {pid} cu uucp"), format!("{pid}\n"), pid.to_string()]
    {
        let mut modem = Modem::new();
        fs::write(modem.lock(), &text).unwrap();
        let mut getty = modem.start();
        modem.expect_log("is in use");
        modem.line.expect_silence(Duration::from_millis(100));
        assert!(getty.is_running(), "{text:?}");
        assert_eq!(fs::read(modem.lock()).unwrap(), text.as_bytes());
    }
}

#[test]
fn mg_33_the_lock_is_there_before_the_call_is_picked_up() {
    let mut modem = Modem::new();
    let getty = modem.wait();
    modem.line.send(b"\r\nRING\r\n");
    modem.line.expect(b"ATA\r");
    assert_eq!(fs::read(modem.lock()).unwrap(), ascii(getty.pid()));
    let facts = fs::metadata(modem.lock()).unwrap();
    assert_eq!((facts.mode() & 0o7777, facts.len()), (0o644, 11));
}

#[test]
fn mg_34_junk_on_the_line_ends_it() {
    let mut modem = Modem::new();
    let mut getty = modem.wait();
    modem.line.send(b"garbage\r\n");
    modem.expect_log("locking the line");
    assert_eq!(getty.exit_status_within(SOON + SOON), 0);
    modem.expect_log("huh? Junk on the line?");
    assert_eq!(modem.locks(), [""; 0]);
}

#[test]
fn mg_100_a_line_that_was_taken_is_given_up_with_its_bytes() {
    let mut modem = Modem::new();
    let spare = modem.line.keep_open();
    let mut getty = modem.wait();
    let dialer = Living::new();
    fs::write(modem.lock(), ascii(dialer.pid())).unwrap();
    modem.line.send(b"\r\nOK\r\n");
    modem.expect_log("is in use");
    if modem.open_in(getty.pid()).is_some() {
        let closed = until(SOON, || (modem.open_in(getty.pid()) == Some(0)).then_some(()));
        assert!(closed.is_some(), "the line is still open");
    }
    read_beside(&OpenLine::adopt(spare.as_fd()).unwrap(), b"\r\nOK\r\n");
    getty.signal(Signal::SIGTERM);
    assert_eq!(getty.exit_status(), 10);
    assert_eq!(fs::read(modem.lock()).unwrap(), ascii(dialer.pid()), "the dialer's lock stays");

    fs::remove_file(modem.lock()).unwrap();
    let _next = modem.start();
    modem.initialise();
}

#[test]
fn mg_110_locks_are_where_and_as_the_site_says() {
    for (format, bytes) in [("binary", 4), ("ascii", 11)] {
        let mut modem = Modem::new();
        modem.root.write(
            "etc/polygetty.toml",
            format!("[lock]\ndir = \"/var/spool/lock\"\nformat = \"{format}\"\n"),
        );
        fs::create_dir_all(modem.root.path("var/spool/lock")).unwrap();
        let mut first = modem.start();
        modem.line.expect(b"ATZ\r");
        let lock = modem.root.path(&format!("var/spool/lock/LCK..{}", modem.line.file_name()));
        let text = fs::read(&lock).unwrap();
        assert_eq!((text.len(), modem.locks().len()), (bytes, 0));
        // One with locks of the other kind respects it.
        let other = if format == "binary" { "ascii" } else { "binary" };
        modem.root.write(
            "etc/polygetty.toml",
            format!("[lock]\ndir = \"/var/spool/lock\"\nformat = \"{other}\"\n"),
        );
        let second = modem.start();
        modem.expect_log("is in use");
        assert!(process::is_alive(second.pid()));
        assert_eq!(modem.log().contains("found binary lock file"), format == "binary", "{}", modem.log());
        assert_eq!(fs::read(&lock).unwrap(), text);
        assert!(first.is_running());
    }
}
