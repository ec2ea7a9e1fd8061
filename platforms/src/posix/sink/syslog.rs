//! The system's log through the C library: a socket on Linux and FreeBSD, a STREAMS device and a door on
//! illumos, which no socket crate knows.

use std::ffi::{CStr, CString};

use nix::libc;
use nix::syslog::Facility;

/// The process's connection. The C library has one; the last made here speaks.
pub(super) struct Connection {
    /// kept for ever: openlog stores the pointer
    ident: &'static CStr,
    facility: libc::c_int,
    open: bool,
}

impl Connection {
    pub(super) fn new(ident: &str, facility: Facility) -> Self {
        let ident = CString::new(ident.replace('\0', "")).unwrap_or_default();
        Self { ident: Box::leak(ident.into_boxed_c_str()), facility: facility as libc::c_int, open: false }
    }

    pub(super) fn send(&mut self, priority: libc::c_int, text: &str) {
        if !self.open {
            // SAFETY: the string is never freed. (nix's own call passes a copy that is, on FreeBSD
            // and illumos.)
            unsafe {
                libc::openlog(
                    self.ident.as_ptr(),
                    libc::LOG_PID | libc::LOG_CONS | libc::LOG_NDELAY,
                    self.facility,
                );
            }
            self.open = true;
        }
        let Ok(text) = CString::new(text) else { return };
        // SAFETY: the format takes one string; both outlive the call.
        unsafe { libc::syslog(self.facility | priority, c"%s".as_ptr(), text.as_ptr()) };
    }

    pub(super) fn rest(&mut self) {
        if std::mem::take(&mut self.open) {
            // SAFETY: no argument.
            unsafe { libc::closelog() };
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.rest();
    }
}
