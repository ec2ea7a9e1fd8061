//! This process: who it is, its session, and becoming another program.

mod become_program;
pub mod identity;
mod on_line;
mod spawn;

#[cfg(test)]
mod tests;

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use nix::libc;
use nix::unistd::{ForkResult, Pid, fork, geteuid, getpid, getppid, setsid};

use crate::{Errno, Signal, os};

pub use become_program::become_program;
pub use identity::{Identity, IdentityError};
pub use on_line::{OnLineError, spawn_on_line};
pub use spawn::{Exit, Output, Spawned, let_go, spawn, spawn_with};

/// What uname tells of this system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemNames {
    /// `Linux`, `FreeBSD`, `SunOS`
    pub sysname: String,
    /// the machine's name in its network
    pub node: String,
    /// release of the kernel
    pub release: String,
    /// its build
    pub version: String,
    /// the processor
    pub machine: String,
}

/// The names of the system; bytes that are no UTF-8 are replaced.
pub fn system_names() -> Result<SystemNames, Errno> {
    let names = nix::sys::utsname::uname()?;
    let text = |name: &std::ffi::OsStr| name.to_string_lossy().into_owned();
    Ok(SystemNames {
        sysname: text(names.sysname()),
        node: text(names.nodename()),
        release: text(names.release()),
        version: text(names.version()),
        machine: text(names.machine()),
    })
}

/// A file whose text describes the running system. None: ask [`system_names`].
pub fn version_text_path() -> Option<&'static Path> {
    crate::paths().version_text.map(Path::new)
}

/// Our process number.
pub fn pid() -> i32 {
    getpid().as_raw()
}

/// The process that started us, or that adopted us.
pub fn parent() -> i32 {
    getppid().as_raw()
}

/// Where a program of ours begins: in `/`, with a umask of 022.
pub fn settle() {
    let _ = nix::unistd::chdir("/"); // a root directory that cannot be entered stops nobody
    nix::sys::stat::umask(nix::sys::stat::Mode::S_IWGRP | nix::sys::stat::Mode::S_IWOTH);
}

/// Whether init started us (or adopted us).
pub fn parent_is_init() -> bool {
    getppid().as_raw() == 1
}

/// Whether we may do all.
pub fn is_root() -> bool {
    geteuid().is_root()
}

/// The user whose rights we have.
pub fn effective_user() -> u32 {
    geteuid().as_raw()
}

/// The device of the terminal on standard input; None: it is no terminal.
pub fn terminal_on_input() -> Option<PathBuf> {
    nix::unistd::ttyname(std::io::stdin()).ok()
}

/// Starts a session of our own. True: it is new; false: we led one (or a process group) already.
pub fn make_session() -> Result<bool, Errno> {
    match setsid() {
        Ok(_) => Ok(true),
        Err(Errno::EPERM) => Ok(false),
        Err(errno) => Err(errno),
    }
}

/// Whether a process of this number exists, ours or not. Numbers below 1 name no process.
pub fn is_alive(pid: i32) -> bool {
    pid >= 1 && !matches!(nix::sys::signal::kill(Pid::from_raw(pid), None), Err(Errno::ESRCH))
}

/// What a process is called, for people; None: it is gone, or the system does not say without more ado.
pub fn program_name(pid: i32) -> Option<String> {
    os::process::program_name(pid)
}

/// The command line of a process, its words joined by blanks, at most that many bytes of it; None: it is gone, has
/// none (the kernel's own), or the system does not say without more ado.
pub fn command_line(pid: i32, most: usize) -> Option<Vec<u8>> {
    os::process::command_line(pid, most)
}

/// Sends a signal to one process.
///
/// # Errors
/// EINVAL for a number below 2: 0 and the negative ones mean groups, 1 is init.
pub fn send(pid: i32, signal: Signal) -> Result<(), Errno> {
    if pid < 2 {
        return Err(Errno::EINVAL);
    }
    nix::sys::signal::kill(Pid::from_raw(pid), signal)
}

/// Goes on in a child, in a session of its own; the parent ends with status 0, without running anything of its own.
/// Call it while the process has one thread.
pub fn detach() -> Result<(), Errno> {
    let (mut read, write) = std::io::pipe().map_err(|_| Errno::EMFILE)?;
    // SAFETY: by contract there is no other thread whose locks the child could inherit; the parent
    // calls nothing but read and _exit.
    match unsafe { fork() }? {
        ForkResult::Child => {
            let made = make_session();
            drop(write);
            made.map(drop)
        }
        ForkResult::Parent { .. } => {
            // If we lead the terminal's session, our end hangs up on its foreground group: the child is out of that
            // by then. The end of the pipe says so; nothing comes before it.
            drop(write);
            while read.read(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::Interrupted) {}
            // SAFETY: _exit takes an integer and does not return; what the two processes share
            // (locks, temporary files) is the child's now, so no destructor may run here.
            unsafe { libc::_exit(0) }
        }
    }
}

/// Marks every descriptor above 2 close-on-exec. They stay open until then, so that a failed exec
/// leaves the line and its locks as they were.
pub(crate) fn close_on_exec_above_2() {
    os::process::close_on_exec_above_2();
}

/// The slow way, for systems without a call for it: every number up to the limit.
#[allow(clippy::useless_conversion)] // a long is an int on 32-bit processors
pub(crate) fn mark_up_to_limit() {
    // SAFETY: sysconf takes an integer.
    let limit = unsafe { libc::sysconf(libc::_SC_OPEN_MAX) };
    // An unlimited process still has few descriptors; a million calls take a tenth of a second.
    let limit = i32::try_from(limit).unwrap_or(i32::MAX).clamp(256, 1 << 20);
    (3..limit).for_each(mark);
}

pub(crate) fn mark(fd: i32) {
    // SAFETY: F_SETFD takes integers; a number that is not open answers EBADF, which is fine.
    let _ = unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
}
