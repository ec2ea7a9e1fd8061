//! From a command line and files to a plan: what mgetty reads, in its order.

use super::config::{self, Config, Sections};
use super::options::{self, Asked, Invocation, MISUSE, Misuse, USAGE};
use super::{modes, texts};
use crate::diag::{Code, Diagnostic, Severity, bounded};
use crate::persona::Persona;
use crate::plan::setting::{Origin, Setting};
use crate::plan::speed::SpeedEntry;
use crate::plan::stage::{AuditPiece, Level, LockFormat, OnSignal, Parting, Signal, Variable};
use crate::plan::{Compiled, Facility, Facts, LineLog, LinePlan, LogSettings, Refusal, Version};
use crate::site::Values;
use crate::source::{FilePath, ReadError, SourceMap, SourceReader};
use crate::surroundings::Surroundings;
use std::time::Duration;

/// MC20: mgetty.config cannot be read.
pub(super) const UNREADABLE: Code = Code::mc(20);
/// LN13: somebody else than root.
const NOT_ROOT: Code = Code::ln(13);
/// MC13: gettydefs has no entry of the tag.
const TAG: Code = Code::mc(13);

/// Directories of the configuration: the first that has mgetty.config, for all files alike (0.5).
pub(super) const DIRECTORIES: [&str; 2] = ["/etc/mgetty", "/etc/mgetty+sendfax"];
pub(super) const FILE: &str = "mgetty.config";
/// The most of mgetty.config that is read, in bytes.
pub(super) const LIMIT: usize = 1 << 20;
/// Where the log of a line is: below this directory if it is there, else beside it (0.4).
const LOGS: &str = "/var/log/mgetty";
/// So long an init that is our parent is not made to start the next one: it gives up on what it starts too often.
pub(super) const GUARD: Parting = Parting::Guard(Duration::from_secs(15));

/// What the site file decides.
#[derive(Clone, Debug)]
pub(super) struct Knobs {
    pub(super) lock_dir: Setting<FilePath>,
    pub(super) lock_format: Setting<LockFormat>,
    pub(super) login: Setting<FilePath>,
    pub(super) supervise: Setting<bool>,
}

/// Everything that the stages are made of.
pub(super) struct Compiler<'a> {
    pub(super) surroundings: &'a Surroundings,
    pub(super) typed: &'a Invocation,
    pub(super) config: &'a Config,
    /// The directory of the configuration.
    pub(super) directory: &'a FilePath,
    pub(super) knobs: &'a Knobs,
}

/// Compiles.
pub fn compile(
    argv: &[Vec<u8>],
    surroundings: &Surroundings,
    reader: &mut dyn SourceReader,
) -> Result<Compiled, Refusal> {
    let mut typed = match options::read(argv.get(1..).unwrap_or(&[])).map_err(refusal)? {
        Asked::Check(path) => return Ok(Compiled::Check(path)),
        Asked::Version => return Err(version(reader)),
        Asked::Wait(typed) => typed,
    };
    let site = &surroundings.site;
    let values = site.values(Some(&typed.device.value.name));
    let mut sources = site.sources.clone();
    let mut findings = site.findings.clone();
    findings.append(&mut typed.findings);
    let (directory, file) = configuration(reader, &mut sources, &mut findings);
    let read = config::read(
        values.profile().value,
        &typed.typed,
        file.map(|file| (&sources, file)),
        Sections::Of(&typed.device.value.name),
    );
    findings.extend(read.findings);
    if surroundings.user != 0 {
        findings.push(not_root());
    }
    let config = read.config;
    if let Some((what, origin)) = config.refusal(&surroundings.system) {
        let place = origin.in_words(&sources);
        let text = format!("{what} ({place}); write a speed that the line and the modem have, such as 38400");
        return Err(Refusal { status: MISUSE, texts: vec![text], wait: Duration::from_secs(15) });
    }
    let knobs = Knobs {
        lock_dir: values.lock_dir(&surroundings.system),
        lock_format: values.lock_format(),
        login: values.login(&surroundings.system),
        supervise: values.supervise(),
    };
    let entry = entry(&typed, &config, surroundings, reader, &mut sources, &mut findings);
    let compiler =
        Compiler { surroundings, typed: &typed, config: &config, directory: &directory, knobs: &knobs };
    let stages = compiler.stages();
    let usr1 = compiler.unless_handed_over(OnSignal::Drop);
    let line = &typed.device;
    let foul = read.foul.iter().flat_map(|foul| foul.log());
    Ok(Compiled::Plan(Box::new(LinePlan {
        program: Persona::Mgetty.program(),
        persona: Setting::built_in(Persona::Mgetty),
        log: log(&values, &line.value.name, &config),
        facts: Facts {
            device: line.clone(),
            system: Setting::built_in(None),
            version: Setting::built_in(Version::System),
            term: config.term.clone(),
        },
        entries: vec![entry],
        start: Setting::built_in(0),
        stages,
        signals: vec![
            (Signal::Hup, OnSignal::Finish(10, vec![Parting::Audit(super::audits::GOT_HUP)])),
            (Signal::Int, OnSignal::Finish(10, vec![Parting::Audit(super::audits::GOT_INT)])),
            (Signal::Quit, OnSignal::Finish(10, vec![Parting::Audit(super::audits::GOT_QUIT)])),
            (Signal::Term, OnSignal::Finish(10, vec![Parting::Audit(super::audits::GOT_TERM)])),
            (Signal::Usr1, usr1),
            (Signal::Usr2, OnSignal::Finish(0, vec![Parting::Audit(super::audits::GOT_USR2)])),
        ],
        findings: bounded(findings),
        debug: config.debug.as_mapped(|level| if *level >= 5 { u32::MAX } else { 0 }),
        traces: Vec::new(),
        says: foul.map(|text| (Level::Warning, text)).collect(),
        under_init: surroundings.under_init,
        sources,
    })))
}

