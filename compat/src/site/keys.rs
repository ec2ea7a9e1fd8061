//! The keys: which there are, and what each may hold.

use super::toml::{Item, Key, Value};
use super::{Site, Values};
use crate::diag::{Also, Code, Diagnostic, Severity};
use crate::gettydefs::nearest;
use crate::operands::line_name;
use crate::plan::setting::{Origin, Setting};
use crate::source::{FileId, FilePath, Span};
use crate::surroundings::SystemFacts;
use std::ops::Range;

/// SF02: a name that does not exist.
pub(super) const UNKNOWN: Code = Code::sf(2);
const TYPE: Code = Code::sf(3);
const VALUE: Code = Code::sf(4);

/// A key, in its table.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) table: &'static str,
    pub(super) name: &'static str,
    form: Form,
}

/// What a key may hold.
#[derive(Debug)]
enum Form {
    /// One of these words.
    Words(&'static [&'static str]),
    /// A path from `/` on.
    Path,
    /// The last byte of a dialer's status; 0, the codes of speeds and those of failures are taken.
    Code,
    /// `true` or `false`.
    YesNo,
    /// A control character: `"del"`, `"^C"`.
    Control,
}

/// A value that a key holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// The word's place among those that are possible.
    Word(usize),
    Path(FilePath),
    Byte(u8),
    YesNo(bool),
}

const fn known(table: &'static str, name: &'static str, form: Form) -> Known {
    Known { table, name, form }
}

const SVR4: &str = "svr4";

/// Every key, but for `[line.NAME]`, which holds the same ones.
pub(super) static KEYS: &[Known] = &[
    known("", "persona", Form::Words(&["getty_ps", "sco", "mgetty"])),
    known("lock", "dir", Form::Path),
    known("lock", "format", Form::Words(&["ascii", "binary", SVR4])),
    known(
        "log",
        "facility",
        Form::Words(&[
            "auth", "daemon", "user", "uucp", "local0", "local1", "local2", "local3", "local4", "local5",
            "local6", "local7",
        ]),
    ),
    known("log", "dir", Form::Path),
    known("log", "level", Form::Words(&["error", "warning", "info", "debug"])),
    known("login", "program", Form::Path),
    known("login", "supervise", Form::YesNo),
    known("record", "dir", Form::Path),
    known("sco", "fax_code", Form::Code),
    known("sco", "data_code", Form::Code),
    known("sco", "dialer_connect", Form::YesNo),
    known("sco", "lock_fold", Form::Words(&["auto", "always", "never"])),
    known("sco", "issue_escapes", Form::Words(&["percent", "agetty"])),
    known("sco", "intr", Form::Control),
    known("mgetty", "profile", Form::Words(&["upstream", "debian"])),
];

fn is_table(name: &str) -> bool {
    !name.is_empty() && KEYS.iter().any(|key| key.table == name)
}

/// Gives each key's value its place.
pub(super) fn assign(site: &mut Site, file: FileId, items: &[Item], system: &SystemFacts) {
    let mut reader = Reader { file, system, findings: Vec::new(), unknown: Vec::new(), seen: Vec::new() };
    for item in items {
        if let Some((line, path)) = reader.scope(item)
            && reader.is_first(item)
            && let Some(value) = reader.value(path, item, line.is_some())
        {
            site.values_of(line).held.push(value);
        } else if let [line, name] = item.path.as_slice()
            && line.name == "line"
            && let Some(name) = line_name(name.name.as_bytes())
        {
            site.values_of(Some(name));
        }
    }
    site.findings.append(&mut reader.findings);
}

struct Reader<'a> {
    file: FileId,
    system: &'a SystemFacts,
    findings: Vec<Diagnostic>,
    /// Where names begin that have been complained about: a table's name stands before each of its keys.
    unknown: Vec<usize>,
    /// The keys and tables that were there, with dots, and whether it is a table.
    seen: Vec<(bool, String, Span)>,
}

