//! One entry's text to its fields (getty_ps, §3.1, rules 5 to 7; SCO, §4.1).

use super::dialect::{Dialect, Escapes};
use super::lex::{Joined, blank, hashes};
use super::{Entry, Flags, flags, prompt, quoted, sixth};
use crate::diag::{Code, Diagnostic, Severity};
use crate::escape::{system_v_bytes, system_v_words};
use crate::source::Span;
use crate::surroundings::SystemFacts;
use std::ops::Range;

/// The fields that stand behind the label, as people call them.
const FIELDS: [&str; 4] = ["initial flags", "final flags", "login prompt", "next-label"];

/// Reads one entry; its text and span are those of `joined` alone.
pub(super) fn read(
    joined: &Joined,
    dialect: &Dialect,
    system: &SystemFacts,
    findings: &mut Vec<Diagnostic>,
) -> Entry {
    let mut reader = Reader { joined, dialect, findings, invalid: None };
    let shape = reader.shape();
    let end = joined.text().len()..joined.text().len();
    let mut field = |n: usize| -> Option<Flags> {
        let cut = shape.cuts.get(n)?;
        let words = joined.words(cut.field.clone(), dialect.escapes);
        let text = joined.trimmed(cut.field.clone());
        let place = if text.is_empty() { cut.hash.clone() } else { text };
        Some(flags::read(words, joined.span(place), dialect, system, reader.findings))
    };
    let initial = field(0).unwrap_or_default();
    let last = field(1).unwrap_or_default();
    reader.speeds_differ(&initial, &last);
    let prompt = shape.cuts.get(2).map_or(end.clone(), |cut| cut.field.clone());
    reader.prompt(prompt.clone());
    let (next, sixth) = match shape.cuts.get(3) {
        Some(cut) => reader.next(cut),
        None => (end, None),
    };
    let sixth = sixth.map(|range| (joined.slice(range.clone()).to_vec(), joined.span(range)));
    let next_place = if next.is_empty() {
        shape.cuts.get(3).map_or(next.clone(), |cut| cut.hash.clone())
    } else {
        next.clone()
    };
    let limits = &dialect.limits;
    let cut = |range: Range<usize>, most: usize| {
        let bytes = joined.slice(range);
        bytes.get(..most).filter(|_| limits.cut).unwrap_or(bytes).to_vec()
    };
    let name = |range| match dialect.escapes {
        Escapes::GettyPs => cut(range, limits.label),
        Escapes::SystemV => system_v_bytes(joined.slice(range)),
    };
    reader.sizes(&shape.label, &prompt, &next);
    reader.sixth(sixth.as_ref());
    Entry {
        label: name(shape.label.clone()),
        label_span: shape.label_span,
        text: joined.text().to_vec(),
        initial,
        last,
        prompt: cut(prompt.clone(), limits.prompt),
        prompt_span: joined.span(prompt),
        next: name(next),
        next_span: joined.span(next_place),
        sixth,
        span: joined.whole(),
        whole: reader.invalid.is_none(),
        invalid: reader.invalid,
    }
}

/// A field behind the label, and the `#` before it.
struct Cut {
    hash: Range<usize>,
    field: Range<usize>,
}

/// Where an entry's parts stand.
struct Shape {
    label: Range<usize>,
    /// Where a finding about the label points: it, or what stands in its place.
    label_span: Span,
    /// The fields that are there, the next-label's with all that follows it.
    cuts: Vec<Cut>,
}

struct Reader<'a> {
    joined: &'a Joined,
    dialect: &'a Dialect,
    findings: &'a mut Vec<Diagnostic>,
    /// The first field that spoils the entry.
    invalid: Option<&'static str>,
}

