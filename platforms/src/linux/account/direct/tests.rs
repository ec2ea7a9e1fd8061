//! Records in files of the test's own, written without the C library, and beside it where it writes too.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::account::codec::Shape;
use crate::os::account::login_record as the_systems;

const SHAPES: [Shape; 3] = [Shape::Seconds32, Shape::Seconds64, Shape::Seconds64Short];

fn here(shape: Shape) -> Layout {
    Layout { shape, ..Layout::HERE }
}

fn entry(kind: i16, pid: i32, id: &[u8], user: &[u8]) -> Entry {
    Entry { kind, pid, id: field(id), user: field(user), line: field(b"tty9"), ..Entry::EMPTY }
}

fn bytes(layout: Layout, entries: &[Entry]) -> Vec<u8> {
    entries.iter().flat_map(|entry| layout.encode(entry)).collect()
}

/// A directory with the two files; None: no such file.
fn files(utmp: Option<&[u8]>, wtmp: Option<&[u8]>) -> (TempDir, Files) {
    let dir = tempfile::tempdir().unwrap();
    let files = files_in(dir.path());
    for (name, bytes) in [(&files.utmp, utmp), (&files.wtmp, wtmp)] {
        if let Some(bytes) = bytes {
            fs::write(name.as_ref().unwrap(), bytes).unwrap();
        }
    }
    (dir, files)
}

fn files_in(dir: &Path) -> Files {
    Files { utmp: Some(dir.join("utmp")), wtmp: Some(dir.join("wtmp")) }
}

fn read(layout: Layout, file: &Option<PathBuf>) -> Vec<Entry> {
    let bytes = fs::read(file.as_ref().unwrap()).unwrap();
    assert_eq!(bytes.len() % layout.size(), 0, "whole records");
    layout.entries(&bytes).collect()
}

fn record(pid: i32) -> Record {
    Record {
        kind: Kind::Login,
        line: b"ttyS1".to_vec(),
        id: None,
        user: b"LOGIN".to_vec(),
        host: Vec::new(),
        pid,
        at: 1_000_000_000,
    }
}

fn written(pid: i32, id: &[u8]) -> Entry {
    let line = field(b"ttyS1");
    let session = session_of(pid);
    Entry { line, session, seconds: 1_000_000_000, ..entry(LOGIN_PROCESS, pid, id, b"LOGIN") }
}

/// Writes a record. On a busy machine others can have a file for longer than anybody waits: another program without a
/// processor, or a child of another test that has our file open until it becomes another program. Then once more.
fn patiently(
    write: fn(&Record, &Files) -> Result<Did, AccountError>,
    record: &Record,
    files: &Files,
) -> Result<Did, AccountError> {
    let refused = Err(AccountError::Refused(Errno::EAGAIN));
    for _ in 0..20 {
        let begun = clock::now();
        let done = write(record, files);
        if done != refused {
            return done;
        }
        assert!(clock::now() >= begun + PATIENCE, "refused without waiting");
    }
    refused
}

fn login_record(record: &Record, files: &Files) -> Result<Did, AccountError> {
    patiently(super::login_record, record, files)
}

fn by_the_library(record: &Record, files: &Files) -> Result<Did, AccountError> {
    patiently(the_systems, record, files)
}

/// A process number that nobody has.
const NOBODY: i32 = i32::MAX - 1;

#[test]
fn inits_record_is_taken_over_with_its_id_in_any_layout() {
    for layout in SHAPES.map(here) {
        let anna = entry(USER_PROCESS, NOBODY, b"2", b"anna");
        let same_id = entry(DEAD_PROCESS, 70, b"S1", b"");
        let before = [anna.clone(), same_id.clone(), entry(INIT_PROCESS, NOBODY, b"S1", b""), anna.clone()];
        let (_dir, files) =
            files(Some(&bytes(layout, &before)), Some(&bytes(layout, std::slice::from_ref(&anna))));
        assert_eq!(login_record(&record(NOBODY), &files), Ok(Did::Done));
        let ours = written(NOBODY, b"S1");
        assert_eq!(read(layout, &files.utmp), [anna.clone(), same_id, ours.clone(), anna.clone()]);
        assert_eq!(read(layout, &files.wtmp), [anna, ours]);
    }
}

