//! A page as PNG. The crate for it adds 84 KB to a release; this format's floor is small: a page is two colours, each
//! line is told by what differs from the one above, and what is left is mostly runs of one byte.

use super::page::Page;
use super::{ACROSS, NORMAL};

/// What each picture begins with.
pub const BEGINS: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// The picture. Of a page in normal resolution each line stands twice: its dots are twice as high as wide, which few
/// viewers mind. `down` is in dots per inch.
pub fn png(page: &Page, down: u16) -> Vec<u8> {
    let times = if down == NORMAL { 2 } else { 1 };
    let down = down * times;
    let height = page.lines * u32::from(times);
    let mut out = BEGINS.to_vec();
    let mut header = [u32::from(page.width).to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([1, 0, 0, 0, 0]); // bits of a dot; grey; deflate; filters by line; not interlaced
    chunk(&mut out, b"IHDR", &header);
    let metre = |dots: u16| (u32::from(dots) * 10_000 / 254).to_be_bytes();
    let mut size = [metre(ACROSS), metre(down)].concat();
    size.push(1); // per metre
    chunk(&mut out, b"pHYs", &size);
    chunk(&mut out, b"IDAT", &packed(&differences(page, times)));
    chunk(&mut out, b"IEND", &[]);
    out
}

/// How many lines the picture of a page has.
pub fn height(page: &Page, down: u16) -> u32 {
    page.lines * if down == NORMAL { 2 } else { 1 }
}

/// Filter "up": what to add to the line above; above the first is nothing, which is black.
fn differences(page: &Page, times: u16) -> Vec<u8> {
    let width = page.line_bytes();
    let mut out = Vec::new();
    let mut above = vec![0; width];
    for dots in page.dots.chunks(width.max(1)) {
        for _ in 0..times {
            out.extend([2]);
            for (above, dots) in above.iter_mut().zip(dots) {
                out.push((!dots).wrapping_sub(*above));
                *above = !dots;
            }
        }
    }
    out
}

/// As zlib has it (RFC 1950): one block of deflate (RFC 1951) with its built-in codes, where a run of one byte is that
/// byte, and lengths to go back by one.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Packed { bytes: vec![0x78, 0x01], bits: 0, count: 0 };
    out.number(0b011, 3); // the last block; built-in codes
    let (mut low, mut high) = (1u32, 0u32);
    let mut rest = bytes.iter().peekable();
    while let Some(byte) = rest.next() {
        out.symbol(u32::from(*byte));
        let mut again = 0;
        while again < 258 && rest.next_if_eq(&byte).is_some() {
            again += 1;
        }
        for _ in 0..=again {
            low = (low + u32::from(*byte)) % 65521;
            high = (high + low) % 65521;
        }
        match again {
            0..3 => (0..again).for_each(|_| out.symbol(u32::from(*byte))),
            length => out.back_by_one(length),
        }
    }
    out.symbol(256);
    out.number(0, 7);
    out.bytes.extend((high << 16 | low).to_be_bytes());
    out.bytes
}

/// Bits as deflate packs them, the lowest of a byte first.
struct Packed {
    bytes: Vec<u8>,
    bits: u32,
    count: u32,
}

impl Packed {
    fn number(&mut self, value: u32, length: u32) {
        self.bits |= value << self.count;
        self.count += length;
        while self.count >= 8 {
            self.bytes.push(self.bits as u8);
            self.bits >>= 8;
            self.count -= 8;
        }
    }

    /// A code, whose highest bit comes first.
    fn code(&mut self, code: u32, length: u32) {
        self.number(code.reverse_bits() >> (32 - length), length);
    }

    /// A byte (below 256), the end (256), or a length by its code.
    fn symbol(&mut self, symbol: u32) {
        match symbol {
            0..144 => self.code(0x30 + symbol, 8),
            144..256 => self.code(0x190 + symbol - 144, 9),
            256..280 => self.code(symbol - 256, 7),
            _ => self.code(0xc0 + symbol - 280, 8),
        }
    }

    /// The last byte again, 3 to 258 times.
    fn back_by_one(&mut self, length: u32) {
        let from_3 = length - 3;
        match from_3 {
            255 => self.symbol(285),
            0..8 => self.symbol(257 + from_3),
            _ => {
                // Four codes for each number of further bits.
                let further = from_3.ilog2() - 2;
                self.symbol(257 + 4 * further + (from_3 >> further));
                self.number(from_3 & ((1 << further) - 1), further);
            }
        }
        self.code(0, 5); // a distance of 1
    }
}

fn chunk(out: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    out.extend((data.len() as u32).to_be_bytes());
    let from = out.len();
    out.extend(name);
    out.extend(data);
    let sum = crc(out.get(from..).unwrap_or_default());
    out.extend(sum.to_be_bytes());
}

fn crc(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = sum >> 1 ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 };
        }
    }
    !sum
}

#[cfg(test)]
mod tests;
