//! What holds between entries: labels that occur twice, next-labels, and the ring that BREAK walks.

use super::dialect::Dialect;
use super::{Entry, quoted};
use crate::diag::{Code, Diagnostic, Severity};
use crate::source::Span;
use std::collections::BTreeMap;

/// A next-label that stands in a text which is no usable entry.
pub(super) struct Loose {
    pub(super) label: Vec<u8>,
    pub(super) next: Option<(Vec<u8>, Span)>,
}

/// Judges the labels of one file: GD04, GD06, GD07.
pub(super) fn check(entries: &[Entry], loose: &[Loose], dialect: &Dialect, findings: &mut Vec<Diagnostic>) {
    // The first entry of a label; none for one whose entries are broken: it is missing for a reason that is given there.
    let mut first: BTreeMap<&[u8], Option<usize>> = BTreeMap::new();
    let mut again = Vec::new();
    for (i, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.whole) {
        if let Some(before) =
            first.get(entry.label.as_slice()).copied().flatten().and_then(|i| entries.get(i))
        {
            again.push(i);
            let message = format!("label {} is defined twice", quoted(&entry.label));
            findings.push(
                Diagnostic::new(Code::gd(4), Severity::Error, message, entry.label_span)
                    .also(before.label_span, "first defined here")
                    .here("the first one is used; this entry is never reached")
                    .write("another label, or only one of the two entries"),
            );
        } else {
            first.insert(&entry.label, Some(i));
        }
    }
    let broken = entries.iter().filter(|entry| !entry.whole).map(|entry| &entry.label);
    for label in broken.chain(loose.iter().map(|l| &l.label)) {
        first.entry(label).or_insert(None);
    }

    let nexts = entries.iter().filter(|entry| entry.whole).map(|entry| (&entry.next, entry.next_span));
    let nexts = nexts.chain(loose.iter().filter_map(|l| l.next.as_ref().map(|(next, span)| (next, *span))));
    for (next, span) in nexts.filter(|(next, _)| !next.is_empty()) {
        if !first.contains_key(next.as_slice()) {
            let message = format!("next-label {} is not defined", quoted(next));
            findings.push(
                Diagnostic::new(Code::gd(6), Severity::Error, message, span).here(dialect.lost_break).write(
                    "the label of an entry in this file; the entry's own, if BREAK is to change nothing",
                ),
            );
        }
    }

    let after: Vec<Option<usize>> = entries
        .iter()
        .enumerate()
        .map(|(i, entry)| {
            let usable = entry.whole && again.binary_search(&i).is_err();
            usable.then(|| first.get(entry.next.as_slice()).copied()).flatten().flatten()
        })
        .collect();
    let (fates, _) = fates(&after);
    for (entry, _) in entries.iter().zip(&fates).filter(|(_, fate)| **fate == Fate::Trapped) {
        let message = format!("BREAK never leads back to {}", quoted(&entry.label));
        findings.push(
            Diagnostic::new(Code::gd(7), Severity::Warning, message, entry.next_span)
                .here(format!(
                    "the next-labels from {} on end in a loop without this entry; a caller who has passed it cannot \
                     come back",
                    quoted(&entry.next)
                ))
                .write("next-labels that make one ring"),
        );
    }
}

/// Where the next-labels from an entry lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Back to it.
    Returns,
    /// Into a ring without it.
    Trapped,
    /// To a label that is not there.
    Ends,
}

/// The fate of every entry, given the entry that follows each, and how many steps it took to know: never more than
/// two for an entry.
pub(super) fn fates(after: &[Option<usize>]) -> (Vec<Fate>, usize) {
    let mut fates: Vec<Option<Fate>> = vec![None; after.len()];
    // The walk on which an entry was first met, and its place on it.
    let mut met: Vec<Option<(usize, usize)>> = vec![None; after.len()];
    let mut path = Vec::new();
    let mut steps = 0;
    for start in 0..after.len() {
        path.clear();
        let mut at = Some(start);
        // The first place on the path that belongs to a ring, and the fate of the places before it.
        let (ring, before) = loop {
            let Some(here) = at else { break (path.len(), Fate::Ends) };
            if let Some(fate) = fates.get(here).copied().flatten() {
                break (path.len(), if fate == Fate::Ends { Fate::Ends } else { Fate::Trapped });
            }
            match met.get(here).copied().flatten() {
                Some((walk, place)) if walk == start => break (place, Fate::Trapped),
                _ => {}
            }
            if let Some(met) = met.get_mut(here) {
                *met = Some((start, path.len()));
            }
            path.push(here);
            steps += 1;
            at = after.get(here).copied().flatten();
        };
        for (place, entry) in path.iter().enumerate() {
            steps += 1;
            if let Some(fate) = fates.get_mut(*entry) {
                *fate = Some(if place < ring { before } else { Fate::Returns });
            }
        }
    }
    (fates.into_iter().map(|fate| fate.unwrap_or(Fate::Ends)).collect(), steps)
}
