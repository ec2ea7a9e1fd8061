//! Lines to entries: comments, empty lines, continuation, and the way back from a joined byte to its source.

use super::dialect::{Dialect, Escapes, Join};
use crate::escape::{system_v_bytes, system_v_words};
use crate::source::{FileId, Span};
use std::ops::Range;

/// A run of source bytes inside a joined text.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Where it stands in the joined text.
    at: usize,
    /// Where it stands in the file.
    from: usize,
    len: usize,
}

/// The lines of one entry as one text that remembers where each byte came from.
#[derive(Clone, Debug)]
pub(super) struct Joined {
    file: FileId,
    text: Vec<u8>,
    pieces: Vec<Piece>,
}

impl Joined {
    fn new(file: FileId) -> Self {
        Self { file, text: Vec::new(), pieces: Vec::new() }
    }

    fn add(&mut self, line: &[u8], from: usize, seam: Option<u8>) {
        if !self.pieces.is_empty() {
            self.text.extend(seam);
        }
        self.pieces.push(Piece { at: self.text.len(), from, len: line.len() });
        self.text.extend_from_slice(line);
    }

    /// Whether nothing stands behind the last `#`.
    fn ends_in_hash(&self) -> bool {
        self.text.iter().rev().find(|b| !blank(**b)) == Some(&b'#')
    }

    /// The joined bytes.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Some of them, cut to what there is.
    pub(super) fn slice(&self, range: Range<usize>) -> &[u8] {
        let end = range.end.min(self.text.len());
        self.text.get(range.start.min(end)..end).unwrap_or(&[])
    }

    /// Where a joined byte stands in the file. The blank of a seam stands where the line ended.
    fn source(&self, at: usize) -> usize {
        let piece =
            self.pieces.partition_point(|p| p.at <= at).checked_sub(1).and_then(|i| self.pieces.get(i));
        piece.map_or(0, |p| p.from + (at - p.at).min(p.len))
    }

    /// The source of a range, from its first byte to its last: over a seam it holds the line end as well. An empty
    /// range at the text's end stands directly behind the last byte.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let behind = |at: usize| at.checked_sub(1).map_or(self.source(0), |last| self.source(last) + 1);
        let start =
            if range.start < self.text.len() { self.source(range.start) } else { behind(self.text.len()) };
        let end = if range.end > range.start { behind(range.end) } else { start };
        Span::new(self.file, start, end)
    }

    /// The source of the whole text.
    pub(super) fn whole(&self) -> Span {
        self.span(0..self.text.len())
    }

    /// The range without blanks, tabs and line ends around it.
    pub(super) fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let bytes = self.slice(range.clone());
        let Some(first) = bytes.iter().position(|b| !blank(*b)) else { return range.start..range.start };
        let last = bytes.iter().rposition(|b| !blank(*b)).unwrap_or(first);
        range.start + first..range.start + last + 1
    }

    /// The words of a range. A line end always separates words, also one that a backslash took away from the
    /// text: gluing `CS8` and `CLOCAL` together was the original's mistake.
    pub(super) fn words(&self, range: Range<usize>, escapes: Escapes) -> Vec<(Vec<u8>, Span)> {
        let mut words = Vec::new();
        let first = self.pieces.partition_point(|p| p.at + p.len <= range.start);
        for piece in self.pieces.get(first..).unwrap_or(&[]) {
            if piece.at >= range.end {
                break;
            }
            let mut at = piece.at.max(range.start);
            let line = self.slice(at..(piece.at + piece.len).min(range.end));
            match escapes {
                Escapes::GettyPs => {
                    for word in line.split(|b| *b == b'\\' || blank(*b)) {
                        if !word.is_empty() {
                            words.push((word.to_vec(), self.span(at..at + word.len())));
                        }
                        at += word.len() + 1;
                    }
                }
                Escapes::SystemV => words.extend(system_v_words(line).map(|word| {
                    let bytes = system_v_bytes(line.get(word.clone()).unwrap_or(&[]));
                    (bytes, self.span(at + word.start..at + word.end))
                })),
            }
        }
        words
    }
}

