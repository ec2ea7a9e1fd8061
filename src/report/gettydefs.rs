//! `getty -c FILE`: the listing of getty_ps on standard output, diagnostics on standard error (§2).

mod sco;

pub use sco::check_sco;

use super::diag::{Style, render};
use polygetty_compat::diag::{Code, Diagnostic, Severity};
use polygetty_compat::gettydefs::{Entry, Flags, GETTY_PS, Parsed, parse};
use polygetty_compat::plan::modes::Modes;
use polygetty_compat::source::{FilePath, FileText, ReadError, SourceMap};
use polygetty_compat::surroundings::SystemFacts;

/// What a check leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// For scripts: the listing.
    pub stdout: Vec<u8>,
    /// For people: the findings. Empty if there are none.
    pub stderr: Vec<u8>,
    /// 0 no errors, 1 errors, 2 the file cannot be read.
    pub status: u8,
}

/// Checks one file.
///
/// `words` gives this system's input, output, control and local word for modes. A missing field is 0 there, as
/// nothing is added to what the file says.
pub fn check(
    path: &FilePath,
    read: Result<FileText, ReadError>,
    system: &SystemFacts,
    words: &dyn Fn(&Modes) -> [u64; 4],
    style: impl Into<Style>,
) -> Checked {
    let bytes = match read {
        Ok(text) => text.bytes,
        Err(error) => return unreadable(path, &error),
    };
    let mut sources = SourceMap::default();
    let file = sources.add(path.clone(), bytes);
    let parsed = parse(&sources, file, &GETTY_PS, system);
    Checked {
        stdout: listing(&sources, &parsed, words, 0),
        stderr: render(&sources, &parsed.findings, style).into_bytes(),
        status: u8::from(errors(&parsed) > 0),
    }
}

fn unreadable(path: &FilePath, error: &ReadError) -> Checked {
    let stderr = format!("getty: {path}: {error}\n").into_bytes();
    Checked { stdout: Vec::new(), stderr, status: 2 }
}

/// The listing that the original printed, byte for byte where it had something to say (§2.1). It never stops at an
/// error, and its count is that of the whole pass (§2.2).
///
/// `discipline` is the line discipline of an entry that names none.
pub fn listing(
    sources: &SourceMap,
    parsed: &Parsed,
    words: &dyn Fn(&Modes) -> [u64; 4],
    discipline: u8,
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut findings = parsed.findings.as_slice();
    for (n, entry) in parsed.entries.iter().enumerate() {
        let title: &[u8] = if n == 0 { b"First" } else { b"Next" };
        // Findings are sorted by place, as the entries are.
        let before = |end: usize| findings.partition_point(|f| f.span.is_none_or(|span| span.start < end));
        let own = findings.get(before(entry.span.start)..before(entry.span.end)).unwrap_or(&[]);
        findings = findings.get(before(entry.span.end)..).unwrap_or(&[]);
        put(&mut out, &[b"*** ", title, b" Entry ***\n", &entry.text, b"\n\n"]);
        mistakes(&mut out, sources, entry, own);
        put(&mut out, &[b"id: \"", &entry.label, b"\"\n"]);
        for (when, flags) in [("initial", &entry.initial), ("final", &entry.last)] {
            put(&mut out, &[field(when, flags, words, discipline).as_bytes()]);
        }
        put(&mut out, &[b"login prompt: \"", &entry.prompt, b"\"\nnext id: \"", &entry.next, b"\"\n\n"]);
    }
    let errors = errors(parsed);
    if errors > 0 {
        put(&mut out, &[format!("*** {errors} errors found ***\n").as_bytes()]);
    }
    put(&mut out, &[b"*** Check Complete ***\n"]);
    out
}

fn field(when: &str, flags: &Flags, words: &dyn Fn(&Modes) -> [u64; 4], discipline: u8) -> String {
    let [input, output, control, local] = words(&flags.modes);
    format!(
        "{when} termio flags:\n iflag: {input:o}, oflag: {output:o}, cflag: {control:o}, lflag: {local:o}\n \
         line disc: {:o}\n",
        flags.line_discipline.unwrap_or(discipline)
    )
}

/// The errors for which the original had words, in place.
fn mistakes(out: &mut Vec<u8>, sources: &SourceMap, entry: &Entry, findings: &[Diagnostic]) {
    const CONTINUED: &[u8] = b"*** checking continued ***\n";
    let invalid = |f: &Diagnostic| f.code == Code::gd(1) || f.code == Code::gd(2);
    if findings.iter().any(invalid) {
        put(out, &[b"*** Invalid Entry ***\n", CONTINUED]);
    }
    if entry.text.len() > GETTY_PS.limits.entry {
        put(out, &[b"*** parsing error: line too long ***\n", CONTINUED]);
    }
    for span in findings.iter().filter(|f| f.code == Code::gd(3)).filter_map(|f| f.span) {
        let word = sources.slice(span);
        // The original took the sign away before it looked the name up, and named what was left.
        let name = word.strip_prefix(b"-").unwrap_or(word);
        put(out, &[b"*** parsing error: undefined symbol: ", name, b" ***\n", CONTINUED]);
    }
}

fn errors(parsed: &Parsed) -> usize {
    parsed.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
}

fn put(out: &mut Vec<u8>, parts: &[&[u8]]) {
    for part in parts {
        out.extend_from_slice(part);
    }
}
