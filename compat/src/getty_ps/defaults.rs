//! The defaults file, `conf.getty` (§4).
//!
//! | code | |
//! |---|---|
//! | CG01 | a line without `=` |
//! | CG02 | a name that is no keyword |
//! | CG03 | neither YES nor NO |
//! | CG04 | not a number |
//! | CG05 | a file that others can write; its LOGIN and FIDO are ignored |
//! | CG06 | a path that does not begin with `/` |
//! | CG07 | a chat escape that means nothing where it stands |
//! | CG08 | numbers of RINGBACK that contradict each other |
//! | CG09 | a range of SCHED that is none |
//! | CG10 | a keyword for the second time; the first holds |
//! | CG11 | a file that cannot be used |
//! | CG12 | EMSI without a mailer |
//! | CG13 | a LOCKFMT that is none |

use super::compile::show;
use crate::diag::{Code, Diagnostic, Severity};
use crate::plan::setting::{Origin, Setting};
use crate::source::{FileId, FilePath, ReadError, SourceMap, SourceReader, Span};

/// The longest file that is read, in bytes.
pub const LARGEST: usize = 64 << 10;

/// Every keyword.
pub const KEYWORDS: &[&str] = &[
    "SYSTEM",
    "VERSION",
    "LOGIN",
    "INIT",
    "ISSUE",
    "CLEAR",
    "HANGUP",
    "HANGUPSECS",
    "WAITCHAR",
    "DELAY",
    "TIMEOUT",
    "CONNECT",
    "WAITFOR",
    "ALTLOCK",
    "INITLINE",
    "ALTLINE",
    "RINGBACK",
    "MINRBTIME",
    "MAXRBTIME",
    "INTERRING",
    "MINRINGS",
    "MAXRINGS",
    "SCHED",
    "OFF",
    "FIDO",
    "EMSI",
    "DEBUG",
    "WARNCASE",
    "LOCKDIR",
    "LOCKFMT",
];

/// The names under which a defaults file is looked for, in order (§4.1).
pub fn places(program: &str, line: &[u8], given: Option<&[u8]>, dirs: &[FilePath]) -> Vec<FilePath> {
    let join = |dir: &FilePath, middle: &str, name: &[u8]| {
        let mut path = dir.as_bytes().to_vec();
        path.extend_from_slice(middle.as_bytes());
        path.extend_from_slice(name);
        FilePath(path)
    };
    if let Some(given) = given {
        if given.starts_with(b"/") {
            return vec![given.into()];
        }
        return dirs
            .iter()
            .flat_map(|dir| [join(dir, "/conf.", given), join(dir, "/default/", given)])
            .collect();
    }
    let mut of_line = program.as_bytes().to_vec();
    of_line.push(b'.');
    of_line.extend(line.iter().map(|byte| if *byte == b'/' { b'_' } else { *byte }));
    let mut all = Vec::new();
    for middle in ["/conf.", "/default/"] {
        for name in [of_line.as_slice(), program.as_bytes()] {
            all.extend(dirs.iter().map(|dir| join(dir, middle, name)));
        }
    }
    all
}

