//! The data of a fax page, as a modem of class 2 or 2.0 sends it (mgetty, 13.3).

const NUL: u8 = 0x00;
const ETX: u8 = 0x03;
const DLE: u8 = 0x10;
const SUB: u8 = 0x1a;

/// The most of what came before a page that is kept for the log.
const KEPT: usize = 64;

/// Takes the data apart, byte by byte: what the modem stuffed goes, and the highest bit of each byte comes first.
#[derive(Clone, Debug)]
pub struct FaxPage {
    swapped: bool,
    state: State,
    /// What came before the page, and is none of it: its beginning.
    pub stray: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the page.
    Before,
    /// In it.
    Within,
    /// In it, behind a DLE.
    Escaped,
    /// Behind it.
    Over,
}

impl FaxPage {
    /// A page that has not begun. `swapped`: the modem sends the lowest bit of each byte first.
    pub fn new(swapped: bool) -> Self {
        Self { swapped, state: State::Before, stray: Vec::new() }
    }

    /// Takes a byte; what it means goes behind `page`, two bytes at most. True: the page is over.
    pub fn feed(&mut self, byte: u8, page: &mut Vec<u8>) -> bool {
        let mut put = |byte: u8| page.push(if self.swapped { byte.reverse_bits() } else { byte });
        self.state = match (self.state, byte) {
            (State::Over, _) | (State::Escaped, ETX) => State::Over,
            (State::Before | State::Within, DLE) => State::Escaped,
            (State::Before, NUL) | (State::Within, _) => {
                put(byte);
                State::Within
            }
            (State::Before, _) => {
                // The end of the line CONNECT is no news.
                if !matches!(byte, b'\r' | b'\n') && self.stray.len() < KEPT {
                    self.stray.push(byte);
                }
                State::Before
            }
            (State::Escaped, DLE) => {
                put(DLE);
                State::Within
            }
            (State::Escaped, SUB) => {
                put(DLE);
                put(DLE);
                State::Within
            }
            (State::Escaped, _) => State::Within,
        };
        self.state == State::Over
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(swapped: bool, bytes: &[u8]) -> (Vec<u8>, bool, Vec<u8>) {
        let (mut ear, mut page) = (FaxPage::new(swapped), Vec::new());
        let over = bytes.iter().fold(false, |_, byte| ear.feed(*byte, &mut page));
        (page, over, ear.stray)
    }

    #[test]
    fn mg_85_what_is_stuffed_goes() {
        let data = [0, 0x10, 0x1a, 0x10, 0x10, 0x80, 0x10, 0x03];
        assert_eq!(page(false, &data), (vec![0, 0x10, 0x10, 0x10, 0x80], true, Vec::new()));
        assert_eq!(page(true, &data).0, [0, 0x08, 0x08, 0x08, 0x01]);
    }

    #[test]
    fn what_comes_before_the_first_nul_is_none_of_it() {
        assert_eq!(page(false, b"\nzz\x00\x01\x10\x03"), (vec![0, 1], true, b"zz".to_vec()));
        // A DLE begins it, too.
        assert_eq!(page(false, b"z\x10\x10\x05\x10\x03"), (vec![0x10, 5], true, b"z".to_vec()));
        assert_eq!(page(false, b"\x10\x03"), (Vec::new(), true, Vec::new()));
        assert_eq!(page(false, &[b'U'; 1000]).2.len(), KEPT);
    }

    #[test]
    fn a_dle_with_anything_else_is_nothing() {
        assert_eq!(page(false, b"\x00\x10\x01\x10\x00\x07"), (vec![0, 7], false, Vec::new()));
        assert_eq!(page(false, b"\x00\x10\x03\x00\x05").0, [0], "and behind its end there is nothing");
    }

    proptest! {
        #[test]
        fn what_a_modem_stuffs_comes_back(data in proptest::collection::vec(any::<u8>(), 0..300), swapped: bool) {
            let sent = [&[0][..], &data].concat();
            let mut stuffed = Vec::new();
            for byte in &sent {
                let byte = if swapped { byte.reverse_bits() } else { *byte };
                stuffed.push(byte);
                if byte == DLE {
                    stuffed.push(DLE);
                }
            }
            stuffed.extend([DLE, ETX]);
            prop_assert_eq!(page(swapped, &stuffed), (sent, true, Vec::new()));
        }
    }
}
