//! What glibc's login records have of their own.

use std::ffi::CStr;

use nix::libc;

use crate::account::codec::Layout;

// What the codec takes for this system's records is what the library writes.
const _: () = assert!(size_of::<libc::utmpx>() == Layout::HERE.size());

unsafe extern "C" {
    /// Missing from the libc crate.
    fn updwtmpx(file: *const libc::c_char, record: *const libc::utmpx);
}

/// What the library reads and writes when it is told nothing else.
pub(crate) const OWN_FILE: &CStr = c"/var/run/utmp";
/// What utmpxname answers to a name that it takes.
pub(crate) const NAME_TAKEN: libc::c_int = 0;
pub(crate) const NO_FILES: &str = "there is no utmp or wtmp file here";

/// Appends to a history that exists; makes none.
pub(crate) fn append(history: &CStr, entry: &mut libc::utmpx) {
    // SAFETY: string and record outlive the call. It appends under its own file lock.
    unsafe { updwtmpx(history.as_ptr(), entry) };
}
