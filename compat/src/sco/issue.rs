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
            0 => {}
            other => text.push_raw(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::text::Piece::{self, Bytes, Param as P, Raw};
    use proptest::prelude::*;

    fn bytes(text: &str) -> Piece {
        Bytes(text.as_bytes().to_vec())
    }

    #[test]
    fn percent_letters_are_those_of_uname() {
        assert_eq!(decode_percent(b"%s %% B\n").pieces, [P(Param::OsName), bytes(" % B\n")]);
        assert_eq!(
            decode_percent(b"%m%n%r%v%").pieces,
            [P(Param::Machine), P(Param::System), P(Param::OsRelease), P(Param::OsVersion), bytes("%")]
        );
        assert_eq!(decode_percent(br"%x%\n \\ @").pieces, [bytes(r"%x%\n \\ @")]);
        assert_eq!(decode_percent(b"").pieces, []);
    }

    #[test]
    fn agettys_letters_where_they_are_wanted() {
        assert_eq!(
            decode_with_backslashes(br"\n\s\r\m\v\l\t\d\\%n\S{x}\").pieces,
            [
                P(Param::System),
                P(Param::OsName),
                P(Param::OsRelease),
                P(Param::Machine),
                P(Param::OsVersion),
                P(Param::Line),
                P(Param::Time),
                P(Param::DayAndDate),
                bytes("\\"),
                P(Param::System),
                bytes(r"\S{x}\"),
            ]
        );
        // A pair that means nothing hides nothing behind it.
        assert_eq!(
            decode_with_backslashes(br"\%n%\n").pieces,
            [bytes("\\"), P(Param::System), bytes("%"), P(Param::System),]
        );
    }

    #[test]
    fn a_prompt_is_sent_as_it_is() {
        assert_eq!(prompt(br"\r\n\007\101\\\#").pieces, [Raw(b"\r\n\x07A\\#".to_vec())]);
        assert_eq!(prompt(br"@!x\@").pieces, [P(Param::System), Raw(b"!x@".to_vec())]);
        assert_eq!(prompt(b" a b ").pieces, [Raw(b" a b ".to_vec())]);
        assert_eq!(prompt(b"%n\\q\0\\").pieces, [Raw(b"%nq".to_vec())]);
    }

    proptest! {
        #[test]
        fn no_text_grows(raw in proptest::collection::vec(
            prop_oneof![Just(b'\\'), Just(b'%'), Just(b'n'), Just(b'@'), any::<u8>()], 0..60))
        {
            for text in [decode_percent(&raw), decode_with_backslashes(&raw), prompt(&raw)] {
                let long: usize = text.pieces.iter().map(|piece| match piece {
                    Bytes(bytes) | Raw(bytes) => bytes.len(),
                    P(_) => 1,
                    Piece::AtMost(..) => usize::MAX,
                }).sum();
                prop_assert!(long <= raw.len());
                prop_assert!(text.pieces.iter().all(|piece| !matches!(piece, Bytes(b) | Raw(b) if b.is_empty())));
            }
        }
    }
}
