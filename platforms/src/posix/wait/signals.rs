//! Signals as records in a pipe, each with its sender.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicI32, Ordering};

use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use nix::libc;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, SigmaskHow, Signal, sigaction, sigprocmask};

use super::{Caught, Sender};
use crate::{Errno, os};

/// Where the handler writes; -1 while nobody listens.
static PIPE: AtomicI32 = AtomicI32::new(-1);

/// number, has a sender, pid, uid: one write of this size to a pipe is whole or not at all.
const RECORD: usize = 16;

/// Stopping or killing a getty for writing to its own line serves nobody.
const IGNORED: [Signal; 4] = [Signal::SIGTTOU, Signal::SIGTTIN, Signal::SIGTSTP, Signal::SIGPIPE];

/// The signals this process listens for. Dropping it restores what they did before.
#[derive(Debug)]
pub struct Signals {
    read: OwnedFd,
    _write: OwnedFd,
    before: Vec<(Signal, SigAction)>,
}

impl Signals {
    /// Listens for `signals` and ignores TTOU, TTIN, TSTP and PIPE unless they are among them. The
    /// signals are blocked while this is set up and unblocked at its end, so none is lost and
    /// none acts by default in between. One listener per process.
    ///
    /// # Errors
    /// EBUSY: somebody listens already; EINVAL: KILL or STOP, which nobody can hear.
    pub fn install(signals: &[Signal]) -> Result<Self, Errno> {
        let (read, write) = pipe()?;
        if PIPE.compare_exchange(-1, write.as_raw_fd(), Ordering::SeqCst, Ordering::SeqCst).is_err() {
            return Err(Errno::EBUSY);
        }
        let mut listener =
            Self { read, _write: write, before: Vec::with_capacity(signals.len() + IGNORED.len()) };
        let listened: SigSet = signals.iter().copied().collect();
        sigprocmask(SigmaskHow::SIG_BLOCK, Some(&listened), None)?;
        let set = listener.set_all(signals);
        // Unblocked on failure as well, with what the signals did before.
        if set.is_err() {
            listener.restore();
        }
        sigprocmask(SigmaskHow::SIG_UNBLOCK, Some(&listened), None)?;
        set.map(|()| listener)
    }

    fn set_all(&mut self, signals: &[Signal]) -> Result<(), Errno> {
        let caught = SigAction::new(SigHandler::SigAction(record), SaFlags::SA_RESTART, SigSet::all());
        let ignored = SigAction::new(SigHandler::SigIgn, SaFlags::empty(), SigSet::empty());
        for signal in IGNORED.into_iter().filter(|signal| !signals.contains(signal)) {
            self.set(signal, &ignored)?;
        }
        for signal in signals {
            self.set(*signal, &caught)?;
        }
        Ok(())
    }

    fn set(&mut self, signal: Signal, action: &SigAction) -> Result<(), Errno> {
        // SAFETY: `record` calls only what is safe in a handler; SIG_IGN is safe for every signal.
        let before = unsafe { sigaction(signal, action) }?;
        self.before.push((signal, before));
        Ok(())
    }

    fn restore(&mut self) {
        for (signal, action) in self.before.drain(..).rev() {
            // SAFETY: the action is one that was in force before.
            let _ = unsafe { sigaction(signal, &action) };
        }
    }

    /// The next signal that arrived, without waiting.
    pub fn next(&self) -> Option<Caught> {
        let mut bytes = [0u8; RECORD];
        match crate::line::retry(|| nix::unistd::read(&self.read, &mut bytes)) {
            Ok(RECORD) => decode(bytes),
            _ => None,
        }
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.read.as_fd()
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.restore();
        // After the handlers are gone: nobody writes to a descriptor that is about to be closed.
        PIPE.store(-1, Ordering::SeqCst);
    }
}

fn pipe() -> Result<(OwnedFd, OwnedFd), Errno> {
    let (read, write) = nix::unistd::pipe()?;
    for end in [&read, &write] {
        fcntl(end, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
        fcntl(end, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    }
    Ok((read, write))
}

/// The handler. A full pipe (thousands of signals nobody read) drops the record.
extern "C" fn record(number: libc::c_int, info: *mut libc::siginfo_t, _context: *mut libc::c_void) {
    let errno = Errno::last_raw();
    // SAFETY: with SA_SIGINFO the kernel passes a valid structure, or null on no system we know.
    let sender = unsafe { info.as_ref() }.and_then(os::signal::sender);
    let bytes = encode(number, sender);
    let pipe = PIPE.load(Ordering::SeqCst);
    if pipe >= 0 {
        // SAFETY: write(2) is safe in a handler; the buffer outlives the call; the pipe is
        // non-blocking and closed only after the handlers are gone.
        let _ = unsafe { libc::write(pipe, bytes.as_ptr().cast(), bytes.len()) };
    }
    Errno::set_raw(errno);
}

fn encode(number: i32, sender: Option<(i32, u32)>) -> [u8; RECORD] {
    let (pid, uid) = sender.unwrap_or((0, 0));
    let [a, b, c, d] = number.to_ne_bytes();
    let [e, f, g, h] = u32::from(sender.is_some()).to_ne_bytes();
    let [i, j, k, l] = pid.to_ne_bytes();
    let [m, n, o, p] = uid.to_ne_bytes();
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
}

fn decode(bytes: [u8; RECORD]) -> Option<Caught> {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = bytes;
    let signal = Signal::try_from(i32::from_ne_bytes([a, b, c, d])).ok()?;
    let sent = u32::from_ne_bytes([e, f, g, h]) != 0;
    let (pid, uid) = (i32::from_ne_bytes([i, j, k, l]), u32::from_ne_bytes([m, n, o, p]));
    Some(Caught { signal, from: sent.then_some(Sender { pid, uid }) })
}
