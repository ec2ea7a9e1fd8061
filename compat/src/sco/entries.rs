//! gettydefs entries with what SCO's getty adds to them (4.2, 4.3, 4.6).

use super::modes;
use crate::diag::{Diagnostic, Severity};
use crate::gettydefs::{Entry, NO_GETTYDEFS, SCO, find, lookup, sixth};
use crate::plan::modes::{Flag, Modes, Value};
use crate::plan::setting::{Origin, Setting};
use crate::plan::speed::{EntryProgram, SpeedEntry};
use crate::plan::text::Text;
use crate::source::{SourceMap, SourceReader};
use crate::surroundings::SystemFacts;

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
    let found = lookup(&SCO, system, reader, sources, findings);
    let whole = &found.entries;
    if whole.is_empty() {
        let message = match (&found.unreadable, &found.path) {
            (Some(unreadable), _) => unreadable.clone(),
            (None, Some(path)) => format!("{path} has no entry that can be used"),
            (None, None) => "there is no /etc/gettydefs".to_owned(),
        };
        findings.push(
            Diagnostic::new(NO_GETTYDEFS, Severity::Error, message, None)
                .here("the line runs at 300 bit/s, with the prompt \"LOGIN: \"")
                .write("m# B9600 HUPCL # B9600 SANE HUPCL #login: #m"),
        );
        return Table { entries: vec![built_in(intr)], start: Setting::built_in(0) };
    }
    let entries = whole.iter().map(|entry| compiled(entry, whole, intr, system)).collect();
    let Some(label) = label else {
        return Table { entries, start: Setting::new(0, Origin::Rule("no label: the first entry")) };
    };
    if let Some((index, _)) = find(whole, &label.value) {
        return Table { entries, start: label.as_mapped(|_| index) };
    }
    let first = whole.first();
    let used = first.map(|entry| entry.label.as_slice()).unwrap_or_default();
    findings.push(found.no_such_label(label, used, first));
    Table { entries, start: Setting::new(0, Origin::Rule("no such label: the first entry")) }
}

fn compiled(entry: &Entry, all: &[Entry], intr: u8, system: &SystemFacts) -> SpeedEntry {
    // An entry that is whole has a sixth field that can be read.
    let sixth = sixth(entry).unwrap_or_default();
    let mut final_modes = modes::last(&entry.last, system);
    // SCO's interrupt is DEL; here that erases (D10).
    final_modes.put_session_keys(intr);
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
    last.put_session_keys(intr);
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
