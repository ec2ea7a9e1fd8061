//! The closed list of stages, each with its settings.
//!
//! A stage says what to do, never which program asked for it. Its *ends* are the ways it can come out; the plan
//! names a [`Then`] for each of them, so that `explain` can print what a run will do.

use super::chat::{Chat, Word};
use super::modes::Flag;
use super::setting::Setting;
use super::text::Text;
use crate::source::FilePath;
use std::time::Duration;

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
    /// Type these bytes.
    Say(Vec<u8>),
    /// Speed 0.
    HangUp,
    /// Wait.
    Pause(Duration),
    /// If init is the parent, wait until this life is so old: init gives up on what it must start too often.
    Guard(Duration),
}

/// How loud a log entry is, in syslog's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// LOG_ERR
    Error,
    /// LOG_WARNING
    Warning,
    /// LOG_NOTICE
    Notice,
    /// LOG_INFO
    Info,
    /// LOG_DEBUG
    Debug,
}

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
    /// This life ends.
    Finish(u8, Vec<Parting>),
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
}

impl PlannedStage {
    /// A stage that goes on however it comes out.
    pub fn new(stage: Stage) -> Self {
        Self { mark: None, stage, ends: Vec::new(), signals: Vec::new() }
    }

    /// Gives it a mark.
    pub fn mark(mut self, mark: Mark) -> Self {
        self.mark = Some(mark);
        self
    }

    /// Says what comes after an end.
    pub fn end(mut self, end: End, then: Then) -> Self {
        self.ends.push((end, then));
        self
    }

    /// Says what a signal does here.
    pub fn signal(mut self, signal: Signal, does: OnSignal) -> Self {
        self.signals.push((signal, does));
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
    /// Wait until nobody holds the line's locks.
    AwaitFree(AwaitFree),
    /// Take the line's locks.
    Lock(Lock),
    /// Drop them.
    Unlock,
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
    /// Wait, then throw away what arrived.
    Settle(Settle),
    /// Count calls and let the second one in.
    Ringback(Ringback),
    /// Pick a call up by a chat, and learn its speed.
    Answer(Answer),
    /// Clear the screen and type the issue.
    Greet(Greet),
    /// Ask for a name and read it.
    ReadName(ReadName),
    /// Become the login program.
    Login(Login),
}

impl Stage {
    /// Its name, for people and call records.
    pub fn name(&self) -> &'static str {
        match self {
            Self::AwaitFree(_) => "wait until free",
            Self::Lock(_) => "lock",
            Self::Unlock => "unlock",
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
            Self::Ringback(_) => "ringback",
            Self::Answer(_) => "answer",
            Self::Greet(_) => "greet",
            Self::ReadName(_) => "read name",
            Self::Login(_) => "login",
        }
    }
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The name below `/dev`, as locks, records and `@L` use it.
    pub name: Vec<u8>,
    /// The whole path.
    pub path: FilePath,
}

impl Device {
    /// The device of this name below `/dev`.
    pub fn named(name: &[u8]) -> Self {
        let mut path = b"/dev/".to_vec();
        path.extend_from_slice(name);
        Self { name: name.to_vec(), path: FilePath(path) }
    }
}

/// The lock files of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockFiles {
    /// The lines whose locks count; each may have more than one file.
    pub lines: Setting<Vec<Vec<u8>>>,
    /// Where the files are.
    pub dir: Setting<FilePath>,
}

/// [`Stage::AwaitFree`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitFree {
    /// The locks that count.
    pub files: LockFiles,
    /// How often to look.
    pub look_every: Duration,
}

/// What a lock file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockFormat {
    /// Ten digits and a newline.
    Ascii,
    /// A native integer of four bytes.
    Binary,
}

/// [`Stage::Lock`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The locks to take, all or none.
    pub files: LockFiles,
    /// What they hold.
    pub format: Setting<LockFormat>,
    /// The mode of the files.
    pub mode: u32,
}

/// [`Stage::Own`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// The device.
    pub device: Device,
    /// Owner, by name.
    pub owner: &'static str,
    /// Group, by name; the first that exists.
    pub groups: &'static [&'static str],
    /// Permission bits.
    pub mode: u32,
}

/// [`Stage::Account`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The line's name.
    pub line: Vec<u8>,
    /// The record's id where init made no record for this process, at most four bytes.
    pub id: Vec<u8>,
    /// The user name that the record shows.
    pub user: &'static str,
}

/// [`Stage::Open`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The device.
    pub device: Setting<Device>,
    /// How often to try while it is busy.
    pub tries: u8,
    /// How long to wait between two tries.
    pub pause: Duration,
}

/// [`Stage::TakeTerminal`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeTerminal {
    /// Take it from another session if need be.
    pub steal: bool,
}

/// [`Stage::HangUp`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HangUp {
    /// How long to stay on hook.
    pub time: Setting<Duration>,
}

/// [`Stage::Modes`]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetModes {
    /// Flags that differ from the entry's initial modes.
    pub changes: Vec<(Flag, bool)>,
    /// Wait this long for what is unsent to leave.
    pub drain: Duration,
    /// Throw away what has arrived.
    pub discard: bool,
}

