//! Counting rings, and what is learnt of a call meanwhile.

use super::Variable;
use crate::plan::setting::Setting;
use crate::source::FilePath;
use std::time::Duration;

/// [`Stage::AwaitRing`](super::Stage::AwaitRing)
///
/// It is done when the call is to be answered: enough rings, or a signal that says so ([`PickUp`]).
///
/// [`PickUp`]: super::OnSignal::PickUp
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitRing {
    /// How many rings a call has before it is answered.
    pub rings: Setting<u32>,
    /// So long after its last ring a call is over.
    pub gap: Duration,
    /// Our numbers, in the order of the distinctive rings that they stand for.
    pub numbers: Setting<Vec<Vec<u8>>>,
    /// What else a modem says while it rings.
    pub words: RingWords,
    /// The first call is never answered, only a second one.
    pub second_call: Option<SecondCall>,
    /// Who is asked once a call about the number of its rings.
    pub ask: Option<AskRings>,
    /// A modem that answers by itself says a speed, and the line takes it.
    pub speed_from_call: Setting<bool>,
    /// No call is answered while one of these files is there.
    pub shut: Setting<Vec<FilePath>>,
}

/// Words that begin a line of the modem's while it rings. One that ends in a carriage return is a whole line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RingWords {
    /// A fax machine calls.
    pub fax: &'static [&'static str],
    /// The call is over, or the modem in trouble.
    pub over: Vec<&'static str>,
}

/// When a second call is answered: the first has been silent for so long, and so long at most passes then. Who is
/// known to be another caller is a first one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondCall {
    /// The silence that ends the first call.
    pub silence: Duration,
    /// How long the second may take after that.
    pub within: Setting<Duration>,
}

/// A program that is asked how many rings a call is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskRings {
    /// It is asked when something is known of the caller, at the latest at this ring.
    pub latest: u32,
    /// A greater status says how many rings more than this the call is to have.
    pub above: u8,
    /// The program.
    pub program: CallProgram,
}

/// A program that is told of a call: line, caller, name, distinctive ring, called number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallProgram {
    /// A command for the shell; what it is told are further words, never part of it.
    pub command: Setting<Vec<u8>>,
    /// The shell.
    pub shell: FilePath,
    /// How long it may take.
    pub limit: Duration,
    /// Its environment, to which what is known of the call is added.
    pub environment: Vec<Variable>,
    /// The variables for that.
    pub tells: &'static [(&'static str, CallFact)],
}

/// What can be known of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallFact {
    /// The caller's number; `none` if unknown.
    Caller,
    /// The caller's name.
    Name,
    /// The day.
    Date,
    /// The time of day.
    Time,
    /// The number that was called.
    Called,
    /// What the modem says of the connection; perhaps nothing.
    Connection,
}
