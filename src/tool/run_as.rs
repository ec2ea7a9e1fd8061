//! A persona, from its argv to its exit status.

use super::asked::{Asked, ask};
use super::{complain, complain_of, exit, say};
use crate::engine;
use crate::engine::world::{Host, LogEntry, Moment, Watch};
use crate::real::{
    FileReader, RealHost, Root, start_dialers_log, start_log, surroundings, system_facts, words,
};
use crate::report::gettydefs;
use polygetty_compat::diag::{Diagnostic, Severity};
use polygetty_compat::persona::{Family, Persona};
use polygetty_compat::plan::Compiled;
use polygetty_compat::plan::stage::Level;
use polygetty_compat::plan::{LinePlan, Refusal};
use polygetty_compat::source::{FilePath, SourceMap, SourceReader};
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// The largest gettydefs that a check reads.
const LARGEST_GETTYDEFS: usize = 16 << 20;

/// The status of callback when somebody else than root runs it.
const NOT_ROOT: u8 = 2;

/// Runs the program that `argv[0]` names.
pub(super) fn run(root: &Root, argv: &[Vec<u8>]) -> u8 {
    // Before the first file is read: a signal must find somebody who gives back what we hold.
    let mut host = match RealHost::begin(root.clone()) {
        Ok(host) => host,
        Err(errno) => {
            complain(&format!("polygetty: cannot listen to signals: {}", errno.desc()));
            return exit::SYSTEM;
        }
    };
    let mut reader = FileReader::new(root.clone());
    let Some(asked) = ask(argv, &mut reader) else { return exit::USAGE };
    if let Ok(Compiled::Check(path)) = &asked.compiled {
        return check(asked.chosen.persona.value.family(), path, &mut reader);
    }
    if let Ok(Compiled::Say(status, texts)) = &asked.compiled {
        return if texts.iter().all(|text| say(text)) { *status } else { exit::SYSTEM };
    }
    let persona = asked.chosen.persona.value;
    if persona == Persona::Callback && asked.user != 0 {
        say("callback: it calls on lines that are root's: only root may run it");
        return NOT_ROOT;
    }
    let program = persona.program();
    let trace = asked.compiled.as_ref().is_ok_and(|compiled| traces(persona, compiled));
    let log = match persona {
        Persona::Dialer if asked.compiled.is_ok() => start_dialers_log(root, program, &asked.log, trace),
        _ => start_log(root, program, &asked.log),
    };
    if trace {
        host.trace();
    }
    if let Err(why) = log {
        complain(&format!("{program}: no log: {why}"));
    }
    match &asked.compiled {
        Ok(Compiled::Plan(plan)) => {
            if let Some(log) = &plan.log.line {
                host.keep_line_log(log, &plan.facts.device.value.name);
            }
            live(plan, root, &mut host)
        }
        Ok(Compiled::Check(_) | Compiled::Say(..)) => 0,
        Err(refusal) => refuse(refusal, &asked, &mut host),
    }
}

/// Whether a dialer was asked to say what it sends and hears.
fn traces(persona: Persona, compiled: &Compiled) -> bool {
    match compiled {
        Compiled::Plan(plan) => persona == Persona::Dialer && plan.debug.value != 0,
        Compiled::Check(_) | Compiled::Say(..) => false,
    }
}

fn live(plan: &LinePlan, root: &Root, host: &mut RealHost) -> u8 {
    log_findings(&plan.findings, &plan.sources, host);
    let by_hand = std::io::stderr().is_terminal()
        && ![Persona::Dialer, Persona::Callback].contains(&plan.persona.value);
    let device = &plan.facts.device.value;
    if by_hand && !FileReader::new(root.clone()).device_exists(&device.path) {
        // The log says it too; a person at a terminal should not have to look there.
        complain(&format!("{}: there is no line {}", plan.program, device.path));
    }
    engine::run(plan, host).status
}

fn log_findings(findings: &[Diagnostic], sources: &SourceMap, host: &mut RealHost) {
    for finding in findings {
        let level = match finding.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Note => Level::Notice,
        };
        host.log(LogEntry { level, text: &finding.one_line(sources) });
    }
}

fn check(family: Family, path: &FilePath, reader: &mut FileReader) -> u8 {
    let text = reader.read(path, LARGEST_GETTYDEFS);
    let colour = std::io::stderr().is_terminal() && surroundings().variable("NO_COLOR").is_none();
    let checked = match family {
        Family::Sco => gettydefs::check_sco(path, text, reader, &system_facts(), &words, colour),
        Family::GettyPs | Family::Mgetty | Family::Dialer => {
            gettydefs::check(path, text, &system_facts(), &words, colour)
        }
    };
    let wrote = std::io::stdout().write_all(&checked.stdout).and_then(|()| std::io::stdout().flush());
    let _ = std::io::stderr().write_all(&checked.stderr);
    match wrote {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => exit::SYSTEM,
        _ => checked.status,
    }
}

fn refuse(refusal: &Refusal, asked: &Asked, host: &mut RealHost) -> u8 {
    let program = asked.chosen.persona.value.program();
    log_findings(&asked.chosen.findings, &SourceMap::default(), host);
    for text in &refusal.texts {
        if refusal.status == 0 {
            say(text);
        } else {
            complain_of(program, text);
            host.log(LogEntry { level: Level::Error, text });
        }
    }
    if !refusal.wait.is_zero() && asked.under_init {
        pause(host, refusal.wait);
    }
    refusal.status
}

fn pause(host: &mut RealHost, time: Duration) {
    let until = Moment(host.now().0.saturating_add(time));
    let _ = host.wait(Watch::nothing(), Some(until)); // a signal cuts it short: we end anyway
}
