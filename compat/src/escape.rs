//! Backslash escapes and `@` parameters of getty_ps (§5.1, §5.2): one decoder for issues, prompts and chats. And the
//! backslash escapes of System V, which SCO's getty knows (SCO, §4.1).

use crate::plan::text::{Param, Text};
use std::ops::Range;

/// What one backslash sequence means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// This byte, from a named escape or a number.
    Byte(u8),
    /// A number above 255; the byte it wraps to.
    Wrapped(u8),
    /// `\c`: no line end here, if one follows; else the next character.
    NoLineEnd,
    /// Backslash and newline: nothing.
    Joined,
    /// Any other character stands for itself.
    Itself(u8),
    /// A backslash with nothing behind it: nothing.
    Lone,
}

/// Decodes what follows a backslash: the meaning, and how many bytes after the backslash belong to it.
///
/// Numbers are greedy: decimal, octal after a leading `0`, hexadecimal after `0x`; modulo 256 (GPS-27).
pub fn after_backslash(rest: &[u8]) -> (Escape, usize) {
    let Some(first) = rest.first().copied() else { return (Escape::Lone, 0) };
    let byte = match first {
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b's' => b' ',
        b't' => b'\t',
        b'c' => return (Escape::NoLineEnd, 1),
        b'\n' => return (Escape::Joined, 1),
        b'0'..=b'9' => {
            let (number, used) = number(rest);
            let byte = number.to_le_bytes()[0];
            return (if number > 255 { Escape::Wrapped(byte) } else { Escape::Byte(byte) }, used);
        }
        other => return (Escape::Itself(other), 1),
    };
    (Escape::Byte(byte), 1)
}

/// Reads a number as `\nnn` and `\Tnnn` write it; saturating. How many bytes belong to it comes second; 0 is none.
pub fn number(rest: &[u8]) -> (u32, usize) {
    let (radix, skip): (u32, usize) = match rest {
        [b'0', b'x' | b'X', digit, ..] if digit.is_ascii_hexdigit() => (16, 2),
        [b'0', ..] => (8, 0),
        _ => (10, 0),
    };
    let digits = rest.iter().skip(skip).map_while(|b| char::from(*b).to_digit(radix));
    let (value, used) = digits.fold((0u32, 0usize), |(value, used), digit| {
        (value.saturating_mul(radix).saturating_add(digit), used + 1)
    });
    (value, if used == 0 { 0 } else { used + skip })
}

/// Decodes what follows a backslash of System V: the meaning, and how many bytes after the backslash belong to it.
///
/// Numbers are one to three octal digits; a letter without a meaning stands for itself.
pub fn system_v(rest: &[u8]) -> (Escape, usize) {
    let Some(first) = rest.first().copied() else { return (Escape::Lone, 0) };
    let byte = match first {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'0'..=b'7' => {
            let digits = rest.iter().take(3).take_while(|b| matches!(b, b'0'..=b'7'));
            let (value, used) = digits
                .fold((0u32, 0usize), |(value, used), digit| (value * 8 + u32::from(digit - b'0'), used + 1));
            let byte = value.to_le_bytes()[0];
            return (if value > 255 { Escape::Wrapped(byte) } else { Escape::Byte(byte) }, used);
        }
        other => return (Escape::Itself(other), 1),
    };
    (Escape::Byte(byte), 1)
}

/// The bytes that a text of System V means.
pub fn system_v_bytes(raw: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(byte) = raw.get(at).copied() {
        at += 1;
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let (escape, used) = system_v(raw.get(at..).unwrap_or(&[]));
        at += used;
        match escape {
            Escape::Byte(byte) | Escape::Wrapped(byte) | Escape::Itself(byte) => bytes.push(byte),
            Escape::NoLineEnd | Escape::Joined | Escape::Lone => {}
        }
    }
    bytes
}

/// Where the words of a text of System V stand: blanks, tabs and line ends separate them unless a backslash stands
/// before. Not decoded.
pub fn system_v_words(raw: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let separates = |at: usize| raw.get(at).is_some_and(|b| matches!(b, b' ' | b'\t' | b'\n'));
        while separates(at) {
            at += 1;
        }
        let start = at;
        while at < raw.len() && !separates(at) {
            at += if raw.get(at) == Some(&b'\\') { 2 } else { 1 };
        }
        at = at.min(raw.len());
        (at > start).then_some(start..at)
    })
}

