//! What the stages of line and modem need to know, with the origin of every value.

use crate::plan::chat::{Chat, Word};
use crate::plan::modes::Flag;
use crate::plan::setting::Setting;
use crate::plan::stage::{AwaitFree, End};
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
    /// Who sends a fax.
    Sender,
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
