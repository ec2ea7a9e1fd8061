//! Prompts and issues of mgetty (§6.3): `@` for the node name, and backslash letters. Nothing is added to a line end.

use crate::escape::number;
use crate::plan::text::{Param, Piece, Text};

/// The most bytes of a line with all its values filled in; the rest is not typed.
const LONGEST: usize = 296;

/// The prompt.
pub fn prompt(raw: &[u8]) -> Text {
    Text { pieces: vec![Piece::AtMost(LONGEST, decode(raw))] }
}

/// An issue that stands in the configuration itself.
pub fn literal(raw: &[u8]) -> Text {
    let mut text = prompt(raw);
    text.push_raw(b'\r');
    text.push_raw(b'\n');
    text
}

/// What a command wrote instead of an issue: as it is.
pub fn written(raw: &[u8]) -> Text {
    let mut text = Text::default();
    raw.iter().for_each(|byte| text.push_raw(*byte));
    text
}

/// An issue file: each of its lines is followed by a carriage return.
pub fn issue(raw: &[u8]) -> Text {
    let mut text = Text::default();
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        text.pieces.push(Piece::AtMost(LONGEST, decode(line)));
        text.push_raw(b'\r');
    }
    text
}

fn decode(raw: &[u8]) -> Vec<Piece> {
    let mut text = Text::default();
    let mut at = 0;
    while let Some(byte) = raw.get(at).copied() {
        at += 1;
        match byte {
            b'@' => text.push_param(Param::System),
            b'\\' => {
                let rest = raw.get(at..).unwrap_or_default();
                let (meaning, used) = after_backslash(rest);
                at += used;
                match meaning {
                    Meaning::Nothing | Meaning::Byte(0) => {}
                    Meaning::Byte(byte) => text.push_raw(byte),
                    Meaning::Param(param) => text.push_param(param),
                }
            }
            0 => {}
            other => text.push_raw(other),
        }
    }
    text.pieces
}

enum Meaning {
    Byte(u8),
    Param(Param),
    Nothing,
}

/// What follows a backslash, and how many bytes of it belong to that. A letter without a meaning stands for itself.
fn after_backslash(rest: &[u8]) -> (Meaning, usize) {
    let Some(letter) = rest.first().copied() else { return (Meaning::Nothing, 0) };
    let meaning = match letter {
        b'n' => Meaning::Byte(b'\n'),
        b'r' => Meaning::Byte(b'\r'),
        b'g' => Meaning::Byte(0x07),
        b'b' => Meaning::Byte(0x08),
        b'v' => Meaning::Byte(0x0b),
        b'f' => Meaning::Byte(0x0c),
        b't' => Meaning::Byte(b'\t'),
        b's' => Meaning::Param(Param::OsName),
        b'm' => Meaning::Param(Param::Machine),
        b'R' => Meaning::Param(Param::OsRelease),
        b'V' => Meaning::Param(Param::OsVersion),
        b'P' | b'L' => Meaning::Param(Param::Line),
        b'Y' => Meaning::Param(Param::Caller),
        b'I' => Meaning::Param(Param::Connect),
        b'S' => Meaning::Param(Param::Speed),
        b'N' | b'U' => Meaning::Param(Param::Users),
        b'C' => Meaning::Param(Param::Moment),
        b'D' => Meaning::Param(Param::PlainDate),
        b'T' => Meaning::Param(Param::Time),
        b'0'..=b'9' => {
            let (value, used) = number(rest);
            return (Meaning::Byte(value.to_le_bytes()[0]), used.max(1));
        }
        other => Meaning::Byte(other),
    };
    (meaning, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::text::Piece::{AtMost, Param as P, Raw};
    use proptest::prelude::*;

    fn raw(text: &[u8]) -> Piece {
        Raw(text.to_vec())
    }

    /// What a prompt consists of.
    fn pieces(text: &[u8]) -> Vec<Piece> {
        match prompt(text).pieces.as_slice() {
            [AtMost(LONGEST, pieces)] => pieces.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn numbers_are_those_of_c_and_other_letters_stand_for_themselves() {
        assert_eq!(pieces(br"\033|\65|\0x41|\q|\@|@"), [raw(b"\x1b|A|A|q|@|"), P(Param::System)]);
        assert_eq!(pieces(br"\089\0xg\321\\\"), [raw(b"89xgA\\")]);
        assert_eq!(pieces(b"a\0b\\0c\\256d"), [raw(b"abcd")]);
        assert_eq!(pieces(br"\n\r\g\b\v\f\t"), [raw(b"\n\r\x07\x08\x0b\x0c\t")]);
        assert_eq!(pieces(br"!login\040"), [raw(b"!login ")]);
    }

    #[test]
    fn letters_of_values() {
        let letters = [
            (Param::OsName, "s"),
            (Param::Machine, "m"),
            (Param::OsRelease, "R"),
            (Param::OsVersion, "V"),
            (Param::Line, "PL"),
            (Param::Caller, "Y"),
            (Param::Connect, "I"),
            (Param::Speed, "S"),
            (Param::Users, "NU"),
            (Param::Moment, "C"),
            (Param::PlainDate, "D"),
            (Param::Time, "T"),
        ];
        for (param, written) in letters {
            for letter in written.bytes() {
                assert_eq!(pieces(&[b'\\', letter]), [P(param)], "{letter}");
                assert!(prompt(&[b'\\', letter]).mentions(param));
            }
        }
    }

    #[test]
    fn line_ends_of_issues() {
        let line = |pieces: &[Piece]| AtMost(LONGEST, pieces.to_vec());
        assert_eq!(
            issue(b"Hi \\P\nno end").pieces,
            [
                line(&[raw(b"Hi "), P(Param::Line), raw(b"\n")]),
                raw(b"\r"),
                line(&[raw(b"no end")]),
                raw(b"\r")
            ]
        );
        assert_eq!(issue(b"a\\\n").pieces, [line(&[raw(b"a\n")]), raw(b"\r")]);
        assert_eq!(issue(b"").pieces, []);
        assert_eq!(literal(b"").pieces, [line(&[]), raw(b"\r\n")]);
        assert_eq!(literal(br"Hi\n").pieces, [line(&[raw(b"Hi\n")]), raw(b"\r\n")]);
    }

    proptest! {
        #[test]
        fn no_line_grows(text in proptest::collection::vec(
            prop_oneof![Just(b'\\'), Just(b'\n'), Just(b'0'), Just(b'@'), any::<u8>()], 0..200))
        {
            let long = |pieces: &[Piece]| -> usize {
                pieces.iter().map(|piece| match piece {
                    Raw(bytes) => bytes.len(),
                    P(_) => 1,
                    other => panic!("{other:?}"),
                }).sum()
            };
            prop_assert!(long(&pieces(&text)) <= text.len());
            let lines = text.split_inclusive(|byte| *byte == b'\n').count();
            prop_assert_eq!(issue(&text).pieces.len(), 2 * lines);
        }
    }
}
