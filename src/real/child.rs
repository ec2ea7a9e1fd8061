//! A program that was started beside us.

use crate::engine::world::{Child, ChildNews, Program};
use platforms::process::{Exit, Output, Spawned, spawn};
use platforms::{Errno, Signal};
use polygetty_platforms as platforms;
use std::os::fd::BorrowedFd;
use std::path::Path;

/// How much of what it says is taken at once.
const PIECE: usize = 512;

/// A child of ours; dropping it ends it and what it started.
pub struct RealChild(Spawned);

impl RealChild {
    pub(super) fn start(path: &Path, program: &Program, output: Output<'_>) -> Result<Self, String> {
        let words = |errno: Errno| errno.desc().to_owned();
        match spawn(path, &program.arguments, &program.environment, output) {
            // Text without `#!`: the shell runs it.
            Err(Errno::ENOEXEC) => {
                use std::os::unix::ffi::OsStrExt;
                let mut arguments =
                    vec![program.shell.base_name().to_vec(), path.as_os_str().as_bytes().to_vec()];
                arguments.extend(program.arguments.iter().skip(1).cloned());
                let shell = std::ffi::OsStr::from_bytes(program.shell.as_bytes());
                spawn(Path::new(shell), &arguments, &program.environment, output).map(Self).map_err(words)
            }
            started => started.map(Self).map_err(words),
        }
    }

    /// One that has the line.
    pub(super) fn of(spawned: Spawned) -> Self {
        Self(spawned)
    }

    /// What it said, or how it ended, if there is such news now.
    pub(super) fn news(&mut self) -> Option<ChildNews> {
        let said = self.0.read(PIECE);
        if !said.is_empty() {
            return Some(ChildNews::Said(said));
        }
        self.0.ended().map(|exit| match exit {
            Exit::Status(status) => ChildNews::Ended(status),
            Exit::Signal(signal) => ChildNews::Killed(signal),
        })
    }

    pub(super) fn pipe(&self) -> Option<BorrowedFd<'_>> {
        self.0.pipe()
    }
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
