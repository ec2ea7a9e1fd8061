//! The facts, by subject. A fact does the real thing and answers a short word for what it saw.

mod accounts;
mod breaks_and_wires;
mod characters;
mod ends;
mod lines;
mod locks;
mod modes;
mod nodes;
mod processes;
mod ptys;
mod revoked;
mod speeds;
mod terminal;
mod waits;

use std::path::PathBuf;

use crate::players::Stage;

pub type Trouble = Box<dyn std::error::Error>;
pub type Told = Result<String, Trouble>;

/// What a fact has to work with.
pub struct Bench {
    /// an empty directory of its own
    pub dir: PathBuf,
}

pub struct Fact {
    pub name: &'static str,
    pub needs_root: bool,
    pub probe: fn(&Bench) -> Told,
}

/// What a player does.
pub type Part = fn(&mut Stage) -> Result<(), Trouble>;

const fn fact(name: &'static str, probe: fn(&Bench) -> Told) -> Fact {
    Fact { name, needs_root: false, probe }
}

const fn root_fact(name: &'static str, probe: fn(&Bench) -> Told) -> Fact {
    Fact { name, needs_root: true, probe }
}

fn word(word: impl Into<String>) -> Told {
    Ok(word.into())
}

pub fn all() -> impl Iterator<Item = &'static Fact> {
    [
        ptys::FACTS,
        lines::FACTS,
        modes::FACTS,
        characters::FACTS,
        speeds::FACTS,
        ends::FACTS,
        revoked::FACTS,
        terminal::FACTS,
        breaks_and_wires::FACTS,
        waits::FACTS,
        processes::FACTS,
        nodes::FACTS,
        locks::FACTS,
        accounts::FACTS,
    ]
    .into_iter()
    .flatten()
}

pub fn part(name: &str) -> Option<Part> {
    [breaks_and_wires::PARTS, ends::PARTS, locks::PARTS, processes::PARTS, revoked::PARTS, terminal::PARTS]
        .into_iter()
        .flatten()
        .find(|(known, _)| *known == name)
        .map(|(_, part)| *part)
}
