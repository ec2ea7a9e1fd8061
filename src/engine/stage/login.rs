//! Becomes the login program (getty_ps §6.1).

use crate::engine::Outcome;
use crate::engine::run::{Next, Run, Subject};
use crate::engine::world::{Host, Program};
use polygetty_compat::plan::stage::{End, Level, Login};
use std::time::Duration;

/// How long the last echo may take to leave before the final modes are set.
const DRAIN: Duration = Duration::from_secs(5);

/// Sets the final modes and becomes the program.
pub(super) fn login<H: Host>(run: &mut Run<'_, H>, login: &Login) -> Result<Outcome<H::Became>, Next> {
    run.drain(DRAIN)?;
    let modes = run.final_modes();
    run.set_modes(&modes);
    let (chosen, arguments) = match (run.machine.take(), &login.mailer) {
        (Some(said), Some(mailer)) => (mailer, vec![mailer.value.base_name().to_vec(), said]),
        _ => (&login.program, vec![login.argument_0.clone(), run.name.clone()]),
    };
    let program = Program {
        path: chosen.value.clone(),
        arguments,
        environment: login.environment.clone(),
        shell: login.shell.clone(),
    };
    run.debug(Subject::RUN, &format!("runs {}", program.path));
    let Some(line) = run.line.take() else { return Ok(Outcome::End(End::Gone)) };
    let locks = run.locks.take();
    match run.host.become_program(&program, line, locks) {
        Ok(became) => Ok(Outcome::Became(became)),
        Err(unstarted) => {
            run.line = Some(unstarted.line);
            run.locks = unstarted.locks;
            let origin = run.plan.origin(&chosen.origin);
            run.log(Level::Error, &format!("cannot run {}: {} ({origin})", program.path, unstarted.why));
            Ok(Outcome::End(End::Failed))
        }
    }
}
