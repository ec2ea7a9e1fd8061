//! Login records in files of the test's own.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;

fn entry(kind: i16, pid: i32, id: &[u8], user: &[u8]) -> libc::utmpx {
    // SAFETY: the structure is integers and arrays of them; all bits zero is a value of it.
    let mut entry: libc::utmpx = unsafe { std::mem::zeroed() };
    entry.ut_type = kind;
    entry.ut_pid = pid;
    fill(&mut entry.ut_id, id);
    fill(&mut entry.ut_user, user);
    entry
}

/// A directory with the two files; utmp holds `entries`.
fn files(entries: &[libc::utmpx]) -> (TempDir, Files) {
    let dir = tempfile::tempdir().unwrap();
    // illumos takes names alone that end in x.
    let (utmp, wtmp) = (dir.path().join("utmpx"), dir.path().join("wtmpx"));
    // SAFETY: the structure has no references; its bytes, padding included, come from zeroed memory.
    let bytes = unsafe { std::slice::from_raw_parts(entries.as_ptr().cast::<u8>(), size_of_val(entries)) };
    fs::write(&utmp, bytes).unwrap();
    fs::write(&wtmp, "").unwrap();
    (dir, Files { utmp: Some(utmp), wtmp: Some(wtmp) })
}

fn read(file: &Option<PathBuf>) -> Vec<libc::utmpx> {
    let bytes = fs::read(file.as_ref().unwrap()).unwrap();
    assert_eq!(bytes.len() % size_of::<libc::utmpx>(), 0);
    bytes
        .chunks_exact(size_of::<libc::utmpx>())
        // SAFETY: the chunk has the structure's size, and every pattern of bits is a value of it.
        .map(|chunk| unsafe { std::ptr::read_unaligned(chunk.as_ptr().cast()) })
        .collect()
}

fn text(field: &[libc::c_char]) -> String {
    field.iter().take_while(|c| **c != 0).map(|c| char::from(*c as u8)).collect()
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

#[test]
fn inits_record_is_taken_over_with_its_id() {
    let others = entry(libc::USER_PROCESS, 70, b"2", b"anna");
    let (_dir, files) = files(&[others, entry(libc::INIT_PROCESS, 71, b"S1", b""), others]);
    assert_eq!(login_record(&record(71), &files), Ok(Did::Done));
    let now = read(&files.utmp);
    assert_eq!(now.len(), 3);
    let ours = now[1];
    assert_eq!((ours.ut_type, ours.ut_pid, ours.ut_tv.tv_sec), (libc::LOGIN_PROCESS, 71, 1_000_000_000));
    assert_eq!(
        (text(&ours.ut_id), text(&ours.ut_line), text(&ours.ut_user)),
        ("S1".into(), "ttyS1".into(), "LOGIN".into())
    );
    let history = read(&files.wtmp);
    assert_eq!((history.len(), text(&history[0].ut_id)), (1, "S1".into()));
}

#[test]
fn without_inits_record_the_lines_last_four_bytes_are_the_id() {
    let (_dir, files) = files(&[entry(libc::INIT_PROCESS, 99, b"zz", b"")]);
    assert_eq!(login_record(&record(71), &files), Ok(Did::Done));
    let now = read(&files.utmp);
    assert_eq!((now.len(), text(&now[0].ut_id), text(&now[1].ut_id)), (2, "zz".into(), "tyS1".into()));

    let named = Record { id: Some(b"S7".to_vec()), ..record(72) };
    assert_eq!(login_record(&named, &files), Ok(Did::Done));
    assert_eq!(text(&read(&files.utmp)[2].ut_id), "S7");
}

#[test]
fn long_and_odd_fields_are_cut_not_spilt() {
    let (_dir, files) = files(&[]);
    let line = vec![b'l'; 300];
    let long = Record { line, user: b"a\0b".to_vec(), host: vec![b'h'; 300], ..record(71) };
    assert_eq!(login_record(&long, &files), Ok(Did::Done));
    let ours = read(&files.utmp)[0];
    assert_eq!(
        (text(&ours.ut_line).len(), text(&ours.ut_user), text(&ours.ut_id)),
        (32, "a".into(), "llll".into())
    );
    assert_eq!(text(&ours.ut_host).len(), ours.ut_host.len().min(300));
}

#[test]
fn who_has_the_line_is_written_over_with_its_host_and_id() {
    let (_dir, files) = files(&[entry(libc::INIT_PROCESS, 71, b"S1", b"")]);
    let dialout =
        Record { kind: Kind::User, user: b"dialout".to_vec(), host: b"cu -l ttyS1".to_vec(), ..record(71) };
    assert_eq!(login_record(&dialout, &files), Ok(Did::Done));
    let called = Record { host: b"2400".to_vec(), ..record(71) };
    let told =
        |entry: &libc::utmpx| (entry.ut_type, text(&entry.ut_id), text(&entry.ut_user), text(&entry.ut_host));
    let of_dialout = (libc::USER_PROCESS, "S1".into(), "dialout".into(), "cu -l ttyS1".into());
    let now = read(&files.utmp);
    assert_eq!((now.len(), told(&now[0])), (1, of_dialout.clone()));
    assert_eq!(login_record(&called, &files), Ok(Did::Done));
    let now = read(&files.utmp);
    let of_call = (libc::LOGIN_PROCESS, "S1".into(), "LOGIN".into(), "2400".into());
    assert_eq!((now.len(), told(&now[0])), (1, of_call.clone()));
    let history: Vec<_> = read(&files.wtmp).iter().map(told).collect();
    assert_eq!(history, [of_dialout, of_call]);
}

#[test]
fn a_session_of_the_same_number_on_another_line_stays() {
    let (_dir, files) = files(&[entry(libc::USER_PROCESS, 71, b"2", b"anna")]);
    assert_eq!(login_record(&record(71), &files), Ok(Did::Done));
    let now = read(&files.utmp);
    assert_eq!((now.len(), text(&now[0].ut_user), text(&now[1].ut_id)), (2, "anna".into(), "tyS1".into()));
}

#[test]
fn no_database_is_no_error_and_none_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let files = Files { utmp: Some(dir.path().join("utmp")), wtmp: Some(dir.path().join("wtmp")) };
    assert!(matches!(login_record(&record(71), &files), Ok(Did::Unsupported(_))));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    assert_eq!(users_on(files.utmp.as_deref()), None);
}

