//! A line on a real pty.

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::symlink;
use std::process::{Child, Command, Stdio};

use nix::fcntl::FdFlag;

use super::*;
use crate::pty::Pty;
use crate::{Os, process};

fn line() -> (Pty, OpenLine) {
    let pty = Pty::open().unwrap();
    let line = OpenLine::open(pty.slave_path()).unwrap();
    (pty, line)
}

fn raw_line() -> (Pty, OpenLine) {
    let (pty, line) = line();
    line.set_attrs(&line.attrs().unwrap().raw()).unwrap();
    (pty, line)
}

#[test]
fn an_open_line_never_waits_and_is_not_inherited() {
    let (_pty, line) = line();
    let flags = OFlag::from_bits_retain(fcntl(&line.fd, FcntlArg::F_GETFL).unwrap());
    assert!(flags.contains(OFlag::O_NONBLOCK) && flags.contains(OFlag::O_RDWR));
    let flags = FdFlag::from_bits_retain(fcntl(&line.fd, FcntlArg::F_GETFD).unwrap());
    assert!(flags.contains(FdFlag::FD_CLOEXEC));
    assert!(line.as_fd().as_raw_fd() > 2);
    line.set_blocking().unwrap();
    let flags = OFlag::from_bits_retain(fcntl(&line.fd, FcntlArg::F_GETFL).unwrap());
    assert!(!flags.contains(OFlag::O_NONBLOCK));
}

#[test]
fn what_is_no_terminal_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (file, fifo) = (dir.path().join("file"), dir.path().join("fifo"));
    fs::write(&file, "x").unwrap();
    nix::unistd::mkfifo(&fifo, Mode::S_IRWXU).unwrap();
    let not_a_terminal = LineError::Failed(Errno::ENOTTY);
    for path in [&file, &fifo, Path::new("/dev/null"), dir.path()] {
        assert_eq!(OpenLine::open(path).unwrap_err(), not_a_terminal, "{}", path.display());
    }
    assert_eq!(OpenLine::adopt(fs::File::open(&file).unwrap().as_fd()).unwrap_err(), not_a_terminal);
    assert_eq!(OpenLine::open(&dir.path().join("no")).unwrap_err(), LineError::Gone(Errno::ENOENT));
    assert_eq!(OpenLine::open(&file.join("below")).unwrap_err(), LineError::Gone(Errno::ENOTDIR));
}

#[test]
fn a_link_to_a_line_opens_the_line() {
    let pty = Pty::open().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let link = dir.path().join("ttyS1");
    symlink(pty.slave_path(), &link).unwrap();
    assert_eq!(OpenLine::open(&link).unwrap().path().as_deref(), Some(pty.slave_path()));
}

#[test]
fn bytes_pass_both_ways_and_an_empty_line_says_nothing() {
    let (pty, line) = raw_line();
    let mut got = [0u8; 8];
    assert_eq!(line.read(&mut got), Ok(Got::Nothing));
    assert_eq!(line.read(&mut []), Ok(Got::Nothing));
    assert_eq!(pty.write(b"RING").unwrap(), 4);
    assert_eq!(line.read(&mut got), Ok(Got::Bytes(4)));
    assert_eq!(&got[..4], b"RING");
    assert_eq!(line.write(b"ATA\r"), Ok(4));
    assert_eq!(pty.read(&mut got).unwrap(), 4);
    assert_eq!(&got[..4], b"ATA\r");
}

#[test]
fn a_typed_end_of_file_is_an_end() {
    let (pty, line) = line();
    let mut attrs = line.attrs().unwrap();
    let _ = attrs.set_flag("ICANON", true);
    line.set_attrs(&attrs).unwrap();
    assert_eq!(pty.write(b"\x04").unwrap(), 1);
    assert_eq!(line.read(&mut [0; 8]), Ok(Got::End));
}

#[test]
fn a_line_whose_far_end_is_gone_has_ended() {
    let (pty, line) = line();
    drop(pty);
    // A program that another test is just starting has a copy of the far end until it is started.
    while line.read(&mut [0; 8]) == Ok(Got::Nothing) {
        std::thread::yield_now();
    }
    assert_eq!(line.read(&mut [0; 8]), Ok(Got::End));
    assert_eq!(line.write(b"x"), Err(LineError::HungUp));
    assert_eq!(line.attrs().map(|_| ()), Err(LineError::HungUp));
    assert_eq!(line.discard(Queue::Both), Err(LineError::HungUp));
}

