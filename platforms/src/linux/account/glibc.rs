//! What glibc's login records have of their own.

use std::ffi::CStr;

use nix::libc;

unsafe extern "C" {
    /// Missing from the libc crate.
    fn updwtmpx(file: *const libc::c_char, record: *const libc::utmpx);
}

/// What the library reads and writes when it is told nothing else.
pub(crate) const OWN_FILE: &CStr = c"/var/run/utmp";
/// What utmpxname answers to a name that it takes.
pub(crate) const NAME_TAKEN: libc::c_int = 0;
pub(crate) const NO_FILES: &str = "there is no utmp or wtmp file here";

/// 0: there is no such process.
pub(crate) fn session_of(pid: i32) -> i32 {
    nix::unistd::getsid(Some(nix::unistd::Pid::from_raw(pid))).map_or(0, nix::unistd::Pid::as_raw)
}

/// Appends to a history that exists; makes none.
pub(crate) fn append(history: &CStr, entry: &mut libc::utmpx) {
    // SAFETY: string and record outlive the call. It appends under its own file lock.
    unsafe { updwtmpx(history.as_ptr(), entry) };
}
