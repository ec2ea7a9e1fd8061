//! The modes of a line: flags by name, control characters, speeds in bit/s.
//!
//! [`Attrs`] holds the four words as integers and keeps bits it has no name for. How a speed is
//! encoded, and that illumos stores MIN and TIME where EOF and EOL are, stays inside.

mod read_back;

#[cfg(test)]
mod tests;

use std::fmt;

use crate::Did;
use crate::os;
use crate::symbols::{Cell, ROWS, Row, Symbol, Word, here, symbol};

pub use read_back::{Difference, read_back};

/// A line's modes. Comparing two compares all of it, names or not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Attrs {
    /// i, o, c, l; the control word without its speed bits
    pub(crate) words: [u32; 4],
    pub(crate) chars: [u8; os::modes::CHARS],
    pub(crate) input: u32,
    pub(crate) output: u32,
    pub(crate) discipline: u8,
    /// EOF and EOL, apart from `chars`, for systems where MIN and TIME share their places
    pub(crate) ends: [u8; 2],
    /// MIN (bytes) and TIME (tenths of a second)
    pub(crate) minimum: [u8; 2],
}

/// What the control characters are on a line nobody has touched: the systems agree on these.
const DEFAULT_CHARS: &[(&str, u8)] = &[
    ("INTR", 0x03),
    ("QUIT", 0x1c),
    ("ERASE", 0x7f),
    ("KILL", 0x15),
    ("EOF", 0x04),
    ("START", 0x11),
    ("STOP", 0x13),
    ("SUSP", 0x1a),
    ("WERASE", 0x17),
    ("REPRINT", 0x12),
    ("DISCARD", 0x0f),
    ("LNEXT", 0x16),
];

impl Attrs {
    /// All four words zero, speed 0, default control characters, MIN 1, TIME 0: what a gettydefs
    /// entry starts from.
    pub fn zero() -> Self {
        let disabled = os::modes::DISABLED;
        let mut attrs = Self {
            words: [0; 4],
            chars: [disabled; os::modes::CHARS],
            input: 0,
            output: 0,
            discipline: 0,
            ends: [disabled; 2],
            minimum: [1, 0],
        };
        for (name, value) in DEFAULT_CHARS {
            // Every system has a place for these; a test holds it.
            let _ = attrs.set_char(name, Some(*value));
        }
        attrs
    }

    /// From what the kernel handed out; `words` without speed bits.
    pub(crate) fn from_slots(
        words: [u32; 4],
        chars: [u8; os::modes::CHARS],
        (input, output): (u32, u32),
        discipline: u8,
    ) -> Self {
        let mut attrs = Self { words, chars, input, output, discipline, ..Self::zero() };
        let slot = |at: usize| chars.get(at).copied().unwrap_or(os::modes::DISABLED);
        // With shared places the pair that is stored is the one that ICANON makes the kernel use;
        // the other pair keeps the defaults of `zero` (for EOF, ^D).
        let cooked = attrs.flag("ICANON") == Some(true);
        if cooked || !os::modes::SHARED_SLOTS {
            attrs.ends = [slot(os::modes::EOF), slot(os::modes::EOL)];
        }
        if !cooked || !os::modes::SHARED_SLOTS {
            attrs.minimum = [slot(os::modes::MIN), slot(os::modes::TIME)];
        }
        attrs
    }

    /// The array for the kernel: with shared places, the pair that ICANON asks for.
    pub(crate) fn slots(&self) -> [u8; os::modes::CHARS] {
        let mut chars = self.chars;
        let mut put = |at: usize, value: u8| {
            if let Some(slot) = chars.get_mut(at) {
                *slot = value;
            }
        };
        let cooked = self.flag("ICANON") == Some(true);
        if cooked || !os::modes::SHARED_SLOTS {
            put(os::modes::EOF, self.ends[0]);
            put(os::modes::EOL, self.ends[1]);
        }
        if !cooked || !os::modes::SHARED_SLOTS {
            put(os::modes::MIN, self.minimum[0]);
            put(os::modes::TIME, self.minimum[1]);
        }
        chars
    }

