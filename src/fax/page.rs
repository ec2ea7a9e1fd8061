//! A page's lines, from data that crossed a telephone line: a line that is damaged costs itself, not the page.

use super::Coding;
use super::bits::Bits;
use super::codes::{BLACK, Runs, WHITE};

/// The most lines that are looked at: more than four metres in the finest resolution.
pub const MOST_LINES: u32 = 65_000;

/// Widths that machines send, the common ones first.
const WIDTHS: [u16; 5] = [1728, 2048, 2432, 1216, 864];

/// A page, read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Page {
    /// Dots in a line.
    pub width: u16,
    /// How it is coded.
    pub coding: Coding,
    /// How many lines there are, bad ones too.
    pub lines: u32,
    /// How many of them could not be read. They are drawn as the line before.
    pub bad: u32,
    /// The first of these, counted from 1; 0: there is none.
    pub first_bad: u32,
    /// Whether the bits of each byte stood in reverse order.
    pub reversed: bool,
    /// The dots, from left to right, the highest bit first; 1 is black. Each line begins with a byte.
    pub dots: Vec<u8>,
}

impl Page {
    /// Reads data whose width and coding are known.
    pub fn read(data: &[u8], width: u16, coding: Coding) -> Self {
        let mut reading = Reading::new(width, coding);
        match coding {
            Coding::OneDimensional => reading.lines_between_eols(data, false),
            Coding::TwoDimensional => reading.lines_between_eols(data, true),
            Coding::T6 => reading.lines_without_eols(data),
        }
        reading.page
    }

    /// Reads a raw page, which says neither width nor coding nor the order of its bits: as what most of its lines are
    /// good. None: not one is.
    pub fn find(data: &[u8]) -> Option<Self> {
        let reversed: Vec<u8> = data.iter().map(|byte| byte.reverse_bits()).collect();
        let mut best = None;
        let mut most = 0;
        for (data, is_reversed) in [(data, false), (&reversed, true)] {
            for width in WIDTHS {
                for coding in [Coding::OneDimensional, Coding::TwoDimensional] {
                    let page = Self { reversed: is_reversed, ..Self::read(data, width, coding) };
                    let good = page.lines - page.bad;
                    let sure = good > page.bad;
                    if good > most {
                        (best, most) = (Some(page), good);
                    }
                    if sure {
                        return best;
                    }
                }
            }
        }
        best
    }

    /// The page has so many lines, others say: those that are missing were lost, and are drawn white. T.6 alone
    /// cannot tell, since what is behind a bad line cannot be read there.
    pub fn complete(&mut self, lines: u32) {
        let lines = lines.min(MOST_LINES);
        if self.coding != Coding::T6 || lines <= self.lines {
            return;
        }
        if self.bad == 0 {
            self.first_bad = self.lines + 1;
        }
        self.bad += lines - self.lines;
        self.lines = lines;
        self.dots.resize(lines as usize * self.line_bytes(), 0);
    }

    /// How many bytes a line has.
    pub fn line_bytes(&self) -> usize {
        usize::from(self.width).div_ceil(8)
    }
}

/// A page while it is read. A line is the places where its colour changes, from white on: ascending, none twice, each
/// before the line's end.
struct Reading {
    page: Page,
    white: Runs,
    black: Runs,
    /// The line that is read.
    line: Vec<u32>,
    /// The one before.
    before: Vec<u32>,
}

impl Reading {
    fn new(width: u16, coding: Coding) -> Self {
        let page = Page { width, coding, lines: 0, bad: 0, first_bad: 0, reversed: false, dots: Vec::new() };
        Self { page, white: Runs::of(&WHITE), black: Runs::of(&BLACK), line: Vec::new(), before: Vec::new() }
    }

    fn lines_between_eols(&mut self, data: &[u8], tagged: bool) {
        let mut bits = Bits::new(data);
        if bits.before_eol().is_none() {
            return;
        }
        // After a bad line, those that say what is otherwise than in it are lost too.
        let mut lost = false;
        let mut empty = 0;
        while self.page.lines < MOST_LINES {
            let by_itself = !tagged || bits.peek(1) == 1;
            if tagged && !bits.skip(1) {
                return;
            }
            let end = bits.before_eol();
            let last = end.is_none();
            let mut line = end.unwrap_or_else(|| bits.clone());
            if line.is_blank() {
                empty += 1;
                // Three EOLs in a row, of the six that end a page.
                if last || empty > 1 && self.page.lines > 0 {
                    return;
                }
                continue;
            }
            if empty > 0 && self.page.lines > 0 {
                self.take(false);
                lost = true;
            }
            empty = 0;
            let read = if by_itself { self.alone(&mut line) } else { !lost && self.by_difference(&mut line) };
            lost = !(read && line.is_blank());
            self.take(!lost);
            if last {
                return;
            }
        }
    }

