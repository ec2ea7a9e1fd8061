//! gettyacts: programs that take a call over when the first bytes are theirs (§7).

use crate::diag::{Code, Diagnostic, Severity};
use crate::source::{FileId, FilePath, FileText, SourceMap, Span};

/// GA01: the file may be written by somebody who is not root.
pub const UNTRUSTED: Code = Code::ga(1);
/// GA02: an entry has not exactly four fields.
pub const FIELDS: Code = Code::ga(2);
/// GA03: the protocol has no name, or an unprintable one.
pub const PROTOCOL: Code = Code::ga(3);
/// GA04: the program is no absolute path.
pub const RELATIVE: Code = Code::ga(4);
/// GA05: a word is no byte.
pub const BYTE: Code = Code::ga(5);
/// GA06: no bytes to listen for.
pub const NO_BYTES: Code = Code::ga(6);
/// GA07: an entry or the file is too long.
pub const LONG: Code = Code::ga(7);

/// GA08: another entry always matches first.
pub const NEVER: Code = Code::ga(8);

/// The largest file that is read.
pub const LIMIT: usize = 1 << 16;
/// The longest line that is read.
const LONGEST: usize = 1024;
/// How many entries there may be.
pub const MOST: usize = 64;
/// How many bytes an entry may listen for.
pub const MOST_BYTES: usize = 32;
/// More findings than this say nothing more.
const MOST_FINDINGS: usize = 64;

/// The protocol that a dialer's word chooses, not bytes of the line.
pub const FAX: &[u8] = b"FAX";

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// The protocol's name.
    pub protocol: Vec<u8>,
    /// What is run.
    pub program: FilePath,
    /// Its arguments, without its own name.
    pub arguments: Vec<Vec<u8>>,
    /// The bytes to listen for; empty for FAX alone.
    pub bytes: Vec<u8>,
    /// The whole entry.
    pub span: Span,
}

/// Why this file is treated as if it were missing: what it names is run by root.
pub fn distrusted(path: &FilePath, text: &FileText) -> Option<Diagnostic> {
    let why = match (text.owner, text.mode & 0o022) {
        (0, 0) => return None,
        (0, _) => format!("mode {:04o} lets others than root write {path}", text.mode & 0o7777),
        (owner, _) => format!("{path} belongs to user {owner}"),
    };
    Some(
        Diagnostic::new(UNTRUSTED, Severity::Error, why, None)
            .here("nothing is listened for: root would run what this file names")
            .write(format!("chown root {path}; chmod go-w {path}")),
    )
}

/// The entries that can be used, in the file's order.
pub fn parse(sources: &SourceMap, file: FileId, findings: &mut Vec<Diagnostic>) -> Vec<Act> {
    let mut acts = Vec::new();
    let mut next = 0;
    for line in sources.bytes(file).split_inclusive(|b| *b == b'\n') {
        let from = next;
        next += line.len();
        let text = line.trim_ascii();
        if text.is_empty() || text.starts_with(b"#") {
            continue;
        }
        let from = from + line.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let finding = match read(text, from, file) {
            Ok(_) if acts.len() == MOST => too_many(Span::new(file, from, from + text.len())),
            Ok(act) => {
                acts.push(act);
                continue;
            }
            Err(finding) => finding,
        };
        add(findings, *finding);
    }
    for (n, act) in acts.iter().enumerate() {
        if let Some(first) = acts.iter().enumerate().find(|(other, first)| forestalls(first, *other < n, act))
        {
            add(findings, never(sources, act, first.1));
        }
    }
    acts
}

/// Whether `first` is complete before `act` is, whatever is sent: its bytes end inside the other's, or with them if
/// it stands before it in the file.
fn forestalls(first: &Act, stands_before: bool, act: &Act) -> bool {
    if first.bytes.is_empty() || first.span == act.span {
        return false;
    }
    let inside = act.bytes.get(..act.bytes.len().saturating_sub(1)).unwrap_or(&[]);
    inside.windows(first.bytes.len()).any(|window| window == first.bytes)
        || (stands_before && act.bytes.ends_with(&first.bytes))
}

fn never(sources: &SourceMap, act: &Act, first: &Act) -> Diagnostic {
    let line = sources.place(first.span).line;
    let [name, other] = [act, first].map(|act| act.protocol.escape_ascii().to_string());
    Diagnostic::new(NEVER, Severity::Warning, format!("{name} never takes a call"), act.span)
        .also(first.span, "these bytes are complete first")
        .here(format!("{other} of line {line} takes every call that it waits for"))
        .write("bytes that are not in each other, or one entry of the two")
}

