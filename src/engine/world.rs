//! The world as the engine sees it: two traits and the values that cross them.
//!
//! A [`Line`] is an open line; nothing on it waits. A [`Host`] is everything else, and [`Host::wait`] is the only
//! place where time passes. Both have two implementations, the real one over `platforms` and the simulated one of
//! `rehearse`.

use polygetty_compat::plan::stage::{AccountKind, Device, Level, Lock, LockFiles, Signal};
use polygetty_compat::source::{FilePath, FileText};

mod line;
mod locks;
mod page;
mod program;
mod time;
mod wait;

pub use line::{Got, Kept, Line, LineError, ModemBits, Queue};
pub use locks::{Holder, LockError, LockState, Taken, Written};
pub use page::{KeptPage, Page, PageFile};
pub use program::{Child, ChildIo, ChildNews, Program, Unstarted, User};
pub use time::{LocalTime, Moment, WallTime};
pub use wait::{Caught, Heard, Sender, Watch};

/// Whether the system did what it was asked for, or has no such thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// It did.
    Done,
    /// It has no such thing, for this reason.
    Unsupported(&'static str),
}

/// What somebody said who started us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Nothing more.
    End,
    /// Nothing yet: there was a signal.
    Signal(Caught),
}

/// Owner and mode of a device node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// Owner, by name or number; None: whose it is.
    pub owner: Option<Vec<u8>>,
    /// Group, by name or number: the first that exists. None at all: the owner's first group.
    pub groups: Vec<Vec<u8>>,
    /// Permission bits.
    pub mode: u32,
}

/// What came of an owner and a mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// Whether they were set.
    pub did: Did,
    /// Users and groups that the system does not know: the node keeps the one it had.
    pub unknown: Vec<String>,
}

/// Why a file could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// No such file.
    #[error("no such file")]
    Absent,
    /// Anything else, in the system's words.
    #[error("{0}")]
    Failed(String),
}

/// What the system says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemNames {
    /// Node name.
    pub node: Vec<u8>,
    /// Node name with its domain, or the node name.
    pub full: Vec<u8>,
    /// System's name.
    pub name: Vec<u8>,
    /// Release.
    pub release: Vec<u8>,
    /// Version.
    pub version: Vec<u8>,
    /// Machine's kind.
    pub machine: Vec<u8>,
}

/// The record that says who waits on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The line's name.
    pub line: Vec<u8>,
    /// Its id where init made no record for this process; empty: the system's way of making one.
    pub id: Vec<u8>,
    /// The user name it shows.
    pub user: Vec<u8>,
    /// What it says of the line.
    pub kind: AccountKind,
    /// The host it shows; perhaps none.
    pub host: Vec<u8>,
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry<'a> {
    /// How loud.
    pub level: Level,
    /// The text, one line.
    pub text: &'a str,
}

