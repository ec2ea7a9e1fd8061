//! The demo's login program: greets, notes how it was called, and ends.

use super::super::{complain, exit, say};
use polygetty_platforms::line::OpenLine;
use std::ffi::OsStr;
use std::os::fd::AsFd;
use std::path::Path;

/// How the login program was called.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ran {
    pub(super) name: String,
    pub(super) line: String,
    pub(super) speed: u32,
    pub(super) term: String,
}

/// Greets on the line that it was started on.
pub(in crate::tool) fn login(note: &Path, name: &OsStr) -> u8 {
    let name = name.to_string_lossy().into_owned();
    let line = OpenLine::adopt(std::io::stdin().as_fd());
    let Ok(line) = line else {
        complain("demo-login: standard input is no line");
        return exit::SYSTEM;
    };
    let path = line.path().unwrap_or_default();
    let line_name = path.strip_prefix("/dev").unwrap_or(&path).display().to_string();
    let ran =
        Ran { name, line: line_name, speed: line.attrs().map_or(0, |attrs| attrs.speeds().1), term: term() };
    say(&format!("Hello {}. This is where a session would begin.", ran.name));
    let text = format!("{}\n{}\n{}\n{}\n", ran.name, ran.line, ran.speed, ran.term);
    match super::put(note, &text) {
        Ok(()) => 0,
        Err(error) => {
            complain(&format!("demo-login: {error}"));
            exit::SYSTEM
        }
    }
}

#[allow(clippy::disallowed_methods)] // it shows what the program after getty finds
fn term() -> String {
    std::env::var("TERM").unwrap_or_default()
}

/// What the login program noted, if it ran.
#[allow(clippy::disallowed_methods)] // from a directory of ours
pub(super) fn read_note(note: &Path) -> Option<Ran> {
    let text = std::fs::read_to_string(note).ok()?;
    let mut lines = text.lines();
    Some(Ran {
        name: lines.next()?.to_owned(),
        line: lines.next()?.trim_start_matches('/').to_owned(),
        speed: lines.next()?.parse().ok()?,
        term: lines.next()?.to_owned(),
    })
}
