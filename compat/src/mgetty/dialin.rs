//! dialin.config (§5.3): whose calls are answered. The first word that fits decides.

use crate::diag::{Code, Diagnostic, Severity, bounded};
use crate::source::{FileId, SourceMap, Span};

/// DC01: no caller comes to a word.
pub const UNREACHED: Code = Code::dc(1);
/// DC02: a word that no number begins with.
pub const WORD: Code = Code::dc(2);
/// DC03: a `!` alone refuses everybody.
pub const ALONE: Code = Code::dc(3);
/// DC04: more than is read.
pub const LONG: Code = Code::dc(4);

/// The most words of a file.
pub const MOST: usize = 65_536;
/// The longest word.
const LONGEST: usize = 128;

/// A word of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Calls that fit are refused.
    pub refuses: bool,
    /// Which ones fit.
    pub callers: Callers,
    /// Where it stands.
    pub span: Span,
}

/// Which callers a word is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callers {
    /// `all`
    All,
    /// Those whose number begins so; the number of an unknown caller is `none`.
    Beginning(Vec<u8>),
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is answered; the word that says so, if one does.
    Accept(Option<Span>),
    /// It is not.
    Refuse(Span),
}

/// Reads a file.
pub fn parse(sources: &SourceMap, file: FileId) -> (Vec<Pattern>, Vec<Diagnostic>) {
    let mut patterns: Vec<Pattern> = Vec::new();
    let mut findings = Vec::new();
    let mut decided: Option<Span> = None;
    let mut told = false;
    for (word, span) in words(sources.bytes(file), file) {
        if patterns.len() == MOST || word.len() > LONGEST {
            let (message, write) = match word.len() > LONGEST {
                true => (format!("a word of {} bytes", word.len()), format!("at most {LONGEST} bytes")),
                false => (format!("more than {MOST} words"), "fewer words, by shorter beginnings".into()),
            };
            let here = "no call fits it";
            findings.push(Diagnostic::new(LONG, Severity::Error, message, span).here(here).write(write));
            if patterns.len() == MOST {
                break;
            }
            continue;
        }
        let pattern = pattern(word, span);
        match decided {
            Some(before) if !told => {
                told = true;
                findings.push(
                    Diagnostic::new(UNREACHED, Severity::Warning, "no caller comes to this word", span)
                        .also(before, "this one fits everybody")
                        .here("it has no effect, and neither has what is behind it")
                        .write("the word for everybody last"),
                );
            }
            Some(_) => {}
            None => odd(word, &pattern, &mut findings),
        }
        if pattern.fits(b"") {
            decided = decided.or(Some(span));
        }
        patterns.push(pattern);
    }
    (patterns, bounded(findings))
}

/// Whether a line is a file's first: nothing but numbers, all and none.
pub(crate) fn begins(line: &[u8]) -> bool {
    line.split(|byte| is_between(*byte)).filter(|word| !word.is_empty()).all(|word| {
        let rest = word.strip_prefix(b"!").unwrap_or(word);
        matches!(rest, b"all" | b"none") || (!rest.is_empty() && rest.iter().all(u8::is_ascii_digit))
    })
}

/// Decides for a caller; `None` is one whose number is not known.
pub fn decide(patterns: &[Pattern], caller: Option<&[u8]>) -> Decision {
    let number = caller.filter(|number| !number.is_empty()).unwrap_or(b"none");
    match patterns.iter().find(|pattern| pattern.fits(number)) {
        Some(pattern) if pattern.refuses => Decision::Refuse(pattern.span),
        pattern => Decision::Accept(pattern.map(|pattern| pattern.span)),
    }
}

impl Pattern {
    fn fits(&self, number: &[u8]) -> bool {
        match &self.callers {
            Callers::All => true,
            Callers::Beginning(begin) => number.starts_with(begin),
        }
    }
}

fn pattern(word: &[u8], span: Span) -> Pattern {
    let (refuses, rest) = match word.strip_prefix(b"!") {
        Some(rest) => (true, rest),
        None => (false, word),
    };
    let callers = if rest == b"all" { Callers::All } else { Callers::Beginning(rest.to_vec()) };
    Pattern { refuses, callers, span }
}

/// Says where a word is not what it looks like.
fn odd(word: &[u8], pattern: &Pattern, findings: &mut Vec<Diagnostic>) {
    let Callers::Beginning(begin) = &pattern.callers else { return };
    if begin.is_empty() {
        findings.push(
            Diagnostic::new(ALONE, Severity::Warning, "a ! without a number", pattern.span)
                .here("every call is refused")
                .write("!all, or the ! and the number without a blank between"),
        );
        return;
    }
    // Numbers and the letters that telephone companies put in their place: P, O, none.
    let number = begin.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'*'));
    let letters = matches!(begin.as_slice(), b"none" | b"P" | b"O" | b"PRIVATE" | b"OUT" | b"OUT_OF_AREA");
    if !number && !letters {
        let message = format!("\"{}\" is the beginning of no number", word.escape_ascii());
        let write = match begin.first() {
            Some(b'#') => "comments on lines of their own, # in the first column",
            _ => "digits, all or none, each with a ! before it to refuse",
        };
        findings.push(
            Diagnostic::new(WORD, Severity::Warning, message, pattern.span)
                .here("it is compared with numbers as it stands")
                .write(write),
        );
    }
}

/// The words of a file: blanks, commas and line ends separate them. A line with `#` in the first column is a comment.
fn words(bytes: &[u8], file: FileId) -> impl Iterator<Item = (&[u8], Span)> {
    let mut next = 0;
    bytes.split_inclusive(|byte| *byte == b'\n').flat_map(move |line| {
        let from = next;
        next += line.len();
        let line = if line.starts_with(b"#") { &[] } else { line };
        let mut at = from;
        line.split(|byte| is_between(*byte)).filter_map(move |word| {
            let span = Span::new(file, at, at + word.len());
            at += word.len() + 1;
            (!word.is_empty()).then_some((word, span))
        })
    })
}

fn is_between(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',')
}

#[cfg(test)]
mod tests;
