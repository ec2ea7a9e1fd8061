//! One lock file: what it says, whether that holds, how one is made and an old one is taken away.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use nix::fcntl::{OFlag, open};
use nix::libc;
use nix::sys::stat::{FileStat, Mode, SFlag, fchmod, fstat, lstat};
use nix::unistd::unlink;

use super::{Format, Holder, LockError, Stale};
use crate::node::kind;
use crate::{Errno, clock, process};

/// Some programs make the file first and write their number a moment later: what cannot be read is theirs
/// for so many seconds after its last change, and rubbish after that.
const BEING_WRITTEN: u64 = 10;

/// More than any format needs (the longest has number, program and user); the rest is not looked at.
const LONGEST: u64 = 64;

/// How often a stale lock is removed and another taken for it, before the line counts as held.
const ROUNDS: u32 = 5;

/// Which file it is, whatever its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    device: libc::dev_t,
    node: libc::ino_t,
}

impl Identity {
    fn of(facts: &FileStat) -> Self {
        Self { device: facts.st_dev, node: facts.st_ino }
    }
}

/// A lock file as it was found, still open.
#[derive(Debug)]
pub(super) struct Found {
    file: File,
    pub(super) identity: Identity,
    pub(super) pid: Option<i32>,
    pub(super) binary: bool,
    changed: i64,
}

/// What a lock file means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Ours,
    /// By this process, or by one that has not written its number yet.
    Held(Option<i32>),
    /// This one is dead, or no number could be read for long enough.
    Stale(Option<i32>),
}

impl Format {
    /// What a lock file that names this process has in it.
    pub fn contents(self, pid: i32) -> Vec<u8> {
        match self {
            Self::Ascii => format!("{pid:>10}\n").into_bytes(),
            Self::Binary => pid.to_ne_bytes().to_vec(),
        }
    }
}

/// The process that a lock file names. Digits with blanks before them are decimal, whatever follows; four
/// bytes that are not all digits and blanks are an int of this processor. None: nothing of the kind, and
/// numbers that no holder of a lock has (1 and less).
pub fn parse(bytes: &[u8]) -> Option<i32> {
    let pid = match bytes {
        [a, b, c, d] if is_binary(bytes) => i32::from_ne_bytes([*a, *b, *c, *d]),
        _ => {
            let digits = bytes.trim_ascii_start();
            let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
            std::str::from_utf8(digits.get(..end)?).ok()?.parse().ok()?
        }
    };
    (pid > 1).then_some(pid)
}

/// Whether a lock file of this text says its number as an int of this processor.
fn is_binary(bytes: &[u8]) -> bool {
    bytes.len() == 4 && !bytes.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_whitespace())
}

/// Reads a lock file; None: there is none. Never follows a link, never waits for a FIFO's writer, never opens
/// a device: anybody may have put anything there, for the directory is often open to all.
pub(super) fn read(path: &Path) -> Result<Option<Found>, LockError> {
    let failed = |errno| LockError::System { path: path.to_owned(), errno };
    match lstat(path) {
        Ok(facts) => must_be_file(path, &facts)?,
        Err(Errno::ENOENT) => return Ok(None),
        Err(errno) => return Err(failed(errno)),
    }
    let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let file: OwnedFd = match open(path, flags, Mode::empty()) {
        Ok(file) => file,
        Err(Errno::ENOENT) => return Ok(None),
        // EMLINK is FreeBSD's word for a link that is not followed.
        Err(Errno::ELOOP | Errno::EMLINK) => {
            return Err(LockError::Odd { file: path.to_owned(), what: "a symbolic link" });
        }
        Err(errno) => return Err(failed(errno)),
    };
    let facts = fstat(&file).map_err(failed)?;
    must_be_file(path, &facts)?;
    let file = File::from(file);
    let mut bytes = Vec::new();
    (&file)
        .take(LONGEST)
        .read_to_end(&mut bytes)
        .map_err(|error| failed(error.raw_os_error().map_or(Errno::EIO, Errno::from_raw)))?;
    #[allow(clippy::useless_conversion)] // a time has 32 bits on some processors
    let changed = i64::from(facts.st_mtime);
    let (pid, binary) = (parse(&bytes), is_binary(&bytes));
    Ok(Some(Found { file, identity: Identity::of(&facts), pid, binary, changed }))
}

fn must_be_file(path: &Path, facts: &FileStat) -> Result<(), LockError> {
    let kind = kind(facts);
    let what = match kind {
        SFlag::S_IFREG => return Ok(()),
        SFlag::S_IFLNK => "a symbolic link",
        SFlag::S_IFDIR => "a directory",
        SFlag::S_IFIFO => "a FIFO",
        SFlag::S_IFSOCK => "a socket",
        _ => "a device",
    };
    Err(LockError::Odd { file: path.to_owned(), what })
}

impl Found {
    pub(super) fn judge(&self) -> Verdict {
        match self.pid {
            Some(pid) if pid == process::pid() => Verdict::Ours,
            Some(pid) if process::is_alive(pid) => Verdict::Held(Some(pid)),
            Some(pid) => Verdict::Stale(Some(pid)),
            // A time to come is a clock that was set back, and no reason to keep a line for years.
            None if clock::wall().abs_diff(self.changed) < BEING_WRITTEN => Verdict::Held(None),
            None => Verdict::Stale(None),
        }
    }

