//! The site file, `/etc/polygetty.toml`: the one file whose form is ours.
//!
//! | code | |
//! |---|---|
//! | SF01 | a line that is no TOML |
//! | SF02 | a key or table that does not exist |
//! | SF03 | a value of another type |
//! | SF04 | a value that is none of the possible ones |
//! | SF05 | a path that does not begin with `/` |
//! | SF06 | a file that others can write; its `persona` and `[login] program` are ignored |
//! | SF07 | a file that cannot be used |
//! | SF08 | a key or table for the second time; of a key, the first holds |
//! | SF09 | a value that this system has no use for |

mod keys;
#[cfg(test)]
mod tests;
mod toml;

use crate::diag::{Code, Diagnostic, Severity, left_out};
use crate::persona::Family;
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::{Level, LockFormat};
use crate::plan::{Facility, LogSettings};
use crate::source::{FileId, FilePath, FileText, ReadError, SourceMap, SourceReader, Span};
use crate::surroundings::SystemFacts;
use keys::{Held, Known};
use toml::Wrong;

/// The longest file that is read, in bytes.
pub const LARGEST: usize = 64 << 10;
/// The most lines that are read.
const MOST_LINES: usize = 4096;
/// At most so many findings: each start of each line logs them.
const MOST_FINDINGS: usize = 50;

/// What the file says, and what it was read from.
#[derive(Clone, Debug, Default)]
pub struct Site {
    global: Values,
    lines: Vec<(Vec<u8>, Values)>,
    /// The file, if there is one; a plan's sources begin with these.
    pub sources: SourceMap,
    /// What is wrong with it.
    pub findings: Vec<Diagnostic>,
}

/// What it says for one line, or for all.
#[derive(Clone, Debug, Default)]
pub struct Values {
    held: Vec<(&'static Known, Setting<Held>)>,
}

/// Whether lock files have a second name in lower case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LockFold {
    /// Names in SCO's form alone, such as `tty1A`.
    #[default]
    Auto,
    /// Every name.
    Always,
    /// None.
    Never,
}

/// What is expanded in an issue file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueEscapes {
    /// `%` tokens.
    Percent,
    /// `%` tokens, and the backslash letters of agetty.
    Agetty,
}

/// Whose built-in values mgetty has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Its authors'.
    #[default]
    Upstream,
    /// Debian's.
    Debian,
}

/// Reads the first site file that exists. What `check` calls an error may be of no consequence to a run, so a name
/// that does not exist is a warning here.
pub fn read(system: &SystemFacts, user: u32, reader: &mut dyn SourceReader) -> Site {
    for dir in &system.config_dirs {
        let path = FilePath([dir.as_bytes(), b"/polygetty.toml"].concat());
        match reader.read(&path, LARGEST) {
            Err(ReadError::Absent) => {}
            Err(error) => {
                let message = format!("cannot use {path}: {error}");
                let finding = Diagnostic::new(Code::sf(7), Severity::Error, message, None)
                    .here("everything has its built-in value");
                return Site { findings: vec![finding], ..Site::default() };
            }
            Ok(text) => {
                let mut site = judge(path, text, user, system);
                for finding in site.findings.iter_mut().filter(|finding| finding.code == keys::UNKNOWN) {
                    finding.severity = Severity::Warning;
                }
                return site;
            }
        }
    }
    Site::default()
}

/// Reads a file that belongs to somebody and that somebody may write.
pub fn judge(path: FilePath, text: FileText, user: u32, system: &SystemFacts) -> Site {
    let foreign = text.owner != 0 && text.owner != user || text.mode & 0o022 != 0;
    let mut site = parse(path.clone(), text.bytes, system);
    if foreign {
        site.distrust(&path);
    }
    site
}

