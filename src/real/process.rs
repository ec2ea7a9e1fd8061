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
pub fn start_log(root: &Root, program: &str, facility: Facility) -> Result<(), String> {
    let sink = match root.dir() {
        None => Sink::Syslog { facility },
        Some(_) => {
            let file = root.file(&"/var/log/polygetty.log".into());
            if let Some(dir) = file.parent() {
                std::fs::create_dir_all(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
            }
            Sink::File(file)
        }
    };
    sink::start(program, &[sink], log::LevelFilter::Debug).map_err(|error| error.to_string())
}
