//! Chats (§3): `expect send expect send …`, compiled to the plan's.
//!
//! `TIMEOUT` is the time of every expect behind it. The words of `ABORT` stand beside the chat in a [`Script`], each
//! with the field from which on it ends the chat. All eight bits of what is expected count.

use crate::diag::{Code, Diagnostic, Severity};
use crate::plan::chat::{Atom, Chat, Expect, Field, Send, SendPart, Word};
use crate::plan::stage::{End, Verdict};
use crate::source::Span;
use std::ops::Range;
use std::time::Duration;

/// MC06: a chat says something else than was meant, it seems.
pub const CHAT: Code = Code::mc(6);

/// Words of a modem that end every chat: there will be no connection.
pub const FAILURES: &[&str] = &["ERROR", "BUSY", "NO CARRIER", "NO ANSWER", "NO DIALTONE", "NO DIAL TONE"];
/// Words that end the chat that answers as well: a fax call is over before it began.
pub const HANG_UPS: &[&str] = &["+FHS:", "+FHNG:"];
/// Words by which a modem that answers tells that a fax machine calls.
pub const FAX: &[&str] = &["+FCON", "+FCO\r", "FAX"];

/// The most words of a chat.
pub const MOST: usize = 200;
/// What stands before each send.
const BREATH: Duration = Duration::from_millis(50);
/// What `\d` waits.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest time of a TIMEOUT, in seconds.
const LONGEST: u64 = 3600;

/// A chat of mgetty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// What is expected and sent.
    pub chat: Chat,
    /// What ends it before its time, beside the words that end every chat of its kind.
    pub aborts: Vec<Abort>,
}

/// A word of the file that ends a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Abort {
    /// What the modem says.
    pub word: Word,
    /// It counts from this field of the chat on.
    pub from: usize,
}

impl Script {
    /// What a run of it listens for beside its own words: these from its beginning, and those that the file names
    /// from their place on. All of them end it alike.
    pub fn verdicts(&self, words: &[&str], end: End) -> Vec<Verdict> {
        let theirs = self.aborts.iter().map(|abort| (abort.word.clone(), abort.from));
        let ours = words.iter().map(|word| (exactly(word.as_bytes()), 0));
        ours.chain(theirs).map(|(word, from)| Verdict { word, from, end }).collect()
    }
}

/// A word of which every bit counts.
pub(super) fn exactly(bytes: &[u8]) -> Word {
    Word { pattern: bytes.iter().copied().map(Atom::Byte).collect(), exact: true, ..Word::default() }
}

/// Reads a script. `place` tells where a part of its text stands, if it stands in a file.
pub fn read(
    text: &[u8],
    place: &dyn Fn(Range<usize>) -> Option<Span>,
    findings: &mut Vec<Diagnostic>,
) -> Script {
    let mut reader = Reader { place, findings };
    let mut script = Script { chat: Chat { fields: Vec::new(), written: text.to_vec() }, aborts: Vec::new() };
    let mut within = None;
    let mut tokens = tokens(text).peekable();
    let mut count = 0;
    while let Some(token) = tokens.next() {
        count += 1;
        if count > MOST {
            let message = format!("more than {MOST} words");
            reader.warn(token.place, message, "the chat ends here", "a shorter chat");
            break;
        }
        if script.chat.fields.len() % 2 == 1 {
            if matches!(token.plain().as_slice(), b"TIMEOUT" | b"ABORT") {
                let message = "a directive where something is sent".to_owned();
                reader.warn(
                    token.place.clone(),
                    message,
                    "it is sent",
                    "the directive before what is expected",
                );
            }
            script.chat.fields.push(Field::Send(reader.send(&token)));
            continue;
        }
        match token.plain().as_slice() {
            b"TIMEOUT" => match tokens.next().as_ref().map(|token| (seconds(token), token)) {
                Some((Some(time), _)) => within = Some(time),
                Some((None, value)) => reader.no_time(value.place.clone()),
                None => reader.no_time(token.place),
            },
            b"ABORT" => match tokens.next() {
                Some(word) if !word.bytes.is_empty() => {
                    let from = script.chat.fields.len();
                    script.aborts.push(Abort { word: reader.word(&word), from });
                }
                other => {
                    let place = other.map_or(token.place, |word| word.place);
                    let message = "ABORT without a word".to_owned();
                    reader.warn(place, message, "it is ignored", "ABORT \"NO CARRIER\"");
                }
            },
            _ => {
                reader.shape(&token);
                let word = Word { within, ..reader.word(&token) };
                script.chat.fields.push(Field::Expect(Expect { first: word, otherwise: Vec::new() }));
            }
        }
    }
    script
}

/// A word of the file, its first layer of backslashes removed.
struct Token {
    bytes: Vec<Unit>,
    place: Range<usize>,
}

/// A byte of a word.
#[derive(Clone, Copy)]
enum Unit {
    /// As it stands; a backslash of this kind still means something where it is sent.
    Plain(u8),
    /// Written by its number.
    Numbered(u8),
}

impl Unit {
    fn byte(self) -> u8 {
        match self {
            Self::Plain(byte) | Self::Numbered(byte) => byte,
        }
    }
}

impl Token {
    fn plain(&self) -> Vec<u8> {
        self.bytes.iter().map(|unit| unit.byte()).collect()
    }
}

