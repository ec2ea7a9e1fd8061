//! The command line: `callback [options] [number ...]`.

use super::super::options::{decimal, level};
use super::{number, status};
use crate::diag::Diagnostic;
use crate::operands::line_name;
use crate::options::{Item, Takes, scan_all};
use crate::persona::Family;
use crate::plan::setting::{Origin, Setting};

/// The usage, a line each.
pub const USAGE: &[&str] = &[
    "usage: callback [-x debug] [-l line[:line ...]] [-m modem_init] [-s speed]",
    "                [-d] [-S] [number ...]",
    "       callback -V",
];

/// What was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invocation {
    /// `-x`
    pub debug: Option<Setting<u32>>,
    /// `-l`, the names of lines without `/dev/`
    pub lines: Option<Setting<Vec<Vec<u8>>>>,
    /// `-m`
    pub init: Option<Setting<Vec<u8>>>,
    /// `-s`
    pub speed: Option<Setting<u32>>,
    /// `-d`: stay in the foreground
    pub stay: bool,
    /// `-S`: the line on standard input, and no other
    pub this_line: Option<Origin>,
    /// The numbers.
    pub numbers: Vec<Setting<Vec<u8>>>,
    /// What is odd about it.
    pub findings: Vec<Diagnostic>,
}

/// A command line that asks for something else, or is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misuse {
    /// `--help`
    Help,
    /// `-V`, `--version`
    Version,
    /// An option is wrong, for this reason: said on standard output, with the usage.
    Wrong(String),
    /// It ends with this status, for this reason.
    No(u8, String),
}

fn takes(letter: u8) -> Option<Takes> {
    Some(match letter {
        b'a' | b'd' | b'S' | b'V' => Takes::Nothing,
        b'l' | b'm' | b's' | b'x' => Takes::Value,
        _ => return None,
    })
}

/// Reads a command line, without the program's name.
///
/// # Errors
/// [`Misuse`], the first that is there.
pub fn read(arguments: &[Vec<u8>]) -> Result<Invocation, Misuse> {
    let mut typed = Invocation::default();
    for item in scan_all(arguments, takes) {
        let (letter, value, at) = match item {
            Item::Option(letter, value, at) => (letter, value.unwrap_or_default(), at),
            Item::Operand(word, at) => {
                let number = number(&word)
                    .map_err(|why| Misuse::No(status::MISUSE, format!("argument {at}: {why}")))?;
                typed.numbers.push(Setting::new(number, Origin::Argument(at)));
                continue;
            }
            Item::Long(word, _) if word == b"help" => return Err(Misuse::Help),
            Item::Long(word, _) if word == b"version" => return Err(Misuse::Version),
            other => return Err(Misuse::Wrong(other.refused(Family::Mgetty))),
        };
        let origin = Origin::Argument(at);
        match letter {
            b'V' => return Err(Misuse::Version),
            b'd' => typed.stay = true,
            b'S' => typed.this_line = Some(origin),
            b'm' => typed.init = Some(Setting::new(value, origin)),
            b'l' => typed.lines = Some(Setting::new(lines(&value, at)?, origin)),
            b'x' => {
                let digits = decimal(letter, &value, at, &mut typed.findings);
                typed.debug = Some(Setting::new(level(&digits), origin));
            }
            b's' => {
                let digits = decimal(letter, &value, at, &mut typed.findings);
                let speed = String::from_utf8_lossy(&digits).parse().unwrap_or(0);
                typed.speed = Some(Setting::new(speed, origin));
            }
            _ => {} // -a does nothing
        }
    }
    Ok(typed)
}

fn lines(value: &[u8], at: usize) -> Result<Vec<Vec<u8>>, Misuse> {
    let mut names = Vec::new();
    for word in value.split(|byte| *byte == b':').filter(|word| !word.is_empty()) {
        let Some(name) = line_name(word) else {
            let why = format!("argument {at}: \"{}\" is no name of a line below /dev", word.escape_ascii());
            return Err(Misuse::No(status::NO_LINE, why));
        };
        names.push(name);
    }
    Ok(names)
}