/// What the world may want to note of a life besides the log: tools show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note<'a> {
    /// A stage begins; its place in the plan from 0.
    Stage(usize, &'a str),
    /// Bytes that the line said.
    Heard(&'a [u8]),
    /// One of them that a stage has come to, where the line has a log of its own.
    Taken(u8),
    /// What belongs behind the last entry, in the log that a line has for itself.
    Behind(&'a str),
    /// Bytes that we said.
    Said(&'a [u8]),
    /// The line that this life is about from here on.
    Line(&'a [u8]),
    /// While a name is read: that many bytes, unnamed.
    HeardSecret(usize),
    /// The speed has changed, to this many bit/s by this entry.
    Speed(u32, &'a [u8]),
}

/// Everything that is not the line.
pub trait Host {
    /// An open line.
    type Line: Line;
    /// The locks of a line. Dropping them removes the files that still name us.
    type Locks;
    /// A file that names our process. Dropping it removes it if it still names us.
    type PidFile;
    /// A program that was started.
    type Child: Child;
    /// A page that is being written.
    type Page: Page;
    /// What a life that became another program leaves; nothing in the real world.
    type Became;

    /// Monotonic time.
    fn now(&self) -> Moment;
    /// The wall's clock.
    fn wall(&self) -> WallTime;
    /// Local time at that second.
    fn local(&self, at: WallTime) -> LocalTime;
    /// Waits for what is watched, a signal, or `until`. The only place where time passes.
    fn wait(&mut self, watch: Watch<'_, Self::Line, Self::Child>, until: Option<Moment>) -> Heard;

    /// Opens a line: never waits, takes no controlling terminal.
    fn open(&mut self, device: &Device) -> Result<Self::Line, LineError>;
    /// Sets owner and mode of the node.
    fn own(&mut self, device: &Device, to: &Ownership) -> Result<Owned, LineError>;

    /// Looks at lock files, and changes nothing.
    fn look(&mut self, files: &LockFiles) -> Result<LockState, LockError>;
    /// Takes all lock files or none.
    fn take(&mut self, lock: &Lock) -> Result<Taken<Self::Locks>, LockError>;

    /// Takes all lock files or none; those of this process become ours without a moment in which nobody has them.
    fn take_from(&mut self, lock: &Lock, from: i32) -> Result<Taken<Self::Locks>, LockError>;

    /// Writes our number into this file, in place of what it says.
    fn pid_file(&mut self, path: &FilePath) -> Result<Written<Self::PidFile>, FileError>;

    /// The living process that such a file names.
    fn pid_in(&mut self, path: &FilePath) -> Result<Option<i32>, FileError>;

    /// A file's bytes, at most `limit` of them, its owner and mode.
    fn file(&mut self, path: &FilePath, limit: usize) -> Result<FileText, FileError>;
    /// The same of a file that decides who may do what: no link is followed, and owner and mode are those of the very
    /// file that was read.
    fn private_file(&mut self, path: &FilePath, limit: usize) -> Result<FileText, FileError>;
    /// Adds bytes to the end of a file, which is made if it is not there.
    fn append(&mut self, path: &FilePath, bytes: &[u8]) -> Result<(), FileError>;
    /// Whether the system knows a user of this name. An error is no answer.
    fn knows_user(&mut self, name: &[u8]) -> Result<bool, String>;
    /// A user with his groups. An error is no answer.
    fn user(&mut self, name: &[u8]) -> Result<Option<User>, String>;
    /// How many users are signed on; `None` if nobody counts.
    fn users_on(&mut self) -> Option<u32>;
    /// What the system says of itself; `full` also asks for the full name, for two seconds at most.
    fn system(&mut self, full: bool) -> SystemNames;
    /// Writes the record that says who waits on the line.
    fn account(&mut self, record: &Record) -> Result<Did, String>;
    /// Sends USR2 to the process that started us, unless that is init or no more.
    fn tell_parent(&mut self) -> Result<Did, String>;
    /// Sends a signal to one process, never to init or a group.
    fn signal(&mut self, pid: i32, signal: Signal) -> Result<(), String>;
    /// A number below this one.
    fn random(&mut self, below: u32) -> u32;
    /// Says something on standard output.
    fn tell_user(&mut self, text: &[u8]);
    /// Says on standard error why we end.
    fn warn_user(&mut self, why: &str);
    /// Waits for what comes on standard input, or for a signal.
    fn hear_user(&mut self) -> Said;
    /// Goes on in another process, in a session of its own without terminal; this one ends with 0.
    fn detach(&mut self) -> Result<(), String>;
    /// The command line of a process, at most so many bytes of it, if that can be told.
    fn command_line(&self, pid: i32, most: usize) -> Option<Vec<u8>>;
    /// Our process.
    fn pid(&self) -> i32;
    /// Whether the process that started us is no more.
    fn is_orphan(&self) -> bool;
    /// Whether a speed can be set here.
    fn speed_fits(&self, bps: u32) -> bool;

    /// Starts a program in a group of its own, that reads from `/dev/null`.
    fn spawn(&mut self, program: &Program, io: ChildIo) -> Result<Self::Child, String>;

    /// The same; it reads these bytes, 8 KiB at most, and what it says goes nowhere.
    fn spawn_with(&mut self, program: &Program, input: &[u8]) -> Result<Self::Child, String>;
    /// Starts a program in a session of its own, that outlives us; its words go nowhere.
    fn let_go(&mut self, program: &Program) -> Result<(), String>;
    /// Free space in a directory that we may write to, in KiB.
    fn space(&mut self, dir: &FilePath) -> Result<u64, FileError>;
    /// Begins a page, and says what of its owner and mode could not be.
    fn page(&mut self, file: &PageFile) -> Result<(Self::Page, Vec<String>), FileError>;
    /// The pages of a call as one TIFF file: its bytes. Who sent it, and when it came, stand in it.
    fn bundle(&mut self, pages: &[KeptPage], sender: &[u8], at: WallTime) -> Result<Vec<u8>, FileError>;
    /// Removes a page.
    fn remove_page(&mut self, path: &FilePath) -> Result<(), FileError>;

    /// Starts a program on the line, as this user if one is given: it leads a session, with the line as its terminal and
    /// descriptors 0 to 2. The line must be nobody's terminal. Otherwise why, in the system's words, and whether
    /// account or terminal could not be had.
    fn start_on_line(
        &mut self,
        program: &Program,
        user: Option<&User>,
        line: &mut Self::Line,
    ) -> Result<Self::Child, (String, bool)>;

    /// Becomes a program, as this user if one is given; the locks stay, and its number is ours. Comes back only if that failed, or in a
    /// simulated world.
    fn become_program(
        &mut self,
        program: &Program,
        user: Option<&User>,
        line: Self::Line,
        locks: Option<Self::Locks>,
    ) -> Result<Self::Became, Unstarted<Self::Line, Self::Locks>>;

    /// Closes the log while nothing happens, so that it can be rotated.
    fn rest_log(&mut self);
    /// Writes to the log.
    fn log(&mut self, entry: LogEntry<'_>);
    /// Takes a note.
    fn note(&mut self, note: Note<'_>);
}