    /// Takes a stale lock away. Between the judgement and the removal another may have done the same and put
    /// its own there; so whoever removes holds the old file itself, and looks again whether the name still
    /// means that file. False: somebody else is at it, or was.
    pub(super) fn remove(&self, path: &Path) -> Result<bool, LockError> {
        if !is_alone(&self.file) {
            std::thread::yield_now();
            return Ok(false);
        }
        // Judged anew: meanwhile a slow one may have written its number, or the number may be somebody's again.
        let still_stale = read(path)?.is_some_and(|again| {
            again.identity == self.identity && again.judge() == Verdict::Stale(self.pid)
        });
        if !still_stale {
            return Ok(false);
        }
        match unlink(path) {
            Ok(()) => Ok(true),
            Err(Errno::ENOENT) => Ok(false),
            Err(errno) => Err(LockError::System { path: path.to_owned(), errno }),
        }
    }
}

/// Keeps others from removing the file while it is open. False: another does that to us. Where the file system
/// knows no such locks it is true: the second look must do there, as for every other program, for a line whose
/// stale lock can never be removed is out of service.
pub(super) fn is_alone(file: impl AsFd) -> bool {
    const EXCLUSIVE: libc::c_int = 2;
    const AT_ONCE: libc::c_int = 4;
    // SAFETY: two integers; the descriptor is borrowed, so it is open.
    let answer = unsafe { libc::flock(file.as_fd().as_raw_fd(), EXCLUSIVE | AT_ONCE) };
    Errno::result(answer) != Err(Errno::EWOULDBLOCK)
}

/// What came of an attempt at one name.
pub(super) enum Acquired {
    Ours(Identity),
    Held(Holder),
}

/// A finished lock under a name that nobody looks at. Dropping it removes that name.
pub(super) struct Temporary {
    path: PathBuf,
    file: OwnedFd,
}

impl Temporary {
    pub(super) fn create(dir: &Path, format: Format, mode: u32) -> Result<Self, LockError> {
        let failed = |errno| LockError::System { path: dir.to_owned(), errno };
        let path = dir.join(format!("LTMP.{}", process::pid()));
        let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let make = || open(&path, flags, Mode::S_IRUSR | Mode::S_IWUSR);
        let file = match make() {
            // Left by one who had our number and was killed here; the living with it is us.
            Err(Errno::EEXIST) => unlink(&path).and_then(|()| make()),
            made => made,
        };
        let temporary = Self { file: file.map_err(failed)?, path };
        temporary.write(format).map_err(failed)?;
        fchmod(&temporary.file, Mode::from_bits_truncate(mode as libc::mode_t)).map_err(failed)?;
        Ok(temporary)
    }

    fn write(&self, format: Format) -> Result<(), Errno> {
        let mut file = File::from(self.file.try_clone().map_err(|_| Errno::EMFILE)?);
        file.write_all(&format.contents(process::pid()))
            .map_err(|error| error.raw_os_error().map_or(Errno::EIO, Errno::from_raw))
    }

    /// Makes `path` a second name of it, if nobody living has that.
    pub(super) fn acquire(
        &self,
        path: &Path,
        heir_of: Option<i32>,
        stale: &mut Vec<Stale>,
    ) -> Result<Acquired, LockError> {
        let held = |pid, binary| Ok(Acquired::Held(Holder { file: path.to_owned(), pid, binary }));
        let mut removed = 0;
        // The bound is against a directory in which somebody makes and breaks locks for ever.
        for _ in 0..1000 {
            if let Some(identity) = self.link(path)? {
                return Ok(Acquired::Ours(identity));
            }
            let Some(found) = read(path)? else { continue };
            match found.judge() {
                Verdict::Ours => return Ok(Acquired::Ours(found.identity)),
                Verdict::Held(pid) if pid.is_some() && pid == heir_of => return self.replace(path),
                Verdict::Held(pid) => return held(pid, found.binary),
                Verdict::Stale(pid) if removed == ROUNDS => return held(pid, found.binary),
                Verdict::Stale(pid) => {
                    if found.remove(path)? {
                        removed += 1;
                        stale.push(Stale { file: path.to_owned(), pid });
                    }
                }
            }
        }
        held(None, false)
    }

    /// Takes the place of a lock whose owner hands the line to us.
    fn replace(&self, path: &Path) -> Result<Acquired, LockError> {
        let failed = |errno| LockError::System { path: path.to_owned(), errno };
        let ours = Identity::of(&fstat(&self.file).map_err(failed)?);
        std::fs::rename(&self.path, path)
            .map_err(|error| failed(error.raw_os_error().map_or(Errno::EIO, Errno::from_raw)))?;
        Ok(Acquired::Ours(ours))
    }

    /// None: the name is taken. A network's file system may answer that it is although this link made it, so
    /// what the name means now decides. Not the count of names: others can give our file another.
    fn link(&self, path: &Path) -> Result<Option<Identity>, LockError> {
        let done = std::fs::hard_link(&self.path, path);
        let failed = |errno| LockError::System { path: path.to_owned(), errno };
        let ours = Identity::of(&fstat(&self.file).map_err(failed)?);
        match done {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error.raw_os_error().map_or(Errno::EIO, Errno::from_raw))),
        }
        match lstat(path) {
            Ok(facts) if Identity::of(&facts) == ours => Ok(Some(ours)),
            // Somebody else's; or taken away again, by a program that holds us for dead.
            Ok(_) | Err(Errno::ENOENT) => Ok(None),
            Err(errno) => Err(failed(errno)),
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = unlink(&self.path); // a directory that has become unwritable keeps it
    }
}
