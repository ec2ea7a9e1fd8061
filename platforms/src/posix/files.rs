//! What the standard library does not know of files: free space, and an end that nobody is led away from.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use nix::fcntl::OFlag;
use nix::libc;

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

/// Adds bytes to a regular file, never through a link; one that is not there is made, with mode 0640.
pub fn append(path: &Path, bytes: &[u8]) -> Result<(), Errno> {
    let errno = |error: std::io::Error| error.raw_os_error().map_or(Errno::EIO, Errno::from_raw);
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY;
    let file = OpenOptions::new().append(true).create(true).mode(0o640).custom_flags(flags).open(path);
    let mut file = file.map_err(errno)?;
    if !file.metadata().map_err(errno)?.is_file() {
        return Err(Errno::EINVAL);
    }
    file.write_all(bytes).map_err(errno)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_added_stands_at_the_end_of_a_regular_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("statistics");
        append(&path, b"one\n").unwrap();
        append(&path, b"two\n").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one\ntwo\n");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777 & !0o640, 0);
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(append(&link, b"three\n").is_err());
        assert!(append(Path::new("/dev/null"), b"x").is_err() && append(dir.path(), b"x").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"one\ntwo\n");
    }

    #[test]
    fn there_is_space_or_a_reason() {
        assert!(space(Path::new("/")).is_ok());
        assert_eq!(space(Path::new("/no/such/place")), Err(Errno::ENOENT));
    }
}