#[test]
fn without_inits_record_the_id_tells_the_place() {
    for layout in SHAPES.map(here) {
        let boot = entry(2, NOBODY, b"tyS1", b"reboot");
        let before =
            [boot.clone(), entry(DEAD_PROCESS, 70, b"tyS1", b"ben"), entry(INIT_PROCESS, 99, b"zz", b"")];
        let (_dir, files) = files(Some(&bytes(layout, &before)), None);
        assert_eq!(login_record(&record(NOBODY), &files), Ok(Did::Done));
        let [_, _, other] = before;
        let ours = written(NOBODY, b"tyS1");
        assert_eq!(read(layout, &files.utmp), [boot.clone(), ours.clone(), other.clone()]);

        let named = Record { id: Some(b"S7".to_vec()), ..record(NOBODY - 1) };
        assert_eq!(login_record(&named, &files), Ok(Did::Done));
        assert_eq!(read(layout, &files.utmp), [boot, ours, other, written(NOBODY - 1, b"S7")]);
    }
}

#[test]
fn who_has_the_line_is_written_over_with_its_host_and_id() {
    for layout in SHAPES.map(here) {
        let anna = Entry { line: field(b"tty9"), ..entry(USER_PROCESS, NOBODY, b"2", b"anna") };
        let before = [anna.clone(), entry(INIT_PROCESS, NOBODY, b"S1", b"")];
        let (_dir, files) = files(Some(&bytes(layout, &before)), Some(&bytes(layout, &before)));
        let dialout = Record {
            kind: Kind::User,
            user: b"dialout".to_vec(),
            host: b"cu -l ttyS1".to_vec(),
            ..record(NOBODY)
        };
        assert_eq!(login_record(&dialout, &files), Ok(Did::Done));
        let called = Record { host: vec![b'h'; 300], ..record(NOBODY) };
        let ours = written(NOBODY, b"S1");
        let of_dialout = Entry {
            kind: USER_PROCESS,
            user: field(b"dialout"),
            host: field(b"cu -l ttyS1"),
            ..ours.clone()
        };
        assert_eq!(read(layout, &files.utmp), [anna.clone(), of_dialout.clone()]);
        assert_eq!(login_record(&called, &files), Ok(Did::Done));
        let of_call = Entry { host: [b'h'; 256], ..ours };
        assert_eq!(read(layout, &files.utmp), [anna, of_call.clone()], "who is on another line stays");
        assert_eq!(read(layout, &files.wtmp)[2..], [of_dialout, of_call]);
    }
}

#[test]
fn empty_files_follow_the_other_one_or_the_system() {
    for layout in SHAPES.map(here) {
        let anna = bytes(layout, &[entry(USER_PROCESS, 70, b"2", b"anna")]);
        for (utmp, wtmp) in [(&anna[..], &b""[..]), (b"", &anna)] {
            let (_dir, files) = files(Some(utmp), Some(wtmp));
            assert_eq!(login_record(&record(NOBODY), &files), Ok(Did::Done));
            assert_eq!(read(layout, &files.utmp).last(), Some(&written(NOBODY, b"tyS1")));
            assert_eq!(read(layout, &files.wtmp).last(), Some(&written(NOBODY, b"tyS1")));
        }
    }
    let (_dir, files) = files(Some(b""), Some(b""));
    assert_eq!(login_record(&record(NOBODY), &files), Ok(Did::Done));
    assert_eq!(read(Layout::HERE, &files.utmp), [written(NOBODY, b"tyS1")]);
    assert_eq!(read(Layout::HERE, &files.wtmp), [written(NOBODY, b"tyS1")]);
}

#[test]
fn what_a_torn_write_left_goes() {
    let layout = Layout::HERE;
    let two = [entry(USER_PROCESS, 70, b"2", b"anna"), entry(USER_PROCESS, 71, b"3", b"ben")];
    let torn = [bytes(layout, &two), vec![0xff; 100]].concat();
    let (_dir, files) = files(Some(&torn), Some(&torn));
    assert_eq!(users_on(files.utmp.as_deref()), Some(2));
    assert_eq!(login_record(&record(NOBODY), &files), Ok(Did::Done));
    for file in [&files.utmp, &files.wtmp] {
        assert_eq!(read(layout, file)[2], written(NOBODY, b"tyS1"));
    }
}

#[test]
fn no_database_is_no_error_and_none_is_made() {
    let (dir, files) = files(None, None);
    assert!(matches!(login_record(&record(NOBODY), &files), Ok(Did::Unsupported(_))));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    assert_eq!(users_on(files.utmp.as_deref()), None);
    // Things that are no files: nothing waits for the other end of a FIFO.
    nix::unistd::mkfifo(files.utmp.as_ref().unwrap(), nix::sys::stat::Mode::S_IRWXU).unwrap();
    fs::create_dir(files.wtmp.as_ref().unwrap()).unwrap();
    assert!(matches!(login_record(&record(NOBODY), &files), Ok(Did::Unsupported(_))));
    assert_eq!(users_on(files.utmp.as_deref()), None);
}

