//! A log file for one line, byte for byte as mgetty's was (mgetty, 11): scripts read it.
//!
//! The newline stands in front of a record, and what the modem says follows on its line.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use nix::libc;

/// How loud a record is; a log of level n holds what is n or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loudness {
    /// what ends this life; always written
    Fatal,
    /// what did not work
    Error,
    /// one line for each call
    Audit,
    /// what is odd
    Warning,
    /// what is done
    Message,
    /// how it is done
    Noise,
    /// every byte
    Junk,
}

/// The log of a line. It is opened by the first record, and again after [`LineLog::rest`], so that it can be rotated
/// while the line waits.
#[derive(Debug)]
pub struct LineLog {
    path: PathBuf,
    /// the last three characters of the line's name
    line: String,
    level: u8,
    open: Option<File>,
    begun: bool,
}

impl LineLog {
    /// The log of a line at this path.
    pub fn new(path: PathBuf, line: &[u8], level: u8) -> Self {
        Self { path, line: tail(line), level, open: None, begun: false }
    }

    /// From now on of this line.
    pub fn is_of(&mut self, line: &[u8]) {
        self.line = tail(line);
    }

    /// From now on up to this level.
    pub fn set_level(&mut self, level: u8) {
        self.level = level;
    }

    /// A record. `stamp` is local time as `11/20 23:19:55`; errors end in the system's words for them, if there are.
    pub fn record(
        &mut self,
        stamp: &str,
        loudness: Loudness,
        text: &str,
        error: Option<&str>,
    ) -> std::io::Result<()> {
        if loudness as u8 > self.level {
            return Ok(());
        }
        let text = printable(text.as_bytes());
        if loudness == Loudness::Audit {
            return self.write(format!("\n{stamp} ##### {text}\n").as_bytes());
        }
        let indent = match loudness {
            Loudness::Noise => " ",
            Loudness::Junk => "  ",
            _ => "",
        };
        let error = error.map(|error| format!(": {error}")).unwrap_or_default();
        self.write(format!("\n{stamp} {}  {indent}{text}{error}", self.line).as_bytes())
    }

    /// What became of the last message, on its line.
    pub fn add(&mut self, text: &str) -> std::io::Result<()> {
        if (Loudness::Message as u8) > self.level {
            return Ok(());
        }
        self.write(text.as_bytes())
    }

    /// What the modem says, behind the last record that is there.
    pub fn stream(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        if (Loudness::Noise as u8) > self.level {
            return Ok(());
        }
        let mut text = Vec::with_capacity(bytes.len());
        for byte in bytes {
            match byte {
                b' '..=b'~' => text.push(*byte),
                other => text.extend_from_slice(format!("[{other:02x}]").as_bytes()),
            }
        }
        self.write(&text)
    }

    /// Closes the file while nothing happens; the next record opens it again.
    pub fn rest(&mut self) {
        self.open = None;
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        if self.open.is_none() {
            let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY;
            let file = OpenOptions::new()
                .append(true)
                .create(true)
                .mode(0o640)
                .custom_flags(flags)
                .open(&self.path)?;
            if !file.metadata()?.is_file() {
                return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "not a regular file"));
            }
            self.open = Some(file);
        }
        let Some(file) = &mut self.open else { return Ok(()) };
        if !std::mem::replace(&mut self.begun, true) {
            file.write_all(b"\n--")?;
        }
        file.write_all(bytes) // one call a record: lines of two processes do not mix
    }
}

/// What a record has of a line's name.
fn tail(line: &[u8]) -> String {
    printable(line.get(line.len().saturating_sub(3)..).unwrap_or(line))
}

fn printable(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    const AT: &str = "11/20 23:19:55";

    #[test]
    fn records_as_scripts_read_them() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("mg_ttyK6.log");
        let mut log = LineLog::new(path.clone(), b"ttyK6", 6);
        log.record(AT, Loudness::Message, "check for lockfiles", None).unwrap();
        log.record(AT, Loudness::Noise, "send: ATZ\\r", None).unwrap();
        log.record(AT, Loudness::Junk, "waiting for ``OK''", None).unwrap();
        log.stream(b"\r\nOK\r").unwrap();
        log.rest();
        log.record(AT, Loudness::Error, "open failed", Some("No such file or directory")).unwrap();
        log.record(AT, Loudness::Audit, "data dev=ttyK6, name='x\n'", None).unwrap();
        log.record(AT, Loudness::Fatal, "end", None).unwrap();
        let wanted = "\n--\n11/20 23:19:55 yK6  check for lockfiles\n11/20 23:19:55 yK6   send: ATZ\\r\
                      \n11/20 23:19:55 yK6    waiting for ``OK''[0d][0a]OK[0d]\
                      \n11/20 23:19:55 yK6  open failed: No such file or directory\
                      \n11/20 23:19:55 ##### data dev=ttyK6, name='x_'\n\n11/20 23:19:55 yK6  end";
        assert_eq!(fs::read_to_string(&path).unwrap(), wanted);
        // As any file of this mode under this umask.
        let alike = dir.path().join("alike");
        OpenOptions::new().append(true).create(true).mode(0o640).open(&alike).unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), mode(&alike));
    }

    #[test]
    fn levels() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let mut log = LineLog::new(path.clone(), b"S1", 0);
        log.record(AT, Loudness::Error, "not shown", None).unwrap();
        assert!(!path.exists(), "nothing to say, no file");
        log.record(AT, Loudness::Fatal, "the end", None).unwrap();
        log.set_level(4);
        log.record(AT, Loudness::Message, "shown", None).unwrap();
        log.stream(b"not shown below noise").unwrap();
        log.record(AT, Loudness::Junk, "not shown", None).unwrap();
        log.stream(b"nor this").unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "\n--\n11/20 23:19:55 S1  the end\n11/20 23:19:55 S1  shown"
        );
    }

    #[test]
    fn a_log_that_was_rotated_away_is_begun_anew_and_links_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let mut log = LineLog::new(path.clone(), b"ttyS1", 4);
        log.record(AT, Loudness::Message, "before", None).unwrap();
        fs::rename(&path, dir.path().join("log.1")).unwrap();
        log.rest();
        log.record(AT, Loudness::Message, "after", None).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "\n11/20 23:19:55 yS1  after");
        log.rest();
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(dir.path().join("log.1"), &path).unwrap();
        assert!(log.record(AT, Loudness::Message, "nowhere", None).is_err());
    }
}
