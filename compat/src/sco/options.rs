//! The command line (§2). No letter and no value ever costs a line its getty: what is not understood is said in the
//! log, and what is understood is done.

use crate::diag::{Code, Diagnostic, Severity};
use crate::options::{Item, Takes, scan};
use crate::plan::setting::{Origin, Setting};
use crate::source::FilePath;
use std::time::Duration;

/// LN01: a number of the command line holds something else.
pub const NUMBER: Code = Code::ln(1);
/// LN09: a letter that is no option.
pub const UNKNOWN: Code = Code::ln(9);
/// LN10: more operands than there are.
pub const SURPLUS: Code = Code::ln(10);
/// LN11: an option without its value.
pub const NO_VALUE: Code = Code::ln(11);

const USAGE: &[&str] = &[
    "usage: getty [-A] [-f] [-h] [-n] [-r] [-s detect_time] [-t timeout] [-x level] line [speed [type [linedisc]]]",
    "       getty -c gettydefs_file",
];

/// How many operands mean something.
const OPERANDS: usize = 4;

/// The usage, a line each.
pub fn usage() -> &'static [&'static str] {
    USAGE
}

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// `-c`: the file to check. It wins over everything else.
    pub check: Option<FilePath>,
    /// `-A`: the name that was typed goes to login, known or not.
    pub any_user: bool,
    /// `-f`: the dialer tells fax calls from data calls.
    pub fax: bool,
    /// `-h`: the call is up (ct); DTR is not dropped.
    pub no_hang_up: bool,
    /// `-n`: input is not thrown away after a prompt.
    pub no_flush: bool,
    /// `-r`: wait for a byte, whether Devices names the line or not.
    pub wait_for_byte: bool,
    /// `-s`: how long to listen for what gettyacts names.
    pub detect: Setting<Option<Duration>>,
    /// `-t`: how long a prompt waits for a name.
    pub timeout: Setting<Option<Duration>>,
    /// `-x`: debug entries, if it is above 0.
    pub debug: Setting<u32>,
    /// Line, label, terminal type and line discipline, as far as they were given.
    pub operands: Vec<Setting<Vec<u8>>>,
    /// What is odd about it.
    pub findings: Vec<Diagnostic>,
    /// What only a debug entry speaks of.
    pub traces: Vec<String>,
}

impl Default for Invocation {
    fn default() -> Self {
        Self {
            check: None,
            any_user: false,
            fax: false,
            no_hang_up: false,
            no_flush: false,
            wait_for_byte: false,
            detect: Setting::built_in(None),
            timeout: Setting::built_in(None),
            debug: Setting::built_in(0),
            operands: Vec::new(),
            findings: Vec::new(),
            traces: Vec::new(),
        }
    }
}

/// A command line that is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misuse {
    /// `--help`, and no line.
    Help,
    /// `--version`, and no line.
    Version,
    /// `-c` without a file.
    CheckWithoutFile,
}

fn takes(letter: u8) -> Option<Takes> {
    Some(match letter {
        b'A' | b'f' | b'h' | b'n' | b'r' | b'O' => Takes::Nothing,
        b'c' | b's' | b't' | b'x' => Takes::Value,
        _ => return None,
    })
}

/// Reads a command line, without the program's name.
pub fn read(arguments: &[Vec<u8>]) -> Result<Invocation, Misuse> {
    let items = scan(arguments, takes);
    let asks = |word: &str| items.iter().any(|item| matches!(item, Item::Long(w, _) if w == word.as_bytes()));
    if !items.iter().any(|item| matches!(item, Item::Operand(..) | Item::Option(b'c', ..))) {
        if asks("help") {
            return Err(Misuse::Help);
        }
        if asks("version") {
            return Err(Misuse::Version);
        }
    }
    let mut typed = Invocation::default();
    for item in items {
        match item {
            Item::Option(letter, None, at) => typed.flag(letter, at),
            Item::Option(letter, Some(value), at) => typed.value(letter, value, at),
            Item::Operand(word, at) if typed.operands.len() < OPERANDS => {
                typed.operands.push(Setting::new(word, Origin::Argument(at)));
            }
            Item::Operand(word, at) => typed.surplus(&word, at),
            Item::Unknown(letter, at) => typed.unknown(letter, at),
            Item::Long(word, at) => typed.long(&word, at),
            Item::ValueMissing(b'c', _) => return Err(Misuse::CheckWithoutFile),
            Item::ValueMissing(letter, at) => typed.no_value(letter, at),
        }
    }
    Ok(typed)
}

impl Invocation {
    fn flag(&mut self, letter: u8, at: usize) {
        match letter {
            b'A' => self.any_user = true,
            b'f' => self.fax = true,
            b'h' => self.no_hang_up = true,
            b'n' => self.no_flush = true,
            b'r' => self.wait_for_byte = true,
            // Another release of OpenServer names it and nobody says what it does.
            b'O' => self.traces.push(format!("argument {at}: -O has no effect")),
            _ => {}
        }
    }

