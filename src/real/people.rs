//! Accounts: the system's, or below a root those of its `etc/passwd` and `etc/group`, where the C library cannot look.

use super::reader::read_text;
use super::root::Root;
use crate::engine::world::User;
use platforms::{people, process};
use polygetty_platforms as platforms;

/// The most that is read of either file.
const LIMIT: usize = 1 << 20;

/// Whether there is such a user.
pub(super) fn knows(root: &Root, name: &[u8]) -> Result<bool, String> {
    if root.dir().is_none() {
        return people::user(name).map(|user| user.is_some()).map_err(|errno| errno.desc().to_owned());
    }
    Ok(row_of(&rows(root, "/etc/passwd")?, name).is_some())
}

/// An account with all its groups.
pub(super) fn user(root: &Root, name: &[u8]) -> Result<Option<User>, String> {
    let in_words = |errno: platforms::Errno| errno.desc().to_owned();
    if root.dir().is_none() {
        let Some(user) = people::user(name).map_err(in_words)? else { return Ok(None) };
        let groups = process::identity::groups_of(name, user.gid).map_err(in_words)?;
        return Ok(Some(User { uid: user.uid, gid: user.gid, groups }));
    }
    let rows_of_users = rows(root, "/etc/passwd")?;
    let Some(row) = row_of(&rows_of_users, name) else { return Ok(None) };
    let numbers = (number(row.get(2)), number(row.get(3)));
    let (Some(uid), Some(gid)) = numbers else { return Err("its row in /etc/passwd has no numbers".into()) };
    let mut groups = vec![gid];
    for row in rows(root, "/etc/group")? {
        let members = row.get(3).map(Vec::as_slice).unwrap_or_default();
        if members.split(|byte| *byte == b',').any(|member| member == name)
            && let Some(group) = number(row.get(2))
            && !groups.contains(&group)
        {
            groups.push(group);
        }
    }
    Ok(Some(User { uid, gid, groups }))
}

/// The fields of a file's rows.
fn rows(root: &Root, path: &str) -> Result<Vec<Vec<Vec<u8>>>, String> {
    let text = read_text(&root.file(&path.into()), LIMIT).map_err(|error| format!("{path}: {error}"))?;
    let rows = text.bytes.split(|byte| *byte == b'\n');
    Ok(rows.map(|row| row.split(|byte| *byte == b':').map(<[u8]>::to_vec).collect()).collect())
}

/// The row that begins with this name. One without a second field is none.
fn row_of<'r>(rows: &'r [Vec<Vec<u8>>], name: &[u8]) -> Option<&'r Vec<Vec<u8>>> {
    rows.iter().find(|row| row.len() > 1 && row.first().is_some_and(|first| first == name))
}

/// A number as the files write it. The largest one is nobody's.
fn number(field: Option<&Vec<u8>>) -> Option<u32> {
    let text = std::str::from_utf8(field?).ok()?;
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None; // a sign is no digit
    }
    text.parse().ok().filter(|number| *number != u32::MAX)
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)] // the files of a root are the test's
mod tests {
    use super::*;

    fn below(passwd: &str, group: &str) -> (tempfile::TempDir, Root) {
        let dir = tempfile::tempdir().unwrap();
        let etc = dir.path().join("etc");
        std::fs::create_dir(&etc).unwrap();
        std::fs::write(etc.join("passwd"), passwd).unwrap();
        std::fs::write(etc.join("group"), group).unwrap();
        let root = Root::below(dir.path());
        (dir, root)
    }

    #[test]
    fn below_a_root_its_files_say_who_there_is() {
        let passwd =
            "root:x:0:0::/:/bin/sh\nann:x:1000:100::/:\nbad:x:-1:5::/:\nmax:x:4294967295:5::/:\nhalf\n";
        let (_dir, root) =
            below(passwd, "dialout:x:20:bob,ann\nusers:x:100:ann\nanns:x:30:annie\nodd:x:x:ann\n");
        let ann = User { uid: 1000, gid: 100, groups: vec![100, 20] };
        assert_eq!(user(&root, b"ann"), Ok(Some(ann)));
        assert_eq!(user(&root, b"annie"), Ok(None));
        assert_eq!(user(&root, b""), Ok(None));
        assert_eq!(user(&root, b"half"), Ok(None));
        assert!(user(&root, b"bad").is_err() && user(&root, b"max").is_err(), "no number is no answer");
        assert_eq!((knows(&root, b"ann"), knows(&root, b"annie")), (Ok(true), Ok(false)));
    }

    #[test]
    fn without_the_files_there_is_no_answer() {
        let dir = tempfile::tempdir().unwrap();
        let root = Root::below(dir.path());
        assert!(user(&root, b"root").is_err() && knows(&root, b"root").is_err());
        std::fs::create_dir(dir.path().join("etc")).unwrap();
        std::fs::write(dir.path().join("etc/passwd"), "root:x:0:0::/:/bin/sh\n").unwrap();
        assert!(user(&root, b"root").is_err(), "its groups are part of an account");
    }

    #[test]
    fn the_systems_own_root_has_number_0() {
        let root = user(&Root::default(), b"root").unwrap().expect("every system has it");
        assert_eq!(root.uid, 0);
        assert!(root.groups.contains(&root.gid));
        assert_eq!(user(&Root::default(), b"no-such-user-here"), Ok(None));
    }
}
