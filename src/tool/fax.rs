//! What received pages are, and pictures of them.

use super::{complain, say};
use crate::fax::name::Name;
use crate::fax::page::Page;
use crate::fax::{png, tiff};
use crate::real::{FileReader, Root};
use crate::report::fax::{JsonPages, Told};
use polygetty_compat::source::{FilePath, SourceReader};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// The largest file that is read; a page has some 50,000 bytes.
const LARGEST: usize = 64 << 20;

/// What `fax` is asked.
pub(super) struct Options {
    /// Where to draw the pages.
    pub(super) png: Option<PathBuf>,
    /// For programs.
    pub(super) json: bool,
    /// Pages, or files of a call.
    pub(super) files: Vec<PathBuf>,
}

/// What has been told so far.
struct Telling<'a> {
    root: &'a Root,
    options: &'a Options,
    pages: usize,
    json: JsonPages,
    status: u8,
}

/// Tells each page. 0: all lines of all of them are good, 1: some are bad, 2: a file could not be looked at, or drawn,
/// or has no page.
pub(super) fn fax(root: &Root, options: &Options) -> u8 {
    let mut telling = Telling { root, options, pages: 0, json: JsonPages::default(), status: 0 };
    for file in &options.files {
        let path = FilePath(OsString::from(file).into_vec());
        if let Err(why) = telling.file(&path) {
            complain(&format!("polygetty: {path}: {why}"));
            telling.status = 2;
        }
    }
    if options.json {
        say(&telling.json.text());
    }
    telling.status
}

impl Telling<'_> {
    fn file(&mut self, path: &FilePath) -> Result<(), String> {
        let text =
            FileReader::new(self.root.clone()).read(path, LARGEST).map_err(|error| error.to_string())?;
        let data = text.bytes;
        let name = path.base_name();
        let name = std::str::from_utf8(name).ok().and_then(Name::read);
        let file = path.to_string();
        if !tiff::is_tiff(&data) {
            let page = Page::find(&data).ok_or("no page of a fax: not one line of it can be read")?;
            let down = name.as_ref().map(|name| name.down);
            return self.page(Told { file, page: &page, name, number: None, down, drawn: None });
        }
        let strips = tiff::strips(&data);
        if strips.is_empty() {
            return Err("a TIFF, but not one that was made of faxes here".to_owned());
        }
        for (strip, number) in strips.iter().zip(1..) {
            let page = Page::read(strip.data, strip.width, strip.coding);
            let (number, down) = (Some(number), Some(strip.down));
            self.page(Told { file: file.clone(), page: &page, name: None, number, down, drawn: None })?;
        }
        Ok(())
    }

    fn page(&mut self, mut told: Told) -> Result<(), String> {
        self.pages += 1;
        if let Some(out) = &self.options.png {
            let out = numbered(out, self.pages);
            let path = self.root.file(&FilePath(out.clone().into_os_string().into_vec()));
            let drawn = draw(&path, &png::png(told.page, told.down()));
            drawn.map_err(|error| format!("{}: {error}", out.display()))?;
            told.drawn = Some(out.display().to_string());
        }
        self.status = self.status.max(u8::from(told.page.bad > 0));
        if self.options.json {
            self.json.push(&told);
        } else {
            say(&told.text());
        }
        Ok(())
    }
}

/// The first page's picture has the name as it is, the second of `page.png` is `page-2.png`.
fn numbered(out: &Path, number: usize) -> PathBuf {
    if number == 1 {
        return out.to_owned();
    }
    let mut name = out.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(suffix) = out.extension() {
        name.push(OsString::from_vec([b".", suffix.as_bytes()].concat()));
    }
    out.with_file_name(name)
}

#[allow(clippy::disallowed_methods)] // the file that was asked for
fn draw(path: &Path, picture: &[u8]) -> std::io::Result<()> {
    std::fs::write(path, picture)
}
