//! The log that a line has for itself (mgetty, 11).

use super::root::Root;
use crate::engine::world::{LocalTime, LogEntry};
use platforms::sink::{LineLog, Loudness};
use polygetty_compat::plan;
use polygetty_compat::plan::stage::Level;
use polygetty_platforms as platforms;

/// The log of one line.
pub(super) struct OwnLog {
    file: LineLog,
    /// it could not be written: said once
    lost: bool,
}

impl OwnLog {
    /// The log of a line, in its directory if that is there.
    pub(super) fn new(root: &Root, settings: &plan::LineLog, line: &[u8]) -> Self {
        let first = root.file(&settings.path.value);
        let path = match &settings.otherwise {
            Some(other) if !first.parent().is_some_and(std::path::Path::is_dir) => root.file(other),
            _ => first,
        };
        let level = u8::try_from(settings.level.value).unwrap_or(u8::MAX);
        Self { file: LineLog::new(path, line, level), lost: false }
    }

    /// Writes an entry; false if the file cannot be written.
    pub(super) fn record(&mut self, at: LocalTime, entry: &LogEntry<'_>) -> bool {
        let loudness = match entry.level {
            Level::Fatal => Loudness::Fatal,
            Level::Error => Loudness::Error,
            Level::Audit => Loudness::Audit,
            Level::Warning => Loudness::Warning,
            Level::Notice | Level::Info => Loudness::Message,
            Level::Debug => Loudness::Noise,
            Level::Trace => Loudness::Junk,
        };
        let LocalTime { month, day, hour, minute, second, .. } = at;
        let stamp = format!("{month:02}/{day:02} {hour:02}:{minute:02}:{second:02}");
        let written = self.file.record(&stamp, loudness, entry.text, None);
        if let Err(error) = &written
            && !std::mem::replace(&mut self.lost, true)
        {
            log::error!("cannot write the log of the line: {error}; all of it goes here");
        }
        written.is_ok()
    }

    /// What the modem says.
    pub(super) fn stream(&mut self, byte: u8) {
        let _ = self.file.stream(&[byte]); // the record before it has said why
    }

    /// Records that come are of this line.
    pub(super) fn is_of(&mut self, line: &[u8]) {
        self.file.is_of(line);
    }

    /// What belongs behind the last record.
    pub(super) fn add(&mut self, text: &str) {
        let _ = self.file.add(text);
    }

    /// Closes the file.
    pub(super) fn rest(&mut self) {
        self.file.rest();
    }
}
