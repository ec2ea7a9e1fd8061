//! Whose a line is: its lock files, and the file that says who watches it.

use crate::plan::setting::Setting;
use crate::source::FilePath;
use std::time::Duration;

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
