//! A serial line: open it, read and write without waiting, its modes and wires.
//!
//! Nothing here waits ([`wait`](crate::wait) does) and nothing takes the line as controlling terminal
//! but [`OpenLine::take_terminal`].

mod error;

#[cfg(test)]
mod tests;

use std::ffi::OsStr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use nix::fcntl::{FcntlArg, OFlag, fcntl, open};
use nix::libc;
use nix::sys::stat::{Mode, SFlag, fstat, stat};

use crate::modes::Attrs;
use crate::{Did, Errno, os};

pub use error::LineError;

/// What a read found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Got {
    /// so many bytes, at least one
    Bytes(usize),
    /// no byte is waiting; the line is up
    Nothing,
    /// the end: the line was hung up, or the caller typed the EOF character in canonical mode
    End,
}

/// What [`OpenLine::discard`] throws away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// received, not read
    Input,
    /// written, not sent
    Output,
    /// both
    Both,
}

/// The wires of a modem, as the driver sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModemBits {
    /// data terminal ready: ours
    pub dtr: bool,
    /// request to send: ours
    pub rts: bool,
    /// clear to send
    pub cts: bool,
    /// carrier detect
    pub carrier: bool,
    /// the telephone rings at this very moment
    pub ring: bool,
    /// data set ready
    pub dsr: bool,
}

/// An open line. Dropping it closes it.
#[derive(Debug)]
pub struct OpenLine {
    fd: OwnedFd,
}

impl OpenLine {
    /// Opens a line for reading and writing: never waits for carrier, never takes the controlling
    /// terminal, close-on-exec. On illumos the STREAMS modules a terminal needs are pushed if missing.
    ///
    /// # Errors
    /// Anything but a terminal device is `Failed(ENOTTY)`, found out before it is opened.
    pub fn open(path: &Path) -> Result<Self, LineError> {
        let character =
            |mode: libc::mode_t| SFlag::from_bits_truncate(mode) & SFlag::S_IFMT == SFlag::S_IFCHR;
        // Opening a FIFO or a tape has effects of its own, so look first; and again after, for races.
        if !character(stat(path).map_err(LineError::opening)?.st_mode) {
            return Err(LineError::Failed(Errno::ENOTTY));
        }
        let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
        let fd = retry(|| open(path, flags, Mode::empty())).map_err(LineError::opening)?;
        if !character(fstat(&fd).map_err(LineError::opening)?.st_mode) {
            return Err(LineError::Failed(Errno::ENOTTY));
        }
        let line = Self { fd: above_standard(fd)? };
        os::line::prepare(line.as_fd())?;
        line.must_be_terminal()
    }

    /// Takes a line that someone else opened (`-` for the line: descriptor 0 of init or a terminal
    /// server). Works on a duplicate; O_NONBLOCK is shared with the original.
    pub fn adopt(fd: BorrowedFd<'_>) -> Result<Self, LineError> {
        let line = Self { fd: duplicate(fd)? }.must_be_terminal()?;
        line.set_status(OFlag::O_NONBLOCK, true)?;
        Ok(line)
    }

    fn must_be_terminal(self) -> Result<Self, LineError> {
        match retry(|| os::modes::read(self.as_fd())) {
            Ok(_) => Ok(self),
            // Later the same answer means a revoked terminal; now it never was one.
            Err(Errno::ENOTTY) => Err(LineError::Failed(Errno::ENOTTY)),
            Err(errno) => Err(LineError::controlling(errno)),
        }
    }

    /// Reads what is waiting, at most `into.len()` bytes.
    pub fn read(&self, into: &mut [u8]) -> Result<Got, LineError> {
        match retry(|| nix::unistd::read(&self.fd, into)) {
            Ok(0) if into.is_empty() => Ok(Got::Nothing),
            Ok(0) => Ok(Got::End),
            Ok(count) => Ok(Got::Bytes(count)),
            Err(Errno::EAGAIN) => Ok(Got::Nothing),
            Err(errno) => Err(LineError::moving(errno)),
        }
    }

    /// Writes what fits and says how much; 0: the queue is full, wait until the line is writable.
    pub fn write(&self, bytes: &[u8]) -> Result<usize, LineError> {
        match retry(|| nix::unistd::write(&self.fd, bytes)) {
            Ok(count) => Ok(count),
            Err(Errno::EAGAIN) => Ok(0),
            Err(errno) => Err(LineError::moving(errno)),
        }
    }