#[test]
fn a_file_of_any_length_is_not_read_for_ever() {
    let (_dir, files) = files(Some(b""), None);
    let utmp = File::options().write(true).open(files.utmp.as_ref().unwrap()).unwrap();
    utmp.set_len(1 << 40).unwrap();
    assert_eq!(login_record(&record(NOBODY), &files), Err(AccountError::Refused(Errno::EFBIG)));
    assert_eq!(users_on(files.utmp.as_deref()), None);
    assert_eq!(utmp.metadata().unwrap().len(), 1 << 40);
}

#[test]
fn people_are_counted_and_nobody_else() {
    for layout in SHAPES.map(here) {
        let entries = [
            entry(2, 0, b"~~", b"reboot"),
            entry(USER_PROCESS, 10, b"1", b"anna"),
            entry(LOGIN_PROCESS, 11, b"2", b"LOGIN"),
            entry(USER_PROCESS, 12, b"3", b""),
            entry(DEAD_PROCESS, 13, b"4", b"ben"),
            entry(USER_PROCESS, 14, b"5", b"anna"),
        ];
        let (_dir, files) = files(Some(&bytes(layout, &entries)), None);
        assert_eq!(users_on(files.utmp.as_deref()), Some(2));
    }
}

#[test]
fn who_holds_the_file_is_waited_for() {
    let layout = Layout::HERE;
    let anna = entry(USER_PROCESS, 70, b"2", b"anna");
    let (_dir, files) = files(Some(&bytes(layout, std::slice::from_ref(&anna))), None);
    let held = open(files.utmp.as_ref().unwrap(), true).unwrap().unwrap();
    lock(&held, libc::F_WRLCK).unwrap();
    // Half a record, as another program would leave it between two writes.
    let ben = entry(USER_PROCESS, 71, b"3", b"ben");
    let (first, second) = (layout.size() as u64, layout.size() as u64 + 100);
    held.write_all_at(&layout.encode(&ben)[..100], first).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| login_record(&record(NOBODY), &files));
        std::thread::sleep(PAUSE * 4);
        held.write_all_at(&layout.encode(&ben)[100..], second).unwrap();
        drop(held);
        assert_eq!(writer.join().unwrap(), Ok(Did::Done));
    });
    assert_eq!(read(layout, &files.utmp), [anna, ben, written(NOBODY, b"tyS1")]);
}

#[test]
fn who_holds_the_file_for_ever_is_not_waited_for() {
    let (_dir, files) = files(Some(b""), Some(b""));
    let held = open(files.utmp.as_ref().unwrap(), true).unwrap().unwrap();
    lock(&held, libc::F_RDLCK).unwrap();
    assert_eq!(super::login_record(&record(NOBODY), &files), Err(AccountError::Refused(Errno::EAGAIN)));
    assert_eq!(held.metadata().unwrap().len(), 0);
}

proptest! {
    #[test]
    fn any_file_is_survived(
        utmp in proptest::collection::vec(any::<u8>(), 0..1300),
        wtmp in proptest::collection::vec(any::<u8>(), 0..1300),
    ) {
        let (_dir, files) = files(Some(&utmp), Some(&wtmp));
        let _ = users_on(files.utmp.as_deref());
        prop_assert_eq!(login_record(&record(NOBODY), &files), Ok(Did::Done));
        let (after, history) = (fs::read(files.utmp.unwrap()).unwrap(), fs::read(files.wtmp.unwrap()).unwrap());
        for (before, after) in [(utmp, after), (wtmp, history)] {
            // One whole record behind the whole ones, whichever layout was told.
            let grown = SHAPES.map(here).into_iter().any(|layout| {
                let whole = before.len() / layout.size() * layout.size();
                after.len() == whole + layout.size()
                    && after[..whole] == before[..whole]
                    && layout.decode(&after[whole..]) == Some(written(NOBODY, b"tyS1"))
            });
            prop_assert!(grown);
        }
    }
}

/// This very test program once more, doing one [`part`] in a directory.
fn child(part: &str, dir: &Path) -> Command {
    let mut program = Command::new("/bin/sh");
    // The kernel's signal at a file's size limit would end it before the error can be seen.
    program.args(["-c", "trap '' XFSZ; [ $0 = full ] && ulimit -f 1; exec \"$@\"", part]);
    program.arg(std::env::current_exe().unwrap());
    program.args(["--quiet", "--ignored", "--exact", "linux::account::direct::tests::part"]);
    program.env("UTMP_PART", part).env("UTMP_DIR", dir).stdout(Stdio::null());
    program
}