/// The parameter that `@x` names.
pub fn parameter(letter: u8) -> Option<Param> {
    Some(match letter {
        b'B' => Param::Speed,
        b'D' => Param::Date,
        b'L' => Param::Line,
        b'S' => Param::System,
        b'T' => Param::Time,
        b'U' => Param::Users,
        b'V' => Param::Version,
        b'F' => Param::FullName,
        b'M' => Param::Machine,
        b'O' => Param::OsName,
        b'R' => Param::OsRelease,
        b'u' => Param::UsersInWords,
        _ => return None,
    })
}

/// Decodes an issue or a prompt.
///
/// `\c` before a line end or at the very end swallows that line end; whether it stood at the very end is the
/// second value, for texts that get a line end of their own (`ISSUE=Hi\c`).
pub fn text(raw: &[u8]) -> (Text, bool) {
    let mut text = Text::default();
    let mut open_end = false;
    let mut at = 0;
    while let Some(byte) = raw.get(at).copied() {
        at += 1;
        let rest = raw.get(at..).unwrap_or(&[]);
        match byte {
            b'\\' => {
                let (escape, used) = after_backslash(rest);
                at += used;
                match escape {
                    Escape::Byte(b) | Escape::Wrapped(b) | Escape::Itself(b) => text.push(b),
                    Escape::Joined | Escape::Lone => {}
                    Escape::NoLineEnd => match rest.get(used..).unwrap_or(&[]) {
                        [] => open_end = true,
                        [b'\n', ..] => at += 1,
                        [b'\r', b'\n', ..] => at += 2,
                        [next, ..] => {
                            text.push(*next);
                            at += 1;
                        }
                    },
                }
            }
            b'@' => match rest.first().copied() {
                Some(b'@') => {
                    text.push(b'@');
                    at += 1;
                }
                Some(letter) => match parameter(letter) {
                    Some(param) => {
                        text.push_param(param);
                        at += 1;
                    }
                    None => text.push(b'@'), // the letter follows as it is
                },
                None => text.push(b'@'),
            },
            other => text.push(other),
        }
    }
    (text, open_end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::text::Piece;

    #[test]
    fn gps_27_numbers_and_named_escapes() {
        let (decoded, open) = text(br"A\tB\\\35\043\0x2d\0x2D\s@@\@");
        assert_eq!(decoded, Text::bytes([0x41, 9, 0x42, 0x5c, 0x23, 0x23, 0x2d, 0x2d, 0x20, 0x40, 0x40]));
        assert!(!open);
    }

    #[test]
    fn gps_30_c_takes_the_line_end() {
        assert_eq!(text(b"a\\\nb\\c\nc\n").0, Text::bytes(*b"abc\n"));
        assert_eq!(text(br"Hi\c"), (Text::bytes(*b"Hi"), true));
        assert_eq!(text(br"a\cb").0, Text::bytes(*b"ab"));
    }

    #[test]
    fn numbers_are_greedy_and_wrap() {
        assert_eq!(number(b"25"), (25, 2));
        assert_eq!(number(b"010O"), (8, 3));
        assert_eq!(number(b"0x5O"), (5, 3));
        assert_eq!(number(b"0xg"), (0, 1));
        assert_eq!(number(b"x"), (0, 0));
        assert_eq!(number(b"99999999999").0, u32::MAX);
        assert_eq!(after_backslash(b"257"), (Escape::Wrapped(1), 3));
    }

    #[test]
    fn system_v_has_octal_numbers_and_letters_stand_for_themselves() {
        assert_eq!(
            system_v_bytes(br"\r\n\t\v\b\f\007\101\\\#\c\s\8\0411"),
            b"\r\n\t\x0b\x08\x0c\x07A\\#cs8!1"
        );
        assert_eq!(system_v_bytes(b"a\\"), b"a");
        assert_eq!(system_v(b"7777"), (Escape::Wrapped(0xff), 3));
        let words = |raw: &'static [u8]| system_v_words(raw).map(|word| &raw[word]).collect::<Vec<_>>();
        assert_eq!(words(b" a\\ b\t\nc\\\\ d\\"), [&b"a\\ b"[..], b"c\\\\", b"d\\"]);
        assert_eq!(words(b" \t\n"), [b""; 0]);
    }

    #[test]
    fn unknown_parameters_are_typed_as_they_are() {
        assert_eq!(text(b"@x@").0, Text::bytes(*b"@x@"));
        assert_eq!(
            text(b"a@Bc").0.pieces,
            vec![Piece::Bytes(b"a".to_vec()), Piece::Param(Param::Speed), Piece::Bytes(b"c".to_vec())]
        );
        assert_eq!(text(b"a\\").0, Text::bytes(*b"a"));
    }
}
