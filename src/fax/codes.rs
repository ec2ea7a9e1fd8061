//! The codes for runs of dots of one colour, tables 2 and 3 of T.4.

/// A colour's codes: runs of 0 to 63 dots, which end a run, then 64, 128 and so on to 2560, which another follows. Each
/// is a number of one 1 and the code's bits after it, so that leading zeros count.
pub(super) type Codes = [u16; 104];

/// The longest code has so many bits.
const LONGEST: u32 = 13;

pub(super) const WHITE: Codes = codes(
    "00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101 101010 \
     101011 0100111 0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011 0100100 0011000 00000010 \
     00000011 00011010 00011011 00010010 00010011 00010100 00010101 00010110 00010111 00101000 00101001 00101010 \
     00101011 00101100 00101101 00000100 00000101 00001010 00001011 01010010 01010011 01010100 01010101 00100100 \
     00100101 01011000 01011001 01011010 01011011 01001010 01001011 00110010 00110011 00110100 \
     11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100 011001101 \
     011010010 011010011 011010100 011010101 011010110 011010111 011011000 011011001 011011010 011011011 \
     010011000 010011001 010011010 011000 010011011 \
     00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110 \
     000000010111 000000011100 000000011101 000000011110 000000011111 ",
);

pub(super) const BLACK: Codes = codes(
    "0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111 000011000 \
     0000010111 0000011000 0000001000 00001100111 00001101000 00001101100 00000110111 00000101000 00000010111 \
     00000011000 000011001010 000011001011 000011001100 000011001101 000001101000 000001101001 000001101010 \
     000001101011 000011010010 000011010011 000011010100 000011010101 000011010110 000011010111 000001101100 \
     000001101101 000011011010 000011011011 000001010100 000001010101 000001010110 000001010111 000001100100 \
     000001100101 000001010010 000001010011 000000100100 000000110111 000000111000 000000100111 000000101000 \
     000001011000 000001011001 000000101011 000000101100 000001011010 000001100110 000001100111 \
     0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100 \
     0000001101101 0000001001010 0000001001011 0000001001100 0000001001101 0000001110010 0000001110011 \
     0000001110100 0000001110101 0000001110110 0000001110111 0000001010010 0000001010011 0000001010100 \
     0000001010101 0000001011010 0000001011011 0000001100100 0000001100101 \
     00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110 \
     000000010111 000000011100 000000011101 000000011110 000000011111 ",
);

/// Reads the table; each code is followed by a blank.
#[allow(clippy::indexing_slicing)] // the compiler looks, for this runs in it alone
const fn codes(text: &str) -> Codes {
    let text = text.as_bytes();
    let mut codes = [1; 104];
    let (mut at, mut code) = (0, 0);
    while at < text.len() {
        match text[at] {
            b' ' => code += 1,
            bit => codes[code] = codes[code] << 1 | (bit & 1) as u16,
        }
        at += 1;
    }
    assert!(code == 104);
    codes
}

/// How many dots the code stands for that has this place in the table.
fn run(place: usize) -> u16 {
    let place = place as u16;
    if place < 64 { place } else { (place - 63) * 64 }
}

/// A colour's codes as they are met: what the next 13 bits begin with.
pub(super) struct Runs(Vec<(u8, u16)>);

impl Runs {
    pub(super) fn of(codes: &Codes) -> Self {
        let mut met = vec![(0, 0); 1 << LONGEST];
        for (place, code) in codes.iter().enumerate() {
            let length = code.ilog2();
            let spare = LONGEST - length;
            let first = usize::from(code ^ 1 << length) << spare;
            for entry in met.iter_mut().skip(first).take(1 << spare) {
                *entry = (length as u8, run(place));
            }
        }
        Self(met)
    }

    /// The dots of the run that begins here, all its codes taken. None: no code, which has no place in a line.
    pub(super) fn next(&self, bits: &mut super::bits::Bits) -> Option<u32> {
        let mut dots = 0u32;
        loop {
            let (length, run) = *self.0.get(usize::from(bits.peek(LONGEST)))?;
            if length == 0 || !bits.skip(usize::from(length)) {
                return None;
            }
            // However many codes there are, they are bits that are there.
            dots = dots.saturating_add(u32::from(run));
            if run < 64 {
                return Some(dots);
            }
        }
    }
}

/// The codes for so many dots, in their order.
pub(super) fn of_run(codes: &Codes, mut dots: u16) -> Vec<u16> {
    let mut told = Vec::new();
    while dots >= 64 {
        let place = 63 + usize::from(dots / 64).min(40);
        told.extend(codes.get(place));
        dots -= run(place);
    }
    told.extend(codes.get(usize::from(dots)));
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fax::bits::{Bits, Written};

    #[test]
    fn no_code_begins_another_nor_an_end_of_line() {
        for codes in [WHITE, BLACK] {
            for (place, code) in codes.iter().enumerate() {
                for other in codes.iter().skip(place + 1).chain(&[1 << 11]) {
                    let spare = code.ilog2().abs_diff(other.ilog2());
                    assert_ne!(*code.min(other), code.max(other) >> spare, "{code:b} {other:b}");
                }
            }
        }
    }

    #[test]
    fn every_run_is_read_as_it_is_written() {
        for codes in [WHITE, BLACK] {
            let runs = Runs::of(&codes);
            for dots in 0..=6000 {
                let mut written = Written::default();
                of_run(&codes, dots).iter().for_each(|code| written.code(*code));
                let length = written.length();
                let bytes = written.into_bytes();
                let mut bits = Bits::new(&bytes);
                assert_eq!(runs.next(&mut bits), Some(u32::from(dots)));
                assert_eq!(bits.at(), length);
            }
        }
    }
}
