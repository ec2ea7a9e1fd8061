//! From a command line and `/etc/default/NAME` to a plan.

use super::command::{self, Command, USAGE, Wrong};
use super::file::{self, KEYWORDS};
use super::stages::stages;
use super::status;
use crate::diag::bounded;
use crate::getty_ps::defaults::read_keywords;
use crate::persona::Persona;
use crate::plan::modes::{Flag, Modes, Value};
use crate::plan::setting::{Origin, Setting};
use crate::plan::speed::SpeedEntry;
use crate::plan::stage::{Device, LockFiles};
use crate::plan::text::Text;
use crate::plan::{Facility, Facts, LinePlan, Refusal, Version};
use crate::sco::devices::lock_names;
use crate::source::{FilePath, SourceReader};
use crate::surroundings::Surroundings;
use std::time::Duration;

/// Debug entries about locks, our parent and the call: all that a trace of the line does not show.
const DEBUG: u32 = 0o40 | 0o200;

/// Compiles. The file is named after the program: `/etc/default/dialHA24`.
pub fn compile(
    argv: &[Vec<u8>],
    surroundings: &Surroundings,
    reader: &mut dyn SourceReader,
) -> Result<LinePlan, Refusal> {
    let command = command::read(argv.get(1..).unwrap_or(&[]), &surroundings.system).map_err(refusal)?;
    let name = FilePath(argv.first().cloned().unwrap_or_default()).base_name().to_vec();
    let file = |dir: &FilePath| FilePath([dir.as_bytes(), b"/default/", name.as_slice()].concat());
    let places: Vec<FilePath> = surroundings.system.config_dirs.iter().map(file).collect();
    Ok(plan(&command, &places, surroundings, reader))
}

/// The plan of some call with this file, for what is to be said of the file.
pub fn with_file(file: &FilePath, surroundings: &Surroundings, reader: &mut dyn SourceReader) -> LinePlan {
    let command = Command {
        job: command::Job::Dial(Setting::built_in(b"5551212".to_vec())),
        trace: None,
        line: Setting::built_in(b"ttyS0".to_vec()),
        speed: Setting::built_in(9600),
        exact: true,
    };
    plan(&command, std::slice::from_ref(file), surroundings, reader)
}

fn plan(
    command: &Command,
    places: &[FilePath],
    surroundings: &Surroundings,
    reader: &mut dyn SourceReader,
) -> LinePlan {
    let site = surroundings.site.values(Some(&command.line.value));
    let (mut sources, mut findings) = (surroundings.site.sources.clone(), Vec::new());
    let filed = read_keywords(KEYWORDS, places, surroundings.user, reader, &mut sources, &mut findings);
    let chats = file::chats(&command.job, &filed, &mut findings);
    let device = opened(&command.line, surroundings, reader);
    let files = LockFiles {
        lines: command.line.as_mapped(|line| lock_names(line, site.lock_fold().value)),
        dir: filed.path("LOCKDIR", &mut findings).unwrap_or_else(|| site.lock_dir(&surroundings.system)),
        of_parent: true,
    };
    let (stages, signals) = stages(command, &chats, &device, &files);
    let debug = command.trace.clone().map(|origin| Setting::new(DEBUG, origin));
    LinePlan {
        program: Persona::Dialer.program(),
        persona: Setting::built_in(Persona::Dialer),
        log: site.log(Facility::Uucp),
        facts: Facts {
            device,
            system: Setting::built_in(None),
            version: Setting::built_in(Version::System),
            term: Setting::built_in(None),
        },
        entries: vec![entry(command.speed.value, &command.speed.origin)],
        start: Setting::new(0, Origin::BuiltIn),
        stages,
        signals,
        findings: bounded(findings),
        debug: debug.unwrap_or_else(|| Setting::built_in(0)),
        traces: Vec::new(),
        says: Vec::new(),
        under_init: false,
        sources,
    }
}

fn refusal(Wrong(status, why): Wrong) -> Refusal {
    let usage = USAGE.iter().filter(|_| status == status::ARGUMENTS).map(ToString::to_string);
    Refusal { status, texts: [why].into_iter().chain(usage).collect(), wait: Duration::ZERO }
}

/// Where dialers have a device of their own for a line, that one is opened.
fn opened(
    line: &Setting<Vec<u8>>,
    surroundings: &Surroundings,
    reader: &mut dyn SourceReader,
) -> Setting<Device> {
    let twin = (surroundings.system.call_out)(&line.value).map(|name| Device::named(&name).path);
    let twin = twin.filter(|path| reader.device_exists(path));
    line.as_mapped(|name| match twin {
        Some(path) => Device { name: name.clone(), path },
        None => Device::named(name),
    })
}

/// Raw, eight bits, whatever carrier says: how a modem is spoken to.
fn entry(bps: u32, origin: &Origin) -> SpeedEntry {
    let mut modes = Modes::default();
    modes.set_all(&[Flag::CREAD, Flag::HUPCL, Flag::CLOCAL, Flag::IGNBRK], true);
    modes.put(Value::CS8);
    modes.min_time = Some((1, 0));
    modes.speed = Some(bps);
    SpeedEntry {
        label: bps.to_string().into_bytes(),
        final_modes: modes.clone(),
        initial: modes,
        final_names_size: true,
        prompt: Text::default(),
        next: Some(0),
        program: None,
        auto: false,
        origin: origin.clone(),
    }
}
