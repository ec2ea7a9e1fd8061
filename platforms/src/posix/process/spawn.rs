//! A program beside us: it has a process group of its own, and nothing of ours.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, Stdio};

use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use nix::libc;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::Errno;

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// with this status
    Status(u8),
    /// by this signal
    Signal(i32),
}

/// Where the words of a program go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output<'a> {
    /// to `/dev/null`
    Nothing,
    /// to a pipe that we read
    Heard,
    /// to this device, a console; to `/dev/null` if it cannot be written
    Console(&'a Path),
}

/// A program that was started. Dropping it kills its group and reaps it.
#[derive(Debug)]
pub struct Spawned {
    child: std::process::Child,
    said: Option<OwnedFd>,
    ended: Option<Exit>,
}

/// Starts a program: input from `/dev/null`, output and errors as `output` says. It leads a process group, has these arguments (the first is its name for itself) and this environment, and no
/// signal is ignored or blocked.
pub fn spawn(
    path: &Path,
    argv: &[Vec<u8>],
    env: &[(Vec<u8>, Vec<u8>)],
    output: Output<'_>,
) -> Result<Spawned, Errno> {
    let mut command = command(path, argv, env, false);
    let mut said = None;
    if output == Output::Heard {
        let (read, write) = nix::unistd::pipe()?;
        for end in [&read, &write] {
            fcntl(end, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
        }
        fcntl(&read, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        let other = write.try_clone().map_err(errno)?;
        command.stdout(Stdio::from(write)).stderr(Stdio::from(other));
        said = Some(read);
    } else {
        let device = match output {
            Output::Console(path) => console(path),
            Output::Nothing | Output::Heard => None,
        };
        let [out, errors] = match device.as_ref().map(|device| (device.try_clone(), device.try_clone())) {
            Some((Ok(out), Ok(errors))) => [Stdio::from(out), Stdio::from(errors)],
            _ => [Stdio::null(), Stdio::null()],
        };
        command.stdout(out).stderr(errors);
    }
    let child = command.spawn().map_err(errno)?;
    Ok(Spawned { child, said, ended: None })
}

/// The program with its arguments and environment, that reads from `/dev/null`. `session`: it leads a session of its
/// own, else a process group.
fn command(path: &Path, argv: &[Vec<u8>], env: &[(Vec<u8>, Vec<u8>)], session: bool) -> Command {
    let mut command = Command::new(path);
    let mut words = argv.iter().map(|word| OsStr::from_bytes(word));
    if let Some(name) = words.next() {
        command.arg0(name);
    }
    command.args(words).env_clear().stdin(Stdio::null());
    if !session {
        command.process_group(0);
    }
    command.envs(env.iter().map(|(name, value)| (OsStr::from_bytes(name), OsStr::from_bytes(value))));
    // SAFETY: between fork and exec it calls signal(2) and setsid(2) alone, which are safe there and touch no memory
    // of ours.
    // What is caught is reset by exec; what is ignored is not, and we ignore what would stop a getty.
    unsafe {
        command.pre_exec(move || {
            for signal in
                [libc::SIGTTOU, libc::SIGTTIN, libc::SIGTSTP, libc::SIGPIPE, libc::SIGHUP, libc::SIGINT]
            {
                libc::signal(signal, libc::SIG_DFL);
            }
            if session {
                libc::setsid();
            }
            Ok(())
        });
    }
    command
}

/// Starts a program as [`spawn`] does, that reads these bytes, at most what a pipe takes at once, and then the end.
/// What it says is lost.
///
/// # Errors
/// EAGAIN: there are too many.
pub fn spawn_with(
    path: &Path,
    argv: &[Vec<u8>],
    env: &[(Vec<u8>, Vec<u8>)],
    input: &[u8],
) -> Result<Spawned, Errno> {
    let (read, write) = nix::unistd::pipe()?;
    for end in [&read, &write] {
        fcntl(end, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    }
    // All of it is in the pipe before anybody reads: nobody waits for anybody.
    fcntl(&write, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    if nix::unistd::write(&write, input)? != input.len() {
        return Err(Errno::EAGAIN);
    }
    drop(write);
    let mut command = command(path, argv, env, false);
    command.stdin(Stdio::from(read)).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn().map_err(errno)?;
    Ok(Spawned { child, said: None, ended: None })
}

/// Starts a program that we know no more of: it leads a session of its own, has `/dev/null` for input and output, and
/// outlives us. It stays in the list of processes after its end until we end, too.
pub fn let_go(path: &Path, argv: &[Vec<u8>], env: &[(Vec<u8>, Vec<u8>)]) -> Result<(), Errno> {
    let mut command = command(path, argv, env, true);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map(drop).map_err(errno)
}

/// A console, if it can be written; opening it waits for no carrier.
fn console(path: &Path) -> Option<File> {
    let flags = libc::O_NOCTTY | libc::O_NONBLOCK;
    let file = OpenOptions::new().append(true).custom_flags(flags).open(path).ok()?;
    // The program expects a descriptor that waits.
    let flags = OFlag::from_bits_truncate(fcntl(&file, FcntlArg::F_GETFL).ok()?);
    fcntl(&file, FcntlArg::F_SETFL(flags - OFlag::O_NONBLOCK)).ok()?;
    Some(file)
}

impl Spawned {
    pub(super) fn new(child: std::process::Child) -> Self {
        Self { child, said: None, ended: None }
    }

    /// Its process, which is its group as well.
    pub fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).unwrap_or(0)
    }

    /// How it ended, if it has; does not wait. CHLD says when to ask.
    pub fn ended(&mut self) -> Option<Exit> {
        if self.ended.is_none() {
            let status = self.child.try_wait().ok()??;
            let exit = match status.code() {
                Some(code) => Exit::Status(u8::try_from(code).unwrap_or(u8::MAX)),
                None => Exit::Signal(status.signal().unwrap_or(0)),
            };
            self.ended = Some(exit);
        }
        self.ended
    }

    /// The pipe of what it says, until its end.
    pub fn pipe(&self) -> Option<BorrowedFd<'_>> {
        self.said.as_ref().map(AsFd::as_fd)
    }

    /// What it has said, at most so many bytes; empty: nothing now, or no more at all.
    pub fn read(&mut self, most: usize) -> Vec<u8> {
        let Some(pipe) = &self.said else { return Vec::new() };
        let mut bytes = vec![0; most];
        match crate::line::retry(|| nix::unistd::read(pipe, &mut bytes)) {
            Ok(count @ 1..) => bytes.truncate(count),
            Err(Errno::EAGAIN) => bytes.clear(),
            Ok(0) | Err(_) => {
                self.said = None;
                bytes.clear();
            }
        }
        bytes
    }

    /// Sends a signal to its group.
    pub fn signal(&self, signal: Signal) -> Result<(), Errno> {
        if self.ended.is_some() {
            return Ok(()); // its number may be somebody else's
        }
        killpg(Pid::from_raw(self.pid()), signal)
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        if self.ended().is_none() {
            let _ = self.signal(Signal::SIGKILL);
            let _ = self.child.wait();
        }
    }
}

pub(super) fn errno(error: io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::EINVAL, Errno::from_raw)
}
