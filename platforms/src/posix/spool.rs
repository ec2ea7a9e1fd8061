//! A page of a fax on its way to a directory: whole under its name, or plainly partial.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use nix::fcntl::{AtFlags, OFlag, open, openat, renameat};
use nix::libc;
use nix::sys::stat::{FileStat, Mode, fchmod, fstat, fstatat};
use nix::unistd::{AccessFlags, Gid, Uid, UnlinkatFlags, access, fchown, fsync, linkat, unlink, unlinkat};

use crate::Errno;

/// How many names are tried where one is taken.
const TRIES: u8 = 8;

/// Free space in KiB for ordinary users in a directory that we may write to.
pub fn room(dir: &Path) -> Result<u64, Errno> {
    access(dir, AccessFlags::W_OK | AccessFlags::X_OK)?;
    super::files::space(dir)
}

/// A file of so many bytes at most that was kept here. Who may write to the directory cannot make us read another's:
/// no link is followed, and a file with a second name is refused.
pub fn read(path: &Path, most: usize) -> Result<Vec<u8>, Errno> {
    let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
    let file = File::from(open(path, flags, Mode::empty())?);
    let facts = fstat(&file)?;
    if facts.st_mode & libc::S_IFMT != libc::S_IFREG || facts.st_nlink != 1 {
        return Err(Errno::ESTALE);
    }
    let mut bytes = Vec::new();
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(errno)?;
    if bytes.len() > most { Err(Errno::EFBIG) } else { Ok(bytes) }
}

/// Removes it.
pub fn remove(path: &Path) -> Result<(), Errno> {
    unlink(path)
}

/// A file that is being written. Dropping it leaves what there is under the partial name; nothing, if nothing was
/// written.
#[derive(Debug)]
pub struct Page {
    dir: OwnedFd,
    path: PathBuf,
    stem: Vec<u8>,
    suffix: Vec<u8>,
    partial: Vec<u8>,
    file: File,
    length: u64,
}

impl Page {
    /// Begins `.STEM.SUFFIX.part` in the directory: nobody's file is opened, and no link followed.
    pub fn create(dir: &Path, stem: &[u8], suffix: &[u8]) -> Result<Self, Errno> {
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
        let held = open(dir, flags, Mode::empty())?;
        let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let mut last = Errno::EEXIST;
        for name in names(stem, suffix) {
            let partial = [b".", name.as_slice(), b".part"].concat();
            match openat(&held, of(&partial), flags, Mode::from_bits_truncate(0o440)) {
                Ok(file) => {
                    let (path, stem, suffix) = (dir.to_owned(), stem.to_vec(), suffix.to_vec());
                    return Ok(Self { dir: held, path, stem, suffix, partial, file: file.into(), length: 0 });
                }
                Err(errno) => last = errno,
            }
            if last != Errno::EEXIST {
                break;
            }
        }
        Err(last)
    }

    /// Owner, group and mode of this very file, whatever its name leads to.
    pub fn own(&self, uid: Option<u32>, gid: Option<u32>, mode: u32) -> Result<(), Errno> {
        let now = fstat(&self.file)?;
        let uid = uid.filter(|uid| *uid != now.st_uid).map(Uid::from_raw);
        let gid = gid.filter(|gid| *gid != now.st_gid).map(Gid::from_raw);
        let owned = if uid.is_some() || gid.is_some() { fchown(&self.file, uid, gid) } else { Ok(()) };
        // Who may read it is set all the same. No bit of it makes a program of a page.
        fchmod(&self.file, Mode::from_bits_truncate(mode as libc::mode_t & 0o666))?;
        owned
    }

    /// Whether anybody may write to the directory.
    pub fn is_in_the_open(&self) -> bool {
        fstat(&self.dir).is_ok_and(|facts| facts.st_mode & libc::S_IWOTH != 0)
    }

