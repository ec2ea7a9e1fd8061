//! gettydefs entries with what getty_ps forces upon them (§3.2, §3.5).

use crate::diag::{Diagnostic, Severity};
use crate::escape::text;
use crate::gettydefs::{Entry, Flags, GETTY_PS, LARGEST, NO_GETTYDEFS, find, lookup, parse};
use crate::plan::modes::{Field, Flag, Modes, SANE, Value};
use crate::plan::setting::{Origin, Setting};
use crate::plan::speed::SpeedEntry;
use crate::plan::text::Text;
use crate::source::{FilePath, SourceMap, SourceReader};
use crate::surroundings::SystemFacts;

/// What B0 or no speed at all means.
const DEFAULT_SPEED: u32 = 9600;

/// The entries of a line, and the one to begin with.
pub(super) struct Table {
    pub(super) entries: Vec<SpeedEntry>,
    pub(super) start: Setting<usize>,
}

/// What the table is made for.
pub(super) struct Wanted<'a> {
    pub(super) label: Option<&'a Setting<Vec<u8>>>,
    /// HUPCL is forced on while a name is read.
    pub(super) hang_up: bool,
}

/// Reads gettydefs of the first directory that has it, and compiles it.
pub(super) fn table(
    wanted: &Wanted<'_>,
    system: &SystemFacts,
    reader: &mut dyn SourceReader,
    sources: &mut SourceMap,
    findings: &mut Vec<Diagnostic>,
) -> Table {
    let found = lookup(&GETTY_PS, system, reader, sources, findings);
    let whole = &found.entries;
    if whole.is_empty() {
        let message = match (&found.unreadable, &found.path) {
            (Some(unreadable), _) => Some(format!("{unreadable}; the built-in entry is used")),
            (None, Some(path)) => Some(format!("{path} has no entry that can be used; the built-in one is")),
            // A line without gettydefs is nothing unusual.
            (None, None) => None,
        };
        findings.extend(message.map(|message| Diagnostic::new(NO_GETTYDEFS, Severity::Error, message, None)));
        return Table { entries: vec![built_in(wanted)], start: Setting::new(0, Origin::BuiltIn) };
    }
    let mut entries: Vec<SpeedEntry> = whole.iter().map(|entry| compiled(entry, whole, wanted)).collect();
    if let Some((label, (index, _))) =
        wanted.label.and_then(|label| Some((label, find(whole, &label.value)?)))
    {
        return Table { entries, start: label.as_mapped(|_| index) };
    }
    // The first entry; if that one means nothing, the built-in one, not whatever follows (§3.2).
    let first = if found.first_is_whole { 0 } else { entries.len() };
    if !found.first_is_whole {
        entries.push(built_in(wanted));
    }
    if let Some(label) = wanted.label {
        let used = entries.get(first).map(|entry| entry.label.as_slice()).unwrap_or_default();
        let entry = whole.first().filter(|_| found.first_is_whole);
        findings.push(found.no_such_label(label, used, entry));
    }
    Table { entries, start: Setting::new(first, Origin::Rule("no such label: the first entry")) }
}

/// The entry of this label, if gettydefs has it.
pub fn entry(
    label: &[u8],
    system: &SystemFacts,
    reader: &mut dyn SourceReader,
    sources: &mut SourceMap,
    findings: &mut Vec<Diagnostic>,
) -> Option<SpeedEntry> {
    let found = lookup(&GETTY_PS, system, reader, sources, findings);
    let (_, entry) = find(&found.entries, label)?;
    Some(compiled(entry, &found.entries, &Wanted { label: None, hang_up: true }))
}

/// Whether gettydefs has an entry of this label.
pub(super) fn is_label(word: &[u8], system: &SystemFacts, reader: &mut dyn SourceReader) -> bool {
    let found = system.config_dirs.iter().find_map(|dir| {
        let path = FilePath::from(format!("{dir}/gettydefs").as_str());
        reader.read(&path, LARGEST).ok().map(|read| (path, read.bytes))
    });
    found.is_some_and(|(path, bytes)| {
        let mut sources = SourceMap::default();
        let file = sources.add(path, bytes);
        find(&parse(&sources, file, &GETTY_PS, system).entries, word).is_some()
    })
}

fn compiled(entry: &Entry, all: &[Entry], wanted: &Wanted<'_>) -> SpeedEntry {
    SpeedEntry {
        label: entry.label.clone(),
        initial: initial(&entry.initial.modes, wanted),
        final_modes: last(&entry.last.modes),
        final_names_size: names_size(&entry.last),
        prompt: text(&entry.prompt).0,
        next: Some(find(all, &entry.next).map_or(0, |(index, _)| index)),
        program: None,
        auto: false,
        origin: Origin::File(entry.label_span),
    }
}

/// SANE names no size: its CS8 gives way to a learnt parity.
fn names_size(flags: &Flags) -> bool {
    flags.size_named || flags.parity_named
}

fn built_in(wanted: &Wanted<'_>) -> SpeedEntry {
    let mut first = Modes::default();
    first.set_all(&[Flag::CREAD, Flag::HUPCL], true);
    first.put(Value::CS8);
    let mut sane = Modes::default();
    sane.set_all(SANE, true);
    SpeedEntry {
        label: b"default".to_vec(),
        initial: initial(&first, wanted),
        final_modes: last(&sane),
        final_names_size: false,
        prompt: Text::bytes(*b"login: "),
        next: Some(0),
        program: None,
        auto: false,
        origin: Origin::BuiltIn,
    }
}

fn initial(declared: &Modes, wanted: &Wanted<'_>) -> Modes {
    let mut modes = complete(declared);
    // BREAK must arrive as a NUL, and bytes one by one.
    modes.set_all(&[Flag::ICANON, Flag::BRKINT, Flag::IGNBRK, Flag::PARMRK], false);
    modes.set(Flag::CREAD, true);
    if wanted.hang_up {
        modes.set(Flag::HUPCL, true);
    }
    modes.min_time = Some((1, 0));
    modes
}

fn last(declared: &Modes) -> Modes {
    let mut modes = complete(declared);
    modes.set(Flag::CREAD, true);
    modes.put_session_keys(0x03);
    modes
}

fn complete(declared: &Modes) -> Modes {
    let mut modes = declared.clone();
    modes.speed = modes.speed.filter(|bps| *bps > 0).or(Some(DEFAULT_SPEED));
    if modes.value(Field::CharSize).is_none() {
        modes.put(Value::CS8);
    }
    modes
}