#[test]
#[ignore = "what others of these tests run as a process of its own"]
fn part() {
    let (Some(part), Some(dir)) = (std::env::var_os("UTMP_PART"), std::env::var_os("UTMP_DIR")) else {
        return;
    };
    let files = files_in(Path::new(&dir));
    match part.to_str().unwrap() {
        "full" => {
            let refused = (0..10).find_map(|number| {
                let line = Record { id: Some(vec![b'a' + number]), ..record(NOBODY) };
                login_record(&Record { pid: NOBODY - i32::from(number), ..line }, &files).err()
            });
            assert_eq!(refused, Some(AccountError::Refused(Errno::EFBIG)));
        }
        "library" => write_many(b'l', |record| by_the_library(record, &files)),
        "direct" => write_many(b'd', |record| login_record(record, &files)),
        other => panic!("no part {other}"),
    }
}

/// How many lines a process plays, and how often it writes each one's record.
const LINES: u8 = 40;
const TIMES: usize = 5;

fn write_many(first: u8, write: impl Fn(&Record) -> Result<Did, AccountError>) {
    for _ in 0..TIMES {
        for number in 0..LINES {
            let id = [first, b'A' + number / 10, b'0' + number % 10].to_vec();
            let pid = i32::from(first) * 1_000_000 + i32::from(number);
            assert_eq!(write(&Record { id: Some(id), ..record(pid) }), Ok(Did::Done));
        }
    }
}

#[test]
fn a_disk_that_is_full_gets_no_half_record() {
    let (dir, files) = files(Some(b""), Some(b""));
    let status = child("full", dir.path()).status().unwrap();
    assert!(status.success());
    // A unit of that limit is 512 or 1024 bytes: one record fits, or two.
    let count = read(Layout::HERE, &files.utmp).len();
    assert!((1..=2).contains(&count), "{count}");
    assert_eq!(read(Layout::HERE, &files.wtmp).len(), count);
}

/// On a glibc target one of the two is glibc itself.
#[test]
fn two_programs_do_not_tear_each_others_records() {
    let (dir, files) = files(Some(b""), Some(b""));
    let start = |part| child(part, dir.path()).spawn().unwrap();
    let writers: [Child; 2] = ["library", "direct"].map(start);
    for mut writer in writers {
        assert!(writer.wait().unwrap().success());
    }
    let entries = read(Layout::HERE, &files.utmp);
    for (first, number) in
        [b'l', b'd'].into_iter().flat_map(|first| (0..LINES).map(move |number| (first, number)))
    {
        let id: [u8; 4] = field(&[first, b'A' + number / 10, b'0' + number % 10]);
        assert_eq!(entries.iter().filter(|entry| entry.id == id).count(), 1, "{id:?}");
    }
    assert_eq!(entries.len(), 2 * usize::from(LINES));
    let history = read(Layout::HERE, &files.wtmp);
    assert!(history.iter().all(|entry| entry.kind == LOGIN_PROCESS && text(&entry.line) == b"ttyS1"));
    assert_eq!(history.len(), 2 * TIMES * usize::from(LINES));
}

/// glibc's own writer, for the same records: what it leaves is what this leaves, byte for byte.
#[test]
fn the_library_writes_the_same() {
    let init = entry(INIT_PROCESS, NOBODY, b"S1", b"");
    let before = bytes(Layout::HERE, &[entry(USER_PROCESS, 70, b"2", b"anna"), init]);
    let own = i32::try_from(std::process::id()).unwrap();
    let host = vec![b'h'; 300];
    let dialout = Record { kind: Kind::User, host, ..record(own) };
    let records = [
        record(NOBODY),
        dialout,
        record(own),
        Record { id: Some(b"long id".to_vec()), ..record(NOBODY - 1) },
    ];
    let left = [login_record, by_the_library].map(|write| {
        let (_dir, files) = files(Some(&before), Some(b""));
        for record in &records {
            assert_eq!(write(record, &files), Ok(Did::Done));
        }
        [files.utmp, files.wtmp].map(|file| fs::read(file.unwrap()).unwrap())
    });
    assert!(left[0] == left[1], "{left:?}");
    assert!(left[0][0].len() == before.len() + 2 * Layout::HERE.size());
}
