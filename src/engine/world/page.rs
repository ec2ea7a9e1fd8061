//! Pages of faxes, as files of the world.

use super::{FileError, Ownership};
use crate::engine::hear::fax_line::PageFormat;
use polygetty_compat::source::FilePath;

/// A page of a fax, as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageFile {
    /// Its directory.
    pub dir: FilePath,
    /// Its name up to the number of the page.
    pub stem: Vec<u8>,
    /// What stands behind it and a dot: the number of the page.
    pub suffix: String,
    /// Owner, group and mode.
    pub to: Ownership,
}

/// A page that is kept, and what the modem said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPage {
    /// Its file.
    pub path: FilePath,
    /// What the machines had agreed upon.
    pub format: PageFormat,
    /// Its lines, if the modem has counted them.
    pub lines: Option<u32>,
}

/// A page that is being written. Dropping it leaves a plainly partial file.
pub trait Page {
    /// Adds bytes.
    fn write(&mut self, bytes: &[u8]) -> Result<(), FileError>;
    /// Makes it whole, whatever else happens from here on: says its path. No other file is lost by that.
    fn finish(self) -> Result<FilePath, FileError>;
    /// Leaves nothing of it.
    fn discard(self);
}
