//! Facts about directories that no standard library call tells.

use std::path::Path;

use nix::fcntl::OFlag;

use crate::Errno;

/// Free space for ordinary users where `dir` lies, in KiB.
#[allow(clippy::useless_conversion)] // the counts have 32 bits on some processors
pub fn space(dir: &Path) -> Result<u64, Errno> {
    let fs = nix::sys::statvfs::statvfs(dir)?;
    let (blocks, size) = (u64::from(fs.blocks_available()), u64::from(fs.fragment_size()));
    Ok(blocks.saturating_mul(size) / 1024)
}

/// Opens a file for reading: not what a link of this name leads to, and without waiting for the far end of a FIFO.
pub fn open_itself(path: &Path) -> std::io::Result<std::fs::File> {
    let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    Ok(nix::fcntl::open(path, flags, nix::sys::stat::Mode::empty())?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_space_or_a_reason() {
        assert!(space(Path::new("/")).is_ok());
        assert_eq!(space(Path::new("/no/such/place")), Err(Errno::ENOENT));
    }
}
