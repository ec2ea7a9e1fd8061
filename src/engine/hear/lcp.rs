//! Tells a PPP caller by its first LCP frame (mgetty, 6.5): `7e ff 03 c0 21`, each byte but the first perhaps escaped.
//!
//! What may be the beginning of a frame is held back: it is not typed back to a caller that would take it for a looped
//! line, and it is given back if no frame comes of it.

/// What to do after a byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// These bytes are no frame's: read them as what a person types.
    Passed(Vec<u8>),
    /// It may be one; listen on.
    Held,
    /// A PPP caller.
    Lcp,
}

/// Escapes the byte behind it, which then has bit 5 changed.
const ESCAPE: u8 = 0x7d;
const FLAG: u8 = 0x7e;
/// What follows the flag: address, control, LCP.
const HEAD: [u8; 4] = [0xff, 0x03, 0xc0, 0x21];

/// Listens for a frame.
#[derive(Clone, Debug, Default)]
pub struct LcpEar {
    /// What was heard since the flag, as it came.
    held: Vec<u8>,
    /// How much of the head was heard; the flag is 1.
    level: usize,
    escaped: bool,
}

impl LcpEar {
    /// One more byte, all eight bits of it.
    pub fn feed(&mut self, byte: u8) -> Frame {
        if self.level == 0 && byte != FLAG {
            // An escape in front of a flag is of no frame.
            return Frame::Passed(vec![byte]);
        }
        self.held.push(byte);
        if byte == ESCAPE && !self.escaped && self.level > 0 {
            self.escaped = true;
            return self.bounded();
        }
        let meant = if std::mem::take(&mut self.escaped) { byte ^ 0x20 } else { byte };
        if meant == FLAG && byte == FLAG {
            // A flag may be repeated, and always begins anew.
            let before = self.held.len() - 1;
            let passed: Vec<u8> =
                if self.level > 1 { self.held.drain(..before).collect() } else { Vec::new() };
            if self.level <= 1 {
                self.held.truncate(1);
            }
            self.level = 1;
            return if passed.is_empty() { Frame::Held } else { Frame::Passed(passed) };
        }
        match self.level.checked_sub(1).and_then(|at| HEAD.get(at)) {
            Some(wanted) if *wanted == meant => {
                self.level += 1;
                if self.level > HEAD.len() {
                    self.level = 0;
                    self.held.clear();
                    return Frame::Lcp;
                }
                Frame::Held
            }
            _ => self.give_back(),
        }
    }

    /// What was heard so far is not given back if no frame comes of it: nobody has typed it.
    pub fn forget(&mut self) {
        self.held.clear();
    }

    /// What is held back still, when nothing more comes.
    pub fn give_up(&mut self) -> Vec<u8> {
        self.level = 0;
        self.escaped = false;
        std::mem::take(&mut self.held)
    }

    fn give_back(&mut self) -> Frame {
        Frame::Passed(self.give_up())
    }

    /// Escapes without end are no frame.
    fn bounded(&mut self) -> Frame {
        if self.held.len() > 2 * HEAD.len() + 2 { self.give_back() } else { Frame::Held }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What passes, and whether a frame was heard.
    fn hear(bytes: &[u8]) -> (Vec<u8>, bool) {
        let (mut ear, mut passed) = (LcpEar::default(), Vec::new());
        for byte in bytes {
            match ear.feed(*byte) {
                Frame::Passed(bytes) => passed.extend(bytes),
                Frame::Held => {}
                Frame::Lcp => return (passed, true),
            }
        }
        passed.extend(ear.give_up());
        (passed, false)
    }

    #[test]
    fn frames_plain_and_escaped() {
        for frame in [
            &b"\x7e\xff\x03\xc0\x21"[..],
            b"\x7e\xff\x7d\x23\xc0\x21",
            b"\x7e\x7d\xdf\x7d\x23\xc0\x21",
            b"\x7e\x7e\xff\x03\xc0\x21",
        ] {
            assert_eq!(hear(frame), (Vec::new(), true), "{frame:x?}");
        }
        for other in
            [&b"\x7e\xff\x7d\x23\xc0\x23"[..], b"\xff\x7d\x23\xc0\x21", b"~bob\r", b"\x7d\x7e\xff\x03bob"]
        {
            assert_eq!(hear(other), (other.to_vec(), false), "{other:x?}");
        }
        assert_eq!(hear(b"joe\x7e\xff\x03\xc0\x21"), (b"joe".to_vec(), true));
        assert_eq!(hear(b"\x7e\xff\x7e\xff\x03\xc0\x21"), (b"\x7e\xff".to_vec(), true));
    }

    #[test]
    fn what_is_forgotten_may_still_begin_a_frame() {
        let heard = |bytes: &[u8], more: &[u8]| {
            let mut ear = LcpEar::default();
            assert!(bytes.iter().all(|byte| ear.feed(*byte) == Frame::Held));
            ear.forget();
            more.iter().fold(None, |_, byte| Some(ear.feed(*byte)))
        };
        assert_eq!(heard(b"\x7e\xff\x03", b"\xc0\x21"), Some(Frame::Lcp));
        assert_eq!(heard(b"\x7e\xff\x7d", b"\x23\xc0\x21"), Some(Frame::Lcp));
        assert_eq!(heard(b"\x7e", b"\x7e\xff\x03\xc0\x21"), Some(Frame::Lcp));
        assert_eq!(heard(b"\x7e\xff", b"\x7e\xff\x03\xc0\x21"), Some(Frame::Lcp));
        assert_eq!(heard(b"\x7e\xff", b"b"), Some(Frame::Passed(b"b".to_vec())));
        assert_eq!(heard(b"\x7e", b"\xffb"), Some(Frame::Passed(b"\xffb".to_vec())));
    }

    proptest! {
        #[test]
        fn what_is_no_frame_comes_back_whole(bytes in proptest::collection::vec(
            prop_oneof![Just(0x7eu8), Just(0x7d), Just(0xff), Just(0x03), Just(0xc0), any::<u8>()], 0..60))
        {
            let (passed, lcp) = hear(&bytes);
            if !lcp {
                // Flags repeated in front of a frame are one flag.
                let squeeze = |bytes: &[u8]| {
                    let mut out: Vec<u8> = Vec::new();
                    for byte in bytes {
                        if !(*byte == 0x7e && out.last() == Some(&0x7e)) {
                            out.push(*byte);
                        }
                    }
                    out
                };
                prop_assert_eq!(squeeze(&passed), squeeze(&bytes));
            }
        }
    }
}
