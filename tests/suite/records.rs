//! Login records, and what `getty -c` leaves alone.

use std::process::Command;

use polygetty_platforms::account::codec::{self, LOGIN_PROCESS, Layout, USER_PROCESS, field, text};
use polygetty_platforms::symbols::Os;
use polygetty_rig::Root;

use crate::check::GOOD;
use crate::scene::{P, PROGRAM, Scene, skipped, start};

/// What tests look at in a record of a utmp file.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    pub kind: i16,
    pub pid: i32,
    pub line: Vec<u8>,
    pub id: Vec<u8>,
    user: Vec<u8>,
    host: Vec<u8>,
}

/// Whether utmp files are made of records that are known here.
pub fn known() -> bool {
    Os::HERE == Os::Linux
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
    let encode = |entry: &Entry| {
        Layout::HERE.encode(&codec::Entry {
            kind: entry.kind,
            pid: entry.pid,
            line: field(&entry.line),
            id: field(&entry.id),
            user: field(&entry.user),
            host: field(&entry.host),
            ..codec::Entry::EMPTY
        })
    };
    root.write("run/utmp", entries.iter().flat_map(encode).collect::<Vec<u8>>());
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
    // Another system's init may have made it: Debian's, when the program under test is linked with musl.
    let layout = Layout::HERE.or_that_of(file.len() as u64, &file);
    assert_eq!(file.len() % layout.size(), 0, "whole records");
    let entry = |entry: codec::Entry| Entry {
        kind: entry.kind,
        pid: entry.pid,
        line: text(&entry.line).to_vec(),
        id: text(&entry.id).to_vec(),
        user: text(&entry.user).to_vec(),
        host: text(&entry.host).to_vec(),
    };
    layout.entries(&file).map(entry).collect()
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
