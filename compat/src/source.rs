//! Where text came from: files held as bytes, spans into them, and the one way a dialect gets to read.
//!
//! Old configurations hold Latin-1 and stray NULs, so everything here is bytes; `file:line:column` is made only
//! when a person is to read it.

use std::fmt::{self, Write};

/// A path as an old configuration wrote it: bytes, absolute or not. The real world alone adds `--root`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath(pub Vec<u8>);

impl FilePath {
    /// The path's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether it begins with `/`.
    pub fn is_absolute(&self) -> bool {
        self.0.first() == Some(&b'/')
    }

    /// What follows the last `/`.
    pub fn base_name(&self) -> &[u8] {
        self.0.rsplit(|b| *b == b'/').next().unwrap_or(&[])
    }
}

impl From<&str> for FilePath {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl From<&[u8]> for FilePath {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

/// For people: a name that came from a stranger must not steer the terminal it is shown on.
impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in String::from_utf8_lossy(&self.0).chars() {
            match u8::try_from(letter) {
                // All of these are below 256.
                Ok(byte) if letter.is_control() => write!(f, "{}", byte.escape_ascii())?,
                _ => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

/// One file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// Bytes `start..end` of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: usize,
    /// One past the last byte; never before `start`.
    pub end: usize,
}

impl Span {
    /// The span of `start..end` in `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        Self { file, start, end: end.max(start) }
    }
}

/// A place as people and editors name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file's path as it was asked for.
    pub path: FilePath,
    /// Line, from 1.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

#[derive(Clone, Debug)]
struct SourceFile {
    path: FilePath,
    bytes: Vec<u8>,
}

/// The files that a plan was made from.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Keeps a file's bytes; spans into it stay valid as long as the map.
    pub fn add(&mut self, path: FilePath, bytes: Vec<u8>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile { path, bytes });
        id
    }

    /// The file's bytes; empty for an id of another map.
    pub fn bytes(&self, file: FileId) -> &[u8] {
        self.file(file).map_or(&[], |f| &f.bytes)
    }

    /// The file's path.
    pub fn path(&self, file: FileId) -> FilePath {
        self.file(file).map_or_else(|| FilePath::from("?"), |f| f.path.clone())
    }

    /// The bytes of a span, cut to the file.
    pub fn slice(&self, span: Span) -> &[u8] {
        let bytes = self.bytes(span.file);
        bytes.get(span.start..span.end.min(bytes.len())).unwrap_or(&[])
    }

    /// Line and column of a span's first byte.
    pub fn place(&self, span: Span) -> Place {
        let before = self.bytes(span.file);
        let before = before.get(..span.start.min(before.len())).unwrap_or(&[]);
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
        Place { path: self.path(span.file), line, column }
    }

    /// The whole line that holds the span's first byte, without its end, and that line's first offset.
    pub fn line_of(&self, span: Span) -> (&[u8], usize) {
        let bytes = self.bytes(span.file);
        let at = span.start.min(bytes.len());
        let start = bytes.get(..at).and_then(|b| b.iter().rposition(|b| *b == b'\n')).map_or(0, |i| i + 1);
        let end =
            bytes.get(at..).and_then(|b| b.iter().position(|b| *b == b'\n')).map_or(bytes.len(), |i| at + i);
        let line = bytes.get(start..end).unwrap_or(&[]);
        (line.strip_suffix(b"\r").unwrap_or(line), start)
    }

    fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }
}

/// What a reader knows of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileText {
    /// The contents, whole.
    pub bytes: Vec<u8>,
    /// The owner's user id.
    pub owner: u32,
    /// The permission bits.
    pub mode: u32,
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No such file.
    #[error("no such file")]
    Absent,
    /// It is longer than the reader was willing to take.
    #[error("longer than {0} bytes")]
    TooLong(usize),
    /// Anything else, in the system's words.
    #[error("{0}")]
    Failed(String),
}

/// What a reader knows of a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProgramFacts {
    /// There is a regular file of this name.
    pub exists: bool,
    /// It may be executed.
    pub executable: bool,
    /// Its group or everybody may write it.
    pub writable_by_others: bool,
}

