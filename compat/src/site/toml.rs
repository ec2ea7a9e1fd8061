//! TOML as a flat list: every key with its value and their places, and what is no TOML.
//!
//! The parser goes on after a mistake, so that one line does not take the rest of the file with it.

use std::borrow::Cow;
use std::ops::Range;
use toml_parser::decoder::Encoding;
use toml_parser::parser::{EventReceiver, ValidateWhitespace, parse_document};
use toml_parser::{ErrorSink, Expected, ParseError, Raw, Source, Span};

/// How deep tables may stand in each other on one line.
const DEEPEST: usize = 8;

/// One part of a key's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) place: Range<usize>,
}

/// A value, as far as a site file has such ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    YesNo(bool),
    /// A table that was begun.
    Table,
    /// Something else, in words.
    Other(&'static str),
}

/// A key and its value, or the head of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) path: Vec<Key>,
    pub(super) value: Value,
    pub(super) place: Range<usize>,
    /// Where the head of its table stands.
    head: Option<usize>,
}

/// What is no TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) place: Range<usize>,
    pub(super) what: String,
    pub(super) expected: String,
}

/// Reads a text. A line with a mistake is left out; if it is the head of a table, with all that belongs to it.
pub(super) fn read(text: &str) -> (Vec<Item>, Vec<Wrong>) {
    let source = Source::new(text);
    let tokens = source.lex().into_vec();
    let mut reader = Reader::of(source);
    let mut errors: Vec<ParseError> = Vec::new();
    parse_document(&tokens, &mut ValidateWhitespace::new(&mut reader, source), &mut errors);
    let line_ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let line_of = |at: usize| line_ends.partition_point(|end| *end < at);
    // The first of each line, in the order of lines.
    let mut wrong: Vec<(usize, Wrong)> = Vec::new();
    for error in &errors {
        let place = error.unexpected().or(error.context()).map_or(0..0, |span| span.start()..span.end());
        let line = line_of(place.start);
        let found = Wrong { place, what: error.description().to_owned(), expected: expected(error) };
        match wrong.binary_search_by_key(&line, |(line, _)| *line) {
            Err(at) => wrong.insert(at, (line, found)),
            Ok(at) => {
                if let Some((_, first)) = wrong.get_mut(at)
                    && found.place.start < first.place.start
                {
                    *first = found;
                }
            }
        }
    }
    let fine = |at: usize| wrong.binary_search_by_key(&line_of(at), |(line, _)| *line).is_err();
    let mut items = reader.items;
    items.retain(|item| {
        let begins = item.path.last().map_or(item.place.start, |key| key.place.start);
        fine(begins) && fine(item.place.start) && item.head.is_none_or(fine)
    });
    (items, wrong.into_iter().map(|(_, wrong)| wrong).collect())
}

fn expected(error: &ParseError) -> String {
    let words = error.expected().unwrap_or_default().iter().map(|expected| match expected {
        Expected::Literal("\n") => "the end of the line".to_owned(),
        Expected::Literal(literal) => format!("`{literal}`"),
        Expected::Description(words) => (*words).to_owned(),
        _ => String::new(),
    });
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" or ")
}

/// What the parser tells, made a list.
struct Reader<'t> {
    source: Source<'t>,
    items: Vec<Item>,
    /// The key being read, with the tables that it is in.
    path: Vec<Key>,
    /// How much of the path stays for the next key, for each table that is open.
    kept: Vec<usize>,
    /// The head of the present table.
    head: Option<usize>,
    /// That head is not to be used.
    headless: bool,
}

impl<'t> Reader<'t> {
    fn of(source: Source<'t>) -> Self {
        Self { source, items: Vec::new(), path: Vec::new(), kept: Vec::new(), head: None, headless: false }
    }

    fn begin_table(&mut self, span: Span) {
        self.path.clear();
        self.kept.clear();
        self.head = Some(span.start());
        self.headless = true; // until it has an end
    }

    fn forget_key(&mut self) {
        self.path.truncate(self.kept.last().copied().unwrap_or(0));
    }

    fn item(&mut self, value: Value, span: Span) {
        // A value without a key is an error that the parser tells.
        if !self.headless && !self.path.is_empty() {
            let place = span.start()..span.end();
            self.items.push(Item { path: self.path.clone(), value, place, head: self.head });
        }
        self.forget_key();
    }

    fn text(&self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) -> String {
        let mut text = Cow::Borrowed("");
        let raw = self.source.get(span).map_or("", |raw| raw.as_str());
        Raw::new_unchecked(raw, encoding, span).decode_key(&mut text, error);
        text.into_owned()
    }
}

