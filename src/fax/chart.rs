//! A test chart, and pages as a fax machine would send them: for tests, and for whoever wants to see a page come in.

use super::Coding;
use super::bits::Written;
use super::codes::{BLACK, Codes, WHITE, of_run};

/// Dots on a page, in the form of [`Page::dots`](super::page::Page).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Chart {
    /// Dots in a line; eight of them are a byte.
    pub width: u16,
    /// The dots; 1 is black.
    pub dots: Vec<u8>,
}

impl Chart {
    /// An empty page.
    pub fn blank(width: u16, lines: u16) -> Self {
        Self { width, dots: vec![0; usize::from(width).div_ceil(8) * usize::from(lines)] }
    }

    /// A page with a frame, lines of text from the top, and from the bottom a wedge of runs of all lengths, bars and a
    /// fan of lines: what a scanner or a coder gets wrong shows on it.
    pub fn with_text(width: u16, lines: u16, text: &str) -> Self {
        let mut chart = Self::blank(width, lines);
        for along in 0..width {
            for edge in [0, 1, 2, lines - 3, lines - 2, lines - 1] {
                chart.dot(along, edge);
            }
        }
        for down in 0..lines {
            for edge in [0, 1, 2, width - 3, width - 2, width - 1] {
                chart.dot(edge, down);
            }
        }
        let dot = (width / 420).max(1);
        for (row, line) in text.lines().enumerate() {
            for (column, letter) in line.bytes().enumerate() {
                chart.letter(24 + column as u16 * 6 * dot, 24 + row as u16 * 10 * dot, dot, letter);
            }
        }
        for down in 0..(lines / 3).min(200) {
            let line = lines - 30 - down;
            for along in 24..width - 24 {
                let part = (along - 24) * 3 / (width - 48);
                let black = match part {
                    0 => along - 24 < down * 2 + 1,
                    1 => (along / (1 + (down / 16))).is_multiple_of(2),
                    _ => ((along + down * 3) / 4).is_multiple_of(5),
                };
                if black {
                    chart.dot(along, line);
                }
            }
        }
        chart
    }

    /// Makes a dot black; outside of the page there is none.
    pub fn dot(&mut self, along: u16, down: u16) {
        let place = usize::from(down) * usize::from(self.width / 8) + usize::from(along / 8);
        if let Some(byte) = self.dots.get_mut(place).filter(|_| along < self.width) {
            *byte |= 0x80 >> (along % 8);
        }
    }

    fn letter(&mut self, left: u16, top: u16, size: u16, letter: u8) {
        let known = LETTERS.iter().find(|(name, _)| *name == letter.to_ascii_uppercase());
        let Some((_, rows)) = known else { return };
        for (down, row) in (0u16..).zip(rows.split('/')) {
            for (along, _) in (0u16..).zip(row.bytes()).filter(|(_, dot)| *dot == b'#') {
                for place in 0..size * size {
                    self.dot(left + along * size + place % size, top + down * size + place / size);
                }
            }
        }
    }

    /// The page as it is sent: an EOL before each line and six at the end. With `aligned`, each EOL ends with a byte,
    /// as modems of class 2 have it. Every fourth line of a two-dimensional page stands by itself.
    pub fn sent(&self, coding: Coding, aligned: bool) -> Vec<u8> {
        let mut out = Written::default();
        let mut before = Vec::new();
        for (number, dots) in self.dots.chunks(usize::from(self.width).div_ceil(8).max(1)).enumerate() {
            let line = self.changes(dots);
            let by_itself = coding == Coding::OneDimensional
                || coding == Coding::TwoDimensional && number.is_multiple_of(4);
            if coding != Coding::T6 {
                eol(&mut out, aligned);
            }
            if coding == Coding::TwoDimensional {
                out.bit(by_itself);
            }
            if by_itself {
                self.alone(&mut out, &line);
            } else {
                self.by_difference(&mut out, &before, &line);
            }
            before = line;
        }
        for _ in 0..if coding == Coding::T6 { 2 } else { 6 } {
            eol(&mut out, aligned && coding != Coding::T6);
            if coding == Coding::TwoDimensional {
                out.bit(true);
            }
        }
        out.into_bytes()
    }

    fn changes(&self, dots: &[u8]) -> Vec<u16> {
        let mut changes = Vec::new();
        let mut black = false;
        for along in 0..self.width {
            let is = dots.get(usize::from(along / 8)).is_some_and(|byte| byte & 0x80 >> (along % 8) != 0);
            if is != black {
                changes.push(along);
                black = is;
            }
        }
        changes
    }

    fn alone(&self, out: &mut Written, line: &[u16]) {
        let mut at = 0;
        for (number, change) in line.iter().chain(&[self.width]).enumerate() {
            run(out, number % 2 == 1, change - at);
            at = *change;
        }
    }

