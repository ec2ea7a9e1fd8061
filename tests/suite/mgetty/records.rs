//! Login records of mgetty: who calls, who dials out.

use polygetty_platforms::Signal;
use polygetty_platforms::account::codec::{INIT_PROCESS, LOGIN_PROCESS, USER_PROCESS};
use polygetty_rig::{SOON, until};

use super::scene::Scene;
use crate::records::{Entry, known, read_records, user, write_utmp};
use crate::scene::{Living, ascii, skipped};

/// The record of a process on the line, once there is one of this kind.
#[track_caller]
fn record(scene: &Scene, pid: i32, kind: i16) -> Entry {
    let find = || {
        let entries = read_records(&scene.root, "run/utmp");
        entries.into_iter().find(|entry| (entry.pid, entry.kind) == (pid, kind))
    };
    until(SOON, find).unwrap_or_else(|| panic!("no record of process {pid}; log:\n{}", scene.log()))
}

#[test]
fn mg_111_inits_record_becomes_that_of_the_call() {
    if !known() {
        return skipped("no utmp file of known shape here");
    }
    let mut scene = Scene::on_a_pty("");
    scene.root.write("var/log/wtmp", "");
    let getty = scene.start();
    scene.line.expect(b"ATZ\r");
    let inits = Entry { kind: INIT_PROCESS, pid: getty.pid(), id: b"S3".to_vec(), ..user(b"", INIT_PROCESS) };
    write_utmp(&scene.root, &[user(b"anna", USER_PROCESS), inits]);
    scene.line.send(b"\r\nOK\r\n");
    scene.expect_log("waiting...");
    // A modem that picks up by itself.
    scene.line.send(b"\r\nCONNECT 9600\r\n");
    let ours = record(&scene, getty.pid(), LOGIN_PROCESS);
    let right = Entry {
        kind: LOGIN_PROCESS,
        pid: getty.pid(),
        line: scene.name().as_bytes().to_vec(),
        id: b"S3".to_vec(),
        user: b"LOGIN".to_vec(),
        host: b"9600".to_vec(),
    };
    assert_eq!(ours, right);
    let entries = read_records(&scene.root, "run/utmp");
    assert_eq!(entries.len(), 2, "it stands in place of init's: {entries:?}");
    assert_eq!(entries[0].user, b"anna");
    let history = || read_records(&scene.root, "var/log/wtmp").into_iter().next();
    assert_eq!(until(SOON, history), Some(right));
    assert_eq!(read_records(&scene.root, "var/log/wtmp").len(), 1);
}

#[test]
fn mg_111_without_a_record_one_is_made() {
    if !known() {
        return skipped("no utmp file of known shape here");
    }
    let mut scene = Scene::on_a_pty("rings 2\n");
    write_utmp(&scene.root, &[]);
    let getty = scene.wait();
    assert_eq!(read_records(&scene.root, "run/utmp"), [], "nobody has called yet");
    scene.line.send(b"\r\nRING\r\n\r\nNMBR = 5551234\r\n");
    scene.call();
    let ours = record(&scene, getty.pid(), LOGIN_PROCESS);
    let line = scene.name().as_bytes();
    assert_eq!(ours.id, &line[line.len().saturating_sub(4)..]);
    assert_eq!((ours.line.as_slice(), ours.user.as_slice()), (line, &b"LOGIN"[..]));
    assert_eq!(ours.host, b"5551234", "who calls says more than how fast");
    assert_eq!(read_records(&scene.root, "run/utmp").len(), 1);
}

#[test]
fn mg_100_who_dials_out_is_recorded() {
    if !known() {
        return skipped("no utmp file of known shape here");
    }
    let mut scene = Scene::on_a_pty("");
    write_utmp(&scene.root, &[]);
    scene.root.write("var/log/wtmp", "");
    let mut getty = scene.wait();
    let dialer = Living::new();
    std::fs::write(scene.lock_file(), ascii(dialer.pid())).unwrap();
    scene.line.send(b"\r\nOK\r\n");
    let ours = record(&scene, getty.pid(), USER_PROCESS);
    assert_eq!((ours.line.as_slice(), ours.user.as_slice()), (scene.name().as_bytes(), &b"dialout"[..]));
    assert_eq!(ours.host, b"sleep 600", "what has the line");
    let history = || read_records(&scene.root, "var/log/wtmp").into_iter().next();
    assert_eq!(until(SOON, history), Some(ours));
    getty.signal(Signal::SIGTERM);
    assert_eq!(getty.exit_status(), 10);
}
