//! What stands in for the programs that a getty becomes: it greets, notes how it was called, and ends.

use super::super::{complain, exit, say};
use super::files::StandIn;
use polygetty_platforms::line::OpenLine;
use std::ffi::OsString;
use std::os::fd::AsFd;
use std::path::Path;

/// How the program was called.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ran {
    /// Its name and its arguments.
    pub(super) words: Vec<String>,
    pub(super) line: String,
    pub(super) speed: u32,
    /// Whether the line maps case both ways; `None`: no line of this system can.
    pub(super) maps_case: Option<bool>,
    pub(super) term: String,
    /// What gettyacts calls it.
    pub(super) protocol: String,
    /// What it is told of the call, as variables.
    pub(super) call: String,
}

impl Ran {
    /// How the login program ran.
    pub(super) fn told(&self) -> String {
        let (name, line, speed, term) = (self.name(), &self.line, self.speed, &self.term);
        format!("\nLogin program ran as: demo-login {name}  (/dev/{line}, {speed} bit/s, TERM={term})")
    }

    /// The name that was typed: a login program's last word.
    pub(super) fn name(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }
}

/// Greets on the line that it was started on.
pub(in crate::tool) fn login(note: &Path, words: &[OsString]) -> u8 {
    let line = OpenLine::adopt(std::io::stdin().as_fd());
    let Ok(line) = line else {
        complain("demo-login: standard input is no line");
        return exit::SYSTEM;
    };
    let path = line.path().unwrap_or_default();
    let attrs = line.attrs().ok();
    let maps_case = attrs.and_then(|attrs| Some(attrs.flag("IUCLC")? && attrs.flag("OLCUC")?));
    let ran = Ran {
        words: words.iter().map(|word| word.to_string_lossy().into_owned()).collect(),
        line: path.strip_prefix("/dev").unwrap_or(&path).display().to_string(),
        speed: attrs.map_or(0, |attrs| attrs.speeds().1),
        maps_case,
        term: variable("TERM"),
        protocol: variable("GETTY_PROTOCOL"),
        call: ["CALLER_ID", "CONNECT", "DEVICE"].map(|name| format!("{name}={}", variable(name))).join(" "),
    };
    if ran.words.first().is_some_and(|word| word.starts_with("ppp")) {
        // The line is raw.
        say(&format!("{}: PPP would begin here.\r", ran.words.join(" ")));
    } else {
        say(&format!("Hello {}. This is where a session would begin.", ran.name()));
    }
    let maps_case = ran.maps_case.map_or("no", |maps| if maps { "on" } else { "off" });
    let (line, speed, words) = (&ran.line, ran.speed, ran.words.join("\n"));
    let text =
        format!("{line}\n{speed}\n{maps_case}\n{}\n{}\n{}\n{words}\n", ran.term, ran.protocol, ran.call);
    match super::files::put(note, &text) {
        Ok(()) => 0,
        Err(error) => {
            complain(&format!("demo-login: {error}"));
            exit::SYSTEM
        }
    }
}

#[allow(clippy::disallowed_methods)] // it shows what the program after getty finds
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// What the program noted, if it ran.
#[allow(clippy::disallowed_methods)] // from a directory of ours
pub(super) fn read_note(root: &Path, program: &StandIn) -> Option<Ran> {
    let text = std::fs::read_to_string(root.join(program.note)).ok()?;
    let mut lines = text.lines();
    Some(Ran {
        line: lines.next()?.trim_start_matches('/').to_owned(),
        speed: lines.next()?.parse().ok()?,
        maps_case: match lines.next()? {
            "no" => None,
            maps => Some(maps == "on"),
        },
        term: lines.next()?.to_owned(),
        protocol: lines.next()?.to_owned(),
        call: lines.next()?.to_owned(),
        words: lines.map(str::to_owned).collect(),
    })
}
