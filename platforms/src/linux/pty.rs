//! The name of a pty's far half on Linux.

use std::path::PathBuf;

use nix::fcntl::OFlag;
use nix::pty::{PtyMaster, ptsname_r};

use crate::Errno;

/// posix_openpt takes it.
pub(crate) const OPENS_WITH: OFlag = OFlag::O_CLOEXEC;

/// The master shows the line's modes.
pub(crate) const NEEDS_SPARE: bool = false;

pub(crate) fn slave_path(master: &PtyMaster) -> Result<PathBuf, Errno> {
    ptsname_r(master).map(PathBuf::from)
}
