//! The programs' outside: which name we were called by, the tool's verbs, exit statuses.

mod asked;
mod check;
mod demo;
mod explain;
mod run_as;

use crate::real::Root;
#[cfg(debug_assertions)]
use crate::real::fault::{self, Fault};
use clap::{CommandFactory, Parser, Subcommand};
use polygetty_compat::persona::Persona;
use std::ffi::OsString;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// The tool's exit statuses, from sysexits.
mod exit {
    /// The command line is wrong.
    pub(super) const USAGE: u8 = 64;
    /// What was asked for is not there, or did not end as it should.
    pub(super) const UNAVAILABLE: u8 = 69;
    /// The system refused.
    pub(super) const SYSTEM: u8 = 71;
}

/// One getty for the lines of getty_ps, SCO OpenServer getty and mgetty.
#[derive(Parser)]
#[command(name = "polygetty", version, max_term_width = 80)]
struct Tool {
    /// Every file that is read or written lies below DIR; devices too if they exist there
    #[arg(long, value_name = "DIR", global = true)]
    root: Option<PathBuf>,
    /// For tests: the n-th call of line or system fails
    #[cfg(debug_assertions)]
    #[arg(long, hide = true, value_name = "N")]
    fail_call: Option<u64>,
    /// For tests: the process is killed at the n-th call of line or system
    #[cfg(debug_assertions)]
    #[arg(long, hide = true, value_name = "N")]
    die_at_call: Option<u64>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Be one of the old programs: polygetty as getty_ps ttyS1 9600 vt100
    #[command(name = "as", disable_help_flag = true)]
    As {
        /// The program's name, then its own options and operands
        #[arg(
            value_name = "NAME ARGS",
            trailing_var_arg = true,
            allow_hyphen_values = true,
            required = true
        )]
        words: Vec<OsString>,
    },
    /// Say what is wrong with configuration files, and what to write instead
    Check(check::Options),
    /// Say what such a line would do, stage by stage, and where each value comes from
    Explain {
        /// For programs: one JSON object
        #[arg(long)]
        json: bool,
        /// The program's name, then its own options and operands
        #[arg(
            value_name = "NAME ARGS",
            trailing_var_arg = true,
            allow_hyphen_values = true,
            required = true
        )]
        words: Vec<OsString>,
    },
    /// Play a call: a simulated modem, the real program, and you as the caller
    Demo(demo::Options),
    /// What the demo's calls end in
    #[command(hide = true)]
    DemoLogin {
        /// Where to note that it ran
        note: PathBuf,
        /// The name and the arguments of the program that it stands in for
        words: Vec<OsString>,
    },
}

/// Does what the command line asks, and returns the exit status.
pub fn start(argv: Vec<Vec<u8>>) -> u8 {
    if is_program(&argv) {
        return run_as::run(&Root::default(), &argv);
    }
    let words = argv.into_iter().map(OsString::from_vec);
    let tool = match Tool::try_parse_from(words) {
        Ok(tool) => tool,
        Err(error) => {
            let _ = error.print(); // nowhere left to say that it could not be said
            return if error.use_stderr() { exit::USAGE } else { 0 };
        }
    };
    #[cfg(debug_assertions)]
    if let Some(fault) = tool.fail_call.map(Fault::Fail).or(tool.die_at_call.map(Fault::Die)) {
        fault::plan(fault);
    }
    let root = tool.root.map(Root::below).unwrap_or_default();
    match tool.verb {
        Verb::As { words } => {
            let argv: Vec<Vec<u8>> = words.into_iter().map(OsString::into_vec).collect();
            if is_program(&argv) { run_as::run(&root, &argv) } else { unknown_program(&argv) }
        }
        Verb::Check(options) => check::check(&root, &options),
        Verb::Explain { json, words } => {
            let argv: Vec<Vec<u8>> = words.into_iter().map(OsString::into_vec).collect();
            if is_program(&argv) { explain::explain(&root, &argv, json) } else { unknown_program(&argv) }
        }
        Verb::Demo(options) => demo::demo(&options),
        Verb::DemoLogin { note, words } => demo::login(&note, &words),
    }
}

/// Whether argv[0] is the name of a program that we can be.
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
    let usage = Tool::command().render_usage();
    complain(&usage.to_string());
    exit::USAGE
}

/// Writes a line on standard output; false if nobody takes it.
fn say(text: &str) -> bool {
    writeln!(std::io::stdout(), "{text}").is_ok()
}

/// Writes a line on standard error, if anybody takes it.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
