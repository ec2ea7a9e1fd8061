//! Login records (utmp, wtmp): what a getty leaves while it waits for a name, or while others have its line.

pub mod codec;

// Where the C library has these calls and a getty writes records.
#[cfg(any(target_env = "gnu", target_os = "illumos"))]
pub(crate) mod utmpx;

use std::path::PathBuf;

use nix::libc;

use crate::{Did, Errno, os};

/// What a record says of its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// a name is waited for: LOGIN_PROCESS
    Login,
    /// somebody has it: USER_PROCESS
    User,
}

/// A record of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// what it says
    pub kind: Kind,
    /// the line without `/dev/`
    pub line: Vec<u8>,
    /// the record's id if init made none for this process; None: the last four bytes of the line
    pub id: Option<Vec<u8>>,
    /// who is on: `LOGIN`, or the name that was typed
    pub user: Vec<u8>,
    /// from where; perhaps nothing
    pub host: Vec<u8>,
    /// the process
    pub pid: i32,
    /// seconds since 1970
    pub at: i64,
}

/// Which files; None: the system's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// who is on now
    pub utmp: Option<PathBuf>,
    /// who was on; appended to if it exists, never made
    pub wtmp: Option<PathBuf>,
}

/// Why a record was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// the database is there and refused
    #[error("login record not written: {}", .0.desc())]
    Refused(Errno),
}

/// Writes the record over the one init made for this pid, or we did before (its id is kept), else under its own
/// id; appends it to the history.
///
/// [`Did::Unsupported`]: there is no database here, or it has no records of this kind (FreeBSD).
pub fn login_record(record: &Record, files: &Files) -> Result<Did, AccountError> {
    os::account::login_record(record, files)
}

/// The id of a record that has none: the last four bytes of the line's name.
pub(crate) fn id_of(record: &Record) -> &[u8] {
    let fallback = || record.line.get(record.line.len().saturating_sub(4)..).unwrap_or_default();
    record.id.as_deref().filter(|id| !id.is_empty()).unwrap_or_else(fallback)
}

/// Copies bytes into a record's field: cut to its length, no NUL within, the rest zero.
#[allow(dead_code)] // musl's are not written by C structures
pub(crate) fn fill(field: &mut [libc::c_char], bytes: &[u8]) {
    let bytes = bytes.iter().take_while(|byte| **byte != 0).map(|byte| byte.cast_signed() as libc::c_char);
    let filled = bytes.chain(std::iter::repeat(0));
    for (slot, byte) in field.iter_mut().zip(filled) {
        *slot = byte;
    }
}
