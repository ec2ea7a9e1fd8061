//! From a command line and callback.config to a plan.

use super::super::compile::{DIRECTORIES, FILE, LIMIT, UNREADABLE, pid_file};
use super::super::config::{Sections, is_refused};
use super::super::values::Flow;
use super::super::{chat, modem, modes};
use super::config::{self, Config};
use super::options::{self, Invocation, Misuse, USAGE};
use super::stages::{Parts, signals, stages};
use super::status;
use crate::diag::{Diagnostic, Severity, bounded};
use crate::persona::Persona;
use crate::plan::setting::Setting;
use crate::plan::speed::SpeedEntry;
use crate::plan::stage::{Candidate, Device, End, Level, Lock, LockFiles, ModemLines, RunChat};
use crate::plan::text::Text;
use crate::plan::{Compiled, Facility, Facts, LineLog, LinePlan, LogSettings, Refusal, Version};
use crate::site::{Profile, Values};
use crate::source::{FileId, FilePath, ReadError, SourceMap, SourceReader};
use crate::surroundings::Surroundings;
use std::time::Duration;

const CONFIG: &str = "callback.config";
/// How long the modem has for each answer of modem-init.
const STEP: Duration = Duration::from_secs(10);
const LOG: &str = "/var/log/mgetty/mg_callback.log";
const OTHER_LOG: &str = "/var/log/mgetty.callback";

/// Compiles.
///
/// # Errors
/// A [`Refusal`], if there is nothing to run.
pub fn compile(
    argv: &[Vec<u8>],
    surroundings: &Surroundings,
    reader: &mut dyn SourceReader,
) -> Result<Compiled, Refusal> {
    let mut typed = match options::read(argv.get(1..).unwrap_or(&[])) {
        Ok(typed) => typed,
        // The two messages that the manual promises are said on standard output.
        Err(Misuse::Wrong(why)) => {
            let mut texts = usage();
            texts.insert(0, format!("callback: {why}"));
            return Ok(Compiled::Say(status::MISUSE, texts));
        }
        Err(Misuse::Help) => {
            return Ok(Compiled::Say(0, usage()));
        }
        Err(Misuse::Version) => {
            let title = concat!("callback (polygetty) ", env!("CARGO_PKG_VERSION"));
            return Ok(Compiled::Say(0, vec![title.to_owned()]));
        }
        Err(Misuse::No(status, why)) => return Err(refusal(status, why)),
    };
    let site = &surroundings.site;
    let values = site.values(None);
    let mut sources = site.sources.clone();
    let mut findings = site.findings.clone();
    findings.append(&mut typed.findings);
    let file = file(reader, &mut sources, &mut findings);
    let debian = values.profile().value == Profile::Debian;
    let read = |sources, sections| config::read(debian, file.map(|file| (sources, file)), sections);

    let global = read(&sources, Sections::Global);
    findings.extend(global.findings);
    let mut foul = global.foul;
    let lines = lines(&typed, &global.config, reader)?;
    let mut candidates = Vec::new();
    let mut entries = Vec::new();
    for line in &lines.value {
        let mut own = read(&sources, Sections::Of(line));
        findings.append(&mut own.findings);
        foul.append(&mut own.foul);
        let mut config = own.config;
        if let Some(typed) = typed.speed.clone() {
            config.speed.overrule(typed.value, typed.origin);
        }
        if let Some(typed) = &typed.init {
            let script = chat::read(&typed.value, &|_| None, &mut findings);
            config.modem_init.overrule(script, typed.origin.clone());
        }
        if is_refused(config.speed.value, &surroundings.system) {
            return Err(refusal(status::MISUSE, format!("invalid port speed: {}", config.speed.value)));
        }
        entries.push(entry(&config));
        candidates.push(candidate(line, &config, &site.values(Some(line)), surroundings));
    }
    let config = global.config;
    let debug = typed.debug.clone().unwrap_or_else(|| config.debug.clone());
    let log = log(&values, debug.clone());
    let device = match candidates.as_slice() {
        [only] => only.device.clone(),
        _ => Device { name: Vec::new(), path: FilePath(Vec::new()) },
    };
    let parts = Parts {
        numbers: typed.numbers.clone(),
        leaves: (!typed.stay).then(|| leaves(&log)),
        delay: config.delay,
        spread: config.delay_randomize,
        candidates: lines.as_mapped(|_| candidates),
        retry: config.retry_time,
        within: config.max_time,
    };
    Ok(Compiled::Plan(Box::new(LinePlan {
        program: Persona::Callback.program(),
        persona: Setting::built_in(Persona::Callback),
        log,
        facts: Facts {
            device: lines.map(|_| device),
            system: Setting::built_in(None),
            version: Setting::built_in(Version::System),
            term: Setting::built_in(None),
        },
        entries,
        start: Setting::built_in(0),
        stages: stages(parts),
        signals: signals(),
        findings: bounded(findings),
        debug: debug.map(|level| if level >= 5 { u32::MAX } else { 0 }),
        traces: Vec::new(),
        says: foul.iter().flat_map(|foul| foul.log()).map(|text| (Level::Warning, text)).collect(),
        under_init: false,
        sources,
    })))
}

