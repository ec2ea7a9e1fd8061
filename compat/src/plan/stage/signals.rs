//! Signals, and what they do while a stage runs.

use super::{End, LockFiles, Parting};

/// A signal that a life can meet.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    Hup,
    Int,
    Quit,
    Term,
    Usr1,
    Usr2,
}

impl Signal {
    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hup => "HUP",
            Self::Int => "INT",
            Self::Quit => "QUIT",
            Self::Term => "TERM",
            Self::Usr1 => "USR1",
            Self::Usr2 => "USR2",
        }
    }
}

/// What a signal does during a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnSignal {
    /// Nothing.
    Drop,
    /// The stage comes out like this.
    End(End),
    /// It is done, and a call is picked up however often it has rung: [`AwaitRing`](super::AwaitRing) that comes after is done, too.
    PickUp,
    /// From root's process that has these locks, while we have not: it hands its call over to us. The stage comes out
    /// as [`End::HandedOver`] if the plan knows a way for that, else it goes on, and [`AwaitFree`](super::AwaitFree) begins with it. From
    /// anybody else it does this.
    HandOver(Box<LockFiles>, Box<OnSignal>),
    /// This life ends.
    Finish(u8, Vec<Parting>),
}
