//! Numbers that two gettys on one machine do not share, for waits that must not stay in step.

use std::hash::{BuildHasher, RandomState};

/// A number from 0 to `below - 1`, evenly spread; 0 when `below` is 0. Not for secrets.
pub fn random(below: u32) -> u32 {
    // Every RandomState is keyed from the kernel's generator; its hash of nothing is a fresh draw.
    let draw = RandomState::new().hash_one(0u8) >> 32;
    ((draw * u64::from(below)) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_below_its_bound_and_reaches_every_value() {
        assert_eq!(random(0), 0);
        assert_eq!(random(1), 0);
        let mut seen = [false; 6];
        for _ in 0..1000 {
            seen[random(6) as usize] = true;
        }
        assert_eq!(seen, [true; 6]);
    }
}
