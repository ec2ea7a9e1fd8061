//! Where the log goes: syslog, a file of the line, or standard error.
//!
//! Messages come through the `log` crate. Its levels are syslog's `err`, `warning`, `info` and
//! `debug`; `info` with the target [`NOTICE`] is `notice`.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use log::{Level, LevelFilter, Record};
use nix::libc;

use crate::clock;

mod line_log;
mod syslog;

#[cfg(test)]
mod tests;

pub use line_log::{LineLog, Loudness};
pub use nix::syslog::Facility;

/// The target that makes an `info` message a `notice`.
pub const NOTICE: &str = "notice";

/// The target that makes an `error` message an `alert`.
pub const ALERT: &str = "alert";

/// One place the log goes.
#[derive(Clone, Debug)]
pub enum Sink {
    /// the system's log, under this facility (a getty's is `LOG_AUTH`)
    Syslog {
        /// the facility
        facility: Facility,
    },
    /// a file: made with mode 0600, appended to, never through a link
    File(PathBuf),
    /// descriptor 2
    Stderr,
}

/// Why a log could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// the file cannot be written
    #[error("log file {}: {error}", path.display())]
    File {
        /// which
        path: PathBuf,
        /// why
        error: std::io::Error,
    },
    /// something else set up the `log` crate first
    #[error("the log is in other hands already")]
    Taken,
}

/// All that the logger needs, exchangeable while it runs.
struct Log {
    ident: String,
    outputs: Vec<Output>,
}

enum Output {
    Syslog(syslog::Connection),
    File { path: PathBuf, open: Option<File> },
    Stderr,
}

static LOG: Mutex<Option<Log>> = Mutex::new(None);

/// What the `log` crate hands its messages to. Those that are too low it drops itself.
struct Front;

impl log::Log for Front {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        write(record);
    }

    fn flush(&self) {} // every message is written when it comes
}

/// Sends the log to these places, up to and including `most`. May be called again, say when the
/// configuration has named the log file: the new places replace the old ones.
pub fn start(ident: &str, sinks: &[Sink], most: LevelFilter) -> Result<(), SinkError> {
    /// whether the `log` crate became ours
    static OURS: OnceLock<bool> = OnceLock::new();
    let mut outputs = Vec::with_capacity(sinks.len());
    for sink in sinks {
        outputs.push(match sink {
            Sink::Syslog { facility } => Output::Syslog(syslog::Connection::new(ident, *facility)),
            Sink::File(path) => {
                let open = open(path).map_err(|error| SinkError::File { path: path.clone(), error })?;
                Output::File { path: path.clone(), open: Some(open) }
            }
            Sink::Stderr => Output::Stderr,
        });
    }
    let ours = OURS.get_or_init(|| log::set_logger(&Front).is_ok());
    if !ours {
        return Err(SinkError::Taken);
    }
    *lock() = Some(Log { ident: ident.to_owned(), outputs });
    log::set_max_level(most);
    Ok(())
}

/// Closes files and the connection to the system's log while nothing happens; the next message opens
/// them again. A log that was rotated away meanwhile is then begun anew.
pub fn rest() {
    if let Some(log) = lock().as_mut() {
        for output in &mut log.outputs {
            match output {
                Output::Syslog(connection) => connection.rest(),
                Output::File { open, .. } => *open = None,
                Output::Stderr => {}
            }
        }
    }
}

fn lock() -> std::sync::MutexGuard<'static, Option<Log>> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What one message is called in the file, and its severity in the system's log.
fn severity(record: &Record<'_>) -> (&'static str, libc::c_int) {
    match record.level() {
        Level::Error if record.target() == ALERT => ("alert", libc::LOG_ALERT),
        Level::Error => ("error", libc::LOG_ERR),
        Level::Warn => ("warning", libc::LOG_WARNING),
        Level::Info if record.target() == NOTICE => ("notice", libc::LOG_NOTICE),
        Level::Info => ("info", libc::LOG_INFO),
        Level::Debug | Level::Trace => ("debug", libc::LOG_DEBUG),
    }
}

fn write(record: &Record<'_>) {
    let text = printable(&record.args().to_string());
    let (level, priority) = severity(record);
    if let Some(log) = lock().as_mut() {
        let line =
            format!("{} {}[{}]: {level} {text}\n", stamp(clock::wall()), log.ident, std::process::id());
        for output in &mut log.outputs {
            match output {
                Output::Syslog(connection) => connection.send(priority, &text),
                Output::Stderr => drop(std::io::stderr().write_all(line.as_bytes())),
                Output::File { path, open } => {
                    if open.is_none() {
                        *open = self::open(path).ok();
                    }
                    // A full disk must not keep anybody from logging in.
                    let _ = open.as_mut().map(|file| file.write_all(line.as_bytes()));
                }
            }
        }
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .custom_flags(libc::O_NOFOLLOW | libc::O_CLOEXEC | libc::O_NOCTTY | libc::O_NONBLOCK)
        .open(path)?;
    let kind = file.metadata()?.file_type();
    // /dev/null and the console are fair; a FIFO would lose lines and a directory cannot be.
    if kind.is_file() || kind.is_char_device() {
        Ok(file)
    } else {
        Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "not a file"))
    }
}

/// `2026-02-28T23:59:59Z`: the same on every machine, whatever its time zone is.
fn stamp(wall: i64) -> String {
    let (year, month, day, hour, minute, second) = clock::utc(wall);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// One message is one line: control characters, which a caller may have typed, are written `\x1b`.
fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            let _ = write!(out, "\\x{:02x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}
