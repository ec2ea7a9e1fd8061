//! Stages of a call that we make, on a line that somebody else watches, and of handing it over.

use super::{AuditPiece, Device, Lock, RunChat};
use crate::plan::setting::Setting;
use crate::source::FilePath;
use std::time::Duration;

/// [`Stage::Ask`](super::Stage::Ask)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What is asked on standard output.
    pub prompt: &'static [u8],
    /// The most of an answer that is read, in bytes.
    pub longest: usize,
    /// What makes a number of an answer.
    pub number: ReadNumber,
}

/// Makes what is dialled of what was typed, or says what is wrong with it. Pure.
#[derive(Clone, Copy)]
pub struct ReadNumber(pub fn(&[u8]) -> Result<Vec<u8>, String>);

/// [`Stage::Detach`](super::Stage::Detach)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detach {
    /// What is said on standard output before.
    pub text: String,
    /// How long it has to be seen.
    pub pause: Duration,
}

/// [`Stage::Delay`](super::Stage::Delay)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delay {
    /// How long.
    pub time: Setting<Duration>,
    /// Some of so many seconds more, none of them with all.
    pub spread: Setting<u32>,
    /// It is never shorter.
    pub least: Duration,
}

/// [`Stage::ChooseLine`](super::Stage::ChooseLine)
///
/// The n-th candidate has the plan's n-th entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChooseLine {
    /// The lines, in their order.
    pub candidates: Setting<Vec<Candidate>>,
    /// How long to wait when all are in use.
    pub retry: Setting<Duration>,
    /// When to give up, counted from here; the calls that follow end then, too.
    pub within: Setting<Duration>,
}

/// A line that a call can be made on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The line.
    pub device: Device,
    /// Its locks.
    pub lock: Lock,
    /// The file that says who watches it: whoever that is gets the call.
    pub watcher: FilePath,
    /// What prepares the modem.
    pub init: RunChat,
    /// What stands before a number.
    pub prefix: Setting<Vec<u8>>,
    /// How long after the modem's answer the far end is spoken to.
    pub settle: Setting<Duration>,
}

/// [`Stage::Dial`](super::Stage::Dial)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dial {
    /// The numbers that are tried in turn; none: the one that was asked for.
    pub numbers: Vec<Setting<Vec<u8>>>,
    /// How long to wait for an answer of the modem.
    pub patience: Duration,
    /// What its answer begins with when the call is up.
    pub up: &'static str,
    /// And when there is none.
    pub failures: &'static [&'static str],
    /// How long to wait before the next number.
    pub retry: Setting<Duration>,
}

/// [`Stage::HandOver`](super::Stage::HandOver)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// What the far end is told.
    pub text: &'static [u8],
    /// How long to wait after that.
    pub pause: Duration,
    /// How long whoever watches the line may take to answer.
    pub patience: Duration,
    /// The entry of the log when the line is somebody else's.
    pub audit: &'static [AuditPiece],
}

/// [`Stage::TakeCall`](super::Stage::TakeCall)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeCall {
    /// The locks, which name who hands the call over.
    pub lock: Lock,
    /// What the far end is told.
    pub text: &'static [u8],
    /// How long after that the line is ours in the eyes of who had it.
    pub pause: Duration,
}

pure! { ReadNumber }
