//! Throwing everybody off a line. Needs root on all systems that can.

use std::ffi::OsStr;

use nix::unistd::{Gid, Uid, isatty, setgid, setgroups, setuid};
use polygetty_platforms::line::OpenLine;
use polygetty_platforms::pty::Pty;
use polygetty_platforms::{Did, Signal, node, process};

use super::ends::led;
use super::{Fact, Part, Told, Trouble, root_fact, word};
use crate::lines::{called, either, got, heard_at_once, lone_line, outcome, typed};
use crate::players::Player;

/// Who is nobody's owner.
const STRANGER: u32 = 65534;

pub const FACTS: &[Fact] = &[
    root_fact("revoking a line", |_| {
        let (pty, _line) = lone_line()?;
        word(outcome(node::revoke(pty.slave_path())))
    }),
    root_fact("a revoked line: read", |_| on_revoked(|_, old| got(old.read(&mut [0; 8])))),
    root_fact("a revoked line: write", |_| {
        on_revoked(|_, old| old.write(b"x").map_or_else(called, |_| "taken".to_owned()))
    }),
    root_fact("a revoked line: modes", |_| {
        on_revoked(|_, old| old.attrs().map_or_else(called, |_| "still told".to_owned()))
    }),
    root_fact("a revoked line: still a terminal", |_| {
        on_revoked(|_, old| either(isatty(old).unwrap_or(false), "yes", "no"))
    }),
    root_fact("a revoked line, still held: the far end reads", |_| on_revoked(|pty, _| heard_at_once(pty))),
    root_fact("a revoked line: opened anew", |_| {
        on_revoked(|pty, _old| {
            let works = || -> Result<bool, Trouble> {
                let line = OpenLine::open(pty.slave_path())?;
                line.set_attrs(&line.attrs()?.raw())?;
                Ok(typed(pty, &line, b"name")? == b"name")
            };
            works().map_or_else(|trouble| trouble.to_string(), |works| either(works, "works", "is deaf"))
        })
    }),
    root_fact("a revoked line: the session's leader gets", |_| {
        let (pty, mut leader) = led()?;
        if node::revoke(pty.slave_path())? != Did::Done {
            return word("unsupported");
        }
        process::send(leader.pid(), Signal::SIGUSR1)?;
        // USR1 comes after whatever the revocation sent.
        let mut heard = Vec::new();
        loop {
            match leader.hear()? {
                last if last.starts_with("SIGUSR1") => break,
                signal => heard.push(signal),
            }
        }
        word(if heard.is_empty() { "nothing".to_owned() } else { heard.join(", ") })
    }),
    root_fact("a revoked line: taken by another session", |_| {
        let (pty, _leader) = led()?;
        if node::revoke(pty.slave_path())? != Did::Done {
            return word("unsupported");
        }
        let mut second = Player::start("take", &[pty.slave_path().as_os_str(), OsStr::new("plain")])?;
        word(second.hear()?)
    }),
    root_fact("revoking somebody else's line", |_| {
        let pty = Pty::open()?;
        let mut stranger = Player::start("stranger", &[pty.slave_path().as_os_str()])?;
        word(stranger.hear()?)
    }),
];

pub const PARTS: &[(&str, Part)] = &[("stranger", |stage| {
    setgroups(&[])?;
    setgid(Gid::from_raw(STRANGER))?;
    setuid(Uid::from_raw(STRANGER))?;
    let answer = outcome(node::revoke(stage.argument(0)?));
    stage.say(&answer)?;
    Ok(())
})];

/// Looks at a far end and at a descriptor from before the line was revoked.
fn on_revoked(look: impl FnOnce(&Pty, &OpenLine) -> String) -> Told {
    let (pty, old) = lone_line()?;
    match node::revoke(pty.slave_path())? {
        Did::Done => word(look(&pty, &old)),
        Did::Unsupported(_) => word("unsupported"),
    }
}
