//! What clears a terminal's screen: the terminfo database, else a table of the types that a getty meets.

use super::reader::read_regular;
use super::root::Root;
use polygetty_compat::source::FilePath;

/// Where the database may be; each holds `v/vt100`, or `76/vt100` on file systems that fold case.
const PLACES: &[&str] = &[
    "/etc/terminfo",
    "/lib/terminfo",
    "/usr/share/terminfo",
    "/usr/local/share/terminfo",
    "/usr/share/misc/terminfo",
];

const ANSI: &[u8] = b"\x1b[H\x1b[J";
const SUN: &[u8] = b"\x0c";

/// Types known without a database.
const BUILT_IN: &[(&str, &[u8])] = &[
    ("vt100", ANSI),
    ("vt102", ANSI),
    ("vt220", ANSI),
    ("vt320", ANSI),
    ("linux", ANSI),
    ("xterm", b"\x1b[H\x1b[2J"),
    ("ansi", ANSI),
    ("cons25", ANSI),
    ("at386", b"\x1b[2J\x1b[H"),
    ("sun", SUN),
    ("wyse50", b"\x1b+"),
    ("wy50", b"\x1b+"),
    ("wyse60", b"\x1b+"),
    ("wy60", b"\x1b+"),
];

/// No entry is longer: each of its sizes has 15 bits.
const LONGEST: usize = 1 << 19;
/// The place of `clear` among an entry's strings.
const CLEAR: usize = 5;

/// The `clear` of a compiled entry (term(5)): sizes, names, flags, numbers of two bytes or four, places of strings,
/// strings. `None`: that is no entry; inside, one that cannot clear.
fn clear_of(entry: &[u8]) -> Option<Option<&[u8]>> {
    let word = |at: usize| entry.get(at..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes));
    let size = |at: usize| word(at).filter(|size| *size < 1 << 15).map(usize::from);
    let width = match word(0)? {
        0o432 => 2,
        0o1036 => 4,
        _ => return None,
    };
    let (names, flags, numbers, strings) = (size(2)?, size(4)?, size(6)?, size(8)?);
    if names == 0 || entry.get(12 + names - 1) != Some(&0) {
        return None;
    }
    let places = (12 + names + flags).next_multiple_of(2) + width * numbers;
    let table = entry.get(places + 2 * strings..)?.get(..size(10)?)?;
    if strings <= CLEAR {
        return Some(None);
    }
    match word(places + 2 * CLEAR)? {
        0xfffe.. => Some(None), // absent, or cancelled
        place => Some(table.get(usize::from(place)..)?.split(|byte| *byte == 0).next()),
    }
}

/// What clears the screen of this type; `None` if it is unknown or cannot be cleared.
pub(super) fn clear_screen(root: &Root, term: &[u8]) -> Option<Vec<u8>> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-+._".contains(byte);
    if term.is_empty() || term.len() > 64 || term.first() == Some(&b'.') || !term.iter().all(plain) {
        return None; // the name becomes a path
    }
    let name = std::str::from_utf8(term).ok()?;
    let first = *term.first()?;
    for place in PLACES {
        for folder in [char::from(first).to_string(), format!("{first:02x}")] {
            let path = root.file(&FilePath::from(format!("{place}/{folder}/{name}").as_str()));
            let entry = read_regular(&path, LONGEST).unwrap_or_default();
            if let Some(clear) = clear_of(&entry) {
                return clear.map(without_padding);
            }
        }
    }
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, clear)| clear.to_vec())
}

/// Takes `$<50>` and the like away.
fn without_padding(capability: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = capability;
    while let Some((byte, after)) = rest.split_first() {
        if let Some(end) = rest.strip_prefix(b"$<").and_then(|delay| delay.iter().position(|b| *b == b'>')) {
            rest = rest.get(end + 3..).unwrap_or(&[]);
            continue;
        }
        out.push(*byte);
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A compiled entry with numbers of so many bytes.
    fn entry(width: u8, names: &[u8], flags: u8, strings: &[u16], table: &[u8]) -> Vec<u8> {
        let magic: u16 = if width == 2 { 0o432 } else { 0o1036 };
        let mut entry = magic.to_le_bytes().to_vec();
        for size in [names.len(), usize::from(flags), 3, strings.len(), table.len()] {
            entry.extend(u16::try_from(size).unwrap().to_le_bytes());
        }
        entry.extend(names);
        entry.resize((entry.len() + usize::from(flags)).next_multiple_of(2), 1);
        entry.resize(entry.len() + 3 * usize::from(width), 7);
        entry.extend(strings.iter().flat_map(|place| place.to_le_bytes()));
        entry.extend(table);
        entry
    }

    #[test]
    fn entries_of_both_widths_odd_and_even() {
        const NONE: u16 = 0xffff;
        for width in [2, 4] {
            for (names, flags) in [(&b"a|b\0"[..], 4), (b"abc|d\0", 5), (b"a|bc\0", 4), (b"a|bc\0", 3)] {
                let of = |strings: &[u16]| entry(width, names, flags, strings, b"x\0\x1b[J$<5>\0y\0");
                let whole = of(&[0, NONE, 0, 0, 0, 2, NONE]);
                assert_eq!(clear_of(&whole), Some(Some(&b"\x1b[J$<5>"[..])), "{width} {names:?} {flags}");
                assert_eq!(clear_of(&of(&[0, 0, 0, 0, 0, NONE])), Some(None));
                assert_eq!(clear_of(&of(&[0, 0, 0, 0, 0, 0xfffe])), Some(None));
                assert_eq!(clear_of(&of(&[0, 0])), Some(None));
                assert_eq!(clear_of(&of(&[0, 0, 0, 0, 0, 99])), None, "beyond the strings");
                for end in 0..whole.len() {
                    assert_eq!(clear_of(whole.get(..end).unwrap()), None, "cut at {end}");
                }
            }
        }
        assert_eq!(clear_of(b"#!/bin/sh\n"), None);
        assert_eq!(clear_of(&entry(2, b"", 0, &[0; 6], b"x\0")), None);
    }

    #[test]
    fn gps_31_vt100_is_cleared_without_padding() {
        assert_eq!(without_padding(b"\x1b[H\x1b[J$<50>"), ANSI);
        assert_eq!(without_padding(b"$<5*/>a$b$<"), b"a$b$<");
        let empty = tempfile::tempdir().unwrap();
        let root = Root::below(empty.path());
        assert_eq!(clear_screen(&root, b"vt100").as_deref(), Some(ANSI));
        assert_eq!(clear_screen(&root, b"nosuchterm"), None);
        assert_eq!(clear_screen(&root, b"../../etc/passwd"), None);
        assert_eq!(clear_screen(&Root::default(), b"vt100").as_deref(), Some(ANSI));
    }
}
