//! The login program of the tests: writes down what it was given, and exits 0.
//!
//! Arguments and environment are what is recorded, so they cannot tell it where to write: it writes
//! `recorded` into the directory above its own (`ROOT/bin/login` writes `ROOT/recorded`), under another
//! name first, so that whoever finds the file finds all of it.
#![forbid(unsafe_code)]
#![allow(clippy::disallowed_methods)]

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::signal::SigSet;
use nix::unistd::{
    getegid, geteuid, getgid, getgroups, getpgrp, getpid, getsid, getuid, seteuid, setgid, setuid, tcgetpgrp,
    ttyname,
};
use polygetty_platforms::line::OpenLine;
use polygetty_platforms::{modes::Attrs, symbols};

fn main() {
    let mut text = Text::default();
    text.process();
    let (input, output, errors) = (io::stdin(), io::stdout(), io::stderr());
    for (number, fd) in [input.as_fd(), output.as_fd(), errors.as_fd()].into_iter().enumerate() {
        text.descriptor(number, fd);
    }
    text.terminal(input.as_fd());
    text.proc_self();
    if let Ok(line) = OpenLine::adopt(input.as_fd())
        && let Ok(attrs) = line.attrs()
    {
        text.modes(&attrs);
        // The flag is shared with whoever has the line next.
        let _ = line.set_blocking();
    }
    let program = std::env::current_exe().expect("a program knows its path");
    let root = program.ancestors().nth(2).expect("ROOT/bin/NAME");
    let unfinished = root.join(format!("recorded.{}", getpid()));
    fs::write(&unfinished, text.0).expect("write the recording");
    fs::rename(&unfinished, root.join("recorded")).expect("publish the recording");
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn put(&mut self, key: impl std::fmt::Display, value: impl AsRef<OsStr>) {
        let mut word = String::new();
        for byte in value.as_ref().as_bytes() {
            match byte {
                b'!'..=b'~' if *byte != b'%' => word.push(char::from(*byte)),
                other => write!(word, "%{other:02x}").expect("a string takes all"),
            }
        }
        writeln!(self.0, "{key} {word}").expect("a string takes all");
    }

    fn process(&mut self) {
        for (number, argument) in std::env::args_os().enumerate() {
            self.put(format_args!("argv.{number}"), argument);
        }
        for (name, value) in std::env::vars_os() {
            self.put(format_args!("env.{}", name.to_string_lossy()), value);
        }
        self.put("pid", getpid().to_string());
        self.put("user", format!("{},{},{},{}", getuid(), geteuid(), getgid(), getegid()));
        if let Ok(groups) = getgroups() {
            let mut groups: Vec<u32> = groups.into_iter().map(|group| group.as_raw()).collect();
            groups.sort_unstable();
            groups.dedup();
            let groups: Vec<String> = groups.iter().map(ToString::to_string).collect();
            self.put("groups", groups.join(","));
        }
        // Whoever was root before, and is it no more, must not be able to become it again.
        let regains = setuid(0.into()).is_ok() || seteuid(0.into()).is_ok() || setgid(0.into()).is_ok();
        self.put("regains", regains.to_string());
        self.put("pgrp", getpgrp().to_string());
        if let Ok(session) = getsid(None) {
            self.put("sid", session.to_string());
        }
        if let Ok(mask) = SigSet::thread_get_mask() {
            let blocked: Vec<_> = mask.iter().map(|signal| signal.as_str()).collect();
            self.put("mask", blocked.join(","));
        }
    }

    fn descriptor(&mut self, number: usize, fd: impl AsFd) {
        if let Ok(name) = ttyname(&fd) {
            self.put(format_args!("fd.{number}"), name);
        }
        if let Ok(flags) = fcntl(fd, FcntlArg::F_GETFL) {
            let waits = !OFlag::from_bits_retain(flags).contains(OFlag::O_NONBLOCK);
            self.put(format_args!("waits.{number}"), waits.to_string());
        }
    }

    /// Only a controlling terminal tells its foreground group; and `/dev/tty` opens only with one.
    fn terminal(&mut self, input: impl AsFd) {
        if let Ok(group) = tcgetpgrp(input) {
            self.put("foreground", group.to_string());
        }
        let controlling = fs::File::open("/dev/tty").is_ok();
        self.put("controlling", controlling.to_string());
    }

    /// Where the system shows them: signals, and every open descriptor.
    fn proc_self(&mut self) {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        for line in status.lines() {
            if let Some((name @ ("SigBlk" | "SigIgn" | "SigCgt" | "Uid" | "Gid" | "Groups"), bits)) =
                line.split_once(':')
            {
                self.put(name, bits.trim());
            }
        }
        let Ok(entries) = fs::read_dir("/proc/self/fd") else { return };
        let mut open = Vec::new();
        for entry in entries.flatten() {
            // The directory being read is one of ours.
            let target = fs::read_link(entry.path()).unwrap_or_default();
            if !target.starts_with("/proc") {
                open.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        open.sort();
        self.put("open", open.join(","));
    }

    fn modes(&mut self, attrs: &Attrs) {
        for name in symbols::names() {
            if let Some(on) = attrs.flag(name) {
                self.put(format_args!("flag.{name}"), if on { "on" } else { "off" });
            }
        }
        let (input, output) = attrs.speeds();
        self.put("speed.input", input.to_string());
        self.put("speed.output", output.to_string());
        let (min, time) = attrs.min_time();
        self.put("min", min.to_string());
        self.put("time", time.to_string());
        for name in ["INTR", "QUIT", "ERASE", "KILL", "EOF", "EOL", "START", "STOP", "SUSP"] {
            if let Some(value) = attrs.char(name) {
                self.put(format_args!("char.{name}"), format!("{value:02x}"));
            }
        }
    }
}
