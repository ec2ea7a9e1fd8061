//! Where the log goes, and how much of it.

use super::setting::Setting;
use super::stage::Level;
use crate::source::FilePath;

/// Under which subject the system's log keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facility {
    /// Who comes in.
    Auth,
    /// Programs in the background.
    Daemon,
    /// Anything.
    User,
    /// UUCP.
    Uucp,
    /// One of eight that each site gives a meaning.
    Local(u8),
}

impl Facility {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Auth,
        Self::Daemon,
        Self::User,
        Self::Uucp,
        Self::Local(0),
        Self::Local(1),
        Self::Local(2),
        Self::Local(3),
        Self::Local(4),
        Self::Local(5),
        Self::Local(6),
        Self::Local(7),
    ];

    /// Its name, as in syslog.conf.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Daemon => "daemon",
            Self::User => "user",
            Self::Uucp => "uucp",
            Self::Local(0) => "local0",
            Self::Local(1) => "local1",
            Self::Local(2) => "local2",
            Self::Local(3) => "local3",
            Self::Local(4) => "local4",
            Self::Local(5) => "local5",
            Self::Local(6) => "local6",
            Self::Local(_) => "local7",
        }
    }
}

/// What decides about the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// The subject.
    pub facility: Setting<Facility>,
    /// The least that is worth an entry.
    pub level: Setting<Level>,
    /// A file of the line's own that has everything; the system's log then has only what matters beyond the line.
    pub line: Option<LineLog>,
}

/// The log of one line, in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineLog {
    /// The file, if its directory is there.
    pub path: Setting<FilePath>,
    /// The file if it is not.
    pub otherwise: Option<FilePath>,
    /// How much it has: 0 what ends a life, 1 errors, 2 calls, 3 warnings, 4 what is done, 5 how, 6 every byte.
    pub level: Setting<u32>,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            facility: Setting::built_in(Facility::Auth),
            level: Setting::built_in(Level::Debug),
            line: None,
        }
    }
}