impl Reader<'_> {
    fn span(&self, place: &Range<usize>) -> Span {
        Span::new(self.file, place.start, place.end)
    }

    fn find(&mut self, code: Code, place: &Range<usize>, message: String, write: String) {
        let finding = Diagnostic::new(code, Severity::Error, message, self.span(place));
        let finding = finding.here("it is ignored");
        self.findings.push(if write.is_empty() { finding } else { finding.write(write) });
    }

    /// The line that an item is about, and its path without that.
    fn scope<'i>(&mut self, item: &'i Item) -> Option<(Option<Vec<u8>>, &'i [Key])> {
        match item.path.as_slice() {
            [line, name, rest @ ..] if line.name == "line" => {
                let found = line_name(name.name.as_bytes());
                if found.is_none() && self.is_news(name) {
                    let message = format!("\"{}\" is no name of a line below /dev", name.name);
                    self.find(VALUE, &name.place, message, "[line.ttyS1]".into());
                }
                found.map(|line| (Some(line), rest))
            }
            path => Some((None, path)),
        }
    }

    /// Whether nothing was said about this name yet.
    fn is_news(&mut self, name: &Key) -> bool {
        let news = !self.unknown.contains(&name.place.start);
        self.unknown.push(name.place.start);
        news
    }

    /// TOML has each key and each table once.
    fn is_first(&mut self, item: &Item) -> bool {
        let Some(last) = item.path.last() else { return false };
        let name = item.path.iter().map(|key| key.name.as_str()).collect::<Vec<_>>().join(".");
        let span = self.span(&last.place);
        let table = item.value == Value::Table;
        let Some((_, name, first)) = self.seen.iter().find(|seen| seen.0 == table && seen.1 == name) else {
            self.seen.push((table, name, span));
            return true;
        };
        let (shown, label, here) = if table {
            (format!("[{name}]"), "first here", "its keys count all the same")
        } else {
            (name.clone(), "this one holds", "it is ignored")
        };
        let finding =
            Diagnostic::new(Code::sf(8), Severity::Error, format!("{shown} for the second time"), span);
        let also = Also { span: *first, label: label.into() };
        self.findings.push(Diagnostic { also: vec![also], ..finding }.here(here));
        false
    }

    fn value(&mut self, path: &[Key], item: &Item, of_line: bool) -> Option<(&'static Known, Setting<Held>)> {
        let begins_table = item.value == Value::Table;
        let (table, key) = match path {
            [table, key] if is_table(&table.name) => (table.name.as_str(), key),
            [_, key, deeper, ..] if is_table(&path.first()?.name) => {
                self.find(TYPE, &deeper.place, format!("\"{}\" is no table", key.name), String::new());
                return None;
            }
            [] | [_] if begins_table && path.first().is_none_or(|key| names_table(key, of_line)) => {
                return None;
            }
            [] => return self.no_value("[line.NAME]", item),
            [key] if names_table(key, of_line) => return self.no_value(&key.name, item),
            [key, ..] => ("", key),
        };
        let found = KEYS.iter().find(|known| known.table == table && known.name == key.name);
        let Some(known) = found.filter(|_| !table.is_empty() || path.len() == 1) else {
            self.unknown(key, table);
            return None;
        };
        let held = self.held(known, item)?;
        Some((known, Setting::new(held, Origin::File(self.span(&item.place)))))
    }

    fn no_value<T>(&mut self, name: &str, item: &Item) -> Option<T> {
        let message = format!("\"{name}\" is a table, and holds no value");
        let write = if name == "line" { "[line.ttyS1]" } else { "" };
        self.find(TYPE, &item.place, message, write.into());
        None
    }

    fn unknown(&mut self, key: &Key, table: &str) {
        if !self.is_news(key) {
            return;
        }
        let place = if table.is_empty() { String::new() } else { format!(" of [{table}]") };
        let message = format!("\"{}\" is no key{place}", key.name);
        let mut there_are: Vec<&str> =
            KEYS.iter().filter(|known| known.table == table).map(|known| known.name).collect();
        if table.is_empty() {
            there_are.extend(KEYS.iter().map(|known| known.table).filter(|table| !table.is_empty()));
            there_are.push("line");
            there_are.dedup();
        }
        let near = nearest(key.name.as_bytes(), there_are.iter().copied());
        let write = near.map_or_else(|| there_are.join(", "), ToOwned::to_owned);
        self.find(UNKNOWN, &key.place, message, write);
    }

    /// The value, if it is one that the key may hold.
    fn held(&mut self, known: &Known, item: &Item) -> Option<Held> {
        let (wanted, example) = match (&known.form, &item.value) {
            (Form::Words(words), Value::Text(text)) => return self.word(known, words, text, item),
            (Form::Path, Value::Text(text)) if text.starts_with('/') && !text.contains('\0') => {
                return Some(Held::Path(FilePath::from(text.as_str())));
            }
            (Form::Path, Value::Text(text)) => {
                let message = format!("\"{text}\" does not begin with /, or is no path");
                self.find(Code::sf(5), &item.place, message, "\"/path/of/it\"".into());
                return None;
            }
            (Form::Code, Value::Number(number)) => {
                let code = u8::try_from(*number).ok().filter(|code| (0x10..=0x7f).contains(code));
                if code.is_none() {
                    let message = format!("{number} is no code from 0x10 to 0x7f");
                    self.find(VALUE, &item.place, message, "0x40".into());
                }
                return code.map(Held::Byte);
            }
            (Form::YesNo, Value::YesNo(yes)) => return Some(Held::YesNo(*yes)),
            (Form::YesNo, Value::Text(text)) if text == "yes" || text == "no" => {
                return Some(Held::YesNo(text == "yes"));
            }
            (Form::Control, Value::Text(text)) => {
                let byte = control(text.as_bytes());
                if byte.is_none() {
                    let message = format!("\"{text}\" is no control character");
                    self.find(VALUE, &item.place, message, "\"^C\" or \"del\"".into());
                }
                return byte.map(Held::Byte);
            }
            (Form::Words(words), _) => {
                let first = words.first().copied().unwrap_or_default();
                ("one of some words in quotes", format!("\"{first}\""))
            }
            (Form::Path, _) => ("a path in quotes", "\"/path/of/it\"".to_owned()),
            (Form::Code, _) => ("a number", "0x40".to_owned()),
            (Form::YesNo, _) => ("true or false", "true".to_owned()),
            (Form::Control, _) => ("a control character in quotes", "\"del\"".to_owned()),
        };
        let holds = match &item.value {
            Value::Text(_) => "a text",
            Value::Number(_) => "a number",
            Value::YesNo(_) => "true or false",
            Value::Table => "a table",
            Value::Other(words) => words,
        };
        let name = known.name;
        let message = format!("\"{name}\" is {wanted}, not {holds}");
        self.find(TYPE, &item.place, message, format!("{name} = {example}"));
        None
    }

    fn word(&mut self, known: &Known, words: &[&str], text: &str, item: &Item) -> Option<Held> {
        let Some(at) = words.iter().position(|word| *word == text) else {
            let all: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            let all = all.join(", ");
            let message = format!("\"{text}\" is none of {all}");
            let near = nearest(text.as_bytes(), words.iter().copied());
            let write = near.map_or(all, |near| format!("\"{near}\""));
            self.find(VALUE, &item.place, message, write);
            return None;
        };
        if known.table == "lock" && text == SVR4 && !self.system.numbered_locks {
            let message = format!("{} has no lock files that are named by device numbers", self.system.name);
            let finding = Diagnostic::new(Code::sf(9), Severity::Warning, message, self.span(&item.place));
            self.findings.push(finding.here("it is ignored").write("\"ascii\""));
            return None;
        }
        Some(Held::Word(at))
    }
}

