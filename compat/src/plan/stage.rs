//! The closed list of stages, each with its settings.
//!
//! A stage says what to do, never which program asked for it. Its *ends* are the ways it can come out; the plan
//! names a [`Then`] for each of them, so that `explain` can print what a run will do.

use std::time::Duration;

/// Functions of a dialect in a plan: pure, and all of a kind alike to whoever compares plans.
macro_rules! pure {
    ($($name:ident)*) => {
        $(
            impl PartialEq for $name {
                fn eq(&self, _: &Self) -> bool {
                    true
                }
            }

            impl Eq for $name {}

            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(stringify!($name))
                }
            }
        )*
    };
}

mod audit;
mod callback;
mod calls;
mod fax;
mod locks;
mod login;
mod rings;
mod settings;
mod settle;
mod signals;
mod words;

pub use audit::{AuditFact, AuditPiece};
pub use callback::{Ask, Candidate, ChooseLine, Delay, Detach, Dial, HandOver, ReadNumber, TakeCall};
pub use calls::{
    AdmitCall, AskName, AwaitModem, CallEars, CallJudged, JudgeCall, Listen, LoginByRule, ReadEars, Rule,
    Ruled, RuledProgram, Visitor,
};
pub use fax::{FaxClass, PrepareFax, ReceiveFax};
pub use locks::{AwaitFree, AwaitTaken, Lock, LockFiles, LockFormat, PidFile};
pub use login::{Decode, Ears, EmsiLine, Greet, Issue, Login, ReadName, Variable};
pub use rings::{AskRings, AwaitRing, CallFact, CallProgram, RingWords, SecondCall};
pub use settings::{
    Account, AccountHost, AccountKind, Answer, AwaitByte, AwaitCarrier, AwaitText, Device, HangUp, HangUpBy,
    ModemLines, Open, Own, Ringback, RunChat, Schedule, SetModes, TakeTerminal, TellSpeed, Verdict,
    WeekMinute,
};
pub use settle::{Knock, Quiet, Settle};
pub use signals::{OnSignal, Signal};
pub use words::{
    Act, Acts, Admit, Admitted, Detect, Extras, Judge, Judged, ReadActs, ReadWords, RunDialer, Words,
};

/// A place in the plan that an end can lead to.
pub type Mark = &'static str;

/// How a stage can come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// As hoped.
    Done,
    /// It was tried and did not work.
    Failed,
    /// Somebody else uses the line.
    Busy,
    /// The line is not there, or not usable.
    Gone,
    /// A living process holds a lock of the line.
    Held,
    /// A lock was held and has gone.
    Freed,
    /// The lock directory is unusable, or a lock is no regular file.
    Broken,
    /// The words that were waited for did not come.
    Missed,
    /// The line was hung up.
    HungUp,
    /// We may not.
    Refused,
    /// A schedule's edge has come.
    Edge,
    /// No name in time.
    Timeout,
    /// The caller wants to go.
    Left,
    /// The caller says that the speed is wrong; the next entry has been chosen.
    NextSpeed,
    /// A program calls, not a person.
    Machine,
    /// The call is up already: the dialer has answered it.
    Connected,
    /// A fax machine calls.
    Fax,
    /// Somebody asked by a signal that the line be given up.
    Released,
    /// The number that was called is busy.
    Engaged,
    /// The modems did not find each other, or not again.
    NoCarrier,
    /// The telephone line is dead.
    NoDialTone,
    /// The number that was called does not pick up.
    NoAnswer,
    /// Who started us is no more.
    Orphaned,
    /// It stopped ringing before there were enough rings.
    Few,
    /// What came was no ring.
    Junk,
    /// The modem says that something is wrong, or the call over.
    Aborted,
    /// It rang on a line that is shut, and stopped.
    Shut,
    /// Nobody came for so long that the modem is to be asked whether it is still there.
    Idle,
    /// An empty line in place of a name.
    Empty,
    /// Who has the line hands a call over to us.
    HandedOver,
}

/// What comes after an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// The next stage.
    GoOn,
    /// The stage with this mark, after the parting.
    At(Mark, Vec<Parting>),
    /// The end of this life with this status, after the parting.
    Finish(u8, Vec<Parting>),
}

