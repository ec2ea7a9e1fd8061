//! Chat scripts (§5.3 to §5.5).

use crate::diag::{Code, Diagnostic, Severity};
use crate::escape::{Escape, after_backslash, number};
use crate::plan::chat::{Atom, Chat, Expect, Field, Send, SendPart, Word};
use crate::source::Span;
use std::time::Duration;

/// CG07: a chat escape that means nothing where it stands.
pub const CHAT_ESCAPE: Code = Code::cg(7);

/// What `CONNECT=DEFAULT` stands for. The original's text ended in CR LF, which the byte that ends the digits and
/// the emptying of the input before the prompt take care of; so `CONNECT 2400/ARQ` is an answer too.
pub const DEFAULT_CONNECT: &[u8] = br"CONNECT\s\A";

/// Shortest and longest time of `\T`, in seconds.
const PATIENCE: (u32, u32) = (3, 255);

/// Reads a script. `span` is that of its text, if it stands in a file.
pub fn read(text: &[u8], span: Option<Span>, findings: &mut Vec<Diagnostic>) -> Chat {
    read_for(None, text, span, findings)
}

/// Reads a script that dials: `\D` in what is sent stands for the number.
pub fn read_for(
    number: Option<&[u8]>,
    text: &[u8],
    span: Option<Span>,
    findings: &mut Vec<Diagnostic>,
) -> Chat {
    let mut fields = Vec::new();
    let mut at = 0;
    while let Some((word, start)) = next_word(text, at) {
        at = start + word.len();
        let mut complain = |offset: usize, message: String| {
            let place = span.map(|span| Span::new(span.file, span.start + start + offset, span.start + at));
            findings.push(Diagnostic::new(CHAT_ESCAPE, Severity::Warning, message, place));
        };
        fields.push(if fields.len() % 2 == 0 {
            Field::Expect(expect(word, number, &mut complain))
        } else {
            Field::Send(send(word, 0, number, &mut complain))
        });
    }
    Chat { fields, written: text.to_vec() }
}

/// Reads one word to wait for, such as WAITFOR's.
pub fn read_word(text: &[u8], span: Option<Span>, findings: &mut Vec<Diagnostic>) -> Word {
    let mut complain = |offset: usize, message: String| {
        let place = span.map(|span| Span::new(span.file, span.start + offset, span.end));
        findings.push(Diagnostic::new(CHAT_ESCAPE, Severity::Warning, message, place));
    };
    word(text, 0, &mut complain)
}

/// The next run of bytes that are no blanks, and where it begins.
fn next_word(text: &[u8], from: usize) -> Option<(&[u8], usize)> {
    let rest = text.get(from..)?;
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n');
    let skip = rest.iter().take_while(|byte| blank(byte)).count();
    let word = rest.get(skip..)?;
    let length = word.iter().take_while(|byte| !blank(byte)).count();
    (length > 0).then(|| (word.get(..length).unwrap_or(word), from + skip))
}

type Complain<'a> = &'a mut dyn FnMut(usize, String);

/// `word { "-" send "-" word }`, with a trailing send allowed.
fn expect(text: &[u8], dial: Option<&[u8]>, complain: Complain<'_>) -> Expect {
    let mut parts = split_at_dashes(text).into_iter();
    let first = parts.next().map(|(part, at)| word(part, at, complain)).unwrap_or_default();
    let mut otherwise = Vec::new();
    while let Some((part, at)) = parts.next() {
        let sent = send(part, at, dial, complain);
        otherwise.push((sent, parts.next().map(|(part, at)| word(part, at, complain))));
    }
    Expect { first, otherwise }
}

/// Splits at dashes; one behind a backslash is not a dash.
fn split_at_dashes(text: &[u8]) -> Vec<(&[u8], usize)> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'-' => {
                parts.push((text.get(start..at).unwrap_or(&[]), start));
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push((text.get(start..).unwrap_or(&[]), start));
    parts
}

