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
    pub fn read(name: &'a str) -> Option<Self> {
        let whole = name.strip_prefix('.').and_then(|name| name.strip_suffix(".part"));
        let (rest, page) = whole.unwrap_or(name).rsplit_once('.')?;
        let (down, rest) = match (rest.strip_prefix("fn"), rest.strip_prefix("ff")) {
            (Some(rest), _) => (NORMAL, rest),
            (_, Some(rest)) => (FINE, rest),
            _ => return None,
        };
        let (time, rest) = (rest.get(..7)?, rest.get(7..)?);
        let (line, sender) = (rest.get(..2)?, rest.get(2..)?);
        let hex = time.bytes().all(|digit| digit.is_ascii_hexdigit());
        let digits = page.len() >= 2 && page.bytes().all(|digit| digit.is_ascii_digit());
        let page = page.parse().ok()?;
        let plain = name.bytes().all(|byte| byte.is_ascii_graphic());
        (hex && digits && plain).then_some(Self { down, line, sender, page, cut: whole.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_resolution_line_sender_and_page() {
        let name = Name { down: FINE, line: "P0", sender: "-49-89-x-123", page: 1, cut: false };
        assert_eq!(Name::read("ffb00d5f6P0-49-89-x-123.01"), Some(name));
        let name = Name { down: NORMAL, line: "s5", sender: "", page: 12, cut: true };
        assert_eq!(Name::read(".fn5f00d5fs5.12.part"), Some(name));
        for other in
            ["", "page.g3", "ff.01", "ffb00d5f6P0.1", "ffb00d5f6P.01", "ffb00d5gfP0.01", "ffb00d5f6é.01"]
        {
            assert_eq!(Name::read(other), None, "{other}");
        }
    }
}
