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
    "usage: getty [-Afhnr] [-s detect_time] [-t timeout] [-x level]",
    "             line [speed [type [linedisc]]]",
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
            Some((does, names)) => {
                let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
                format!(
                    "nothing, or, for {does}, call the program {}, or choose it by persona = {} in polygetty.toml",
                    names.join(" or "),
                    quoted.join(" or ")
                )
            }
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

/// What a letter does that SCO's getty does not know, and the gettys where it does that.
fn foreign(letter: u8) -> Option<(&'static str, &'static [&'static str])> {
    const GETTY_PS: &[&str] = &["getty_ps"];
    const MGETTY: &[&str] = &["mgetty"];
    const BOTH: &[&str] = &["getty_ps", "mgetty"];
    Some(match letter {
        b'd' => ("a defaults file", GETTY_PS),
        b'H' => ("a hang-up time", GETTY_PS),
        b'w' => ("waiting for a string", GETTY_PS),
        b'a' => ("a line to initialise, or autobauding", BOTH),
        b'C' => ("a connect script, or the modem's class", BOTH),
        b'D' => ("debug entries, or data calls alone", BOTH),
        b'R' => ("ringback", BOTH),
        b'b' => ("a blocking open", MGETTY),
        b'F' => ("fax calls alone", MGETTY),
        b'i' => ("another issue file", MGETTY),
        b'I' => ("a fax identification", MGETTY),
        b'k' => ("disk space to keep free", MGETTY),
        b'm' => ("an init chat", MGETTY),
        b'p' => ("another prompt", MGETTY),
        b'S' => ("a document to be polled", MGETTY),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Severity;
    use proptest::prelude::*;

    fn words(line: &str) -> Vec<Vec<u8>> {
        line.split_whitespace().map(|word| word.as_bytes().to_vec()).collect()
    }

    fn typed(line: &str) -> Invocation {
        read(&words(line)).unwrap()
    }

    fn operands(typed: &Invocation) -> Vec<&str> {
        typed.operands.iter().map(|word| std::str::from_utf8(&word.value).unwrap()).collect()
    }

    fn codes(typed: &Invocation) -> Vec<Code> {
        typed.findings.iter().map(|finding| finding.code).collect()
    }

    const S: fn(u64) -> Option<Duration> = |seconds| Some(Duration::from_secs(seconds));

    #[test]
    fn the_lines_of_inittabs_are_read() {
        for (line, timeout, wanted) in [
            ("-t60 tty2A 19200", S(60), &["tty2A", "19200"][..]),
            ("-t60 tty1A m", S(60), &["tty1A", "m"]),
            ("tty1a m", None, &["tty1a", "m"]),
            ("console console", None, &["console", "console"]),
            ("-r -t 60 tty12 1200", S(60), &["tty12", "1200"]),
            ("-f -s 30 -x 1 tty2A o", None, &["tty2A", "o"]),
        ] {
            let typed = typed(line);
            assert_eq!((operands(&typed).as_slice(), typed.timeout.value), (wanted, timeout), "{line}");
            assert_eq!(typed.findings, [], "{line}");
            assert_eq!(typed.wait_for_byte, line.starts_with("-r"));
            let fax = line.starts_with("-f");
            assert_eq!((typed.fax, typed.debug.value), (fax, u32::from(fax)));
            assert_eq!(typed.detect.value, if fax { S(3) } else { None });
        }
    }

    #[test]
    fn letters_cluster_and_values_stand_behind_them_or_apart() {
        let one = typed("-Afhnr -t60 -s 5 -x3 L m vt100 LDISC0");
        assert!(one.any_user && one.fax && one.no_hang_up && one.no_flush && one.wait_for_byte);
        assert_eq!(one.timeout, Setting::new(S(60), Origin::Argument(2)));
        assert_eq!(one.detect, Setting::new(Some(Duration::from_millis(500)), Origin::Argument(3)));
        assert_eq!(one.debug, Setting::new(3, Origin::Argument(5)));
        assert_eq!(operands(&one), ["L", "m", "vt100", "LDISC0"]);
        assert_eq!(one.operands[0].origin, Origin::Argument(6));
        assert_eq!(one.findings, []);
        // A cluster may end in an option with a value; options end at the first operand.
        let two = typed("-hnt9 L -A");
        assert!(two.no_hang_up && two.no_flush && !two.any_user);
        assert_eq!((two.timeout.value, operands(&two)), (S(9), vec!["L", "-A"]));
        assert_eq!(operands(&typed("-h -- -n")), ["-n"]);
        assert_eq!(typed(""), Invocation::default());
    }

    #[test]
    fn a_number_that_is_none_is_said_and_has_no_effect() {
        for (line, letter) in [
            ("-s 0 L", "s"),
            ("-s 10000 L", "s"),
            ("-s abc L", "s"),
            ("-s +5 L", "s"),
            ("-t x L", "t"),
            ("-t 0 L", "t"),
            ("-t -5 L", "t"),
            ("-t 99999999999 L", "t"),
            ("-x 1x L", "x"),
        ] {
            let typed = typed(line);
            assert_eq!(codes(&typed), [NUMBER], "{line}");
            assert!(typed.findings[0].message.contains(&format!("of -{letter} is no number")), "{line}");
            assert_eq!((typed.detect.value, typed.timeout.value, typed.debug.value), (None, None, 0));
            assert_eq!(operands(&typed), ["L"], "{line}");
        }
        assert_eq!(typed("-s9999 -x0 L").detect.value, Some(Duration::from_millis(999_900)));
        assert_eq!(codes(&typed("-n -t")), [NO_VALUE]);
    }

    #[test]
    fn a_letter_costs_no_line_its_getty() {
        let odd = typed("-Q -hn -t60 L m");
        assert_eq!(operands(&odd), ["L", "m"]);
        assert!(odd.no_hang_up && odd.no_flush);
        assert_eq!((odd.timeout.value, codes(&odd)), (S(60), vec![UNKNOWN]));
        assert_eq!(odd.findings[0].message, "argument 1: unknown option \"-Q\"");
        assert_eq!(odd.findings[0].severity, Severity::Warning);
        assert_eq!(codes(&typed("-hQnZ --all L")), [UNKNOWN; 3]);
        assert!(typed("-hQn L").no_flush);
        let none = typed("-O L");
        assert_eq!(
            (none.findings.len(), none.traces.as_slice()),
            (0, &["argument 1: -O has no effect".to_owned()][..])
        );
        let surplus = typed("L m vt100 LDISC0 x y");
        assert_eq!((operands(&surplus).len(), codes(&surplus)), (4, vec![SURPLUS; 2]));
    }

    #[test]
    fn a_letter_of_another_getty_is_said_to_be_its() {
        for (letter, names) in [("-w", "getty_ps"), ("-p", "mgetty"), ("-C", "getty_ps or mgetty")] {
            let write = typed(&format!("{letter} L")).findings[0].write.clone().unwrap();
            assert!(write.contains(&format!("call the program {names},")), "{write}");
            assert!(write.contains("persona = \""), "{write}");
        }
        for letter in b"dHwaCDRbFiIkmpS" {
            assert!(foreign(*letter).is_some() && takes(*letter).is_none(), "{letter}");
        }
    }

    #[test]
    fn a_check_wants_a_file_and_nothing_else() {
        assert_eq!(typed("-t60 -c /etc/gettydefs").check, Some("/etc/gettydefs".into()));
        assert_eq!(typed("-cg L m").check, Some("g".into()));
        assert_eq!(read(&words("-h -c")), Err(Misuse::CheckWithoutFile));
        assert!(usage().iter().any(|line| line.contains("-c")));
        assert_eq!(read(&words("--help")), Err(Misuse::Help));
        assert_eq!(read(&words("-n --version")), Err(Misuse::Version));
        // An inittab's line is a line, whatever stands in it.
        assert_eq!(operands(&typed("--help L")), ["L"]);
    }

    proptest! {
        #[test]
        fn any_command_line_is_read_or_misused(
            line in proptest::collection::vec(
                prop_oneof!["-[AfhnrOQw]{1,3}", "-[cstx][0-9x]{0,6}", "[a-z0-9/]{0,6}", "--[a-z]{0,4}"],
                0..50,
            ),
        ) {
            let words: Vec<Vec<u8>> = line.iter().map(|word| word.as_bytes().to_vec()).collect();
            if let Ok(typed) = read(&words) {
                prop_assert!(typed.operands.len() <= OPERANDS && typed.findings.len() <= 32);
                prop_assert!(typed.findings.iter().all(|f| f.here.is_some() && f.write.is_some()));
                prop_assert!(typed.detect.value.is_none_or(|time| time <= Duration::from_secs(1000)));
            }
        }
    }
}
