//! Runs a plan: one stage after the other, over the traits of [`world`].
//!
//! Straight-line code. A stage is a function that returns how it came out; the plan says what comes after that.
//! Nothing here asks which program a plan came from, opens a file, reads a clock or ends the process.

mod audit;
pub mod hear;
pub mod run;
mod signals;
mod stage;
mod timetable;
pub mod world;

use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::stage::{End, Level, Then};
use run::{Next, Run};
use std::time::Duration;
use world::{Host, Note};

/// How a life ended.
#[derive(Debug)]
pub struct Ended<B> {
    /// The exit status.
    pub status: u8,
    /// What it became, in a world that comes back from that.
    pub became: Option<B>,
}

/// A stage's outcome: an end that the plan knows a way for, or another program.
pub(crate) enum Outcome<B> {
    /// This end.
    End(End),
    /// We are another program now.
    Became(B),
}

/// The status of a plan that cannot be followed: an end leads to a mark that is not there. No dialect makes one.
const BROKEN_PLAN: u8 = 255;

/// Runs a plan to its end.
pub fn run<H: Host>(plan: &LinePlan, host: &mut H) -> Ended<H::Became> {
    let Some(entry) = plan.entries.get(plan.start.value).or_else(|| plan.entries.first()) else {
        return Ended { status: BROKEN_PLAN, became: None };
    };
    let mut run = Run::new(plan, entry.clone(), host);
    for (subject, text) in &plan.traces {
        if plan.debug.value & subject != 0 {
            run.log(Level::Debug, text);
        }
    }
    for (level, text) in &plan.says {
        run.log(*level, text);
    }
    while let Some(planned) = plan.stages.get(run.at) {
        run.host.note(Note::Stage(run.at, planned.stage.name()));
        if let Some((level, text)) = planned.says {
            run.log(level, text);
        }
        let mut outcome = stage::perform(&mut run, &planned.stage);
        if !planned.signals.is_empty() && !matches!(outcome, Ok(Outcome::Became(_))) {
            // A stage with a signal table of its own made such a signal, perhaps: hanging up our own terminal
            // sends us HUP. It is dealt with here, by that table, and does not end the stage after this one.
            if let Err(next) = run.pause(Duration::ZERO) {
                outcome = Err(next);
            }
        }
        let then = match outcome {
            Ok(Outcome::Became(became)) => return Ended { status: 0, became: Some(became) },
            Ok(Outcome::End(end)) | Err(Next::End(end)) => planned.then(end).clone(),
            Err(Next::Finish(status, partings)) => Then::Finish(status, partings),
        };
        match then {
            Then::GoOn => run.at += 1,
            Then::At(mark, partings) => {
                run.part(&partings);
                match plan.stages.iter().position(|stage| stage.mark == Some(mark)) {
                    Some(at) => run.at = at,
                    None => {
                        run.log(Level::Error, &format!("the plan leads to {mark}, which it does not have"));
                        return Ended { status: BROKEN_PLAN, became: None };
                    }
                }
            }
            Then::Finish(status, partings) => {
                run.part(&partings);
                return Ended { status, became: None };
            }
        }
    }
    Ended { status: 0, became: None }
}
