//! The faxes of a call as one file: TIFF class F (RFC 2306), a directory and a strip for each page. The data of a page
//! stands in it as it came.

use super::page::Page;
use super::{ACROSS, Coding, down_of_session, width_of_session};

/// What the modem says of a page: the session's parameters, as `+FDCS` and `+FCS` report them, and the count of lines.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sheet {
    /// Its code for the resolution.
    pub vr: u8,
    /// For the width.
    pub wd: u8,
    /// For the coding.
    pub df: u8,
    /// The lines that the modem has counted. None: it did not say, and they are counted here.
    pub lines: Option<u32>,
}

/// A file that is made: [`begin`](Self::begin), [`page`](Self::page) for each, [`finish`](Self::finish).
pub struct TiffFax {
    out: Vec<u8>,
    sender: Vec<u8>,
    date: Vec<u8>,
    /// Where each page's number stands, to put how many there are behind it.
    numbers: Vec<usize>,
    /// Where the place of the next page's directory is written.
    link: usize,
}

/// How many entries a page's directory has.
const ENTRIES: usize = 19;
/// The length of a directory, and of what stands behind it: two resolutions.
const DIRECTORY: usize = 2 + 12 * ENTRIES + 4 + 16;

impl TiffFax {
    /// A file of a call: who sent it, if that is known, and when, as `2026:11:21 12:00:00`; an empty text leaves it
    /// out. What is not printable is left out of both.
    pub fn begin(sender: &[u8], date: &[u8]) -> Self {
        let text = |value: &[u8]| -> Vec<u8> {
            value.iter().copied().filter(|byte| (b' '..=b'~').contains(byte)).take(99).collect()
        };
        Self {
            out: b"II\x2a\0\0\0\0\0".to_vec(),
            sender: text(sender),
            date: text(date),
            numbers: Vec::new(),
            link: 4,
        }
    }

    /// The next page. False: the file would be larger than its format can be, or has too many; the page is left out.
    pub fn page(&mut self, data: &[u8], sheet: &Sheet) -> bool {
        let room = data.len() + DIRECTORY + 3 * 100;
        if self.out.len().saturating_add(room) > 1 << 31 || self.numbers.len() >= usize::from(u16::MAX) {
            return false;
        }
        let (width, coding) = (width_of_session(sheet.wd), Coding::of_session(sheet.df));
        let lines = sheet.lines.unwrap_or_else(|| Page::read(data, width, coding).lines);
        let strip = self.out.len() as u32;
        self.out.extend(data);
        self.even();
        let software = self.text(concat!("polygetty ", env!("CARGO_PKG_VERSION")).as_bytes());
        let (date, sender) = (self.date.clone(), self.sender.clone());
        let (date, sender) = (self.text(&date), self.text(&sender));

        let here = self.out.len();
        self.put(self.link, here as u32);
        let behind = (here + DIRECTORY - 16) as u32;
        let from = here + 2;
        self.out.extend([0, 0]);
        let (long, short, ratio, ascii) = (4, 3, 5, 2);
        self.entry(254, long, 1, 2); // NewSubfileType: a page of several
        self.entry(256, long, 1, u32::from(width));
        self.entry(257, long, 1, lines);
        self.entry(258, short, 1, 1); // BitsPerSample
        let (compression, options) = match coding {
            Coding::OneDimensional => (3, 0),
            Coding::TwoDimensional => (3, 1),
            Coding::T6 => (4, 0),
        };
        self.entry(259, short, 1, compression);
        self.entry(262, short, 1, 0); // PhotometricInterpretation: 0 is white
        self.entry(266, short, 1, 1); // FillOrder: the highest bit first
        self.entry(273, long, 1, strip);
        self.entry(277, short, 1, 1); // SamplesPerPixel
        self.entry(278, long, 1, lines); // RowsPerStrip
        self.entry(279, long, 1, data.len() as u32);
        self.entry(282, ratio, 1, behind);
        self.entry(283, ratio, 1, behind + 8);
        self.entry(if coding == Coding::T6 { 293 } else { 292 }, long, 1, options);
        self.entry(296, short, 1, 2); // ResolutionUnit: inch
        self.numbers.push(self.out.len() + 8);
        self.entry(297, short, 2, self.numbers.len() as u32 - 1); // PageNumber, and how many
        for (tag, (place, length)) in [(305, software), (306, date), (316, sender)] {
            if length > 1 {
                self.entry(tag, ascii, length, place);
            }
        }
        let entries = (self.out.len() - from) / 12;
        if let Some(count) = self.out.get_mut(here) {
            *count = entries as u8;
        }
        self.link = self.out.len();
        self.out.extend([0; 4]);
        self.out.resize(behind as usize, 0);
        for dots in [ACROSS, down_of_session(sheet.vr)] {
            self.out.extend(u32::from(dots).to_le_bytes());
            self.out.extend(1u32.to_le_bytes());
        }
        true
    }

