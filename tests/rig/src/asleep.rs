//! Who has a line open, and whether they sleep, by the system's word.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// A process that has the line open.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct User {
    pid: u32,
    asleep: bool,
    /// how often it has had a processor and given it up again: as long as this stays, it has not woken
    turns: Vec<String>,
}

/// Everybody else who has this device open, the lowest number first. None: the system does not tell.
pub(crate) fn users_of(device: &Path) -> Option<Vec<User>> {
    // Numbers of devices are not enough: another container's ptys have the same.
    let place = |path: &Path| fs::metadata(path).ok().map(|facts| (facts.dev(), facts.ino()));
    let line = place(device)?;
    let has_it = |pid: &u32| {
        let open = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        open.into_iter().any(|fd| place(&fd.path()) == Some(line))
    };
    fs::metadata("/proc/self/fd").ok()?;
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let others = numbers.filter(|pid| *pid != std::process::id());
    let mut users: Vec<User> = others.filter(has_it).filter_map(user).collect();
    users.sort_by_key(|user| user.pid);
    Some(users)
}

fn user(pid: u32) -> Option<User> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let state = status.lines().find_map(|row| row.strip_prefix("State:"))?;
    let turns = status.lines().filter(|row| row.contains("ctxt_switches")).map(str::to_owned);
    Some(User { pid, asleep: state.trim_start().starts_with('S'), turns: turns.collect() })
}

/// Whether there is somebody, and all sleep.
pub(crate) fn all_sleep(users: &[User]) -> bool {
    !users.is_empty() && users.iter().all(|user| user.asleep)
}
