//! The process that we are: how it was started, and where its log goes.

use super::modes::system_facts;
use super::root::Root;
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
    }
}

/// Opens the log: syslog, or below a root, which has none, a file in its place.
///
/// # Errors
/// In words, why nothing will be logged.
pub fn start_log(root: &Root, program: &str) -> Result<(), String> {
    sink::start(program, &[system_log(root)?], log::LevelFilter::Debug).map_err(|error| error.to_string())
}

/// Opens the log of a dialer: standard error is what the program that started it looks at. With a trace, which
/// that program keeps, the system's log is spared.
///
/// # Errors
/// As for [`start_log`].
pub fn start_dialers_log(root: &Root, program: &str, trace: bool) -> Result<(), String> {
    if trace {
        return sink::start(program, &[Sink::Stderr], log::LevelFilter::Debug)
            .map_err(|error| error.to_string());
    }
    let sinks: Vec<Sink> = [Sink::Stderr].into_iter().chain(system_log(root).ok()).collect();
    sink::start(program, &sinks, log::LevelFilter::Info).map_err(|error| error.to_string())
}

/// Where the system's log is.
fn system_log(root: &Root) -> Result<Sink, String> {
    Ok(match root.dir() {
        None => Sink::Syslog { facility: Facility::LOG_AUTH },
        Some(_) => {
            let file = root.file(&"/var/log/polygetty.log".into());
            if let Some(dir) = file.parent() {
                std::fs::create_dir_all(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
            }
            Sink::File(file)
        }
    })
}
