//! The answers that each system is expected to give.

use std::fmt;

use polygetty_platforms::Os;

use crate::{everywhere, facts, freebsd, illumos, linux};

/// What a system should answer to a fact.
#[derive(Clone, Copy, Debug)]
pub enum Expected {
    /// this word
    Word(&'static str),
    /// one of these; why both are right
    OneOf(&'static [&'static str], &'static str),
    /// a number from here to there, both included; why not one number
    Between(u64, u64, &'static str),
    /// this word, says the source, but nobody has seen it on a running system
    Untried(&'static str, &'static str),
}

pub use Expected::{Between, OneOf, Untried, Word};

impl Expected {
    pub fn holds(&self, answer: &str) -> bool {
        match self {
            Word(word) | Untried(word, _) => *word == answer,
            OneOf(words, _) => words.contains(&answer),
            Between(from, to, _) => answer.parse().is_ok_and(|number: u64| (*from..=*to).contains(&number)),
        }
    }

    /// What a reader of a failure should know besides.
    pub fn remark(&self) -> Option<String> {
        match self {
            Word(_) => None,
            OneOf(_, why) | Between(_, _, why) => Some((*why).to_owned()),
            Untried(_, source) => Some(format!("never seen on a running system; the source is {source}")),
        }
    }
}

/// As it stands in the table; a question mark says that nobody has seen it.
impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Word(word) => f.pad(word),
            OneOf(words, _) => f.pad(&words.join(" or ")),
            Between(from, to, _) => f.pad(&format!("{from} to {to}")),
            Untried(word, _) => f.pad(&format!("{word} ?")),
        }
    }
}

/// One line of a system's table.
pub type Line = (&'static str, Expected);

pub const SYSTEMS: [Os; 3] = [Os::Linux, Os::FreeBsd, Os::Illumos];

fn table(system: Os) -> &'static [Line] {
    match system {
        Os::Linux => linux::TABLE,
        Os::FreeBsd => freebsd::TABLE,
        Os::Illumos => illumos::TABLE,
    }
}

/// What the tables say of a fact on a system, from each line that names it.
fn lines(system: Os, fact: &str) -> Vec<Expected> {
    let own = table(system).iter().filter(|(name, _)| *name == fact).map(|(_, expected)| *expected);
    let promised = everywhere::TABLE.iter().filter(|(name, _)| *name == fact).map(|(_, word)| match system {
        // Nothing of ours has run there.
        Os::Illumos => Untried(word, "the promise that this crate makes"),
        Os::Linux | Os::FreeBsd => Word(word),
    });
    own.chain(promised).collect()
}

/// None: no table names the fact, which [`gaps`] tells.
pub fn on(system: Os, fact: &str) -> Option<Expected> {
    lines(system, fact).first().copied()
}

/// Where the tables do not name exactly the facts there are.
pub fn gaps() -> Vec<String> {
    let mut gaps = Vec::new();
    for system in SYSTEMS {
        for fact in facts::all() {
            match lines(system, fact.name).len() {
                0 => gaps.push(format!("{}: no answer is expected to {:?}", system.name(), fact.name)),
                1 => {}
                _ => gaps.push(format!("{}: two answers are expected to {:?}", system.name(), fact.name)),
            }
        }
        let promised = everywhere::TABLE.iter().map(|(name, _)| *name);
        for name in table(system).iter().map(|(name, _)| *name).chain(promised) {
            if facts::all().all(|fact| fact.name != name) {
                gaps.push(format!("{}: there is no fact {name:?}", system.name()));
            }
        }
    }
    for (at, fact) in facts::all().enumerate() {
        if facts::all().skip(at + 1).any(|other| other.name == fact.name) {
            gaps.push(format!("two facts are called {:?}", fact.name));
        }
    }
    gaps
}
