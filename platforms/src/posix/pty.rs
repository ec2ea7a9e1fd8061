//! A pseudo-terminal: a line whose far end is this process. For tests and for the demo.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl, open};
use nix::pty::{PtyMaster, grantpt, posix_openpt, unlockpt};
use nix::sys::stat::Mode;

use crate::line::retry;
use crate::modes::Attrs;
use crate::os;

/// The master of a pty; the line is [`slave_path`](Self::slave_path). Dropping it hangs the line up.
#[derive(Debug)]
pub struct Pty {
    master: PtyMaster,
    slave: PathBuf,
    /// illumos shows and keeps the modes only through the line's own end, FreeBSD only once
    /// that was open
    spare: Option<OwnedFd>,
}

impl Pty {
    /// A new pair. The master is non-blocking and close-on-exec; it is nobody's controlling terminal.
    pub fn open() -> io::Result<Self> {
        // Where it can be, it is marked at once: a child that another thread starts before the next call would keep
        // the line up.
        let master = posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY | os::pty::OPENS_WITH)?;
        fcntl(&master, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
        fcntl(&master, FcntlArg::F_SETFL(OFlag::O_RDWR | OFlag::O_NONBLOCK))?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let slave = os::pty::slave_path(&master)?;
        let mut pty = Self { master, slave, spare: None };
        if os::pty::NEEDS_SPARE {
            pty.spare = Some(pty.open_spare_slave()?);
        }
        Ok(pty)
    }

    /// The line.
    pub fn slave_path(&self) -> &Path {
        &self.slave
    }

    /// The far end.
    pub fn master(&self) -> BorrowedFd<'_> {
        self.master.as_fd()
    }

    /// The line's end once more, blocking: while it is open, the master does not see the end of the
    /// line when a getty closes it.
    pub fn open_spare_slave(&self) -> io::Result<OwnedFd> {
        let slave = open(&self.slave, OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC, Mode::empty())?;
        os::line::prepare(slave.as_fd()).map_err(io::Error::other)?;
        Ok(slave)
    }

    /// Gives up the spare end, where one is kept, so that the master can see the line's end.
    pub fn drop_spare(&mut self) {
        self.spare = None;
    }

    /// The line's modes as the far end sees them.
    pub fn attrs(&self) -> io::Result<Attrs> {
        Ok(os::modes::read(self.modes_fd())?)
    }

    /// Sets the line's modes from the far end.
    pub fn set_attrs(&self, attrs: &Attrs) -> io::Result<()> {
        Ok(os::modes::write(self.modes_fd(), attrs)?)
    }

    /// What the line's owner sent; `WouldBlock` if nothing. 0 or EIO, by system: the line is closed.
    pub fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        Ok(retry(|| nix::unistd::read(&self.master, into))?)
    }

    /// Sends to the line what fits.
    pub fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        Ok(retry(|| nix::unistd::write(&self.master, bytes))?)
    }

    fn modes_fd(&self) -> BorrowedFd<'_> {
        self.spare.as_ref().map_or_else(|| self.master.as_fd(), |spare| spare.as_fd())
    }
}

impl AsFd for Pty {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.master.as_fd()
    }
}
