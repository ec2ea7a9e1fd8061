//! illumos's side of an open line: a stream that needs modules to be a terminal.

use std::ffi::CStr;
use std::os::fd::{AsRawFd, BorrowedFd};

use nix::libc;

use crate::{Errno, LineError};

/// The type of an ioctl's number.
pub(crate) type Request = libc::c_int;
pub(crate) const TIOCOUTQ: Request = libc::TIOCOUTQ;
pub(crate) const TIOCMGET: Request = libc::TIOCMGET;
pub(crate) const TIOCMBIS: Request = libc::TIOCMBIS;
pub(crate) const TIOCMBIC: Request = libc::TIOCMBIC;
pub(crate) const TIOCSBRK: Request = libc::TIOCSBRK;
pub(crate) const TIOCCBRK: Request = libc::TIOCCBRK;
pub(crate) const FIONREAD: Request = libc::FIONREAD;

/// Not tried on a running system, so look again from time to time.
pub(crate) const HANGUP_WAKES: bool = false;

/// Pushes what a terminal stream lacks, never twice (two line disciplines echo twice). Serial lines
/// come with ldterm and ttcompat; the far half of a pty may have nothing, and needs ptem below them.
pub(crate) fn prepare(line: BorrowedFd<'_>) -> Result<(), LineError> {
    if !has(line, c"ldterm")? {
        if is_pty(line) && !has(line, c"ptem")? {
            push(line, c"ptem")?;
        }
        push(line, c"ldterm")?;
    }
    if !has(line, c"ttcompat")? {
        push(line, c"ttcompat")?;
    }
    Ok(())
}

/// The far half of a pty lies in /dev/pts; its driver answers no modem request before ptem is pushed.
fn is_pty(line: BorrowedFd<'_>) -> bool {
    let mut bits: libc::c_int = 0;
    // SAFETY: the request writes one integer, which outlives the call.
    let answer = unsafe { libc::ioctl(line.as_raw_fd(), TIOCMGET, std::ptr::from_mut(&mut bits)) };
    answer == -1
}

fn has(line: BorrowedFd<'_>, module: &CStr) -> Result<bool, LineError> {
    // SAFETY: I_FIND reads a C string that outlives the call.
    let answer = unsafe { libc::ioctl(line.as_raw_fd(), libc::I_FIND, module.as_ptr()) };
    Errno::result(answer).map(|found| found > 0).map_err(LineError::opening)
}

fn push(line: BorrowedFd<'_>, module: &CStr) -> Result<(), LineError> {
    // The NOCTTY form: pushing ldterm may otherwise hand the terminal to a session leader.
    // SAFETY: the request reads a C string that outlives the call.
    let answer = unsafe { libc::ioctl(line.as_raw_fd(), libc::__I_PUSH_NOCTTY, module.as_ptr()) };
    Errno::result(answer).map(drop).map_err(LineError::opening)
}

/// A whole-file record lock, as ttymon, uucico and cu use. It belongs to the process and goes when any
/// descriptor of the device is closed.
pub(crate) fn lock(line: BorrowedFd<'_>, on: bool) -> Result<(), Errno> {
    // SAFETY: the structure is integers; all bits zero is a value of it (from the start, to the end).
    let mut whole: libc::flock = unsafe { std::mem::zeroed() };
    whole.l_type = if on { libc::F_WRLCK } else { libc::F_UNLCK } as _;
    whole.l_whence = libc::SEEK_SET as _;
    // SAFETY: F_SETLK reads the structure, which outlives the call.
    Errno::result(unsafe { libc::fcntl(line.as_raw_fd(), libc::F_SETLK, std::ptr::from_ref(&whole)) })
        .map(drop)
}

/// There is no way to take a terminal from another session.
pub(crate) fn controlling(line: BorrowedFd<'_>, _steal: bool) -> Result<(), Errno> {
    // SAFETY: the argument is an integer; the descriptor is borrowed, so open.
    Errno::result(unsafe { libc::ioctl(line.as_raw_fd(), libc::TIOCSCTTY, 0) }).map(drop)
}
