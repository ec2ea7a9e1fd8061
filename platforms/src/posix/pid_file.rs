//! The file that tells other programs which process watches a line.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use nix::fcntl::{OFlag, open};
use nix::libc;
use nix::sys::stat::{Mode, SFlag, fchmod, fstat};

use crate::{Errno, process};

/// Our file. Dropping it removes it if it still names us; a process that turns into another program removes it
/// before that, for the program watches nothing.
#[derive(Debug)]
pub struct PidFile {
    path: PathBuf,
}

impl PidFile {
    /// Writes our number: `<pid>` and a newline, mode 0644, never through a link. What was there is replaced: one who
    /// is dead left it, or the lock tells later who of two living has the line.
    pub fn create(path: &Path) -> Result<Self, Errno> {
        let flags =
            OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
        let mode = Mode::from_bits_truncate(0o644);
        let file = open(path, flags, mode)?;
        if SFlag::from_bits_truncate(fstat(&file)?.st_mode as libc::mode_t) & SFlag::S_IFMT != SFlag::S_IFREG
        {
            return Err(Errno::EINVAL);
        }
        fchmod(&file, mode)?;
        let ours = Self { path: path.to_owned() };
        let mut file = std::fs::File::from(file);
        let text = format!("{}\n", process::pid());
        file.set_len(0).and_then(|()| file.write_all(text.as_bytes())).map_err(errno)?;
        Ok(ours)
    }
}

impl Drop for PidFile {
    fn drop(&mut self) {
        if read(&self.path) == Ok(Some(process::pid())) {
            let _ = nix::unistd::unlink(&self.path); // a directory that has become unwritable keeps it
        }
    }
}

/// The living process that such a file names. None: no file, no number of a process, or a dead one.
pub fn read(path: &Path) -> Result<Option<i32>, Errno> {
    let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
    let file = match open(path, flags, Mode::empty()) {
        Ok(file) => file,
        Err(Errno::ENOENT) => return Ok(None),
        Err(errno) => return Err(errno),
    };
    let mut text = Vec::new();
    std::fs::File::from(file).take(32).read_to_end(&mut text).map_err(errno)?;
    let pid = std::str::from_utf8(&text).ok().and_then(|text| text.trim().parse().ok());
    Ok(pid.filter(|pid| *pid > 1 && process::is_alive(*pid)))
}

fn errno(error: std::io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::EIO, Errno::from_raw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn it_names_us_and_goes_with_us() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("mgetty.pid.ttyS1");
        fs::write(&path, "4194304 and more than we write\n").unwrap();
        let file = PidFile::create(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{}\n", process::pid()));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
        assert_eq!(read(&path), Ok(Some(process::pid())));
        drop(file);
        assert!(!path.exists());
    }

    #[test]
    fn another_s_stays_and_links_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pid");
        let file = PidFile::create(&path).unwrap();
        fs::write(&path, "1\n").unwrap();
        drop(file);
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), read(&path)), ("1\n", Ok(None)));
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(PidFile::create(&link).is_err() && read(&link).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "1\n");
        for text in ["", "abc", "99999999999999", "-1", "0"] {
            fs::write(&path, text).unwrap();
            assert_eq!(read(&path), Ok(None), "{text}");
        }
    }
}
