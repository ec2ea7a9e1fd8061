//! The name of a pty's far half on Linux.

use std::path::PathBuf;

use nix::fcntl::OFlag;
use nix::pty::{PtyMaster, ptsname_r};

use crate::Errno;

/// The master shows the line's modes.
pub(crate) const NEEDS_SPARE: bool = false;

/// Set when the master is opened: a child that another thread starts right then would keep the line up.
pub(crate) const AT_ONCE: OFlag = OFlag::O_CLOEXEC;

pub(crate) fn slave_path(master: &PtyMaster) -> Result<PathBuf, Errno> {
    ptsname_r(master).map(PathBuf::from)
}
