//! What received pages are, and pictures of them.

use super::{complain, say};
use crate::fax::name::Name;
use crate::fax::page::Page;
use crate::fax::{png, tiff};
use crate::real::{FileReader, Root, in_words};
use crate::report::fax::{JsonPages, Told};
use polygetty_compat::source::{FilePath, SourceReader};
use std::io::Read;
use std::path::Path;

/// The largest file that is read; a page has some 50,000 bytes.
const LARGEST: usize = 64 << 20;

/// What `fax` is asked.
pub(super) struct Options {
    /// Where to draw the pages.
    pub(super) png: Option<FilePath>,
    /// For programs.
    pub(super) json: bool,
    /// Pages, or files of a call.
    pub(super) files: Vec<FilePath>,
}

/// What has been told so far.
struct Telling<'a> {
    root: &'a Root,
    /// Where the pictures are.
    drawn_in: &'a Root,
    options: &'a Options,
    pages: usize,
    json: JsonPages,
    status: u8,
}

/// Tells each page. 0: all lines of all of them are good, 1: some are bad, 2: a file could not be looked at, or drawn,
/// or has no page, or nobody hears it.
pub(super) fn fax(root: &Root, drawn_in: &Root, options: &Options) -> u8 {
    let mut telling = Telling { root, drawn_in, options, pages: 0, json: JsonPages::default(), status: 0 };
    for file in &options.files {
        if let Err(why) = telling.file(file) {
            telling.fails(&format!("{file}: {why}"));
        }
    }
    if options.json {
        telling.says(&telling.json.text());
    }
    telling.status
}

impl Telling<'_> {
    fn file(&mut self, path: &FilePath) -> Result<(), String> {
        let text =
            FileReader::new(self.root.clone()).read(path, LARGEST).map_err(|error| error.to_string())?;
        let data = text.bytes;
        let name = Name::read(path.base_name());
        let file = path;
        if !tiff::is_tiff(&data) {
            let page = Page::find(&data).ok_or("no page of a fax: not one line of it can be read")?;
            let down = name.as_ref().map(|name| name.down);
            self.page(Told { file, page: &page, name, number: None, down, drawn: None });
            return Ok(());
        }
        let pages = tiff::pages(&data);
        if pages.iter().all(Option::is_none) {
            return Err("a TIFF, but not one that was made of faxes here".to_owned());
        }
        for (strip, number) in pages.iter().zip(1..) {
            let Some(strip) = strip else {
                self.fails(&format!(
                    "{path}: page {number} cannot be read: the file is cut, or damaged there"
                ));
                continue;
            };
            let mut page = Page::read(strip.data, strip.width, strip.coding);
            // A line takes a bit at least, whatever is claimed.
            let most = u32::try_from(strip.data.len()).unwrap_or(u32::MAX).saturating_mul(8);
            page.complete(strip.lines.min(most));
            let (number, down) = (Some(number), Some(strip.down));
            self.page(Told { file, page: &page, name: None, number, down, drawn: None });
        }
        Ok(())
    }

    /// Tells it and draws it. A page that cannot be drawn is told all the same.
    fn page(&mut self, mut told: Told) {
        self.pages += 1;
        if let Some(out) = &self.options.png {
            let out = numbered(out, self.pages);
            match draw(&self.drawn_in.file(&out), &png::png(told.page, told.down())) {
                Ok(()) => told.drawn = Some(out),
                Err(why) => self.fails(&format!("{}: cannot draw {out}: {why}", told.file)),
            }
        }
        self.status = self.status.max(u8::from(told.page.bad > 0));
        if self.options.json {
            self.json.push(&told);
        } else {
            self.says(&told.text());
        }
    }

    fn says(&mut self, text: &str) {
        if !say(text) {
            self.fails("standard output takes no more");
        }
    }

    fn fails(&mut self, why: &str) {
        complain(&format!("polygetty: {why}"));
        self.status = 2;
    }
}

/// The first page's picture has the name as it is, the second of `page.png` is `page-2.png`.
fn numbered(out: &FilePath, number: usize) -> FilePath {
    if number == 1 {
        return out.clone();
    }
    let base = out.base_name();
    let suffix = base.iter().rposition(|byte| *byte == b'.').map_or(0, |dot| base.len() - dot);
    let (stem, suffix) = out.0.split_at(out.0.len() - suffix);
    FilePath([stem, b"-", number.to_string().as_bytes(), suffix].concat())
}

/// Writes a picture, but over nothing than another one: `--png page.01 page.02` would cost a fax.
#[allow(clippy::disallowed_methods)] // the file that was asked for
fn draw(path: &Path, picture: &[u8]) -> Result<(), String> {
    if std::fs::metadata(path).is_ok_and(|there| there.is_file() && there.len() > 0) {
        let mut begins = [0; png::BEGINS.len()];
        let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut begins));
        if read.is_err() || begins != png::BEGINS {
            return Err("it is there and is no picture; name a file that may be overwritten".to_owned());
        }
    }
    std::fs::write(path, picture).map_err(|error| in_words(&error))
}