#[test]
fn a_full_queue_takes_nothing_and_discard_makes_room() {
    let (pty, line) = raw_line();
    let block = [b'x'; 1024];
    let mut sent = 0;
    // Once is enough: Linux moves what was written on towards the far end a moment later, and has room once more.
    loop {
        match line.write(&block).unwrap() {
            0 => break,
            count => sent += count,
        }
        assert!(sent < 1 << 22, "it is never full");
    }
    if Os::HERE == Os::Linux {
        // What a pty's master has not read is not counted as unsent: it is the other end's input.
        assert!(line.unsent().is_some());
    }
    let mut into = vec![0; 1 << 16];
    assert!(pty.read(&mut into).unwrap() > 0);
    line.discard(Queue::Output).unwrap();
}

#[test]
fn discarded_input_is_not_read() {
    let (pty, line) = raw_line();
    assert_eq!(pty.write(b"noise").unwrap(), 5);
    line.discard(Queue::Input).unwrap();
    assert_eq!(line.read(&mut [0; 8]), Ok(Got::Nothing));
    assert_eq!(pty.write(b"name").unwrap(), 4);
    assert_eq!(line.read(&mut [0; 8]), Ok(Got::Bytes(4)));
}

#[test]
fn a_pty_has_no_modem_and_says_so() {
    let (_pty, line) = line();
    if Os::HERE == Os::FreeBsd {
        assert!(line.modem().is_some_and(|bits| bits.carrier));
    } else {
        assert_eq!(line.modem(), None);
        assert!(matches!(line.set_dtr(false), Ok(Did::Unsupported(_))));
        assert!(matches!(line.set_dtr(true), Ok(Did::Unsupported(_))));
    }
    // Whatever the answer is, a break is no error on a line without one.
    assert!(line.set_break(true).is_ok());
    assert!(line.set_break(false).is_ok());
}

#[test]
fn only_one_user_of_a_line_holds_the_claim() {
    if Os::HERE == Os::Illumos {
        return; // the lock there belongs to the process, which has both
    }
    let (pty, first) = line();
    let second = OpenLine::open(pty.slave_path()).unwrap();
    assert_eq!(first.claim(true), Ok(true));
    assert_eq!(second.claim(true), Ok(false));
    assert_eq!(first.claim(false), Ok(true));
    assert_eq!(second.claim(true), Ok(true));
}

#[test]
fn an_adopted_line_is_a_copy_that_never_waits() {
    let pty = Pty::open().unwrap();
    let given = pty.open_spare_slave().unwrap();
    let line = OpenLine::adopt(given.as_fd()).unwrap();
    assert_ne!(line.as_fd().as_raw_fd(), given.as_raw_fd());
    assert_eq!(line.read(&mut [0; 8]), Ok(Got::Nothing));
    drop(given);
    assert_eq!(line.path().as_deref(), Some(pty.slave_path()));
}

#[test]
fn errors_are_told_in_the_words_of_a_log() {
    let told = |error: LineError| error.to_string();
    assert_eq!(told(LineError::opening(Errno::EBUSY)), "the line is busy");
    assert_eq!(told(LineError::opening(Errno::ENXIO)), "no such device: No such device or address");
    assert_eq!(told(LineError::opening(Errno::EACCES)), "not permitted: Permission denied");
    assert_eq!(told(LineError::moving(Errno::EIO)), "the line hung up");
    assert_eq!(LineError::opening(Errno::EMFILE), LineError::Failed(Errno::EMFILE));
    assert_eq!(LineError::controlling(Errno::ENOTTY), LineError::HungUp);
    assert_eq!(LineError::taking(Errno::EPERM), LineError::Refused(Errno::EPERM));
}

// Taking a terminal changes the whole process, so a child does it: this test binary once more, with
// one test and what it needs in its environment.

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const LINE: &str = "POLYGETTY_TEST_LINE";
const STEAL: &str = "POLYGETTY_TEST_STEAL";

fn taker(pty: &Pty, steal: bool) -> Ended {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "posix::line::tests::child_takes_the_terminal", "--ignored", "--nocapture"])
        .env(LINE, pty.slave_path())
        .env(STEAL, if steal { "yes" } else { "no" })
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Ended(child.unwrap())
}