fn patience(rest: &[u8]) -> (Option<Duration>, usize) {
    let (seconds, used) = number(rest);
    let time = (used > 0).then(|| Duration::from_secs(seconds.clamp(PATIENCE.0, PATIENCE.1).into()));
    (time, used)
}

fn word(text: &[u8], offset: usize, complain: Complain<'_>) -> Word {
    let mut word = Word::default();
    if text == b"\"\"" {
        return word;
    }
    let mut at = 0;
    while let Some(byte) = text.get(at).copied() {
        at += 1;
        if byte != b'\\' {
            word.pattern.push(Atom::Byte(byte));
            continue;
        }
        let rest = text.get(at..).unwrap_or(&[]);
        match rest.first() {
            Some(b'T') => {
                let (time, used) = patience(rest.get(1..).unwrap_or(&[]));
                if time.is_none() {
                    complain(offset + at - 1, "\\T without a number of seconds".into());
                }
                word.within = time.or(word.within);
                at += 1 + used;
            }
            Some(b'A') => {
                word.pattern.push(Atom::Speed);
                at += 1;
            }
            Some(b'p' | b'd' | b'K') => {
                complain(
                    offset + at - 1,
                    "\\p, \\d and \\K belong into a send field; nothing is waited for".into(),
                );
                at += 1;
            }
            _ => {
                let (escape, used) = after_backslash(rest);
                if let Some(byte) = plain(escape, offset + at - 1, complain) {
                    word.pattern.push(Atom::Byte(byte));
                }
                at += used;
            }
        }
    }
    word
}

fn send(text: &[u8], offset: usize, dial: Option<&[u8]>, complain: Complain<'_>) -> Send {
    let mut send = Send::default();
    if text == b"\"\"" {
        return send;
    }
    let mut push = |part: SendPart| match (send.parts.last_mut(), part) {
        (Some(SendPart::Bytes(bytes)), SendPart::Bytes(more)) => bytes.extend(more),
        (_, part) => send.parts.push(part),
    };
    let mut at = 0;
    while let Some(byte) = text.get(at).copied() {
        at += 1;
        if byte != b'\\' {
            push(SendPart::Bytes(vec![byte]));
            continue;
        }
        let rest = text.get(at..).unwrap_or(&[]);
        match rest.first() {
            Some(b'p') => push(SendPart::Pause(Duration::from_secs(1))),
            Some(b'd') => push(SendPart::Pause(Duration::from_secs(2))),
            Some(b'K') => push(SendPart::Break(Duration::from_millis(250))),
            Some(b'D') if dial.is_some() => push(SendPart::Bytes(dial.unwrap_or_default().to_vec())),
            Some(b'A') => {
                complain(offset + at - 1, "\\A belongs into an expect field; nothing is sent for it".into())
            }
            Some(b'T') => {
                let (time, used) = patience(rest.get(1..).unwrap_or(&[]));
                match time {
                    Some(time) => push(SendPart::Patience(time)),
                    None => complain(offset + at - 1, "\\T without a number of seconds".into()),
                }
                at += used;
            }
            _ => {
                let (escape, used) = after_backslash(rest);
                if let Some(byte) = plain(escape, offset + at - 1, complain) {
                    push(SendPart::Bytes(vec![byte]));
                }
                at += used;
                continue;
            }
        }
        at += 1;
    }
    send
}

/// The byte that an escape stands for in a chat.
fn plain(escape: Escape, at: usize, complain: Complain<'_>) -> Option<u8> {
    match escape {
        Escape::Byte(byte) | Escape::Itself(byte) => Some(byte),
        Escape::Wrapped(byte) => {
            complain(at, format!("a number above 255; it is sent and expected as \\{byte}"));
            Some(byte)
        }
        Escape::Lone => {
            complain(at, "a backslash with nothing behind it".into());
            None
        }
        Escape::NoLineEnd | Escape::Joined => None,
    }
}
