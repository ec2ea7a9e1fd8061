//! A device node's owner on illumos.

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

pub(crate) fn revoke_line(_path: &Path) -> Result<Did, LineError> {
    Ok(Did::Unsupported("illumos cannot take a line from the programs that have it open"))
}
