//! The process that we are: how it was started, and where its log goes.

use super::modes::system_facts;
use super::root::Root;
use polygetty_compat::plan::stage::Level;
use polygetty_compat::plan::{self, LogSettings};
use polygetty_compat::surroundings::Surroundings;
use polygetty_platforms::process;
use polygetty_platforms::sink::{self, Facility, Sink};
use std::os::unix::ffi::OsStringExt;

/// What the process was started with, and the system it runs on.
pub fn surroundings() -> Surroundings {
    Surroundings {
        environment: std::env::vars_os().map(|(name, value)| (name.into_vec(), value.into_vec())).collect(),
        user: process::effective_user(),
        under_init: process::parent_is_init(),
        system: system_facts(),
        ..Surroundings::default()
    }
}

/// Opens the log: syslog, or below a root, which has none, a file in its place.
///
/// # Errors
/// In words, why nothing will be logged.
pub fn start_log(root: &Root, program: &str, settings: &LogSettings) -> Result<(), String> {
    let most = match settings.level.value {
        Level::Fatal | Level::Error => log::LevelFilter::Error,
        Level::Warning => log::LevelFilter::Warn,
        Level::Audit | Level::Notice | Level::Info => log::LevelFilter::Info,
        Level::Debug | Level::Trace => log::LevelFilter::Debug,
    };
    sink::start(program, &[system_log(root, settings)?], most).map_err(|error| error.to_string())
}

/// Opens the log of a dialer: standard error is what the program that started it looks at. With a trace, which
/// that program keeps, the system's log is spared.
///
/// # Errors
/// As for [`start_log`].
pub fn start_dialers_log(
    root: &Root,
    program: &str,
    settings: &LogSettings,
    trace: bool,
) -> Result<(), String> {
    if trace {
        return sink::start(program, &[Sink::Stderr], log::LevelFilter::Debug)
            .map_err(|error| error.to_string());
    }
    let sinks: Vec<Sink> = [Sink::Stderr].into_iter().chain(system_log(root, settings).ok()).collect();
    sink::start(program, &sinks, log::LevelFilter::Info).map_err(|error| error.to_string())
}

/// Where the system's log is.
fn system_log(root: &Root, settings: &LogSettings) -> Result<Sink, String> {
    Ok(match root.dir() {
        None => Sink::Syslog { facility: facility(settings.facility.value) },
        Some(_) => {
            let file = root.file(&"/var/log/polygetty.log".into());
            if let Some(dir) = file.parent() {
                std::fs::create_dir_all(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
            }
            Sink::File(file)
        }
    })
}

fn facility(facility: plan::Facility) -> Facility {
    match facility {
        plan::Facility::Auth => Facility::LOG_AUTH,
        plan::Facility::Daemon => Facility::LOG_DAEMON,
        plan::Facility::User => Facility::LOG_USER,
        plan::Facility::Uucp => Facility::LOG_UUCP,
        plan::Facility::Local(0) => Facility::LOG_LOCAL0,
        plan::Facility::Local(1) => Facility::LOG_LOCAL1,
        plan::Facility::Local(2) => Facility::LOG_LOCAL2,
        plan::Facility::Local(3) => Facility::LOG_LOCAL3,
        plan::Facility::Local(4) => Facility::LOG_LOCAL4,
        plan::Facility::Local(5) => Facility::LOG_LOCAL5,
        plan::Facility::Local(6) => Facility::LOG_LOCAL6,
        plan::Facility::Local(_) => Facility::LOG_LOCAL7,
    }
}