    fn lines_without_eols(&mut self, data: &[u8]) {
        let mut bits = Bits::new(data);
        // An EOL is where the page ends. What is behind a bad line is lost.
        while self.page.lines < MOST_LINES && bits.peek(12) != 1 && !bits.is_blank() {
            let read = self.by_difference(&mut bits);
            self.take(read);
            if !read {
                return;
            }
        }
    }

    /// The line that was read, or that before it again.
    fn take(&mut self, good: bool) {
        self.page.lines += 1;
        if good {
            std::mem::swap(&mut self.line, &mut self.before);
        } else {
            self.page.bad += 1;
            if self.page.bad == 1 {
                self.page.first_bad = self.page.lines;
            }
        }
        let from = self.page.dots.len();
        self.page.dots.resize(from + self.page.line_bytes(), 0);
        let Some(dots) = self.page.dots.get_mut(from..) else { return };
        let mut changes = self.before.iter();
        while let Some(begin) = changes.next() {
            let end = changes.next().copied().unwrap_or(u32::from(self.page.width));
            for dot in *begin..end {
                if let Some(byte) = dots.get_mut(dot as usize / 8) {
                    *byte |= 0x80 >> (dot % 8);
                }
            }
        }
    }

    /// The colour changes here. What changes twice at one place does not change.
    fn change(&mut self, at: u32) {
        if at >= u32::from(self.page.width) {
        } else if self.line.last() == Some(&at) {
            self.line.pop();
        } else {
            self.line.push(at);
        }
    }

    fn run(&self, bits: &mut Bits, black: bool) -> Option<u32> {
        if black { self.black.next(bits) } else { self.white.next(bits) }
    }

    /// A line by itself: runs of white and black in turn, which make its width. False: they do not.
    fn alone(&mut self, bits: &mut Bits) -> bool {
        let width = u32::from(self.page.width);
        self.line.clear();
        let (mut at, mut black) = (0u32, false);
        while at < width {
            let Some(dots) = self.run(bits, black) else { return false };
            at = at.saturating_add(dots);
            self.change(at);
            black = !black;
        }
        at == width
    }

    /// A line by what differs from the one before. False: it does not come out.
    fn by_difference(&mut self, bits: &mut Bits) -> bool {
        let width = u32::from(self.page.width);
        self.line.clear();
        let (mut at, mut black) = (0u32, false);
        // In the line before, the first change behind `at`; at the line's beginning, one at 0 is behind it as well.
        let mut next = 0;
        while at < width {
            while self.before.get(next).is_some_and(|change| *change < at || *change == at && at > 0) {
                next += 1;
            }
            // Of these, the first to the colour that is not ours (b1 in T.4), and the one after it (b2).
            let other = next + usize::from((next % 2 == 1) != black);
            let there = |place: usize| self.before.get(place).copied().unwrap_or(width);
            let (b1, b2) = (there(other), there(other + 1));
            let zeros = (bits.peek(7) << 9).leading_zeros();
            // The bit behind the first 1 says to which side.
            let right = bits.peek(zeros.min(6) + 2) & 1 == 1;
            let (length, aside) = match zeros {
                0 => (1, 0),
                1 => (3, 1),
                2 => (3, 0),
                3 => (4, 0),
                4 => (6, 2),
                5 => (7, 3),
                _ => return false,
            };
            if !bits.skip(length) {
                return false;
            }
            match zeros {
                3 => at = b2,
                2 => {
                    for black in [black, !black] {
                        let Some(dots) = self.run(bits, black) else { return false };
                        at = at.saturating_add(dots);
                        self.change(at);
                    }
                }
                _ => {
                    let to = if right { b1.checked_add(aside) } else { b1.checked_sub(aside) };
                    match to {
                        Some(to) if to >= at => at = to,
                        _ => return false,
                    }
                    self.change(at);
                    black = !black;
                }
            }
        }
        at == width
    }
}

#[cfg(test)]
mod tests;
