//! A device node's owner on illumos.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::libc;
use nix::sys::stat::{FchmodatFlags, FileStat, Mode, fchmodat};
use nix::unistd::{Gid, Uid, fchownat};

use crate::{Did, Errno, LineError};

/// Names in /dev are links into /devices.
pub(crate) const DEVICES: &[&str] = &["/dev", "/devices"];

/// By name. There is no chmod that stops at a link here; `node` is a name without links, in a
/// directory that is root's.
pub(crate) fn apply(
    node: &Path,
    _seen: &FileStat,
    uid: Option<u32>,
    gid: Option<u32>,
    mode: Option<libc::mode_t>,
) -> Result<(), Errno> {
    if uid.is_some() || gid.is_some() {
        fchownat(
            AT_FDCWD,
            node,
            uid.map(Uid::from_raw),
            gid.map(Gid::from_raw),
            AtFlags::AT_SYMLINK_NOFOLLOW,
        )?;
    }
    match mode {
        Some(mode) => fchmodat(AT_FDCWD, node, Mode::from_bits_truncate(mode), FchmodatFlags::FollowSymlink),
        None => Ok(()),
    }
}

unsafe extern "C" {
    /// fdetach(3C), which the libc crate lacks.
    fn fdetach(path: *const libc::c_char) -> libc::c_int;
}

/// Takes away what somebody attached to the node: a stream of theirs would be opened in place of the line. Who has
/// the line itself open keeps it, for there is nothing like revoke(2). As ttymon does before it opens a line.
pub(crate) fn revoke_line(path: &Path) -> Result<Did, LineError> {
    const MOST: usize = 100; // whoever attaches faster than we detach does not hold us up for ever
    let name = CString::new(path.as_os_str().as_bytes()).map_err(|_| LineError::Gone(Errno::ENOENT))?;
    for _ in 0..MOST {
        // SAFETY: the string outlives the call.
        match Errno::result(unsafe { fdetach(name.as_ptr()) }) {
            Ok(_) => {}
            // Nothing is attached (any more), or the file system knows no such thing.
            Err(Errno::EINVAL | Errno::ENOSYS | Errno::ENOENT) => break,
            Err(errno) => return Err(LineError::taking(errno)),
        }
    }
    Ok(Did::Unsupported("illumos cannot take a line from the programs that have it open"))
}