/// What a defaults file says.
#[derive(Debug, Default)]
pub struct Defaults {
    /// each keyword once, in their order
    values: Vec<(&'static str, Vec<u8>, Span)>,
}

/// Reads the first file that exists.
pub fn read(
    places: &[FilePath],
    user: u32,
    reader: &mut dyn SourceReader,
    sources: &mut SourceMap,
    findings: &mut Vec<Diagnostic>,
) -> Defaults {
    read_keywords(KEYWORDS, places, user, reader, sources, findings)
}

/// The same for a program that has other keywords.
pub fn read_keywords(
    keywords: &[&'static str],
    places: &[FilePath],
    user: u32,
    reader: &mut dyn SourceReader,
    sources: &mut SourceMap,
    findings: &mut Vec<Diagnostic>,
) -> Defaults {
    for path in places {
        match reader.read(path, LARGEST) {
            Err(ReadError::Absent) => {}
            Err(error) => {
                let message = format!("cannot use {path}: {error}");
                let finding = Diagnostic::new(Code::cg(11), Severity::Error, message, None)
                    .here("everything has its built-in value");
                findings.push(finding);
                return Defaults::default();
            }
            Ok(text) => {
                let foreign = text.owner != 0 && text.owner != user || text.mode & 0o022 != 0;
                let file = sources.add(path.clone(), text.bytes);
                let mut defaults = parse_keywords(keywords, sources, file, findings);
                if foreign {
                    defaults.distrust(path, findings);
                }
                return defaults;
            }
        }
    }
    Defaults::default()
}

/// Reads a file's text: `NAME=value` a line, `#` comments, a `\` at the end joins the next line (§4.2).
pub fn parse(sources: &SourceMap, file: FileId, findings: &mut Vec<Diagnostic>) -> Defaults {
    parse_keywords(KEYWORDS, sources, file, findings)
}

fn parse_keywords(
    keywords: &[&'static str],
    sources: &SourceMap,
    file: FileId,
    findings: &mut Vec<Diagnostic>,
) -> Defaults {
    let mut defaults = Defaults::default();
    let bytes = sources.bytes(file);
    let mut at = 0;
    let mut next_number = 1;
    while at < bytes.len() {
        let start = at;
        let number = next_number;
        let end = logical_end(bytes, start);
        at = end + 1;
        let ends = bytes.get(start..at).unwrap_or(&[]).iter().filter(|byte| **byte == b'\n');
        next_number += ends.count();
        let line = bytes.get(start..end).unwrap_or(&[]);
        if line.trim_ascii().is_empty() || line.first() == Some(&b'#') {
            continue;
        }
        let span = Span::new(file, start, start + line.trim_ascii_end().len());
        let Some(equals) = line.iter().position(|byte| *byte == b'=') else {
            let text = show(line.trim_ascii());
            let message = format!("bad defaults line {number}: {text}");
            let finding = Diagnostic::new(Code::cg(1), Severity::Warning, message, span)
                .here("the line is skipped")
                .write("NAME=value");
            findings.push(finding);
            continue;
        };
        let name = line.get(..equals).unwrap_or(&[]).trim_ascii();
        let Some(keyword) = keywords.iter().find(|keyword| keyword.as_bytes() == name) else {
            findings.push(unknown(keywords, name, Span::new(file, start, start + equals)));
            continue;
        };
        let raw = line.get(equals + 1..).unwrap_or(&[]);
        let value =
            if *keyword == "ISSUE" { raw.strip_suffix(b"\r").unwrap_or(raw) } else { raw.trim_ascii_end() };
        let value_start = start + equals + 1;
        let value_span = Span::new(file, value_start, value_start + value.len());
        if let Some((_, first)) = defaults.find(keyword) {
            let finding = Diagnostic::new(
                Code::cg(10),
                Severity::Note,
                format!("{keyword} for the second time"),
                value_span,
            )
            .also(first, "this one holds");
            findings.push(finding);
            continue;
        }
        let (Ok(place) | Err(place)) = defaults.place(keyword);
        defaults.values.insert(place, (keyword, joined(value), value_span));
    }
    defaults
}

/// Where a line ends, with the lines that its trailing backslashes join to it. Two backslashes are one of text.
fn logical_end(bytes: &[u8], start: usize) -> usize {
    let mut from = start;
    loop {
        let rest = bytes.get(from..).unwrap_or(&[]);
        let Some(length) = rest.iter().position(|byte| *byte == b'\n') else { return bytes.len() };
        let line = rest.get(..length).unwrap_or(&[]);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let slashes = line.iter().rev().take_while(|byte| **byte == b'\\').count();
        if slashes % 2 == 0 || bytes.get(start) == Some(&b'#') {
            return from + length;
        }
        from += length + 1;
    }
}

/// A value without the backslashes and line ends that join its lines.
fn joined(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut at = 0;
    while let Some(byte) = value.get(at) {
        match value.get(at + 1..) {
            Some([b'\n', ..]) if *byte == b'\\' => at += 2,
            Some([b'\r', b'\n', ..]) if *byte == b'\\' => at += 3,
            Some([next, ..]) if *byte == b'\\' => {
                out.extend_from_slice(&[b'\\', *next]);
                at += 2;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    out
}

fn unknown(keywords: &[&'static str], name: &[u8], span: Span) -> Diagnostic {
    let shown = show(name);
    let finding = Diagnostic::new(Code::cg(2), Severity::Warning, format!("\"{shown}\" is no keyword"), span)
        .here("the line is skipped");
    match crate::gettydefs::nearest(name, keywords.iter().copied()) {
        Some(near) => finding.write(near),
        None => finding,
    }
}

impl Defaults {
    /// Where a keyword is among the values, or would be.
    fn place(&self, keyword: &str) -> Result<usize, usize> {
        self.values.binary_search_by(|(known, _, _)| (*known).cmp(keyword))
    }

    fn find(&self, keyword: &str) -> Option<(&[u8], Span)> {
        let (_, value, span) = self.values.get(self.place(keyword).ok()?)?;
        Some((value, *span))
    }

    /// A value as it stands.
    pub fn text(&self, keyword: &str) -> Option<Setting<Vec<u8>>> {
        let (value, span) = self.find(keyword)?;
        Some(Setting::new(value.to_vec(), Origin::File(span)))
    }

    /// Every value, by keyword.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, &[u8], Span)> {
        self.values.iter().map(|(keyword, value, span)| (*keyword, value.as_slice(), *span))
    }

    /// Where a value stands.
    pub fn span(&self, keyword: &str) -> Option<Span> {
        self.find(keyword).map(|(_, span)| span)
    }

    /// YES or NO, in whatever case.
    pub fn yes(&self, keyword: &str, findings: &mut Vec<Diagnostic>) -> Option<Setting<bool>> {
        let (value, span) = self.find(keyword)?;
        let yes = if value.eq_ignore_ascii_case(b"YES") {
            true
        } else if value.eq_ignore_ascii_case(b"NO") {
            false
        } else {
            let shown = show(value);
            let message = format!("{keyword}={shown} is neither YES nor NO");
            let finding = Diagnostic::new(Code::cg(3), Severity::Warning, message, span)
                .here("the line is skipped")
                .write(format!("{keyword}=YES or {keyword}=NO"));
            findings.push(finding);
            return None;
        };
        Some(Setting::new(yes, Origin::File(span)))
    }

    /// A number, as C's atoi reads it; what else stands there is a finding.
    pub fn number(&self, keyword: &str, radix: u32, findings: &mut Vec<Diagnostic>) -> Option<Setting<u32>> {
        let (value, span) = self.find(keyword)?;
        let (number, clean) = super::options::number(value, radix);
        if !clean {
            let message = format!("{keyword}={} is no number", show(value));
            let finding = Diagnostic::new(Code::cg(4), Severity::Warning, message, span)
                .here(format!("it is taken for {number}"));
            findings.push(finding);
        }
        Some(Setting::new(number, Origin::File(span)))
    }

    /// A path that must begin with `/`.
    pub fn path(&self, keyword: &str, findings: &mut Vec<Diagnostic>) -> Option<Setting<FilePath>> {
        let (value, span) = self.find(keyword)?;
        if !value.starts_with(b"/") {
            let message = format!("{keyword}={} does not begin with /", show(value));
            let finding = Diagnostic::new(Code::cg(6), Severity::Error, message, span)
                .here("the line is skipped")
                .write(format!("{keyword}=/path/of/it"));
            findings.push(finding);
            return None;
        }
        Some(Setting::new(FilePath(value.to_vec()), Origin::File(span)))
    }

    /// Drops what names a program to run: somebody other than root could have written it.
    fn distrust(&mut self, path: &FilePath, findings: &mut Vec<Diagnostic>) {
        for keyword in ["LOGIN", "FIDO"] {
            if let Ok(place) = self.place(keyword) {
                let (_, _, span) = self.values.remove(place);
                let message =
                    format!("{path} belongs to somebody else, or others can write it: {keyword} is ignored");
                let finding = Diagnostic::new(Code::cg(5), Severity::Error, message, span)
                    .write(format!("chown root {path}; chmod go-w {path}"));
                findings.push(finding);
            }
        }
    }
}