/// Reads a file's text.
pub fn parse(path: FilePath, bytes: Vec<u8>, system: &SystemFacts) -> Site {
    let mut sources = SourceMap::default();
    let file = sources.add(path, bytes);
    let mut site = Site { sources, ..Site::default() };
    let lines = site.sources.bytes(file).iter().filter(|byte| **byte == b'\n').count();
    if lines > MOST_LINES {
        let message = format!("a file of {lines} lines; {MOST_LINES} are the most");
        site.findings.push(
            Diagnostic::new(Code::sf(7), Severity::Error, message, Span::new(file, 0, 0))
                .here("everything has its built-in value"),
        );
        return site;
    }
    let text = match str::from_utf8(site.sources.bytes(file)) {
        Ok(text) => text.to_owned(),
        Err(error) => {
            let at = error.valid_up_to();
            site.findings.push(
                Diagnostic::new(
                    Code::sf(1),
                    Severity::Error,
                    "no TOML: a byte that is not UTF-8",
                    Span::new(file, at, at + 1),
                )
                .here("everything has its built-in value"),
            );
            return site;
        }
    };
    let (items, wrong) = toml::read(&text);
    keys::assign(&mut site, file, &items, system);
    for wrong in wrong {
        let finding = no_toml(file, wrong);
        let at = site.findings.iter().position(|other| other.span > finding.span);
        site.findings.insert(at.unwrap_or(site.findings.len()), finding);
    }
    if site.findings.len() > MOST_FINDINGS {
        let more = site.findings.len() - MOST_FINDINGS;
        site.findings.truncate(MOST_FINDINGS);
        site.findings.push(Diagnostic::new(Code::sf(7), Severity::Warning, left_out(more), None));
    }
    site
}

fn no_toml(file: FileId, wrong: Wrong) -> Diagnostic {
    let span = Span::new(file, wrong.place.start, wrong.place.end);
    let finding = Diagnostic::new(Code::sf(1), Severity::Error, format!("no TOML: {}", wrong.what), span)
        .here("the line is skipped; with the head of a table, all of that table");
    if wrong.expected.is_empty() {
        return finding;
    }
    finding.label(format!("expected {}", wrong.expected))
}

impl Site {
    /// What holds for a line: its own values before those for all. `None`: no line in particular.
    pub fn values(&self, line: Option<&[u8]>) -> Values {
        let mut values = self.global.clone();
        for (known, own) in line.and_then(|line| self.own(line)).map_or(&[][..], |own| &own.held) {
            match values.held.iter_mut().find(|(other, _)| std::ptr::eq(*other, *known)) {
                Some((_, general)) => general.overrule(own.value.clone(), own.origin.clone()),
                None => values.held.push((known, own.clone())),
            }
        }
        values
    }

    /// Whether the file speaks of this line.
    pub fn names(&self, line: &[u8]) -> bool {
        self.own(line).is_some()
    }

    fn own(&self, line: &[u8]) -> Option<&Values> {
        let name = line.strip_prefix(b"/dev/").unwrap_or(line);
        self.lines.iter().find(|(line, _)| line == name).map(|(_, values)| values)
    }

    /// Where the values of a line go, or of all.
    fn values_of(&mut self, line: Option<Vec<u8>>) -> &mut Values {
        let Some(line) = line else { return &mut self.global };
        let at = self.lines.iter().position(|(other, _)| *other == line).unwrap_or(self.lines.len());
        if at == self.lines.len() {
            self.lines.push((line, Values::default()));
        }
        self.lines.get_mut(at).map_or(&mut self.global, |(_, values)| values)
    }

    /// Drops what decides which program runs: somebody other than root could have written it.
    fn distrust(&mut self, path: &FilePath) {
        let Self { global, lines, findings, .. } = self;
        for values in std::iter::once(global).chain(lines.iter_mut().map(|(_, values)| values)) {
            values.held.retain(|(known, setting)| {
                let key = match (known.table, known.name) {
                    ("", "persona") => "persona",
                    ("login", "program") => "[login] program",
                    _ => return true,
                };
                let span = if let Origin::File(span) = setting.origin { Some(span) } else { None };
                let message =
                    format!("{path} belongs to somebody else, or others can write it: {key} is ignored");
                let finding = Diagnostic::new(Code::sf(6), Severity::Error, message, span);
                findings.push(finding.write(format!("chown root {path}; chmod go-w {path}")));
                false
            });
        }
    }
}