    /// Adds bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Errno> {
        self.length = self.length.saturating_add(bytes.len() as u64);
        self.file.write_all(bytes).map_err(errno)
    }

    /// Makes it whole: it is on the disk, then has its name, which no other file has lost by that; says its path.
    pub fn finish(self) -> Result<PathBuf, Errno> {
        fsync(&self.file)?;
        let ours = fstat(&self.file)?;
        let mut last = Errno::EEXIST;
        for name in names(&self.stem, &self.suffix) {
            match self.place(&name) {
                Ok(()) => {
                    if !is_same(&self.look(&name)?, &ours) {
                        return Err(Errno::ESTALE); // somebody has changed what the partial name means
                    }
                    // Both names at once do no harm.
                    let _ = unlinkat(&self.dir, of(&self.partial), UnlinkatFlags::NoRemoveDir);
                    match fsync(&self.dir) {
                        // Some filesystems cannot, and need not.
                        Ok(()) | Err(Errno::EINVAL | Errno::ENOTSUP | Errno::EBADF) => {}
                        Err(errno) => return Err(errno),
                    }
                    return Ok(self.path.join(of(&name)));
                }
                Err(errno) => last = errno,
            }
            if last != Errno::EEXIST {
                break;
            }
        }
        Err(last)
    }

    /// Gives it this name, unless the name is taken.
    fn place(&self, name: &[u8]) -> Result<(), Errno> {
        match linkat(&self.dir, of(&self.partial), &self.dir, of(name), AtFlags::empty()) {
            // What a file system without second names says: FAT and many that a program serves.
            Err(Errno::EPERM | Errno::EOPNOTSUPP | Errno::ENOSYS | Errno::EMLINK) => self.move_to(name),
            done => done,
        }
    }

    /// The same without a second name: an empty file of ours takes the name, and this one that file's place.
    fn move_to(&self, name: &[u8]) -> Result<(), Errno> {
        let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        drop(openat(&self.dir, of(name), flags, Mode::empty())?);
        let moved = renameat(&self.dir, of(&self.partial), &self.dir, of(name));
        if moved.is_err() {
            let _ = unlinkat(&self.dir, of(name), UnlinkatFlags::NoRemoveDir);
        }
        moved
    }

    /// Leaves nothing of it.
    pub fn discard(mut self) {
        self.length = 0;
    }

    fn look(&self, name: &[u8]) -> Result<FileStat, Errno> {
        fstatat(self.dir.as_fd(), of(name), AtFlags::AT_SYMLINK_NOFOLLOW)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let ours = fstat(&self.file);
        // Nothing is lost with it.
        if self.length == 0
            && let (Ok(there), Ok(ours)) = (self.look(&self.partial), ours)
            && is_same(&there, &ours)
        {
            let _ = unlinkat(&self.dir, of(&self.partial), UnlinkatFlags::NoRemoveDir);
        }
    }
}

/// The name, and others for it should it be taken.
fn names<'n>(stem: &'n [u8], suffix: &'n [u8]) -> impl Iterator<Item = Vec<u8>> + 'n {
    (0..TRIES).map(move |turn| match turn {
        0 => [stem, b".", suffix].concat(),
        turn => [stem, b"-", &[b'a' + turn - 1], b".", suffix].concat(),
    })
}

