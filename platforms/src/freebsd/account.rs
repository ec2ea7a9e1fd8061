//! Login records on FreeBSD: of those who have a line, but not of lines that wait.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use nix::libc;

use crate::account::{AccountError, Files, Kind, Record, fill, id_of};
use crate::{Did, Errno};

/// The C library's position in the database belongs to the whole process.
static DATABASE: Mutex<()> = Mutex::new(());

/// The system refuses LOGIN_PROCESS records (EINVAL); login writes the session's own. The library writes to the
/// system's files and no others, the history included.
pub(crate) fn login_record(record: &Record, files: &Files) -> Result<Did, AccountError> {
    if record.kind == Kind::Login {
        return Ok(Did::Unsupported("FreeBSD keeps no records of waiting lines"));
    }
    if files.utmp.is_some() {
        return Ok(Did::Unsupported("FreeBSD writes records to the system's own files alone"));
    }
    // SAFETY: the structure is integers and arrays of them; all bits zero is a value of it.
    let mut entry: libc::utmpx = unsafe { std::mem::zeroed() };
    entry.ut_type = libc::USER_PROCESS;
    entry.ut_pid = record.pid;
    fill(&mut entry.ut_id, id_of(record));
    fill(&mut entry.ut_line, &record.line);
    fill(&mut entry.ut_user, &record.user);
    fill(&mut entry.ut_host, &record.host);
    entry.ut_tv.tv_sec = record.at as _;
    let _alone = DATABASE.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: null means the system's own file; the lock keeps other threads out.
    let opened = unsafe { libc::setutxdb(libc::UTXDB_ACTIVE, std::ptr::null()) } == 0;
    // SAFETY: the answer is null or points to the library's buffer, which holds until the next call; it is copied
    // at once.
    while let Some(old) = opened.then(|| unsafe { libc::getutxent().as_ref() }).flatten().copied() {
        if old.ut_type == libc::USER_PROCESS && old.ut_pid == record.pid && old.ut_line == entry.ut_line {
            entry.ut_id = old.ut_id;
            break;
        }
    }
    // SAFETY: no argument; under the lock.
    unsafe { libc::endutxent() };
    // SAFETY: the record outlives the call, which copies it.
    let answer = unsafe { libc::pututxline(&entry) };
    if answer.is_null() { Err(AccountError::Refused(Errno::last())) } else { Ok(Did::Done) }
}

pub(crate) fn users_on(utmp_file: Option<&Path>) -> Option<u32> {
    let name = utmp_file.map(|file| CString::new(file.as_os_str().as_bytes())).transpose().ok()?;
    let _alone = DATABASE.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: null means the system's own file; a string outlives the call. The lock keeps other threads out.
    let opened = unsafe {
        libc::setutxdb(libc::UTXDB_ACTIVE, name.as_ref().map_or(std::ptr::null(), |name| name.as_ptr()))
    };
    if opened != 0 {
        return None;
    }
    let mut count = 0u32;
    // SAFETY: the answer is null or points to the library's buffer, which holds until the next call.
    while let Some(entry) = unsafe { libc::getutxent().as_ref() } {
        if entry.ut_type == libc::USER_PROCESS && entry.ut_user.first().is_some_and(|byte| *byte != 0) {
            count = count.saturating_add(1);
        }
    }
    // SAFETY: no argument; under the lock.
    unsafe { libc::endutxent() };
    Some(count)
}
