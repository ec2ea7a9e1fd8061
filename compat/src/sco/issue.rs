//! Issue files and prompts (§6).

use crate::escape::{Escape, system_v};
use crate::plan::text::{Param, Text};

/// An issue file: `%` and a letter of uname. Any other pair is typed as it is.
pub fn decode_percent(raw: &[u8]) -> Text {
    decode(raw, false)
}

/// An issue file that agetty reads too: its backslash letters as well.
pub fn decode_with_backslashes(raw: &[u8]) -> Text {
    decode(raw, true)
}

fn decode(raw: &[u8], backslashes: bool) -> Text {
    let mut text = Text::default();
    let mut bytes = raw.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let next = bytes.peek().copied();
        let param = match (byte, next) {
            (b'%', Some(b'%')) => None,
            (b'\\', Some(b'\\')) if backslashes => None,
            (b'%', Some(letter)) => match percent(letter) {
                Some(param) => Some(param),
                None => {
                    text.push(byte);
                    continue;
                }
            },
            (b'\\', Some(letter)) if backslashes => match backslash(letter) {
                Some(param) => Some(param),
                None => {
                    text.push(byte);
                    continue;
                }
            },
            _ => {
                text.push(byte);
                continue;
            }
        };
        bytes.next();
        match param {
            Some(param) => text.push_param(param),
            None => text.push(byte),
        }
    }
    text
}

fn percent(letter: u8) -> Option<Param> {
    Some(match letter {
        b'm' => Param::Machine,
        b'n' => Param::System,
        b'r' => Param::OsRelease,
        b's' => Param::OsName,
        b'v' => Param::OsVersion,
        _ => return None,
    })
}

fn backslash(letter: u8) -> Option<Param> {
    Some(match letter {
        b'l' => Param::Line,
        b't' => Param::Time,
        b'd' => Param::DayAndDate,
        other => return percent(other),
    })
}

/// A prompt: escapes of System V, `@` for the node name, sent as it is with nothing added.
pub fn prompt(raw: &[u8]) -> Text {
    let mut text = Text::default();
    let mut at = 0;
    while let Some(byte) = raw.get(at).copied() {
        at += 1;
        match byte {
            b'\\' => {
                let (escape, used) = system_v(raw.get(at..).unwrap_or(&[]));
                at += used;
                match escape {
                    Escape::Byte(byte) | Escape::Wrapped(byte) | Escape::Itself(byte) => text.push_raw(byte),
                    Escape::NoLineEnd | Escape::Joined | Escape::Lone => {}
                }
            }
            b'@' => text.push_param(Param::System),
            other => text.push_raw(other),
        }
    }
    text
}
