//! What the black-box tests of polygetty are made of: a root of its own for each run, a line whose far
//! end the test holds, the program under test as init would start it, and a login program that writes
//! down what it was given.
//!
//! Nothing here sleeps as an assertion: a test waits for bytes, for an exit, for a file, for modes, and
//! gives up with a message that says what was awaited, what came instead, and after how long.
#![forbid(unsafe_code)]
// A test rig lives in the real world: clock, files and environment are its own.
#![allow(clippy::disallowed_methods)]

mod asleep;
mod bytes;
mod caps;
mod line;
mod programs;
mod racer;
mod recorded;
mod root;
#[cfg(test)]
mod selftest;
mod spawned;

pub use bytes::shown;
pub use caps::{Caps, caps};
pub use line::Line;
pub use racer::Racer;
pub use recorded::Recorded;
pub use root::{GETTYDEFS, Root};
pub use spawned::Spawned;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long anything that should happen at once may take on a machine that is busy.
pub const SOON: Duration = Duration::from_secs(10);

/// Held while a descriptor exists that must not reach a child (a pty's master, where it is marked only after it
/// was opened), and while a child starts. Tests run in threads of one process: without this a child of one test
/// could keep another test's line open.
fn starting() -> MutexGuard<'static, ()> {
    static STARTING: Mutex<()> = Mutex::new(());
    STARTING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks `look` again and again until it answers; None: not within `within`.
pub fn until<T>(within: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + within;
    loop {
        if let Some(seen) = look() {
            return Some(seen);
        }
        if Instant::now() >= end {
            return None;
        }
        std::thread::sleep(Duration::from_millis(3));
    }
}
