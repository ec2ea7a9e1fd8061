//! The command line: letters, the line, the number, the speed.

use super::status;
use crate::getty_ps::compile::show;
use crate::operands::line_name;
use crate::options::{Item, Takes, scan};
use crate::plan::setting::{Origin, Setting};
use crate::surroundings::{Speed, SystemFacts};

/// The usage, a line each.
pub const USAGE: &[&str] =
    &["usage: dialer -h [-f] [-c] [-x level] tty speed", "       dialer [-x level] tty number speed"];

/// The longest number.
const LONGEST_NUMBER: usize = 64;
/// What a Devices line says that leaves the speed to us.
const ANY_SPEED: u32 = 9600;

/// What a dialer is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// `-h`: hang up, and make the modem pick up by itself.
    Ready,
    /// `-h` with `-c` or `-f`: wait for a call and pick it up.
    Wait {
        /// `-f`: tell fax from data.
        fax: bool,
    },
    /// Call this number, as the modem takes it.
    Dial(Setting<Vec<u8>>),
}

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// What to do.
    pub job: Job,
    /// `-x`: say what is sent and heard.
    pub trace: Option<Origin>,
    /// The line, by its name below `/dev`.
    pub line: Setting<Vec<u8>>,
    /// The line's speed in bit/s.
    pub speed: Setting<u32>,
    /// Whether exactly this speed was asked for; else it was our choice.
    pub exact: bool,
}

/// A command line that cannot be followed: the status, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub u8, pub String);

/// Reads a command line, without the program's name.
pub fn read(arguments: &[Vec<u8>], system: &SystemFacts) -> Result<Command, Wrong> {
    let (mut hang_up, mut fax, mut wait, mut trace) = (false, false, false, None);
    let mut operands = Vec::new();
    let wrong = |why: String| Wrong(status::ARGUMENTS, why);
    let takes = |letter: u8| match letter {
        b'h' | b'f' | b'c' => Some(Takes::Nothing),
        b'x' => Some(Takes::Value),
        _ => None,
    };
    for item in scan(arguments, takes) {
        match item {
            Item::Option(b'h', ..) => hang_up = true,
            Item::Option(b'f', ..) => fax = true,
            Item::Option(b'c', ..) => wait = true,
            Item::Option(b'x', value, at) => trace = level(&value.unwrap_or_default(), at)?,
            Item::Operand(word, at) => operands.push(Setting::new(word, Origin::Argument(at))),
            Item::ValueMissing(letter, _) => {
                return Err(wrong(format!("-{} needs a value", letter.escape_ascii())));
            }
            Item::Option(letter, ..) | Item::Unknown(letter, _) => {
                return Err(wrong(format!("no option -{}", letter.escape_ascii())));
            }
            Item::Long(word, _) => return Err(wrong(format!("no option --{}", show(&word)))),
        }
    }
    let (line, number, speed) = match (hang_up, <[_; 3]>::try_from(operands)) {
        (false, Ok([line, number, speed])) => (line, Some(number), speed),
        (true, Ok(_)) => return Err(wrong("-h takes a line and a speed, and calls nobody".into())),
        (true, Err(operands)) => match <[_; 2]>::try_from(operands) {
            Ok([line, speed]) => (line, None, speed),
            Err(_) => return Err(wrong("-h takes a line and a speed".into())),
        },
        (false, Err(_)) => return Err(wrong("a line, a number and a speed are needed".into())),
    };
    if !hang_up && (fax || wait) {
        return Err(wrong("-c and -f go with -h alone".into()));
    }
    let name = line_name(&line.value);
    let name =
        name.ok_or_else(|| wrong(format!("\"{}\" is no name of a line below /dev", show(&line.value))))?;
    let job = match number {
        Some(number) => Job::Dial(Setting::new(to_dial(&number.value)?, number.origin)),
        None if wait || fax => Job::Wait { fax },
        None => Job::Ready,
    };
    let (bps, exact) = to_speed(&speed.value, system)?;
    Ok(Command { job, trace, line: Setting::new(name, line.origin), speed: speed.map(|_| bps), exact })
}

fn level(value: &[u8], at: usize) -> Result<Option<Origin>, Wrong> {
    let digits =
        std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    match digits.and_then(|text| text.parse::<u32>().ok()) {
        Some(0) => Ok(None),
        Some(_) => Ok(Some(Origin::Argument(at))),
        None => Err(Wrong(status::ARGUMENTS, format!("-x {} is no level", show(value)))),
    }
}

/// The number as the modem takes it: `=` waits for a dial tone and `-` is a pause, as UUCP writes them.
fn to_dial(number: &[u8]) -> Result<Vec<u8>, Wrong> {
    let wrong = |why: String| Wrong(status::NUMBER, why);
    if number.is_empty() {
        return Err(wrong("the number is empty".into()));
    }
    if number.len() > LONGEST_NUMBER {
        return Err(wrong(format!("the number is longer than {LONGEST_NUMBER} characters")));
    }
    let translated = number.iter().map(|byte| match byte {
        b'0'..=b'9' | b'*' | b'#' | b',' | b'@' | b'!' => Ok(*byte),
        b'=' | b'w' | b'W' => Ok(b'W'),
        b'-' => Ok(b','),
        b'T' | b't' | b'P' | b'p' => Ok(byte.to_ascii_uppercase()),
        other => Err(wrong(format!("\"{}\" is in no number", other.escape_ascii()))),
    });
    translated.collect()
}

/// The speed in bit/s, and whether it was the only one that was asked for.
fn to_speed(word: &[u8], system: &SystemFacts) -> Result<(u32, bool), Wrong> {
    let wrong = |why: &str| Wrong(status::SPEED, format!("{} is no speed: {why}", show(word)));
    if word == b"-" || word.eq_ignore_ascii_case(b"any") {
        return Ok((ANY_SPEED, false));
    }
    let number = |digits: &[u8]| -> Option<u32> {
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        std::str::from_utf8(digits).ok()?.parse().ok().filter(|bps| *bps > 0)
    };
    let fits = |bps: u32| match (system.speed)(bps) {
        Speed::Fits | Speed::Perhaps(_) => Ok(bps),
        Speed::Refused(why) => Err(wrong(why)),
    };
    let Some(dash) = word.iter().position(|byte| *byte == b'-') else {
        let bps = number(word).ok_or_else(|| wrong("a number, a range such as 1200-9600, or Any"))?;
        return Ok((fits(bps)?, true));
    };
    let ends = (number(word.get(..dash).unwrap_or(&[])), number(word.get(dash + 1..).unwrap_or(&[])));
    let (Some(low), Some(high)) = ends else { return Err(wrong("a range is written 1200-9600")) };
    if low > high {
        return Err(wrong("its first number is the higher one"));
    }
    // Of several speeds the highest that the exit status can tell: nobody would know of a higher one.
    let told = status::SPEEDS.iter().map(|(bps, _)| *bps).filter(|bps| (low..=high).contains(bps));
    let highest = told.filter(|bps| fits(*bps).is_ok()).max();
    Ok((highest.map_or_else(|| fits(high), Ok)?, false))
}