    /// Whether a flag is set (all its bits), or a field holds this value. None: not a flag here.
    pub fn flag(&self, name: &str) -> Option<bool> {
        let bits = |word, mask: u64| u64::from(self.word(word)) & mask;
        match symbol(name) {
            Symbol::Flag { word, mask } => Some(bits(word, mask) == mask),
            Symbol::Value { word, mask, value, .. } => Some(bits(word, mask) == value),
            _ => None,
        }
    }

    /// Sets or clears a flag; a field value (CS7, TAB3) replaces the field, and cleared makes it zero if
    /// it held that value. Speeds and composites are for [`set_speeds`](Self::set_speeds) and the dialect.
    pub fn set_flag(&mut self, name: &str, on: bool) -> Did {
        match symbol(name) {
            Symbol::Flag { word, mask } => {
                let word = self.word_mut(word);
                *word = if on { *word | mask as u32 } else { *word & !(mask as u32) };
            }
            Symbol::Value { word, mask, value, .. } => {
                let word = self.word_mut(word);
                if on {
                    *word = (*word & !(mask as u32)) | value as u32;
                } else if *word & mask as u32 == value as u32 {
                    *word &= !(mask as u32);
                }
            }
            Symbol::Discipline(number) => self.discipline = if on { number } else { 0 },
            Symbol::NoBit(reason) => return Did::Unsupported(reason),
            Symbol::Speed(_) => return Did::Unsupported("a speed is not a flag"),
            Symbol::Composite => return Did::Unsupported("a set of flags that the dialect spells out"),
            Symbol::Unknown => return Did::Unsupported("no system has such a flag"),
        }
        Did::Done
    }

    /// Gives a field the value `name` (CS7, TAB3, NL1): short for setting it as a flag.
    pub fn set_field(&mut self, name: &str) -> Did {
        self.set_flag(name, true)
    }

