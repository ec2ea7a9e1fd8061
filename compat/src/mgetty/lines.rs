//! The lines of mgetty.config and login.config (§2.1): comments, continuation, white space.

use crate::diag::{Code, Diagnostic, Severity};
use crate::source::{FileId, Span};
use std::ops::Range;

/// The longest line that is read, its continuations included.
pub(super) const LONGEST: usize = 4096;
/// The largest file that is read.
pub const LIMIT: usize = 1 << 20;

/// The finding about a comment that ends in a backslash.
pub(super) fn comment(code: Code, span: Span) -> Diagnostic {
    Diagnostic::new(code, Severity::Warning, "a comment that ends in a backslash", span)
        .here("the next line belongs to the comment")
        .write("the comment without the backslash")
}

/// The finding about a line of more than [`LONGEST`] bytes.
pub(super) fn long(code: Code, span: Span) -> Diagnostic {
    Diagnostic::new(code, Severity::Error, "this line is too long", span)
        .here("it is skipped, with the lines that a backslash joins to it")
        .write(format!("at most {LONGEST} bytes"))
}

/// A line that says something: blanks at its ends are gone, runs of them are one space.
pub(super) struct Line {
    text: Vec<u8>,
    /// Where each byte of the text stands in the file, and where the line ends.
    at: Vec<usize>,
    file: FileId,
}

impl Line {
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// The bytes of the file that a part of the text was made from.
    pub(super) fn span(&self, part: Range<usize>) -> Span {
        let last = self.at.len().saturating_sub(1);
        let at = |n: usize| self.at.get(n.min(last)).copied().unwrap_or_default();
        let start = at(part.start);
        let end = if part.end > part.start { at(part.end - 1) + 1 } else { start };
        Span::new(self.file, start, end)
    }

    /// The whole line.
    pub(super) fn whole(&self) -> Span {
        self.span(0..self.text.len())
    }

    /// The words and where each stands in the text.
    pub(super) fn words(&self) -> impl Iterator<Item = (&[u8], Range<usize>)> {
        let mut at = 0;
        self.text.split(|byte| *byte == b' ').map(move |word| {
            let place = at..at + word.len();
            at = place.end + 1;
            (word, place)
        })
    }
}

/// What is wrong with a line before it is read.
pub(super) enum Odd {
    /// It is too long. Its first byte.
    Long(Span),
    /// A comment that ends in a backslash: the next line is a part of it. The backslash.
    Comment(Span),
}

/// The lines of a file that are neither empty nor comments.
pub(super) fn lines(bytes: &[u8], file: FileId) -> impl Iterator<Item = Result<Line, Odd>> + '_ {
    let mut pieces = bytes.split_inclusive(|byte| *byte == b'\n').scan(0, |next, piece| {
        let from = *next;
        *next += piece.len();
        let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
        Some((piece.strip_suffix(b"\r").unwrap_or(piece), from))
    });
    std::iter::from_fn(move || {
        loop {
            let (piece, from) = pieces.next()?;
            let head = piece.trim_ascii_start();
            if head.is_empty() {
                continue;
            }
            if head.starts_with(b"#") {
                if !piece.ends_with(b"\\") {
                    continue;
                }
                let end = from + piece.len();
                let mut takes = false;
                let mut goes_on = true;
                while goes_on && let Some((piece, _)) = pieces.next() {
                    let head = piece.trim_ascii_start();
                    takes |= !head.is_empty() && !head.starts_with(b"#");
                    goes_on = piece.ends_with(b"\\");
                }
                if takes {
                    return Some(Err(Odd::Comment(Span::new(file, end - 1, end))));
                }
                continue;
            }
            let first = from + piece.len() - head.len();
            let mut line = Line { text: Vec::new(), at: Vec::new(), file };
            let mut fits = true;
            let mut next = Some((piece, from));
            while let Some((piece, from)) = next {
                let joined = piece.strip_suffix(b"\\");
                fits = fits && line.take(joined.unwrap_or(piece), from);
                line.at.push(from + piece.len());
                next = if joined.is_some() { pieces.next() } else { None };
                if next.is_some() {
                    line.at.pop();
                }
            }
            if !fits {
                return Some(Err(Odd::Long(Span::new(file, first, first + 1))));
            }
            line.trim();
            if !line.text.is_empty() {
                return Some(Ok(line));
            }
        }
    })
}

impl Line {
    /// Adds a piece of the file; false if it is too much.
    fn take(&mut self, piece: &[u8], from: usize) -> bool {
        for (byte, at) in piece.iter().zip(from..) {
            let byte = if is_blank(*byte) { b' ' } else { *byte };
            if byte == b' ' && self.text.last().is_none_or(|last| *last == b' ') {
                continue;
            }
            if self.text.len() == LONGEST {
                return false;
            }
            self.text.push(byte);
            self.at.push(at);
        }
        true
    }

    fn trim(&mut self) {
        if self.text.last() == Some(&b' ') {
            self.text.pop();
            let end = self.text.len();
            if end < self.at.len() {
                self.at.truncate(end + 1);
            }
        }
    }
}

/// What isspace(3) takes for white space.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0b | 0x0c | b'\r')
}
