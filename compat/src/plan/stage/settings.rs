//! What each stage needs to know, with the origin of every value.

use crate::plan::chat::{Chat, Word};
use crate::plan::modes::Flag;
use crate::plan::setting::Setting;
use crate::plan::stage::End;
use crate::plan::text::Text;
use crate::source::FilePath;
use std::time::Duration;

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

/// [`Stage::PidFile`](super::Stage::PidFile)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PidFile {
    /// The file.
    pub path: Setting<FilePath>,
}

/// The lock files of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockFiles {
    /// The lines whose locks count; each may have more than one file.
    pub lines: Setting<Vec<Vec<u8>>>,
    /// Where the files are.
    pub dir: Setting<FilePath>,
    /// A lock of the process that started us is as good as ours: it has the line for us.
    pub of_parent: bool,
}

/// [`Stage::AwaitFree`](super::Stage::AwaitFree)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitFree {
    /// The locks that count.
    pub files: LockFiles,
    /// How often to look.
    pub look_every: Duration,
    /// So long after they have gone they are looked at once more.
    pub settle: Duration,
}

/// [`Stage::AwaitTaken`](super::Stage::AwaitTaken)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitTaken {
    /// The locks that count, and how often to look at them.
    pub look: AwaitFree,
    /// How long to wait for somebody.
    pub within: Duration,
}

/// What a lock file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockFormat {
    /// Ten digits and a newline.
    Ascii,
    /// A native integer of four bytes.
    Binary,
}

/// [`Stage::Lock`](super::Stage::Lock)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The locks to take, all or none.
    pub files: LockFiles,
    /// What they hold.
    pub format: Setting<LockFormat>,
    /// The mode of the files.
    pub mode: u32,
    /// A lock that our parent has is ours: it has the call up and hands it to us.
    pub from_parent: bool,
}

/// [`Stage::Own`](super::Stage::Own)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// The device.
    pub device: Device,
    /// Owner, by name or number; None: whose it is.
    pub owner: Option<Setting<Vec<u8>>>,
    /// Group, by name or number: the first that exists. None at all: the owner's first group.
    pub groups: Setting<Vec<Vec<u8>>>,
    /// Permission bits.
    pub mode: Setting<u32>,
}

impl Own {
    /// A line as the systems have it while nobody is on it: one that dialers share is theirs too.
    pub fn waiting(device: Device, shared: bool) -> Self {
        let (owner, groups, mode): (&[u8], &[&[u8]], u32) = match shared {
            true => (b"uucp", &[b"dialout", b"uucp", b"tty"], 0o660),
            false => (b"root", &[b"tty"], 0o620),
        };
        Self {
            device,
            owner: Some(Setting::built_in(owner.to_vec())),
            groups: Setting::built_in(groups.iter().map(|group| group.to_vec()).collect()),
            mode: Setting::built_in(mode),
        }
    }

    /// Nothing but the permission bits changes.
    pub fn mode(device: Device, mode: Setting<u32>) -> Self {
        Self { device, owner: None, groups: Setting::built_in(Vec::new()), mode }
    }
}

/// [`Stage::Account`](super::Stage::Account)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The line's name.
    pub line: Vec<u8>,
    /// The record's id where init made no record for this process, at most four bytes.
    pub id: Vec<u8>,
    /// The user name that the record shows.
    pub user: &'static str,
    /// What the record says of the line.
    pub kind: AccountKind,
    /// The host that the record shows.
    pub host: AccountHost,
}

impl Account {
    /// Somebody is asked for a name on this line.
    pub fn waits(line: Vec<u8>, id: Vec<u8>) -> Self {
        Self { line, id, user: "LOGIN", kind: AccountKind::Login, host: AccountHost::Nobody }
    }
}

/// What a record says of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// Somebody is asked for a name.
    Login,
    /// Somebody uses it.
    User,
}

/// The host of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountHost {
    /// None.
    Nobody,
    /// The caller's number, else what the modem said of the connection.
    Call,
    /// The command line of who holds the locks.
    Holder,
}

/// [`Stage::Open`](super::Stage::Open)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The device.
    pub device: Setting<Device>,
    /// How often to try while it is busy.
    pub tries: u8,
    /// How long to wait between two tries.
    pub pause: Duration,
}

/// [`Stage::TakeTerminal`](super::Stage::TakeTerminal)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeTerminal {
    /// Take it from another session if need be.
    pub steal: bool,
}

