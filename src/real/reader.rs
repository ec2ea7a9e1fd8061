//! The files of this machine, for dialects that compile.

use super::root::Root;
use super::terminfo;
use platforms::Errno;
use polygetty_compat::source::{FilePath, FileText, ProgramFacts, ReadError, SourceReader};
use polygetty_platforms as platforms;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Reads below a root.
pub struct FileReader {
    root: Root,
}

impl FileReader {
    /// Reads below this root.
    pub fn new(root: Root) -> Self {
        Self { root }
    }
}

impl SourceReader for FileReader {
    fn read(&mut self, path: &FilePath, limit: usize) -> Result<FileText, ReadError> {
        let text =
            read_text(&self.root.file(path), limit.saturating_add(1)).map_err(|error| read_error(&error))?;
        if text.bytes.len() > limit {
            return Err(ReadError::TooLong(limit));
        }
        Ok(text)
    }

    fn device_exists(&mut self, path: &FilePath) -> bool {
        polygetty_platforms::node::device_exists(&self.root.device(path))
    }

    fn program(&mut self, path: &FilePath) -> ProgramFacts {
        match fs::metadata(self.root.file(path)) {
            Ok(facts) if facts.is_file() => ProgramFacts {
                exists: true,
                executable: facts.mode() & 0o111 != 0,
                writable_by_others: facts.mode() & 0o022 != 0,
            },
            _ => ProgramFacts::default(),
        }
    }

    fn clear_screen(&mut self, term: &[u8]) -> Option<Vec<u8>> {
        terminfo::clear_screen(&self.root, term)
    }

    fn terminal(&mut self) -> Option<Vec<u8>> {
        let path = polygetty_platforms::process::terminal_on_input()?;
        let name = path.strip_prefix("/dev/").ok()?;
        Some(name.as_os_str().as_bytes().to_vec())
    }
}

/// The same with the file's owner and mode.
pub(super) fn read_text(path: &Path, limit: usize) -> std::io::Result<FileText> {
    let facts = fs::metadata(path)?;
    let bytes = read_regular(path, limit)?;
    Ok(FileText { bytes, owner: facts.uid(), mode: facts.mode() & 0o7777 })
}

/// The same of a file that decides who may do what: what its descriptor says counts, and a link is no such file.
#[allow(clippy::disallowed_methods)] // as below
pub(super) fn read_private(path: &Path, limit: usize) -> std::io::Result<FileText> {
    let file = polygetty_platforms::files::open_itself(path)?;
    let facts = file.metadata()?;
    if !facts.is_file() {
        return Err(std::io::Error::new(ErrorKind::InvalidInput, "not a regular file"));
    }
    let mut bytes = Vec::new();
    file.take(limit as u64).read_to_end(&mut bytes)?;
    Ok(FileText { bytes, owner: facts.uid(), mode: facts.mode() & 0o7777 })
}

/// The first `limit` bytes of a regular file. Anything else is refused before it is opened: a FIFO would make
/// us wait, a device would act.
#[allow(clippy::disallowed_methods)] // this is the one place of the real world that reads files
pub(super) fn read_regular(path: &Path, limit: usize) -> std::io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(std::io::Error::new(ErrorKind::InvalidInput, "not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(limit as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn read_error(error: &std::io::Error) -> ReadError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => ReadError::Absent,
        _ => ReadError::Failed(in_words(error)),
    }
}

/// An error as people read it, without the number that the library puts behind it.
pub fn in_words(error: &std::io::Error) -> String {
    match error.raw_os_error() {
        Some(number) => Errno::from_raw(number).desc().to_owned(),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_program_is_a_file_that_somebody_may_run() {
        let dir = tempfile::tempdir().unwrap();
        let mut reader = FileReader::new(Root::below(dir.path()));
        let mut facts = |mode: Option<u32>| {
            let file = dir.path().join("x");
            if let Some(mode) = mode {
                File::create(&file).unwrap().set_permissions(fs::Permissions::from_mode(mode)).unwrap();
            }
            let ProgramFacts { exists, executable, writable_by_others } = reader.program(&"/x".into());
            [exists, executable, writable_by_others]
        };
        assert_eq!(facts(None), [false, false, false]);
        assert_eq!(facts(Some(0o755)), [true, true, false]);
        assert_eq!(facts(Some(0o644)), [true, false, false]);
        assert_eq!(facts(Some(0o775)), [true, true, true]);
        assert_eq!(facts(Some(0o702)), [true, true, true]);
        fs::create_dir(dir.path().join("d")).unwrap();
        assert_eq!(reader.program(&"/d".into()), ProgramFacts::default());
    }
}
