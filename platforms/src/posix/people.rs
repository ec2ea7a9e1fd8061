//! Users, groups, and how many people are on.

use std::path::{Path, PathBuf};

use crate::{Errno, os};

/// A user of the system's own database (files, NIS, LDAP: whatever the C library asks).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// login name
    pub name: String,
    /// number
    pub uid: u32,
    /// first group
    pub gid: u32,
    /// home directory
    pub home: PathBuf,
    /// login shell
    pub shell: PathBuf,
}

/// Looks a user up by login name. `Ok(None)`: there is none; an error is not "unknown".
pub fn user(name: &[u8]) -> Result<Option<User>, Errno> {
    let Some(name) = plain(name) else { return Ok(None) };
    Ok(not_found_is_none(nix::unistd::User::from_name(name))?.map(ours))
}

/// Looks a user up by number, as [`user`] does by name.
pub fn user_numbered(uid: u32) -> Result<Option<User>, Errno> {
    Ok(not_found_is_none(nix::unistd::User::from_uid(uid.into()))?.map(ours))
}

fn ours(user: nix::unistd::User) -> User {
    User {
        name: user.name,
        uid: user.uid.as_raw(),
        gid: user.gid.as_raw(),
        home: user.dir,
        shell: user.shell,
    }
}

/// The number of a group. `Ok(None)`: there is none.
pub fn group(name: &[u8]) -> Result<Option<u32>, Errno> {
    let Some(name) = plain(name) else { return Ok(None) };
    Ok(not_found_is_none(nix::unistd::Group::from_name(name))?.map(|group| group.gid.as_raw()))
}

/// How many sessions of named users the login records hold, in `utmp_file` or the system's own.
/// None: there is no such file.
pub fn users_on(utmp_file: Option<&Path>) -> Option<u32> {
    os::account::users_on(utmp_file)
}

/// A name the look-up can take; no database holds another.
fn plain(name: &[u8]) -> Option<&str> {
    let name = std::str::from_utf8(name).ok()?;
    (!name.is_empty() && !name.contains('\0')).then_some(name)
}

/// C libraries say "none" in several ways; getpwnam_r's manual lists these.
fn not_found_is_none<T>(answer: Result<Option<T>, Errno>) -> Result<Option<T>, Errno> {
    match answer {
        Err(Errno::ENOENT | Errno::ESRCH | Errno::EBADF | Errno::EPERM) => Ok(None),
        answer => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_known_and_strangers_are_not() {
        assert_eq!(user(b"root").unwrap().map(|user| user.uid), Some(0));
        assert_eq!(user_numbered(0).unwrap().map(|user| user.uid), Some(0));
        assert_eq!(user(b"no-such-user-here").unwrap(), None);
        assert_eq!(user(b"").unwrap(), None);
        assert_eq!(user(b"ro\0ot").unwrap(), None);
        assert_eq!(user(b"r\xe9my").unwrap(), None);
        assert_eq!(group(b"no-such-group-here").unwrap(), None);
        assert_eq!(group(b"daemon").unwrap(), group(b"daemon").unwrap());
    }
}