/// [`Stage::HangUp`](super::Stage::HangUp)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HangUp {
    /// How long to stay on hook.
    pub time: Setting<Duration>,
    /// How.
    pub by: HangUpBy,
}

/// What puts a line on hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HangUpBy {
    /// Speed 0.
    Speed0,
    /// The wire alone, where the system can drop it; else speed 0.
    Dtr,
}

/// [`Stage::Modes`](super::Stage::Modes)
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

/// [`Stage::Schedule`](super::Stage::Schedule)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Ranges in which calls are taken: from, until.
    pub ranges: Setting<Vec<(WeekMinute, WeekMinute)>>,
    /// Sleep to the edge here (after OFF), or only choose the way.
    pub sleep: bool,
}

/// A word that ends a chat whatever it waits for, and how: `BUSY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What the modem says.
    pub word: Word,
    /// It is listened for from this field of the chat on, counted from 0.
    pub from: usize,
    /// How the stage comes out.
    pub end: End,
}

/// [`Stage::Chat`](super::Stage::Chat)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunChat {
    /// What the file calls it, for the log: `INIT`.
    pub name: &'static str,
    /// The script.
    pub chat: Setting<Chat>,
    /// How long an expect may take that says nothing itself.
    pub patience: Duration,
    /// Words that end it before its time.
    pub verdicts: Vec<Verdict>,
    /// What becomes of the modem's lines, beside being waited for.
    pub lines: ModemLines,
}

/// What becomes of the lines that a modem says in a chat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ModemLines {
    /// Nothing.
    #[default]
    Nothing,
    /// They may tell of the call.
    Call,
    /// They are kept: at the end of this file, under the date; without a file, in the log.
    Kept(Option<Setting<FilePath>>),
}

/// [`Stage::AwaitByte`](super::Stage::AwaitByte)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitByte {
    /// Throw away first what has arrived.
    pub discard_first: bool,
    /// What asked for it.
    pub because: Setting<()>,
    /// Look at these locks meanwhile.
    pub look: Option<AwaitFree>,
    /// When nobody comes for so long, the stage ends.
    pub idle: Setting<Option<Duration>>,
}

/// [`Stage::AwaitText`](super::Stage::AwaitText)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitText {
    /// The word, or any byte.
    pub word: Setting<Option<Word>>,
    /// How it was written, for people.
    pub written: Vec<u8>,
    /// How long the word may take.
    pub within: Duration,
    /// A first byte that says goodbye.
    pub goodbye: Option<u8>,
    /// What was read counts as the beginning of what [`Stage::Detect`](super::Stage::Detect) listens to.
    pub keep: bool,
}

/// [`Stage::AwaitCarrier`](super::Stage::AwaitCarrier)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitCarrier {
    /// Look at these locks meanwhile.
    pub look: Option<AwaitFree>,
}

/// [`Stage::Ringback`](super::Stage::Ringback)
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

/// [`Stage::Answer`](super::Stage::Answer)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What the file calls it, for the log: `CONNECT`.
    pub name: &'static str,
    /// The script. Digits at its speed mark choose the entry of that label, else that speed (§5.4).
    pub chat: Setting<Chat>,
    /// How long an expect may take that says nothing itself.
    pub patience: Duration,
    /// Words that end it before its time.
    pub verdicts: Vec<Verdict>,
    /// What comes behind the answer is for another program: not a byte of it is read.
    pub leave_rest: bool,
    /// What the modem says may tell of the call.
    pub tells: bool,
    /// The line takes the speed that the modem names behind `CONNECT`, if it is told to.
    pub speed_from_call: Setting<bool>,
}

/// An issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issue {
    /// This text.
    Text(Text),
    /// What this file holds when it is typed; its escapes are those of the dialect.
    File(FilePath, Decode),
    /// What this command of the shell writes; the same.
    Command(Vec<u8>, Decode),
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

/// [`Stage::Greet`](super::Stage::Greet)
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

/// [`Stage::ReadName`](super::Stage::ReadName)
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

/// [`Stage::Login`](super::Stage::Login)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The program. Its only argument is the name, unless `words` says otherwise.
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
    /// What else the program is told, where that is more than a name. An entry's own program has precedence.
    pub words: Option<super::Words>,
}

/// [`Stage::TellSpeed`](super::Stage::TellSpeed)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TellSpeed {
    /// The speed that was asked for, if only one was: it needs no telling.
    pub asked: Setting<Option<u32>>,
    /// The status for that one, and for what has none.
    pub same: u8,
    /// Speeds in bit/s and their statuses.
    pub statuses: &'static [(u32, u8)],
}
