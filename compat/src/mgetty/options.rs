//! The command line (§1): `mgetty [options] line [gettydefs-tag]`, options before and behind the operands.

use super::config::Typed;
use crate::diag::{Code, Diagnostic, Severity};
use crate::operands::line_name;
use crate::options::{Item, Takes, scan_all};
use crate::persona::Family;
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::Device;
use crate::source::FilePath;

/// LN01: a number of the command line holds something else.
pub const NUMBER: Code = Code::ln(1);
/// LN10: more operands than there are.
pub const SURPLUS: Code = Code::ln(10);

/// The exit status of a wrong command line, and of a device that is none.
pub const MISUSE: u8 = 2;

/// The usage, a line each.
pub const USAGE: &[&str] = &[
    "usage: mgetty [-x debug] [-s speed] [-r] [-b] [-a] [-D | -F] [-C class]",
    "              [-m init_chat] [-p prompt] [-i issue_file] [-n rings]",
    "              [-R ringback_seconds] [-I fax_id] [-k kilobytes]",
    "              [-S fax_document] line [gettydefs_tag]",
    "       mgetty -c gettydefs_file",
    "       mgetty -V",
];

/// What a command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To wait on a line.
    Wait(Box<Invocation>),
    /// `-c`: to check a gettydefs file.
    Check(FilePath),
    /// `-V`: version, log pattern, and the configuration's path.
    Version,
}

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The line.
    pub device: Setting<Device>,
    /// The entry of gettydefs; it counts only where the configuration says so.
    pub tag: Option<Setting<Vec<u8>>>,
    /// `-x`, which counts before the configuration is read.
    pub debug: Option<Setting<u32>>,
    /// What the options set, by keyword, in their order.
    pub typed: Vec<Typed>,
    /// What is odd about it.
    pub findings: Vec<Diagnostic>,
}

/// A command line that is not one. All of them end with [`MISUSE`] but the questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misuse {
    /// `--help`
    Help,
    /// `--version`
    Version,
    /// It is wrong, for this reason: the usage is said too.
    Wrong(String),
    /// The line cannot be one.
    NoLine(String),
}

fn takes(letter: u8) -> Option<Takes> {
    Some(match letter {
        b'a' | b'b' | b'r' | b'D' | b'F' | b'V' => Takes::Nothing,
        b'c' | b'i' | b'k' | b'm' | b'n' | b'p' | b's' | b'x' | b'C' | b'I' | b'R' | b'S' => Takes::Value,
        _ => return None,
    })
}

/// The keyword that an option sets, and whether it wants a number.
fn keyword(letter: u8) -> Option<(&'static str, bool)> {
    Some(match letter {
        b'a' => ("autobauding", false),
        b'b' => ("blocking", false),
        b'C' => ("modem-type", false),
        b'D' => ("data-only", false),
        b'F' => ("fax-only", false),
        b'i' => ("issue-file", false),
        b'I' => ("fax-id", false),
        b'k' => ("diskspace", true),
        b'm' => ("init-chat", false),
        b'n' => ("rings", true),
        b'p' => ("login-prompt", false),
        b'r' => ("direct", false),
        b'R' => ("ringback-time", true),
        b's' => ("speed", true),
        b'S' => ("fax-server-file", false),
        b'x' => ("debug", true),
        _ => return None,
    })
}

/// Reads a command line, without the program's name. The first mistake, and the first question, counts.
pub fn read(arguments: &[Vec<u8>]) -> Result<Asked, Misuse> {
    let mut typed = Vec::new();
    let mut findings = Vec::new();
    let mut operands = Vec::new();
    for item in scan_all(arguments, takes) {
        let (letter, value, at) = match item {
            Item::Option(letter, value, at) => (letter, value, at),
            Item::Operand(word, at) => {
                operands.push(Setting::new(word, Origin::Argument(at)));
                continue;
            }
            Item::Long(word, _) if word == b"help" => return Err(Misuse::Help),
            Item::Long(word, _) if word == b"version" => return Err(Misuse::Version),
            other => return Err(Misuse::Wrong(other.refused(Family::Mgetty))),
        };
        match (letter, &value) {
            (b'V', _) => return Ok(Asked::Version),
            (b'c', Some(path)) => return Ok(Asked::Check(FilePath(path.clone()))),
            _ => {}
        }
        let Some((keyword, is_number)) = keyword(letter) else { continue };
        let value = value.unwrap_or_default();
        let value = if is_number { decimal(letter, &value, at, &mut findings) } else { value };
        if letter == b'R' {
            typed.push(("ringback", Setting::new(Vec::new(), Origin::Argument(at))));
        }
        typed.push((keyword, Setting::new(value, Origin::Argument(at))));
    }
    let mut operands = operands.into_iter();
    let Some(line) = operands.next() else {
        return Err(Misuse::Wrong("the line is missing".into()));
    };
    let Some(name) = line_name(&line.value) else {
        let text = format!("\"{}\" is no name of a line below /dev", line.value.escape_ascii());
        return Err(Misuse::NoLine(text));
    };
    let tag = operands.next();
    for Setting { value, origin, .. } in operands {
        let at = if let Origin::Argument(at) = origin { at } else { 0 };
        let message = format!("argument {at}: \"{}\" is one operand too many", value.escape_ascii());
        findings.push(
            Diagnostic::new(SURPLUS, Severity::Warning, message, None)
                .here("it is ignored")
                .write("the line, and perhaps a tag of gettydefs"),
        );
    }
    let debug = typed.iter().rev().find(|(keyword, _)| *keyword == "debug");
    let debug = debug.map(|(_, value)| value.as_mapped(|text| level(text)));
    Ok(Asked::Wait(Box::new(Invocation {
        device: line.map(|_| Device::named(&name)),
        tag,
        debug,
        typed,
        findings,
    })))
}

/// A number as atoi(3) reads it, in digits: whatever is none is 0.
pub(super) fn decimal(letter: u8, text: &[u8], at: usize, findings: &mut Vec<Diagnostic>) -> Vec<u8> {
    let word = text.trim_ascii();
    let unsigned = word.strip_prefix(b"-").unwrap_or(word);
    let digits = unsigned.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let digits = unsigned.get(..digits).unwrap_or_default();
    // No leading zero: it would make the number octal.
    let plain = digits.iter().position(|byte| *byte != b'0').and_then(|first| digits.get(first..));
    let value = match plain {
        Some(plain) if unsigned.len() < word.len() => [b"-", plain].concat(),
        Some(plain) => plain.to_vec(),
        None => b"0".to_vec(),
    };
    if digits.is_empty() || digits.len() < unsigned.len() {
        let message = format!(
            "argument {at}: \"{}\" of -{} is no number; taken for {}",
            text.escape_ascii(),
            char::from(letter),
            value.escape_ascii()
        );
        findings.push(Diagnostic::new(NUMBER, Severity::Warning, message, None));
    }
    value
}

/// The level of the log, 0 to 9.
pub(super) fn level(text: &[u8]) -> u32 {
    match text {
        [digit @ b'0'..=b'9'] => u32::from(*digit - b'0'),
        [b'1'..=b'9', ..] => 9,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
