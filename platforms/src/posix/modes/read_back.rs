//! What a driver did with the modes it was given.
//!
//! Setting modes succeeds even when the driver takes only part of them (a Linux pty forces CS8 and
//! drops PARENB; FreeBSD masks unknown bits), so the line is read again and compared.

use std::fmt;

use super::Attrs;
use crate::os;
use crate::symbols::{Cell, ROWS, Word, here};

/// One thing the line did not keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// what was asked for: `CS7`, `PARENB`, `-IXON`, `output speed 31250`, `INTR 03`
    pub asked: String,
    /// what the line has instead, in the same form
    pub kept: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "asked for {}, the line has {}", self.asked, self.kept)
    }
}

/// Bits that report what is going on rather than what was asked for.
const STATES: &[&str] = &["FLUSHO", "PENDIN"];

/// Everything in `want` that `got` does not have, fields first as one item each, then flags, speeds
/// and control characters. Empty: the line took it all.
pub fn read_back(want: &Attrs, got: &Attrs) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut told = [0u32; 4];
    fields(want, got, &mut told, &mut found);
    flags(want, got, &mut told, &mut found);
    for (name, asked, kept) in
        [("input speed", want.input, got.input), ("output speed", want.output, got.output)]
    {
        if asked != kept {
            found.push(Difference { asked: format!("{name} {asked}"), kept: format!("{name} {kept}") });
        }
    }
    for (name, _) in os::modes::SLOTS {
        let (asked, kept) = (want.char(name), got.char(name));
        // Where EOF and EOL share their places with MIN and TIME, a raw line cannot show them.
        let hidden = os::modes::SHARED_SLOTS
            && matches!(*name, "EOF" | "EOL")
            && !(want.flag("ICANON") == Some(true) && got.flag("ICANON") == Some(true));
        if asked != kept && !hidden {
            found.push(Difference { asked: key(name, asked), kept: key(name, kept) });
        }
    }
    found
}

fn key(name: &str, value: Option<u8>) -> String {
    match value {
        Some(value) => format!("{name} {value:02x}"),
        None => format!("{name} off"),
    }
}

fn fields(want: &Attrs, got: &Attrs, told: &mut [u32; 4], found: &mut Vec<Difference>) {
    for row in ROWS {
        let Cell::Value(word, group, mask, _) = here(row) else { continue };
        let first_of_group = claim(told, word, mask) != 0;
        if first_of_group && (want.word(word) ^ got.word(word)) & mask != 0 {
            let shown = |attrs: &Attrs| attrs.field(group).unwrap_or(group).to_owned();
            found.push(Difference { asked: shown(want), kept: shown(got) });
        }
    }
}

fn flags(want: &Attrs, got: &Attrs, told: &mut [u32; 4], found: &mut Vec<Difference>) {
    for row in ROWS {
        let Cell::Flag(word, mask) = here(row) else { continue };
        let new = claim(told, word, mask);
        let differ = (want.word(word) ^ got.word(word)) & new;
        if differ == 0 || STATES.contains(&row.name) {
            continue;
        }
        let shown = |attrs: &Attrs| {
            let sign = if attrs.word(word) & differ == 0 { "-" } else { "" };
            format!("{sign}{}", row.name)
        };
        found.push(Difference { asked: shown(want), kept: shown(got) });
    }
    for (word, name) in
        [(Word::Input, "input"), (Word::Output, "output"), (Word::Control, "control"), (Word::Local, "local")]
    {
        let told = told.get(word as usize).copied().unwrap_or(0);
        let differ = (want.word(word) ^ got.word(word)) & !told;
        if differ != 0 {
            let shown = |attrs: &Attrs| format!("{name} bits {:#o}", attrs.word(word) & differ);
            found.push(Difference { asked: shown(want), kept: shown(got) });
        }
    }
}

/// Marks bits as spoken for; answers those that nobody spoke for before.
fn claim(told: &mut [u32; 4], word: Word, mask: u32) -> u32 {
    let Some(told) = told.get_mut(word as usize) else { return 0 };
    let new = mask & !*told;
    *told |= mask;
    new
}
