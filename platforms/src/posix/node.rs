//! The device node of a line: owner, mode, and throwing others off it.

use std::path::{Path, PathBuf};

use nix::libc;
use nix::sys::stat::{FileStat, SFlag, lstat};

use crate::{Did, Errno, LineError, os};

/// Gives a device node an owner, a group and a mode (twelve bits); None leaves that one alone.
///
/// The node must be a character device. A symbolic link is followed only if root or we own
/// its directory and nobody else may write there, and only to below `/dev` (illumos: also `/devices`)
/// or to below the directory the name was in: a link must not turn this into a chown of any file.
///
/// # Errors
/// ELOOP: a link that is not followed; ENODEV: no character device; else what the system said.
pub fn own(path: &Path, uid: Option<u32>, gid: Option<u32>, mode: Option<u32>) -> Result<Did, Errno> {
    let node = resolve(path)?;
    let now = lstat(&node)?;
    if kind(&now) != SFlag::S_IFCHR {
        return Err(Errno::ENODEV);
    }
    let uid = uid.filter(|uid| *uid != now.st_uid);
    let gid = gid.filter(|gid| *gid != now.st_gid);
    let owner_changes = uid.is_some() || gid.is_some();
    // A chown may clear bits of the mode, so then the mode is set even if it was right.
    let mode = mode
        .map(|mode| mode as libc::mode_t & 0o7777)
        .filter(|mode| owner_changes || *mode != now.st_mode & 0o7777);
    if owner_changes || mode.is_some() {
        os::node::apply(&node, &now, uid, gid, mode)?;
    }
    Ok(Did::Done)
}

/// Hangs the line up for everybody who has it open; it must be opened anew. Needs root.
/// On Linux this opens the node, never waiting, which raises DTR for a moment on real lines.
pub fn revoke(path: &Path) -> Result<Did, LineError> {
    os::node::revoke_line(path)
}

/// Whether there is a character device (or a link to one) of this name.
pub fn device_exists(path: &Path) -> bool {
    nix::sys::stat::stat(path).is_ok_and(|node| kind(&node) == SFlag::S_IFCHR)
}

pub(crate) fn kind(of: &FileStat) -> SFlag {
    SFlag::from_bits_truncate(of.st_mode) & SFlag::S_IFMT
}

/// The name of the node itself, links followed as [`own`] promises.
fn resolve(path: &Path) -> Result<PathBuf, Errno> {
    if kind(&lstat(path)?) != SFlag::S_IFLNK {
        return Ok(path.to_owned());
    }
    let directory = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let held = nix::sys::stat::stat(directory)?;
    let ours = held.st_uid == 0 || held.st_uid == nix::unistd::geteuid().as_raw();
    if !ours || held.st_mode & 0o022 != 0 {
        return Err(Errno::ELOOP);
    }
    let real = |path: &Path| {
        path.canonicalize().map_err(|error| error.raw_os_error().map_or(Errno::EIO, Errno::from_raw))
    };
    let (target, beside) = (real(path)?, real(directory)?);
    if is_inside(&target, &beside) || os::node::DEVICES.iter().any(|root| is_inside(&target, Path::new(root)))
    {
        Ok(target)
    } else {
        Err(Errno::ELOOP)
    }
}

fn is_inside(path: &Path, directory: &Path) -> bool {
    path != directory && path.starts_with(directory)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;
    use crate::pty::Pty;

    #[test]
    fn own_sets_the_mode_of_a_pty() {
        let pty = Pty::open().unwrap();
        assert_eq!(own(pty.slave_path(), None, None, Some(0o600)), Ok(Did::Done));
        assert_eq!(fs::metadata(pty.slave_path()).unwrap().mode() & 0o7777, 0o600);
        assert_eq!(own(pty.slave_path(), None, None, Some(0o620)), Ok(Did::Done));
        assert_eq!(fs::metadata(pty.slave_path()).unwrap().mode() & 0o7777, 0o620);
    }

    #[test]
    fn own_gives_the_owner_it_was_told() {
        let pty = Pty::open().unwrap();
        let answer = own(pty.slave_path(), Some(1), Some(1), Some(0o640));
        let node = fs::metadata(pty.slave_path()).unwrap();
        if crate::process::is_root() {
            assert_eq!(answer, Ok(Did::Done));
            assert_eq!((node.uid(), node.gid(), node.mode() & 0o7777), (1, 1, 0o640));
        } else {
            assert_eq!(answer, Err(Errno::EPERM));
        }
    }

    #[test]
    fn own_refuses_files_and_links_that_lead_away() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "x").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(own(&file, None, None, Some(0o666)), Err(Errno::ENODEV));

        let below = dir.path().join("dev");
        fs::create_dir(&below).unwrap();
        let link = below.join("ttyS1");
        symlink(&file, &link).unwrap();
        assert_eq!(own(&link, None, None, Some(0o666)), Err(Errno::ELOOP), "out of the directory");
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o7777, 0o600);
    }

    #[test]
    fn own_follows_a_link_to_a_device_unless_others_may_write_beside_it() {
        let pty = Pty::open().unwrap();
        let dir = tempfile::tempdir().unwrap();
        // Whatever the umask.
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let link = dir.path().join("ttyS1");
        symlink(pty.slave_path(), &link).unwrap();
        assert_eq!(own(&link, None, None, Some(0o600)), Ok(Did::Done));
        assert_eq!(fs::metadata(pty.slave_path()).unwrap().mode() & 0o7777, 0o600);

        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o1777)).unwrap();
        assert_eq!(own(&link, None, None, Some(0o666)), Err(Errno::ELOOP));
        assert_eq!(fs::metadata(pty.slave_path()).unwrap().mode() & 0o7777, 0o600);
    }

    #[test]
    fn a_missing_node_is_an_error_and_does_not_exist() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(own(&dir.path().join("no"), None, None, Some(0o600)), Err(Errno::ENOENT));
        assert!(!device_exists(&dir.path().join("no")));
        assert!(!device_exists(dir.path()));
        assert!(device_exists(Path::new("/dev/null")));
    }
}
