//! `--root DIR`: where the files of a persona are.

use polygetty_compat::source::FilePath;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The directory that every file is below; none is `/` itself.
#[derive(Clone, Debug, Default)]
pub struct Root(Option<PathBuf>);

impl Root {
    /// Everything below `dir`.
    pub fn below(dir: impl Into<PathBuf>) -> Self {
        Self(Some(dir.into()))
    }

    /// The directory, if one was given.
    pub fn dir(&self) -> Option<&Path> {
        self.0.as_deref()
    }

    /// Where this file is.
    pub fn file(&self, path: &FilePath) -> PathBuf {
        let path = Path::new(OsStr::from_bytes(path.as_bytes()));
        match &self.0 {
            Some(root) => root.join(path.strip_prefix("/").unwrap_or(path)),
            None => path.to_path_buf(),
        }
    }

    /// Where this device is: below the root if it exists there, else the system's own.
    pub fn device(&self, path: &FilePath) -> PathBuf {
        let below = self.file(path);
        if self.0.is_none() || below.symlink_metadata().is_ok() {
            return below;
        }
        PathBuf::from(OsStr::from_bytes(path.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_below_the_root_and_devices_only_if_they_exist_there() {
        let dir = tempfile::tempdir().unwrap();
        let root = Root::below(dir.path());
        assert_eq!(root.file(&"/etc/issue".into()), dir.path().join("etc/issue"));
        assert_eq!(root.device(&"/dev/null".into()), Path::new("/dev/null"));
        std::fs::create_dir(dir.path().join("dev")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", dir.path().join("dev/null")).unwrap();
        assert_eq!(root.device(&"/dev/null".into()), dir.path().join("dev/null"));
        assert_eq!(Root::default().file(&"/etc/issue".into()), Path::new("/etc/issue"));
    }
}
