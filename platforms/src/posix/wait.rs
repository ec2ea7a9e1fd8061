//! The one place where a process sleeps: line, signals, a child's pipe and a deadline together.

mod signals;

#[cfg(test)]
mod tests;

use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::time::Duration;

use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::{Errno, Signal, clock, os};

pub use signals::Signals;

/// What to wait for. `Watch::default()` waits for signals and the deadline alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watch<'a> {
    /// the line: a hang-up on it always wakes
    pub line: Option<BorrowedFd<'a>>,
    /// wake when bytes can be read; when false, waiting bytes do not wake
    pub readable: bool,
    /// wake when the line takes bytes
    pub writable: bool,
    /// wake when carrier is this; looked at once a second. A line without modem wires never says
    pub carrier: Option<bool>,
    /// the reading end of a child's pipe: wakes on its bytes and on its end
    pub child_pipe: Option<BorrowedFd<'a>>,
}

/// What woke the wait; if several did, the one that stands first here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// one of the signals listened for
    Signal(Caught),
    /// the child's pipe has bytes or has ended
    Child,
    /// bytes are waiting on the line
    Readable,
    /// the line hung up (and no byte is waiting that was asked for). It stays so: every further wait
    /// with this line answers this at once
    HungUp,
    /// carrier is now this
    Carrier(bool),
    /// the line takes bytes
    Writable,
    /// the deadline
    Until,
}

/// A signal and who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caught {
    /// which
    pub signal: Signal,
    /// None: the kernel (a hang-up, a child's end, the terminal)
    pub from: Option<Sender>,
}

/// The process that sent a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    /// its process number
    pub pid: i32,
    /// its real user
    pub uid: u32,
}

/// How often carrier is looked at, and a hang-up where poll would sleep through it.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

impl Signals {
    /// Waits for what `watch` names, at most until the moment `until` of [`clock::now`] (None: for
    /// ever). A moment that has passed looks once and does not sleep.
    pub fn wait(&self, watch: &Watch<'_>, until: Option<Duration>) -> Heard {
        loop {
            let now = clock::now();
            let left = until.map(|until| until.saturating_sub(now));
            if let Some(heard) = self.look(watch, left) {
                return heard;
            }
            if until.is_some_and(|until| clock::now() >= until) {
                return Heard::Until;
            }
        }
    }

    /// One poll, of at most `left`. None: nothing that was asked for.
    fn look(&self, watch: &Watch<'_>, left: Option<Duration>) -> Option<Heard> {
        let mut line_events = PollFlags::empty();
        line_events.set(PollFlags::POLLIN, watch.readable);
        line_events.set(PollFlags::POLLOUT, watch.writable);
        let deaf = !os::line::HANGUP_WAKES && watch.line.is_some() && line_events.is_empty();
        let slice = if watch.carrier.is_some() || deaf { Some(LOOK_AGAIN) } else { None };
        // Carrier may be right already: look before sleeping.
        let carrier_now = self.carrier(watch);
        let span = match (left, slice) {
            _ if carrier_now.is_some() => Some(Duration::ZERO),
            (Some(left), Some(slice)) => Some(left.min(slice)),
            (left, slice) => left.or(slice),
        };

        // A slot that is not watched polls the signal pipe for nothing.
        let signals = self.as_fd();
        let mut fds = [
            PollFd::new(signals, PollFlags::POLLIN),
            PollFd::new(watch.child_pipe.unwrap_or(signals), events_if(watch.child_pipe, PollFlags::POLLIN)),
            PollFd::new(watch.line.unwrap_or(signals), events_if(watch.line, line_events)),
        ];
        match poll(&mut fds, timeout(span)) {
            Ok(_) => {}
            // Our own handlers interrupt; what they wrote is read in the next round.
            Err(Errno::EINTR) => return self.next().map(Heard::Signal),
            Err(_) => {
                // ENOMEM and its like: the kernel is short of something; do not spin meanwhile.
                std::thread::sleep(Duration::from_millis(100).min(span.unwrap_or(LOOK_AGAIN)));
                return None;
            }
        }
        let [signal, child, line] = fds.map(|fd| fd.revents().unwrap_or(PollFlags::empty()));
        if !signal.is_empty()
            && let Some(caught) = self.next()
        {
            return Some(Heard::Signal(caught));
        }
        if watch.child_pipe.is_some() && !child.is_empty() {
            return Some(Heard::Child);
        }
        let hung_up = line.intersects(PollFlags::POLLHUP | PollFlags::POLLERR | PollFlags::POLLNVAL);
        if let Some(fd) = watch.line {
            // A hung-up line polls readable for ever; only bytes make it so for us.
            if watch.readable && line.contains(PollFlags::POLLIN) && (!hung_up || has_bytes(fd)) {
                return Some(Heard::Readable);
            }
            if hung_up {
                return Some(Heard::HungUp);
            }
            if let Some(carrier) = carrier_now {
                return Some(Heard::Carrier(carrier));
            }
            if watch.writable && line.contains(PollFlags::POLLOUT) {
                return Some(Heard::Writable);
            }
        }
        None
    }

    /// The carrier that was waited for, if it is so now.
    fn carrier(&self, watch: &Watch<'_>) -> Option<bool> {
        let (wanted, line) = (watch.carrier?, watch.line?);
        let now = number(line, os::line::TIOCMGET)? & libc::TIOCM_CAR != 0;
        (now == wanted).then_some(now)
    }
}

fn events_if(fd: Option<BorrowedFd<'_>>, events: PollFlags) -> PollFlags {
    if fd.is_some() { events } else { PollFlags::empty() }
}

/// Whole milliseconds, rounded up so that the deadline has passed when poll returns.
fn timeout(span: Option<Duration>) -> PollTimeout {
    let Some(span) = span else { return PollTimeout::NONE };
    let ms = span.as_nanos().div_ceil(1_000_000);
    PollTimeout::try_from(ms).unwrap_or(PollTimeout::MAX)
}

fn has_bytes(line: BorrowedFd<'_>) -> bool {
    number(line, os::line::FIONREAD).is_some_and(|count| count > 0)
}

fn number(line: BorrowedFd<'_>, request: os::line::Request) -> Option<libc::c_int> {
    let mut number: libc::c_int = 0;
    // SAFETY: both requests this is called with write one integer, which outlives the call.
    let answer = unsafe { libc::ioctl(line.as_raw_fd(), request, std::ptr::from_mut(&mut number)) };
    (answer != -1).then_some(number)
}
