//! The command line (§1).

use crate::diag::{Code, Diagnostic, Severity};
use crate::options::{Item, Takes, scan};
use crate::persona::Family;
use crate::plan::setting::{Origin, Setting};
use crate::source::FilePath;

/// LN01: a number of the command line holds something else.
pub const NUMBER: Code = Code::ln(1);
/// LN03: `-a` took the first operand for the init device.
pub const INIT_OPERAND: Code = Code::ln(3);
/// LN04: the line discipline is not known.
pub const DISCIPLINE: Code = Code::ln(4);

/// The usage, a line each.
pub const USAGE: &[&str] = &[
    "usage: getty [-d defaults_file] [-a] [-h] [-H hangupsecs] [-r delay]",
    "             [-t timeout] [-w waitfor] [-C connect] [-D debug] [-R]",
    "             line [speed [type [lined]]]",
    "       getty -c gettydefs_file",
];

/// What was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invocation {
    /// `-c`: the file to check.
    pub check: Option<FilePath>,
    /// `-d`
    pub defaults: Option<Setting<Vec<u8>>>,
    /// `-aDEV`
    pub init_line: Option<Setting<Vec<u8>>>,
    /// A bare `-a`.
    pub bare_a: bool,
    /// `-h`
    pub stay_up: Option<Origin>,
    /// `-H`
    pub hang_up: Option<Setting<u32>>,
    /// `-r`
    pub delay: Option<Setting<u32>>,
    /// `-t`
    pub timeout: Option<Setting<u32>>,
    /// `-w`
    pub wait_for: Option<Setting<Vec<u8>>>,
    /// `-C`
    pub connect: Option<Setting<Vec<u8>>>,
    /// `-D`
    pub debug: Option<Setting<u32>>,
    /// `-R`
    pub ringback: Option<Origin>,
    /// What followed, with the argument's place.
    pub operands: Vec<Setting<Vec<u8>>>,
    /// What is odd about it.
    pub findings: Vec<Diagnostic>,
}

/// A command line that is not one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misuse {
    /// `--help`
    Help,
    /// `--version`
    Version,
    /// It is wrong, for this reason.
    Wrong(String),
}

fn takes(letter: u8) -> Option<Takes> {
    Some(match letter {
        b'h' | b'R' => Takes::Nothing,
        b'a' => Takes::GluedValue,
        b'r' => Takes::ValueOrZero,
        b'd' | b'H' | b't' | b'w' | b'c' | b'C' | b'D' => Takes::Value,
        _ => return None,
    })
}

/// Reads a command line, without the program's name.
pub fn read(arguments: &[Vec<u8>]) -> Result<Invocation, Misuse> {
    let mut typed = Invocation::default();
    for item in scan(arguments, takes) {
        let (letter, value, at) = match item {
            Item::Option(letter, value, at) => (letter, value, at),
            Item::Operand(word, at) => {
                typed.operands.push(Setting::new(word, Origin::Argument(at)));
                continue;
            }
            Item::Long(word, _) if word == b"help" => return Err(Misuse::Help),
            Item::Long(word, _) if word == b"version" => return Err(Misuse::Version),
            other => return Err(Misuse::Wrong(other.refused(Family::GettyPs))),
        };
        let origin = Origin::Argument(at);
        match (letter, value) {
            (b'h', _) => typed.stay_up = Some(origin),
            (b'R', _) => typed.ringback = Some(origin),
            (b'a', None) => typed.bare_a = true,
            (b'a', Some(device)) => typed.init_line = Some(Setting::new(device, origin)),
            (b'c', Some(path)) => typed.check = Some(FilePath(path)),
            (b'd', Some(name)) => typed.defaults = Some(Setting::new(name, origin)),
            (b'w', Some(word)) => typed.wait_for = Some(Setting::new(word, origin)),
            (b'C', Some(chat)) => typed.connect = Some(Setting::new(chat, origin)),
            (b'H', Some(text)) => typed.hang_up = Some(typed.number(letter, &text, 10, at)),
            (b'r', Some(text)) => typed.delay = Some(typed.number(letter, &text, 10, at)),
            (b't', Some(text)) => typed.timeout = Some(typed.number(letter, &text, 10, at)),
            (b'D', Some(text)) => typed.debug = Some(typed.number(letter, &text, 8, at)),
            (_, _) => {}
        }
    }
    Ok(typed)
}

impl Invocation {
    fn number(&mut self, letter: u8, text: &[u8], radix: u32, at: usize) -> Setting<u32> {
        let (value, clean) = number(text, radix);
        if !clean {
            let message = format!(
                "argument {at}: \"{}\" of -{} is no number; taken for {value}",
                text.escape_ascii(),
                char::from(letter)
            );
            self.findings.push(Diagnostic::new(NUMBER, Severity::Warning, message, None));
        }
        Setting::new(value, Origin::Argument(at))
    }
}

/// A number as C's atoi reads it, and whether nothing else was there. Negative ones are 0.
pub(super) fn number(text: &[u8], radix: u32) -> (u32, bool) {
    let text = text.trim_ascii();
    let digits = text.iter().map_while(|byte| char::from(*byte).to_digit(radix));
    let (value, used) = digits.fold((0u32, 0usize), |(value, used), digit| {
        (value.saturating_mul(radix).saturating_add(digit), used + 1)
    });
    (value, used > 0 && used == text.len())
}