/// The one way a dialect looks at the world while it compiles. It opens nothing but files, and never waits.
pub trait SourceReader {
    /// A file's bytes, if it is a regular file of at most `limit` bytes.
    fn read(&mut self, path: &FilePath, limit: usize) -> Result<FileText, ReadError>;
    /// Whether this device node exists (a path below `/dev`).
    fn device_exists(&mut self, path: &FilePath) -> bool;
    /// What this program is like; it is not run.
    fn program(&mut self, path: &FilePath) -> ProgramFacts;
    /// What clears the screen of this terminal type, padding removed; `None` if the type is unknown or cannot.
    fn clear_screen(&mut self, term: &[u8]) -> Option<Vec<u8>>;
    /// The terminal on standard input, below `/dev/`; `None` if it is none.
    fn terminal(&mut self) -> Option<Vec<u8>> {
        None
    }
}

/// Files, devices and terminal types held in memory: for tests and for lines that are only rehearsed.
#[derive(Clone, Debug, Default)]
pub struct MapReader {
    /// Contents by path; all of them are root's, mode 0644.
    pub files: std::collections::BTreeMap<Vec<u8>, Vec<u8>>,
    /// Paths of the devices that exist.
    pub devices: Vec<Vec<u8>>,
    /// Programs by path.
    pub programs: std::collections::BTreeMap<Vec<u8>, ProgramFacts>,
    /// What clears the screen, by type.
    pub terminals: std::collections::BTreeMap<Vec<u8>, Vec<u8>>,
}

impl MapReader {
    /// Adds a file.
    pub fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.as_bytes().to_vec(), text.as_bytes().to_vec());
        self
    }

    /// Adds a device, by its name below `/dev`.
    pub fn device(mut self, name: &str) -> Self {
        self.devices.push(format!("/dev/{name}").into_bytes());
        self
    }

    /// Adds a program that can be run and that only its owner can write.
    pub fn program(mut self, path: &str) -> Self {
        let facts = ProgramFacts { exists: true, executable: true, writable_by_others: false };
        self.programs.insert(path.as_bytes().to_vec(), facts);
        self
    }
}

impl SourceReader for MapReader {
    fn read(&mut self, path: &FilePath, limit: usize) -> Result<FileText, ReadError> {
        let bytes = self.files.get(path.as_bytes()).ok_or(ReadError::Absent)?;
        if bytes.len() > limit {
            return Err(ReadError::TooLong(limit));
        }
        Ok(FileText { bytes: bytes.clone(), owner: 0, mode: 0o644 })
    }

    fn device_exists(&mut self, path: &FilePath) -> bool {
        self.devices.iter().any(|device| device == path.as_bytes())
    }

    fn program(&mut self, path: &FilePath) -> ProgramFacts {
        self.programs.get(path.as_bytes()).copied().unwrap_or_default()
    }

    fn clear_screen(&mut self, term: &[u8]) -> Option<Vec<u8>> {
        self.terminals.get(term).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_without_what_steers_a_terminal() {
        let path = FilePath(b"/f/a\x1b[2J\n\x7fb \xc2\x9bm \xc3\xa9\xff".to_vec());
        assert_eq!(path.to_string(), "/f/a\\x1b[2J\\n\\x7fb \\x9bm \u{e9}\u{fffd}");
    }

    #[test]
    fn places_count_lines_and_bytes_from_one() {
        let mut map = SourceMap::default();
        let id = map.add("/etc/x".into(), b"ab\ncd\r\nef".to_vec());
        assert_eq!(map.place(Span::new(id, 0, 1)).to_string(), "/etc/x:1:1");
        assert_eq!(map.place(Span::new(id, 4, 5)).to_string(), "/etc/x:2:2");
        assert_eq!(map.line_of(Span::new(id, 4, 5)), (&b"cd"[..], 3));
        assert_eq!(map.place(Span::new(id, 99, 100)).to_string(), "/etc/x:3:3");
        assert_eq!(map.slice(Span::new(id, 7, 99)), b"ef");
    }
}
