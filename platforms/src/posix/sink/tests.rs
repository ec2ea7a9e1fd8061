//! The log in a file. It belongs to the whole process, so one test does it all in order.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};

use super::*;

#[test]
fn a_log_file_is_private_and_holds_one_line_per_message() {
    let dir = tempfile::tempdir().unwrap();
    let (path, link) = (dir.path().join("log"), dir.path().join("link"));
    start("getty", &[Sink::File(path.clone())], LevelFilter::Info).unwrap();
    log::error!("no device");
    log::info!(target: NOTICE, "caller \x1b[2J\r\nlogin: root");
    log::info!("plain");
    log::debug!("too low");
    let text = fs::read_to_string(&path).unwrap();
    let pid = std::process::id();
    let lines: Vec<_> = text.lines().map(|line| line.split_once(' ').unwrap()).collect();
    let told: Vec<_> = lines.iter().map(|(_, told)| *told).collect();
    assert_eq!(
        told,
        [
            format!("getty[{pid}]: error no device"),
            format!("getty[{pid}]: notice caller \\x1b[2J\\x0d\\x0alogin: root"),
            format!("getty[{pid}]: info plain"),
        ]
    );
    assert!(lines.iter().all(|(stamp, _)| stamp.len() == 20 && stamp.ends_with('Z')));
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);

    // Rotated while at rest: the next message begins a new file.
    rest();
    fs::rename(&path, dir.path().join("log.1")).unwrap();
    log::warn!("after");
    assert!(fs::read_to_string(&path).unwrap().ends_with("warning after\n"));
    assert_eq!(fs::read_to_string(dir.path().join("log.1")).unwrap(), text);

    // A second start replaces the first; neither links nor directories are files.
    symlink(&path, &link).unwrap();
    for bad in [link.as_path(), dir.path()] {
        let error = start("getty", &[Sink::File(bad.to_owned())], LevelFilter::Info).unwrap_err();
        assert!(error.to_string().contains(&bad.display().to_string()));
    }
    start("mgetty", &[], LevelFilter::Info).unwrap();
    let before = fs::read_to_string(&path).unwrap();
    log::error!("nowhere");
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
}

#[test]
fn levels_are_those_of_the_systems_log() {
    let of = |level, target: &str| {
        severity(&Record::builder().level(level).target(target).args(format_args!("")).build()).1
    };
    assert_eq!(of(Level::Error, "x"), libc::LOG_ERR);
    assert_eq!(of(Level::Warn, "x"), libc::LOG_WARNING);
    assert_eq!(of(Level::Info, NOTICE), libc::LOG_NOTICE);
    assert_eq!(of(Level::Info, "x"), libc::LOG_INFO);
    assert_eq!(of(Level::Debug, NOTICE), libc::LOG_DEBUG);
}

#[test]
fn stamps_do_not_depend_on_the_time_zone() {
    assert_eq!(stamp(951_782_399), "2000-02-28T23:59:59Z");
}
