//! The keys: which there are, and what each may hold.

use super::toml::{Item, Key, Value};
use super::{IssueEscapes, LockFiling, LockFold, Profile, Site, Values};
use crate::diag::{Code, Diagnostic, Severity};
use crate::gettydefs::nearest;
use crate::operands::line_name;
use crate::persona::Family;
use crate::plan::Facility;
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::Level;
use crate::source::{FileId, FilePath, Span};
use crate::surroundings::SystemFacts;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// SF02: a name that does not exist.
pub(super) const UNKNOWN: Code = Code::sf(2);
const TYPE: Code = Code::sf(3);
const VALUE: Code = Code::sf(4);

/// The tables, each with its keys; `persona` is in none.
const TABLES: &[(&str, &[&str])] = &[
    ("lock", &["dir", "format"]),
    ("log", &["facility", "dir", "level"]),
    ("login", &["program"]),
    ("record", &["dir"]),
    ("sco", &["fax_code", "data_code", "dialer_connect", "lock_fold", "issue_escapes", "intr"]),
    ("mgetty", &["profile"]),
];

/// Every key as it is written with dots, without those of `[line.NAME]`.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = String> {
    let keys = TABLES.iter().flat_map(|(table, keys)| keys.iter().map(move |key| format!("{table}.{key}")));
    std::iter::once("persona".to_owned()).chain(keys)
}

/// Gives each key's value its place.
pub(super) fn assign(site: &mut Site, file: FileId, items: &[Item], system: &SystemFacts) {
    let mut reader = Reader {
        file,
        system,
        findings: Vec::new(),
        unknown: BTreeSet::new(),
        tables: BTreeMap::new(),
        keys: BTreeMap::new(),
    };
    for item in items {
        if let Some((line, path)) = reader.scope(item)
            && reader.is_first(item)
        {
            let values = match line {
                None => &mut site.global,
                Some(line) => site.lines.entry(line).or_default(),
            };
            reader.key(values, path, item);
        }
    }
    site.findings.append(&mut reader.findings);
}

struct Reader<'a> {
    file: FileId,
    system: &'a SystemFacts,
    findings: Vec<Diagnostic>,
    /// Where names begin that have been complained about: a table's name stands before each of its keys.
    unknown: BTreeSet<usize>,
    tables: BTreeMap<Vec<String>, Span>,
    keys: BTreeMap<Vec<String>, Span>,
}

