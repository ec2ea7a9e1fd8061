//! The name of a pty's far half on FreeBSD.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use nix::fcntl::OFlag;
use nix::pty::{PtyMaster, ptsname};

use crate::Errno;

/// posix_openpt takes it (seen on 14; it takes no O_NONBLOCK).
pub(crate) const OPENS_WITH: OFlag = OFlag::O_CLOEXEC;

/// Before the first open the master shows nothing, and forgets what is set.
pub(crate) const NEEDS_SPARE: bool = true;

/// ptsname's answer lies in the library's own buffer.
static NAME: Mutex<()> = Mutex::new(());

pub(crate) fn slave_path(master: &PtyMaster) -> Result<PathBuf, Errno> {
    let _alone = NAME.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: nobody else calls it meanwhile, and nix copies the answer.
    unsafe { ptsname(master) }.map(PathBuf::from)
}