impl Reader<'_> {
    /// Finds label and fields; GD01 and GD02.
    fn shape(&mut self) -> Shape {
        let text = self.joined.text();
        let mut hashes = hashes(text, self.dialect);
        let indent =
            if self.dialect.indented_label { text.iter().take_while(|b| blank(**b)).count() } else { 0 };
        let rest = text.get(indent..).unwrap_or(&[]);
        let long = self.word(rest);
        let label_end = (indent + long).min(hashes.first().copied().unwrap_or(text.len()));
        let label = indent..label_end;
        let first = hashes.first().copied().unwrap_or(text.len());
        let between = self.joined.trimmed(label_end..first);
        let count = hashes.len();

        let label_span = match (label.is_empty(), between.is_empty()) {
            (false, _) => self.joined.span(label.clone()),
            (true, false) => self.joined.span(between.clone()),
            (true, true) => self.joined.span(first..first + 1),
        };
        let name = quoted(self.joined.slice(label.clone()));
        let mut glued = false; // the label's own `#` is what is missing
        if label.is_empty() {
            let write = "the label in the first column, directly before the first #";
            self.error(
                1,
                "the label is blank".into(),
                label_span,
                "getty cannot find the entry",
                write.into(),
            );
            self.spoil("label");
        } else if hashes.is_empty() || !between.is_empty() {
            glued = (1..4).contains(&count);
            let here = "getty does not use the entry";
            self.error(
                1,
                format!("no # after the label {name}"),
                label_span,
                here,
                format!("{}#", name.trim_matches('"')),
            );
            self.spoil("label");
        }
        if glued {
            hashes.insert(0, label_end);
        } else if count < 4 && (count > 0 || label.is_empty()) {
            let missing = FIELDS.get(count).copied().unwrap_or("next-label");
            let message = format!("no {missing}: {count} # where an entry has four");
            let here =
                "getty does not use the entry; an empty line, a comment or the file's end came too early";
            let label = if label.is_empty() { "LABEL" } else { name.trim_matches('"') };
            let write = format!("{label}# INITIAL FLAGS # FINAL FLAGS #PROMPT#NEXT-LABEL");
            self.error(2, message, label_span, here, write);
        }
        if let Some(missing) = FIELDS.get(hashes.len()) {
            self.spoil(missing);
        }
        hashes.truncate(4);
        let cuts = hashes
            .iter()
            .enumerate()
            .map(|(n, hash)| {
                let end = hashes.get(n + 1).copied().unwrap_or(text.len());
                let width = usize::from(!(glued && n == 0));
                Cut { hash: *hash..hash + 1, field: hash + width..end }
            })
            .collect();
        Shape { label, label_span, cuts }
    }

    fn speeds_differ(&mut self, initial: &Flags, last: &Flags) {
        let named = |flags: &Flags| flags.modes.speed.filter(|bps| *bps != 0).zip(flags.speed_span);
        if let (Some((before, at)), Some((after, span))) = (named(initial), named(last))
            && before != after
        {
            let message = format!("the speed changes from {before} to {after} bit/s");
            self.findings.push(
                Diagnostic::new(Code::gd(10), Severity::Note, message, span)
                    .also(at, "initial speed")
                    .here(format!("a name is typed at {before} bit/s, the session runs at {after}"))
                    .write(format!("B{before} in both fields, unless the modem changes its speed too")),
            );
        }
    }

    /// GD17.
    fn prompt(&mut self, range: Range<usize>) {
        for odd in prompt::oddities(self.joined.slice(range.clone()), self.dialect.escapes) {
            let span = self.joined.span(range.start + odd.at.start..range.start + odd.at.end);
            self.findings.push(
                Diagnostic::new(Code::gd(17), Severity::Warning, odd.message, span)
                    .here(odd.here)
                    .write(odd.write),
            );
        }
    }

    /// The next-label and the sixth field; GD15 and GD19.
    fn next(&mut self, cut: &Cut) -> (Range<usize>, Option<Range<usize>>) {
        let text = self.joined.trimmed(cut.field.clone());
        let bytes = self.joined.slice(text.clone());
        let hash = hashes(bytes, self.dialect).first().copied();
        let word = self.word(bytes);
        let word = word.min(hash.unwrap_or(word));
        let next = text.start..text.start + word;
        if next.is_empty() {
            self.findings.push(
                Diagnostic::new(
                    Code::gd(19),
                    Severity::Warning,
                    "no next-label",
                    self.joined.span(cut.hash.clone()),
                )
                .here(self.dialect.no_next)
                .write("a label after the last #; the entry's own, if BREAK is to change nothing"),
            );
        }
        let fifth = hash.filter(|_| self.dialect.sixth_field);
        let (surplus, write) = match self.dialect.sixth_field {
            false => (
                "getty ignores it; a login program in a sixth field is SCO's",
                "nothing after the next-label; a # that belongs to the prompt as \\35",
            ),
            true => (
                "getty ignores it",
                "one word as the next-label, and behind the next # at most one field more; a # that belongs to a \
                 field as \\#",
            ),
        };
        let mut ignored = |range: Range<usize>, message: &str| {
            let range = self.joined.trimmed(range);
            if !range.is_empty() {
                self.findings.push(
                    Diagnostic::new(Code::gd(15), Severity::Warning, message, self.joined.span(range))
                        .here(surplus)
                        .write(write),
                );
            }
        };
        let hash = fifth.map_or(text.end, |hash| text.start + hash);
        ignored(next.end..hash, "text after the next-label");
        let sixth = fifth.map(|_| {
            let rest = self.joined.slice(hash + 1..text.end);
            let end = hashes(rest, self.dialect).first().map_or(text.end, |seventh| hash + 1 + seventh);
            ignored(end..text.end, "text after the sixth field");
            self.joined.trimmed(hash + 1..end)
        });
        (next, sixth)
    }

    /// Where the first word of a text ends.
    fn word(&self, text: &[u8]) -> usize {
        match self.dialect.escapes {
            Escapes::GettyPs => text.iter().position(|b| blank(*b)).unwrap_or(text.len()),
            Escapes::SystemV => {
                system_v_words(text).next().filter(|word| word.start == 0).map_or(0, |word| word.end)
            }
        }
    }

    /// GD20.
    fn sixth(&mut self, field: Option<&(Vec<u8>, Span)>) {
        let Some(Err(finding)) = field.map(|(text, span)| sixth::read(text, *span)) else { return };
        self.findings.push(*finding);
        self.spoil("login program");
    }

    /// GD13.
    fn sizes(&mut self, label: &Range<usize>, prompt: &Range<usize>, next: &Range<usize>) {
        let limits = &self.dialect.limits;
        let (old_label, old_prompt) = limits.original.unwrap_or((limits.label, limits.prompt));
        let parts = [
            ("label", label, old_label, limits.label),
            ("login prompt", prompt, old_prompt, limits.prompt),
            ("next-label", next, limits.label, limits.label),
        ];
        for (what, range, old, most) in parts {
            let is = match self.dialect.escapes {
                Escapes::GettyPs => range.len(),
                Escapes::SystemV => system_v_bytes(self.joined.slice(range.clone())).len(),
            };
            if is <= old {
                continue;
            }
            let span = self.joined.span(range.clone());
            let spoilt = is > most && !limits.cut;
            let severity = if spoilt { Severity::Error } else { Severity::Warning };
            let here = match (is > most, limits.cut) {
                (true, true) => format!("getty uses the first {most} bytes"),
                (true, false) => "getty does not use the entry".to_owned(),
                _ => format!("getty uses all of it; the original cut it after {old} bytes"),
            };
            if spoilt {
                self.spoil(what);
            }
            let most = old.min(most);
            self.findings.push(
                Diagnostic::new(Code::gd(13), severity, format!("{what} of {is} bytes"), span)
                    .here(here)
                    .write(format!("at most {most} bytes")),
            );
        }
    }

    fn spoil(&mut self, field: &'static str) {
        self.invalid.get_or_insert(field);
    }

    fn error(&mut self, code: u8, message: String, span: Span, here: &str, write: String) {
        self.findings
            .push(Diagnostic::new(Code::gd(code), Severity::Error, message, span).here(here).write(write));
    }
}
