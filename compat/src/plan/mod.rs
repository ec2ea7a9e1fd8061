//! The plan for one line: what is known of it, and what will be done, in order.
//!
//! A dialect compiles its command line and files to a [`LinePlan`]; the engine runs it, `explain` prints it. What
//! differs between the personas is which stages are there, in which order, with which values.

pub mod chat;
mod log;
pub mod modes;
pub mod setting;
pub mod speed;
pub mod stage;
pub mod text;

use crate::diag::Diagnostic;
use crate::persona::Persona;
use crate::source::{FilePath, SourceMap};
use setting::{Origin, Setting};
use speed::SpeedEntry;
use stage::{Device, OnSignal, PlannedStage, Signal};
use std::time::Duration;

pub use log::{Facility, LineLog, LogSettings};

/// What `@V` stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Version {
    /// These bytes.
    Text(Vec<u8>),
    /// What this file holds when it is asked for.
    File(FilePath),
    /// The version that the system says of itself.
    System,
}

/// What is known of the line beside its stages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The line that the caller comes in on.
    pub device: Setting<Device>,
    /// The node name, where it is not the system's own.
    pub system: Setting<Option<Vec<u8>>>,
    /// The version text.
    pub version: Setting<Version>,
    /// The terminal's type, if one was given.
    pub term: Setting<Option<Vec<u8>>>,
}

/// The plan for one line.
#[derive(Clone, Debug)]
pub struct LinePlan {
    /// The name that log entries begin with.
    pub program: &'static str,
    /// Which program it is, and what decided.
    pub persona: Setting<Persona>,
    /// Where the log goes.
    pub log: LogSettings,
    /// What is known of the line.
    pub facts: Facts,
    /// The speed entries that this plan can reach; never empty.
    pub entries: Vec<SpeedEntry>,
    /// The entry to begin with.
    pub start: Setting<usize>,
    /// What to do, in order.
    pub stages: Vec<PlannedStage>,
    /// What a signal does unless its stage says otherwise.
    pub signals: Vec<(Signal, OnSignal)>,
    /// What will be logged when the plan begins to run.
    pub findings: Vec<Diagnostic>,
    /// Debug entries are wanted for these subjects.
    pub debug: Setting<u32>,
    /// Debug entries on how the plan came about, each with the bit of its subject.
    pub traces: Vec<(u32, String)>,
    /// What is logged when the plan begins to run, behind the findings.
    pub says: Vec<(stage::Level, String)>,
    /// Whether init is our parent, so that a short life must be made longer.
    pub under_init: bool,
    /// The files that it was made from.
    pub sources: SourceMap,
}

impl LinePlan {
    /// The origin in words.
    pub fn origin(&self, origin: &Origin) -> String {
        origin.in_words(&self.sources)
    }
}

/// What a command line asks for.
#[derive(Debug)]
pub enum Compiled {
    /// To wait on a line.
    Plan(Box<LinePlan>),
    /// To check a gettydefs file.
    Check(FilePath),
    /// To say this on standard output, a line each, and to end with this status.
    Say(u8, Vec<String>),
}

/// Why there is no plan: a usage error, a check that was asked for, a name that cannot be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The exit status.
    pub status: u8,
    /// What to say, a line each, on standard error and in the log.
    pub texts: Vec<String>,
    /// Wait this long first if init is the parent, so that it is not made to spin.
    pub wait: Duration,
}
