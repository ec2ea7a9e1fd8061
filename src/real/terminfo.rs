//! What clears a terminal's screen: the terminfo database, else a table of the types that a getty meets.

use super::root::Root;
use polygetty_compat::source::FilePath;
use termini::{StringCapability, TermInfo};

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
            if path.is_file()
                && let Ok(info) = TermInfo::from_path(&path)
            {
                return info.raw_string_cap(StringCapability::ClearScreen).map(without_padding);
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