/// The directory of the configuration and its main file.
fn configuration(
    reader: &mut dyn SourceReader,
    sources: &mut SourceMap,
    findings: &mut Vec<Diagnostic>,
) -> (FilePath, Option<crate::source::FileId>) {
    for directory in DIRECTORIES {
        let path = FilePath::from(format!("{directory}/{FILE}").as_str());
        match reader.read(&path, LIMIT) {
            Ok(text) => return (directory.into(), Some(sources.add(path, text.bytes))),
            Err(ReadError::Absent) => {}
            Err(error) => {
                findings.push(
                    Diagnostic::new(
                        UNREADABLE,
                        Severity::Error,
                        format!("cannot read {path}: {error}"),
                        None,
                    )
                    .here("the built-in values hold"),
                );
                return (directory.into(), None);
            }
        }
    }
    let [first, _] = DIRECTORIES;
    findings.push(
        Diagnostic::new(UNREADABLE, Severity::Warning, format!("there is no {first}/{FILE}"), None)
            .here("the built-in values hold"),
    );
    (first.into(), None)
}

/// The file that says which mgetty watches a line.
pub(super) fn pid_file(line: &[u8]) -> FilePath {
    let mut path = b"/var/run/mgetty.pid.".to_vec();
    path.extend(line.iter().map(|byte| if *byte == b'/' { b'-' } else { *byte }));
    FilePath(path)
}

fn not_root() -> Diagnostic {
    Diagnostic::new(NOT_ROOT, Severity::Warning, "mgetty runs without root's rights", None)
        .here("owner and mode of the line, locks, records and other accounts are beyond it")
        .write("mgetty in inittab, or as a service of root")
}

/// Where the log of the line is.
fn log(values: &Values, line: &[u8], config: &Config) -> LogSettings {
    let name: Vec<u8> = line.iter().map(|byte| if *byte == b'/' { b'-' } else { *byte }).collect();
    let named = |begin: &[u8], end: &[u8]| FilePath([begin, &name, end].concat());
    let (path, otherwise) = match values.log_dir() {
        Some(dir) => (dir.as_mapped(|dir| named(&[dir.as_bytes(), b"/mg_"].concat(), b".log")), None),
        None => (
            Setting::built_in(named(format!("{LOGS}/mg_").as_bytes(), b".log")),
            Some(named(format!("{LOGS}.").as_bytes(), b"")),
        ),
    };
    LogSettings {
        line: Some(LineLog { path, otherwise, level: config.debug.clone() }),
        ..values.log(Facility::Auth)
    }
}

