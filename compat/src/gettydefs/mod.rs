//! `gettydefs`: what a label on the command line stands for, and everything that is wrong with such a file.
//!
//! One parser serves both families, getty_ps (§3) and SCO; a [`Dialect`] says where they differ. It reads the whole
//! file in one pass, never stops at an error, and keeps every byte's place. What a persona forces into the modes of
//! an entry, and what a sixth field makes it do, is the persona's business.

mod chain;
mod dialect;
mod entry;
mod flags;
mod lex;
mod lookup;
mod prompt;
pub mod sixth;
mod symbols;
#[cfg(test)]
mod tests;

pub use dialect::{Dialect, Escapes, GETTY_PS, Join, Limits, SCO, Sane};
pub use flags::Flags;
pub(crate) use lookup::{LARGEST, NO_GETTYDEFS, lookup};
pub use sixth::{Sixth, sixth};
pub use symbols::discipline;
pub(crate) use symbols::{is_named_speed, nearest};

use crate::diag::{Code, Diagnostic, Severity, by_place};
use crate::source::{FileId, SourceMap, Span};
use crate::surroundings::SystemFacts;

/// One entry as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The label, decoded where escapes work in every field.
    pub label: Vec<u8>,
    /// Where it stands, whole.
    pub label_span: Span,
    /// The entry's lines, joined.
    pub text: Vec<u8>,
    /// The flags while a name is read.
    pub initial: Flags,
    /// The flags for the login program.
    pub last: Flags,
    /// The prompt as it is written, escapes not decoded.
    pub prompt: Vec<u8>,
    /// Where it stands, whole.
    pub prompt_span: Span,
    /// The label that BREAK leads to, as [`Entry::label`]; empty if there is none.
    pub next: Vec<u8>,
    /// Where it stands; if it is empty, the `#` before it.
    pub next_span: Span,
    /// The sixth field without the white space around it, if the dialect has one and it is there.
    pub sixth: Option<(Vec<u8>, Span)>,
    /// From the entry's first byte to its last.
    pub span: Span,
    /// It can be used at run time.
    pub whole: bool,
    /// The first field that is wrong or missing, for people. `None` if the entry is whole.
    pub invalid: Option<&'static str>,
}

/// What one file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Every entry in the file's order, also those that cannot be used.
    pub entries: Vec<Entry>,
    /// Everything that there is to say about the file, sorted by place.
    pub findings: Vec<Diagnostic>,
}

/// Reads a whole file.
///
/// Works in time proportional to the file's size, and never fails: what cannot be understood is a finding, an entry
/// that cannot be used is not [`Entry::whole`].
pub fn parse(sources: &SourceMap, file: FileId, dialect: &Dialect, system: &SystemFacts) -> Parsed {
    let bytes = sources.bytes(file);
    let mut parsed = Parsed::default();
    let mut loose = Vec::new();
    for block in lex::blocks(bytes, file, dialect) {
        let mut entry = entry::read(&block.entry, dialect, system, &mut parsed.findings);
        entry.text = block.text();
        entry.span = block.span();
        for text in &block.swallowed {
            // It belongs to the entry above, and nothing in it takes effect, but all that is wrong is said at once.
            let lost = entry::read(text, dialect, system, &mut parsed.findings);
            parsed.findings.push(swallowed(&lost));
            loose.push(chain::Loose {
                label: lost.label,
                next: lost.whole.then_some((lost.next, lost.next_span)),
            });
        }
        if entry.text.len() > dialect.limits.entry {
            entry.whole = false;
            entry.invalid = entry.invalid.or(Some("entry"));
            parsed.findings.push(too_long(&entry, dialect));
        }
        parsed.entries.push(entry);
    }
    nul_bytes(bytes, file, &mut parsed.findings);
    if parsed.entries.is_empty() {
        parsed.findings.push(
            Diagnostic::new(Code::gd(18), Severity::Error, "no entry in this file", Span::new(file, 0, 0))
                .here(dialect.built_in)
                .write("9600# B9600 CS8 # B9600 SANE CLOCAL #login: #9600"),
        );
    }
    chain::check(&parsed.entries, &loose, dialect, &mut parsed.findings);
    by_place(&mut parsed.findings);
    parsed
}

/// The entry of this label, and its place in the list: the first that can be used (getty_ps, §3.2).
pub fn find<'a>(entries: &'a [Entry], label: &[u8]) -> Option<(usize, &'a Entry)> {
    entries.iter().enumerate().find(|(_, entry)| entry.whole && entry.label == label)
}

fn swallowed(lost: &Entry) -> Diagnostic {
    let message = "no blank line before this entry";
    Diagnostic::new(Code::gd(5), Severity::Error, message, lost.label_span)
        .here(format!("it belongs to the entry above, and getty does not find {}", quoted(&lost.label)))
        .write("an empty line before it")
}

fn too_long(entry: &Entry, dialect: &Dialect) -> Diagnostic {
    let (is, most) = (entry.text.len(), dialect.limits.entry);
    let message = format!("entry of {is} bytes, at most {most} are possible");
    Diagnostic::new(Code::gd(16), Severity::Error, message, entry.label_span)
        .here("getty does not use the entry")
        .write("a shorter entry, with an empty line after it")
}

/// One finding for each line that holds NUL bytes.
fn nul_bytes(bytes: &[u8], file: FileId, findings: &mut Vec<Diagnostic>) {
    let mut start = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if let Some(at) = line.iter().position(|b| *b == 0) {
            let message = match line.iter().filter(|b| **b == 0).count() {
                1 => "NUL byte".to_owned(),
                n => format!("{n} NUL bytes in this line"),
            };
            let at = start + at;
            findings.push(
                Diagnostic::new(Code::gd(16), Severity::Error, message, Span::new(file, at, at + 1))
                    .here("a flag that holds one is skipped, a prompt is typed without it")
                    .write("the file anew as plain ASCII text"),
            );
        }
        start += line.len();
    }
}

/// Bytes between quotes as people can read them, cut after 40.
fn quoted(bytes: &[u8]) -> String {
    const MOST: usize = 40;
    match bytes.get(..MOST).filter(|_| bytes.len() > MOST) {
        Some(head) => format!("\"{}...\"", head.escape_ascii()),
        None => format!("\"{}\"", bytes.escape_ascii()),
    }
}
