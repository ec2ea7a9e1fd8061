//! FidoNet mailers that call in place of a person (getty_ps §6.4).

/// TSYNC, with which a mailer of FTS-0001 says that it is there.
const TSYNC: u8 = 0xae;
/// YOOHOO, that of FTS-0006.
const YOOHOO: u8 = 0xf1;

/// Counts the bytes by which mailers say that they are there. It hears across the ends of lines: mailers send
/// CRs between.
#[derive(Clone, Debug, Default)]
pub struct SyncEar {
    tsync: bool,
    yoohoo: bool,
}

impl SyncEar {
    /// Whether a byte, as it came, may be a mailer's: then it is neither echoed nor part of a name.
    pub fn concerns(byte: u8) -> bool {
        matches!(byte, TSYNC | YOOHOO)
    }

    /// One more byte. The second of a kind is a call; the word that the mailer's program is given.
    pub fn feed(&mut self, byte: u8) -> Option<&'static str> {
        let (heard, word) = match byte {
            TSYNC => (&mut self.tsync, "tsync"),
            YOOHOO => (&mut self.yoohoo, "yoohoo"),
            _ => return None,
        };
        std::mem::replace(heard, true).then_some(word)
    }
}

/// The EMSI sequence in a line: from the first `*`, if `EMSI_` in either case comes after it.
pub fn emsi(line: &[u8]) -> Option<&[u8]> {
    const WORD: &[u8] = b"EMSI_";
    let star = line.iter().position(|byte| *byte == b'*')?;
    let sequence = line.get(star..)?;
    sequence.windows(WORD.len()).any(|window| window.eq_ignore_ascii_case(WORD)).then_some(sequence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn first_call(bytes: &[u8]) -> Option<(usize, &'static str)> {
        let mut ear = SyncEar::default();
        bytes.iter().enumerate().find_map(|(at, byte)| Some((at, ear.feed(*byte)?)))
    }

    #[test]
    fn gps_60_the_second_byte_calls() {
        assert_eq!(first_call(b"\xae\xae\xae"), Some((1, "tsync")));
        assert_eq!(first_call(b"\xf1\r\xf1"), Some((2, "yoohoo")));
        assert_eq!(first_call(b"\xae\xf1 bob\r\xf1"), Some((7, "yoohoo")));
        assert_eq!(first_call(b"\xae bob\r"), None);
    }

    #[test]
    fn gps_59_an_emsi_sequence_begins_at_the_first_star() {
        assert_eq!(emsi(b"xx**EMSI_INQC816"), Some(&b"**EMSI_INQC816"[..]));
        assert_eq!(emsi(b"*x*emsi_req"), Some(&b"*x*emsi_req"[..]));
        for line in [&b"EMSI_INQ"[..], b"EMSI_*", b"*EMSI", b""] {
            assert_eq!(emsi(line), None, "{}", line.escape_ascii());
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sent_a_sequence_begins_with_a_star(line in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Some(sequence) = emsi(&line) {
                prop_assert!(sequence.starts_with(b"*") && line.ends_with(sequence));
            }
        }
    }
}
