//! A folder for a while: nobody else's, and gone with all that is in it in the end.

use std::path::{Path, PathBuf};

/// A folder that only this user can enter. Dropping it removes it.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes one where such things belong (`TMPDIR`, else `/tmp`); its name begins like this, and the rest of it is
    /// nobody's guess.
    pub fn new(prefix: &str) -> std::io::Result<Self> {
        let above = std::path::absolute(std::env::temp_dir())?;
        Ok(Self(nix::unistd::mkdtemp(&above.join(format!("{prefix}XXXXXX")))?))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0); // somebody may have removed it meanwhile
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn it_is_private_and_goes_with_all_that_is_in_it() {
        let (one, other) = (Scratch::new("scratch-test.").unwrap(), Scratch::new("scratch-test.").unwrap());
        assert_ne!(one.path(), other.path());
        assert!(one.path().is_absolute());
        assert!(one.path().file_name().unwrap().to_str().unwrap().starts_with("scratch-test."));
        assert_eq!(one.path().metadata().unwrap().permissions().mode() & 0o777, 0o700);
        let within = one.path().join("a/b");
        std::fs::create_dir_all(&within).unwrap();
        std::fs::write(within.join("c"), "").unwrap();
        let path = one.path().to_owned();
        drop(one);
        assert!(!path.exists() && other.path().exists());
    }
}