/// The words of a text. Spaces separate them, quotes anywhere hold them together.
fn tokens(text: &[u8]) -> impl Iterator<Item = Token> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while text.get(at).is_some_and(|byte| is_blank(*byte)) {
            at += 1;
        }
        let start = at;
        let mut bytes = Vec::new();
        let mut quoted = false;
        while let Some(byte) = text.get(at).copied() {
            match byte {
                b'"' => quoted = !quoted,
                b'\\' => {
                    let (mut units, used) = first_layer(text.get(at + 1..).unwrap_or_default());
                    bytes.append(&mut units);
                    at += used;
                }
                _ if !quoted && is_blank(byte) => break,
                _ => bytes.push(Unit::Plain(byte)),
            }
            at += 1;
        }
        (at > start).then_some(Token { bytes, place: start..at })
    })
}

/// What a backslash and what follows it mean when the file is read, and how many bytes that follow belong to it.
fn first_layer(rest: &[u8]) -> (Vec<Unit>, usize) {
    match rest {
        [b'r', ..] => (vec![Unit::Numbered(b'\r')], 1),
        [b'n', ..] => (vec![Unit::Numbered(b'\n')], 1),
        [b't', ..] => (vec![Unit::Numbered(b'\t')], 1),
        [b'\\', ..] => (vec![Unit::Plain(b'\\')], 1),
        [b'"', ..] => (vec![Unit::Plain(b'"')], 1),
        [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..] => {
            let digits = [a, b, c].map(|digit| *digit - b'0');
            (vec![Unit::Numbered(digits.iter().fold(0, |byte, digit| byte * 8 + digit))], 3)
        }
        [other, ..] => (vec![Unit::Plain(b'\\'), Unit::Plain(*other)], 1),
        [] => (vec![Unit::Plain(b'\\')], 0),
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn seconds(token: &Token) -> Option<Duration> {
    let text = token.plain();
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digits = text.iter().map(|digit| u64::from(*digit - b'0'));
    let seconds = digits.fold(0u64, |value, digit| value.saturating_mul(10).saturating_add(digit));
    Some(Duration::from_secs(seconds.clamp(1, LONGEST)))
}

struct Reader<'a> {
    place: &'a dyn Fn(Range<usize>) -> Option<Span>,
    findings: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn warn(&mut self, part: Range<usize>, message: String, here: &str, write: &str) {
        self.findings.push(
            Diagnostic::new(CHAT, Severity::Warning, message, (self.place)(part)).here(here).write(write),
        );
    }

    fn no_time(&mut self, part: Range<usize>) {
        let message = "TIMEOUT without a number of seconds".to_owned();
        self.warn(part, message, "it is ignored", "TIMEOUT 10");
    }

    /// Says what other chats would take a word for.
    fn shape(&mut self, token: &Token) {
        let text = token.plain();
        if text == b"''" {
            let message = "'' is no empty word".to_owned();
            self.warn(token.place.clone(), message, "two apostrophes are waited for", "\"\"");
        }
        let parts: Vec<&[u8]> = text.split(|byte| *byte == b'-').collect();
        if let [first, _, last] = parts.as_slice()
            && first == last
            && !first.is_empty()
        {
            let message = "there are no sub-expects with dashes".to_owned();
            self.warn(token.place.clone(), message, "the whole word is waited for", "one word to wait for");
        }
    }

    /// A word to wait for: exactly these bytes.
    fn word(&mut self, token: &Token) -> Word {
        let bytes = token.plain();
        if let [b'\\', letter @ (b'c' | b'd')] = bytes.as_slice() {
            let message = format!("\\{} is for what is sent", char::from(*letter));
            self.warn(
                token.place.clone(),
                message,
                "it is waited for as it stands",
                "the answer to wait for",
            );
        }
        exactly(&bytes)
    }

    /// What a word sends: a breath, the bytes, a carriage return.
    fn send(&mut self, token: &Token) -> Send {
        let mut parts = vec![SendPart::Pause(BREATH)];
        let mut ends = true;
        let mut odd = Vec::new();
        let mut units = token.bytes.iter().copied();
        while let Some(unit) = units.next() {
            match unit {
                Unit::Plain(b'\\') => match units.next().map(Unit::byte) {
                    Some(b'd') => parts.push(SendPart::Pause(PAUSE)),
                    Some(b'c') => ends = false,
                    Some(other) => {
                        if other.is_ascii_alphanumeric() {
                            odd.push(other);
                        }
                        push(&mut parts, other);
                    }
                    None => odd.push(b'\\'),
                },
                unit => push(&mut parts, unit.byte()),
            }
        }
        if ends {
            push(&mut parts, b'\r');
        }
        if let Some(first) = odd.first() {
            let (message, here) = match first {
                b'\\' => ("a backslash at the end".to_owned(), "it is not sent".to_owned()),
                _ => {
                    let letter = char::from(*first);
                    (format!("\\{letter} has no meaning"), format!("{letter} is sent"))
                }
            };
            self.warn(
                token.place.clone(),
                message,
                &here,
                r"\d, \c, or four backslashes for one that is sent",
            );
        }
        Send { parts }
    }
}

fn push(parts: &mut Vec<SendPart>, byte: u8) {
    match parts.last_mut() {
        Some(SendPart::Bytes(bytes)) => bytes.push(byte),
        _ => parts.push(SendPart::Bytes(vec![byte])),
    }
}

#[cfg(test)]
mod tests;
