//! What the name of a page's file tells: `ffb00d5f6P0-49-89-x-123.01`.

use super::{FINE, NORMAL};

/// What it tells.
#[derive(Debug, Eq, PartialEq)]
pub struct Name<'a> {
    /// Dots per inch down the page. Superfine pages are called fine.
    pub down: u16,
    /// The last two characters of the line's name.
    pub line: &'a str,
    /// The sender's id, as far as a name can have it; empty: there was none.
    pub sender: &'a str,
    /// Which page of the call, from 1.
    pub page: u16,
    /// Whether the call was cut within this page.
    pub cut: bool,
}

impl<'a> Name<'a> {
    /// Reads the file's name, without directory. None: a page is called otherwise.
    pub fn read(name: &'a [u8]) -> Option<Self> {
        let whole = name.strip_prefix(b".").and_then(|name| name.strip_suffix(b".part"));
        let (down, rest) = match whole.unwrap_or(name) {
            [b'f', b'n', rest @ ..] => (NORMAL, rest),
            [b'f', b'f', rest @ ..] => (FINE, rest),
            _ => return None,
        };
        let (time, rest) = rest.split_at_checked(7)?;
        let dot = rest.iter().rposition(|byte| *byte == b'.').filter(|dot| *dot >= 2)?;
        let (line, sender, page) = (rest.get(..2)?, rest.get(2..dot)?, rest.get(dot + 1..)?);
        let graphic = line.iter().chain(sender).all(u8::is_ascii_graphic);
        let digits = page.iter().all(u8::is_ascii_digit);
        if !time.iter().all(u8::is_ascii_hexdigit) || !graphic || !digits || !(2..=4).contains(&page.len()) {
            return None;
        }
        let text = |part| std::str::from_utf8(part).unwrap_or_default();
        let page = page.iter().fold(0, |page, digit| page * 10 + u16::from(digit - b'0'));
        Some(Self { down, line: text(line), sender: text(sender), page, cut: whole.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_resolution_line_sender_and_page() {
        let name = Name { down: FINE, line: "P0", sender: "-49-89-x-123", page: 1, cut: false };
        assert_eq!(Name::read(b"ffb00d5f6P0-49-89-x-123.01"), Some(name));
        let name = Name { down: NORMAL, line: "s5", sender: "", page: 12, cut: true };
        assert_eq!(Name::read(b".fn5f00d5fs5.12.part"), Some(name));
        for other in
            ["", "page.g3", "ff.01", "ffb00d5f6P0.1", "ffb00d5f6P.01", "ffb00d5gfP0.01", "ffb00d5f6é.01"]
        {
            assert_eq!(Name::read(other.as_bytes()), None, "{other}");
        }
    }
}