/// Reads the master until one of the words comes.
fn told(pty: &Pty, words: &[&'static str]) -> &'static str {
    let mut text = Vec::new();
    let until = crate::clock::now() + std::time::Duration::from_secs(20);
    while crate::clock::now() < until {
        let mut wait = [nix::poll::PollFd::new(pty.as_fd(), nix::poll::PollFlags::POLLIN)];
        let _ = nix::poll::poll(&mut wait, 200u16);
        let mut into = [0; 256];
        match pty.read(&mut into) {
            Ok(count) => text.extend_from_slice(&into[..count]),
            // No writer yet, or none any more.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => std::thread::yield_now(),
        }
        let text = String::from_utf8_lossy(&text);
        if let Some(word) = words.iter().find(|word| text.contains(**word)) {
            return word;
        }
    }
    panic!("none of {words:?} in {:?}", String::from_utf8_lossy(&text));
}

#[test]
#[ignore = "run by the tests below, in a process of its own"]
fn child_takes_the_terminal() {
    let path = std::env::var_os(LINE).unwrap();
    let held = io::stdin().as_fd().try_clone_to_owned().unwrap();
    let line = OpenLine::open(Path::new(&path)).unwrap();
    let steal = std::env::var(STEAL).unwrap() == "yes";
    let word: &[u8] = match line.take_terminal(steal) {
        Ok(Did::Done) => {
            // The terminal tells that to nobody but those whose controlling terminal it is.
            let leads = nix::unistd::tcgetpgrp(io::stdin()) == Ok(nix::unistd::getpid());
            let mine = nix::unistd::getsid(None).unwrap() == nix::unistd::getpid();
            let inherited = (0..=2).all(|fd| {
                // SAFETY: F_GETFD takes integers.
                unsafe { libc::fcntl(fd, libc::F_GETFD) == 0 && libc::isatty(fd) == 1 }
            });
            if leads && mine && inherited { b"<taken>" } else { b"<wrong>" }
        }
        Err(LineError::Refused(Errno::EPERM)) => b"<refused>",
        Ok(Did::Unsupported(_)) | Err(_) => b"<failed>",
    };
    line.write(word).unwrap();
    // Hold the terminal until the test has seen it and ends us, or has ended itself.
    let _ = nix::unistd::read(&held, &mut [0]);
}

const WORDS: &[&str] = &["<taken>", "<refused>", "<wrong>", "<failed>"];

#[test]
fn taking_the_terminal_makes_a_session_and_the_three_descriptors() {
    let pty = Pty::open().unwrap();
    let _spare = pty.open_spare_slave().unwrap();
    let _child = taker(&pty, false);
    assert_eq!(told(&pty, WORDS), "<taken>");
}

#[test]
fn another_sessions_terminal_is_refused_and_root_may_steal_it() {
    let pty = Pty::open().unwrap();
    let _spare = pty.open_spare_slave().unwrap();
    let _first = taker(&pty, false);
    assert_eq!(told(&pty, WORDS), "<taken>");
    let _second = taker(&pty, false);
    assert_eq!(told(&pty, WORDS), "<refused>");
    let _third = taker(&pty, true);
    // Of the whole machine: a user namespace has its own (and the first one that number).
    let of_the_machine =
        fs::read_link("/proc/self/ns/user").is_ok_and(|name| name.as_os_str() == "user:[4026531837]");
    if Os::HERE == Os::Linux && process::is_root() && !of_the_machine {
        println!("skipped: stealing: the root of a user namespace may take no terminal");
    }
    let stolen = Os::HERE == Os::Linux && process::is_root() && of_the_machine;
    assert_eq!(told(&pty, WORDS), if stolen { "<taken>" } else { "<refused>" });
}

#[test]
fn a_revoked_line_is_dead_and_opens_anew() {
    let (pty, old) = line();
    let _spare = pty.open_spare_slave().unwrap();
    match crate::node::revoke(pty.slave_path()) {
        Ok(Did::Done) => {
            assert_eq!(old.read(&mut [0; 8]), Ok(Got::End));
            assert_eq!(old.write(b"x"), Err(LineError::HungUp));
            let new = OpenLine::open(pty.slave_path()).unwrap();
            assert_eq!(new.read(&mut [0; 8]), Ok(Got::Nothing));
        }
        Err(LineError::Refused(_)) => assert!(!process::is_root()),
        Ok(Did::Unsupported(why)) => println!("skipped: {why}"),
        Err(error) => panic!("{error}"),
    }
}
