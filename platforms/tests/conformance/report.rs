//! The table, the failures and the verdict.

use std::io::{self, Write};

use polygetty_platforms::{Os, process};

use crate::expected::{self, Expected, SYSTEMS};
use crate::facts::Fact;
use crate::runner::Answer;

pub fn list(facts: &[&Fact]) {
    let mut out = io::stdout().lock();
    for fact in facts {
        let _ = writeln!(out, "{}: test", fact.name);
    }
    let _ = writeln!(out, "\n{} tests, 0 benchmarks", facts.len());
}

/// Prints all of it; true: every fact is as expected here.
pub fn report(facts: &[&Fact], answers: &[Answer], gaps: &[String], terse: bool) -> bool {
    let mut out = io::stdout().lock();
    if !terse && !facts.is_empty() {
        let _ = writeln!(out, "{}", table(facts, answers));
    }
    let failures: Vec<String> =
        facts.iter().zip(answers).filter_map(|(fact, answer)| failure(fact, answer)).collect();
    for text in gaps.iter().chain(&failures) {
        let _ = writeln!(out, "conformance: {text}");
    }
    let skipped = answers.iter().filter(|answer| matches!(answer, Answer::Skipped(_))).count();
    if skipped > 0 {
        let _ = writeln!(out, "skipped: {skipped} facts of the conformance suite need root");
    }
    let hold = facts.len() - failures.len() - skipped;
    let _ = writeln!(
        out,
        "conformance: {} as {}: {hold} facts hold, {} fail, {skipped} skipped{}",
        Os::HERE.name(),
        if process::is_root() { "root" } else { "somebody else" },
        failures.len(),
        if gaps.is_empty() { "" } else { "; the tables have gaps" }
    );
    failures.is_empty() && gaps.is_empty()
}

/// None: as expected, or skipped.
fn failure(fact: &Fact, answer: &Answer) -> Option<String> {
    let system = Os::HERE.name();
    match (answer, expected::on(Os::HERE, fact.name)) {
        (Answer::None(why), _) => Some(format!("{system}: {:?}: {why}", fact.name)),
        (Answer::Is(word), Some(expected)) if !expected.holds(word) => {
            let remark = expected.remark().map(|remark| format!(" ({remark})")).unwrap_or_default();
            Some(format!("{system}: {:?} is {word:?}, expected {expected}{remark}", fact.name))
        }
        // A fact that no table names is among the gaps.
        _ => None,
    }
}

fn table(facts: &[&Fact], answers: &[Answer]) -> String {
    let mut rows = vec![["", "fact", "here", "expected on linux", "freebsd", "illumos"].map(str::to_owned)];
    for (fact, answer) in facts.iter().zip(answers) {
        let mark = if failure(fact, answer).is_some() { "!" } else { "" };
        let here = match answer {
            Answer::Is(word) => word.clone(),
            Answer::None(_) => "no answer".to_owned(),
            Answer::Skipped(why) => format!("skipped: {why}"),
        };
        let [linux, freebsd, illumos] = SYSTEMS.map(|system| {
            expected::on(system, fact.name).map_or("-".to_owned(), |expected: Expected| expected.to_string())
        });
        rows.push([mark.to_owned(), fact.name.to_owned(), here, linux, freebsd, illumos]);
    }
    let mut widths = [0; 6];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<String> =
            row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join(" | ").trim_start_matches(" | ").trim_end());
        text.push('\n');
    }
    text.push_str("? = never seen on a running system; nothing of illumos has been\n");
    text
}