fn is_same(one: &FileStat, other: &FileStat) -> bool {
    (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
}

fn of(name: &[u8]) -> &Path {
    Path::new(std::ffi::OsStr::from_bytes(name))
}

fn errno(error: std::io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::EIO, Errno::from_raw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    fn there(dir: &Path) -> Vec<String> {
        let mut all: Vec<String> =
            fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        all.sort();
        all
    }

    #[test]
    fn a_page_is_partial_until_it_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let mut page = Page::create(dir.path(), b"fnX", b"01").unwrap();
        assert_eq!(there(dir.path()), [".fnX.01.part"]);
        let facts = fs::metadata(dir.path().join(".fnX.01.part")).unwrap();
        assert_eq!(facts.mode() & 0o777 & !0o440, 0);
        page.own(None, None, 0o7664).unwrap();
        // Whatever the umask.
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert!(!page.is_in_the_open());
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o1777)).unwrap();
        assert!(page.is_in_the_open());
        page.write(b"\0\x01").unwrap();
        assert_eq!(page.finish().unwrap(), dir.path().join("fnX.01"));
        assert_eq!(there(dir.path()), ["fnX.01"]);
        let file = dir.path().join("fnX.01");
        assert_eq!(fs::read(&file).unwrap(), b"\0\x01");
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o7777, 0o664);
    }

    #[test]
    fn no_other_file_is_lost_by_it() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("fnX.01"), "older").unwrap();
        symlink(dir.path().join("elsewhere"), dir.path().join(".fnX.01.part")).unwrap();
        let mut page = Page::create(dir.path(), b"fnX", b"01").unwrap();
        page.write(b"new").unwrap();
        assert_eq!(page.finish().unwrap(), dir.path().join("fnX-a.01"));
        assert_eq!(fs::read(dir.path().join("fnX.01")).unwrap(), b"older");
        assert_eq!(there(dir.path()), [".fnX.01.part", "fnX-a.01", "fnX.01"]);
    }

    #[test]
    fn where_a_file_has_one_name_alone_it_is_whole_all_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("fnX.01"), "older").unwrap();
        let mut page = Page::create(dir.path(), b"fnX", b"01").unwrap();
        page.write(b"new").unwrap();
        assert_eq!(page.move_to(b"fnX.01"), Err(Errno::EEXIST));
        assert_eq!(fs::read(at("fnX.01")).unwrap(), b"older");
        page.move_to(b"fnX-a.01").unwrap();
        assert_eq!(fs::read(at("fnX-a.01")).unwrap(), b"new");
        assert_eq!(there(dir.path()), ["fnX-a.01", "fnX.01"]);
        assert_eq!(page.move_to(b"fnX.02"), Err(Errno::ENOENT));
        assert_eq!(there(dir.path()), ["fnX-a.01", "fnX.01"], "what it could not fill is gone");
    }

    #[test]
    fn what_is_cut_keeps_its_partial_name_and_nothing_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        drop(Page::create(dir.path(), b"fnX", b"01").unwrap());
        assert!(there(dir.path()).is_empty());
        let mut page = Page::create(dir.path(), b"fnX", b"02").unwrap();
        page.write(b"half").unwrap();
        drop(page);
        assert_eq!(there(dir.path()), [".fnX.02.part"]);
    }

    #[test]
    fn a_partial_name_that_means_another_file_is_not_made_whole() {
        let dir = tempfile::tempdir().unwrap();
        let mut page = Page::create(dir.path(), b"fnX", b"01").unwrap();
        page.write(b"ours").unwrap();
        fs::write(dir.path().join("other"), "theirs").unwrap();
        fs::rename(dir.path().join("other"), dir.path().join(".fnX.01.part")).unwrap();
        assert_eq!(page.finish(), Err(Errno::ESTALE));
    }

    #[test]
    fn what_was_kept_is_read_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let mut page = Page::create(dir.path(), b"fnX", b"01").unwrap();
        page.write(b"ours").unwrap();
        page.finish().unwrap();
        assert_eq!(read(&at("fnX.01"), 4).as_deref(), Ok(&b"ours"[..]));
        assert_eq!(read(&at("fnX.01"), 3), Err(Errno::EFBIG));
        symlink(at("fnX.01"), at("fnX.02")).unwrap();
        assert!(read(&at("fnX.02"), 4).is_err());
        fs::hard_link(at("fnX.01"), at("fnX.03")).unwrap();
        assert_eq!(read(&at("fnX.03"), 4), Err(Errno::ESTALE));
        assert_eq!(read(dir.path(), 4), Err(Errno::ESTALE));
        let mut page = Page::create(dir.path(), b"fnX", b"04").unwrap();
        page.write(b"half").unwrap();
        page.discard();
        remove(&at("fnX.03")).unwrap();
        assert_eq!(there(dir.path()), ["fnX.01", "fnX.02"]);
    }

    #[test]
    fn there_is_room_or_a_reason() {
        let dir = tempfile::tempdir().unwrap();
        assert!(room(dir.path()).is_ok());
        assert_eq!(room(&dir.path().join("no")), Err(Errno::ENOENT));
        assert_eq!(Page::create(&dir.path().join("no"), b"x", b"01").err(), Some(Errno::ENOENT));
    }
}
