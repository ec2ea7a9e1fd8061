//! A device node's owner and revocation on FreeBSD.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::libc;
use nix::sys::stat::{FchmodatFlags, FileStat, Mode, fchmodat};
use nix::unistd::{Gid, Uid, fchownat};

use crate::{Did, Errno, LineError};

pub(crate) const DEVICES: &[&str] = &["/dev"];

unsafe extern "C" {
    /// revoke(2), which the libc crate lacks.
    fn revoke(path: *const libc::c_char) -> libc::c_int;
}

/// By name, never through a link: an open would raise DTR.
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
        Some(mode) => {
            fchmodat(AT_FDCWD, node, Mode::from_bits_truncate(mode), FchmodatFlags::NoFollowSymlink)
        }
        None => Ok(()),
    }
}

/// Old descriptors then read 0 and write EIO; nobody gets a SIGHUP.
pub(crate) fn revoke_line(path: &Path) -> Result<Did, LineError> {
    let name = CString::new(path.as_os_str().as_bytes()).map_err(|_| LineError::Gone(Errno::ENOENT))?;
    // SAFETY: the string outlives the call.
    Errno::result(unsafe { revoke(name.as_ptr()) }).map(|_| Did::Done).map_err(LineError::opening)
}
