//! A device node's owner and hang-up on Linux.

use std::os::fd::{AsFd, AsRawFd};
use std::path::{Path, PathBuf};

use nix::fcntl::{AT_FDCWD, AtFlags, OFlag, open};
use nix::libc;
use nix::sys::stat::{FchmodatFlags, FileStat, Mode, fchmodat, fstat};
use nix::unistd::{Gid, Uid, fchownat};

use crate::line::OpenLine;
use crate::{Did, Errno, LineError};

pub(crate) const DEVICES: &[&str] = &["/dev"];

/// Through a descriptor that names the node without opening the device: nobody can exchange the
/// node between the look and the change, and DTR stays as it is.
pub(crate) fn apply(
    node: &Path,
    seen: &FileStat,
    uid: Option<u32>,
    gid: Option<u32>,
    mode: Option<libc::mode_t>,
) -> Result<(), Errno> {
    let held = open(node, OFlag::O_PATH | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC, Mode::empty())?;
    let now = fstat(&held)?;
    if (now.st_dev, now.st_ino, now.st_rdev) != (seen.st_dev, seen.st_ino, seen.st_rdev) {
        return Err(Errno::ELOOP);
    }
    if uid.is_some() || gid.is_some() {
        fchownat(&held, "", uid.map(Uid::from_raw), gid.map(Gid::from_raw), AtFlags::AT_EMPTY_PATH)?;
    }
    let Some(mode) = mode else { return Ok(()) };
    let mode = Mode::from_bits_truncate(mode);
    // chmod has no such form before Linux 6.6; the descriptor's entry in /proc leads to the same node.
    let entry = PathBuf::from(format!("/proc/self/fd/{}", held.as_raw_fd()));
    match fchmodat(AT_FDCWD, &entry, mode, FchmodatFlags::FollowSymlink) {
        // Without /proc (early boot, a bare chroot) by name: /dev is root's.
        Err(Errno::ENOENT | Errno::ENOTDIR) => fchmodat(AT_FDCWD, node, mode, FchmodatFlags::FollowSymlink),
        done => done,
    }
}

pub(crate) fn revoke_line(path: &Path) -> Result<Did, LineError> {
    let line = OpenLine::open(path)?;
    // SAFETY: the request takes no argument; the descriptor is open as long as `line`.
    match Errno::result(unsafe { libc::ioctl(line.as_fd().as_raw_fd(), libc::TIOCVHANGUP, 0) }) {
        Ok(_) => Ok(Did::Done),
        // Emulators of Linux know no such call.
        Err(Errno::ENOSYS) => {
            Ok(Did::Unsupported("the system cannot take a line from those who have it open"))
        }
        Err(error) => Err(LineError::taking(error)),
    }
}
