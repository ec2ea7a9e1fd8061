//! The text of login.config (§7.1), and what is odd about it.

use super::{Argument, FIDO, Logins, MOST, MOST_ARGUMENTS, Names, PPP, Record, Rule, Rules, RunsAs};
use crate::diag::{Code, Diagnostic, Severity, bounded};
use crate::mgetty::lines::{self, Line};
use crate::source::{FileId, FilePath, SourceMap, Span};
use std::ops::Range;

/// LC02: an entry has too few fields.
pub const FIELDS: Code = Code::lc(2);
/// LC03: a program is no absolute path.
pub const RELATIVE: Code = Code::lc(3);
/// LC04: more arguments than are passed on.
pub const ARGUMENTS: Code = Code::lc(4);
/// LC05: a version that does not exist.
pub const VERSION: Code = Code::lc(5);
/// LC06: an earlier entry takes every name.
pub const UNREACHED: Code = Code::lc(6);
/// LC07: a flag of version 2 that is none.
pub const FLAG: Code = Code::lc(7);
/// LC08: more than is read: a line, the file.
pub const LONG: Code = Code::lc(8);
/// LC09: a name that matches otherwise than it looks.
pub const PATTERN: Code = Code::lc(9);
/// LC10: a word that stands for nothing.
pub const WORD: Code = Code::lc(10);
/// LC11: a comment that ends in a backslash takes the next line along.
pub const COMMENT: Code = Code::lc(11);

/// Reads a file.
pub fn parse(sources: &SourceMap, file: FileId) -> Rules {
    let mut rules = Rules::default();
    let mut flags = false;
    let mut takes_all: [Option<Span>; 2] = [None, None];
    for line in lines::lines(sources.bytes(file), file) {
        let line = match line {
            Ok(line) => line,
            Err(lines::Odd::Long(span)) => {
                rules.findings.push(lines::long(LONG, span));
                continue;
            }
            Err(lines::Odd::Comment(span)) => {
                rules.findings.push(lines::comment(COMMENT, span));
                continue;
            }
        };
        if let Some(version) = line.text().strip_prefix(b"!version") {
            flags = rules.version(&line, version.trim_ascii()).unwrap_or(flags);
            continue;
        }
        if rules.rules.len() == MOST {
            rules.findings.push(
                Diagnostic::new(LONG, Severity::Error, format!("more than {MOST} entries"), line.whole())
                    .here("this one and those behind it are skipped")
                    .write("fewer entries"),
            );
            break;
        }
        let Some(rule) = rules.entry(&line, flags) else { continue };
        rules.unreached(&rule, &mut takes_all);
        rules.rules.push(rule);
    }
    rules.findings = bounded(std::mem::take(&mut rules.findings));
    rules
}

/// Whether a line is a file's first: a version, or four fields of which the last is a path.
pub(crate) fn begins(line: &[u8]) -> bool {
    let mut words = line.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
    let first = words.next();
    first == Some(b"!version")
        || (words.nth(1).is_some_and(|record| !record.contains(&b'/'))
            && words.next().is_some_and(|program| program.starts_with(b"/"))
            && first.is_some_and(|name| !name.starts_with(b"/dev/")))
}

impl Names {
    fn read(text: &[u8]) -> Self {
        match text {
            b"*" | b"**" => Self::All,
            [b'*', inner @ .., b'*'] => Self::Holding(inner.to_vec()),
            [b'*', end @ ..] => Self::Ending(end.to_vec()),
            [begin @ .., b'*'] => Self::Beginning(begin.to_vec()),
            whole => Self::Exactly(whole.to_vec()),
        }
    }
}

impl Rules {
    fn find(&mut self, code: Code, severity: Severity, message: String, span: Span, here: &str, write: &str) {
        self.findings.push(Diagnostic::new(code, severity, message, span).here(here).write(write));
    }

    /// Whether flags stand in the entries behind.
    fn version(&mut self, line: &Line, version: &[u8]) -> Option<bool> {
        match version {
            b"1" => Some(false),
            b"2" => Some(true),
            other => {
                let message = format!("there is no version \"{}\"", other.escape_ascii());
                let write = "!version 1, or !version 2 with a flag behind each name";
                self.find(VERSION, Severity::Error, message, line.whole(), "the line is skipped", write);
                None
            }
        }
    }

