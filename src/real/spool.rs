//! The pages of faxes, as files.

use super::fault::{Failed, pass};
use super::node::numbers;
use super::root::Root;
use crate::engine::world::{FileError, Page, PageFile};
use platforms::{Errno, spool};
use polygetty_compat::source::FilePath;
use polygetty_platforms as platforms;
use std::os::unix::ffi::OsStrExt;

/// A page on its way.
pub struct RealPage {
    page: spool::Page,
    dir: FilePath,
}

pub(super) fn space(root: &Root, dir: &FilePath) -> Result<u64, FileError> {
    passes()?;
    spool::room(&root.file(dir)).map_err(refused)
}

/// Begins a page; what of its owner and mode could not be is no reason to lose it.
pub(super) fn page(root: &Root, file: &PageFile) -> Result<(RealPage, Vec<String>), FileError> {
    passes()?;
    let number = format!("{:02}", file.number);
    let page = spool::Page::create(&root.file(&file.dir), &file.stem, number.as_bytes()).map_err(refused)?;
    let in_words = |errno: Errno| errno.desc().to_owned();
    let owned = numbers(&file.to).map_err(in_words).and_then(|to| {
        page.own(to.owner, to.group, file.to.mode).map_err(in_words)?;
        Ok(to.unknown.iter().map(|name| format!("there is no {name}")).collect())
    });
    let lacks = owned.unwrap_or_else(|why| vec![why]);
    Ok((RealPage { page, dir: file.dir.clone() }, lacks))
}

impl Page for RealPage {
    fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        passes()?;
        self.page.write(bytes).map_err(refused)
    }

    fn finish(self) -> Result<FilePath, FileError> {
        passes()?;
        let path = self.page.finish().map_err(refused)?;
        let name = path.file_name().unwrap_or_default();
        Ok(FilePath([self.dir.as_bytes(), b"/", name.as_bytes()].concat()))
    }
}

fn passes() -> Result<(), FileError> {
    pass().map_err(|Failed| FileError::Failed(Failed::WHY.into()))
}

fn refused(errno: Errno) -> FileError {
    match errno {
        Errno::ENOENT => FileError::Absent,
        errno => FileError::Failed(errno.desc().to_owned()),
    }
}
