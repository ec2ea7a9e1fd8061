//! Finds a chat word in what a line says (getty_ps §5.3, §5.4).

use polygetty_compat::plan::chat::{Atom, Word};

/// How much of what was said is kept to look in. The original wrote without limit into 512 bytes (§11, 10).
const WINDOW: usize = 1024;

/// A word that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The digits at the speed mark, if the word has one and there were any.
    pub digits: Option<Vec<u8>>,
}

/// Looks for one word.
#[derive(Clone, Debug)]
pub struct WordFinder {
    pattern: Vec<Atom>,
    marked: bool,
    /// The bits that count.
    bits: u8,
    window: Vec<u8>,
}

impl WordFinder {
    /// Looks for this word.
    pub fn new(word: &Word) -> Self {
        let bits = if word.exact { 0xff } else { 0x7f };
        let pattern: Vec<Atom> = word
            .pattern
            .iter()
            .map(|atom| match atom {
                Atom::Byte(byte) => Atom::Byte(byte & bits),
                Atom::Speed => Atom::Speed,
            })
            .collect();
        let marked = pattern.contains(&Atom::Speed);
        Self { pattern, marked, bits, window: Vec::new() }
    }

    /// Whether the word is empty, which matches before anything is said.
    pub fn is_empty(&self) -> bool {
        self.pattern.is_empty()
    }

    /// What was heard and did not match, the newest kilobyte of it.
    pub fn heard(&self) -> &[u8] {
        &self.window
    }

    /// One more byte. A word is found with the byte that ends it; a speed mark needs one byte that is no digit
    /// behind it, so `CONNECT\s\A` is found at the CR after `2400` (GPS-41).
    pub fn feed(&mut self, byte: u8) -> Option<Found> {
        if self.window.len() == WINDOW {
            self.window.drain(..WINDOW / 2);
        }
        self.window.push(byte & self.bits);
        if !self.marked {
            let tail = self.window.len().checked_sub(self.pattern.len())?;
            return self.matches_at(tail).map(|(found, _)| found);
        }
        (0..self.window.len()).find_map(|start| {
            let (found, end) = self.matches_at(start)?;
            (end == self.window.len()).then_some(found)
        })
    }

    /// Whether the word begins here, and where it ends.
    fn matches_at(&self, start: usize) -> Option<(Found, usize)> {
        let mut at = start;
        let mut digits = None;
        for (place, atom) in self.pattern.iter().enumerate() {
            match atom {
                Atom::Byte(byte) => {
                    if self.window.get(at)? != byte {
                        return None;
                    }
                    at += 1;
                }
                Atom::Speed => {
                    let rest = self.window.get(at..)?;
                    let run = rest.iter().take_while(|b| b.is_ascii_digit()).count();
                    rest.get(run)?; // not decided before a byte that is no digit
                    if run > 0 {
                        digits = rest.get(..run).map(<[u8]>::to_vec);
                    }
                    at += run;
                    if place + 1 == self.pattern.len() {
                        at += 1;
                    }
                }
            }
        }
        Some((Found { digits }, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn word(text: &str) -> Word {
        let atom = |b| if b == b'#' { Atom::Speed } else { Atom::Byte(b) };
        Word { pattern: text.bytes().map(atom).collect(), ..Word::default() }
    }

    fn first(pattern: &str, said: &[u8]) -> Option<(usize, Option<Vec<u8>>)> {
        let mut finder = WordFinder::new(&word(pattern));
        said.iter().enumerate().find_map(|(i, b)| finder.feed(*b).map(|found| (i, found.digits)))
    }

    #[test]
    fn finds_a_word_anywhere() {
        assert_eq!(first("RING", b"\r\nRRING\r\n"), Some((6, None)));
        assert_eq!(first("OK", b"\xcf\xcb"), Some((1, None)));
        assert_eq!(first("OK", b"O K"), None);
    }

    #[test]
    fn all_bits_count_where_the_word_says_so() {
        let finds = |exact, said: &[u8]| {
            let mut finder = WordFinder::new(&Word { exact, ..word("OK") });
            said.iter().any(|byte| finder.feed(*byte).is_some())
        };
        assert!(finds(false, b"\xcf\xcb") && finds(true, b"\rOK\r"));
        assert!(!finds(true, b"\xcf\xcb") && !finds(true, b"O\xcb"));
        let mut finder = WordFinder::new(&Word { pattern: vec![Atom::Byte(0xff)], exact: true, ..word("") });
        assert!(finder.feed(0x7f).is_none() && finder.feed(0xff).is_some());
    }

    #[test]
    fn the_speed_mark_waits_for_its_end() {
        assert_eq!(first("CONNECT #", b"CONNECT 2400\r"), Some((12, Some(b"2400".to_vec()))));
        assert_eq!(first("CONNECT #", b"CONNECT 2400"), None);
        assert_eq!(first("CONNECT #", b"CONNECT \r"), Some((8, None)));
        assert_eq!(first("C #/A", b"C 14400/ARQ"), Some((8, Some(b"14400".to_vec()))));
        assert_eq!(first("CONNECT #", b"CONNECT 1\x00CONNECT"), Some((9, Some(b"1".to_vec()))));
    }

    proptest! {
        #[test]
        fn noise_neither_panics_nor_grows(noise in proptest::collection::vec(any::<u8>(), 0..4096)) {
            let mut finder = WordFinder::new(&word("CONNECT #"));
            for byte in noise {
                finder.feed(byte);
                prop_assert!(finder.heard().len() <= WINDOW);
            }
        }

        #[test]
        fn a_word_is_found_behind_any_noise(noise in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let mut finder = WordFinder::new(&word("RING"));
            let mut found = false;
            for byte in noise.into_iter().chain(*b"RING") {
                found |= finder.feed(byte).is_some();
            }
            prop_assert!(found);
        }
    }
}
