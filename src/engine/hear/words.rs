//! Reads a line of words as it is typed at a System V prompt (SCO, 9.2): erase, kill, end of line, BREAK.
//!
//! Seven bits of each byte count; what is typed comes back as it came, parity and all. It says what to type back;
//! it owns no line.

/// What to do after a byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Type this back (perhaps nothing) and listen on.
    Echo(Vec<u8>),
    /// A byte of which seven bits are zero: a BREAK.
    Break,
    /// `^D` at the start.
    Left,
    /// The end of the line; type this back.
    Line {
        /// The line.
        line: TypedLine,
        /// What comes back for its end.
        echo: &'static [u8],
    },
    /// The line is too long, and was forgotten.
    TooLong,
}

/// A line that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedLine {
    /// Its bytes, of seven bits each.
    pub bytes: Vec<u8>,
    /// It ended with a CR, so that CR and LF must be mapped.
    pub by_return: bool,
    /// The erase character that was used last.
    pub erase: Option<u8>,
}

const END_OF_FILE: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const TAB: u8 = 0x09;
const KILL: u8 = 0x15;
const CANCEL: u8 = 0x18;
const DELETE: u8 = 0x7f;

/// Reads one line.
#[derive(Clone, Debug)]
pub struct LineReader {
    longest: usize,
    bytes: Vec<u8>,
    erase: Option<u8>,
}

impl LineReader {
    /// A line of at most so many bytes.
    pub fn new(longest: usize) -> Self {
        Self { longest, bytes: Vec::new(), erase: None }
    }

    /// One more byte.
    pub fn feed(&mut self, byte: u8) -> Heard {
        match byte & 0x7f {
            0 => Heard::Break,
            b'\r' => Heard::Line { line: self.take(true), echo: b"\r\n" },
            b'\n' => Heard::Line { line: self.take(false), echo: b"\n\r" },
            rubbed @ (BACKSPACE | DELETE) => Heard::Echo(match self.bytes.pop() {
                Some(_) => {
                    self.erase = Some(rubbed);
                    b"\x08 \x08".to_vec()
                }
                None => {
                    self.erase = Some(rubbed);
                    Vec::new()
                }
            }),
            KILL | CANCEL => {
                self.bytes.clear();
                Heard::Echo(b"\r\n".to_vec())
            }
            END_OF_FILE if self.bytes.is_empty() => Heard::Left,
            control if control < b' ' && control != TAB => Heard::Echo(Vec::new()),
            _ if self.bytes.len() >= self.longest => {
                self.bytes.clear();
                Heard::TooLong
            }
            letter => {
                self.bytes.push(letter);
                Heard::Echo(vec![byte])
            }
        }
    }

    fn take(&mut self, by_return: bool) -> TypedLine {
        TypedLine { bytes: std::mem::take(&mut self.bytes), by_return, erase: self.erase }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What comes back, and how it ended.
    fn type_in(bytes: &[u8]) -> (Vec<u8>, Option<Heard>) {
        let mut reader = LineReader::new(255);
        let mut out = Vec::new();
        for byte in bytes {
            match reader.feed(*byte) {
                Heard::Echo(echo) => out.extend(echo),
                Heard::Line { line, echo } => {
                    out.extend(echo);
                    return (out, Some(Heard::Line { line, echo }));
                }
                end => return (out, Some(end)),
            }
        }
        (out, None)
    }

    fn line(bytes: &[u8]) -> TypedLine {
        match type_in(bytes).1 {
            Some(Heard::Line { line, .. }) => line,
            other => panic!("no line: {other:?}"),
        }
    }

    #[test]
    fn what_comes_back() {
        assert_eq!(type_in(b"joe\r").0, b"joe\r\n");
        assert_eq!(type_in(b"joe\n").0, b"joe\n\r");
        assert_eq!(type_in(b"\x7fa\x08b\x15c\r").0, b"a\x08 \x08b\r\nc\r\n");
        assert_eq!(type_in(b"\xea\xef\xe5\x8d").0, b"\xea\xef\xe5\r\n");
        assert_eq!(type_in(b"a\x01\x1b\tb").0, b"a\tb");
    }

    #[test]
    fn what_is_read() {
        assert_eq!(line(b"\xea\xef\xe5\x8d").bytes, b"joe");
        assert_eq!(
            line(b"amy\x7f\r"),
            TypedLine { bytes: b"am".to_vec(), by_return: true, erase: Some(0x7f) }
        );
        assert_eq!(line(b"bad\x18a\x04b\n").bytes, b"ab");
        assert_eq!(type_in(b"\x04").1, Some(Heard::Left));
        for byte in [0x00, 0x80] {
            assert_eq!(type_in(&[b'a', byte]).1, Some(Heard::Break));
        }
        assert_eq!(line(&[b'a'; 255].iter().copied().chain([b'\r']).collect::<Vec<_>>()).bytes.len(), 255);
        assert_eq!(type_in(&[b'a'; 256]).1, Some(Heard::TooLong));
    }

    proptest! {
        #[test]
        fn anything_may_be_typed(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let mut reader = LineReader::new(255);
            for byte in bytes {
                if let Heard::Line { line, .. } = reader.feed(byte) {
                    prop_assert!(line.bytes.len() <= 255);
                    prop_assert!(line.bytes.iter().all(|byte| (b' '..0x7f).contains(byte) || *byte == b'\t'));
                }
            }
        }
    }
}