fn add(findings: &mut Vec<Diagnostic>, finding: Diagnostic) {
    if findings.len() < MOST_FINDINGS {
        findings.push(finding);
    }
}

type Fault = Box<Diagnostic>;

fn read(text: &[u8], from: usize, file: FileId) -> Result<Act, Fault> {
    let span = Span::new(file, from, from + text.len());
    if text.len() > LONGEST {
        let (is, most) = (text.len(), LONGEST);
        let head = Span::new(file, from, from + 1);
        return Err(fault(LONG, format!("line of {is} bytes"), head, &format!("at most {most} bytes")));
    }
    let mut at = from;
    let fields: Vec<(&[u8], usize)> = text
        .split(|b| *b == b':')
        .map(|field| {
            let start = at;
            at += field.len() + 1;
            (field, start)
        })
        .collect();
    let [(protocol, protocol_at), (program, program_at), (arguments, _), (bytes, bytes_at)] = *fields else {
        let message = format!("{} where an entry has four", counted(fields.len()));
        return Err(fault(FIELDS, message, span, "PROTOCOL:PROGRAM:ARGUMENTS:BYTES, and no other colon"));
    };
    let protocol_span = place(protocol, protocol_at, file);
    let protocol = protocol.trim_ascii();
    if protocol.is_empty() || !protocol.iter().all(|b| b.is_ascii_graphic()) {
        let message = "this is no name of a protocol".to_owned();
        return Err(fault(PROTOCOL, message, protocol_span, "letters and digits, such as PPP"));
    }
    let program_span = place(program, program_at, file);
    let program = program.trim_ascii();
    if !program.starts_with(b"/") || program.contains(&0) {
        let message = "the program is no absolute path".to_owned();
        return Err(fault(RELATIVE, message, program_span, "the whole path, from / on"));
    }
    let bytes = sequence(bytes, bytes_at, file)?;
    if bytes.is_empty() && protocol != FAX {
        let end = Span::new(file, span.end.saturating_sub(1), span.end);
        let write = "the first bytes that the caller sends, such as 0x7e 0xff";
        return Err(fault(NO_BYTES, "no bytes to listen for".into(), end, write));
    }
    Ok(Act {
        protocol: protocol.to_vec(),
        program: program.into(),
        arguments: words(arguments).map(<[u8]>::to_vec).collect(),
        bytes,
        span,
    })
}

/// The bytes of the last field.
fn sequence(field: &[u8], from: usize, file: FileId) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let mut at = from;
    for word in field.split(|b| blank(*b)) {
        let start = at;
        at += word.len() + 1;
        if word.is_empty() {
            continue;
        }
        let span = Span::new(file, start, start + word.len());
        if bytes.len() == MOST_BYTES {
            let message = format!("more than {MOST_BYTES} bytes");
            return Err(fault(LONG, message, span, "the first few; they are enough to tell a protocol"));
        }
        let Some(byte) = byte(word) else {
            let message = format!("\"{}\" is no byte", word.escape_ascii());
            return Err(fault(BYTE, message, span, "0x and two hexadecimal digits, such as 0x7e"));
        };
        bytes.push(byte);
    }
    Ok(bytes)
}

/// One byte: hexadecimal after `0x`, octal after `0`, else decimal.
fn byte(word: &[u8]) -> Option<u8> {
    let (digits, radix) = match word {
        [b'0', b'x' | b'X', digits @ ..] => (digits, 16),
        [b'0', _, ..] => (word, 8),
        _ => (word, 10),
    };
    // `from_str_radix` would take a sign.
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()
}

fn words(field: &[u8]) -> impl Iterator<Item = &[u8]> {
    field.split(|b| blank(*b)).filter(|word| !word.is_empty())
}

fn blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The place of a field without the blanks around it; of the colon behind it, if nothing is left.
fn place(field: &[u8], at: usize, file: FileId) -> Span {
    let lead = field.iter().take_while(|b| b.is_ascii_whitespace()).count();
    match field.trim_ascii().len() {
        0 => Span::new(file, at + field.len(), at + field.len() + 1),
        len => Span::new(file, at + lead, at + lead + len),
    }
}

fn counted(fields: usize) -> String {
    if fields == 1 { "1 field".into() } else { format!("{fields} fields") }
}

fn too_many(span: Span) -> Fault {
    fault(LONG, format!("more than {MOST} entries"), span, "fewer entries")
}

fn fault(code: Code, message: String, span: Span, write: &str) -> Fault {
    Box::new(Diagnostic::new(code, Severity::Error, message, span).here("this entry is ignored").write(write))
}

#[cfg(test)]
mod tests;
