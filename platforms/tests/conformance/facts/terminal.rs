//! Sessions and their controlling terminal.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::process::Stdio;

use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::sys::termios::tcgetsid;
use nix::unistd::{getpid, getsid, isatty, tcgetpgrp};
use polygetty_platforms::line::OpenLine;
use polygetty_platforms::pty::Pty;
use polygetty_platforms::wait::Signals;
use polygetty_platforms::{Signal, process};

use super::{Fact, Part, Told, Trouble, fact, root_fact, word};
use crate::lines::{either, errno, line, outcome};
use crate::players::{self, Player, Stage};

pub const FACTS: &[Fact] = &[
    fact("the terminal of a leader that opens a line", |_| opened("ours")),
    fact("the terminal of a leader that opens without O_NOCTTY", |_| opened("plain")),
    fact("taking the terminal", |_| taken("plain", |player| player.hear())),
    fact("session, group and descriptors after taking it", |_| {
        taken("plain", |player| {
            player.hear()?;
            player.hear()
        })
    }),
    fact("taking the terminal once more", |_| {
        taken("plain", |player| {
            player.hear()?;
            player.hear()?;
            player.tell("again")?;
            player.hear()
        })
    }),
    fact("leaving descriptors 0 to 2", |_| {
        taken("plain", |player| {
            player.hear()?;
            player.hear()?;
            player.tell("leave")?;
            player.hear()
        })
    }),
    fact("taking another session's terminal", |_| second("plain", |player| player.hear())),
    root_fact("stealing another session's terminal", |_| second("steal", |player| player.hear())),
    fact("descriptors 0 to 2 after a refusal", |_| {
        second("plain", |player| {
            player.hear()?;
            player.hear()
        })
    }),
    fact("taking a second terminal", |_| {
        let other = Pty::open()?;
        taken("plain", |player| {
            player.hear()?;
            player.hear()?;
            player.tell(&format!("also {}", other.slave_path().display()))?;
            player.hear()
        })
    }),
    fact("taking the terminal as leader of a group only", |_| {
        let pty = Pty::open()?;
        let mut player = Player::start_as_job("take", &[pty.slave_path().as_os_str(), OsStr::new("plain")])?;
        word(player.hear()?)
    }),
    fact("the session of somebody else's line", |_| {
        let (_pty, line) = line()?;
        word(tcgetsid(&line).map_or_else(|errno| format!("{errno:?}"), |_| "told".to_owned()))
    }),
    fact("reading in the background", |_| background("read", "default")),
    fact("reading in the background, TTIN ignored", |_| background("read", "ignored")),
    fact("writing in the background", |_| background("write", "default")),
    fact("setting modes in the background", |_| background("modes", "default")),
    fact("setting modes in the background, TTOU ignored", |_| background("modes", "ignored")),
];

pub const PARTS: &[(&str, Part)] = &[
    ("opener", |stage| {
        process::make_session()?;
        let line = if stage.argument(1)? == "plain" {
            open(stage.argument(0)?, OFlag::O_RDWR, Mode::empty())?
        } else {
            OpenLine::open(stage.argument(0)?)?.as_fd().try_clone_to_owned()?
        };
        let terminal = File::open("/dev/tty").map_or_else(|error| errno(&error), |_| "the line".to_owned());
        drop(line);
        stage.say(if terminal == "ENXIO" { "none" } else { &terminal })?;
        Ok(())
    }),
    ("take", take),
    ("shell", |stage| {
        let _ = OpenLine::open(stage.argument(0)?)?.take_terminal(false)?;
        let arguments = [stage.argument(1)?.as_os_str(), stage.argument(2)?.as_os_str()];
        let mut job = players::command("job", &arguments)?;
        std::os::unix::process::CommandExt::process_group(&mut job, 0);
        let mut job = job.stdin(Stdio::inherit()).stdout(Stdio::piped()).spawn()?;
        let fate = players::fate(job.id().cast_signed())?;
        let mut said = String::new();
        if fate == "ended" {
            job.stdout.take().ok_or("a job without a pipe")?.read_to_string(&mut said)?;
        } else {
            process::send(job.id().cast_signed(), Signal::SIGKILL)?;
            job.wait()?;
        }
        stage.say(if fate == "ended" { said.trim_end() } else { &fate })?;
        Ok(())
    }),
    ("job", |stage| {
        // Ignores TTIN and TTOU as long as it is there.
        let _ignoring = if stage.argument(1)? == "ignored" { Some(Signals::install(&[])?) } else { None };
        let terminal = io::stdin();
        let told = match stage.argument(0)?.to_str() {
            Some("read") => nix::unistd::read(&terminal, &mut [0; 8]).map(drop),
            Some("write") => nix::unistd::write(&terminal, b"x").map(drop),
            _ => {
                let line = OpenLine::adopt(terminal.as_fd())?;
                stage.say(
                    &line.set_attrs(&line.attrs()?.raw()).map_or_else(|e| e.to_string(), |()| "done".into()),
                )?;
                return Ok(());
            }
        };
        stage.say(&told.map_or_else(|errno| format!("{errno:?}"), |()| "done".to_owned()))?;
        Ok(())
    }),
];

