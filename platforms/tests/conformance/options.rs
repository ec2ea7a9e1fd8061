//! The command line: what `cargo test` passes on to a test program, and the two hidden forms in which the
//! program starts itself.

use std::ffi::OsString;
use std::num::NonZero;
use std::path::PathBuf;

/// Makes this process one fact: name and directory follow.
pub const FACT: &str = "--be-fact";
/// Makes this process a part in a fact: name and arguments follow.
pub const PART: &str = "--be-part";

pub enum Command {
    Fact { name: String, dir: PathBuf },
    Part { name: String, arguments: Vec<PathBuf> },
    List(Options),
    Run(Options),
}

/// What to run, and how loudly.
#[derive(Debug, Default)]
pub struct Options {
    filters: Vec<String>,
    skipped: Vec<String>,
    exact: bool,
    ignored_only: bool,
    pub terse: bool,
    pub threads: usize,
}

impl Options {
    /// No fact is marked as ignored: one that needs root finds out for itself.
    pub fn selects(&self, name: &str) -> bool {
        let fits = |filter: &String| if self.exact { name == filter } else { name.contains(filter.as_str()) };
        !self.ignored_only
            && (self.filters.is_empty() || self.filters.iter().any(fits))
            && !self.skipped.iter().any(fits)
    }
}

pub fn parse(arguments: &[OsString]) -> Result<Command, String> {
    let mut words = arguments.iter().cloned();
    let hidden = arguments.first().and_then(|first| first.to_str()).unwrap_or_default();
    if hidden == FACT || hidden == PART {
        let is_fact = hidden == FACT;
        let name = words.nth(1).map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut rest = words.map(PathBuf::from);
        return Ok(if is_fact {
            Command::Fact { name, dir: rest.next().unwrap_or_default() }
        } else {
            Command::Part { name, arguments: rest.collect() }
        });
    }
    let mut options = Options { threads: threads(), ..Options::default() };
    let mut list = false;
    let mut words = words.map(|word| word.to_string_lossy().into_owned());
    while let Some(word) = words.next() {
        let (flag, mut joined) = match word.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => (flag.to_owned(), Some(value.to_owned())),
            _ => (word.clone(), None),
        };
        let mut value = || joined.take().or_else(|| words.next()).ok_or(format!("{flag} wants a value"));
        match flag.as_str() {
            "--ignored" => options.ignored_only = true,
            "--list" => list = true,
            "--exact" => options.exact = true,
            "--quiet" | "-q" => options.terse = true,
            "--format" => options.terse = value()? == "terse",
            "--skip" => options.skipped.push(value()?),
            "--test-threads" => {
                options.threads = value()?.parse().map_err(|_| "--test-threads wants a number")?;
            }
            "--color" | "--logfile" | "--shuffle-seed" | "-Z" => drop(value()?),
            // Of these none means anything here: every fact runs, and what it says is shown if it fails.
            flag if flag.starts_with('-') => {}
            _ => options.filters.push(word),
        }
    }
    Ok(if list { Command::List(options) } else { Command::Run(options) })
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, NonZero::get).min(8)
}
