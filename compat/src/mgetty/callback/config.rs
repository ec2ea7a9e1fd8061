//! callback.config: mgetty.config's grammar with other keywords.

use super::super::chat::{self, Script};
use super::super::config::{COMMENT, Foul, LONG, SPEED, Says, Sections, UNKNOWN, is_refused, section};
use super::super::lines::{self, Line};
use super::super::values::SYNTAX;
use crate::diag::{Diagnostic, Severity, bounded, by_place};
use crate::gettydefs::nearest;
use crate::operands::line_name;
use crate::plan::setting::{Origin, Setting};
use crate::source::{FileId, SourceMap, Span};
use crate::surroundings::SystemFacts;
use std::ops::Range;
use std::time::Duration;

const INIT: &[u8] = br#""" ATQ0V1H0 OK AT+FCLASS=0 OK"#;
/// The keywords.
const KEYWORDS: &[&str] = &[
    "dialout-devices",
    "delay",
    "delay-randomize",
    "retry-time",
    "max-time",
    "modem-init",
    "speed",
    "dial-prefix",
    "prompt-waittime",
    "debug",
];
/// No time is longer: one day.
const MOST: i64 = 24 * 3600;

/// The values for one line, or those of no line in particular.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // each is the keyword of its name; the manual page says what it does
pub struct Config {
    pub dialout_devices: Setting<Vec<Vec<u8>>>,
    pub delay: Setting<Duration>,
    pub delay_randomize: Setting<u32>,
    pub retry_time: Setting<Duration>,
    pub max_time: Setting<Duration>,
    pub modem_init: Setting<Script>,
    pub speed: Setting<u32>,
    pub dial_prefix: Setting<Vec<u8>>,
    pub prompt_waittime: Setting<Duration>,
    pub debug: Setting<u32>,
}

impl Config {
    /// What the program holds for itself.
    pub fn built_in(debian: bool) -> Self {
        let lines: &[&[u8]] = if debian { &[b"ttyS1"] } else { &[b"tty4c", b"tty4d"] };
        Self {
            dialout_devices: Setting::built_in(lines.iter().map(|line| line.to_vec()).collect()),
            delay: Setting::built_in(Duration::from_secs(20)),
            delay_randomize: Setting::built_in(10),
            retry_time: Setting::built_in(Duration::from_secs(30)),
            max_time: Setting::built_in(Duration::from_secs(600)),
            modem_init: Setting::built_in(chat::read(INIT, &|_| None, &mut Vec::new())),
            speed: Setting::built_in(38_400),
            dial_prefix: Setting::built_in(b"ATD".to_vec()),
            prompt_waittime: Setting::built_in(Duration::from_millis(300)),
            debug: Setting::built_in(4),
        }
    }
}

/// Whether a line is one that only this file has, for files of other names.
pub(crate) fn begins(line: &[u8]) -> bool {
    let mut words = line.splitn(2, |byte| matches!(byte, b' ' | b'\t'));
    let (word, value) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    match word {
        // Words of mgetty.config, too.
        b"prompt-waittime" | b"speed" | b"debug" => false,
        b"delay" => !value.is_empty() && value.trim_ascii().iter().all(u8::is_ascii_digit),
        _ => !value.is_empty() && KEYWORDS.iter().any(|keyword| keyword.as_bytes() == word),
    }
}

/// What came of a file.
#[derive(Clone, Debug)]
pub struct Read {
    /// The values.
    pub config: Config,
    /// What is odd about them.
    pub findings: Vec<Diagnostic>,
    /// The lines that were skipped, for the log.
    pub foul: Vec<Foul>,
    speeds: Vec<(u32, Span)>,
}

/// Reads a file, for one line or for none. For one, it tells what is odd in that line's sections: the rest is told
/// where it is read for none.
pub fn read(debian: bool, file: Option<(&SourceMap, FileId)>, sections: Sections<'_>) -> Read {
    let config = Config::built_in(debian);
    let mut read = Read { config, findings: Vec::new(), foul: Vec::new(), speeds: Vec::new() };
    if let Some((sources, file)) = file {
        read.file(sources.bytes(file), file, sections);
    }
    read.findings = bounded(read.findings);
    read
}

/// Everything that is odd about a file, the sections of all lines included.
pub fn check(sources: &SourceMap, file: FileId, system: &SystemFacts) -> Vec<Diagnostic> {
    let Read { mut findings, speeds, .. } = read(false, Some((sources, file)), Sections::All);
    for (speed, span) in speeds {
        if is_refused(speed, system) {
            let message = format!("{speed} bit/s is no speed of {}", system.name);
            findings.push(
                Diagnostic::new(SPEED, Severity::Error, message, span)
                    .here("callback ends at once (exit 2)")
                    .write("a speed that the line and the modem have, such as 38400"),
            );
        }
    }
    by_place(&mut findings);
    bounded(findings)
}

