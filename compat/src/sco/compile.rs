//! From a command line and files to a plan: what SCO's getty(M) reads, in its order.

use super::devices::{self, Dialer, Shared};
use super::entries::{Table, table};
use super::options::{self, Invocation, Misuse};
use crate::diag::{Code, Diagnostic, Severity};
use crate::operands::{line_name, put_right};
use crate::persona::Persona;
use crate::plan::setting::Setting;
use crate::plan::stage::{Device, LockFormat, OnSignal, Signal};
use crate::plan::{Compiled, Facility, Facts, LinePlan, Refusal, Version};
use crate::site::{IssueEscapes, LockFold, Values};
use crate::source::{FilePath, ReadError, SourceMap, SourceReader};
use crate::surroundings::{Surroundings, SystemFacts};
use std::time::Duration;

/// DV05: Devices cannot be read.
const NO_DEVICES: Code = Code::dv(5);
/// LN07: no name of a line.
const NO_LINE_NAME: Code = Code::ln(7);
/// LN04: a line discipline without effect.
const DISCIPLINE: Code = Code::ln(4);

/// LN12: fax calls cannot be told from others.
const NO_DIALER: Code = Code::ln(12);

/// Where Devices is looked for.
const DEVICES: [&str; 2] = ["/usr/lib/uucp/Devices", "/etc/uucp/Devices"];

/// What the manual leaves open and the site decides.
#[derive(Clone, Debug)]
pub struct Knobs {
    /// The dialer waits for the call itself.
    pub dialer_connect: Setting<bool>,
    /// The dialer's byte for a fax call.
    pub fax_code: Setting<u8>,
    /// The dialer's byte for a data call.
    pub data_code: Setting<u8>,
    /// Which names of locks are folded to lower case.
    pub lock_fold: Setting<LockFold>,
    /// Backslash letters of `/etc/issue` mean something, as agetty has them.
    pub issue_backslashes: Setting<bool>,
    /// The interrupt key of a session.
    pub intr: Setting<u8>,
    /// The directory of lock files.
    pub lock_dir: Setting<FilePath>,
    /// What they hold.
    pub lock_format: Setting<LockFormat>,
    /// The login program.
    pub login: Setting<FilePath>,
}

impl Knobs {
    /// What the site file says of a line, and what holds where it says nothing.
    fn of(site: &Values, system: &SystemFacts) -> Self {
        Self {
            dialer_connect: site.dialer_connect(),
            fax_code: site.fax_code(),
            data_code: site.data_code(),
            lock_fold: site.lock_fold(),
            issue_backslashes: site
                .issue_escapes(system)
                .as_mapped(|escapes| *escapes == IssueEscapes::Agetty),
            intr: site.intr(),
            lock_dir: site.lock_dir(system),
            lock_format: site.lock_format(),
            login: site.login(system),
        }
    }
}

/// Compiles.
pub fn compile(
    persona: Persona,
    argv: &[Vec<u8>],
    surroundings: &Surroundings,
    reader: &mut dyn SourceReader,
) -> Result<Compiled, Refusal> {
    let mut typed = options::read(argv.get(1..).unwrap_or(&[])).map_err(refusal)?;
    if let Some(path) = typed.check {
        return Ok(Compiled::Check(path));
    }
    let site = &surroundings.site;
    let mut sources = site.sources.clone();
    let mut findings = site.findings.clone();
    findings.append(&mut typed.findings);
    let operands = operands(&mut typed, reader, &mut findings)?;
    let line = &operands.line;
    let values = site.values(Some(&line.value));
    let knobs = Knobs::of(&values, &surroundings.system);
    let Table { entries, start } = table(
        operands.label.as_ref(),
        knobs.intr.value,
        &surroundings.system,
        reader,
        &mut sources,
        &mut findings,
    );
    let shared = shared(&line.value, reader, &mut sources, &mut findings);
    if typed.fax && !typed.no_hang_up && shared.as_ref().is_none_or(|shared| shared.dialer.is_none()) {
        findings.push(fax_unheard(&line.value));
    }
    let debug = typed.debug.as_mapped(|level| if *level > 0 { u32::MAX } else { 0 });
    let compiler =
        Compiler { surroundings, knobs: &knobs, typed: &typed, operands: &operands, shared: shared.as_ref() };
    let stages = compiler.stages(reader);
    let traces = typed.traces.iter().map(|text| (u32::MAX, text.clone())).collect();
    Ok(Compiled::Plan(Box::new(LinePlan {
        program: persona.program(),
        persona: Setting::built_in(persona),
        log: values.log(Facility::Daemon),
        facts: Facts {
            device: line.as_mapped(|name| Device::named(name)),
            system: Setting::built_in(None),
            version: Setting::built_in(Version::System),
            term: operands.term.clone(),
        },
        entries,
        start,
        stages,
        signals: vec![
            (Signal::Int, OnSignal::Drop),
            (Signal::Quit, OnSignal::Drop),
            (Signal::Usr1, OnSignal::Drop),
            (Signal::Usr2, OnSignal::Drop),
            (Signal::Hup, OnSignal::Finish(0, Vec::new())),
            (Signal::Term, OnSignal::Finish(143, Vec::new())),
        ],
        findings: crate::diag::bounded(findings),
        debug,
        traces,
        says: Vec::new(),
        under_init: surroundings.under_init,
        sources,
    })))
}

