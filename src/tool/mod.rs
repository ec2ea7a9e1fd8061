//! The programs' outside: which name we were called by, the tool's verbs, exit statuses.

mod asked;
mod check;
mod command;
mod demo;
mod explain;
mod fax;
mod run_as;

use crate::real::Root;
#[cfg(debug_assertions)]
use crate::real::fault::{self, Fault};
use command::Verb;
use polygetty_compat::persona::Persona;
use std::io::Write;

/// The tool's exit statuses, from sysexits.
mod exit {
    /// The command line is wrong.
    pub(super) const USAGE: u8 = 64;
    /// What was asked for is not there, or did not end as it should.
    pub(super) const UNAVAILABLE: u8 = 69;
    /// The system refused.
    pub(super) const SYSTEM: u8 = 71;
}

/// Does what the command line asks, and returns the exit status.
pub fn start(argv: Vec<Vec<u8>>) -> u8 {
    if is_program(&argv) {
        return run_as::run(&Root::default(), &argv);
    }
    let command = match command::read(argv) {
        Ok(command) => command,
        Err(error) => {
            complain(&format!("polygetty: {error}"));
            complain(&command::usage());
            return exit::USAGE;
        }
    };
    #[cfg(debug_assertions)]
    if let Some(fault) = command.fail_call.map(Fault::Fail).or(command.die_at_call.map(Fault::Die)) {
        fault::plan(fault);
    }
    let root = command.root;
    match command.verb {
        Verb::As(argv) if is_program(&argv) => run_as::run(&root, &argv),
        Verb::Explain { json, argv } if is_program(&argv) => explain::explain(&root, &argv, json),
        Verb::As(argv) | Verb::Explain { argv, .. } => unknown_program(&argv),
        Verb::Check(options) => check::check(&root, &options),
        Verb::Fax(options) => fax::fax(&root, &root, &options),
        Verb::Demo(options) => demo::demo(&options),
        Verb::DemoLogin { note, words } => demo::login(&note, &words),
        Verb::Help => answer(command::HELP),
        Verb::Version => answer(concat!("polygetty ", env!("CARGO_PKG_VERSION"))),
    }
}

fn answer(text: &str) -> u8 {
    if say(text) { 0 } else { exit::SYSTEM }
}

/// Whether `argv[0]` is the name of a program that we can be.
fn is_program(argv: &[Vec<u8>]) -> bool {
    Persona::by_name(&asked::name(argv)).is_some()
}

fn unknown_program(argv: &[Vec<u8>]) -> u8 {
    let name = argv.first().map_or(&[][..], Vec::as_slice);
    complain(&format!(
        "polygetty: \"{}\" is none of the programs it can be: {}",
        name.escape_ascii(),
        Persona::NAMES
    ));
    complain(&command::usage());
    exit::USAGE
}

/// Writes a line on standard output; false if nobody takes it.
fn say(text: &str) -> bool {
    writeln!(std::io::stdout(), "{text}").is_ok()
}

/// Says why a program refuses: its usage, in lines that begin with `usage:` or a blank, names it already.
fn complain_of(program: &str, text: &str) {
    if text.starts_with("usage: ") || text.starts_with(' ') {
        complain(text);
    } else {
        complain(&format!("{program}: {text}"));
    }
}

/// Writes a line on standard error, if anybody takes it.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
