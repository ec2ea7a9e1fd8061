//! The symbols of a flag field, and what somebody may have meant who wrote another word.

use crate::plan::modes::{Field, Flag, Value};
use std::sync::LazyLock;

/// What a symbol stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    /// A flag.
    Flag(Flag),
    /// One value of a field of several bits.
    Value(Value),
    /// A field's whole mask: its last value, and with `-` all of it.
    Mask(Field),
    /// A speed in bit/s.
    Speed(u32),
    /// The composite.
    Sane,
    /// A line discipline.
    Discipline(u8),
    /// A name that some system's termios has and that polygetty sets nowhere.
    Idle,
}

/// The line discipline of this name. `LDISC0` is the only one (getty_ps, §3.3).
pub fn discipline(word: &[u8]) -> Option<u8> {
    (word == b"LDISC0").then_some(0)
}

/// Speeds for which Linux, FreeBSD or illumos has a constant, in bit/s, and those of MIDI (31250) and DMX (250000).
const SPEEDS: &[u32] = &[
    0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 7200, 9600, 14_400, 19_200, 28_800,
    31_250, 38_400, 57_600, 76_800, 115_200, 153_600, 230_400, 250_000, 307_200, 460_800, 500_000, 576_000,
    921_600, 1_000_000, 1_152_000, 1_500_000, 2_000_000, 2_500_000, 3_000_000, 3_500_000, 4_000_000,
];

/// Names of single systems that neither a console nor a modem line of ours needs.
const IDLE: &[&str] = &[
    "CDTR_IFLOW",
    "CDSR_OFLOW",
    "CCAR_OFLOW",
    "MDMBUF",
    "CIGNORE",
    "CNO_RTSDTR",
    "ONOEOT",
    "ALTWERASE",
    "NOKERNINFO",
    "EXTPROC",
    "SCANCODE",
];

static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let flags = Flag::ALL.iter().map(|f| f.name().to_owned());
    let values = Value::ALL.iter().map(|v| v.name().to_owned());
    let masks = Field::ALL.iter().filter(|f| **f != Field::CharSize).map(|f| f.mask_name().to_owned());
    let speeds = SPEEDS.iter().map(|bps| format!("B{bps}"));
    let others = ["SANE", "XTABS", "EXTA", "EXTB", "LDISC0"].map(str::to_owned);
    flags.chain(values).chain(masks).chain(speeds).chain(others).collect()
});

/// The symbol of this name, spelt exactly.
pub(super) fn symbol(name: &[u8]) -> Option<Symbol> {
    if let Some(digits) = name.strip_prefix(b"B")
        && let Some(bps) = speed(digits)
    {
        return Some(Symbol::Speed(bps));
    }
    match name {
        b"SANE" => return Some(Symbol::Sane),
        b"EXTA" => return Some(Symbol::Speed(19_200)),
        b"EXTB" => return Some(Symbol::Speed(38_400)),
        _ => {}
    }
    let mask = || Field::ALL.iter().find(|f| **f != Field::CharSize && f.mask_name().as_bytes() == name);
    Flag::by_name(name)
        .map(Symbol::Flag)
        .or_else(|| mask().map(|field| Symbol::Mask(*field)))
        .or_else(|| Value::by_name(name).map(Symbol::Value))
        .or_else(|| discipline(name).map(Symbol::Discipline))
        .or_else(|| IDLE.iter().any(|idle| idle.as_bytes() == name).then_some(Symbol::Idle))
}

/// Whether some system has a name for a speed: what a program could ask for before speeds were numbers.
pub(crate) fn is_named_speed(bps: u32) -> bool {
    SPEEDS.binary_search(&bps).is_ok()
}

/// The speed of `B` and these digits. `B09600` is no symbol anywhere.
fn speed(digits: &[u8]) -> Option<u32> {
    if !digits.iter().all(u8::is_ascii_digit)
        || digits.len() > 7
        || (digits.len() > 1 && digits.first() == Some(&b'0'))
    {
        return None;
    }
    let bps = std::str::from_utf8(digits).ok()?.parse().ok()?;
    is_named_speed(bps).then_some(bps)
}

