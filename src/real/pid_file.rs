//! The file that tells other programs which process watches a line.

use crate::engine::world::{FileError, Written};
use polygetty_platforms::pid_file::{PidFile, read};
use polygetty_platforms::{Errno, process};
use std::path::Path;

/// Writes our number, in place of what the file says. Who is named there is no reason to stop: whether we may have
/// the line, the lock says.
pub(super) fn write(path: &Path) -> Result<Written<PidFile>, FileError> {
    let named = read(path).ok().flatten().filter(|pid| *pid != process::pid());
    let instead_of = named.map(|pid| (pid, process::program_name(pid)));
    match PidFile::create(path) {
        Ok(file) => Ok(Written { file, instead_of }),
        Err(errno) => Err(refused(errno)),
    }
}

/// Why a file could not be written that must be regular, and no link.
pub(super) fn refused(errno: Errno) -> FileError {
    FileError::Failed(match errno {
        Errno::ENOENT => "there is no such directory".into(),
        // EMLINK is FreeBSD's.
        Errno::ELOOP | Errno::EMLINK => "it is a symbolic link, which is not followed".into(),
        Errno::EINVAL | Errno::ENXIO => "it is no regular file".into(),
        errno => errno.desc().into(),
    })
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)] // in directories of the tests' own
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_living_other_process_is_told_a_dead_one_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("mgetty.pid.ttyS1");
        let mut other = std::process::Command::new("sleep").arg("600").spawn().unwrap();
        let pid = i32::try_from(other.id()).unwrap();
        fs::write(&path, format!("{pid}\n")).unwrap();
        let first = write(&path);
        other.kill().unwrap();
        other.wait().unwrap();
        assert_eq!(first.unwrap().instead_of.map(|(pid, _)| pid), Some(pid));
        assert!(!path.exists(), "it went with its guard");

        fs::write(&path, format!("{pid}\n")).unwrap();
        let second = write(&path).unwrap();
        assert_eq!(second.instead_of, None);
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{}\n", process::pid()));
        // Written once more by ourselves, it names no other.
        assert_eq!(write(&path).unwrap().instead_of, None);
    }

    #[test]
    fn what_is_in_the_way_stays_and_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let why = |path: &Path| write(path).map(|written| written.instead_of).unwrap_err().to_string();
        let target = dir.path().join("target");
        fs::write(&target, "1\n").unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert!(why(&link).contains("symbolic link"), "{}", why(&link));
        assert_eq!(fs::read_to_string(&target).unwrap(), "1\n");
        assert_eq!(why(dir.path()), Errno::EISDIR.desc());
        assert!(why(&dir.path().join("none/file")).contains("no such directory"));
        // illumos has a link there.
        let null = why(Path::new("/dev/null"));
        assert!(null.contains("no regular file") || null.contains("symbolic link"), "{null}");
    }
}
