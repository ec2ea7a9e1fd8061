//! UUCP lock files: who has a line.
//!
//! A lock is a small file that names a process. It is created whole (a temporary file, then a link), so
//! nobody ever reads half of one; it is removed by the process it names alone, or by whoever finds that
//! process dead. What was measured and why: with *link, then write* four programs read an empty lock five
//! thousand times in eighty thousand attempts, with *write, then link* never.
//!
//! Every format is read, whatever is written. All names of a line are taken or none.

mod file;
mod names;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crate::{Errno, process};
use file::{Acquired, Temporary, Verdict};

pub use file::parse;
#[allow(unused_imports)] // illumos asks for it
pub(crate) use names::twin;
pub use names::{Node, call_out, names, names_here};

/// What is written into a lock file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// ten digits, right-justified, and a newline: HoneyDanBer UUCP's, and everybody's today
    #[default]
    Ascii,
    /// an int as this processor has it: Kermit's, old BSD's
    Binary,
}

/// How the locks of a line are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// nobody living has one of them
    Free,
    /// this process has one of them, and nobody else has another
    Ours,
    /// the process that was asked about has one of them, and no stranger has another
    Kin(Holder),
    /// somebody has
    Held(Holder),
}

/// Who has a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// the file that says so
    pub file: PathBuf,
    /// the process it names; None: the file was made a moment ago and does not say yet
    pub pid: Option<i32>,
    /// whether it names it as an int of this processor
    pub binary: bool,
}

/// Why a lock can be neither judged nor made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// something that no program locks with stands in its place
    #[error("{} is {what}, not a lock file", file.display())]
    Odd {
        /// where
        file: PathBuf,
        /// `a symbolic link`, `a directory`
        what: &'static str,
    },
    /// the system said no
    #[error("{}: {}", path.display(), errno.desc())]
    System {
        /// the file, or the directory it should be in
        path: PathBuf,
        /// what it said
        errno: Errno,
    },
}

/// What came of an attempt.
#[derive(Debug)]
pub enum Taken {
    /// every name is ours
    Ours(Locks),
    /// somebody has one of them; none was kept
    Held(Holder),
}

/// A lock file that named nobody living, and was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// where it was
    pub file: PathBuf,
    /// the dead process; None: no process number could be read
    pub pid: Option<i32>,
}

/// Looks, and changes nothing. A stale lock counts as none.
///
/// # Errors
/// [`LockError::Odd`] for what is no regular file: it counts as held, but nobody holds it.
pub fn look(dir: &Path, names: &[Vec<u8>]) -> Result<State, LockError> {
    look_besides(None, dir, names)
}

/// The same for a program that works for another one: that process (`kin`) has a lock for us. A stranger's lock
/// counts for more than its.
///
/// # Errors
/// As for [`look`].
pub fn look_besides(kin: Option<i32>, dir: &Path, names: &[Vec<u8>]) -> Result<State, LockError> {
    let mut state = State::Free;
    for name in names {
        let path = dir.join(file_name(name));
        let Some(found) = file::read(&path)? else { continue };
        match found.judge() {
            Verdict::Held(pid) if pid.is_some() && pid == kin => {
                state = State::Kin(Holder { file: path, pid, binary: found.binary });
            }
            Verdict::Held(pid) => return Ok(State::Held(Holder { file: path, pid, binary: found.binary })),
            Verdict::Ours if state == State::Free => state = State::Ours,
            Verdict::Ours => {}
            Verdict::Stale(_) => {}
        }
    }
    Ok(state)
}

/// Takes every name or none, in one order whatever order they come in, so that two programs with the same
/// names never each hold half. Stale locks in the way are removed; what `heir_of`, a process that hands the line
/// to us, has locked becomes ours without a moment in which nobody has it.
///
/// # Errors
/// As for [`look`]; and what the system says when the directory is missing, or not ours to write in.
pub fn take(
    dir: &Path,
    names: &[Vec<u8>],
    format: Format,
    mode: u32,
    heir_of: Option<i32>,
) -> Result<Taken, LockError> {
    let mut sorted = names.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    // What was taken before a failure is given back by the guard.
    let mut locks = Locks { files: Vec::with_capacity(sorted.len()), stale: Vec::new() };
    for name in &sorted {
        let temporary = Temporary::create(dir, format, mode)?;
        let path = dir.join(file_name(name));
        match temporary.acquire(&path, heir_of, &mut locks.stale)? {
            Acquired::Ours(identity) => locks.files.push((path, identity)),
            Acquired::Held(holder) => return Ok(Taken::Held(holder)),
        }
    }
    Ok(Taken::Ours(locks))
}

/// The lock files of a line. Dropping it removes those that are still ours; a process that turns into
/// another program drops nothing, so they stay, with a number that is right.
#[derive(Debug)]
pub struct Locks {
    files: Vec<(PathBuf, file::Identity)>,
    /// what lay in the way and was removed
    pub stale: Vec<Stale>,
}

impl Locks {
    /// Where they are.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|(path, _)| path.as_path())
    }

    /// Whether every one of them still is the file that we made, with our number in it.
    pub fn still_ours(&self) -> bool {
        self.files.iter().all(|(path, identity)| is_ours(path, *identity))
    }
}

impl Drop for Locks {
    fn drop(&mut self) {
        // The last taken goes first: whoever finds the first name free is not to meet us at the second.
        for (path, identity) in self.files.iter().rev() {
            if is_ours(path, *identity) {
                // A directory that has become unwritable leaves a lock that will be stale.
                let _ = nix::unistd::unlink(path);
            }
        }
    }
}

fn is_ours(path: &Path, identity: file::Identity) -> bool {
    file::read(path)
        .ok()
        .flatten()
        .is_some_and(|found| found.identity == identity && found.pid == Some(process::pid()))
}

fn file_name(name: &[u8]) -> &std::ffi::OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(name)
}
