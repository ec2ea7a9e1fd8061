//! What wakes a wait.

use std::os::fd::AsFd;

use polygetty_platforms::wait::{Caught, Heard, Sender, Signals, Watch};
use polygetty_platforms::{Signal, process};

use super::{Fact, Told, fact, word};
use crate::lines::{at_last, either, raw_line, soon, woke};
use crate::players::Player;

pub const FACTS: &[Fact] = &[
    fact("a wait for bytes, and bytes", |_| {
        let signals = Signals::install(&[])?;
        let (pty, line) = raw_line()?;
        pty.write(b"x")?;
        let watch = Watch { line: Some(line.as_fd()), readable: true, ..Watch::default() };
        word(woke(signals.wait(&watch, at_last())))
    }),
    fact("a wait for bytes, and none", |_| {
        let signals = Signals::install(&[])?;
        let (_pty, line) = raw_line()?;
        let watch = Watch { line: Some(line.as_fd()), readable: true, ..Watch::default() };
        word(woke(signals.wait(&watch, soon())))
    }),
    fact("a wait for room on an empty line", |_| {
        let signals = Signals::install(&[])?;
        let (_pty, line) = raw_line()?;
        let watch = Watch { line: Some(line.as_fd()), writable: true, ..Watch::default() };
        word(woke(signals.wait(&watch, at_last())))
    }),
    fact("a wait for room on a full line", |_| {
        let signals = Signals::install(&[])?;
        let (_pty, line) = raw_line()?;
        let watch = Watch { line: Some(line.as_fd()), writable: true, ..Watch::default() };
        // Linux moves what was written on towards the far end a moment later, and has room once more.
        let mut heard = Heard::Writable;
        for _ in 0..20 {
            while line.write(&[b'x'; 64])? > 0 {}
            heard = signals.wait(&watch, soon());
            if heard != Heard::Writable {
                break;
            }
        }
        word(woke(heard))
    }),
    fact("a wait for carrier on a pty", |_| carrier(true)),
    fact("a wait for no carrier on a pty", |_| carrier(false)),
    fact("a wait for a child's bytes", |_| {
        let signals = Signals::install(&[])?;
        let (read, write) = nix::unistd::pipe()?;
        nix::unistd::write(&write, b"x")?;
        let watch = Watch { child_pipe: Some(read.as_fd()), ..Watch::default() };
        word(woke(signals.wait(&watch, at_last())))
    }),
    fact("a wait for a child that ended", |_| {
        let signals = Signals::install(&[])?;
        let (read, write) = nix::unistd::pipe()?;
        drop(write);
        let watch = Watch { child_pipe: Some(read.as_fd()), ..Watch::default() };
        word(woke(signals.wait(&watch, at_last())))
    }),
    fact("a wait, and a signal", |_| {
        let signals = Signals::install(&[Signal::SIGUSR1])?;
        let (pty, line) = raw_line()?;
        pty.write(b"x")?;
        process::send(process::pid(), Signal::SIGUSR1)?;
        let watch = Watch { line: Some(line.as_fd()), readable: true, writable: true, ..Watch::default() };
        word(woke(signals.wait(&watch, at_last())))
    }),
    fact("the sender of a signal", |_| {
        let signals = Signals::install(&[Signal::SIGUSR2])?;
        let us = process::pid().to_string();
        let mut player = Player::start("sender", &[us.as_ref()])?;
        let sender = Sender { pid: player.pid(), uid: nix::unistd::getuid().as_raw() };
        let heard = signals.wait(&Watch::default(), at_last());
        player.hear()?;
        word(either(heard == caught(Signal::SIGUSR2, Some(sender)), "is named", "is not"))
    }),
    fact("the sender of a child's end", |_| {
        let signals = Signals::install(&[Signal::SIGCHLD])?;
        Player::start("nobody", &[])?.end()?;
        let heard = signals.wait(&Watch::default(), at_last());
        word(either(heard == caught(Signal::SIGCHLD, None), "the kernel", "a process"))
    }),
    fact("a second listener for signals", |_| {
        let _signals = Signals::install(&[])?;
        word(Signals::install(&[]).map_or_else(|errno| format!("{errno:?}"), |_| "listens".to_owned()))
    }),
    fact("listening for KILL", |_| {
        word(
            Signals::install(&[Signal::SIGKILL])
                .map_or_else(|errno| format!("{errno:?}"), |_| "listens".to_owned()),
        )
    }),
];

fn caught(signal: Signal, from: Option<Sender>) -> Heard {
    Heard::Signal(Caught { signal, from })
}

/// A wait for carrier alone. The deadline lets it look once, which tells what wires there are.
fn carrier(up: bool) -> Told {
    let signals = Signals::install(&[])?;
    let (_pty, line) = raw_line()?;
    let watch = Watch { line: Some(line.as_fd()), carrier: Some(up), ..Watch::default() };
    word(woke(signals.wait(&watch, soon())))
}
