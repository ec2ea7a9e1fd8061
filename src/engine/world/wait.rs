//! What a wait is for, and what ends it.

use super::ChildNews;
use polygetty_compat::plan::stage::Signal;

/// What to wait for besides signals and the deadline.
pub struct Watch<'a, L, C> {
    /// The line, if one is open. Its hang-up always wakes.
    pub line: Option<&'a L>,
    /// Wake when a byte has arrived.
    pub readable: bool,
    /// Wake when a write would take a byte.
    pub writable: bool,
    /// Wake when carrier is like this.
    pub carrier: Option<bool>,
    /// A program of ours: its words and its end wake.
    pub child: Option<&'a mut C>,
}

impl<L, C> Watch<'_, L, C> {
    /// Nothing but signals and the deadline.
    pub fn nothing() -> Self {
        Self { line: None, readable: false, writable: false, carrier: None, child: None }
    }
}

/// What ended a wait. Of several, the first in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A signal.
    Signal(Caught),
    /// The child said something, or ended.
    Child(ChildNews),
    /// A byte is there.
    Readable,
    /// The line was hung up, and every byte before that was read.
    HungUp,
    /// Carrier is as was asked.
    Carrier(bool),
    /// A write would take a byte.
    Writable,
    /// The deadline.
    Until,
}

/// A signal and who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caught {
    /// Which.
    pub signal: Signal,
    /// The sender, if a process sent it.
    pub from: Option<Sender>,
}

/// A process that sent a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    /// Its id.
    pub pid: i32,
    /// Its user.
    pub uid: u32,
}