fn usage() -> Vec<String> {
    USAGE.iter().map(|line| (*line).to_owned()).collect()
}

fn refusal(status: u8, why: String) -> Refusal {
    Refusal { status, texts: vec![why], wait: Duration::ZERO }
}

/// callback.config, in the directory that has mgetty.config.
fn file(
    reader: &mut dyn SourceReader,
    sources: &mut SourceMap,
    findings: &mut Vec<Diagnostic>,
) -> Option<FileId> {
    let [first, second] = DIRECTORIES;
    let has = |reader: &mut dyn SourceReader, dir: &str| {
        !matches!(reader.read(&format!("{dir}/{FILE}").as_str().into(), LIMIT), Err(ReadError::Absent))
    };
    let directory = if !has(reader, first) && has(reader, second) { second } else { first };
    let path = FilePath::from(format!("{directory}/{CONFIG}").as_str());
    let (severity, message) = match reader.read(&path, LIMIT) {
        Ok(text) => return Some(sources.add(path, text.bytes)),
        Err(ReadError::Absent) => (Severity::Warning, format!("there is no {path}")),
        Err(error) => (Severity::Error, format!("cannot read {path}: {error}")),
    };
    findings.push(Diagnostic::new(UNREADABLE, severity, message, None).here("the built-in values hold"));
    None
}

/// The lines that may be used, without `/dev/`.
fn lines(
    typed: &Invocation,
    config: &Config,
    reader: &mut dyn SourceReader,
) -> Result<Setting<Vec<Vec<u8>>>, Refusal> {
    let lines = match (&typed.this_line, &typed.lines) {
        (Some(origin), _) => match reader.terminal() {
            Some(line) => Setting::new(vec![line], origin.clone()),
            None => return Err(refusal(status::MISUSE, "-S: standard input is no line below /dev".into())),
        },
        (None, Some(lines)) => lines.clone(),
        (None, None) => config.dialout_devices.clone(),
    };
    match lines.value.is_empty() {
        true => Err(refusal(status::MISUSE, "there is no line to call on".into())),
        false => Ok(lines),
    }
}

fn candidate(line: &[u8], config: &Config, values: &Values, surroundings: &Surroundings) -> Candidate {
    let script = &config.modem_init;
    Candidate {
        device: Device::named(line),
        lock: Lock {
            files: LockFiles {
                lines: Setting::built_in(vec![line.to_vec()]),
                dir: values.lock_dir(&surroundings.system),
                of_parent: false,
            },
            format: values.lock_format(),
            mode: 0o644,
            from_parent: false,
        },
        watcher: pid_file(line),
        init: RunChat {
            name: "modem-init",
            chat: modem::chat(script),
            patience: STEP,
            verdicts: script.value.verdicts(chat::FAILURES, End::Failed),
            lines: ModemLines::Nothing,
        },
        prefix: config.dial_prefix.clone(),
        settle: config.prompt_waittime.clone(),
    }
}

fn entry(config: &Config) -> SpeedEntry {
    let speed = &config.speed;
    let raw = modes::raw(speed.value, Flow::Hard);
    SpeedEntry {
        label: speed.value.to_string().into_bytes(),
        initial: raw.clone(),
        final_modes: raw,
        final_names_size: true,
        prompt: Text::default(),
        next: None,
        program: None,
        auto: false,
        origin: speed.origin.clone(),
    }
}

fn log(values: &Values, level: Setting<u32>) -> LogSettings {
    let (path, otherwise) = match values.log_dir() {
        Some(dir) => (dir.as_mapped(|dir| FilePath([dir.as_bytes(), b"/mg_callback.log"].concat())), None),
        None => (Setting::built_in(LOG.into()), Some(OTHER_LOG.into())),
    };
    LogSettings { line: Some(LineLog { path, otherwise, level }), ..values.log(Facility::Auth) }
}

/// What is said before the terminal is left.
fn leaves(log: &LogSettings) -> String {
    let Some(log) = &log.line else { return String::new() };
    let other = log.otherwise.as_ref().map(|other| format!(",\nwithout that directory {other}"));
    // Short lines: whoever has called in may see 80 columns.
    format!(
        "callback goes on in the background, and calls\nyou back. Its log is\n{}{}.\n",
        log.path.value,
        other.unwrap_or_default()
    )
}
