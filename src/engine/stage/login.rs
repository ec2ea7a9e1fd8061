//! Becomes the login program (getty_ps §6.1).

use crate::engine::Outcome;
use crate::engine::run::{Chosen, Next, Run, Subject};
use crate::engine::world::{Host, Program};
use polygetty_compat::plan::setting::Origin;
use polygetty_compat::plan::stage::{Admitted, End, Extras, Judged, Level, Login, Words};
use polygetty_compat::source::FilePath;
use std::time::Duration;

/// How long the last echo may take to leave before the final modes are set.
const DRAIN: Duration = Duration::from_secs(5);

/// Sets the final modes and becomes the program.
pub(super) fn login<H: Host>(run: &mut Run<'_, H>, login: &Login) -> Result<Outcome<H::Became>, Next> {
    run.drain(DRAIN)?;
    let chosen = run.chosen.take();
    let called = chosen.is_some();
    // A program that called finds the line as it was heard; one that asks nobody, as its entry says.
    if !called && !run.entry.auto {
        let modes = run.final_modes();
        run.set_modes(&modes);
    }
    let Chosen { program, origin } = match (chosen, run.machine.take(), &login.mailer) {
        (Some(chosen), ..) => chosen,
        (None, Some(said), Some(mailer)) => {
            of(run, login, &mailer.value, &mailer.origin, vec![mailer.value.base_name().to_vec(), said])
        }
        _ => match &login.words {
            Some(words) => with_words(run, login, words),
            None => {
                let arguments = vec![login.argument_0.clone(), run.name.clone()];
                of(run, login, &login.program.value, &login.program.origin, arguments)
            }
        },
    };
    run.debug(Subject::RUN, &format!("runs {}", program.path));
    let Some(line) = run.line.take() else { return Ok(Outcome::End(End::Gone)) };
    let locks = run.locks.take();
    // The program watches no line.
    run.pid_file = None;
    match run.host.become_program(&program, None, line, locks) {
        Ok(became) => Ok(Outcome::Became(became)),
        Err(unstarted) => {
            run.line = Some(unstarted.line);
            run.locks = unstarted.locks;
            if called {
                // A person may still call: what is heard from now on is read as a name again. The rest of what
                // the program sent is none.
                run.set_initial(&[]);
                run.discard();
            }
            run.log(Level::Error, &format!("cannot run {}: {} ({origin})", program.path, unstarted.why));
            Ok(Outcome::End(End::Failed))
        }
    }
}

/// A program with the environment of this stage.
fn of<H: Host>(
    run: &Run<'_, H>,
    login: &Login,
    path: &FilePath,
    origin: &Origin,
    arguments: Vec<Vec<u8>>,
) -> Chosen {
    let program = Program {
        path: path.clone(),
        arguments,
        environment: login.environment.clone(),
        shell: login.shell.clone(),
    };
    Chosen { program, origin: run.plan.origin(origin) }
}

/// The entry's program or the login program, with the words that the caller typed (SCO, 9.5 and 10).
fn with_words<H: Host>(run: &mut Run<'_, H>, login: &Login, words: &Words) -> Chosen {
    let said = std::mem::take(&mut run.words);
    if let Some(program) = run.entry.program.clone() {
        let mut arguments = vec![program.path.base_name().to_vec()];
        arguments.extend(program.arguments.iter().cloned());
        arguments.push(run.name.clone());
        arguments.extend(judged(run, words, &said, Extras::Arguments).arguments);
        return of(run, login, &program.path, &run.entry.origin.clone(), arguments);
    }
    let mut arguments = vec![login.argument_0.clone()];
    arguments.extend(words.before.iter().cloned());
    let stranger = words.stranger.as_ref().filter(|_| !run.entry.auto);
    // An error is no answer: then the name is login's matter.
    let unknown = stranger.filter(|_| run.host.knows_user(&run.name) == Ok(false));
    if let Some(stranger) = unknown {
        arguments.push(stranger.clone());
        return of(run, login, &login.program.value, &login.program.origin, arguments);
    }
    arguments.push(run.name.clone());
    let mut variables = Vec::new();
    let judged = judged(run, words, &said, words.extras);
    match words.extras {
        Extras::Arguments => arguments.extend(judged.arguments),
        Extras::Environment => variables = judged.variables,
    }
    let mut chosen = of(run, login, &login.program.value, &login.program.origin, arguments);
    chosen.program.environment.retain(|(name, _)| !variables.iter().any(|(new, _)| new == name));
    chosen.program.environment.extend(variables);
    chosen
}

/// The words that the program may see. What it may not is told without its value, and not to everybody.
fn judged<H: Host>(run: &mut Run<'_, H>, words: &Words, said: &Admitted, extras: Extras) -> Judged {
    let judged = (words.judge.0)(&said.words, extras);
    for text in &judged.refused {
        run.log(Level::Debug, text);
    }
    judged
}