    /// As in figure 7 of T.4.
    fn by_difference(&self, out: &mut Written, before: &[u16], line: &[u16]) {
        // The first change behind `at` to that colour, and the next.
        let behind = |changes: &[u16], at: Option<u16>, black: bool| {
            let first = changes
                .iter()
                .enumerate()
                .position(|(number, change)| (number % 2 == 0) == black && at.is_none_or(|at| *change > at));
            let get = |place: usize| changes.get(place).copied().unwrap_or(self.width);
            first.map_or((self.width, self.width), |first| (get(first), get(first + 1)))
        };
        let (mut at, mut black) = (None, false);
        while at.is_none_or(|at| at < self.width) {
            let (b1, b2) = behind(before, at, !black);
            let (a1, a2) = behind(line, at, !black);
            let aside = i32::from(a1) - i32::from(b1);
            if b2 < a1 {
                out.code(0b1_0001);
                at = Some(b2);
            } else if aside.abs() <= 3 {
                // The code's bits behind a 1.
                out.code(match aside {
                    0 => 0b1_1,
                    1 => 0b1_011,
                    2 => 0b100_0011,
                    3 => 0b1000_0011,
                    -1 => 0b1_010,
                    -2 => 0b100_0010,
                    _ => 0b1000_0010,
                });
                (at, black) = (Some(a1), !black);
            } else {
                out.code(0b1_001);
                run(out, black, a1 - at.unwrap_or(0));
                run(out, !black, a2 - a1);
                at = Some(a2);
            }
        }
    }
}

fn run(out: &mut Written, black: bool, dots: u16) {
    let codes: &Codes = if black { &BLACK } else { &WHITE };
    of_run(codes, dots).into_iter().for_each(|code| out.code(code));
}

fn eol(out: &mut Written, aligned: bool) {
    while aligned && out.length() % 8 != 4 {
        out.bit(false);
    }
    out.code(0b1_0000_0000_0001);
}

/// Five by seven dots each, from the top.
const LETTERS: &[(u8, &str)] = &[
    (b'A', ".###./#...#/#...#/#####/#...#/#...#/#...#"),
    (b'B', "####./#...#/#...#/####./#...#/#...#/####."),
    (b'C', ".###./#...#/#..../#..../#..../#...#/.###."),
    (b'D', "####./#...#/#...#/#...#/#...#/#...#/####."),
    (b'E', "#####/#..../#..../####./#..../#..../#####"),
    (b'F', "#####/#..../#..../####./#..../#..../#...."),
    (b'G', ".###./#...#/#..../#.###/#...#/#...#/.###."),
    (b'H', "#...#/#...#/#...#/#####/#...#/#...#/#...#"),
    (b'I', ".###./..#../..#../..#../..#../..#../.###."),
    (b'J', "....#/....#/....#/....#/....#/#...#/.###."),
    (b'K', "#...#/#..#./#.#../##.../#.#../#..#./#...#"),
    (b'L', "#..../#..../#..../#..../#..../#..../#####"),
    (b'M', "#...#/##.##/#.#.#/#.#.#/#...#/#...#/#...#"),
    (b'N', "#...#/##..#/#.#.#/#..##/#...#/#...#/#...#"),
    (b'O', ".###./#...#/#...#/#...#/#...#/#...#/.###."),
    (b'P', "####./#...#/#...#/####./#..../#..../#...."),
    (b'Q', ".###./#...#/#...#/#...#/#.#.#/#..#./.##.#"),
    (b'R', "####./#...#/#...#/####./#.#../#..#./#...#"),
    (b'S', ".####/#..../#..../.###./....#/....#/####."),
    (b'T', "#####/..#../..#../..#../..#../..#../..#.."),
    (b'U', "#...#/#...#/#...#/#...#/#...#/#...#/.###."),
    (b'V', "#...#/#...#/#...#/#...#/#...#/.#.#./..#.."),
    (b'W', "#...#/#...#/#...#/#.#.#/#.#.#/##.##/#...#"),
    (b'X', "#...#/#...#/.#.#./..#../.#.#./#...#/#...#"),
    (b'Y', "#...#/#...#/.#.#./..#../..#../..#../..#.."),
    (b'Z', "#####/....#/...#./..#../.#.../#..../#####"),
    (b'0', ".###./#...#/#..##/#.#.#/##..#/#...#/.###."),
    (b'1', "..#../.##../..#../..#../..#../..#../.###."),
    (b'2', ".###./#...#/....#/..##./.#.../#..../#####"),
    (b'3', ".###./#...#/....#/..##./....#/#...#/.###."),
    (b'4', "...#./..##./.#.#./#..#./#####/...#./...#."),
    (b'5', "#####/#..../####./....#/....#/#...#/.###."),
    (b'6', "..##./.#.../#..../####./#...#/#...#/.###."),
    (b'7', "#####/....#/...#./..#../..#../..#../..#.."),
    (b'8', ".###./#...#/#...#/.###./#...#/#...#/.###."),
    (b'9', ".###./#...#/#...#/.####/....#/...#./.##.."),
    (b'.', "...../...../...../...../...../.##../.##.."),
    (b',', "...../...../...../...../.##../..#../.#..."),
    (b'-', "...../...../...../#####/...../...../....."),
    (b'+', "...../..#../..#../#####/..#../..#../....."),
    (b':', "...../.##../.##../...../.##../.##../....."),
];

#[cfg(test)]
mod tests;
