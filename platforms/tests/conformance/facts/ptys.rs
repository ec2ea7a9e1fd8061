//! What a pty is: its node, its two ends, its queues.

use std::io::ErrorKind;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use polygetty_platforms::line::{OpenLine, Queue};
use polygetty_platforms::process;
use polygetty_platforms::pty::Pty;

use super::{Fact, fact, word};
use crate::lines::{either, got, hex, line, listen, lone_line, raw_line, sent, set, typed};

/// More than any queue holds.
const ENOUGH: usize = 1 << 22;

pub const FACTS: &[Fact] = &[
    fact("the name of a new pty", |_| {
        let pty = Pty::open()?;
        let path = pty.slave_path().to_string_lossy().into_owned();
        word(path.trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned() + "N")
    }),
    fact("the owner of a new pty", |_| {
        let pty = Pty::open()?;
        let owner = pty.slave_path().metadata()?.uid();
        word(either(owner == process::effective_user(), "the caller", "somebody else"))
    }),
    fact("the mode of a new pty", |_| {
        let pty = Pty::open()?;
        word(format!("{:o}", pty.slave_path().metadata()?.mode() & 0o7777))
    }),
    fact("a line opened twice", |_| {
        let (pty, _line) = line()?;
        word(either(OpenLine::open(pty.slave_path()).is_ok(), "opens", "fails"))
    }),
    fact("bytes typed, through a raw line", |_| {
        let (pty, line) = raw_line()?;
        word(hex(&typed(&pty, &line, &[0x00, 0x03, 0x0d, 0xff])?))
    }),
    fact("bytes sent, through a raw line", |_| {
        let (pty, line) = raw_line()?;
        word(hex(&sent(&line, &pty, &[0x00, 0x03, 0x0d, 0x0a, 0xff])?))
    }),
    fact("modes of the line, seen from the far end", |_| {
        let (pty, line) = line()?;
        let seen = set(&line, &["ISTRIP", "-ECHO"])?;
        word(either(seen == Some(pty.attrs()?), "the same", "others"))
    }),
    fact("modes set from the far end", |_| {
        let (pty, line) = line()?;
        let mut attrs = pty.attrs()?;
        let _ = attrs.set_flag("ISTRIP", true);
        pty.set_attrs(&attrs)?;
        word(either(line.attrs()?.flag("ISTRIP") == Some(true), "taken", "lost"))
    }),
    fact("bytes towards the line until it is full", |_| {
        let (pty, _line) = raw_line()?;
        let mut taken = 0;
        while taken < ENOUGH {
            match pty.write(&[b'x'; 64]) {
                Ok(count) => taken += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        word(taken.to_string())
    }),
    fact("bytes towards the far end until it is full", |_| {
        let (_pty, line) = raw_line()?;
        let mut taken = 0;
        loop {
            match line.write(&[b'x'; 64])? {
                0 => return word(taken.to_string()),
                _ if taken > ENOUGH => return word("without end"),
                count => taken += count,
            }
        }
    }),
    fact("a full line takes more after the far end reads", |_| {
        let (pty, line) = raw_line()?;
        while line.write(&[b'x'; 64])? > 0 {}
        while pty.read(&mut [0; 4096]).is_ok() {}
        poll(&mut [PollFd::new(line.as_fd(), PollFlags::POLLOUT)], PollTimeout::NONE)?;
        word(either(line.write(b"x")? == 1, "yes", "no"))
    }),
    fact("input that was discarded", |_| {
        let (pty, line) = raw_line()?;
        pty.write(b"noise")?;
        listen(&line)?;
        line.discard(Queue::Input)?;
        word(either(typed(&pty, &line, b"name")? == b"name", "gone", "still there"))
    }),
    fact("discarding the output of a full line", |_| {
        let (_pty, line) = raw_line()?;
        while line.write(&[b'x'; 64])? > 0 {}
        line.discard(Queue::Output)?;
        word("done")
    }),
    fact("output nobody had read at the last close", |_| {
        let (pty, line) = lone_line()?;
        line.write(b"bye")?;
        // FreeBSD waits a second here for somebody to read.
        drop(line);
        let mut into = [0; 8];
        word(either(pty.read(&mut into).is_ok_and(|count| count == 3), "kept", "lost"))
    }),
    fact("modes after the last close", |_| {
        let (pty, line) = lone_line()?;
        let _ = set(&line, &["ISTRIP"])?;
        drop(line);
        let line = OpenLine::open(pty.slave_path())?;
        word(either(line.attrs()?.flag("ISTRIP") == Some(true), "kept", "as new"))
    }),
    fact("a line opened anew after its last close", |_| {
        let (pty, line) = lone_line()?;
        drop(line);
        let line = OpenLine::open(pty.slave_path())?;
        line.set_attrs(&line.attrs()?.raw())?;
        let passes = typed(&pty, &line, b"name")? == b"name" && sent(&line, &pty, b"name")? == b"name";
        word(either(passes, "works", "is deaf"))
    }),
    fact("an empty line reads", |_| {
        let (_pty, line) = raw_line()?;
        word(got(line.read(&mut [0; 8])))
    }),
];
