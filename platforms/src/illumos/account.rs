//! Login records on illumos, where login refuses to run without one.

use std::ffi::CStr;

use nix::libc;

pub(crate) use crate::posix::account::utmpx::{login_record, users_on};

/// What the library reads and writes when it is told nothing else.
pub(crate) const OWN_FILE: &CStr = c"/var/adm/utmpx";
/// What utmpxname answers to a name that it takes; 0 is one that is too long or does not end in x.
pub(crate) const NAME_TAKEN: libc::c_int = 1;
pub(crate) const NO_FILES: &str = "there is no utmpx or wtmpx file here";

/// init's records of waiting lines name none.
pub(crate) fn session_of(_pid: i32) -> i32 {
    0
}

/// Appends to a history that exists.
pub(crate) fn append(history: &CStr, entry: &mut libc::utmpx) {
    // SAFETY: string and record outlive the call.
    unsafe { libc::updwtmpx(history.as_ptr(), entry) };
}
