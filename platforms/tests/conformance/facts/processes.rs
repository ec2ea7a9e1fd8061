//! Becoming another program, sessions, and other processes.

use std::fs::File;
use std::path::Path;

use nix::fcntl::{FcntlArg, OFlag, fcntl, open};
use nix::sys::signal::{SigSet, SigmaskHow, sigprocmask};
use nix::sys::stat::Mode;
use nix::unistd::{Pid, setpgid};
use polygetty_platforms::process::{become_program, detach, is_alive, make_session, pid, send, system_names};
use polygetty_platforms::wait::Signals;
use polygetty_platforms::{Errno, Os, Signal};

use super::{Fact, Part, Told, Trouble, fact, word};
use crate::lines::either;
use crate::options;
use crate::players::Player;

pub const FACTS: &[Fact] = &[
    fact("the name of the system", |_| {
        let sysname = system_names()?.sysname;
        word(either(sysname == Os::HERE.name(), "the platform's", &sysname))
    }),
    fact("the login program's descriptors above 2", |_| inspected("descriptors")),
    fact("the login program's blocked signals", |_| inspected("blocked")),
    fact("the login program's environment", |_| inspected("environment")),
    fact("the login program's own name", |_| inspected("name")),
    fact("the login program, sent HUP", |_| signalled(Signal::SIGHUP)),
    fact("the login program, sent USR1", |_| signalled(Signal::SIGUSR1)),
    fact("the login program, sent TSTP", |_| signalled(Signal::SIGTSTP)),
    fact("the login program, sent TTOU", |_| signalled(Signal::SIGTTOU)),
    fact("a program that is not there", |_| {
        let mut player = Player::start("failing", &[])?;
        word(player.hear()?)
    }),
    fact("signals and descriptors after that", |_| {
        let mut player = Player::start("failing", &[])?;
        player.hear()?;
        word(player.hear()?)
    }),
    fact("sessions made by one process", |_| {
        let mut player = Player::start("sessions", &[])?;
        word(player.hear()?)
    }),
    fact("a process that detaches", |_| {
        let mut player = Player::start("detacher", &[])?;
        let parent = player.pid().to_string();
        let went_on = player.hear()?;
        let ended = player.end()?.success();
        word(if ended && went_on != parent { "goes on as another" } else { "does not" })
    }),
    fact("a process that has ended", |_| {
        let player = Player::start("nobody", &[])?;
        let number = player.pid();
        let alive = is_alive(number);
        player.end()?;
        word(match (alive, is_alive(number)) {
            (true, false) => "is dead",
            (false, _) => "never lived",
            _ => "lives",
        })
    }),
    fact("numbers that name no single process", |_| {
        let refused = [-1, 0, 1, i32::MIN].map(|number| send(number, Signal::SIGTERM) == Err(Errno::EINVAL));
        let alive = [-1, 0].map(is_alive);
        word(either(refused == [true; 4] && alive == [false; 2], "refused", "signalled"))
    }),
];

pub const PARTS: &[(&str, Part)] = &[
    ("nobody", |stage| {
        stage.hear()?;
        Ok(())
    }),
    ("sender", |stage| {
        let to = stage.argument(0)?.to_str().and_then(|text| text.parse().ok()).ok_or("not a number")?;
        send(to, Signal::SIGUSR2)?;
        stage.say("sent")?;
        stage.hear()?;
        Ok(())
    }),
    ("becoming", |_| {
        let spoiled = spoil()?;
        let us = std::env::current_exe()?;
        let argv = ["login", options::PART, "inspector"].map(|word| word.as_bytes().to_vec());
        let errno = become_program(&us, &argv, &[(b"TERM".to_vec(), b"vt100".to_vec())]);
        drop(spoiled);
        Err(format!("still here: {errno}").into())
    }),
    ("inspector", |stage| {
        while let Some(command) = stage.hear()? {
            let answer = match command.as_str() {
                "descriptors" => descriptors()?,
                "blocked" => blocked()?,
                "environment" => {
                    let all = std::env::vars().map(|(name, value)| format!("{name}={value}"));
                    all.collect::<Vec<_>>().join(" ")
                }
                _ => std::env::args().next().unwrap_or_default(),
            };
            stage.say(&answer)?;
        }
        Ok(())
    }),
    ("failing", |stage| {
        let spoiled = spoil()?;
        let errno = become_program(Path::new("/no/such/login"), &[b"login".to_vec()], &[]);
        stage.say(&format!("{errno:?}"))?;
        let is_open = fcntl(&spoiled.inherited, FcntlArg::F_GETFL).is_ok();
        // Still ignored, or this stops us.
        send(pid(), Signal::SIGTSTP)?;
        let held = blocked()? == "SIGUSR1";
        stage.say(if is_open && held { "as before" } else { "changed" })?;
        Ok(())
    }),
    ("sessions", |stage| {
        let made = [make_session()?, make_session()?];
        stage.say(if made == [true, false] { "one" } else { "another number" })?;
        Ok(())
    }),
    ("detacher", |stage| {
        detach()?;
        stage.say(&pid().to_string())?;
        Ok(())
    }),
];

/// What a getty may be left with at its end.
struct Spoiled {
    /// a descriptor that exec would leave open
    inherited: std::os::fd::OwnedFd,
    _listening: Signals,
}

/// Signals caught, ignored and blocked, descriptors near and far that an exec would leave open.
fn spoil() -> Result<Spoiled, Trouble> {
    let listening = Signals::install(&[Signal::SIGHUP, Signal::SIGTERM])?;
    let blocked = SigSet::from_iter([Signal::SIGUSR1]);
    sigprocmask(SigmaskHow::SIG_BLOCK, Some(&blocked), None)?;
    let null = open("/dev/null", OFlag::O_RDWR, Mode::empty())?;
    let inherited = nix::unistd::dup(&null)?;
    fcntl(&null, FcntlArg::F_DUPFD(100))?;
    Ok(Spoiled { inherited, _listening: listening })
}

/// Which descriptors above 2 this process was started with, found by opening files until each number that
/// could be one is taken: a number that is left out was.
fn descriptors() -> Result<String, Trouble> {
    use std::os::fd::AsRawFd;
    // The two that this part itself talks through lie above 2.
    let mut files = Vec::new();
    let mut missing = Vec::new();
    let mut expected = 5;
    while expected < 200 {
        let file = File::open("/dev/null")?;
        let number = file.as_raw_fd();
        missing.extend((expected..number).map(|number| number.to_string()));
        expected = expected.max(number + 1);
        files.push(file);
    }
    Ok(if missing.is_empty() { "none".to_owned() } else { missing.join(" ") })
}

/// The signals that are blocked.
fn blocked() -> Result<String, Trouble> {
    let names: Vec<&str> = SigSet::thread_get_mask()?.iter().map(Signal::as_str).collect();
    Ok(if names.is_empty() { "none".to_owned() } else { names.join(" ") })
}

fn inspected(what: &str) -> Told {
    let mut player = Player::start("becoming", &[])?;
    player.tell(what)?;
    word(player.hear()?)
}

/// The fate of a program that a spoiled process turned into, and that gets a signal.
fn signalled(signal: Signal) -> Told {
    // In a group of its own whose parent is in ours: a terminal's stop does not act on orphans.
    let _ = setpgid(Pid::from_raw(0), Pid::from_raw(0));
    let mut player = Player::start_as_job("becoming", &[])?;
    player.tell("name")?;
    player.hear()?;
    send(player.pid(), signal)?;
    word(player.fate()?)
}
