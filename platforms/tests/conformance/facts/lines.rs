//! Opening a line: how it is opened, what is no line, and the name it keeps.

use std::fs::{self, File};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::symlink;
use std::path::Path;

use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use polygetty_platforms::line::OpenLine;
use polygetty_platforms::pty::Pty;

use super::{Fact, Told, Trouble, fact, word};
use crate::lines::{called, either, got, line};

pub const FACTS: &[Fact] = &[
    fact("an opened line waits", |_| {
        let (_pty, line) = line()?;
        word(either(status(&line)?.contains(OFlag::O_NONBLOCK), "never", "for bytes"))
    }),
    fact("an opened line made blocking", |_| {
        let (_pty, line) = line()?;
        line.set_blocking()?;
        word(either(status(&line)?.contains(OFlag::O_NONBLOCK), "never waits", "waits"))
    }),
    fact("an opened line at exec", |_| {
        let (_pty, line) = line()?;
        let flags = FdFlag::from_bits_retain(fcntl(&line, FcntlArg::F_GETFD)?);
        word(either(flags.contains(FdFlag::FD_CLOEXEC), "is closed", "stays open"))
    }),
    fact("an opened line's descriptor", |_| {
        let (_pty, line) = line()?;
        word(either(line.as_fd().as_raw_fd() > 2, "above 2", "a standard one"))
    }),
    fact("an adopted line waits", |_| {
        let pty = Pty::open()?;
        let given = pty.open_spare_slave()?;
        let line = OpenLine::adopt(given.as_fd())?;
        word(got(line.read(&mut [0; 8])))
    }),
    fact("the name of an adopted line", |_| {
        let pty = Pty::open()?;
        let given = pty.open_spare_slave()?;
        let line = OpenLine::adopt(given.as_fd())?;
        drop(given);
        word(either(line.path().as_deref() == Some(pty.slave_path()), "survives", "is lost"))
    }),
    fact("the name of a line opened through a link", |bench| {
        let pty = Pty::open()?;
        let link = bench.dir.join("modem");
        symlink(pty.slave_path(), &link)?;
        let line = OpenLine::open(&link)?;
        word(either(line.path().as_deref() == Some(pty.slave_path()), "the line's", "another"))
    }),
    fact("a FIFO as a line", |bench| {
        let fifo = bench.dir.join("fifo");
        mkfifo(&fifo, Mode::S_IRWXU)?;
        opened(&fifo)
    }),
    fact("a file as a line", |bench| {
        let file = bench.dir.join("file");
        fs::write(&file, "x")?;
        opened(&file)
    }),
    fact("a directory as a line", |bench| opened(&bench.dir)),
    fact("/dev/null as a line", |_| opened(Path::new("/dev/null"))),
    fact("a missing node as a line", |bench| opened(&bench.dir.join("no"))),
    fact("a file adopted as a line", |bench| {
        let file = File::create(bench.dir.join("file"))?;
        word(OpenLine::adopt(file.as_fd()).map_or_else(called, |_| "opens".to_owned()))
    }),
];

fn status(line: &OpenLine) -> Result<OFlag, Trouble> {
    Ok(OFlag::from_bits_retain(fcntl(line, FcntlArg::F_GETFL)?))
}

fn opened(path: &Path) -> Told {
    word(OpenLine::open(path).map_or_else(called, |_| "opens".to_owned()))
}
