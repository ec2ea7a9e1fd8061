//! Bits in their order, the highest of a byte first.

/// Bits to read.
#[derive(Clone)]
pub struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Bits<'a> {
    /// All of these.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, end: bytes.len().saturating_mul(8) }
    }

    /// Where the next bit is, counted from the beginning.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The next bits, sixteen at most, without taking them; behind the end there are zeros.
    pub(super) fn peek(&self, count: u32) -> u16 {
        let mut next = 0u32;
        for place in 0..3 {
            let byte = self.bytes.get(self.at / 8 + place).copied().unwrap_or(0);
            next = next << 8 | u32::from(byte);
        }
        let mut next = next << (8 + self.at % 8);
        let left = self.end.saturating_sub(self.at);
        if left < 16 {
            next &= !(u32::MAX >> left);
        }
        (next >> (32 - count)) as u16
    }

    /// Takes so many bits; false if there were fewer.
    pub(super) fn skip(&mut self, count: usize) -> bool {
        self.at += count;
        self.at <= self.end
    }

    /// The bits before the next EOL (eleven zeros or more, and a 1), its zeros included, and the EOL is taken. None:
    /// there is no other; nothing is taken.
    pub(super) fn before_eol(&mut self) -> Option<Self> {
        let (mut at, mut zeros) = (self.at, 0);
        while at < self.end {
            let byte = self.bytes.get(at / 8).copied().unwrap_or(0);
            if at % 8 == 0 && byte == 0 {
                (at, zeros) = (at + 8, zeros + 8);
            } else if byte & 0x80 >> (at % 8) == 0 {
                (at, zeros) = (at + 1, zeros + 1);
            } else if zeros >= 11 {
                let line = Self { end: at, ..self.clone() };
                self.at = at + 1;
                return Some(line);
            } else {
                (at, zeros) = (at + 1, 0);
            }
        }
        None
    }

    /// Whether there are nothing but zeros, if anything.
    pub(super) fn is_blank(&self) -> bool {
        let mut rest = self.clone();
        while rest.at < rest.end {
            if rest.peek(16) != 0 {
                return false;
            }
            rest.at += 16;
        }
        true
    }
}

/// Bits that are written.
#[derive(Default)]
pub struct Written {
    bytes: Vec<u8>,
    spare: u32,
}

impl Written {
    /// How many there are.
    pub fn length(&self) -> usize {
        self.bytes.len() * 8 - self.spare as usize
    }

    /// One more.
    pub fn bit(&mut self, set: bool) {
        if self.spare == 0 {
            self.bytes.push(0);
            self.spare = 8;
        }
        self.spare -= 1;
        if let Some(byte) = self.bytes.last_mut() {
            *byte |= u8::from(set) << self.spare;
        }
    }

    /// Those after the number's first 1.
    pub fn code(&mut self, code: u16) {
        for place in (0..code.ilog2()).rev() {
            self.bit(code >> place & 1 == 1);
        }
    }

    /// The last byte is filled with zeros.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
