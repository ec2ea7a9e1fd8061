//! Linux's side of an open line.

use std::os::fd::{AsRawFd, BorrowedFd};

use nix::libc;

use crate::{Errno, LineError};

/// The type of an ioctl's number, which differs between C libraries.
pub(crate) type Request = libc::Ioctl;
pub(crate) const TIOCOUTQ: Request = libc::TIOCOUTQ;
pub(crate) const TIOCMGET: Request = libc::TIOCMGET;
pub(crate) const TIOCMBIS: Request = libc::TIOCMBIS;
pub(crate) const TIOCMBIC: Request = libc::TIOCMBIC;
pub(crate) const TIOCSBRK: Request = libc::TIOCSBRK;
pub(crate) const TIOCCBRK: Request = libc::TIOCCBRK;
pub(crate) const FIONREAD: Request = libc::FIONREAD;

/// A hang-up wakes a poll that asks for nothing else.
pub(crate) const HANGUP_WAKES: bool = true;

/// Nothing to do: the line discipline is always there.
pub(crate) fn prepare(_line: BorrowedFd<'_>) -> Result<(), LineError> {
    Ok(())
}

pub(crate) fn lock(line: BorrowedFd<'_>, on: bool) -> Result<(), Errno> {
    let how = if on { libc::LOCK_EX | libc::LOCK_NB } else { libc::LOCK_UN };
    // SAFETY: two integers go in; the descriptor is borrowed, so open.
    Errno::result(unsafe { libc::flock(line.as_raw_fd(), how) }).map(drop)
}

pub(crate) fn controlling(line: BorrowedFd<'_>, steal: bool) -> Result<(), Errno> {
    // SAFETY: the argument is an integer: 1 asks the kernel to take the line from another session.
    Errno::result(unsafe { libc::ioctl(line.as_raw_fd(), libc::TIOCSCTTY, libc::c_int::from(steal)) })
        .map(drop)
}