/// What the line runs at, and its prompt: from mgetty.config, or from gettydefs where that is asked for.
fn entry(
    typed: &Invocation,
    config: &Config,
    surroundings: &Surroundings,
    reader: &mut dyn SourceReader,
    sources: &mut SourceMap,
    findings: &mut Vec<Diagnostic>,
) -> SpeedEntry {
    let mut entry = SpeedEntry {
        label: config.speed.value.to_string().into_bytes(),
        initial: modes::raw(config.speed.value, config.data_flow.value),
        final_modes: modes::last(config.speed.value, config.data_flow.value, config.ignore_carrier.value),
        final_names_size: true, // eight bits are read, and no parity is learnt
        prompt: texts::prompt(&config.login_prompt.value),
        next: None,
        program: None,
        auto: false,
        origin: config.speed.origin.clone(),
    };
    if !config.use_gettydefs.value {
        return entry;
    }
    let tag = typed.tag.clone().unwrap_or_else(|| config.gettydefs.clone());
    match crate::getty_ps::entry(&tag.value, &surroundings.system, reader, sources, findings) {
        Some(found) => {
            if !matches!(config.speed.origin, Origin::Argument(_)) {
                entry.initial.speed = found.initial.speed;
            }
            if config.login_prompt.origin == Origin::BuiltIn {
                entry.prompt = found.prompt;
            }
            let speed = entry.initial.speed;
            entry.final_modes = found.final_modes;
            entry.final_modes.speed = speed;
            entry.label = found.label;
            entry.origin = found.origin;
        }
        None => findings.push(
            Diagnostic::new(
                TAG,
                Severity::Error,
                format!("gettydefs has no entry \"{}\"", tag.value.escape_ascii()),
                None,
            )
            .here("the values of mgetty.config hold")
            .write("a label of gettydefs behind the line, or gettydefs LABEL in mgetty.config"),
        ),
    }
    entry
}

fn refusal(misuse: Misuse) -> Refusal {
    let usage = || USAGE.iter().map(|line| (*line).to_owned());
    let asked = |texts: Vec<String>| Refusal { status: 0, texts, wait: Duration::ZERO };
    // Init must not spin on a line that cannot be.
    let wrong = |texts: Vec<String>| Refusal { status: MISUSE, texts, wait: Duration::from_secs(15) };
    match misuse {
        Misuse::Help => asked(usage().collect()),
        Misuse::Version => asked(vec![title()]),
        Misuse::Wrong(why) => wrong([why].into_iter().chain(usage()).collect()),
        Misuse::NoLine(why) => wrong(vec![why]),
    }
}

fn title() -> String {
    concat!("mgetty (polygetty) ", env!("CARGO_PKG_VERSION")).to_owned()
}

/// `-V`: who we are, where the log is, which configuration holds.
fn version(reader: &mut dyn SourceReader) -> Refusal {
    let (directory, _) = configuration(reader, &mut SourceMap::default(), &mut Vec::new());
    let texts = vec![
        title(),
        format!("log file written to {LOGS}/mg_<line>.log; without that directory, to {LOGS}.<line>"),
        format!("config file read from {directory}/{FILE}"),
    ];
    Refusal { status: 0, texts, wait: Duration::ZERO }
}

impl Compiler<'_> {
    /// What every program of ours is told beside what is known of the call (§7.3).
    pub(super) fn environment(&self) -> Vec<Variable> {
        let mut all = self.surroundings.environment.clone();
        let mut put = |name: &[u8], value: &[u8]| {
            all.retain(|(known, _)| known != name);
            all.push((name.to_vec(), value.to_vec()));
        };
        put(b"DEVICE", &self.typed.device.value.name);
        if let Some(term) = &self.config.term.value {
            put(b"TERM", term);
        }
        // What a call tells is told anew for each: nothing of it is inherited.
        for (name, _) in super::ringing::TELLS {
            all.retain(|(known, _)| known != name.as_bytes());
        }
        all
    }

    /// A file of the configuration's directory, or elsewhere by its whole path.
    pub(super) fn file(&self, name: &Setting<FilePath>) -> Setting<FilePath> {
        name.as_mapped(|name| match name.is_absolute() {
            true => name.clone(),
            false => FilePath([self.directory.as_bytes(), b"/", name.as_bytes()].concat()),
        })
    }
}

/// An entry of the log about a call, for scripts.
pub(super) type Audit = &'static [AuditPiece];

#[cfg(test)]
mod tests;