/// What stands between two empty lines: an entry, and texts that look like entries but have no empty line before
/// them, so that they belong to the first.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) entry: Joined,
    pub(super) swallowed: Vec<Joined>,
}

impl Block {
    fn last(&mut self) -> &mut Joined {
        self.swallowed.last_mut().unwrap_or(&mut self.entry)
    }

    /// The whole text, as the listing shows it.
    pub(super) fn text(&self) -> Vec<u8> {
        let mut text = self.entry.text.clone();
        for part in &self.swallowed {
            text.push(b' ');
            text.extend_from_slice(&part.text);
        }
        text
    }

    /// The source of the whole text.
    pub(super) fn span(&self) -> Span {
        let first = self.entry.whole();
        let last = self.swallowed.last().map_or(first, Joined::whole);
        Span::new(first.file, first.start, last.end)
    }
}

/// Where the `#` of a text separate fields.
pub(super) fn hashes(text: &[u8], dialect: &Dialect) -> Vec<usize> {
    let mut found = Vec::new();
    let mut quoted = false;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if quoted => quoted = false,
            b'\\' => quoted = dialect.quoted_hash,
            b'#' => found.push(at),
            _ => {}
        }
    }
    found
}

/// What may stand around words: blank, tab, line end.
pub(super) fn blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}

/// Whether a line begins like an entry: a word, then `#`. Where there is a sixth field, one `#` alone may also stand
/// between a next-label and it, if the next-label is still to come.
fn begins_entry(line: &[u8], dialect: &Dialect, next_label_to_come: bool) -> bool {
    if dialect.sixth_field && next_label_to_come && hashes(line, dialect).len() < 2 {
        return false;
    }
    let word = line.trim_ascii_start();
    let end = word.iter().position(|b| matches!(b, b'#' | b' ' | b'\t')).unwrap_or(word.len());
    let (label, rest) = word.split_at(end);
    !label.is_empty() && rest.trim_ascii_start().first() == Some(&b'#')
}

/// Whether a line goes on in the next one: an odd number of backslashes at its end.
fn goes_on(line: &[u8]) -> bool {
    line.iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1
}

/// The file's entries (getty_ps, §3.1, rules 1 to 4).
pub(super) fn blocks(bytes: &[u8], file: FileId, dialect: &Dialect) -> Vec<Block> {
    let mut done = Vec::new();
    let mut open: Option<Block> = None;
    let mut count = 0; // separators of the entry that is being read
    let mut glued = false; // the line before ended in a backslash
    let mut next = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let from = next;
        next += line.len();
        let mut line = line.strip_suffix(b"\n").unwrap_or(line);
        while let [rest @ .., b'\r'] = line {
            line = rest;
        }
        let comment = line.first() == Some(&b'#');
        if line.iter().all(|b| matches!(b, b' ' | b'\t' | b'\r'))
            || (comment && (open.is_none() || (dialect.comment_ends_entry && count >= 4)))
        {
            done.extend(open.take());
            continue;
        }
        let joins = dialect.join == Join::Blank && goes_on(line);
        let kept = if joins { line.get(..line.len() - 1).unwrap_or(line) } else { line };
        let seam = match dialect.join {
            Join::Blank if glued => None,
            Join::Blank => Some(b' '),
            Join::LineFeed => Some(b'\n'),
        };
        match &mut open {
            None if kept.iter().all(|b| blank(*b)) => continue, // a backslash alone
            None => {
                let block = open.insert(Block { entry: Joined::new(file), swallowed: Vec::new() });
                block.entry.add(kept, from, None);
                count = 0;
            }
            Some(block) => {
                if count >= 4 && !glued && begins_entry(line, dialect, block.last().ends_in_hash()) {
                    block.swallowed.push(Joined::new(file));
                    count = 0;
                }
                block.last().add(kept, from, seam);
            }
        }
        count += hashes(kept, dialect).len();
        glued = joins;
    }
    done.extend(open);
    done
}
