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

use crate::diag::{Code, Diagnostic, Severity};
use crate::persona::Family;
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::{Level, LockFormat};
use crate::plan::{Facility, LogSettings};
use crate::source::{FileId, FilePath, FileText, ReadError, SourceMap, SourceReader, Span};
use crate::surroundings::SystemFacts;
use std::collections::BTreeMap;
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
    lines: BTreeMap<Vec<u8>, Values>,
    /// The file, if there is one; a plan's sources begin with these.
    pub sources: SourceMap,
    /// What is wrong with it.
    pub findings: Vec<Diagnostic>,
}

/// What it says for one line, or for all.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// `persona`
    pub persona: Option<Setting<Family>>,
    /// `[lock] dir`
    pub lock_dir: Option<Setting<FilePath>>,
    /// `[lock] format`
    pub lock_format: Option<Setting<LockFiling>>,
    /// `[log] facility`
    pub facility: Option<Setting<Facility>>,
    /// `[log] dir`, for the logs that mgetty writes for each line
    pub log_dir: Option<Setting<FilePath>>,
    /// `[log] level`
    pub level: Option<Setting<Level>>,
    /// `[login] program`
    pub login: Option<Setting<FilePath>>,
    /// `[record] dir`
    pub record_dir: Option<Setting<FilePath>>,
    /// `[sco] fax_code`: the byte by which a dialer tells a fax call
    pub fax_code: Option<Setting<u8>>,
    /// `[sco] data_code`: the same for a data call
    pub data_code: Option<Setting<u8>>,
    /// `[sco] dialer_connect`: the dialer waits for the call itself
    pub dialer_connect: Option<Setting<bool>>,
    /// `[sco] lock_fold`
    pub lock_fold: Option<Setting<LockFold>>,
    /// `[sco] issue_escapes`
    pub issue_escapes: Option<Setting<IssueEscapes>>,
    /// `[sco] intr`: the byte that interrupts once login runs
    pub intr: Option<Setting<u8>>,
    /// `[mgetty] profile`
    pub profile: Option<Setting<Profile>>,
}

/// What lock files hold, and how they are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockFiling {
    /// Ten digits and a newline.
    Ascii,
    /// A native integer of four bytes.
    Binary,
    /// As ASCII, in files that are named by the device's numbers.
    Svr4,
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
    site.findings.extend(wrong.into_iter().map(|wrong| no_toml(file, wrong)));
    keys::assign(&mut site, file, &items, system);
    site.findings.sort_by_key(|finding| finding.span);
    if site.findings.len() > MOST_FINDINGS {
        let more = site.findings.len() - MOST_FINDINGS;
        site.findings.truncate(MOST_FINDINGS);
        let message = format!("{more} more findings are left out");
        site.findings.push(Diagnostic::new(Code::sf(7), Severity::Warning, message, None));
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
        let own = line.and_then(|line| self.lines.get(line.strip_prefix(b"/dev/").unwrap_or(line)));
        if let Some(own) = own {
            values.give_way_to(own);
        }
        values
    }

    /// Whether the file speaks of this line.
    pub fn names(&self, line: &[u8]) -> bool {
        self.lines.contains_key(line.strip_prefix(b"/dev/").unwrap_or(line))
    }

    /// Drops what decides which program runs: somebody other than root could have written it.
    fn distrust(&mut self, path: &FilePath) {
        let Self { global, lines, findings, .. } = self;
        for values in std::iter::once(global).chain(lines.values_mut()) {
            let persona = values.persona.take().map(|persona| ("persona", persona.origin));
            let login = values.login.take().map(|login| ("[login] program", login.origin));
            for (key, origin) in persona.into_iter().chain(login) {
                let span = if let Origin::File(span) = origin { Some(span) } else { None };
                let message =
                    format!("{path} belongs to somebody else, or others can write it: {key} is ignored");
                let finding = Diagnostic::new(Code::sf(6), Severity::Error, message, span)
                    .write(format!("chown root {path}; chmod go-w {path}"));
                findings.push(finding);
            }
        }
    }
}

impl Values {
    fn give_way_to(&mut self, own: &Self) {
        fn give_way<T: Clone>(general: &mut Option<Setting<T>>, own: &Option<Setting<T>>) {
            match (general.as_mut(), own) {
                (Some(general), Some(own)) => general.overrule(own.value.clone(), own.origin.clone()),
                (None, Some(own)) => *general = Some(own.clone()),
                (_, None) => {}
            }
        }
        give_way(&mut self.persona, &own.persona);
        give_way(&mut self.lock_dir, &own.lock_dir);
        give_way(&mut self.lock_format, &own.lock_format);
        give_way(&mut self.facility, &own.facility);
        give_way(&mut self.log_dir, &own.log_dir);
        give_way(&mut self.level, &own.level);
        give_way(&mut self.login, &own.login);
        give_way(&mut self.record_dir, &own.record_dir);
        give_way(&mut self.fax_code, &own.fax_code);
        give_way(&mut self.data_code, &own.data_code);
        give_way(&mut self.dialer_connect, &own.dialer_connect);
        give_way(&mut self.lock_fold, &own.lock_fold);
        give_way(&mut self.issue_escapes, &own.issue_escapes);
        give_way(&mut self.intr, &own.intr);
        give_way(&mut self.profile, &own.profile);
    }

    /// The directory of lock files, unless the persona's own file names another.
    pub fn lock_dir(&self, system: &SystemFacts) -> Setting<FilePath> {
        or_platform(&self.lock_dir, &system.lock_dir)
    }

    /// What lock files hold, unless the persona's own file says otherwise. Names by device numbers go along where
    /// the system has them, whatever is written here.
    pub fn lock_format(&self) -> Setting<LockFormat> {
        self.lock_format.as_ref().map_or(Setting::built_in(LockFormat::Ascii), |filing| {
            filing.as_mapped(|filing| match filing {
                LockFiling::Binary => LockFormat::Binary,
                LockFiling::Ascii | LockFiling::Svr4 => LockFormat::Ascii,
            })
        })
    }

    /// The login program, unless the persona's own file names another.
    pub fn login(&self, system: &SystemFacts) -> Setting<FilePath> {
        or_platform(&self.login, &system.login)
    }

    /// Where the log goes and how much of it.
    pub fn log(&self) -> LogSettings {
        let mut log = LogSettings::default();
        if let Some(facility) = &self.facility {
            log.facility = facility.clone();
        }
        if let Some(level) = &self.level {
            log.level = level.clone();
        }
        log
    }
}

fn or_platform(said: &Option<Setting<FilePath>>, built_in: &FilePath) -> Setting<FilePath> {
    said.clone().unwrap_or_else(|| Setting::new(built_in.clone(), Origin::Platform))
}
