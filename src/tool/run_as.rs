//! A persona, from its argv to its exit status.

use super::compile;
use super::{complain, exit, say};
use crate::engine;
use crate::engine::world::{Host, LogEntry, Moment, Watch};
use crate::real::{
    FileReader, RealHost, Root, start_dialers_log, start_log, surroundings, system_facts, words,
};
use crate::report::gettydefs;
use polygetty_compat::diag::Severity;
use polygetty_compat::getty_ps::compile::Compiled;
use polygetty_compat::persona::Persona;
use polygetty_compat::plan::stage::Level;
use polygetty_compat::plan::{LinePlan, Refusal};
use polygetty_compat::source::{FilePath, SourceReader};
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// The largest gettydefs that a check reads.
const LARGEST_GETTYDEFS: usize = 16 << 20;

/// Runs a persona.
pub(super) fn run(root: &Root, persona: Persona, argv: &[Vec<u8>]) -> u8 {
    // Before the first file is read: a signal must find somebody who gives back what we hold.
    let mut host = match RealHost::begin(root.clone()) {
        Ok(host) => host,
        Err(errno) => {
            complain(&format!("{}: cannot listen to signals: {}", persona.program(), errno.desc()));
            return exit::SYSTEM;
        }
    };
    let mut reader = FileReader::new(root.clone());
    let surroundings = surroundings();
    let compiled = compile(persona, argv, &surroundings, &mut reader);
    if let Ok(Compiled::Check(path)) = &compiled {
        return check(path, &mut reader);
    }
    let trace = compiled.as_ref().is_ok_and(|compiled| traces(persona, compiled));
    let log = match persona {
        Persona::Dialer if compiled.is_ok() => start_dialers_log(root, persona.program(), trace),
        _ => start_log(root, persona.program()),
    };
    if trace {
        host.trace();
    }
    if let Err(why) = log {
        complain(&format!("{}: no log: {why}", persona.program()));
    }
    match compiled {
        Ok(Compiled::Plan(plan)) => live(&plan, root, &mut host),
        Ok(Compiled::Check(_)) => 0,
        Err(refusal) => refuse(&refusal, persona, surroundings.under_init, &mut host),
    }
}

/// Whether a dialer was asked to say what it sends and hears.
fn traces(persona: Persona, compiled: &Compiled) -> bool {
    match compiled {
        Compiled::Plan(plan) => persona == Persona::Dialer && plan.debug.value != 0,
        Compiled::Check(_) => false,
    }
}

fn live(plan: &LinePlan, root: &Root, host: &mut RealHost) -> u8 {
    for finding in &plan.findings {
        let level = match finding.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Note => Level::Notice,
        };
        host.log(LogEntry { level, text: &finding.one_line(&plan.sources) });
    }
    let by_hand = std::io::stderr().is_terminal() && plan.program != Persona::Dialer.program();
    let device = &plan.facts.device.value;
    if by_hand && !FileReader::new(root.clone()).device_exists(&device.path) {
        // The log says it too; a person at a terminal should not have to look there.
        complain(&format!("{}: there is no line {}", plan.program, device.path));
    }
    engine::run(plan, host).status
}

fn check(path: &FilePath, reader: &mut FileReader) -> u8 {
    let text = reader.read(path, LARGEST_GETTYDEFS);
    let colour = std::io::stderr().is_terminal() && surroundings().variable("NO_COLOR").is_none();
    let checked = gettydefs::check(path, text, &system_facts(), &words, colour);
    let wrote = std::io::stdout().write_all(&checked.stdout).and_then(|()| std::io::stdout().flush());
    let _ = std::io::stderr().write_all(&checked.stderr);
    match wrote {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => exit::SYSTEM,
        _ => checked.status,
    }
}

fn refuse(refusal: &Refusal, persona: Persona, under_init: bool, host: &mut RealHost) -> u8 {
    for text in &refusal.texts {
        if refusal.status == 0 {
            say(text);
        } else {
            complain(&format!("{}: {text}", persona.program()));
            host.log(LogEntry { level: Level::Error, text });
        }
    }
    if !refusal.wait.is_zero() && under_init {
        pause(host, refusal.wait);
    }
    refusal.status
}

fn pause(host: &mut RealHost, time: Duration) {
    let until = Moment(host.now().0.saturating_add(time));
    let watch = Watch { line: None, readable: false, writable: false, carrier: None };
    let _ = host.wait(watch, Some(until)); // a signal cuts it short: we end anyway
}