#[test]
fn people_are_counted_and_nobody_else() {
    let (_dir, files) = files(&[
        entry(libc::BOOT_TIME, 0, b"~~", b"reboot"),
        entry(libc::USER_PROCESS, 10, b"1", b"anna"),
        entry(libc::LOGIN_PROCESS, 11, b"2", b"LOGIN"),
        entry(libc::USER_PROCESS, 12, b"3", b""),
        entry(libc::DEAD_PROCESS, 13, b"4", b"ben"),
        entry(libc::USER_PROCESS, 14, b"5", b"anna"),
    ]);
    assert_eq!(crate::people::users_on(files.utmp.as_deref()), Some(2));
    fs::write(files.utmp.as_ref().unwrap(), "").unwrap();
    assert_eq!(users_on(files.utmp.as_deref()), Some(0));
}

#[test]
fn a_truncated_database_is_survived() {
    let (_dir, files) = files(&[entry(libc::USER_PROCESS, 10, b"1", b"anna")]);
    let mut bytes = fs::read(files.utmp.as_ref().unwrap()).unwrap();
    bytes.extend_from_slice(&[0xff; 100]);
    fs::write(files.utmp.as_ref().unwrap(), bytes).unwrap();
    assert_eq!(users_on(files.utmp.as_deref()), Some(1));
}

/// glibc limits its wait for a file by an alarm, of which a process has one.
#[test]
fn threads_that_write_at_once_leave_no_alarm() {
    std::thread::scope(|scope| {
        for number in 1..=4 {
            scope.spawn(move || {
                let (_dir, files) = files(&[]);
                for _ in 0..200 {
                    assert_eq!(login_record(&record(number), &files), Ok(Did::Done));
                }
            });
        }
    });
    let _alone = alone();
    // SAFETY: an integer goes in, and one comes back.
    assert_eq!(unsafe { libc::alarm(0) }, 0, "seconds until this process is ended");
}
