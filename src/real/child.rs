//! A program that was started beside us.

use crate::engine::world::{Child, ChildNews, Program};
use platforms::process::{self, Exit, Output, Spawned, spawn, spawn_with};
use platforms::{Errno, Signal};
use polygetty_platforms as platforms;
use std::ffi::OsStr;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// How much of what it says is taken at once.
const PIECE: usize = 512;

/// A child of ours; dropping it ends it and what it started.
pub struct RealChild(Spawned);

impl RealChild {
    pub(super) fn start(path: &Path, program: &Program, output: Output<'_>) -> Result<Self, String> {
        started(path, program, |path, words| spawn(path, words, &program.environment, output)).map(Self)
    }

    /// One that reads these bytes.
    pub(super) fn start_with(path: &Path, program: &Program, input: &[u8]) -> Result<Self, String> {
        started(path, program, |path, words| spawn_with(path, words, &program.environment, input)).map(Self)
    }

    /// One that has the line.
    pub(super) fn of(spawned: Spawned) -> Self {
        Self(spawned)
    }

    /// What it said, or how it ended, if there is such news now.
    pub(super) fn news(&mut self) -> Option<ChildNews> {
        news(&mut self.0, |child| child.read(PIECE), Spawned::ended)
    }

    pub(super) fn pipe(&self) -> Option<BorrowedFd<'_>> {
        self.0.pipe()
    }
}

/// Its last words come before its end. It may have said them and ended after the first look at what it says, so its end
/// brings a second one.
fn news<C>(
    child: &mut C,
    read: fn(&mut C) -> Vec<u8>,
    ended: fn(&mut C) -> Option<Exit>,
) -> Option<ChildNews> {
    let said = read(child);
    if !said.is_empty() {
        return Some(ChildNews::Said(said));
    }
    let exit = ended(child)?;
    let last = read(child);
    if !last.is_empty() {
        return Some(ChildNews::Said(last));
    }
    Some(match exit {
        Exit::Status(status) => ChildNews::Ended(status),
        Exit::Signal(signal) => ChildNews::Killed(signal),
    })
}

/// Starts one that outlives us.
pub(super) fn let_go(path: &Path, program: &Program) -> Result<(), String> {
    started(path, program, |path, words| process::let_go(path, words, &program.environment))
}

/// Starts a program, or, if it is text without `#!`, the shell that runs it.
fn started<T>(
    path: &Path,
    program: &Program,
    mut start: impl FnMut(&Path, &[Vec<u8>]) -> Result<T, Errno>,
) -> Result<T, String> {
    let mut done = start(path, &program.arguments);
    if matches!(done, Err(Errno::ENOEXEC)) {
        let mut words = vec![program.shell.base_name().to_vec(), path.as_os_str().as_bytes().to_vec()];
        words.extend(program.arguments.iter().skip(1).cloned());
        done = start(Path::new(OsStr::from_bytes(program.shell.as_bytes())), &words);
    }
    done.map_err(|errno| errno.desc().to_owned())
}

impl Child for RealChild {
    fn pid(&self) -> i32 {
        self.0.pid()
    }

    fn hang_up(&mut self) {
        let _ = self.0.signal(Signal::SIGHUP); // it may be gone already
    }

    fn stop(&mut self, by_force: bool) {
        let signal = if by_force { Signal::SIGKILL } else { Signal::SIGTERM };
        let _ = self.0.signal(signal); // it may be gone already
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_between_two_looks_comes_before_the_end() {
        // Says it after the first look, and ends before the second.
        let mut says = vec![Vec::new(), b"last words".to_vec(), Vec::new()];
        let mut next = || news(&mut says, |says| says.pop().unwrap_or_default(), |_| Some(Exit::Status(3)));
        assert_eq!(next(), Some(ChildNews::Said(b"last words".to_vec())));
        assert_eq!(next(), Some(ChildNews::Ended(3)));
    }

    #[test]
    fn who_lives_and_says_nothing_is_no_news() {
        assert_eq!(news(&mut (), |()| Vec::new(), |()| None), None);
        let killed = news(&mut (), |()| Vec::new(), |()| Some(Exit::Signal(9)));
        assert_eq!(killed, Some(ChildNews::Killed(9)));
    }
}
