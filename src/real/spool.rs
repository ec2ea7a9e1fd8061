//! The pages of faxes, as files.

use super::fault::{Failed, pass};
use super::node::numbers;
use super::root::Root;
use crate::engine::world::{FileError, KeptPage, LocalTime, Page, PageFile};
use crate::fax::tiff::{Sheet, TiffFax};
use platforms::{Errno, spool};
use polygetty_compat::source::FilePath;
use polygetty_platforms as platforms;
use std::os::unix::ffi::OsStrExt;

/// The most bytes that one file is made of, as it is made in memory: hours of a call.
const MOST: usize = 64 << 20;

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
    let page = spool::Page::create(&root.file(&file.dir), &file.stem, file.suffix.as_bytes());
    let page = page.map_err(refused)?;
    let in_words = |errno: Errno| errno.desc().to_owned();
    let owned = numbers(&file.to).map_err(in_words).and_then(|to| {
        page.own(to.owner, to.group, file.to.mode).map_err(in_words)?;
        Ok(to.unknown.iter().map(|name| format!("there is no {name}")).collect())
    });
    let mut lacks = owned.unwrap_or_else(|why| vec![why]);
    if page.is_in_the_open() {
        lacks.push(format!("anybody may write to {}, and exchange what is there: chmod o-w", file.dir));
    }
    Ok((RealPage { page, dir: file.dir.clone() }, lacks))
}

pub(super) fn bundle(
    root: &Root,
    pages: &[KeptPage],
    sender: &[u8],
    at: LocalTime,
) -> Result<Vec<u8>, FileError> {
    passes()?;
    let LocalTime { year, month, day, hour, minute, second, .. } = at;
    let date = format!("{year:04}:{month:02}:{day:02} {hour:02}:{minute:02}:{second:02}");
    let mut tiff = TiffFax::begin(sender, date.as_bytes());
    let mut room = MOST;
    for KeptPage { path, format, lines } in pages {
        let data = spool::read(&root.file(path), room).map_err(refused)?;
        room -= data.len();
        if !tiff.page(&data, &Sheet { vr: format.vr, wd: format.wd, df: format.df, lines: *lines }) {
            return Err(refused(Errno::EFBIG));
        }
    }
    tiff.finish().ok_or(FileError::Absent)
}

pub(super) fn remove(root: &Root, path: &FilePath) -> Result<(), FileError> {
    passes()?;
    spool::remove(&root.file(path)).map_err(refused)
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

    fn discard(self) {
        self.page.discard();
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
