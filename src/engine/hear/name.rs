//! Reads a login name as it is typed (getty_ps §6): erase, kill, echo, parity, end of line, BREAK.
//!
//! It says what to type back and how the line ended; it owns no line.

/// What to do after a byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// Type this back (perhaps nothing) and listen on.
    Echo(Vec<u8>),
    /// A NUL: the caller's BREAK, or a CR at another speed.
    WrongSpeed,
    /// `^D` at the start, or `^\` anywhere.
    Left,
    /// The end of the line.
    Line(NameLine),
}

/// A line that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameLine {
    /// The name, with parity removed where it was found. At most one byte longer than the longest name.
    pub name: Vec<u8>,
    /// Whether it ended with a CR, so that CR and LF must be mapped (GPS-01).
    pub by_return: bool,
    /// The parity that every byte had, if that was found: odd?
    pub odd_parity: Option<bool>,
    /// The erase character that was used last.
    pub erase: Option<u8>,
}

const BACKSPACE: u8 = 0x08;
const DELETE: u8 = 0x7f;
const KILL: u8 = 0x15;
const END_OF_FILE: u8 = 0x04;
const QUIT: u8 = 0x1c;
const RUB_OUT: &[u8] = b"\x08 \x08";

/// Reads one line.
#[derive(Clone, Debug)]
pub struct NameReader {
    strip: bool,
    echo: bool,
    longest: usize,
    name: Vec<u8>,
    erase: Option<u8>,
}

impl NameReader {
    /// `strip`: the line's modes ask for seven bits. `echo`: the line does not echo by itself.
    pub fn new(strip: bool, echo: bool, longest: usize) -> Self {
        Self { strip, echo, longest, name: Vec::new(), erase: None }
    }

    /// One more byte.
    pub fn feed(&mut self, byte: u8) -> Typed {
        let byte = if self.strip { byte & 0x7f } else { byte };
        // A control character with a parity bit is still one, unless it can be part of a UTF-8 character.
        let control = byte & 0x7f;
        let is_control = byte == control || (self.one_parity(byte) && !self.in_utf8());
        match control {
            0 if byte == 0 => return Typed::WrongSpeed,
            b'\r' | b'\n' if is_control => return Typed::Line(self.take(byte)),
            BACKSPACE | DELETE if is_control => {
                self.erase = Some(control);
                return Typed::Echo(if self.erase_one() { RUB_OUT.to_vec() } else { Vec::new() });
            }
            KILL if is_control => {
                let mut out = Vec::new();
                while self.erase_one() {
                    out.extend_from_slice(RUB_OUT);
                }
                return Typed::Echo(out);
            }
            END_OF_FILE if is_control && self.name.is_empty() => return Typed::Left,
            QUIT if is_control => return Typed::Left,
            _ => {}
        }
        if control < 0x20 && is_control {
            return Typed::Echo(Vec::new()); // §6.5: ignored, not echoed
        }
        if self.name.len() <= self.longest {
            self.name.push(byte);
        }
        Typed::Echo(if self.echo { vec![byte] } else { Vec::new() })
    }

    /// Takes one character away: a byte, or the bytes of one UTF-8 character.
    fn erase_one(&mut self) -> bool {
        let Some(mut last) = self.name.pop() else { return false };
        while last & 0xc0 == 0x80 && std::str::from_utf8(&self.name).is_err() {
            match self.name.pop() {
                Some(byte) => last = byte,
                None => break,
            }
        }
        true
    }

    /// Whether every byte so far and this one have the same parity.
    fn one_parity(&self, next: u8) -> bool {
        let odd = next.count_ones() % 2;
        self.name.iter().all(|byte| byte.count_ones() % 2 == odd)
    }

    /// Whether a UTF-8 character has begun and not ended.
    fn in_utf8(&self) -> bool {
        std::str::from_utf8(&self.name).is_err_and(|error| error.error_len().is_none())
    }