/// What is done before leaving a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parting {
    /// Log this text.
    Log(Level, &'static str),
    /// Log what is known of the call.
    Audit(&'static [AuditPiece]),
    /// Type these bytes.
    Say(Vec<u8>),
    /// Speed 0.
    HangUp,
    /// Wait.
    Pause(Duration),
    /// If init is the parent, wait until this life is so old: init gives up on what it must start too often.
    Guard(Duration),
    /// Run a chat, however it comes out.
    Chat(Box<RunChat>),
    /// Set the modes that the line had when it was opened.
    PutBack,
    /// A call is up: our close must not end it.
    KeepCall,
    /// If somebody else has the line, leave it alone: the partings after this one are not for it.
    UnlessHeld(Box<LockFiles>),
}

/// How loud a log entry is, in syslog's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// LOG_ALERT: it ends this life
    Fatal,
    /// LOG_ERR
    Error,
    /// LOG_NOTICE, but kept where warnings are not: one line for each call
    Audit,
    /// LOG_WARNING
    Warning,
    /// LOG_NOTICE
    Notice,
    /// LOG_INFO
    Info,
    /// LOG_DEBUG
    Debug,
    /// LOG_DEBUG, of each byte
    Trace,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStage {
    /// Its name for [`Then::At`].
    pub mark: Option<Mark>,
    /// What to do.
    pub stage: Stage,
    /// What comes after each end. An end that is not named goes on.
    pub ends: Vec<(End, Then)>,
    /// Signals that mean something else here than in the plan's own table.
    pub signals: Vec<(Signal, OnSignal)>,
    /// What is logged when it begins.
    pub says: Option<(Level, &'static str)>,
}

impl PlannedStage {
    /// A stage that goes on however it comes out.
    #[inline(never)] // plans are built of hundreds of these
    pub fn new(stage: Stage) -> Self {
        Self { mark: None, stage, ends: Vec::new(), signals: Vec::new(), says: None }
    }

    /// Gives it a mark.
    #[inline(never)] // plans are built of hundreds of these
    pub fn mark(mut self, mark: Mark) -> Self {
        self.mark = Some(mark);
        self
    }

    /// Says what comes after an end.
    #[inline(never)] // plans are built of hundreds of these
    pub fn end(mut self, end: End, then: Then) -> Self {
        self.ends.push((end, then));
        self
    }

    /// Says what a signal does here.
    #[inline(never)] // plans are built of hundreds of these
    pub fn signal(mut self, signal: Signal, does: OnSignal) -> Self {
        self.signals.push((signal, does));
        self
    }

    /// Logs this when it begins.
    #[inline(never)] // plans are built of hundreds of these
    pub fn says(mut self, level: Level, text: &'static str) -> Self {
        self.says = Some((level, text));
        self
    }

    /// What comes after this end.
    pub fn then(&self, end: End) -> &Then {
        self.ends.iter().find(|(e, _)| *e == end).map_or(&Then::GoOn, |(_, then)| then)
    }
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Write the file that tells other programs which process watches the line. It goes before the login program runs.
    PidFile(PidFile),
    /// Wait until nobody holds the line's locks.
    AwaitFree(AwaitFree),
    /// Take the line's locks.
    Lock(Lock),
    /// Drop them.
    Unlock,
    /// Wait until somebody else has the line's locks.
    AwaitTaken(AwaitTaken),
    /// Owner and mode of the device node.
    Own(Own),
    /// The record that says who waits on this line.
    Account(Account),
    /// Open the line, without waiting. An older descriptor of ours is closed after the new one is open.
    Open(Open),
    /// Make it our controlling terminal, and descriptors 0 to 2.
    TakeTerminal(TakeTerminal),
    /// Put the line on hook by speed 0, then raise it again.
    HangUp(HangUp),
    /// Set the initial modes of the current entry.
    Modes(SetModes),
    /// Throw out everybody else who has the line open.
    Revoke,
    /// Close the line.
    Close,
    /// Go on inside a range of the timetable, else sleep to its edge.
    Schedule(Schedule),
    /// Run a chat.
    Chat(RunChat),
    /// Wait for a byte without reading it.
    AwaitByte(AwaitByte),
    /// Read one byte, or wait for a word.
    AwaitText(AwaitText),
    /// Wait for carrier.
    AwaitCarrier(AwaitCarrier),
    /// Wait for a time, for silence, for somebody who types; throw away what comes.
    Settle(Settle),
    /// Count the rings of a call until it is to be answered.
    AwaitRing(AwaitRing),
    /// Count calls and let the second one in.
    Ringback(Ringback),
    /// Pick a call up by a chat, and learn its speed.
    Answer(Answer),
    /// Let a dialer program prepare the modem, or answer a call.
    RunDialer(RunDialer),
    /// Listen for the first bytes of programs that call, or choose the program of a protocol.
    Detect(Detect),
    /// Clear the screen and type the issue.
    Greet(Greet),
    /// Ask for a name and read it.
    ReadName(ReadName),
    /// Ask for a name and perhaps further words, and read them.
    ReadWords(ReadWords),
    /// Become the login program.
    Login(Login),
    /// Tell who started us, by USR2, that the modem is ready for a call.
    TellParent,
    /// End with a status that tells the line's speed.
    TellSpeed(TellSpeed),
    /// Wait until the modem shows by its wires that it is on.
    AwaitModem(AwaitModem),
    /// Set the modem up for faxes.
    PrepareFax(PrepareFax),
    /// Receive a fax whose call is up, keep its pages, and tell of it.
    ReceiveFax(Box<ReceiveFax>),
    /// The call is up without a modem that would say so; this is what it would have said.
    Connected(Vec<u8>),
    /// Decide whether a call is answered.
    AdmitCall(AdmitCall),
    /// Choose who is heard in the stages that follow, beside people.
    Listen(Listen),
    /// Ask for a name and read it, as somebody who answers calls does.
    AskName(AskName),
    /// Become the program that a file of rules has for the name.
    LoginByRule(LoginByRule),
    /// Ask who started us for a number.
    Ask(Ask),
    /// Go on in the background, away from the terminal that we were started on.
    Detach(Detach),
    /// Wait, never as long as another one.
    Delay(Delay),
    /// Lock and open the first line that is free and watched.
    ChooseLine(ChooseLine),
    /// Prepare the modem and call, one number after the other.
    Dial(Dial),
    /// Let who watches the line have the call.
    HandOver(HandOver),
    /// Take a call that is handed over.
    TakeCall(TakeCall),
}

impl Stage {
    /// Its name, for people and call records.
    pub fn name(&self) -> &'static str {
        match self {
            Self::PidFile(_) => "pid file",
            Self::AwaitFree(_) => "wait until free",
            Self::Lock(_) => "lock",
            Self::Unlock => "unlock",
            Self::AwaitTaken(_) => "wait until taken",
            Self::Own(_) => "own",
            Self::Account(_) => "record",
            Self::Open(_) => "open",
            Self::TakeTerminal(_) => "take terminal",
            Self::HangUp(_) => "hang up",
            Self::Modes(_) => "set modes",
            Self::Revoke => "revoke",
            Self::Close => "close",
            Self::Schedule(_) => "schedule",
            Self::Chat(_) => "chat",
            Self::AwaitByte(_) => "wait for a byte",
            Self::AwaitText(_) => "wait for text",
            Self::AwaitCarrier(_) => "wait for carrier",
            Self::Settle(_) => "settle",
            Self::AwaitRing(_) => "count rings",
            Self::Ringback(_) => "ringback",
            Self::Answer(_) => "answer",
            Self::RunDialer(_) => "run dialer",
            Self::Detect(_) => "detect",
            Self::Greet(_) => "greet",
            Self::ReadName(_) | Self::ReadWords(_) => "read name",
            Self::Login(_) => "login",
            Self::TellParent => "tell parent",
            Self::TellSpeed(_) => "tell speed",
            Self::AwaitModem(_) => "wait for the modem",
            Self::PrepareFax(_) => "prepare fax",
            Self::ReceiveFax(_) => "receive fax",
            Self::Connected(_) => "connected",
            Self::AdmitCall(_) => "admit",
            Self::Listen(_) => "listen",
            Self::AskName(_) => "read name",
            Self::LoginByRule(_) => "login",
            Self::Ask(_) => "ask",
            Self::Detach(_) => "detach",
            Self::Delay(_) => "delay",
            Self::ChooseLine(_) => "choose line",
            Self::Dial(_) => "dial",
            Self::HandOver(_) => "hand over",
            Self::TakeCall(_) => "take call",
        }
    }
}