/// Minutes since Sunday 0:00, local time.
pub type WeekMinute = u16;

/// [`Stage::Schedule`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Ranges in which calls are taken: from, until.
    pub ranges: Setting<Vec<(WeekMinute, WeekMinute)>>,
    /// Sleep to the edge here (after OFF), or only choose the way.
    pub sleep: bool,
}

/// [`Stage::Chat`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunChat {
    /// What the file calls it, for the log: `INIT`.
    pub name: &'static str,
    /// The script.
    pub chat: Setting<Chat>,
    /// How long an expect may take that says nothing itself.
    pub patience: Duration,
}

/// [`Stage::AwaitByte`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitByte {
    /// Throw away first what has arrived.
    pub discard_first: bool,
    /// What asked for it.
    pub because: Setting<()>,
    /// Look at these locks meanwhile.
    pub look: Option<AwaitFree>,
}

/// [`Stage::AwaitText`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitText {
    /// The word, or any byte.
    pub word: Setting<Option<Word>>,
    /// How it was written, for people.
    pub written: Vec<u8>,
    /// How long the word may take.
    pub within: Duration,
}

/// [`Stage::AwaitCarrier`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitCarrier {
    /// Look at these locks meanwhile.
    pub look: Option<AwaitFree>,
}

/// [`Stage::Settle`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settle {
    /// How long.
    pub time: Setting<Duration>,
}

/// [`Stage::Ringback`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ringback {
    /// What asked for it.
    pub because: Setting<()>,
    /// The word that is a ring.
    pub word: Word,
    /// Seconds to the second call: earliest, latest.
    pub between: Setting<(u32, u32)>,
    /// Longest gap of rings in one call, in seconds.
    pub gap: Setting<u32>,
    /// Rings of the first call: fewest, most.
    pub rings: Setting<(u32, u32)>,
}

/// [`Stage::Answer`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What the file calls it, for the log: `CONNECT`.
    pub name: &'static str,
    /// The script. Digits at its speed mark choose the entry of that label, else that speed (§5.4).
    pub chat: Setting<Chat>,
    /// How long an expect may take that says nothing itself.
    pub patience: Duration,
}

/// An issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issue {
    /// This text.
    Text(Text),
    /// What this file holds when it is typed; its escapes are those of the dialect.
    File(FilePath, Decode),
}

/// How a file that is read late becomes text. Pure.
#[derive(Clone, Copy)]
pub struct Decode(pub fn(&[u8]) -> Text);

impl PartialEq for Decode {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Decode {}

impl std::fmt::Debug for Decode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Decode")
    }
}

/// [`Stage::Greet`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greet {
    /// What clears the screen of the terminal's type.
    pub clear: Setting<Option<Vec<u8>>>,
    /// What is typed before the issue.
    pub lead: Vec<u8>,
    /// The issue.
    pub issue: Setting<Issue>,
    /// How much of an issue file is typed, in bytes.
    pub limit: usize,
}

/// [`Stage::ReadName`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadName {
    /// Throw away what has arrived before the first prompt.
    pub discard_first: bool,
    /// How long a caller has, from the first prompt at this speed.
    pub timeout: Setting<Option<Duration>>,
    /// A name without lower-case letters is asked for once more.
    pub warn_case: Setting<bool>,
    /// What is typed then.
    pub case_warning: Vec<u8>,
    /// What is typed to a name that looks like an option.
    pub dash_refusal: Vec<u8>,
    /// What is typed to a name that is too long.
    pub length_refusal: Vec<u8>,
    /// The longest name, in bytes.
    pub longest: usize,
    /// Which programs that call in place of a person are heard.
    pub ears: Setting<Ears>,
}

/// What tells a FidoNet mailer from a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ears {
    /// TSYNC (two bytes AE) and YOOHOO (two bytes F1), of FTS-0001 and FTS-0006.
    pub sync: bool,
    /// A line with an EMSI sequence.
    pub emsi: EmsiLine,
}

/// What a typed line with `*` and `EMSI_` in it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmsiLine {
    /// A name like any other.
    #[default]
    Name,
    /// No name: the prompt comes again.
    Nothing,
    /// A mailer's call, of at most this many bytes; such calls are asked for before the prompt.
    Machine(usize),
}

/// A variable of the login program's environment.
pub type Variable = (Vec<u8>, Vec<u8>);

/// [`Stage::Login`]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The program. Its only argument is the name.
    pub program: Setting<FilePath>,
    /// Its name for itself, argument 0; a mailer's is the last part of its path.
    pub argument_0: Vec<u8>,
    /// The shell that runs it if it is text without `#!`.
    pub shell: FilePath,
    /// The terminal's type, which is also in the environment.
    pub term: Setting<Vec<u8>>,
    /// The whole environment.
    pub environment: Vec<Variable>,
    /// The program for a mailer that called; its only argument is what the mailer said.
    pub mailer: Option<Setting<FilePath>>,
}
