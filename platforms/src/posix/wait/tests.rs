//! Waiting for lines, signals, pipes and deadlines. One listener per process, so one test at a time.

use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::*;
use crate::line::OpenLine;
use crate::pty::Pty;

static ALONE: Mutex<()> = Mutex::new(());

struct Listener {
    signals: Signals,
    _alone: MutexGuard<'static, ()>,
}

fn listen(signals: &[Signal]) -> Listener {
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    Listener { signals: Signals::install(signals).unwrap(), _alone: alone }
}

fn soon() -> Option<Duration> {
    Some(clock::now() + Duration::from_millis(60))
}

/// Long enough to be an answer to "does it come at all".
fn at_last() -> Option<Duration> {
    Some(clock::now() + Duration::from_secs(20))
}

fn raw_line() -> (Pty, OpenLine) {
    let pty = Pty::open().unwrap();
    let line = OpenLine::open(pty.slave_path()).unwrap();
    line.set_attrs(&line.attrs().unwrap().raw()).unwrap();
    (pty, line)
}

fn watch(line: &OpenLine) -> Watch<'_> {
    Watch { line: Some(line.as_fd()), ..Watch::default() }
}

fn send_self(signal: Signal) {
    nix::sys::signal::kill(nix::unistd::getpid(), signal).unwrap();
}

#[test]
fn a_deadline_wakes_when_it_has_passed_and_not_before() {
    let listener = listen(&[]);
    let until = clock::now() + Duration::from_millis(30);
    assert_eq!(listener.signals.wait(&Watch::default(), Some(until)), Heard::Until);
    assert!(clock::now() >= until);
    assert_eq!(listener.signals.wait(&Watch::default(), Some(Duration::ZERO)), Heard::Until);
}

#[test]
fn bytes_wake_only_who_wants_them() {
    let listener = listen(&[]);
    let (pty, line) = raw_line();
    assert_eq!(pty.write(b"x").unwrap(), 1);
    assert_eq!(listener.signals.wait(&watch(&line), soon()), Heard::Until, "unwanted");
    let wanted = Watch { readable: true, ..watch(&line) };
    assert_eq!(listener.signals.wait(&wanted, at_last()), Heard::Readable);
    assert_eq!(
        listener.signals.wait(&wanted, Some(Duration::ZERO)),
        Heard::Readable,
        "even past the deadline"
    );
}

#[test]
fn a_hang_up_wakes_whether_or_not_bytes_are_wanted() {
    let listener = listen(&[]);
    for readable in [false, true] {
        let (pty, line) = raw_line();
        let watch = Watch { readable, ..watch(&line) };
        assert_eq!(listener.signals.wait(&watch, soon()), Heard::Until);
        let closer = std::thread::spawn(move || drop(pty));
        assert_eq!(listener.signals.wait(&watch, at_last()), Heard::HungUp);
        closer.join().unwrap();
        assert_eq!(listener.signals.wait(&watch, at_last()), Heard::HungUp, "and it stays so");
    }
}

#[test]
fn room_to_write_wakes_after_everything_else() {
    let listener = listen(&[]);
    let (pty, line) = raw_line();
    let watch = Watch { writable: true, readable: true, ..watch(&line) };
    assert_eq!(listener.signals.wait(&watch, at_last()), Heard::Writable);
    assert_eq!(pty.write(b"x").unwrap(), 1);
    assert_eq!(listener.signals.wait(&watch, at_last()), Heard::Readable);
}

#[test]
fn a_full_line_is_not_writable_until_it_drains() {
    let listener = listen(&[]);
    let (pty, line) = raw_line();
    let watch = Watch { writable: true, ..watch(&line) };
    // Linux moves what was written on towards the far end a moment later, and has room once more.
    let mut heard = Heard::Writable;
    for _ in 0..20 {
        while line.write(&[b'x'; 1024]).unwrap() > 0 {}
        heard = listener.signals.wait(&watch, soon());
        if heard != Heard::Writable {
            break;
        }
    }
    assert_eq!(heard, Heard::Until);
    let mut into = vec![0; 1 << 16];
    while pty.read(&mut into).is_ok_and(|count| count > 0) {}
    assert_eq!(listener.signals.wait(&watch, at_last()), Heard::Writable);
}

#[test]
fn a_childs_bytes_and_its_end_wake() {
    let listener = listen(&[]);
    // Close-on-exec at once: a child of another test must not keep it open.
    let (read, write) = std::io::pipe().unwrap();
    let watch = Watch { child_pipe: Some(read.as_fd()), ..Watch::default() };
    assert_eq!(listener.signals.wait(&watch, soon()), Heard::Until);
    nix::unistd::write(&write, b"x").unwrap();
    assert_eq!(listener.signals.wait(&watch, at_last()), Heard::Child);
    nix::unistd::read(&read, &mut [0; 8]).unwrap();
    drop(write);
    assert_eq!(listener.signals.wait(&watch, at_last()), Heard::Child);
}

