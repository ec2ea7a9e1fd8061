//! Locks and pid files: who has a line, who watches it.

/// How the locks of a line are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockState {
    /// Nobody living has one of them.
    Free,
    /// We have.
    Ours,
    /// Somebody else has.
    Held(Holder),
}

/// Who has a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The file that says so.
    pub file: String,
    /// The process, and its program if that can be told; `None`: the file was made a moment ago and does not
    /// say yet.
    pub process: Option<(i32, Option<String>)>,
    /// Whether it names it as an int of this processor, not in digits.
    pub binary: bool,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.process {
            Some((pid, Some(program))) => write!(f, "{} names process {pid} ({program})", self.file),
            Some((pid, None)) => write!(f, "{} names process {pid}", self.file),
            None => write!(f, "{} is being written", self.file),
        }
    }
}

/// What came of an attempt at the locks of a line.
#[derive(Debug)]
pub enum Taken<L> {
    /// They are ours. Dropping them removes those that still name us.
    Ours {
        /// The locks.
        locks: L,
        /// A line for each that was in the way and named nobody living.
        removed: Vec<String>,
    },
    /// The process that started us has one of them, and nobody else another.
    Parents(Holder),
    /// Somebody has one of them.
    Held(Holder),
}

/// Why locks can be neither judged nor made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LockError(pub String);

/// A pid file that was written.
#[derive(Debug)]
pub struct Written<P> {
    /// The file. Dropping it removes it if it still names us.
    pub file: P,
    /// Another living process that the file named before, and its program if that can be told.
    pub instead_of: Option<(i32, Option<String>)>,
}
