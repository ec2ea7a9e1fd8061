//! Becomes the program that a file of rules has for a name (mgetty, 7), or stays beside it.
//!
//! The original logged that an account is unknown, and then ran the program as root. Here whatever is wrong with an
//! account ends the life, and nothing is run.

use super::admit::ours;
use super::call_program::variables;
use super::supervise;
use crate::engine::Outcome;
use crate::engine::audit;
use crate::engine::run::{Next, Run, Subject};
use crate::engine::world::{FileError, Host, Line, Program, Record, User};
use polygetty_compat::plan::modes::Flag;
use polygetty_compat::plan::stage::{AccountKind, End, Level, LoginByRule, Ruled, RuledProgram, Visitor};
use polygetty_compat::source::{FilePath, FileText};
use std::time::Duration;

/// How long the last echo may take to leave before the final modes are set.
const DRAIN: Duration = Duration::from_secs(5);

/// Asks the file, and becomes the program.
pub(super) fn login<H: Host>(run: &mut Run<'_, H>, login: &LoginByRule) -> Result<Outcome<H::Became>, Next> {
    run.drain(DRAIN)?;
    let machine = run.machine.take();
    let called = machine.is_some();
    if let Some(name) = machine {
        run.name = name;
    }
    let Ruled { program, place, .. } = ask(run, login);
    let from = if place.is_empty() { run.plan.origin(&login.login.origin) } else { place };
    let ruled = match program {
        Ok(ruled) => ruled,
        Err(why) => return Ok(refused(run, &format!("{why} ({from})"))),
    };
    let user = match account(run, &ruled) {
        Ok(user) => user,
        Err(why) => return Ok(refused(run, &format!("{why}: nothing is run ({from})"))),
    };
    record(run, &ruled);
    modes(run, called);
    if run.line()?.modem().is_some_and(|bits| !bits.carrier) {
        run.log(Level::Warning, login.low_carrier);
    }
    let program = whole(run, login, ruled);
    let text = audit::entry_of(run, login.audit, &program.path);
    run.log(Level::Audit, &text);
    run.debug(Subject::RUN, &format!("runs {} ({from})", program.path));
    // The program watches no line.
    run.pid_file = None;
    match login.supervise.value {
        false => turn_into(run, &program, user.as_ref(), &from),
        true => beside(run, &program, user.as_ref(), &from),
    }
}

/// What the file says, read anew. One that cannot be read has no say, and the log says why.
fn ask<H: Host>(run: &mut Run<'_, H>, login: &LoginByRule) -> Ruled {
    let path = &login.file.value;
    let text = match run.host.private_file(path, login.limit.saturating_add(1)) {
        // Half a rule could be another rule.
        Ok(text) if text.bytes.len() > login.limit => unread(run, login, "it is too long"),
        Ok(text) => Some(ours(text, login.trusted)),
        Err(FileError::Absent) => None,
        Err(FileError::Failed(why)) => unread(run, login, &why),
    };
    let connection = run.call.connection();
    let visitor = Visitor {
        name: &run.name,
        called_back: run.called_back,
        connect: Some(&connection),
        caller: run.call.caller.as_deref(),
    };
    let ruled = (login.rule.0)(path, text.as_ref(), &visitor, &login.login.value);
    if let Some(text) = &ruled.distrust {
        run.log(Level::Fatal, text);
    }
    for text in &ruled.findings {
        run.log(Level::Warning, text);
    }
    ruled
}

fn unread<H: Host>(run: &mut Run<'_, H>, login: &LoginByRule, why: &str) -> Option<FileText> {
    let origin = run.plan.origin(&login.file.origin);
    let text =
        format!("cannot read {}: {why} ({origin}); the login program gets every name", login.file.value);
    run.log(Level::Error, &text);
    None
}

/// The account that the rule names; None: it names none. No answer is a refusal, too.
fn account<H: Host>(run: &mut Run<'_, H>, ruled: &RuledProgram) -> Result<Option<User>, String> {
    let Some(name) = &ruled.account else { return Ok(None) };
    let shown = name.escape_ascii();
    match run.host.user(name) {
        Ok(Some(user)) => Ok(Some(user)),
        Ok(None) => Err(format!("there is no account \"{shown}\"")),
        Err(why) => Err(format!("cannot look up the account \"{shown}\": {why}")),
    }
}

/// The record that somebody is logged in.
fn record<H: Host>(run: &mut Run<'_, H>, ruled: &RuledProgram) {
    let Some(user) = &ruled.record else { return };
    let record = Record {
        line: run.plan.facts.device.value.name.clone(),
        id: Vec::new(),
        user: user.clone(),
        kind: AccountKind::User,
        host: run.call.connection(),
    };
    let did = run.host.account(&record);
    run.lacking(Subject::RECORDS, "login record", did);
}

/// A person finds a terminal. A machine that called finds the line as it was heard, and an end of the call is seen
/// as the final modes would see it.
fn modes<H: Host>(run: &mut Run<'_, H>, called: bool) {
    let modes = run.final_modes();
    if called {
        run.set_initial(&[(Flag::CLOCAL, modes.has(Flag::CLOCAL))]);
    } else {
        run.set_modes(&modes);
    }
}

/// The program with its environment: a later variable takes the place of an earlier one.
fn whole<H: Host>(run: &Run<'_, H>, login: &LoginByRule, ruled: RuledProgram) -> Program {
    let mut environment = login.environment.clone();
    for variable in variables(&run.call, login.tells).into_iter().chain(run.variables.iter().cloned()) {
        environment.retain(|(name, _)| *name != variable.0);
        environment.push(variable);
    }
    let RuledProgram { path, arguments, .. } = ruled;
    Program { path, arguments, environment, shell: FilePath(Vec::new()) }
}

fn turn_into<H: Host>(
    run: &mut Run<'_, H>,
    program: &Program,
    user: Option<&User>,
    from: &str,
) -> Result<Outcome<H::Became>, Next> {
    let line = run.line.take().ok_or(Next::End(End::Gone))?;
    let locks = run.locks.take();
    match run.host.become_program(program, user, line, locks) {
        Ok(became) => Ok(Outcome::Became(became)),
        Err(unstarted) => {
            run.line = Some(unstarted.line);
            run.locks = unstarted.locks;
            Ok(not_run(run, program, &unstarted.why, unstarted.refused, from))
        }
    }
}

fn beside<H: Host>(
    run: &mut Run<'_, H>,
    program: &Program,
    user: Option<&User>,
    from: &str,
) -> Result<Outcome<H::Became>, Next> {
    let line = run.line.as_mut().ok_or(Next::End(End::Gone))?;
    match run.host.start_on_line(program, user, line) {
        Ok(child) => Err(supervise::stay(run, child)),
        Err((why, is_refused)) => Ok(not_run(run, program, &why, is_refused, from)),
    }
}

fn not_run<H: Host>(
    run: &mut Run<'_, H>,
    program: &Program,
    why: &str,
    is_refused: bool,
    from: &str,
) -> Outcome<H::Became> {
    let text = format!("cannot execute '{}': {why} ({from})", program.path.as_bytes().escape_ascii());
    if is_refused {
        return refused(run, &text);
    }
    run.log(Level::Fatal, &text);
    Outcome::End(End::Failed)
}

fn refused<H: Host>(run: &mut Run<'_, H>, text: &str) -> Outcome<H::Became> {
    run.log(Level::Fatal, text);
    Outcome::End(End::Refused)
}
