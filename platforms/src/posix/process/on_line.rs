//! A program beside us that has the line: a session of its own, and the line as its terminal.

use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::fcntl::OFlag;

use super::become_program::Dispositions;
use super::identity::{self, Identity};
use super::spawn::{Spawned, errno};
use crate::{Errno, os};

/// Why a program has not got the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OnLineError {
    /// the account could not be taken: nothing was executed
    #[error("the account could not be taken")]
    Identity,
    /// the line does not become its terminal
    #[error("the line does not become its terminal")]
    Terminal,
    /// it could not be executed
    #[error("{}", .0.desc())]
    Exec(Errno),
}

/// How far the child has got, for the parent to read.
const LINE_IS_ITS_TERMINAL: u8 = 1;
const ACCOUNT_IS_ITS_OWN: u8 = 2;

/// Starts a program on a line that is nobody's controlling terminal: it leads a session with this terminal, has the
/// line for descriptors 0 to 2 and no other, this account if one is given, these arguments (the first is its name
/// for itself) and this environment; it begins in `/`, with a umask of 022 and every signal at its default. Call it
/// while the process has one thread.
pub fn spawn_on_line(
    path: &Path,
    argv: &[Vec<u8>],
    env: &[(Vec<u8>, Vec<u8>)],
    line: BorrowedFd<'_>,
    account: Option<&Identity>,
) -> Result<Spawned, OnLineError> {
    let mut command = Command::new(path);
    let mut words = argv.iter().map(|word| OsStr::from_bytes(word));
    if let Some(name) = words.next() {
        command.arg0(name);
    }
    command.args(words).env_clear();
    command.envs(env.iter().map(|(name, value)| (OsStr::from_bytes(name), OsStr::from_bytes(value))));
    let copy = || line.try_clone_to_owned().map(Stdio::from).map_err(|error| OnLineError::Exec(errno(error)));
    command.stdin(copy()?).stdout(copy()?).stderr(copy()?);

    let pipe = |errno| OnLineError::Exec(errno);
    let (read, write) = nix::unistd::pipe().map_err(pipe)?;
    for end in [&read, &write] {
        nix::fcntl::fcntl(end, nix::fcntl::FcntlArg::F_SETFD(nix::fcntl::FdFlag::FD_CLOEXEC))
            .map_err(pipe)?;
    }
    nix::fcntl::fcntl(&read, nix::fcntl::FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).map_err(pipe)?;
    let account = account.cloned();
    // SAFETY: the process has one thread by contract, so that the child may do what any process may.
    unsafe {
        command.pre_exec(move || {
            nix::unistd::setsid()?;
            // Standard input is the line now. Root takes it from a session that is left over.
            os::line::controlling(io::stdin().as_fd(), nix::unistd::geteuid().is_root())?;
            nix::unistd::write(&write, &[LINE_IS_ITS_TERMINAL])?;
            super::settle();
            if let Some(account) = &account {
                identity::take(account).map_err(|_| io::Error::from(io::ErrorKind::PermissionDenied))?;
            }
            nix::unistd::write(&write, &[ACCOUNT_IS_ITS_OWN])?;
            let _ = Dispositions::reset();
            super::close_on_exec_above_2();
            Ok(())
        });
    }
    let started = command.spawn();
    drop(command); // and with it our end of the pipe that the child writes to
    match started {
        Ok(child) => Ok(Spawned::new(child)),
        Err(error) => {
            let mut far = [0; 2];
            let got = nix::unistd::read(&read, &mut far).unwrap_or(0);
            Err(match far.get(..got).and_then(<[u8]>::last) {
                Some(&ACCOUNT_IS_ITS_OWN) => OnLineError::Exec(errno(error)),
                Some(_) => OnLineError::Identity,
                None => OnLineError::Terminal,
            })
        }
    }
}
