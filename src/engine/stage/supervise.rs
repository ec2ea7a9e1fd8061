//! Stays beside the program that has the line, until one of them ends.
//!
//! What the modem says is the program's to read, so a `NO CARRIER` is not seen here: the end of a call shows by the
//! carrier's wire, or by the line's being hung up. A line without that wire, or one that does not mind it, ends when
//! the program does.

use super::line;
use crate::engine::run::{Next, Run};
use crate::engine::world::{Child, ChildNews, Heard, Host, Line, Watch};
use polygetty_compat::plan::modes::Flag;
use polygetty_compat::plan::setting::Setting;
use polygetty_compat::plan::stage::{HangUp, HangUpBy, Level};
use std::time::Duration;

/// How long a program has to end after HUP, and after TERM.
const GRACE: Duration = Duration::from_secs(5);
/// How long the line is on hook afterwards.
const ON_HOOK: Duration = Duration::from_millis(500);
/// The most times that login programs clear the line of other programs, ourselves among them, and it goes on.
const MOST_CLEARED: u32 = 10;

/// Waits for the program's end, or brings it about when the call is over. Ends with the program's status; as shells
/// say it, that is 128 and the signal that ended it.
pub(super) fn stay<H: Host>(run: &mut Run<'_, H>, mut child: H::Child) -> Next {
    let minds = !run.final_modes().has(Flag::CLOCAL);
    let mut cleared = 0;
    // A carrier that is not there yet cannot go.
    let mut wanted = match run.line.as_ref().and_then(Line::modem) {
        Some(bits) if minds => Some(!bits.carrier),
        _ => None,
    };
    let status = loop {
        let watch = Watch {
            line: run.line.as_ref(),
            readable: false,
            writable: false,
            carrier: wanted,
            child: Some(&mut child),
        };
        match run.host.wait(watch, None) {
            Heard::Child(ChildNews::Ended(status)) => break status,
            Heard::Child(ChildNews::Killed(signal)) => break killed(signal),
            Heard::Carrier(true) => wanted = Some(false),
            Heard::Carrier(false) => {
                run.log(Level::Notice, "carrier is gone: the program is ended");
                break end(run, &mut child);
            }
            Heard::HungUp => {
                cleared += 1;
                if cleared > MOST_CLEARED || !is_up(run) {
                    run.log(Level::Notice, "the line was hung up: the program is ended");
                    run.line = None;
                    break end(run, &mut child);
                }
            }
            Heard::Signal(caught) => {
                if let Err(next) = run.on_signal(caught) {
                    end(run, &mut child);
                    hang_up(run);
                    return next;
                }
            }
            Heard::Child(ChildNews::Said(_)) | Heard::Readable | Heard::Writable | Heard::Until => {}
        }
    };
    run.log(Level::Info, &format!("the program ended with {status}"));
    hang_up(run);
    Next::Finish(status, Vec::new())
}

/// Whether the call goes on though our descriptor is dead: login programs hang up the line (vhangup) to have it for
/// themselves. Where the line can be opened again, carrier decides.
fn is_up<H: Host>(run: &mut Run<'_, H>) -> bool {
    let Ok(mut line) = run.host.open(&run.plan.facts.device.value) else { return false };
    let up = line.modem().is_none_or(|bits| bits.carrier);
    let _ = line.claim(true); // the lock files say the same
    run.line = Some(line);
    up
}

/// Ends the program and what it started: it is told, then asked, then made to.
fn end<H: Host>(run: &mut Run<'_, H>, child: &mut H::Child) -> u8 {
    let steps: [fn(&mut H::Child); 3] =
        [|child| child.hang_up(), |child| child.stop(false), |child| child.stop(true)];
    for step in steps {
        step(child);
        let until = run.later(GRACE);
        loop {
            match run.host.wait(Watch { child: Some(&mut *child), ..Watch::nothing() }, Some(until)) {
                Heard::Child(ChildNews::Ended(status)) => return status,
                Heard::Child(ChildNews::Killed(signal)) => return killed(signal),
                Heard::Until => break,
                _ => {}
            }
        }
    }
    killed(9)
}

fn killed(signal: i32) -> u8 {
    u8::try_from(signal).map_or(u8::MAX, |signal| signal.saturating_add(128))
}

/// The telephone is hung up, whatever the program has left of the modes.
fn hang_up<H: Host>(run: &mut Run<'_, H>) {
    let _ = line::hang_up(run, &HangUp { time: Setting::built_in(ON_HOOK), by: HangUpBy::Dtr }); // we end anyway
}
