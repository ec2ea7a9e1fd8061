//! The one place that every call of the real host and line passes.
//!
//! A debug build can make the n-th of them fail, or kill the process at it, so that a test can go through a
//! whole life and stop it at every step. A release build has no such option, and the call is nothing there.

use crate::engine::world::LineError;

/// What happens at the n-th call, counted from 1.
#[cfg(debug_assertions)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It fails as if the system had said EIO.
    Fail(u64),
    /// The process is killed there (SIGKILL).
    Die(u64),
}

#[cfg(debug_assertions)]
static PLANNED: std::sync::OnceLock<Fault> = std::sync::OnceLock::new();
#[cfg(debug_assertions)]
static CALLS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

/// Plans a fault, once per process.
#[cfg(debug_assertions)]
pub fn plan(fault: Fault) {
    let _ = PLANNED.set(fault); // a second one would be a mistake in the test's command line
}

/// What a call that was made to fail says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failed;

impl Failed {
    pub(super) const WHY: &str = "made to fail by a test";
}

impl From<Failed> for LineError {
    fn from(_: Failed) -> Self {
        Self::Failed(Failed::WHY.into())
    }
}

/// A call passes here.
#[inline]
pub(super) fn pass() -> Result<(), Failed> {
    #[cfg(debug_assertions)]
    if let Some(fault) = PLANNED.get() {
        let call = CALLS.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        if *fault == Fault::Die(call) {
            use polygetty_platforms::{Signal, process};
            let _ = process::send(process::pid(), Signal::SIGKILL);
        }
        if *fault == Fault::Fail(call) {
            log::debug!("call {call} is {}", Failed::WHY); // most failures are not worth a word of the caller's
            return Err(Failed);
        }
    }
    Ok(())
}
