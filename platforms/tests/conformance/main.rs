//! What polygetty takes for granted of ptys, lines, locks, accounts and processes, held against the system
//! it runs on: one set of facts, and for each system the answers it is expected to give.
//!
//! `cargo test -p polygetty-platforms --test conformance` prints a table of all facts with the answer of this
//! system beside what each of the three should say; a failure names the system and the fact. A name, or a part
//! of one, selects facts, as with any test.
//!
//! The suite is one program. It needs the C library and `/dev`; no shell, no network, no login program, no
//! `/proc`, nothing of the source. To run it on a bare system: build it there or for it (`tests/cross/cross-check
//! link freebsd -- -p polygetty-platforms`), copy the file that cargo names, `conformance-HASH`, and start it
//! there, once as root and once as somebody else. It writes below `TMPDIR`, or where it stands if there is no
//! such place, and leaves nothing. As somebody else some facts are skipped and say so.
//!
//! Each fact runs in a process of its own, this program once more with a hidden argument, so that sessions,
//! terminals, signals and a panic touch nobody else; other processes that a fact needs are the same program
//! again (`players`). What each system is expected to answer stands in `linux`, `freebsd` and `illumos`;
//! the promises that polygetty makes itself, and that hold on all, in `everywhere`.
#![forbid(unsafe_code)]
// The suite lives in the real world, where clock, files and environment are.
#![allow(clippy::disallowed_methods)]

mod everywhere;
mod expected;
mod facts;
mod freebsd;
mod illumos;
mod lines;
mod linux;
mod options;
mod players;
mod report;
mod runner;

use std::process::ExitCode;

use options::{Command, Options};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    match options::parse(&arguments) {
        Ok(Command::Fact { name, dir }) => runner::be_fact(&name, &dir),
        Ok(Command::Part { name, arguments }) => players::be_part(&name, arguments),
        Ok(Command::List(options)) => {
            report::list(&selected(&options));
            ExitCode::SUCCESS
        }
        Ok(Command::Run(options)) => run(&options),
        Err(complaint) => {
            eprintln!("conformance: {complaint}");
            ExitCode::FAILURE
        }
    }
}

fn selected(options: &Options) -> Vec<&'static facts::Fact> {
    facts::all().filter(|fact| options.selects(fact.name)).collect()
}

fn run(options: &Options) -> ExitCode {
    if let Some(why) = runner::hopeless() {
        println!("skipped: {why}");
        return ExitCode::SUCCESS;
    }
    let gaps = expected::gaps();
    let facts = selected(options);
    let answers = match runner::run(&facts, options.threads) {
        Ok(answers) => answers,
        Err(error) => {
            eprintln!("conformance: cannot begin: {error}");
            return ExitCode::FAILURE;
        }
    };
    if report::report(&facts, &answers, &gaps, options.terse) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