    fn value(&mut self, letter: u8, value: Vec<u8>, at: usize) {
        match letter {
            b'c' => self.check = Some(FilePath(value)),
            b's' => {
                let tenths = self.number(letter, &value, at, 1..=9999, "nothing is listened for");
                let time = tenths.map(|n| Duration::from_millis(u64::from(n) * 100));
                self.detect.overrule(time, Origin::Argument(at));
            }
            b't' => {
                let seconds = self.number(letter, &value, at, 1..=MOST, "a prompt waits for ever");
                self.timeout
                    .overrule(seconds.map(|n| Duration::from_secs(u64::from(n))), Origin::Argument(at));
            }
            b'x' => {
                let level = self.number(letter, &value, at, 0..=MOST, "no debug entries are written");
                self.debug.overrule(level.unwrap_or(0), Origin::Argument(at));
            }
            _ => {}
        }
    }
}

/// The largest number that is one; anything longer is a slip of the hand.
const MOST: u32 = 999_999_999;

impl Invocation {
    /// A decimal number of this range; anything else is said and is none.
    fn number(
        &mut self,
        letter: u8,
        text: &[u8],
        at: usize,
        range: std::ops::RangeInclusive<u32>,
        without: &str,
    ) -> Option<u32> {
        let digits = std::str::from_utf8(text).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        let number = digits.and_then(|digits| digits.parse().ok()).filter(|number| range.contains(number));
        if number.is_none() {
            let (from, to) = (range.start(), range.end());
            let (letter, shown) = (char::from(letter), shown(text));
            let message = format!("argument {at}: \"{shown}\" of -{letter} is no number from {from} to {to}");
            self.say(NUMBER, message, without, format!("-{letter} and a decimal number"));
        }
        number
    }

    fn no_value(&mut self, letter: u8, at: usize) {
        let message = format!("argument {at}: -{} without a value", letter.escape_ascii());
        self.say(NO_VALUE, message, "the option has no effect", "the value behind it".into());
    }

    fn surplus(&mut self, word: &[u8], at: usize) {
        let message = format!("argument {at}: \"{}\" is one operand too many", shown(word));
        self.say(SURPLUS, message, "it is ignored", "line, speed, type and linedisc alone".into());
    }

    fn long(&mut self, word: &[u8], at: usize) {
        let message = format!("argument {at}: unknown option \"--{}\"", shown(word));
        self.say(UNKNOWN, message, "it is ignored", "one letter behind one dash".into());
    }

    fn unknown(&mut self, letter: u8, at: usize) {
        let message = format!("argument {at}: unknown option \"-{}\"", letter.escape_ascii());
        let write = match foreign(letter) {
            Some((names, does)) => format!("nothing; {does} is a matter of {names}"),
            None => "nothing in its place".to_owned(),
        };
        self.say(UNKNOWN, message, "it is ignored; a word behind it is an operand", write);
    }

    fn say(&mut self, code: Code, message: String, here: &str, write: String) {
        /// More than this is nobody's command line.
        const MOST: usize = 32;
        if self.findings.len() < MOST {
            self.findings
                .push(Diagnostic::new(code, Severity::Warning, message, None).here(here).write(write));
        }
    }
}

/// The gettys that know a letter which SCO's does not, and what it does there.
fn foreign(letter: u8) -> Option<(&'static str, &'static str)> {
    const GETTY_PS: &str = "getty_ps (name it so, or persona = \"getty_ps\" in /etc/polygetty.toml)";
    const MGETTY: &str = "mgetty (name it so, or persona = \"mgetty\" in /etc/polygetty.toml)";
    const BOTH: &str =
        "getty_ps and mgetty (name it so, or persona = \"getty_ps\" or \"mgetty\" in /etc/polygetty.toml)";
    Some(match letter {
        b'd' => (GETTY_PS, "a defaults file"),
        b'H' => (GETTY_PS, "a hang-up time"),
        b'w' => (GETTY_PS, "waiting for a string"),
        b'a' => (BOTH, "an initialising line, or autobauding,"),
        b'C' => (BOTH, "a connect script, or the modem's class,"),
        b'D' => (BOTH, "debugging, or data calls alone,"),
        b'R' => (BOTH, "ringback"),
        b'b' => (MGETTY, "a blocking open"),
        b'F' => (MGETTY, "fax calls alone"),
        b'i' => (MGETTY, "an issue file"),
        b'I' => (MGETTY, "a fax identification"),
        b'k' => (MGETTY, "keeping disk space free"),
        b'm' => (MGETTY, "an init chat"),
        b'p' => (MGETTY, "a prompt"),
        b'S' => (MGETTY, "a document to poll"),
        _ => return None,
    })
}

/// Bytes of a command line, as people can read them.
fn shown(bytes: &[u8]) -> String {
    const MOST: usize = 40;
    match bytes.get(..MOST).filter(|_| bytes.len() > MOST) {
        Some(head) => format!("{}...", head.escape_ascii()),
        None => bytes.escape_ascii().to_string(),
    }
}
