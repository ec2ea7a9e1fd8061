//! gettydefs entries with what SCO's getty adds to them (4.2, 4.3, 4.6).

use super::modes;
use crate::diag::{Code, Diagnostic, Severity};
use crate::gettydefs::{Entry, SCO, find, parse, sixth};
use crate::plan::modes::{Char, Flag, Modes, Value};
use crate::plan::setting::{Origin, Setting};
use crate::plan::speed::{EntryProgram, SpeedEntry};
use crate::plan::text::Text;
use crate::source::{FilePath, ReadError, SourceMap, SourceReader};
use crate::surroundings::SystemFacts;

/// LN05: the label of the command line is not in gettydefs.
const NO_LABEL: Code = Code::ln(5);
/// LN06: gettydefs cannot be read, or has no usable entry.
const NO_GETTYDEFS: Code = Code::ln(6);

/// The largest gettydefs that a line reads.
const LARGEST: usize = 4 << 20;

/// The entries of a line, and the one to begin with.
pub(super) struct Table {
    pub(super) entries: Vec<SpeedEntry>,
    pub(super) start: Setting<usize>,
}

/// Reads gettydefs of the first directory that has it, and compiles it. `intr`: the interrupt key of a session.
pub(super) fn table(
    label: Option<&Setting<Vec<u8>>>,
    intr: u8,
    system: &SystemFacts,
    reader: &mut dyn SourceReader,
    sources: &mut SourceMap,
    findings: &mut Vec<Diagnostic>,
) -> Table {
    let mut whole: Vec<Entry> = Vec::new();
    let mut place = None;
    for dir in &system.config_dirs {
        let path = FilePath::from(format!("{dir}/gettydefs").as_str());
        match reader.read(&path, LARGEST) {
            Ok(read) => {
                let file = sources.add(path.clone(), read.bytes);
                let parsed = parse(sources, file, &SCO, system);
                // At run time no mistake stops the search; each is a warning (4.1).
                let errors = parsed.findings.into_iter().filter(|f| f.severity == Severity::Error);
                findings.extend(errors.map(|mut finding| {
                    finding.severity = Severity::Warning;
                    finding
                }));
                whole = parsed.entries.into_iter().filter(|entry| entry.whole).collect();
                place = Some(path);
                break;
            }
            Err(ReadError::Absent) => {}
            Err(error) => {
                let message = format!("cannot read {path}: {error}");
                findings.push(Diagnostic::new(NO_GETTYDEFS, Severity::Error, message, None));
                break;
            }
        }
    }
    if whole.is_empty() {
        // Where it could not be read, that has been said.
        let read_error = findings.iter().any(|finding| finding.code == NO_GETTYDEFS);
        let message = match place {
            Some(path) => format!("{path} has no entry that can be used"),
            None if read_error => "no entry of gettydefs can be used".to_owned(),
            None => "there is no /etc/gettydefs".to_owned(),
        };
        findings.push(
            Diagnostic::new(NO_GETTYDEFS, Severity::Error, message, None)
                .here("the line runs at 300 bit/s, with the prompt \"LOGIN: \"")
                .write("m# B9600 HUPCL # B9600 SANE HUPCL #login: #m"),
        );
        return Table { entries: vec![built_in(intr)], start: Setting::built_in(0) };
    }
    let entries = whole.iter().map(|entry| compiled(entry, &whole, intr, system)).collect();
    let Some(label) = label else {
        return Table { entries, start: Setting::new(0, Origin::Rule("no label: the first entry")) };
    };
    if let Some((index, _)) = find(&whole, &label.value) {
        return Table { entries, start: label.as_mapped(|_| index) };
    }
    let file = place.map(|path| path.to_string()).unwrap_or_default();
    let first = whole.first();
    let used = first.map(|entry| entry.label.escape_ascii().to_string()).unwrap_or_default();
    let message =
        format!("{file} has no entry \"{}\"; using the first, \"{used}\"", label.value.escape_ascii());
    let at = first.map(|entry| entry.label_span);
    findings.push(Diagnostic::new(NO_LABEL, Severity::Error, message, at));
    Table { entries, start: Setting::new(0, Origin::Rule("no such label: the first entry")) }
}

fn compiled(entry: &Entry, all: &[Entry], intr: u8, system: &SystemFacts) -> SpeedEntry {
    // An entry that is whole has a sixth field that can be read.
    let sixth = sixth(entry).unwrap_or_default();
    let mut final_modes = modes::last(&entry.last, system);
    keys(&mut final_modes, intr);
    SpeedEntry {
        label: entry.label.clone(),
        initial: modes::initial(&entry.initial, sixth.auto),
        final_modes,
        final_names_size: true, // either parity is read, none is learnt
        prompt: super::issue::prompt(&entry.prompt),
        next: find(all, &entry.next).map(|(index, _)| index),
        program: sixth.program.map(|(path, arguments)| EntryProgram { path, arguments }),
        auto: sixth.auto,
        origin: Origin::File(entry.label_span),
    }
}

/// 300 bit/s, for a line whose gettydefs cannot be read (4.6).
fn built_in(intr: u8) -> SpeedEntry {
    let mut initial = Modes::default();
    initial.speed = Some(300);
    initial.min_time = Some((1, 0));
    initial.set_all(&[Flag::CREAD, Flag::HUPCL, Flag::ICRNL, Flag::OPOST, Flag::ONLCR], true);
    initial.put(Value::CS8);
    initial.put(Value::TAB3);
    let mut last = initial.clone();
    last.put(Value::CS7);
    last.set_all(&[Flag::ISIG, Flag::ICANON, Flag::ECHO, Flag::ECHOE, Flag::ECHOK], true);
    keys(&mut last, intr);
    SpeedEntry {
        label: b"default".to_vec(),
        initial,
        final_modes: last,
        final_names_size: true,
        prompt: Text::bytes(*b"LOGIN: "),
        next: Some(0),
        program: None,
        auto: false,
        origin: Origin::BuiltIn,
    }
}

/// The keys of a session. SCO's interrupt is DEL; here that erases (D10).
fn keys(modes: &mut Modes, intr: u8) {
    for (which, byte) in [
        (Char::Intr, Some(intr)),
        (Char::Quit, Some(0x1c)),
        (Char::Erase, Some(0x7f)),
        (Char::Kill, Some(0x15)),
        (Char::Eof, Some(0x04)),
        (Char::Eol, None),
        (Char::Start, Some(0x11)),
        (Char::Stop, Some(0x13)),
        (Char::Susp, Some(0x1a)),
    ] {
        modes.put_char(which, byte);
    }
    modes.min_time = Some((1, 0));
}
