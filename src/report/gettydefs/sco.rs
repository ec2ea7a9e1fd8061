//! The listing of SCO's `getty -c` (SCO, §4.7). Nobody published what the original printed, so this form is ours; its
//! diagnostics are those of every gettydefs file.

use super::{Checked, errors, put};
use crate::report::diag::{Style, render};
use polygetty_compat::diag::Severity;
use polygetty_compat::gettydefs::{Entry, Parsed, SCO, parse, sixth};
use polygetty_compat::plan::modes::Modes;
use polygetty_compat::plan::text::{Piece, Text};
use polygetty_compat::sco::{issue, modes};
use polygetty_compat::source::{FilePath, FileText, ReadError, SourceMap, SourceReader};
use polygetty_compat::surroundings::SystemFacts;

/// Checks one file as SCO's getty reads it.
///
/// `reader` answers what the login programs are like; `words` gives this system's input, output, control and local
/// word for modes.
pub fn check_sco(
    path: &FilePath,
    read: Result<FileText, ReadError>,
    reader: &mut dyn SourceReader,
    system: &SystemFacts,
    words: &dyn Fn(&Modes) -> [u64; 4],
    style: impl Into<Style>,
) -> Checked {
    let bytes = match read {
        Ok(text) => text.bytes,
        Err(error) => return super::unreadable(path, &error),
    };
    let mut sources = SourceMap::default();
    let file = sources.add(path.clone(), bytes);
    let parsed = sixth::with_programs(parse(&sources, file, &SCO, system), reader);
    Checked {
        stdout: listing(&sources, &parsed, system, words),
        stderr: render(&sources, &parsed.findings, style).into_bytes(),
        status: u8::from(errors(&parsed) > 0),
    }
}

fn listing(
    sources: &SourceMap,
    parsed: &Parsed,
    system: &SystemFacts,
    words: &dyn Fn(&Modes) -> [u64; 4],
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut lines = Lines { bytes: sources, line: 1, at: 0 };
    for entry in &parsed.entries {
        let line = lines.of(entry);
        put(&mut out, &[b"entry \"", &shown(&entry.label), format!("\" (line {line})\n").as_bytes()]);
        fields(&mut out, entry, system, words);
        if let Some(field) = entry.invalid {
            put(&mut out, &[b" invalid: ", field.as_bytes(), b"\n"]);
        }
        for (word, _) in entry.initial.unknown.iter().chain(&entry.last.unknown) {
            put(&mut out, &[b" unrecognized: ", &shown(word), b"\n"]);
        }
    }
    let warnings = parsed.findings.iter().filter(|finding| finding.severity == Severity::Warning).count();
    let mut last = counted(parsed.entries.len(), "entry", "entries");
    for (count, one, more) in [(errors(parsed), "error", "errors"), (warnings, "warning", "warnings")] {
        if count > 0 {
            last.push_str(", ");
            last.push_str(&counted(count, one, more));
        }
    }
    put(&mut out, &[last.as_bytes(), b"\n"]);
    out
}

/// The fields of an entry, up to one that is missing or cannot be read: what stands behind that may be anything.
fn fields(out: &mut Vec<u8>, entry: &Entry, system: &SystemFacts, words: &dyn Fn(&Modes) -> [u64; 4]) {
    let sixth = sixth(entry);
    let auto = sixth.as_ref().is_ok_and(|sixth| sixth.auto);
    let flags = [
        ("initial flags", modes::initial(&entry.initial, auto)),
        ("final flags", modes::last(&entry.last, system)),
    ];
    for (name, modes) in flags {
        if entry.invalid == Some(name) {
            return;
        }
        let [input, output, control, local] = words(&modes);
        let values =
            format!(" {name}: iflag {input:o}, oflag {output:o}, cflag {control:o}, lflag {local:o}\n");
        put(out, &[values.as_bytes()]);
    }
    if entry.invalid == Some("login prompt") {
        return;
    }
    put(out, &[b" login prompt: \"", &prompt(&issue::prompt(&entry.prompt)), b"\"\n"]);
    if entry.invalid == Some("next-label") {
        return;
    }
    put(out, &[b" next: \"", &shown(&entry.next), b"\"\n"]);
    if let Ok(sixth) = sixth {
        if let Some((program, _)) = &sixth.program {
            put(out, &[b" login program: ", &shown(program.as_bytes()), b"\n"]);
        }
        if sixth.auto {
            put(out, &[b" auto: yes\n"]);
        }
    }
}

/// A prompt as it will be sent: `@` for the node name, `\@` for an at-sign, `\ooo` for what cannot be printed.
fn prompt(text: &Text) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in &text.pieces {
        match piece {
            Piece::Param(_) => out.push(b'@'),
            Piece::Bytes(bytes) | Piece::Raw(bytes) => {
                for part in bytes.split_inclusive(|b| *b == b'@') {
                    let (at, rest) = part.strip_suffix(b"@").map_or((&b""[..], part), |rest| (b"\\@", rest));
                    put(&mut out, &[&shown(rest), at]);
                }
            }
        }
    }
    out
}

/// Bytes as a script can read them: one line, ASCII.
fn shown(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b' '..=b'~' => out.push(*byte),
            other => out.extend_from_slice(format!("\\{other:03o}").as_bytes()),
        }
    }
    out
}

fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// The line of one entry after another; entries stand in the file's order.
struct Lines<'a> {
    bytes: &'a SourceMap,
    line: usize,
    at: usize,
}

impl Lines<'_> {
    fn of(&mut self, entry: &Entry) -> usize {
        let bytes = self.bytes.bytes(entry.span.file);
        let between = bytes.get(self.at..entry.span.start.min(bytes.len())).unwrap_or(&[]);
        self.line += between.iter().filter(|b| **b == b'\n').count();
        self.at = self.at.max(entry.span.start);
        self.line
    }
}

#[cfg(test)]
mod tests;
