//! Login records, and what `getty -c` leaves alone.

use std::process::Command;

use polygetty_platforms::symbols::Os;
use polygetty_rig::Root;

use crate::check::GOOD;
use crate::scene::{P, PROGRAM, Scene, skipped, start};

/// A record of a utmp file as Linux on 64-bit processors with 32-bit seconds keeps it.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    pub kind: i16,
    pub pid: i32,
    pub line: Vec<u8>,
    pub id: Vec<u8>,
    user: Vec<u8>,
    host: Vec<u8>,
}

const SIZE: usize = 384;
pub const LOGIN_PROCESS: i16 = 6;
const USER_PROCESS: i16 = 7;

/// Whether utmp files have that shape here.
pub fn known() -> bool {
    Os::HERE == Os::Linux && cfg!(target_arch = "x86_64") && cfg!(target_env = "gnu")
}

/// A record of somebody (or, with another kind, something) on a line.
pub fn user(name: &[u8], kind: i16) -> Entry {
    // Ids tell records apart, so no two may be alike.
    static COUNT: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);
    let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let id = format!("x{number:03}").into_bytes();
    Entry { kind, pid: 1, line: b"tty99".to_vec(), id, user: name.to_vec(), host: Vec::new() }
}

/// Writes the root's utmp.
pub fn write_utmp(root: &Root, entries: &[Entry]) {
    let mut file = Vec::new();
    for entry in entries {
        let mut record = [0; SIZE];
        record[..2].copy_from_slice(&entry.kind.to_ne_bytes());
        record[4..8].copy_from_slice(&entry.pid.to_ne_bytes());
        for (at, field) in [(8, &entry.line), (40, &entry.id), (44, &entry.user), (76, &entry.host)] {
            record[at..at + field.len()].copy_from_slice(field);
        }
        file.extend_from_slice(&record);
    }
    root.write("run/utmp", file);
}

/// How many login records of a process the root's utmp has, and how many of others.
pub fn login_records(root: &Root, pid: i32) -> (usize, usize) {
    let entries = read_records(root, "run/utmp");
    let (ours, others): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().filter(|entry| entry.kind == LOGIN_PROCESS).partition(|entry| entry.pid == pid);
    (ours.len(), others.len())
}

/// The records of a file.
pub fn read_records(root: &Root, name: &str) -> Vec<Entry> {
    let file = std::fs::read(root.path(name)).unwrap();
    assert_eq!(file.len() % SIZE, 0, "whole records");
    let text = |field: &[u8]| field.split(|byte| *byte == 0).next().unwrap().to_vec();
    let entry = |record: &[u8]| Entry {
        kind: i16::from_ne_bytes(record[..2].try_into().unwrap()),
        pid: i32::from_ne_bytes(record[4..8].try_into().unwrap()),
        line: text(&record[8..40]),
        id: text(&record[40..44]),
        user: text(&record[44..76]),
        host: text(&record[76..332]),
    };
    file.chunks(SIZE).map(entry).collect()
}

#[test]
fn gps_72_one_login_record_stands_at_the_prompt() {
    if !known() {
        return skipped("no utmp file of known shape here");
    }
    let mut scene = Scene::new();
    write_utmp(&scene.root, &[]);
    scene.root.write("var/log/wtmp", "");
    let getty = scene.start("LINE 9600");
    scene.line.expect(P);
    let entries = read_records(&scene.root, "run/utmp");
    let name = scene.line.name().as_bytes().to_vec();
    // No init has made a record for us: the last four of the line's name.
    let id = name[name.len().saturating_sub(4)..].to_vec();
    let right = Entry {
        kind: LOGIN_PROCESS,
        pid: getty.pid(),
        line: name,
        id,
        user: b"LOGIN".to_vec(),
        host: Vec::new(),
    };
    assert_eq!(entries, [right]);
    assert_eq!(read_records(&scene.root, "var/log/wtmp"), entries);
    scene.log_in();
    assert!(read_records(&scene.root, "run/utmp").iter().all(|entry| entry.kind != USER_PROCESS));
}

#[test]
fn gps_72_records_of_others_stay() {
    if !known() {
        return skipped("no utmp file of known shape here");
    }
    let mut scene = Scene::new();
    write_utmp(&scene.root, &[user(b"anna", USER_PROCESS)]);
    let getty = scene.start("LINE 9600");
    scene.line.expect(P);
    let entries = read_records(&scene.root, "run/utmp");
    assert_eq!(entries.len(), 2);
    assert_eq!((entries[0].kind, entries[0].user.as_slice()), (USER_PROCESS, &b"anna"[..]));
    assert_eq!((entries[1].kind, entries[1].pid), (LOGIN_PROCESS, getty.pid()));
}

#[test]
fn gps_72_without_files_none_are_made() {
    let mut scene = Scene::new();
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    assert!(!scene.root.path("run/utmp").exists());
    assert!(!scene.root.path("var/log/wtmp").exists());
}

#[test]
fn gps_69_a_check_touches_nothing() {
    let root = Root::new();
    root.write("etc/gettydefs", GOOD);
    root.write("run/utmp", "");
    root.write("var/log/wtmp", "");
    let before = tree(&root);
    let mut checker = start(&root, "getty_ps", &["-c", "/etc/gettydefs"], &[]);
    assert_eq!(checker.exit_status(), 0);
    let after = tree(&root);
    let new: Vec<_> = after.iter().filter(|name| !before.contains(name)).collect();
    let expected = |name: &String| name.starts_with("std") || name == "var/log/polygetty.log";
    assert!(new.iter().all(|name| expected(name)), "new files: {new:?}");
    assert_eq!(std::fs::read(root.path("run/utmp")).unwrap(), b"");
    assert_eq!(std::fs::read(root.path("var/log/wtmp")).unwrap(), b"");
}

#[test]
fn gps_69_a_check_asks_the_kernel_for_no_line() {
    let root = Root::new();
    root.write("etc/gettydefs", GOOD);
    let trace = root.path("trace");
    let mut tracer = Command::new("strace");
    tracer.args(["-f", "-o"]).arg(&trace).arg(PROGRAM).arg("--root").arg(root.dir());
    tracer.args(["as", "getty_ps", "-c", "/etc/gettydefs"]);
    match tracer.output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => return skipped(&format!("strace: {}", String::from_utf8_lossy(&output.stderr))),
        Err(error) => return skipped(&format!("strace: {error}")),
    }
    let trace = String::from_utf8_lossy(&std::fs::read(trace).unwrap()).into_owned();
    assert!(trace.contains("etc/gettydefs"), "the trace shows the file:\n{trace}");
    for word in ["/dev/tty", "/dev/pts", "/dev/console", "utmp", "wtmp", "LCK..", "TIOCSCTTY", "TCSETS"] {
        assert!(!trace.contains(word), "{word} in\n{trace}");
    }
}

/// All files below a root.
pub fn tree(root: &Root) -> Vec<String> {
    let (mut names, mut open) = (Vec::new(), vec![root.dir().to_owned()]);
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if entry.file_type().unwrap().is_dir() {
                open.push(path.clone());
            }
            names.push(path.strip_prefix(root.dir()).unwrap().to_str().unwrap().to_owned());
        }
    }
    names.sort();
    names
}