/// Whether a word means something in a flag field, its sign included.
pub(super) fn signed(word: &[u8]) -> Option<(Symbol, bool)> {
    let (name, on) = word.strip_prefix(b"-").map_or((word, true), |name| (name, false));
    let symbol = symbol(name)?;
    // What `-SANE` could do nobody ever said, and the original did not know it.
    (on || symbol != Symbol::Sane).then_some((symbol, on))
}

/// What to write for a word that is no symbol: two symbols that were glued together, or the nearest names.
pub(super) fn suggestion(word: &[u8]) -> Option<String> {
    const LONGEST: usize = 10;
    let text =
        std::str::from_utf8(word).ok().filter(|text| text.is_ascii() && text.len() <= 2 * LONGEST + 2)?;
    if text == "-SANE" {
        return None;
    }
    for at in 1..text.len() {
        let (left, right) = text.split_at(at);
        if signed(left.as_bytes()).is_some() && signed(right.as_bytes()).is_some() {
            return Some(format!("{left} {right}"));
        }
    }
    let (sign, name) = text.strip_prefix('-').map_or(("", text), |name| ("-", name));
    let name = name.to_ascii_uppercase();
    let mut best = 3.min(name.len()); // at most two changes, and never all of the word
    let mut near: Vec<&str> = Vec::new();
    for candidate in NAMES.iter().filter(|c| c.len().abs_diff(name.len()) <= 2) {
        let far = distance(name.as_bytes(), candidate.as_bytes());
        if far < best {
            best = far;
            near.clear();
        }
        if far == best && best < 3.min(name.len()) {
            near.push(candidate);
        }
    }
    near.truncate(3);
    let near: Vec<String> = near.iter().map(|name| format!("{sign}{name}")).collect();
    (!near.is_empty()).then(|| near.join(" or "))
}

/// The candidate that a misspelt word probably means: at most two changes away, and not all of it.
pub(crate) fn nearest<'a>(word: &[u8], candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = 3.min(word.len());
    let word = word.get(..word.len().min(64))?.to_ascii_uppercase();
    let far =
        candidates.map(|candidate| (distance(&word, &candidate.as_bytes().to_ascii_uppercase()), candidate));
    far.filter(|(far, _)| *far < limit).min_by_key(|(far, _)| *far).map(|(_, candidate)| candidate)
}

/// How many bytes must be changed, added or left out to make one word of the other.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut cells = row.iter_mut();
        let (mut corner, mut left) = (i, i + 1);
        if let Some(cell) = cells.next() {
            *cell = left;
        }
        for (y, cell) in b.iter().zip(cells) {
            left = (corner + usize::from(x != y)).min(*cell + 1).min(left + 1);
            corner = std::mem::replace(cell, left);
        }
    }
    row.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_symbol() {
        for name in NAMES.iter() {
            assert!(symbol(name.as_bytes()).is_some(), "{name}");
        }
        assert!(SPEEDS.is_sorted());
        for other in ["B", "B9601", "B09600", "B+50", "B99999999", "sane", "CSIZE", "LDISC1", ""] {
            assert_eq!(symbol(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn gd03_suggestions_are_near_names_or_two_glued_ones() {
        for (word, wanted) in [
            ("HUPCLISIG", Some("HUPCL ISIG")),
            ("PARENB-PARODD", Some("PARENB -PARODD")),
            ("-ISTRIPCLOCAL", Some("-ISTRIP CLOCAL")),
            ("GLOBAL", Some("CLOCAL")),
            ("sane", Some("SANE")),
            ("-ISTRP", Some("-ISTRIP")),
            ("B9601", Some("B9600")),
            ("B5760", Some("B57600")),
            ("FLUMMERY", None),
            ("-SANE", None),
            ("-", None),
            ("", None),
        ] {
            let got = suggestion(word.as_bytes());
            assert_eq!(got.as_deref(), wanted, "{word}");
        }
        assert_eq!(suggestion(b"\xff\xfe"), None);
    }

    #[test]
    fn distances() {
        for (a, b, wanted) in [("", "", 0), ("A", "", 1), ("GLOBAL", "CLOCAL", 2), ("ISTRP", "ISTRIP", 1)] {
            assert_eq!(distance(a.as_bytes(), b.as_bytes()), wanted);
        }
    }
}