impl EventReceiver for Reader<'_> {
    fn std_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.begin_table(span);
    }

    fn std_table_close(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.headless = self.path.is_empty();
        self.kept = vec![self.path.len()];
        self.item(Value::Table, span);
    }

    fn array_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.begin_table(span);
    }

    fn array_table_close(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.headless = false;
        self.item(Value::Other("a list of tables"), span);
        self.headless = true;
    }

    fn inline_table_open(&mut self, span: Span, error: &mut dyn ErrorSink) -> bool {
        let fits = self.kept.len() < DEEPEST;
        if !fits {
            error.report_error(ParseError::new("tables too deep in each other").with_unexpected(span));
        }
        if self.kept.is_empty() {
            self.kept.push(0);
        }
        self.kept.push(self.path.len());
        fits
    }

    fn inline_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        if self.kept.len() > 1 {
            self.kept.pop();
        }
        self.forget_key();
    }

    fn array_open(&mut self, span: Span, _: &mut dyn ErrorSink) -> bool {
        self.item(Value::Other("a list"), span);
        false
    }

    fn simple_key(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        let name = self.text(span, encoding, error);
        self.path.push(Key { name, place: span.start()..span.end() });
    }

    fn scalar(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        let value = match encoding {
            Some(Encoding::BasicString | Encoding::LiteralString) => {
                Value::Text(self.text(span, encoding, error))
            }
            Some(_) => Value::Other("a text of several lines"),
            None => self.source.get(span).map_or(Value::Other("nothing"), |raw| bare(raw.as_str())),
        };
        self.item(value, span);
    }

    fn newline(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.forget_key(); // one that has no value
    }
}

/// A value without quotes.
fn bare(text: &str) -> Value {
    let (sign, digits) = match text.split_at_checked(1) {
        Some(("-", digits)) => (-1, digits),
        Some(("+", digits)) => (1, digits),
        _ => (1, text),
    };
    let (radix, digits) = match digits.split_at_checked(2) {
        Some(("0x", digits)) => (16, digits),
        Some(("0o", digits)) => (8, digits),
        Some(("0b", digits)) => (2, digits),
        _ => (10, digits),
    };
    let begins = digits.starts_with(|c: char| c.is_digit(radix));
    match (text, i64::from_str_radix(&digits.replace('_', ""), radix)) {
        ("true", _) => Value::YesNo(true),
        ("false", _) => Value::YesNo(false),
        (_, Ok(number)) if begins => Value::Number(sign * number),
        _ => Value::Other("a word without quotes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Vec<String> {
        let (items, wrong) = read(text);
        let key = |item: &Item| item.path.iter().map(|key| key.name.as_str()).collect::<Vec<_>>().join(".");
        let items = items.iter().map(|item| format!("{}={:?}", key(item), item.value));
        items.chain(wrong.iter().map(|wrong| format!("{:?} {}", wrong.place, wrong.what))).collect()
    }

    #[test]
    fn one_key_is_written_in_many_ways() {
        for text in
            ["a.b=1", "[a]\nb = 1", "a = { b = 1 }", "\"a\" . 'b' = 0x1", "\u{feff}[ a ] # x\r\nb = 0b1\r\n"]
        {
            assert!(shown(text).contains(&"a.b=Number(1)".to_owned()), "{text:?}: {:?}", shown(text));
        }
        let value = |text: &str| shown(&format!("k = {text}")).first().cloned().unwrap_or_default();
        assert_eq!(value("'a\\b'"), "k=Text(\"a\\\\b\")");
        assert_eq!(value("\"a\\u0041\""), "k=Text(\"aA\")");
        assert_eq!(value("false"), "k=YesNo(false)");
        assert_eq!(value("-1_0"), "k=Number(-10)");
        for other in ["yes", "1.5", "2026-01-01", "0x", "- 1", "inf"] {
            assert_eq!(value(other), "k=Other(\"a word without quotes\")", "{other}");
        }
        assert_eq!(value("[1, [2]]"), "k=Other(\"a list\")");
        assert_eq!(value("'''\nx'''"), "k=Other(\"a text of several lines\")");
    }

    #[test]
    fn a_mistake_takes_its_line_and_a_heads_takes_the_table() {
        let said = shown("a = \"x\nb = 2\nc\nd = \"4\" 5\ne = 6\n");
        assert_eq!(said.len(), 5, "{said:?}");
        assert_eq!(said[..2], ["b=Number(2)", "e=Number(6)"]);
        assert!(shown("[a\nb = 1\n[c]\nd = 2").contains(&"c.d=Number(2)".to_owned()));
        for head in ["[a", "[]", "[a.]", "[[a]", "[a]]", "[a b]", "[[a]]"] {
            let said = shown(&format!("{head}\nb = 1\n"));
            assert!(!said.iter().any(|item| item.contains("b=Number")), "{head}: {said:?}");
        }
        let deep = format!("a = {}1{}\nz = 1\n", "{b=".repeat(200), "}".repeat(200));
        let said = shown(&deep);
        assert_eq!(said.first().map(String::as_str), Some("z=Number(1)"), "{said:?}");
        assert!(said.iter().any(|item| item.ends_with("too deep in each other")), "{said:?}");
    }

    #[test]
    fn a_value_without_a_key_is_no_item() {
        for text in ["={{}'\n=.\n'", "= 1\n", "={}\n"] {
            let (items, wrong) = read(text);
            assert!(items.is_empty() && !wrong.is_empty(), "{text}: {items:?}");
        }
    }

    proptest! {
        #[test]
        fn every_place_is_in_the_text(text in "([a-c.=\\[\\]{}\"',# 0-9\r\u{e9}]|\n){0,60}") {
            let (items, wrong) = read(&text);
            let places = items.iter().map(|item| &item.place).chain(wrong.iter().map(|wrong| &wrong.place));
            for place in places {
                prop_assert!(text.get(place.clone()).is_some(), "{place:?}");
            }
            for item in items {
                prop_assert!(!item.path.is_empty());
                prop_assert!(item.path.iter().all(|key| text.get(key.place.clone()).is_some()));
            }
        }
    }
}
