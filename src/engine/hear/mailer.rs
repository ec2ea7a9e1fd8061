//! FidoNet mailers that call in place of a person (getty_ps §6.4; mgetty, 6.5).

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

/// What begins an EMSI packet.
const PACKET: &[u8] = b"**EMSI_";
/// The most of a packet that is kept.
const LONGEST_PACKET: usize = 1000;

/// What a byte is to [`MailerEar`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mail {
    /// Nothing: a key that somebody has pressed.
    Key,
    /// It belongs to a packet that has not ended yet.
    Packet,
    /// A mailer; the word that its program is given: printable, and no longer than 1000 bytes.
    Called(Vec<u8>),
}

/// Listens for mailers among what is typed at a prompt: a single byte calls, or an EMSI packet up to its CR.
#[derive(Clone, Debug, Default)]
pub struct MailerEar {
    /// What may become a packet, and then what it says.
    packet: Vec<u8>,
}

impl MailerEar {
    /// One more byte, all eight bits of it.
    pub fn feed(&mut self, byte: u8) -> Mail {
        let letter = byte & 0x7f;
        if self.packet.len() >= PACKET.len() {
            if letter == b'\r' {
                return Mail::Called(std::mem::take(&mut self.packet));
            }
            if (b' '..0x7f).contains(&letter) && self.packet.len() < LONGEST_PACKET {
                self.packet.push(letter);
            }
            return Mail::Packet;
        }
        match byte {
            TSYNC => return Mail::Called(b"tsync".to_vec()),
            YOOHOO => return Mail::Called(b"yoohoo".to_vec()),
            _ => {}
        }
        if PACKET.get(self.packet.len()) == Some(&letter) {
            self.packet.push(letter);
        } else if letter != b'*' {
            self.packet.clear();
        } else if self.packet.len() > 2 {
            self.packet.truncate(1); // a third star in a row leaves two
        }
        if self.packet.len() < PACKET.len() { Mail::Key } else { Mail::Packet }
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

    /// How many bytes were keys, and the word of the first call.
    fn at_prompt(bytes: &[u8]) -> (usize, Option<Vec<u8>>) {
        let (mut ear, mut keys) = (MailerEar::default(), 0);
        for byte in bytes {
            match ear.feed(*byte) {
                Mail::Key => keys += 1,
                Mail::Packet => {}
                Mail::Called(word) => return (keys, Some(word)),
            }
        }
        (keys, None)
    }

    #[test]
    fn at_a_prompt_one_byte_calls_or_a_packet() {
        assert_eq!(at_prompt(b"bo\xae"), (2, Some(b"tsync".to_vec())));
        assert_eq!(at_prompt(b"\r\xf1"), (1, Some(b"yoohoo".to_vec())));
        let inquiry = Some(b"**EMSI_INQC816".to_vec());
        assert_eq!(at_prompt(b"**EMSI_INQC816\r"), (6, inquiry.clone()));
        assert_eq!(at_prompt(b"x***EMSI_INQC816\r"), (8, inquiry.clone()));
        assert_eq!(at_prompt(b"**EM**EMSI_INQ\x11\nC8\x8016\r"), (10, inquiry));
        assert_eq!(at_prompt(b"**EMSI_\xae\r").1, Some(b"**EMSI_.".to_vec()));
        for nobody in [&b"*EMSI_INQC816\r"[..], b"**emsi_inqc816\r", b"**EMSIINQ\r", b"bob.q\r"] {
            assert_eq!(at_prompt(nobody), (nobody.len(), None), "{}", nobody.escape_ascii());
        }
    }

    proptest! {
        #[test]
        fn no_word_of_a_mailer_is_long_or_unprintable(mut said in proptest::collection::vec(
            prop_oneof![Just(b'*'), any::<u8>()], 0..1200), from in 0usize..1200)
        {
            let from = from.min(said.len());
            said.splice(from..from, PACKET.iter().copied());
            let mut ear = MailerEar::default();
            for byte in said.into_iter().chain([b'\r']) {
                if let Mail::Called(word) = ear.feed(byte) {
                    prop_assert!(word.len() <= LONGEST_PACKET && word.len() > 4);
                    prop_assert!(word.iter().all(|byte| (b' '..0x7f).contains(byte)));
                }
            }
        }

        #[test]
        fn whatever_is_sent_a_sequence_begins_with_a_star(line in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Some(sequence) = emsi(&line) {
                prop_assert!(sequence.starts_with(b"*") && line.ends_with(sequence));
            }
        }
    }
}