    /// Ends the line. Seven bits with parity are believed when at least three bytes agree, one of them shows
    /// bit 7, and the whole is no UTF-8 (§6.10).
    fn take(&mut self, end: u8) -> NameLine {
        let mut name = std::mem::take(&mut self.name);
        let parity = name.len() + 1 >= 3
            && name.iter().chain([&end]).any(|byte| byte & 0x80 != 0)
            && std::str::from_utf8(&name).is_err_or_ends_oddly(end)
            && name.iter().all(|byte| byte.count_ones() % 2 == end.count_ones() % 2)
            // What would become a control character without bit 7 was no letter with parity.
            && name.iter().all(|byte| (0x20..0x7f).contains(&(byte & 0x7f)));
        if parity {
            for byte in &mut name {
                *byte &= 0x7f;
            }
        }
        NameLine {
            name,
            by_return: end & 0x7f == b'\r',
            odd_parity: parity.then_some(end.count_ones() % 2 == 1),
            erase: self.erase.take(),
        }
    }
}

/// Whether bytes and their end cannot be UTF-8: the bytes are none, or the end is a lone byte above 7f.
trait NotUtf8 {
    fn is_err_or_ends_oddly(&self, end: u8) -> bool;
}

impl NotUtf8 for Result<&str, std::str::Utf8Error> {
    fn is_err_or_ends_oddly(&self, end: u8) -> bool {
        self.is_err() || end & 0x80 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn type_in(bytes: &[u8]) -> (Vec<u8>, Option<Typed>) {
        let mut reader = NameReader::new(false, true, 255);
        let mut out = Vec::new();
        for byte in bytes {
            match reader.feed(*byte) {
                Typed::Echo(echo) => out.extend(echo),
                end => return (out, Some(end)),
            }
        }
        (out, None)
    }

    fn name_of(bytes: &[u8]) -> NameLine {
        match type_in(bytes).1 {
            Some(Typed::Line(line)) => line,
            other => panic!("no line: {other:?}"),
        }
    }

    #[test]
    fn gps_05_erase_is_learnt() {
        assert_eq!(type_in(b"box\x7fb\r").0, b"box\x08 \x08b");
        assert_eq!(
            name_of(b"box\x7fb\r"),
            NameLine { name: b"bob".to_vec(), by_return: true, odd_parity: None, erase: Some(0x7f) }
        );
        assert_eq!(name_of(b"box\x08b\r").erase, Some(8));
        assert_eq!(type_in(b"\x7f\x08").0, b"");
    }

    #[test]
    fn gps_06_kill() {
        assert_eq!(type_in(b"ABC\x15cd\r").0, b"ABC\x08 \x08\x08 \x08\x08 \x08cd");
        assert_eq!(name_of(b"ABC\x15cd\r").name, b"cd");
    }

    #[test]
    fn gps_11_end_of_file_counts_at_the_start_only() {
        assert_eq!(type_in(b"\x04").1, Some(Typed::Left));
        assert_eq!(name_of(b"ab\x04c\r").name, b"abc");
        assert_eq!(type_in(b"ab\x1c").1, Some(Typed::Left));
    }

    fn with_parity(text: &[u8], odd: bool) -> Vec<u8> {
        text.iter().map(|b| if (b.count_ones() % 2 == 1) == odd { *b } else { b | 0x80 }).collect()
    }

    #[test]
    fn parity_is_found_and_removed() {
        for odd in [false, true] {
            let line = name_of(&with_parity(b"guest\r", odd));
            assert_eq!((line.name.as_slice(), line.odd_parity), (&b"guest"[..], Some(odd)));
        }
        assert_eq!(name_of("bjørn\r".as_bytes()).odd_parity, None);
        assert_eq!(name_of("bjørn\r".as_bytes()).name, "bjørn".as_bytes());
        let erased = name_of(&with_parity(b"bx\x08ob\n", false));
        assert_eq!(erased.name, b"bob");
        assert!(!erased.by_return);
    }

    #[test]
    fn taking_parity_away_makes_no_control_characters() {
        let line = name_of(b"\xcd\x80\x8a"); // 80 would be a NUL without bit 7
        assert!(!line.name.contains(&0) && line.odd_parity.is_none(), "{line:?}");
    }

    #[test]
    fn one_erase_takes_one_utf8_character() {
        assert_eq!(name_of("bø\x7fob\r".as_bytes()).name, b"bob");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn anything_may_be_typed(bytes in proptest::collection::vec(any::<u8>(), 0..2000), strip: bool) {
            let mut reader = NameReader::new(strip, true, 255);
            for byte in bytes {
                if let Typed::Line(line) = reader.feed(byte) {
                    prop_assert!(line.name.len() <= 256);
                    prop_assert!(line.name.iter().all(|byte| *byte >= 0x20 && *byte != 0x7f));
                }
            }
        }
    }
}