#[test]
fn a_line_without_modem_wires_never_tells_of_carrier() {
    if crate::Os::HERE == crate::Os::FreeBsd {
        return; // its ptys answer as if carrier were up
    }
    let listener = listen(&[]);
    let (_pty, line) = raw_line();
    for carrier in [true, false] {
        let watch = Watch { carrier: Some(carrier), ..watch(&line) };
        assert_eq!(listener.signals.wait(&watch, soon()), Heard::Until);
    }
}

#[test]
fn a_signal_comes_first_and_names_its_sender() {
    let listener = listen(&[Signal::SIGUSR1, Signal::SIGUSR2]);
    let (pty, line) = raw_line();
    assert_eq!(pty.write(b"x").unwrap(), 1);
    let watch = Watch { readable: true, writable: true, ..watch(&line) };
    send_self(Signal::SIGUSR1);
    // Another thread of this test program may be the one that takes it, a moment later.
    poll(&mut [PollFd::new(listener.signals.as_fd(), PollFlags::POLLIN)], PollTimeout::NONE).ok();
    let us = Sender { pid: crate::process::pid(), uid: nix::unistd::getuid().as_raw() };
    let caught = Caught { signal: Signal::SIGUSR1, from: Some(us) };
    assert_eq!(listener.signals.wait(&watch, at_last()), Heard::Signal(caught));
    assert_eq!(listener.signals.wait(&watch, at_last()), Heard::Readable);
}

#[test]
fn another_process_is_named_too() {
    let listener = listen(&[Signal::SIGUSR2]);
    let script = format!("kill -USR2 {}; echo $$", crate::process::pid());
    let child = Command::new("/bin/sh").args(["-c", &script]).output().unwrap();
    let pid: i32 = String::from_utf8(child.stdout).unwrap().trim().parse().unwrap();
    let from = Some(Sender { pid, uid: nix::unistd::getuid().as_raw() });
    let heard = listener.signals.wait(&Watch::default(), at_last());
    assert_eq!(heard, Heard::Signal(Caught { signal: Signal::SIGUSR2, from }));
}

#[test]
fn the_kernels_signals_have_no_sender() {
    let listener = listen(&[Signal::SIGCHLD]);
    assert!(Command::new("/bin/true").status().is_ok());
    let heard = listener.signals.wait(&Watch::default(), at_last());
    assert_eq!(heard, Heard::Signal(Caught { signal: Signal::SIGCHLD, from: None }));
}

#[test]
fn every_signal_is_told_in_the_order_of_arrival() {
    let listener = listen(&[Signal::SIGUSR1, Signal::SIGUSR2]);
    let order = [Signal::SIGUSR1, Signal::SIGUSR2, Signal::SIGUSR2, Signal::SIGUSR1];
    for signal in order {
        send_self(signal);
        let Heard::Signal(caught) = listener.signals.wait(&Watch::default(), at_last()) else {
            panic!("no signal");
        };
        assert_eq!(caught.signal, signal);
    }
    assert_eq!(listener.signals.next(), None);
}

#[test]
fn a_signal_wakes_a_wait_without_deadline() {
    let listener = listen(&[Signal::SIGUSR1]);
    let sender = std::thread::spawn(|| send_self(Signal::SIGUSR1));
    assert!(matches!(listener.signals.wait(&Watch::default(), None), Heard::Signal(_)));
    sender.join().unwrap();
}

fn action_of(signal: libc::c_int) -> libc::sighandler_t {
    // SAFETY: the structure is integers; the call only fills it in.
    unsafe {
        let mut now: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, std::ptr::null(), &mut now);
        now.sa_sigaction
    }
}

#[test]
fn signals_that_would_stop_us_are_ignored_meanwhile_and_all_is_restored() {
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = [libc::SIGTTOU, libc::SIGUSR1, libc::SIGTSTP].map(action_of);
    let signals = Signals::install(&[Signal::SIGUSR1]).unwrap();
    assert_eq!(action_of(libc::SIGTTOU), libc::SIG_IGN);
    assert_eq!(action_of(libc::SIGTSTP), libc::SIG_IGN);
    assert_eq!(Signals::install(&[]).unwrap_err(), Errno::EBUSY);
    drop(signals);
    assert_eq!([libc::SIGTTOU, libc::SIGUSR1, libc::SIGTSTP].map(action_of), before);
    assert_eq!(Signals::install(&[Signal::SIGUSR1, Signal::SIGKILL]).unwrap_err(), Errno::EINVAL);
    assert_eq!([libc::SIGTTOU, libc::SIGUSR1, libc::SIGTSTP].map(action_of), before);
    let blocked = nix::sys::signal::SigSet::thread_get_mask().unwrap();
    assert!(!blocked.contains(Signal::SIGUSR1));
    drop(alone);
}

#[test]
fn a_timeout_is_rounded_up() {
    assert_eq!(timeout(None), PollTimeout::NONE);
    assert_eq!(timeout(Some(Duration::ZERO)), PollTimeout::ZERO);
    assert_eq!(timeout(Some(Duration::from_nanos(1))), PollTimeout::from(1u8));
    assert_eq!(timeout(Some(Duration::MAX)), PollTimeout::MAX);
}