fn names_table(key: &Key, of_line: bool) -> bool {
    is_table(&key.name) || key.name == "line" && !of_line
}

fn control(text: &[u8]) -> Option<u8> {
    match text {
        b"del" | b"DEL" | b"^?" => Some(0x7f),
        [b'^', letter @ (b'@'..=b'_' | b'a'..=b'z')] => Some(letter & 0x1f),
        _ => None,
    }
}

impl Values {
    fn find(&self, table: &str, name: &str) -> Option<&Setting<Held>> {
        let found = self.held.iter().find(|(known, _)| known.table == table && known.name == name);
        found.map(|(_, setting)| setting)
    }

    /// The value of a key of words, each of which stands for one of these.
    pub(super) fn word<T: Copy>(&self, table: &str, name: &str, all: &[T]) -> Option<Setting<T>> {
        let setting = self.find(table, name)?;
        let Held::Word(at) = setting.value else { return None };
        all.get(at).map(|value| setting.as_mapped(|_| *value))
    }

    pub(super) fn path(&self, table: &str, name: &str) -> Option<Setting<FilePath>> {
        let setting = self.find(table, name)?;
        let Held::Path(path) = &setting.value else { return None };
        Some(setting.as_mapped(|_| path.clone()))
    }

    pub(super) fn byte(&self, table: &str, name: &str) -> Option<Setting<u8>> {
        let setting = self.find(table, name)?;
        let Held::Byte(byte) = setting.value else { return None };
        Some(setting.as_mapped(|_| byte))
    }

    pub(super) fn yes(&self, table: &str, name: &str) -> Option<Setting<bool>> {
        let setting = self.find(table, name)?;
        let Held::YesNo(yes) = setting.value else { return None };
        Some(setting.as_mapped(|_| yes))
    }
}