    /// The file. None: it has no page.
    pub fn finish(mut self) -> Option<Vec<u8>> {
        let count = (self.numbers.len() as u16).to_le_bytes();
        for place in &self.numbers {
            for (place, byte) in (place + 2..).zip(count) {
                if let Some(there) = self.out.get_mut(place) {
                    *there = byte;
                }
            }
        }
        (!self.numbers.is_empty()).then_some(self.out)
    }

    fn entry(&mut self, tag: u16, kind: u16, count: u32, value: u32) {
        self.out.extend(tag.to_le_bytes());
        self.out.extend(kind.to_le_bytes());
        self.out.extend(count.to_le_bytes());
        // A short stands in the first two of the four bytes, which is the same this way round.
        self.out.extend(value.to_le_bytes());
    }

    /// A text with its zero, where it is and how long. Short ones would have to stand in the entry itself, so they are
    /// filled with zeros.
    fn text(&mut self, text: &[u8]) -> (u32, u32) {
        let place = self.out.len();
        self.out.extend(text);
        let length = if text.is_empty() { 1 } else { (text.len() + 1).max(5) };
        self.out.resize(place + length, 0);
        self.even();
        (place as u32, length as u32)
    }

    /// Directories and values begin at even places.
    fn even(&mut self) {
        if self.out.len() % 2 == 1 {
            self.out.push(0);
        }
    }

    fn put(&mut self, place: usize, value: u32) {
        if let Some(there) = self.out.get_mut(place..place + 4) {
            there.copy_from_slice(&value.to_le_bytes());
        }
    }
}

/// The most pages that are read of a file, and the most dots of a line.
const MOST_PAGES: usize = 1000;
const WIDEST: u32 = 4864;

/// A page of such a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Strip<'a> {
    /// Dots in a line.
    pub width: u16,
    /// How many lines it should have.
    pub lines: u32,
    /// Dots per inch down the page.
    pub down: u16,
    /// How it is coded.
    pub coding: Coding,
    /// The page as it came.
    pub data: &'a [u8],
}

/// Whether this is a file of that kind, if perhaps none of ours, rather than a page.
pub fn is_tiff(file: &[u8]) -> bool {
    file.starts_with(b"II\x2a\0") || file.starts_with(b"MM\0\x2a")
}

/// The pages of a file that [`TiffFax`] has made, in their order. What others make may be laid out otherwise, and what
/// is cut or damaged lacks some: None stands for a page that cannot be had. If the way to the next one is lost, it is
/// the last.
pub fn pages(file: &[u8]) -> Vec<Option<Strip<'_>>> {
    let mut found = Vec::new();
    let mut at = number(file, 4, 4);
    let mut before = 0;
    // A byte is one page's alone: a small file does not keep anybody busy with many large pages.
    let mut left = file.len();
    // Zero is behind the last one. Each stands behind the one before: no circle.
    while at != Some(0) && found.len() < MOST_PAGES {
        let here = at.map(|at| at as usize).filter(|at| *at > before);
        let Some((here, entries)) = here.and_then(|here| Some((here, number(file, here, 2)?))) else {
            found.push(None);
            break;
        };
        before = here;
        let page = strip(file, here + 2, entries as usize).filter(|page| page.data.len() <= left);
        left -= page.as_ref().map_or(0, |page| page.data.len());
        found.push(page);
        at = number(file, here + 2 + entries as usize * 12, 4);
    }
    found
}

/// Those of them that can be had.
pub fn strips(file: &[u8]) -> Vec<Strip<'_>> {
    pages(file).into_iter().flatten().collect()
}

fn strip(file: &[u8], from: usize, entries: usize) -> Option<Strip<'_>> {
    let value = |wanted: u32| {
        let place =
            (0..entries).map(|entry| from + 12 * entry).find(|at| number(file, *at, 2) == Some(wanted))?;
        let size = if number(file, place + 2, 2)? == 3 { 2 } else { 4 };
        // One value alone: a second strip, for one, is not looked for.
        (number(file, place + 4, 4)? == 1).then(|| number(file, place + 8, size))?
    };
    let coding = match (value(259)?, value(292).unwrap_or(0) & 1) {
        (3, 0) => Coding::OneDimensional,
        (3, _) => Coding::TwoDimensional,
        (4, _) => Coding::T6,
        _ => return None,
    };
    let width = value(256).filter(|width| (1..=WIDEST).contains(width))?;
    let begin = value(273)? as usize;
    let down = value(283)
        .and_then(|place| number(file, place as usize, 4)?.checked_div(number(file, place as usize + 4, 4)?));
    Some(Strip {
        width: width as u16,
        lines: value(257)?,
        down: down.and_then(|down| u16::try_from(down).ok()).unwrap_or(super::FINE),
        coding,
        data: file.get(begin..begin.checked_add(value(279)? as usize)?)?,
    })
}

fn number(file: &[u8], place: usize, size: usize) -> Option<u32> {
    let bytes = file.get(place..place.checked_add(size)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

#[cfg(test)]
mod tests;