impl Reader<'_> {
    fn span(&self, place: &Range<usize>) -> Span {
        Span::new(self.file, place.start, place.end)
    }

    fn find(&mut self, code: Code, place: &Range<usize>, message: String) -> &mut Diagnostic {
        let span = self.span(place);
        let finding = Diagnostic::new(code, Severity::Error, message, span).here("the key is ignored");
        self.findings.push(finding);
        let last = self.findings.len() - 1;
        #[allow(clippy::indexing_slicing)] // it was pushed just now
        &mut self.findings[last]
    }

    /// The line that an item is about, and its path without that.
    fn scope<'i>(&mut self, item: &'i Item) -> Option<(Option<Vec<u8>>, &'i [Key])> {
        match item.path.as_slice() {
            [line, name, rest @ ..] if line.name == "line" => {
                let Some(found) = line_name(name.name.as_bytes()) else {
                    if self.unknown.insert(name.place.start) {
                        let message = format!("\"{}\" is no name of a line below /dev", name.name);
                        self.find(VALUE, &name.place, message).write = Some("[line.ttyS1]".into());
                    }
                    return None;
                };
                Some((Some(found), rest))
            }
            [line] if line.name == "line" && item.value == Value::Table => None,
            [line] if line.name == "line" => {
                let message = "\"line\" is a table for each line".to_owned();
                self.find(TYPE, &item.place, message).write = Some("[line.ttyS1]".into());
                None
            }
            path => Some((None, path)),
        }
    }

    /// TOML has each key and each table once.
    fn is_first(&mut self, item: &Item) -> bool {
        let path: Vec<String> = item.path.iter().map(|key| key.name.clone()).collect();
        let place = item.path.first().map_or(item.place.start, |key| key.place.start)
            ..item.path.last().map_or(item.place.end, |key| key.place.end);
        let span = self.span(&place);
        let is_table = item.value == Value::Table;
        let seen = if is_table { &mut self.tables } else { &mut self.keys };
        let name = path.join(".");
        let Some(first) = seen.get(&path).copied() else {
            seen.insert(path, span);
            return true;
        };
        let (what, first_label, here) = if is_table {
            (format!("[{name}]"), "first here", "its keys count all the same")
        } else {
            (name, "this one holds", "the key is ignored")
        };
        // A key's own name is the last of its path; the table's may stand far before it.
        let place = item.path.last().map_or(place, |key| key.place.clone());
        let finding = self.find(Code::sf(8), &place, format!("{what} for the second time"));
        finding.also.push(crate::diag::Also { span: first, label: first_label.into() });
        finding.here = Some(here.into());
        is_table
    }

    fn key(&mut self, values: &mut Values, path: &[Key], item: &Item) {
        let (table, key) = match path {
            [] if item.value == Value::Table => return,
            [key] if key.name == "persona" => ("", key),
            [table] | [table, ..] if !TABLES.iter().any(|(name, _)| *name == table.name) => {
                let tables = TABLES.iter().map(|(name, _)| *name);
                return self.unknown(table, "", tables.chain(["persona", "line"]).collect());
            }
            [_] if item.value == Value::Table => return,
            [table, key] => (table.name.as_str(), key),
            [] | [_] => {
                let name = path.first().map_or("[line.NAME]", |key| key.name.as_str());
                self.find(TYPE, &item.place, format!("\"{name}\" is a table, and holds no value"));
                return;
            }
            [_, key, deeper, ..] => {
                self.find(TYPE, &deeper.place, format!("\"{}\" is no table", key.name));
                return;
            }
        };
        match (table, key.name.as_str()) {
            ("", _) => {
                let words = Family::ALL.map(|family| (family.name(), family));
                put(&mut values.persona, self.word(item, &words));
            }
            ("lock", "dir") => put(&mut values.lock_dir, self.path(item)),
            ("lock", "format") => put(&mut values.lock_format, self.lock_format(item)),
            ("log", "facility") => {
                let words = Facility::ALL.map(|facility| (facility.name(), facility));
                put(&mut values.facility, self.word(item, &words));
            }
            ("log", "dir") => put(&mut values.log_dir, self.path(item)),
            ("log", "level") => put(
                &mut values.level,
                self.word(
                    item,
                    &[
                        ("error", Level::Error),
                        ("warning", Level::Warning),
                        ("info", Level::Info),
                        ("debug", Level::Debug),
                    ],
                ),
            ),
            ("login", "program") => put(&mut values.login, self.path(item)),
            ("record", "dir") => put(&mut values.record_dir, self.path(item)),
            ("sco", "fax_code") => put(&mut values.fax_code, self.code(item)),
            ("sco", "data_code") => put(&mut values.data_code, self.code(item)),
            ("sco", "dialer_connect") => put(&mut values.dialer_connect, self.yes(item)),
            ("sco", "lock_fold") => {
                let words =
                    [("auto", LockFold::Auto), ("always", LockFold::Always), ("never", LockFold::Never)];
                put(&mut values.lock_fold, self.word(item, &words));
            }
            ("sco", "issue_escapes") => {
                let words = [("percent", IssueEscapes::Percent), ("agetty", IssueEscapes::Agetty)];
                put(&mut values.issue_escapes, self.word(item, &words));
            }
            ("sco", "intr") => put(&mut values.intr, self.control(item)),
            ("mgetty", "profile") => {
                let words = [("upstream", Profile::Upstream), ("debian", Profile::Debian)];
                put(&mut values.profile, self.word(item, &words));
            }
            _ => {
                let keys = TABLES.iter().find(|(name, _)| *name == table).map_or(&[][..], |(_, keys)| keys);
                self.unknown(key, table, keys.to_vec());
            }
        }
    }

    fn unknown(&mut self, key: &Key, table: &str, there_are: Vec<&'static str>) {
        if !self.unknown.insert(key.place.start) {
            return;
        }
        let place = if table.is_empty() { String::new() } else { format!(" of [{table}]") };
        let message = format!("\"{}\" is no key{place}", key.name);
        let write = match nearest(key.name.as_bytes(), there_are.iter().copied()) {
            Some(near) => near.to_owned(),
            None => there_are.join(", "),
        };
        let finding = self.find(UNKNOWN, &key.place, message);
        finding.here = Some("it is ignored".into());
        finding.write = Some(write);
    }

    fn setting<T>(&self, item: &Item, value: T) -> Setting<T> {
        Setting::new(value, Origin::File(self.span(&item.place)))
    }

    fn wrong_type<T>(&mut self, item: &Item, wanted: &str, write: String) -> Option<Setting<T>> {
        let holds = match &item.value {
            Value::Text(_) => "a text",
            Value::Number(_) => "a number",
            Value::YesNo(_) => "true or false",
            Value::Table => "a table",
            Value::Other(words) => words,
        };
        let name = item.path.last().map_or("", |key| key.name.as_str()).to_owned();
        let finding = self.find(TYPE, &item.place, format!("\"{name}\" is {wanted}, not {holds}"));
        finding.write = Some(format!("{name} = {write}"));
        None
    }

    fn word<T: Copy>(&mut self, item: &Item, words: &[(&str, T)]) -> Option<Setting<T>> {
        let all = words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>();
        let first = all.first().cloned().unwrap_or_default();
        let Value::Text(text) = &item.value else {
            return self.wrong_type(item, "one of some words in quotes", first);
        };
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(self.setting(item, *value));
        }
        let near = nearest(text.as_bytes(), words.iter().map(|(word, _)| *word));
        let write = near.map_or_else(|| all.join(", "), |near| format!("\"{near}\""));
        self.find(VALUE, &item.place, format!("\"{text}\" is none of {}", all.join(", "))).write =
            Some(write);
        None
    }

    fn path(&mut self, item: &Item) -> Option<Setting<FilePath>> {
        let Value::Text(text) = &item.value else {
            return self.wrong_type(item, "a path in quotes", "\"/path/of/it\"".into());
        };
        if !text.starts_with('/') || text.contains('\0') {
            let message = format!("\"{text}\" does not begin with /, or is no path");
            self.find(Code::sf(5), &item.place, message).write = Some("\"/path/of/it\"".into());
            return None;
        }
        Some(self.setting(item, FilePath::from(text.as_str())))
    }

    fn lock_format(&mut self, item: &Item) -> Option<Setting<LockFiling>> {
        let words =
            [("ascii", LockFiling::Ascii), ("binary", LockFiling::Binary), ("svr4", LockFiling::Svr4)];
        let filing = self.word(item, &words)?;
        if filing.value == LockFiling::Svr4 && !self.system.numbered_locks {
            let message = format!("{} has no lock files that are named by device numbers", self.system.name);
            let finding = self.find(Code::sf(9), &item.place, message);
            finding.severity = Severity::Warning;
            finding.here = Some("locks are written as \"ascii\"".into());
            finding.write = Some("\"ascii\"".into());
            return None;
        }
        Some(filing)
    }

    /// A dialer's last byte; 0, the codes of speeds and those of failures are taken.
    fn code(&mut self, item: &Item) -> Option<Setting<u8>> {
        let Value::Number(number) = item.value else {
            return self.wrong_type(item, "a number", "0x40".into());
        };
        match u8::try_from(number) {
            Ok(code @ 0x10..=0x7f) => Some(self.setting(item, code)),
            _ => {
                let message = format!("{number} is no code from 0x10 to 0x7f");
                self.find(VALUE, &item.place, message).write = Some("0x40".into());
                None
            }
        }
    }

    fn yes(&mut self, item: &Item) -> Option<Setting<bool>> {
        match &item.value {
            Value::YesNo(yes) => Some(self.setting(item, *yes)),
            Value::Text(text) if text == "yes" => Some(self.setting(item, true)),
            Value::Text(text) if text == "no" => Some(self.setting(item, false)),
            _ => self.wrong_type(item, "true or false", "true".into()),
        }
    }

    /// A control character: `"del"`, `"^C"`.
    fn control(&mut self, item: &Item) -> Option<Setting<u8>> {
        let Value::Text(text) = &item.value else {
            return self.wrong_type(item, "a control character in quotes", "\"del\"".into());
        };
        let byte = match text.as_bytes() {
            b"del" | b"DEL" | b"^?" => 0x7f,
            [b'^', letter @ (b'@'..=b'_' | b'a'..=b'z')] => letter & 0x1f,
            _ => {
                let message = format!("\"{text}\" is no control character");
                self.find(VALUE, &item.place, message).write = Some("\"^C\" or \"del\"".into());
                return None;
            }
        };
        Some(self.setting(item, byte))
    }
}

fn put<T>(place: &mut Option<Setting<T>>, value: Option<Setting<T>>) {
    if value.is_some() {
        *place = value;
    }
}