/// Takes a terminal, says how that went and what it has then; then does as it is told.
fn take(stage: &mut Stage) -> Result<(), Trouble> {
    let line = OpenLine::open(stage.argument(0)?)?;
    let answer = outcome(line.take_terminal(stage.argument(1)? == "steal"));
    stage.say(&answer)?;
    let (us, terminal) = (getpid(), io::stdin());
    let standard = [isatty(io::stdin())?, isatty(io::stdout())?, isatty(io::stderr())?];
    let leads = tcgetsid(&terminal) == Ok(us) && tcgetpgrp(&terminal) == Ok(us) && getsid(None) == Ok(us);
    stage.say(match (leads, standard) {
        (true, [true, true, true]) => "all three",
        (false, [false, false, false]) => "as before",
        _ => "some",
    })?;
    while let Some(command) = stage.hear()? {
        let answer = match command.split_once(' ') {
            Some((_, other)) => outcome(OpenLine::open(other.as_ref())?.take_terminal(false)),
            None if command == "again" => outcome(line.take_terminal(false)),
            None => {
                OpenLine::leave_standard()?;
                let left = [isatty(io::stdin())?, isatty(io::stdout())?, isatty(io::stderr())?];
                either(left == [false; 3], "done", "some are the line")
            }
        };
        stage.say(&answer)?;
    }
    Ok(())
}

fn opened(how: &str) -> Told {
    let pty = Pty::open()?;
    let mut player = Player::start("opener", &[pty.slave_path().as_os_str(), OsStr::new(how)])?;
    word(player.hear()?)
}

/// A line taken by a player.
fn taken(how: &str, ask: impl FnOnce(&mut Player) -> io::Result<String>) -> Told {
    let pty = Pty::open()?;
    let mut player = Player::start("take", &[pty.slave_path().as_os_str(), OsStr::new(how)])?;
    word(ask(&mut player)?)
}

/// A line that one player has as its terminal, and another takes.
fn second(how: &str, ask: impl FnOnce(&mut Player) -> io::Result<String>) -> Told {
    let pty = Pty::open()?;
    let mut first = Player::start("take", &[pty.slave_path().as_os_str(), OsStr::new("plain")])?;
    if first.hear()? != "done" {
        return Err("the first cannot take it".into());
    }
    let mut second = Player::start("take", &[pty.slave_path().as_os_str(), OsStr::new(how)])?;
    let answer = ask(&mut second)?;
    drop(first);
    word(answer)
}

/// What becomes of a job that is not the terminal's foreground group.
fn background(what: &str, signals: &str) -> Told {
    let pty = Pty::open()?;
    let arguments = [pty.slave_path().as_os_str(), OsStr::new(what), OsStr::new(signals)];
    let mut shell = Player::start("shell", &arguments)?;
    word(shell.hear()?)
}
