//! Login records through the C library (glibc's or illumos'), which keeps one file position for the
//! whole process.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::libc;

use crate::account::{AccountError, Files, Kind, Record, fill, id_of};
use crate::os::account::{NAME_TAKEN, NO_FILES, OWN_FILE, append, session_of};
use crate::os::paths;
use crate::{Did, Errno};

/// The library's functions share a file and a buffer, and glibc's an alarm as well, which two threads at once leave
/// running: it ends the process some seconds later.
static DATABASE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    DATABASE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One pass over a utmp file; dropping it closes the file and points the library back at the system's.
struct Open {
    _alone: MutexGuard<'static, ()>,
}

impl Open {
    /// None: there is no such file, or its name cannot be passed on.
    fn at(file: Option<&Path>) -> Option<Self> {
        let file = file.unwrap_or(Path::new(paths::UTMP));
        let name = CString::new(file.as_os_str().as_bytes()).ok()?;
        if !file.is_file() {
            return None;
        }
        let alone = alone();
        // SAFETY: the string outlives the call, which copies it; the lock keeps other threads out.
        if unsafe { libc::utmpxname(name.as_ptr()) } != NAME_TAKEN {
            return None;
        }
        // SAFETY: no argument; under the lock.
        unsafe { libc::setutxent() };
        Some(Self { _alone: alone })
    }

    fn next(&mut self) -> Option<libc::utmpx> {
        // SAFETY: the answer is null or points to the library's buffer, which holds until the next call; it
        // is copied at once, and the lock keeps other threads out.
        unsafe { libc::getutxent().as_ref() }.copied()
    }

    fn put(&mut self, record: &libc::utmpx) -> Result<(), Errno> {
        // SAFETY: no argument; under the lock.
        unsafe { libc::setutxent() };
        // SAFETY: the record outlives the call, which copies it.
        let answer = unsafe { libc::pututxline(record) };
        if answer.is_null() { Err(Errno::last()) } else { Ok(()) }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // SAFETY: no argument; the lock is held until after this.
        unsafe { libc::endutxent() };
        // SAFETY: the string is static.
        unsafe { libc::utmpxname(OWN_FILE.as_ptr()) };
    }
}

pub(crate) fn login_record(record: &Record, files: &Files) -> Result<Did, AccountError> {
    // SAFETY: the structure is integers and arrays of them; all bits zero is a value of it.
    let mut entry: libc::utmpx = unsafe { std::mem::zeroed() };
    entry.ut_type = match record.kind {
        Kind::Login => libc::LOGIN_PROCESS,
        Kind::User => libc::USER_PROCESS,
    };
    entry.ut_pid = record.pid;
    fill(&mut entry.ut_id, id_of(record));
    fill(&mut entry.ut_line, &record.line);
    fill(&mut entry.ut_user, &record.user);
    fill(&mut entry.ut_host, &record.host);
    #[cfg(target_os = "illumos")]
    {
        // The host's length, with the NUL behind it.
        let length = record.host.len().min(entry.ut_host.len() - 1);
        entry.ut_syslen = if length == 0 { 0 } else { length as libc::c_short + 1 };
    }
    // 32 bits of unsigned seconds where the file has no more: good until 2106.
    entry.ut_tv.tv_sec = record.at as _;
    entry.ut_session = session_of(record.pid) as _;

    let mut written = false;
    if let Some(mut database) = Open::at(files.utmp.as_deref()) {
        while let Some(old) = database.next() {
            let waiting = [libc::INIT_PROCESS, libc::LOGIN_PROCESS].contains(&old.ut_type);
            // A getty that lets others have its line says so too.
            let on_it = old.ut_type == libc::USER_PROCESS && old.ut_line == entry.ut_line;
            if (waiting || on_it) && old.ut_pid == record.pid {
                entry.ut_id = old.ut_id;
                break;
            }
        }
        database.put(&entry).map_err(AccountError::Refused)?;
        written = true;
    }
    let history = files.wtmp.as_deref().unwrap_or(Path::new(paths::WTMP));
    if history.is_file()
        && let Ok(name) = CString::new(history.as_os_str().as_bytes())
    {
        let _alone = alone();
        append(&name, &mut entry);
        written = true;
    }
    Ok(if written { Did::Done } else { Did::Unsupported(NO_FILES) })
}

pub(crate) fn users_on(utmp_file: Option<&Path>) -> Option<u32> {
    let mut database = Open::at(utmp_file)?;
    let mut count = 0u32;
    while let Some(entry) = database.next() {
        if entry.ut_type == libc::USER_PROCESS && entry.ut_user.first().is_some_and(|byte| *byte != 0) {
            count = count.saturating_add(1);
        }
    }
    Some(count)
}

#[cfg(test)]
mod tests;