    fn entry(&mut self, line: &Line, flags: bool) -> Option<Rule> {
        let mut words = line.words();
        let (name, name_at) = words.next()?;
        let flag = if flags { words.next() } else { None };
        let (Some((account, _)), Some((record, _)), Some((program, program_at))) =
            (words.next(), words.next(), words.next())
        else {
            let (message, write) = match flags {
                false => ("an entry has at least four fields", "NAME USERID UTMP PROGRAM ARGUMENT ..."),
                true => (
                    "an entry of version 2 has at least five fields",
                    "NAME FLAG USERID UTMP PROGRAM ARGUMENT ...",
                ),
            };
            self.find(FIELDS, Severity::Error, message.into(), line.whole(), "it is skipped", write);
            return None;
        };
        let (account, record) = (account.to_vec(), record.to_vec());
        let program = FilePath::from(program);
        let arguments: Vec<(Vec<u8>, Range<usize>)> = words.map(|(word, at)| (word.to_vec(), at)).collect();
        let names = Names::read(name);
        self.pattern(&names, name, line.span(name_at));
        let logins = flag.map_or(Logins::Any, |(flag, at)| self.flag(flag, line.span(at)));
        if !program.is_absolute() {
            let message = "the program is no absolute path".to_owned();
            let here = "nothing runs for a name that comes to this entry";
            self.find(
                RELATIVE,
                Severity::Error,
                message,
                line.span(program_at),
                here,
                "the whole path, from / on",
            );
        }
        if let Some((_, at)) = arguments.get(MOST_ARGUMENTS) {
            let message = format!("more than {MOST_ARGUMENTS} arguments");
            let surplus = line.span(at.start..line.text().len());
            let write = "a script that runs the program with all of them";
            self.find(ARGUMENTS, Severity::Warning, message, surplus, "the rest is left out", write);
        }
        let arguments = arguments.into_iter().take(MOST_ARGUMENTS);
        let arguments = arguments.map(|(word, at)| self.argument(word, line.span(at))).collect();
        Some(Rule {
            names,
            logins,
            runs_as: if account == b"-" { RunsAs::Root } else { RunsAs::Account(account) },
            record: match record.as_slice() {
                b"-" => Record::Nothing,
                b"@" => Record::Name,
                _ => Record::Text(record),
            },
            program,
            arguments,
            span: line.whole(),
        })
    }

    /// Says where a name is compared otherwise than it looks.
    fn pattern(&mut self, names: &Names, written: &[u8], span: Span) {
        let part = match names {
            Names::All => return,
            Names::Beginning(part) | Names::Ending(part) | Names::Holding(part) | Names::Exactly(part) => {
                part
            }
        };
        let odd = part.iter().any(|byte| matches!(byte, b'*' | b'?' | b'['));
        if odd || (!is_detector(part) && is_near_detector(part)) {
            let message = format!("\"{}\" is compared as it stands", written.escape_ascii());
            let write = "*, name, name*, *name, *name*, /AutoPPP/ or /FIDO/";
            self.find(PATTERN, Severity::Warning, message, span, "no other name fits", write);
        }
    }

    fn flag(&mut self, flag: &[u8], span: Span) -> Logins {
        if !matches!(flag, b"Y" | b"N" | b"-" | b"*") {
            let message = format!("\"{}\" is no flag", flag.escape_ascii());
            let here = match flag.first() {
                Some(b'Y') => "taken for Y",
                Some(b'N') => "taken for N",
                _ => "the entry is for all logins",
            };
            let write = "Y for those who are called back, N for those who call, - for both";
            self.find(FLAG, Severity::Warning, message, span, here, write);
        }
        match flag.first() {
            Some(b'Y') => Logins::CalledBack,
            Some(b'N') => Logins::Calling,
            _ => Logins::Any,
        }
    }

    fn argument(&mut self, word: Vec<u8>, span: Span) -> Argument {
        match word.as_slice() {
            b"@" => Argument::Name,
            br"\I" => Argument::Connect,
            br"\Y" => Argument::Caller,
            other => {
                let quoted = matches!(other.first(), Some(b'"' | b'\''));
                let within = [&br"\I"[..], br"\Y"].iter().any(|p| other.windows(2).any(|w| w == *p));
                if quoted || within || matches!(other, [b'\\', _]) {
                    let message = format!("\"{}\" stands for nothing", other.escape_ascii());
                    let write = "one of @ \\I \\Y alone, or words without quotes; a script for more";
                    self.find(WORD, Severity::Warning, message, span, "it is passed on as it stands", write);
                }
                Argument::Text(word)
            }
        }
    }

    /// Says where an entry can never be reached, because one before takes every name.
    fn unreached(&mut self, rule: &Rule, takes_all: &mut [Option<Span>; 2]) {
        let kinds = [false, true].map(|called_back| rule.logins.are(called_back));
        let first = kinds.iter().zip(takes_all.iter()).filter(|(is, _)| **is).map(|(_, span)| *span);
        let spans: Vec<Option<Span>> = first.collect();
        if let Some(Some(before)) = spans.first()
            && spans.iter().all(Option::is_some)
        {
            let finding =
                Diagnostic::new(UNREACHED, Severity::Warning, "no name comes to this entry", rule.span)
                    .also(*before, "this one takes every name")
                    .here("it has no effect")
                    .write("the entry for * last");
            self.findings.push(finding);
        } else if rule.names == Names::All {
            for (place, is) in takes_all.iter_mut().zip(kinds) {
                if is && place.is_none() {
                    *place = Some(rule.span);
                }
            }
        }
    }
}

fn is_detector(name: &[u8]) -> bool {
    name == PPP || name == FIDO
}

/// `/autoppp/` and the like.
fn is_near_detector(name: &[u8]) -> bool {
    let plain = |name: &[u8]| {
        name.iter().filter(|byte| **byte != b'/').map(u8::to_ascii_lowercase).collect::<Vec<_>>()
    };
    [PPP, FIDO].iter().any(|known| plain(name) == plain(known))
}
