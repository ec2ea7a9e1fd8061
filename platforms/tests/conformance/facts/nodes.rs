//! Owner and mode of a line's node.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use polygetty_platforms::node::{device_exists, own};
use polygetty_platforms::pty::Pty;
use polygetty_platforms::{Did, Errno};

use super::{Fact, fact, root_fact, word};
use crate::lines::either;

pub const FACTS: &[Fact] = &[
    fact("a line's mode, changed", |_| {
        let pty = Pty::open()?;
        let answer = told(own(pty.slave_path(), None, None, Some(0o600)));
        let mode = pty.slave_path().metadata()?.mode() & 0o7777;
        word(if mode == 0o600 { answer } else { format!("{mode:o}") })
    }),
    root_fact("a line's owner, changed", |_| {
        let pty = Pty::open()?;
        let answer = told(own(pty.slave_path(), Some(65534), Some(65534), Some(0o640)));
        let node = pty.slave_path().metadata()?;
        let right = (node.uid(), node.gid(), node.mode() & 0o7777) == (65534, 65534, 0o640);
        word(either(right, &answer, "another"))
    }),
    fact("the owner of a file that is no line", |bench| {
        let file = bench.dir.join("file");
        fs::write(&file, "x")?;
        word(told(own(&file, None, None, Some(0o666))))
    }),
    fact("the owner of a line behind a link", |bench| {
        let pty = Pty::open()?;
        let link = bench.dir.join("modem");
        symlink(pty.slave_path(), &link)?;
        let answer = told(own(&link, None, None, Some(0o600)));
        let mode = pty.slave_path().metadata()?.mode() & 0o7777;
        word(if mode == 0o600 { answer } else { format!("{mode:o}") })
    }),
    fact("the owner of a line behind a link anybody may exchange", |bench| {
        let pty = Pty::open()?;
        let link = bench.dir.join("modem");
        symlink(pty.slave_path(), &link)?;
        fs::set_permissions(&bench.dir, fs::Permissions::from_mode(0o1777))?;
        word(told(own(&link, None, None, Some(0o600))))
    }),
    fact("the owner of a file behind a link", |bench| {
        let (file, below) = (bench.dir.join("file"), bench.dir.join("dev"));
        fs::write(&file, "x")?;
        fs::create_dir(&below)?;
        let link = below.join("modem");
        symlink(&file, &link)?;
        word(told(own(&link, None, None, Some(0o666))))
    }),
    fact("devices that exist", |bench| {
        let seen =
            [bench.dir.join("no"), bench.dir.clone(), "/dev/null".into()].map(|path| device_exists(&path));
        word(either(seen == [false, false, true], "are told", "are not"))
    }),
];

fn told(answer: Result<Did, Errno>) -> String {
    match answer {
        Ok(Did::Done) => "done".to_owned(),
        Ok(Did::Unsupported(_)) => "unsupported".to_owned(),
        Err(errno) => format!("{errno:?}"),
    }
}