    /// Bytes written and not yet sent. None: the driver does not count them.
    pub fn unsent(&self) -> Option<usize> {
        self.number(os::line::TIOCOUTQ).ok().and_then(|count| usize::try_from(count).ok())
    }

    /// Throws away what is queued; output that flow control stopped is restarted first, or the
    /// stopped state would outlive what it stopped.
    pub fn discard(&self, queue: Queue) -> Result<(), LineError> {
        let which = match queue {
            Queue::Input => libc::TCIFLUSH,
            Queue::Output => libc::TCOFLUSH,
            Queue::Both => libc::TCIOFLUSH,
        };
        if queue != Queue::Input {
            // SAFETY: two integers go in; the descriptor is open as long as `self`.
            Errno::result(unsafe { libc::tcflow(self.raw(), libc::TCOON) })
                .map_err(LineError::controlling)?;
        }
        // SAFETY: as above.
        Errno::result(unsafe { libc::tcflush(self.raw(), which) }).map(drop).map_err(LineError::controlling)
    }

    /// The modes the line has now.
    pub fn attrs(&self) -> Result<Attrs, LineError> {
        retry(|| os::modes::read(self.as_fd())).map_err(LineError::controlling)
    }

    /// Sets the modes at once, without waiting for output. Success does not mean that all was
    /// taken: read again and compare with [`read_back`](crate::modes::read_back).
    pub fn set_attrs(&self, attrs: &Attrs) -> Result<(), LineError> {
        retry(|| os::modes::write(self.as_fd(), attrs)).map_err(LineError::controlling)
    }

    /// The modem wires. None: this line has none (a pty, many USB adapters).
    pub fn modem(&self) -> Option<ModemBits> {
        let bits = self.number(os::line::TIOCMGET).ok()?;
        let has = |bit: libc::c_int| bits & bit != 0;
        Some(ModemBits {
            dtr: has(libc::TIOCM_DTR),
            rts: has(libc::TIOCM_RTS),
            cts: has(libc::TIOCM_CTS),
            carrier: has(libc::TIOCM_CAR),
            ring: has(libc::TIOCM_RNG),
            dsr: has(libc::TIOCM_DSR),
        })
    }

    /// Raises or drops DTR.
    pub fn set_dtr(&self, up: bool) -> Result<Did, LineError> {
        let bit = libc::TIOCM_DTR;
        let request = if up { os::line::TIOCMBIS } else { os::line::TIOCMBIC };
        // SAFETY: the request reads one integer through the pointer, which outlives the call.
        let answer = unsafe { libc::ioctl(self.raw(), request, std::ptr::from_ref(&bit)) };
        done_unless_missing(answer, "the line has no modem wires")
    }

    /// Begins or ends a BREAK; the caller times it. Linux sends what is queued before it begins, and
    /// waits for that: drain or discard first.
    pub fn set_break(&self, on: bool) -> Result<Did, LineError> {
        let request = if on { os::line::TIOCSBRK } else { os::line::TIOCCBRK };
        // SAFETY: the requests take no argument; the descriptor is open as long as `self`.
        let answer = unsafe { libc::ioctl(self.raw(), request, 0) };
        done_unless_missing(answer, "the line cannot send a BREAK")
    }

    /// Takes (or gives back) the advisory lock that other line users of today look at: flock on Linux
    /// and FreeBSD, lockf on illumos. False: another process has it.
    pub fn claim(&self, on: bool) -> Result<bool, LineError> {
        match retry(|| os::line::lock(self.as_fd(), on)) {
            Ok(()) => Ok(true),
            Err(Errno::EAGAIN | Errno::EACCES) => Ok(false),
            Err(errno) => Err(LineError::controlling(errno)),
        }
    }

