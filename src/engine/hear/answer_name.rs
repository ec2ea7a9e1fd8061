//! Reads a name at the prompt of a line that answers calls (mgetty, 6.4): byte by byte, seven bits, with its own keys.
//!
//! It says what to type back and how the line ended; it owns no line. What a PPP or FidoNet program sends is not for
//! it: [`lcp`](super::lcp) and [`mailer`](super::mailer) hear that first.

/// What to do after a byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// Type this back (perhaps nothing) and listen on.
    Echo(Vec<u8>),
    /// The caller begins again: the prompt, not the issue.
    Again,
    /// `^D` with nothing before it, or `^\`.
    Left,
    /// The end of the line; type this back.
    Name {
        /// The name; it may be empty.
        name: Vec<u8>,
        /// It ended with a CR, so that CR and LF must be mapped.
        by_return: bool,
        /// What comes back for the end of the line.
        echo: &'static [u8],
    },
}

const END_OF_FILE: u8 = 0x04;
const INTERRUPT: u8 = 0x03;
const BACKSPACE: u8 = 0x08;
const KILL: u8 = 0x15;
const QUIT: u8 = 0x1c;
const DELETE: u8 = 0x7f;
const RUB_OUT: &[u8] = b"\x08 \x08";

/// Reads one name.
#[derive(Clone, Debug)]
pub struct NameKeys {
    longest: usize,
    name: Vec<u8>,
}

impl NameKeys {
    /// A name of at most so many bytes.
    pub fn new(longest: usize) -> Self {
        Self { longest, name: Vec::new() }
    }

    /// One more byte.
    pub fn feed(&mut self, byte: u8) -> Key {
        // Line noise and break: what eight bits without parity make of silence.
        if byte <= 1 {
            return Key::Echo(Vec::new());
        }
        match byte & 0x7f {
            b'\r' => self.end(true, b"\r\n"),
            b'\n' => self.end(false, b"\n\r"),
            BACKSPACE | DELETE => {
                Key::Echo(if self.name.pop().is_some() { RUB_OUT.to_vec() } else { Vec::new() })
            }
            KILL | INTERRUPT => {
                self.name.clear();
                Key::Again
            }
            END_OF_FILE if self.name.is_empty() => Key::Left,
            QUIT => Key::Left,
            control if control < b' ' => Key::Echo(Vec::new()),
            // A name that begins so would be an option of the login program.
            first @ (b' ' | b'-') if self.name.is_empty() => Key::Echo([&[first], RUB_OUT].concat()),
            letter if self.name.len() >= self.longest => Key::Echo([&[letter], RUB_OUT].concat()),
            letter => {
                self.name.push(letter);
                Key::Echo(vec![letter])
            }
        }
    }

    fn end(&mut self, by_return: bool, echo: &'static [u8]) -> Key {
        Key::Name { name: std::mem::take(&mut self.name), by_return, echo }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What comes back, and the first key that is more than that.
    fn type_in(bytes: &[u8]) -> (Vec<u8>, Option<Key>) {
        let (mut keys, mut out) = (NameKeys::new(63), Vec::new());
        for byte in bytes {
            match keys.feed(*byte) {
                Key::Echo(echo) => out.extend(echo),
                Key::Name { name, by_return, echo } => {
                    out.extend(echo);
                    return (out, Some(Key::Name { name, by_return, echo }));
                }
                key => return (out, Some(key)),
            }
        }
        (out, None)
    }

    fn name(bytes: &[u8]) -> Vec<u8> {
        match type_in(bytes).1 {
            Some(Key::Name { name, .. }) => name,
            other => panic!("no name: {other:?}"),
        }
    }

    #[test]
    fn what_comes_back() {
        assert_eq!(type_in(b"bob\r").0, b"bob\r\n");
        assert_eq!(type_in(b"joe\n").0, b"joe\n\r");
        assert_eq!(type_in(b"-froot\r").0, b"-\x08 \x08froot\r\n");
        assert_eq!(type_in(b"\x08bo\x7f").0, b"bo\x08 \x08");
    }

    #[test]
    fn names() {
        assert_eq!(name(b"-froot\r"), b"froot");
        assert_eq!(name(b" -bo\x08\x7fbobby\r"), b"bobby");
        assert_eq!(name(b"\xe2o\x00\x01b\r"), b"bob");
        assert_eq!(name(&[&[b'a'; 100][..], b"\r"].concat()).len(), 63);
        assert_eq!(name(b"a\x1bb\x11\x13c\x04\r"), b"abc");
        assert_eq!(name(b"\r"), b"");
    }

    #[test]
    fn ways_out() {
        assert_eq!(type_in(b"\x04").1, Some(Key::Left));
        assert_eq!(type_in(b"ab\x1c").1, Some(Key::Left));
        assert_eq!(type_in(b"fobby\x15").1, Some(Key::Again));
        assert_eq!(type_in(b"fobby\x03").1, Some(Key::Again));
    }

    proptest! {
        #[test]
        fn anything_may_be_typed(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
            let mut keys = NameKeys::new(63);
            for byte in bytes {
                if let Key::Name { name, .. } = keys.feed(byte) {
                    prop_assert!(name.len() <= 63);
                    prop_assert!(name.iter().all(|byte| (b' '..0x7f).contains(byte)));
                    prop_assert!(!matches!(name.first(), Some(b' ' | b'-')));
                }
            }
        }
    }
}
