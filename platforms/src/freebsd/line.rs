//! FreeBSD's side of an open line.

use std::os::fd::{AsRawFd, BorrowedFd};

use nix::libc;

use crate::{Errno, LineError};

/// The type of an ioctl's number.
pub(crate) type Request = libc::c_ulong;
pub(crate) const TIOCOUTQ: Request = libc::TIOCOUTQ;
pub(crate) const TIOCMGET: Request = libc::TIOCMGET;
pub(crate) const TIOCMBIS: Request = libc::TIOCMBIS;
pub(crate) const TIOCMBIC: Request = libc::TIOCMBIC;
pub(crate) const TIOCSBRK: Request = libc::TIOCSBRK as Request;
pub(crate) const TIOCCBRK: Request = libc::TIOCCBRK as Request;
pub(crate) const FIONREAD: Request = libc::FIONREAD;

/// The kernel remembers a poller only for the events it asked for, so a poll that asks for nothing
/// sleeps through a hang-up: look again from time to time.
pub(crate) const HANGUP_WAKES: bool = false;

/// Nothing to do: the line discipline is always there.
pub(crate) fn prepare(_line: BorrowedFd<'_>) -> Result<(), LineError> {
    Ok(())
}

pub(crate) fn lock(line: BorrowedFd<'_>, on: bool) -> Result<(), Errno> {
    let how = if on { libc::LOCK_EX | libc::LOCK_NB } else { libc::LOCK_UN };
    // SAFETY: two integers go in; the descriptor is borrowed, so open.
    Errno::result(unsafe { libc::flock(line.as_raw_fd(), how) }).map(drop)
}

/// An open never gives the terminal here; TIOCSCTTY does, and takes no argument: nothing is stolen.
pub(crate) fn controlling(line: BorrowedFd<'_>, _steal: bool) -> Result<(), Errno> {
    // SAFETY: the argument is ignored by the kernel; the descriptor is borrowed, so open.
    Errno::result(unsafe { libc::ioctl(line.as_raw_fd(), libc::TIOCSCTTY, 0) }).map(drop)
}