impl Values {
    /// `persona`
    pub fn persona(&self) -> Option<Setting<Family>> {
        self.word("", "persona", &Family::ALL)
    }

    /// `[lock] dir`, else the system's: unless the persona's own file names another.
    pub fn lock_dir(&self, system: &SystemFacts) -> Setting<FilePath> {
        self.path("lock", "dir").unwrap_or_else(|| Setting::new(system.lock_dir.clone(), Origin::Platform))
    }

    /// `[lock] format`, unless the persona's own file says otherwise. Names by device numbers (`"svr4"`) go along
    /// where the system has them, whatever is written here.
    pub fn lock_format(&self) -> Setting<LockFormat> {
        let all = [LockFormat::Ascii, LockFormat::Binary, LockFormat::Ascii];
        self.word("lock", "format", &all).unwrap_or(Setting::built_in(LockFormat::Ascii))
    }

    /// `[login] program`, else the system's: unless the persona's own file names another.
    pub fn login(&self, system: &SystemFacts) -> Setting<FilePath> {
        self.path("login", "program").unwrap_or_else(|| Setting::new(system.login.clone(), Origin::Platform))
    }

    /// `[login] supervise`: stay until the login program has ended, and end it when the call is over.
    pub fn supervise(&self) -> Setting<bool> {
        self.yes("login", "supervise").unwrap_or(Setting::built_in(false))
    }

    /// `[log] facility` and `level`; the program's own facility where the file names none.
    pub fn log(&self, own: Facility) -> LogSettings {
        let built_in = LogSettings::default();
        let levels = [Level::Error, Level::Warning, Level::Info, Level::Debug];
        LogSettings {
            facility: self.word("log", "facility", &Facility::ALL).unwrap_or(Setting::built_in(own)),
            level: self.word("log", "level", &levels).unwrap_or(built_in.level),
            line: None,
        }
    }

    /// `[log] dir`, for the logs that mgetty writes for each line.
    pub fn log_dir(&self) -> Option<Setting<FilePath>> {
        self.path("log", "dir")
    }

    /// `[record] dir`
    pub fn record_dir(&self) -> Option<Setting<FilePath>> {
        self.path("record", "dir")
    }

    /// `[sco] fax_code`: the byte by which a dialer tells a fax call.
    pub fn fax_code(&self) -> Setting<u8> {
        self.byte("sco", "fax_code").unwrap_or(Setting::built_in(0x40))
    }

    /// `[sco] data_code`: the same for a data call.
    pub fn data_code(&self) -> Setting<u8> {
        self.byte("sco", "data_code").unwrap_or(Setting::built_in(0x20))
    }

    /// `[sco] dialer_connect`: the dialer waits for the call itself.
    pub fn dialer_connect(&self) -> Setting<bool> {
        self.yes("sco", "dialer_connect").unwrap_or(Setting::built_in(false))
    }

    /// `[sco] lock_fold`
    pub fn lock_fold(&self) -> Setting<LockFold> {
        let all = [LockFold::Auto, LockFold::Always, LockFold::Never];
        self.word("sco", "lock_fold", &all).unwrap_or(Setting::built_in(LockFold::Auto))
    }

    /// `[sco] issue_escapes`; without it, agetty's too where the file is shared with it, on Linux.
    pub fn issue_escapes(&self, system: &SystemFacts) -> Setting<IssueEscapes> {
        let theirs = if system.name == "Linux" { IssueEscapes::Agetty } else { IssueEscapes::Percent };
        self.word("sco", "issue_escapes", &[IssueEscapes::Percent, IssueEscapes::Agetty])
            .unwrap_or_else(|| Setting::new(theirs, Origin::Platform))
    }

    /// `[sco] intr`: the byte that interrupts once login runs.
    pub fn intr(&self) -> Setting<u8> {
        self.byte("sco", "intr").unwrap_or(Setting::built_in(3))
    }

    /// `[mgetty] profile`
    pub fn profile(&self) -> Setting<Profile> {
        let all = [Profile::Upstream, Profile::Debian];
        self.word("mgetty", "profile", &all).unwrap_or(Setting::built_in(Profile::Upstream))
    }
}
