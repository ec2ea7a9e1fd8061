//! What a page of a fax is, for people and for programs.

use crate::fax::name::Name;
use crate::fax::page::Page;
use crate::fax::png::height;
use crate::fax::{ACROSS, FINE};
use polygetty_compat::source::FilePath;
use serde::{Serialize, Serializer};
use std::fmt::{self, Write};

/// A page, and what is known of it besides.
pub struct Told<'a> {
    /// The file it is in.
    pub file: &'a FilePath,
    /// The page itself.
    pub page: &'a Page,
    /// What the file's name tells.
    pub name: Option<Name<'a>>,
    /// Which page of the file; none: the file is one page.
    pub number: Option<usize>,
    /// Dots per inch down the page, if anything tells them.
    pub down: Option<u16>,
    /// Where it was drawn.
    pub drawn: Option<FilePath>,
}

impl Told<'_> {
    /// Dots per inch down the page; of a page that does not tell, the more common ones.
    pub fn down(&self) -> u16 {
        self.down.unwrap_or(FINE)
    }

    fn number(&self) -> Option<usize> {
        self.number.or(self.name.as_ref().map(|name| usize::from(name.page)))
    }

    /// In words.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // A string takes whatever is written.
        let _ = self.tell(&mut text);
        text
    }

    fn tell(&self, text: &mut String) -> fmt::Result {
        let page = self.page;
        write!(text, "{}:", self.file)?;
        if let Some(number) = self.number() {
            write!(text, " page {number},")?;
        }
        if let Some(name) = &self.name {
            write!(text, " line {},", name.line)?;
            if !name.sender.is_empty() {
                write!(text, " from {},", name.sender)?;
            }
        }
        let (across, down) = (u32::from(ACROSS), u32::from(self.down()));
        let width = u32::from(page.width);
        let millimetres = |dots: u32, inch: u32| dots * 254 / (inch.max(1) * 10);
        let (wide, high) = (millimetres(width, across), millimetres(page.lines, down));
        write!(
            text,
            " {}\n  {width} dots by {} lines, {across} x {down} dpi: {wide} x {high} mm\n",
            page.coding.name(),
            page.lines
        )?;
        if self.down.is_none() {
            text.push_str("  (196 dpi is a guess: a page tells its resolution by its name, fn or ff)\n");
        }
        if page.bad == 0 {
            text.push_str("  no bad line");
        } else {
            write!(text, "  bad lines: {}, the first is {}", page.bad, page.first_bad)?;
        }
        if page.reversed {
            text.push_str(
                "\n  the bits of its bytes are in reverse order: \"modem-quirks 0x02\" for this modem",
            );
        }
        if self.name.as_ref().is_some_and(|name| name.cut) {
            text.push_str("\n  the call ended within this page");
        }
        if let Some(drawn) = &self.drawn {
            write!(text, "\n  drawn: {drawn}, {width} x {}", height(page, self.down()))?;
        }
        Ok(())
    }

    fn json(&self) -> JsonPage {
        let text = |text: &str| Value::Text(text.to_owned());
        let path = |path: Option<&FilePath>| {
            text(&String::from_utf8_lossy(path.map(FilePath::as_bytes).unwrap_or_default()))
        };
        let name = self.name.as_ref();
        let page = self.page;
        let number = |value: u32| Value::Number(Some(value));
        JsonPage(vec![
            ("file", path(Some(self.file))),
            ("page", Value::Number(self.number().map(|number| number as u32))),
            ("line", text(name.map_or("", |name| name.line))),
            ("sender", text(name.map_or("", |name| name.sender))),
            ("coding", text(page.coding.name())),
            ("width", number(page.width.into())),
            ("lines", number(page.lines)),
            ("dpi_across", number(ACROSS.into())),
            ("dpi_down", Value::Number(self.down.map(u32::from))),
            ("bad_lines", number(page.bad)),
            ("first_bad_line", Value::Number((page.bad > 0).then_some(page.first_bad))),
            ("bits_reversed", Value::Truth(page.reversed)),
            ("cut", Value::Truth(name.is_some_and(|name| name.cut))),
            ("png", path(self.drawn.as_ref())),
        ])
    }
}

/// For programs: one object, whose keys stay. What is not known is empty or null.
#[derive(Default, Serialize)]
pub struct JsonPages {
    pages: Vec<JsonPage>,
}

impl JsonPages {
    /// One more.
    pub fn push(&mut self, told: &Told) {
        self.pages.push(told.json());
    }

    /// All of them.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// A list rather than a type with fields: derived code for each of them would take kilobytes.
struct JsonPage(Vec<(&'static str, Value)>);

impl Serialize for JsonPage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Number(Option<u32>),
    Truth(bool),
}
