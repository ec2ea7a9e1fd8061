//! Owner and mode of a device node, by the names that people write.

use super::line::did;
use crate::engine::world::{LineError, Owned, Ownership};
use platforms::{Errno, people};
use polygetty_platforms as platforms;
use std::path::Path;

/// A user: a number, and the first group if the number has a name.
struct Owner {
    uid: u32,
    gid: Option<u32>,
}

/// Sets them. A name that nobody has changes nothing, and the rest is set all the same.
pub(super) fn own(path: &Path, to: &Ownership) -> Result<Owned, LineError> {
    let refused = |errno: Errno| LineError::Failed(errno.desc().into());
    let Numbers { owner, group, unknown } = numbers(to).map_err(refused)?;
    let done = platforms::node::own(path, owner, group, Some(to.mode));
    Ok(Owned { did: done.map(did).map_err(refused)?, unknown })
}

/// What the names of owner and group mean.
pub(super) struct Numbers {
    pub(super) owner: Option<u32>,
    pub(super) group: Option<u32>,
    /// names that nobody has
    pub(super) unknown: Vec<String>,
}

pub(super) fn numbers(to: &Ownership) -> Result<Numbers, Errno> {
    let mut unknown = Vec::new();
    let owner = match &to.owner {
        Some(name) => {
            let owner = owner(name)?;
            if owner.is_none() {
                unknown.push(format!("user \"{}\"", name.escape_ascii()));
            }
            owner
        }
        None => None,
    };
    let group = match to.groups.as_slice() {
        [] => owner.as_ref().and_then(|owner| owner.gid),
        groups => {
            let group = groups.iter().find_map(|name| group(name));
            if group.is_none() {
                let names: Vec<String> =
                    groups.iter().map(|name| format!("\"{}\"", name.escape_ascii())).collect();
                unknown.push(format!("group {}", names.join(" or ")));
            }
            group
        }
    };
    Ok(Numbers { owner: owner.map(|owner| owner.uid), group, unknown })
}

/// A name first, as chown(1) has it: a user may be called 1000.
fn owner(name: &[u8]) -> Result<Option<Owner>, Errno> {
    if let Some(user) = people::user(name)? {
        return Ok(Some(Owner { uid: user.uid, gid: Some(user.gid) }));
    }
    let Some(uid) = number(name) else { return Ok(None) };
    let gid = people::user_numbered(uid).ok().flatten().map(|user| user.gid);
    Ok(Some(Owner { uid, gid }))
}

fn group(name: &[u8]) -> Option<u32> {
    people::group(name).ok().flatten().or_else(|| number(name))
}

/// A number of a user or group. The largest one means "as it is" to the system, and nobody has it.
fn number(text: &[u8]) -> Option<u32> {
    if !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok().filter(|number| *number != u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::world::Did;
    use platforms::{process, pty::Pty};
    use std::os::unix::fs::MetadataExt;

    fn to(owner: Option<&str>, groups: &[&str], mode: u32) -> Ownership {
        let bytes = |text: &&str| text.as_bytes().to_vec();
        Ownership { owner: owner.as_ref().map(bytes), groups: groups.iter().map(bytes).collect(), mode }
    }

    fn of(path: &Path) -> (u32, u32, u32) {
        let node = path.metadata().unwrap();
        (node.uid(), node.gid(), node.mode() & 0o7777)
    }

    #[test]
    fn names_that_nobody_has_leave_owner_and_group_and_the_mode_is_set() {
        let pty = Pty::open().unwrap();
        let (uid, gid, _) = of(pty.slave_path());
        let strange = to(Some("no-such-user-here"), &["no-such-group", "nor-this"], 0o600);
        let owned = own(pty.slave_path(), &strange).unwrap();
        assert_eq!(owned.did, Did::Done);
        assert_eq!(owned.unknown, ["user \"no-such-user-here\"", "group \"no-such-group\" or \"nor-this\""]);
        assert_eq!(of(pty.slave_path()), (uid, gid, 0o600));
        assert_eq!(own(pty.slave_path(), &to(None, &[], 0o640)).unwrap().unknown, Vec::<String>::new());
        assert_eq!(of(pty.slave_path()), (uid, gid, 0o640));
    }

    #[test]
    fn numbers_are_owners_too() {
        assert_eq!((number(b"14"), number(b""), number(b"-1")), (Some(14), None, None));
        assert_eq!((number(b"4294967295"), number(b"4294967294")), (None, Some(u32::MAX - 1)));
        let root = people::user(b"root").unwrap().unwrap();
        let by_number = owner(b"0").unwrap().unwrap();
        assert_eq!((by_number.uid, by_number.gid), (0, Some(root.gid)));
        assert_eq!(group(b"12345"), Some(12345));
    }

    #[test]
    fn another_owner_is_root_s_to_give_with_his_group_or_another() {
        let pty = Pty::open().unwrap();
        let first = own(pty.slave_path(), &to(Some("54321"), &["12345"], 0o660));
        if !process::is_root() {
            assert_eq!(first, Err(LineError::Failed(Errno::EPERM.desc().into())));
            return;
        }
        assert_eq!((of(pty.slave_path()), first.unwrap().unknown.len()), ((54321, 12345, 0o660), 0));
        let root = people::user(b"root").unwrap().unwrap();
        own(pty.slave_path(), &to(Some("root"), &[], 0o620)).unwrap();
        assert_eq!(of(pty.slave_path()), (0, root.gid, 0o620), "his first group");
        own(pty.slave_path(), &to(Some("54321"), &[], 0o620)).unwrap();
        assert_eq!(of(pty.slave_path()), (54321, root.gid, 0o620), "a number without a name has no group");
    }
}
