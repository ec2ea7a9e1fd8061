//! The end of a life: the process becomes a program, or starts it on the line and stays.

use super::child::RealChild;
use super::fault::{Failed, pass};
use super::line::{RealLine, line_error};
use super::reader::in_words;
use super::root::Root;
use crate::engine::world::{Program, Unstarted, User};
use platforms::process::{self, Identity, OnLineError};
use platforms::{Errno, lock};
use polygetty_platforms as platforms;
use std::convert::Infallible;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Why it is not running: in words, and whether that was for its account or its terminal.
type Why = (String, bool);

pub(super) fn become_program(
    root: &Root,
    program: &Program,
    user: Option<&User>,
    line: RealLine,
    locks: Option<lock::Locks>,
) -> Result<Infallible, Unstarted<RealLine, lock::Locks>> {
    let (why, refused) = match turn_into(root, program, user, &line) {
        Ok(never) => match never {},
        Err(why) => why,
    };
    Err(Unstarted { line, locks, why, refused })
}

fn turn_into(
    root: &Root,
    program: &Program,
    user: Option<&User>,
    line: &RealLine,
) -> Result<Infallible, Why> {
    pass().map_err(|Failed| (Failed::WHY.to_owned(), false))?;
    let path = root.file(&program.path);
    // What is held can be given back as root alone.
    if user.is_some() {
        is_program(&path).map_err(|why| (why, false))?;
    }
    line.open.set_blocking().map_err(|error| (line_error(error).to_string(), false))?;
    process::settle();
    if let Some(user) = user {
        process::identity::take(&identity(user)).map_err(|error| (error.to_string(), true))?;
    }
    let mut errno = process::become_program(&path, &program.arguments, &program.environment);
    if errno == Errno::ENOEXEC && !program.shell.as_bytes().is_empty() {
        // Text without `#!`: the shell runs it, and the name stays its first argument (GPS-26). The shell is
        // the system's own, for what is below a root may have none.
        let mut arguments = vec![program.shell.base_name().to_vec(), path.as_os_str().as_bytes().to_vec()];
        arguments.extend(program.arguments.iter().skip(1).cloned());
        let shell = Root::default().file(&program.shell);
        errno = process::become_program(&shell, &arguments, &program.environment);
    }
    Err((errno.desc().to_owned(), false))
}

/// Starts it on the line.
pub(super) fn start(
    root: &Root,
    program: &Program,
    user: Option<&User>,
    line: &RealLine,
) -> Result<RealChild, Why> {
    pass().map_err(|Failed| (Failed::WHY.to_owned(), false))?;
    let path = root.file(&program.path);
    is_program(&path).map_err(|why| (why, false))?;
    line.open.set_blocking().map_err(|error| (line_error(error).to_string(), false))?;
    let identity = user.map(identity);
    let (words, variables) = (&program.arguments, &program.environment);
    process::spawn_on_line(&path, words, variables, line.open.as_fd(), identity.as_ref())
        .map(RealChild::of)
        .map_err(|error| (error.to_string(), !matches!(error, OnLineError::Exec(_))))
}

fn identity(user: &User) -> Identity {
    Identity { uid: user.uid, gid: user.gid, groups: user.groups.clone() }
}

/// A file that somebody may execute; or why it is none.
fn is_program(path: &Path) -> Result<(), String> {
    let facts = path.metadata().map_err(|error| in_words(&error))?;
    let runs = facts.is_file() && facts.mode() & 0o111 != 0;
    if runs { Ok(()) } else { Err(Errno::EACCES.desc().to_owned()) }
}
