//! The account that a program runs as.

use std::ffi::CString;

use nix::libc;
use nix::unistd::{Gid, Uid, getegid, geteuid, getgid, getgroups, getuid, setgid, setgroups, setuid};

use crate::Errno;

/// User, group, and further groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// user
    pub uid: u32,
    /// first group
    pub gid: u32,
    /// all groups
    pub groups: Vec<u32>,
}

/// The most groups that an account has.
const MOST: libc::c_int = 1 << 16;

/// Why an account could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// the system refused
    #[error("{what}: {}", .errno.desc())]
    Refused {
        /// its user, its group, or its groups
        what: &'static str,
        /// why
        errno: Errno,
    },
    /// it said yes, and something of what we were is left
    #[error("{0}")]
    Kept(&'static str),
}

/// The groups that the system's database has a user in, the first one with them.
pub fn groups_of(name: &[u8], gid: u32) -> Result<Vec<u32>, Errno> {
    let name = CString::new(name).map_err(|_| Errno::EINVAL)?;
    let mut room: libc::c_int = 64;
    while room <= MOST {
        let mut groups = vec![0; usize::try_from(room).unwrap_or(0)];
        let mut count = room;
        // SAFETY: the name lives until after the call, which writes at most `count` groups, and how many there are.
        let answer = unsafe { libc::getgrouplist(name.as_ptr(), gid, groups.as_mut_ptr(), &raw mut count) };
        if answer >= 0 && count <= room {
            groups.truncate(usize::try_from(count).unwrap_or(0));
            return Ok(groups);
        }
        room *= 4;
    }
    Err(Errno::E2BIG)
}

/// Takes an account, for good: groups first, for they are root's to set, the user last; then looks whether all of it
/// is so, and whether root's rights can be had back. Allocates nothing but a list.
///
/// # Errors
/// The process may be half one account and half the other then: it must run nothing, and end.
pub fn take(identity: &Identity) -> Result<(), IdentityError> {
    let Identity { uid, gid, groups } = identity;
    let (uid, gid) = (Uid::from_raw(*uid), Gid::from_raw(*gid));
    let groups: Vec<Gid> = groups.iter().map(|group| Gid::from_raw(*group)).collect();
    let refused = |what| move |errno| IdentityError::Refused { what, errno };
    setgid(gid).map_err(refused("its group"))?;
    setgroups(&groups).map_err(refused("its groups"))?;
    setuid(uid).map_err(refused("its user"))?;

    let is = [getuid() == uid, geteuid() == uid, getgid() == gid, getegid() == gid];
    if is.contains(&false) {
        return Err(IdentityError::Kept("user or group are not the account's"));
    }
    let have = getgroups().map_err(refused("its groups"))?;
    // Some systems count the first group among them, others do not.
    let known = |group: &Gid| *group == gid || groups.contains(group);
    if !have.iter().all(known) || !groups.iter().all(|group| *group == gid || have.contains(group)) {
        return Err(IdentityError::Kept("the groups are not the account's"));
    }
    let root = Uid::from_raw(0);
    if uid != root && (setuid(root).is_ok() || geteuid() == root || getuid() == root) {
        return Err(IdentityError::Kept("root's rights could be had back"));
    }
    let wheel = Gid::from_raw(0);
    if uid != root && gid != wheel && !groups.contains(&wheel) && setgid(wheel).is_ok() {
        return Err(IdentityError::Kept("root's group could be had back"));
    }
    Ok(())
}