impl Read {
    fn file(&mut self, bytes: &[u8], file: FileId, sections: Sections<'_>) {
        let (mut counts, mut global) = (true, true);
        for line in lines::lines(bytes, file) {
            let (findings, foul) = (self.findings.len(), self.foul.len());
            let is_keyword = self.any_line(line, sections, &mut counts, &mut global);
            if matches!(sections, Sections::Of(_)) && (global || !is_keyword) {
                self.findings.truncate(findings);
                self.foul.truncate(foul);
            }
        }
    }

    /// A line of any kind; whether it is one of a keyword that counts.
    fn any_line(
        &mut self,
        line: Result<Line, lines::Odd>,
        sections: Sections<'_>,
        counts: &mut bool,
        global: &mut bool,
    ) -> bool {
        let line = match line {
            Ok(line) => line,
            Err(lines::Odd::Long(span)) => {
                self.findings.push(lines::long(LONG, span));
                return false;
            }
            Err(lines::Odd::Comment(span)) => {
                self.findings.push(lines::comment(COMMENT, span));
                return false;
            }
        };
        let text = line.text();
        let end = text.iter().position(|byte| *byte == b' ').unwrap_or(text.len());
        let value = (end + 1).min(text.len())..text.len();
        if text.get(..end) == Some(b"port") {
            *global = false;
            *counts = section(&line, value, sections, &mut self.findings);
            return false;
        }
        if *counts {
            self.line(&line, end, value, *global);
        }
        *counts
    }

    fn line(&mut self, line: &Line, end: usize, value: Range<usize>, global: bool) {
        let word = line.text().get(..end).unwrap_or_default();
        let text = line.text().get(value.clone()).unwrap_or_default();
        let Some(keyword) = KEYWORDS.iter().copied().find(|keyword| keyword.as_bytes() == word) else {
            let message = format!("there is no keyword \"{}\"", word.escape_ascii());
            let finding = Diagnostic::new(UNKNOWN, Severity::Warning, message, line.span(0..end))
                .here("the line is skipped");
            let near = nearest(word, KEYWORDS.iter().copied().chain(std::iter::once("port")));
            self.findings
                .push(finding.write(near.unwrap_or("a keyword of callback.config, in small letters")));
            self.foul.push(Foul { line: line.text().to_vec(), unknown: Some(word.to_vec()) });
            return;
        };
        if keyword == "dialout-devices" && !global {
            self.findings.push(
                Diagnostic::new(SYNTAX, Severity::Warning, "dialout-devices of one line", line.span(0..end))
                    .here("the line is skipped")
                    .write("dialout-devices before the first port line"),
            );
            return;
        }
        let start = value.start;
        let place = |part: Range<usize>| match text.is_empty() {
            true => Some(line.whole()),
            false => Some(line.span(start + part.start..start + part.end)),
        };
        let mut says = Says { keyword, length: text.len(), place: &place, findings: &mut self.findings };
        let origin = Origin::File(line.whole());
        let config = &mut self.config;
        match keyword {
            "dialout-devices" => {
                let mut names = Vec::new();
                let mut from = 0;
                for word in text.split(|byte| *byte == b':') {
                    let part = from..from + word.len();
                    from = part.end + 1;
                    match line_name(word) {
                        Some(name) => names.push(name),
                        None if word.is_empty() => {}
                        None => {
                            let message = format!("\"{}\" is no line", word.escape_ascii());
                            says.warn(SYNTAX, part, message, "it is left out", "names below /dev");
                        }
                    }
                }
                config.dialout_devices.overrule(names, origin);
                return;
            }
            "modem-init" => {
                let script = says.script(text);
                config.modem_init.overrule(script, origin);
                return;
            }
            "dial-prefix" => {
                if text.is_empty() || text.iter().any(u8::is_ascii_control) {
                    let message = "dial-prefix is no command of a modem".to_owned();
                    let here = "numbers are sent behind it all the same: no call can come about";
                    says.warn(SYNTAX, 0..text.len(), message, here, "ATD, or ATDP for pulses");
                }
                config.dial_prefix.overrule(text.to_vec(), origin);
                return;
            }
            _ => {}
        }
        let Some(number) = says.number(text) else {
            self.foul.push(Foul { line: line.text().to_vec(), unknown: None });
            return;
        };
        if number < 0 {
            let message = format!("{keyword} is less than nothing");
            says.warn(SYNTAX, 0..text.len(), message, "taken for 0", "a number of digits");
        }
        let count = u32::try_from(number.clamp(0, i64::from(u32::MAX))).unwrap_or(0);
        let secs = Duration::from_secs(number.clamp(0, MOST).unsigned_abs());
        match keyword {
            "delay" => config.delay.overrule(secs, origin),
            "delay-randomize" => config.delay_randomize.overrule(count.min(3600), origin),
            "retry-time" => config.retry_time.overrule(secs, origin),
            "max-time" => config.max_time.overrule(secs, origin),
            "prompt-waittime" => {
                let ms = Duration::from_millis(number.clamp(0, MOST).unsigned_abs());
                config.prompt_waittime.overrule(ms, origin);
            }
            "speed" => {
                self.speeds.push((count, line.whole()));
                config.speed.overrule(count, origin);
            }
            _ => config.debug.overrule(count.min(9), origin),
        }
    }
}
