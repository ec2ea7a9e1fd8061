//! Finds the first bytes by which programs are called, anywhere in what a line says (SCO, 7).

use polygetty_compat::plan::stage::Act;

/// Looks for all acts at once. The one whose bytes are complete first wins; of two at the same byte, the one that
/// stands first in the file.
#[derive(Clone, Debug)]
pub struct SignatureFinder<'a> {
    acts: &'a [Act],
    heard: Vec<u8>,
    longest: usize,
}

impl<'a> SignatureFinder<'a> {
    /// Looks for these. An act without bytes is never found.
    pub fn new(acts: &'a [Act]) -> Self {
        let longest = acts.iter().map(|act| act.bytes.len()).max().unwrap_or(0);
        Self { acts, heard: Vec::with_capacity(longest + 1), longest }
    }

    /// One more byte; the act whose bytes end here.
    pub fn feed(&mut self, byte: u8) -> Option<&'a Act> {
        self.heard.push(byte);
        if self.heard.len() > self.longest {
            self.heard.remove(0); // 32 bytes at most
        }
        self.acts.iter().find(|act| !act.bytes.is_empty() && self.heard.ends_with(&act.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn act(name: &str, bytes: &[u8]) -> Act {
        Act {
            protocol: name.into(),
            program: "/bin/true".into(),
            arguments: Vec::new(),
            bytes: bytes.to_vec(),
            place: String::new(),
        }
    }

    fn found(acts: &[Act], said: &[u8]) -> Option<(String, usize)> {
        let mut finder = SignatureFinder::new(acts);
        said.iter().enumerate().find_map(|(at, byte)| {
            finder.feed(*byte).map(|act| (String::from_utf8_lossy(&act.protocol).into_owned(), at))
        })
    }

    #[test]
    fn noise_in_front_does_no_harm() {
        let acts = [act("PPP", b"\x7e\xff"), act("SLIP", b"\xc0\x45"), act("FAX", b"")];
        assert_eq!(found(&acts, b"\r\nRING\x7e\xff\x7d#"), Some(("PPP".into(), 7)));
        assert_eq!(found(&acts, b"\x7e\x7e\xff"), Some(("PPP".into(), 2)));
        assert_eq!(found(&acts, b"\x7e\x7f\xc0\xc0"), None);
        assert_eq!(found(&[], b"\x7e"), None);
    }

    #[test]
    fn the_first_that_is_complete_wins_and_then_the_first_in_the_file() {
        let acts = [act("long", b"abcd"), act("short", b"bc"), act("same", b"bc")];
        assert_eq!(found(&acts, b"abcd"), Some(("short".into(), 2)));
    }

    proptest! {
        #[test]
        fn it_finds_what_a_search_finds(
            said in proptest::collection::vec(0u8..3, 0..60),
            sought in proptest::collection::vec(0u8..3, 1..5),
        ) {
            let acts = [act("x", &sought)];
            let wanted = said.windows(sought.len()).position(|w| w == sought).map(|at| at + sought.len() - 1);
            prop_assert_eq!(found(&acts, &said).map(|(_, at)| at), wanted);
        }
    }
}
