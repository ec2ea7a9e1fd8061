//! What a line and its far end see of each other's end, and what a session sees of it.

use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::AsFd;

use nix::unistd::isatty;
use polygetty_platforms::Signal;
use polygetty_platforms::line::{OpenLine, Queue};
use polygetty_platforms::pty::Pty;
use polygetty_platforms::wait::{Heard, Signals, Watch};

use super::{Fact, Part, Trouble, fact, word};
use crate::lines::{
    at_last, called, either, errno, got, heard_at_once, line, listen, lone_line, outcome, raw_line, typed,
    woke,
};
use crate::players::{Player, Stage};

pub const FACTS: &[Fact] = &[
    fact("the far end is gone: read", |_| word(got(orphan()?.read(&mut [0; 8])))),
    fact("the far end is gone: write", |_| {
        word(orphan()?.write(b"x").map_or_else(called, |count| count.to_string()))
    }),
    fact("the far end is gone: the number of the write's error", |_| {
        let line = orphan()?;
        word(nix::unistd::write(&line, b"x").map_or_else(|errno| format!("{errno:?}"), |_| "none".to_owned()))
    }),
    fact("the far end is gone: modes", |_| {
        word(orphan()?.attrs().map_or_else(called, |_| "still told".to_owned()))
    }),
    fact("the far end is gone: discard", |_| {
        word(orphan()?.discard(Queue::Both).map_or_else(called, |()| "done".to_owned()))
    }),
    fact("the far end is gone: still a terminal", |_| {
        word(either(isatty(orphan()?).unwrap_or(false), "yes", "no"))
    }),
    fact("the far end is gone: opened anew", |_| {
        let (pty, _line) = line()?;
        let path = pty.slave_path().to_owned();
        drop(pty);
        word(OpenLine::open(&path).map_or_else(called, |_| "opens".to_owned()))
    }),
    fact("the far end is gone: what it had typed", |_| {
        let (pty, line) = raw_line()?;
        pty.write(b"name")?;
        listen(&line)?;
        drop(pty);
        word(either(got(line.read(&mut [0; 8])) == "bytes", "can be read", "is lost"))
    }),
    fact("the far end is gone: a wait for bytes", |_| waited(true)),
    fact("the far end is gone: a wait for its end", |_| waited(false)),
    fact("the line is closed: the far end reads", |_| {
        let (pty, line) = lone_line()?;
        drop(line);
        word(heard_at_once(&pty))
    }),
    fact("the line is closed: the far end writes", |_| {
        let (pty, line) = lone_line()?;
        drop(line);
        word(pty.write(b"x").map_or_else(|error| errno(&error), |_| "taken".to_owned()))
    }),
    fact("the far end is gone: the session's leader gets", |_| {
        let (pty, mut leader) = led()?;
        drop(pty);
        word(leader.hear()?)
    }),
    fact("the far end is gone: the leader opens /dev/tty", |_| {
        let (pty, mut leader) = led()?;
        drop(pty);
        leader.hear()?;
        leader.tell("tty")?;
        word(leader.hear()?)
    }),
    fact("the leader has ended: others write", |_| {
        let (_pty, line) = left_by_its_leader()?;
        word(line.write(b"x").map_or_else(called, |_| "taken".to_owned()))
    }),
    fact("the leader has ended: others read", |_| {
        let (_pty, line) = left_by_its_leader()?;
        word(got(line.read(&mut [0; 8])))
    }),
    fact("the leader has ended: opened anew", |_| {
        let (pty, _line) = left_by_its_leader()?;
        let line = OpenLine::open(pty.slave_path())?;
        line.set_attrs(&line.attrs()?.raw())?;
        word(either(typed(&pty, &line, b"name")? == b"name", "works", "is deaf"))
    }),
    fact("the leader has ended: taken by another", |_| {
        let (pty, _line) = left_by_its_leader()?;
        let mut second = Player::start("take", &[pty.slave_path().as_os_str(), OsStr::new("plain")])?;
        word(second.hear()?)
    }),
];

pub const PARTS: &[(&str, Part)] = &[("leader", lead)];

/// A line whose far end is gone.
fn orphan() -> Result<OpenLine, Trouble> {
    let (pty, line) = line()?;
    drop(pty);
    Ok(line)
}

/// The far end goes while, or just before, the wait is on.
fn waited(readable: bool) -> super::Told {
    let signals = Signals::install(&[])?;
    let (pty, line) = raw_line()?;
    let goes = std::thread::spawn(move || drop(pty));
    let watch = Watch { line: Some(line.as_fd()), readable, ..Watch::default() };
    let heard = signals.wait(&watch, at_last());
    goes.join().map_err(|_| "the far end panicked")?;
    word(woke(heard))
}

/// A line that is the terminal of a session, and its leader.
pub fn led() -> Result<(Pty, Player), Trouble> {
    let pty = Pty::open()?;
    let mut leader = Player::start("leader", &[pty.slave_path().as_os_str()])?;
    match leader.hear()?.as_str() {
        "done" => Ok((pty, leader)),
        other => Err(format!("the leader's terminal: {other}").into()),
    }
}

/// A line that this process has open, and whose session has ended.
fn left_by_its_leader() -> Result<(Pty, OpenLine), Trouble> {
    let (pty, leader) = led()?;
    let line = OpenLine::open(pty.slave_path())?;
    line.set_attrs(&line.attrs()?.raw())?;
    leader.end()?;
    Ok((pty, line))
}

/// Leads a session on a line, and says which signals arrive.
fn lead(stage: &mut Stage) -> Result<(), Trouble> {
    let signals = Signals::install(&[Signal::SIGHUP, Signal::SIGUSR1])?;
    let line = OpenLine::open(stage.argument(0)?)?;
    let taken = outcome(line.take_terminal(false));
    stage.say(&taken)?;
    loop {
        let watch = Watch { child_pipe: Some(stage.told()), ..Watch::default() };
        match signals.wait(&watch, None) {
            Heard::Signal(caught) => {
                let from = if caught.from.is_some() { "a process" } else { "the kernel" };
                let told = format!("{} from {from}", caught.signal);
                stage.say(&told)?;
            }
            _ => match stage.hear()?.as_deref() {
                Some("tty") => {
                    let opened = File::open("/dev/tty");
                    stage.say(&opened.map_or_else(|error| errno(&error), |_| "opens".to_owned()))?;
                }
                _ => return Ok(()),
            },
        }
    }
}