    /// Makes the line this process's controlling terminal and descriptors 0, 1 and 2: a new session
    /// if we do not lead one, then the terminal. `steal` takes it from another session where the
    /// system can (Linux, as root; on FreeBSD [`revoke`](crate::node::revoke) first).
    ///
    /// # Errors
    /// `Refused(EPERM)`: another session has the line, or we have another terminal. Descriptors
    /// are then as before.
    pub fn take_terminal(&self, steal: bool) -> Result<Did, LineError> {
        // EPERM: we lead a process group already, which a session leader does.
        match nix::unistd::setsid() {
            Ok(_) | Err(Errno::EPERM) => {}
            Err(errno) => return Err(LineError::controlling(errno)),
        }
        retry(|| os::line::controlling(self.as_fd(), steal)).map_err(LineError::taking)?;
        for standard in 0..=2 {
            retry(|| {
                // SAFETY: dup2 takes two integers; 0, 1 and 2 belong to the whole process, and nothing
                // in it owns them in the sense of OwnedFd. The copy is not close-on-exec.
                Errno::result(unsafe { libc::dup2(self.raw(), standard) })
            })
            .map_err(LineError::controlling)?;
        }
        Ok(Did::Done)
    }

    /// Undoes what [`take_terminal`](Self::take_terminal) did to descriptors 0, 1 and 2: they become
    /// `/dev/null`, so that closing the line is its last close and DTR can fall.
    pub fn leave_standard() -> Result<(), Errno> {
        let null = open("/dev/null", OFlag::O_RDWR | OFlag::O_CLOEXEC, Mode::empty())?;
        for standard in 0..=2 {
            retry(|| {
                // SAFETY: as in take_terminal.
                Errno::result(unsafe { libc::dup2(null.as_raw_fd(), standard) })
            })?;
        }
        Ok(())
    }

    /// Makes reads and writes wait again, as the program that gets the line expects. The flag is
    /// shared by all copies of the descriptor.
    pub fn set_blocking(&self) -> Result<(), LineError> {
        self.set_status(OFlag::O_NONBLOCK, false)
    }

    /// The device's path as the system knows it. None: it has none any more.
    pub fn path(&self) -> Option<PathBuf> {
        let mut name = [0u8; 256];
        // SAFETY: the length goes with the buffer, which outlives the call.
        let answer = unsafe { libc::ttyname_r(self.raw(), name.as_mut_ptr().cast(), name.len()) };
        let end = name.iter().position(|b| *b == 0)?;
        (answer == 0 && end > 0)
            .then(|| PathBuf::from(OsStr::from_bytes(name.get(..end).unwrap_or_default())))
    }

    fn raw(&self) -> RawFd {
        self.fd.as_raw_fd()
    }

    fn set_status(&self, flag: OFlag, on: bool) -> Result<(), LineError> {
        let now = fcntl(&self.fd, FcntlArg::F_GETFL).map_err(LineError::controlling)?;
        let mut flags = OFlag::from_bits_retain(now);
        flags.set(flag, on);
        fcntl(&self.fd, FcntlArg::F_SETFL(flags)).map(drop).map_err(LineError::controlling)
    }

    fn number(&self, request: os::line::Request) -> Result<libc::c_int, Errno> {
        let mut number: libc::c_int = 0;
        // SAFETY: the requests this is called with write one integer, which outlives the call.
        Errno::result(unsafe { libc::ioctl(self.raw(), request, std::ptr::from_mut(&mut number)) })?;
        Ok(number)
    }
}

impl AsFd for OpenLine {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

fn done_unless_missing(answer: libc::c_int, missing: &'static str) -> Result<Did, LineError> {
    match Errno::result(answer) {
        Ok(_) => Ok(Did::Done),
        Err(Errno::ENOTTY | Errno::EINVAL | Errno::ENXIO | Errno::EOPNOTSUPP | Errno::ENOSYS) => {
            Ok(Did::Unsupported(missing))
        }
        Err(errno) => Err(LineError::controlling(errno)),
    }
}

/// A descriptor of 0, 1 or 2 (an init that closed them) would be overwritten by take_terminal.
fn above_standard(fd: OwnedFd) -> Result<OwnedFd, LineError> {
    if fd.as_raw_fd() > 2 { Ok(fd) } else { duplicate(fd.as_fd()) }
}

fn duplicate(fd: BorrowedFd<'_>) -> Result<OwnedFd, LineError> {
    let new = fcntl(fd, FcntlArg::F_DUPFD_CLOEXEC(3)).map_err(LineError::opening)?;
    // SAFETY: the kernel just made this descriptor; nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(new) })
}

/// Repeats a call that a signal interrupted.
pub(crate) fn retry<T>(mut call: impl FnMut() -> Result<T, Errno>) -> Result<T, Errno> {
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            done => return done,
        }
    }
}
