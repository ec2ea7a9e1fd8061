//! What the programs of a demo log.

use std::path::PathBuf;

/// A log below the root, and how much of it was read.
pub(super) struct Log {
    path: PathBuf,
    read: usize,
    /// Its line ends stand before its records, not behind them.
    begins_with_end: bool,
}

impl Log {
    /// The one that every program of the tool has below a root.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, read: 0, begins_with_end: false }
    }

    /// The one that mgetty has for a line, or callback.
    pub(super) fn of_mgetty(path: PathBuf) -> Self {
        Self { begins_with_end: true, ..Self::new(path) }
    }

    /// What has come meanwhile.
    #[allow(clippy::disallowed_methods)] // a file of our own root
    pub(super) fn news(&mut self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.path).unwrap_or_default();
        let new = text.get(self.read..).unwrap_or_default();
        let end = if self.begins_with_end { Some(new.len()) } else { new.rfind('\n').map(|at| at + 1) };
        let whole = end.unwrap_or(0);
        self.read += whole;
        new.get(..whole).unwrap_or_default().lines().map(str::to_owned).collect()
    }
}
