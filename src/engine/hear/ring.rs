//! Rings, and what else a modem says while the telephone rings (§5.1): fed byte by byte.

use super::caller::{Call, Told};
use polygetty_compat::plan::stage::RingWords;
use std::time::Duration;

/// The longest line that is looked at; what is behind is dropped.
const LONGEST: usize = 256;
/// Marks an event of a modem in voice mode.
const DLE: u8 = 0x10;

/// A block of lines about the caller is one ring, and so long at most its further lines may take.
pub const BLOCK: Duration = Duration::from_millis(500);

/// What was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A ring.
    Ring,
    /// The caller's number, in a block of lines; once [`BLOCK`] has passed, or a ring is heard, it counts as one ring.
    Block,
    /// Something about the call, which is no ring.
    Told(Told),
    /// The modem has answered by itself, and the call is up.
    Connect,
    /// A fax machine calls.
    Fax,
    /// The call is over, in the modem's words.
    Failed(&'static str),
    /// A line that tells nothing.
    Other,
}

/// Listens to a line that rings.
#[derive(Clone, Debug)]
pub struct RingEar<'p> {
    /// Our numbers, in the order of the rings they stand for.
    numbers: &'p [Vec<u8>],
    words: &'p RingWords,
    line: Vec<u8>,
    event: bool,
    call: Call,
    distinctive: i32,
    /// The cadence of a ring, a bit for each of its parts.
    cadence: Option<u32>,
}

impl<'p> RingEar<'p> {
    /// Listens for calls of these numbers: the first is distinctive ring 1.
    pub fn new(numbers: &'p [Vec<u8>], words: &'p RingWords) -> Self {
        Self {
            numbers,
            words,
            line: Vec::new(),
            event: false,
            call: Call::default(),
            distinctive: 0,
            cadence: None,
        }
    }

    /// What is known of the call.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// What is known of the call, to be kept.
    pub fn into_call(self) -> Call {
        self.call
    }

    /// Which ring it is; 0 where there is but one, below 0 for an event of a modem in voice mode.
    pub fn distinctive(&self) -> i32 {
        self.distinctive
    }

    /// Whether a line has begun.
    pub fn is_inside(&self) -> bool {
        !self.line.is_empty() || self.event
    }

    /// Another call: all that is known of the last one is forgotten.
    pub fn next_call(&mut self) {
        self.call = Call::default();
        self.distinctive = 0;
        self.cadence = None;
    }

    /// One more byte.
    pub fn feed(&mut self, byte: u8) -> Option<Heard> {
        if std::mem::take(&mut self.event) {
            return self.voice(byte);
        }
        match byte {
            DLE => self.event = true,
            b'\r' | b'\n' => {
                let line = std::mem::take(&mut self.line);
                let said = line.trim_ascii();
                return (!said.is_empty()).then(|| self.said(said));
            }
            _ if self.line.len() < LONGEST => self.line.push(byte),
            _ => {}
        }
        None
    }

    /// An event of voice mode: a ring, or a ring that tells itself from others.
    fn voice(&mut self, code: u8) -> Option<Heard> {
        match code {
            b'R' => {}
            b'h' | b'p' | b'H' | b'P' | b'r' => self.distinctive = -i32::from(code),
            _ => return None,
        }
        Some(Heard::Ring)
    }

    fn said(&mut self, line: &[u8]) -> Heard {
        if let Some(rest) = line.strip_prefix(b"RING") {
            self.ring(rest);
            return Heard::Ring;
        }
        if let Some(tenths) = line.strip_prefix(b"DRON=").or_else(|| line.strip_prefix(b"DROF=")) {
            self.part(tenths);
            return Heard::Other;
        }
        // A word that ends in a carriage return is a whole line.
        if self.words.fax.iter().any(|word| match word.strip_suffix('\r') {
            Some(whole) => line == whole.as_bytes(),
            None => line.starts_with(word.as_bytes()),
        }) {
            return Heard::Fax;
        }
        if let Some(failure) = self.words.over.iter().find(|word| line.starts_with(word.as_bytes())) {
            return Heard::Failed(failure);
        }
        let Some(told) = self.call.hear(line) else { return Heard::Other };
        match told {
            Told::Connect => Heard::Connect,
            // With a cadence, the ring comes by itself.
            Told::Block if self.cadence.is_some() => Heard::Told(Told::Caller),
            Told::Block => Heard::Block,
            _ if line.starts_with(b"FM:") || line.starts_with(b"TO:") => {
                self.by_number();
                Heard::Ring
            }
            told => Heard::Told(told),
        }
    }

    /// One part of a ring's cadence. The first one is a 1, a later one if it is longer than nine tenths of a second.
    fn part(&mut self, tenths: &[u8]) {
        let digits = tenths.trim_ascii().iter().take_while(|byte| byte.is_ascii_digit());
        let tenths = digits
            .fold(0u32, |value, digit| value.saturating_mul(10).saturating_add(u32::from(*digit - b'0')));
        self.cadence = Some(match self.cadence {
            None => 1,
            Some(parts) => (parts << 1) & 0x7fff_ffff | u32::from(tenths > 9),
        });
    }

    /// What stands behind `RING`.
    fn ring(&mut self, rest: &[u8]) {
        if let Some(cadence) = self.cadence {
            self.distinctive = i32::try_from(cadence).unwrap_or(0);
        }
        match rest {
            [b' ', digit @ b'0'..=b'9'] => self.distinctive = i32::from(digit - b'0'),
            [b' ', letter] if letter.is_ascii_alphabetic() => {
                self.distinctive = i32::from(letter.to_ascii_uppercase() - b'A') + 1;
            }
            // RING: 7 DN1 0815 2
            [b':', rest @ ..] => {
                let mut words = words(rest, b' ').skip(1);
                if let Some([b'D', b'N', digit @ b'0'..=b'9', ..]) = words.next() {
                    self.distinctive = i32::from(digit - b'0');
                    self.call.numbers(words.next().unwrap_or_default(), b"");
                }
            }
            [b';', rest @ ..] => {
                let mut fields = rest.split(|byte| *byte == b';');
                self.numbers(fields.next(), fields.next());
            }
            // RING/called, or RING/caller/called
            [b'/', rest @ ..] => {
                let mut fields = rest.split(|byte| *byte == b'/');
                match (fields.next(), fields.next()) {
                    (caller, Some(called)) => self.numbers(caller, Some(called)),
                    (called, None) => self.numbers(None, called),
                }
            }
            [b' ', rest @ ..] if rest.first().is_some_and(u8::is_ascii_digit) => {
                let mut words = words(rest, b' ');
                self.numbers(words.next(), words.next());
            }
            _ => {}
        }
    }

    fn numbers(&mut self, caller: Option<&[u8]>, called: Option<&[u8]>) {
        self.call.numbers(caller.unwrap_or_default(), called.unwrap_or_default());
        if called.is_some() {
            self.by_number();
        }
    }

    /// The ring of the number that was called: a number of ours that it ends in, `/` and what follows left out.
    fn by_number(&mut self) {
        let Some(called) = &self.call.called else { return };
        let called = called.split(|byte| *byte == b'/').next().unwrap_or_default();
        let ours = self.numbers.iter().position(|ours| !ours.is_empty() && called.ends_with(ours));
        self.distinctive = ours.and_then(|at| i32::try_from(at + 1).ok()).unwrap_or(0);
    }
}

fn words(text: &[u8], between: u8) -> impl Iterator<Item = &[u8]> {
    text.split(move |byte| *byte == between).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests;