    /// The name of the value a field holds: `field("CSIZE")` is `CS8` on most lines.
    /// None: no such field here.
    pub fn field(&self, group: &str) -> Option<&'static str> {
        ROWS.iter().find_map(|row| match here(row) {
            Cell::Value(word, of, mask, value) if of == group && self.word(word) & mask == value => {
                Some(row.name)
            }
            _ => None,
        })
    }

    /// Input and output speed in bit/s.
    pub fn speeds(&self) -> (u32, u32) {
        (self.input, self.output)
    }

    /// Sets both speeds in bit/s; an input speed of 0 means the output's. Output 0 hangs the line up.
    pub fn set_speeds(&mut self, input: u32, output: u32) -> Did {
        let input = if input == 0 { output } else { input };
        if !speed_fits(input) || !speed_fits(output) {
            return Did::Unsupported("the system cannot run this speed");
        }
        (self.input, self.output) = (input, output);
        Did::Done
    }

    /// A control character by its termios name without the V: INTR QUIT ERASE KILL EOF EOL EOL2 START
    /// STOP SUSP DSUSP WERASE REPRINT DISCARD LNEXT SWTCH STATUS ERASE2.
    /// None: disabled, or this system has no such character.
    pub fn char(&self, name: &str) -> Option<u8> {
        let value = match name {
            "EOF" => self.ends[0],
            "EOL" => self.ends[1],
            _ => *self.chars.get(os::modes::slot(name)?)?,
        };
        (value != os::modes::DISABLED).then_some(value)
    }

    /// Sets a control character, None disables it.
    pub fn set_char(&mut self, name: &str, value: Option<u8>) -> Did {
        let value = value.unwrap_or(os::modes::DISABLED);
        let place = match name {
            "EOF" => self.ends.first_mut(),
            "EOL" => self.ends.last_mut(),
            _ => os::modes::slot(name).and_then(|slot| self.chars.get_mut(slot)),
        };
        match place {
            Some(place) => *place = value,
            None => return Did::Unsupported("the system has no such control character"),
        }
        Did::Done
    }

    /// MIN (bytes) and TIME (tenths of a second), which count while ICANON is off.
    pub fn min_time(&self) -> (u8, u8) {
        (self.minimum[0], self.minimum[1])
    }

    /// Sets MIN and TIME.
    pub fn set_min_time(&mut self, min: u8, time: u8) {
        self.minimum = [min, time];
    }

    /// The words i, o, c, l as the system's own header counts them. The control word holds the speed's
    /// code where the system keeps it there (Linux, illumos) and the speed has one.
    pub fn words(&self) -> [u64; 4] {
        let [i, o, c, l] = self.words.map(u64::from);
        [i, o, c | u64::from(os::modes::speed_bits(self.input, self.output)), l]
    }

    /// Modes for talking to a modem: every byte passes both ways unchanged, nothing is echoed, a read
    /// returns at one byte. The frame (CS8, parity, speed, flow control wires) stays as it is.
    pub fn raw(mut self) -> Self {
        const OFF: &[&str] = &[
            "IGNBRK", "BRKINT", "PARMRK", "ISTRIP", "INLCR", "IGNCR", "ICRNL", "IXON", "IUCLC", "OPOST",
            "ECHO", "ECHONL", "ICANON", "ISIG", "IEXTEN",
        ];
        for name in OFF {
            // IUCLC is off for good where there is none.
            let _ = self.set_flag(name, false);
        }
        self.set_min_time(1, 0);
        self
    }

    /// Takes over from `now` the bits that no symbol names and those a gettydefs entry cannot mean to
    /// clear: UTF-8 erase and FreeBSD's CNO_RTSDTR (both may be set by the system's owner).
    pub fn keep_unnamed(&mut self, now: &Self) {
        for (at, (word, theirs)) in self.words.iter_mut().zip(now.words).enumerate() {
            let named = ROWS.iter().fold(0, |all, row| match here(row) {
                Cell::Flag(word, mask) | Cell::Value(word, _, mask, _)
                    if word as usize == at && !KEPT.contains(&row.name) =>
                {
                    all | mask
                }
                _ => all,
            });
            *word = (*word & named) | (theirs & !named);
        }
    }

    fn word(&self, word: Word) -> u32 {
        let [i, o, c, l] = self.words;
        match word {
            Word::Input => i,
            Word::Output => o,
            Word::Control => c,
            Word::Local => l,
        }
    }

    fn word_mut(&mut self, word: Word) -> &mut u32 {
        let [i, o, c, l] = &mut self.words;
        match word {
            Word::Input => i,
            Word::Output => o,
            Word::Control => c,
            Word::Local => l,
        }
    }
}

/// Named, yet kept by [`Attrs::keep_unnamed`].
const KEPT: &[&str] = &["IUTF8", "CNO_RTSDTR"];

impl fmt::Debug for Attrs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [i, o, c, l] = self.words();
        write!(f, "Attrs {{ i {i:o}, o {o:o}, c {c:o}, l {l:o}, speeds {}/{}", self.input, self.output)?;
        let set = ROWS.iter().filter(
            |row: &&Row| matches!(here(row), Cell::Flag(word, mask) if self.word(word) & mask == mask),
        );
        for row in set {
            write!(f, " {}", row.name)?;
        }
        write!(f, ", min/time {:?}, chars {:?} }}", self.minimum, self.slots())
    }
}

/// The speeds of the system's constants in bit/s, ascending, 0 first.
pub fn speeds() -> &'static [u32] {
    os::modes::SPEEDS
}

/// Whether the system can be asked for this speed: Linux takes any up to 4 Mbit/s, FreeBSD any (the
/// driver refuses what its chip cannot divide), illumos those of [`speeds`].
pub fn speed_fits(speed: u32) -> bool {
    os::modes::speed_fits(speed)
}

/// The bits of the control word that mean this speed. None: it has no code, or the system keeps
/// speeds elsewhere (FreeBSD).
pub fn speed_code(speed: u32) -> Option<u64> {
    os::modes::speed_code(speed).map(u64::from)
}
