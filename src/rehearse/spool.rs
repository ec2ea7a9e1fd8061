//! Directories for pages of faxes, of which everything is simulated.

use super::line::Wire;
use crate::engine::world::{FileError, KeptPage, Ownership, Page, PageFile};
use polygetty_compat::source::FilePath;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What lies there: each page, and whether it is whole.
pub type Pages = BTreeMap<String, (Vec<u8>, bool)>;

/// Directories and what lies in them.
#[derive(Clone, Debug, Default)]
pub struct Spool {
    /// The free space of each directory, in KiB.
    pub free: BTreeMap<String, u64>,
    /// Those in which no file can be made, whatever is free.
    pub unfit: Vec<String>,
    /// What its disk takes in bytes, if there is an end to it.
    pub full_after: Option<usize>,
    /// The owners that pages were given.
    pub owned: Vec<Ownership>,
    pages: Rc<RefCell<Pages>>,
}

impl Spool {
    /// What lies there now.
    pub fn pages(&self) -> Pages {
        self.pages.borrow().clone()
    }

    pub(super) fn space(&self, wire: &Rc<RefCell<Wire>>, dir: &FilePath) -> Result<u64, FileError> {
        passes(wire)?;
        self.free.get(&dir.to_string()).copied().ok_or(FileError::Absent)
    }

    pub(super) fn page(
        &mut self,
        wire: &Rc<RefCell<Wire>>,
        file: &PageFile,
    ) -> Result<(SimPage, Vec<String>), FileError> {
        passes(wire)?;
        if self.unfit.contains(&file.dir.to_string()) {
            return Err(FileError::Failed("no inode left".into()));
        }
        self.owned.push(file.to.clone());
        let name = format!("{}/{}.{}", file.dir, file.stem.escape_ascii(), file.suffix);
        let (pages, full_after) = (Rc::clone(&self.pages), self.full_after);
        Ok((SimPage { wire: Rc::clone(wire), name, pages, full_after }, Vec::new()))
    }

    /// A stand-in for the file of a call: a line for each page, and what is in it.
    pub(super) fn bundle(&self, wire: &Rc<RefCell<Wire>>, pages: &[KeptPage]) -> Result<Vec<u8>, FileError> {
        passes(wire)?;
        let mut all = Vec::new();
        for KeptPage { path, format, lines } in pages {
            let there = self.pages.borrow();
            let (bytes, _) = there.get(&path.to_string()).ok_or(FileError::Absent)?;
            let lines = lines.map_or("?".into(), |lines| lines.to_string());
            let line = format!("vr={} wd={} df={} lines={lines}\n", format.vr, format.wd, format.df);
            all.extend_from_slice(line.as_bytes());
            all.extend_from_slice(bytes);
        }
        Ok(all)
    }

    pub(super) fn remove(&self, wire: &Rc<RefCell<Wire>>, path: &FilePath) -> Result<(), FileError> {
        passes(wire)?;
        self.pages.borrow_mut().remove(&path.to_string()).map(drop).ok_or(FileError::Absent)
    }
}

/// A page that is being written.
pub struct SimPage {
    wire: Rc<RefCell<Wire>>,
    name: String,
    pages: Rc<RefCell<Pages>>,
    full_after: Option<usize>,
}

impl Page for SimPage {
    fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        passes(&self.wire)?;
        let mut pages = self.pages.borrow_mut();
        let there: usize = pages.values().map(|(bytes, _)| bytes.len()).sum();
        if self.full_after.is_some_and(|most| there + bytes.len() > most) {
            return Err(FileError::Failed("no space left".into()));
        }
        pages.entry(self.name.clone()).or_default().0.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(self) -> Result<FilePath, FileError> {
        passes(&self.wire)?;
        self.pages.borrow_mut().entry(self.name.clone()).or_default().1 = true;
        Ok(self.name.as_str().into())
    }

    fn discard(self) {
        self.pages.borrow_mut().remove(&self.name);
    }
}

fn passes(wire: &Rc<RefCell<Wire>>) -> Result<(), FileError> {
    wire.borrow_mut().pass().map_err(|error| FileError::Failed(error.to_string()))
}
