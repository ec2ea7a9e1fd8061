//! Login records on FreeBSD: a getty writes none.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use nix::libc;

use crate::Did;
use crate::account::{AccountError, Files, Record};

/// The C library's position in the database belongs to the whole process.
static DATABASE: Mutex<()> = Mutex::new(());

/// The system refuses LOGIN_PROCESS records (EINVAL); login writes the session's own.
pub(crate) fn login_record(_: &Record, _: &Files) -> Result<Did, AccountError> {
    Ok(Did::Unsupported("FreeBSD keeps no records of waiting lines"))
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
