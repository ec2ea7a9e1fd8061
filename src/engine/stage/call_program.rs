//! A program that is told of a call. What it is told comes from strangers: words of its own, no part of a command.

use super::dialer;
use crate::engine::hear::caller::Call;
use crate::engine::run::{Next, Run};
use crate::engine::world::{ChildIo, ChildNews, Heard, Host, Program, Watch};
use polygetty_compat::plan::stage::{CallFact, CallProgram, Level, Variable};
use std::time::Duration;

/// Runs the program to its end, and says its status; none if it had none.
pub(super) fn tell<H: Host>(
    run: &mut Run<'_, H>,
    program: &CallProgram,
    call: &Call,
    distinctive: i32,
) -> Result<Option<u8>, Next> {
    let command = program.command.value.escape_ascii().to_string();
    let mut child = match run.host.spawn(&whole(run, program, call, distinctive), ChildIo::Console) {
        Ok(child) => child,
        Err(why) => {
            let origin = run.plan.origin(&program.command.origin);
            run.log(Level::Error, &format!("cannot run {command}: {why} ({origin})"));
            return Ok(None);
        }
    };
    let until = run.later(program.limit);
    loop {
        let watch = Watch { child: Some(&mut child), ..Watch::nothing() };
        match run.host.wait(watch, Some(until)) {
            Heard::Signal(caught) => {
                if let Err(next) = run.on_signal(caught) {
                    dialer::end(run, &mut child);
                    return Err(next);
                }
            }
            Heard::Child(ChildNews::Ended(status)) => {
                run.log(Level::Info, &format!("{command} ended with {status}"));
                return Ok(Some(status));
            }
            Heard::Child(ChildNews::Killed(signal)) => {
                run.log(Level::Error, &format!("{command} was ended by signal {signal}"));
                return Ok(None);
            }
            Heard::Until => {
                let limit = program.limit.as_secs();
                run.log(Level::Error, &format!("{command} is stopped after {limit} s"));
                dialer::end(run, &mut child);
                return Ok(None);
            }
            Heard::Child(ChildNews::Said(_))
            | Heard::Readable
            | Heard::HungUp
            | Heard::Carrier(_)
            | Heard::Writable => {}
        }
    }
}

fn whole<H: Host>(run: &Run<'_, H>, program: &CallProgram, call: &Call, distinctive: i32) -> Program {
    let mut command = program.command.value.clone();
    command.extend_from_slice(b" \"$@\"");
    let told = |value: &Option<Vec<u8>>| value.clone().unwrap_or_default();
    Program {
        path: program.shell.clone(),
        arguments: vec![
            b"sh".to_vec(),
            b"-c".to_vec(),
            command,
            b"sh".to_vec(),
            run.plan.facts.device.value.name.clone(),
            call.number().to_vec(),
            told(&call.name),
            distinctive.to_string().into_bytes(),
            told(&call.called),
        ],
        environment: program.environment.iter().cloned().chain(variables(call, program.tells)).collect(),
        shell: program.shell.clone(),
    }
}

/// What is known of the call, as variables.
pub(super) fn variables(call: &Call, tells: &[(&str, CallFact)]) -> Vec<Variable> {
    let value = |fact| match fact {
        CallFact::Caller => Some(call.number().to_vec()),
        CallFact::Name => call.name.clone(),
        CallFact::Date => call.date.clone(),
        CallFact::Time => call.time.clone(),
        CallFact::Called => call.called.clone(),
        CallFact::Connection => Some(call.connection()),
    };
    let known = |(name, fact): &(&str, CallFact)| Some((name.as_bytes().to_vec(), value(*fact)?));
    tells.iter().filter_map(known).collect()
}

/// How long a command may take whose words a caller waits for.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a command of the shell writes, at most so many bytes of it; None: it could not be run.
pub(super) fn output<H: Host>(
    run: &mut Run<'_, H>,
    command: &[u8],
    limit: usize,
) -> Result<Option<Vec<u8>>, Next> {
    let shown = command.escape_ascii().to_string();
    let program = Program {
        path: "/bin/sh".into(),
        arguments: vec![b"sh".to_vec(), b"-c".to_vec(), command.to_vec()],
        environment: Vec::new(),
        shell: "/bin/sh".into(),
    };
    let mut child = match run.host.spawn(&program, ChildIo::Heard) {
        Ok(child) => child,
        Err(why) => {
            run.log(Level::Error, &format!("cannot run {shown}: {why}"));
            return Ok(None);
        }
    };
    let until = run.later(PATIENCE);
    let mut said = Vec::new();
    loop {
        let watch = Watch { child: Some(&mut child), ..Watch::nothing() };
        match run.host.wait(watch, Some(until)) {
            Heard::Signal(caught) => {
                if let Err(next) = run.on_signal(caught) {
                    dialer::end(run, &mut child);
                    return Err(next);
                }
            }
            Heard::Child(ChildNews::Said(bytes)) if said.len() < limit => {
                said.extend(bytes.iter().take(limit - said.len()));
            }
            Heard::Child(ChildNews::Ended(_) | ChildNews::Killed(_)) => return Ok(Some(said)),
            Heard::Until => {
                run.log(Level::Error, &format!("{shown} is stopped after {} s", PATIENCE.as_secs()));
                dialer::end(run, &mut child);
                return Ok(Some(said));
            }
            _ => {}
        }
    }
}