/// Only a dialer tells fax calls.
fn fax_unheard(line: &[u8]) -> Diagnostic {
    let line = line.escape_ascii();
    let message = format!("-f, and Devices has no dialer program for {line}");
    Diagnostic::new(NO_DIALER, Severity::Warning, message, None)
        .here("every call is taken for a data call")
        .write(format!("ACU {line} - 9600 /usr/lib/uucp/dialHA, in Devices; see dialer(8)"))
}

fn refusal(misuse: Misuse) -> Refusal {
    let usage = || options::usage().iter().map(ToString::to_string);
    match misuse {
        Misuse::Help => Refusal { status: 0, texts: usage().collect(), wait: Duration::ZERO },
        Misuse::Version => {
            let text = concat!("getty (polygetty) ", env!("CARGO_PKG_VERSION")).to_owned();
            Refusal { status: 0, texts: vec![text], wait: Duration::ZERO }
        }
        Misuse::CheckWithoutFile => {
            let why = "-c names no file".to_owned();
            Refusal { status: 2, texts: [why].into_iter().chain(usage()).collect(), wait: Duration::ZERO }
        }
    }
}

/// A line that cannot be: init is not made to spin (2).
fn no_line(why: String) -> Refusal {
    let usage = options::usage().iter().map(ToString::to_string);
    Refusal { status: 1, texts: [why].into_iter().chain(usage).collect(), wait: Duration::from_secs(20) }
}

/// What the operands say.
pub(super) struct Operands {
    pub(super) line: Setting<Vec<u8>>,
    pub(super) label: Option<Setting<Vec<u8>>>,
    pub(super) term: Setting<Option<Vec<u8>>>,
}

fn operands(
    typed: &mut Invocation,
    reader: &mut dyn SourceReader,
    findings: &mut Vec<Diagnostic>,
) -> Result<Operands, Refusal> {
    let mut words = std::mem::take(&mut typed.operands);
    put_right(&mut words, reader, findings);
    let mut words = words.into_iter();
    let line = words.next().ok_or_else(|| no_line("no terminal line specified".into()))?;
    let Some(name) = line_name(&line.value) else {
        let why = format!("\"{}\" is no name of a line below /dev", line.value.escape_ascii());
        return Err(no_line(format!("{why} [{NO_LINE_NAME}]")));
    };
    let line = Setting::new(name, line.origin);
    let label = words.next();
    // `none` is the manual's word for a terminal of no type.
    let term = match words.next().filter(|term| !matches!(term.value.as_slice(), b"" | b"none")) {
        Some(term) => term.map(Some),
        None => Setting::built_in(None),
    };
    if let Some(word) = words.next().filter(|word| word.value != b"LDISC0") {
        let message = format!("line discipline \"{}\" has no effect here", word.value.escape_ascii());
        findings.push(Diagnostic::new(DISCIPLINE, Severity::Warning, message, None).write("LDISC0"));
    }
    Ok(Operands { line, label, term })
}

/// Whether Devices names the line: then dialers use it too (8.1).
fn shared(
    line: &[u8],
    reader: &mut dyn SourceReader,
    sources: &mut SourceMap,
    findings: &mut Vec<Diagnostic>,
) -> Option<Shared> {
    for path in DEVICES.map(FilePath::from) {
        match reader.read(&path, devices::LIMIT) {
            Ok(text) => {
                let file = sources.add(path, text.bytes);
                return devices::shared(sources, file, line, findings);
            }
            Err(ReadError::Absent) => {}
            Err(error) => {
                let message = format!("cannot read {path}: {error}");
                findings.push(
                    Diagnostic::new(NO_DEVICES, Severity::Error, message, None)
                        .here("the line is not shared: dialers are not looked at"),
                );
                return None;
            }
        }
    }
    None
}

pub(super) struct Compiler<'a> {
    pub(super) surroundings: &'a Surroundings,
    pub(super) knobs: &'a Knobs,
    pub(super) typed: &'a Invocation,
    pub(super) operands: &'a Operands,
    pub(super) shared: Option<&'a Shared>,
}

impl Compiler<'_> {
    pub(super) fn dialer(&self) -> Option<&Dialer> {
        self.shared.and_then(|shared| shared.dialer.as_ref()).filter(|_| !self.typed.no_hang_up)
    }
}
