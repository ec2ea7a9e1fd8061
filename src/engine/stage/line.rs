//! Opening a line, hanging it up, and setting its modes.

use crate::engine::hear::lcp::LcpEar;
use crate::engine::run::{Next, Run, Subject};
use crate::engine::world::{Did, Host, Line, LineError};
use polygetty_compat::plan::stage::{AwaitModem, End, HangUp, HangUpBy, Level, Open, SetModes, TakeTerminal};

/// Opens the line without waiting. An older descriptor is closed only after the new one is open, so that a modem
/// that rings does not see DTR fall.
pub(super) fn open<H: Host>(run: &mut Run<'_, H>, open: &Open) -> Result<End, Next> {
    let device = &open.device.value;
    for left in (0..open.tries.max(1)).rev() {
        let why = match run.host.open(device) {
            Ok(line) => {
                if run.found.is_none() {
                    run.found = line.modes().ok();
                }
                run.line = Some(line);
                if super::lock::claim(run) {
                    return Ok(End::Done);
                }
                run.line = None;
                "another program has locked it (flock), without a lock file"
            }
            Err(LineError::Busy) => "busy",
            Err(error) => {
                let origin = run.plan.origin(&open.device.origin);
                run.log(Level::Error, &format!("cannot open {}: {error} ({origin})", device.path));
                return Ok(End::Gone);
            }
        };
        if left == 0 {
            let tried = if open.tries > 1 { format!(", tried {} times", open.tries) } else { String::new() };
            run.log(Level::Error, &format!("cannot open {}: {why}{tried}", device.path));
            break;
        }
        run.pause(open.pause)?;
    }
    Ok(End::Busy)
}

/// Closes the line.
pub(super) fn close<H: Host>(run: &mut Run<'_, H>) -> End {
    run.line = None;
    run.reader.clear();
    run.ppp = LcpEar::default();
    End::Done
}

/// Makes the line our controlling terminal.
pub(super) fn take_terminal<H: Host>(run: &mut Run<'_, H>, take: &TakeTerminal) -> Result<End, Next> {
    match run.line()?.take_terminal(take.steal) {
        Ok(Did::Done) => Ok(End::Done),
        Ok(Did::Unsupported(why)) => {
            run.debug(Subject::RUN, &format!("controlling terminal: {why}"));
            Ok(End::Done)
        }
        Err(error) => {
            let text = format!("{} does not become our controlling terminal: {error}", run.line_name());
            run.log(Level::Warning, &text);
            Ok(End::Refused)
        }
    }
}

/// Waits until the modem shows by DSR or CTS that it is on. A line without such wires is taken at its word.
pub(super) fn await_modem<H: Host>(run: &mut Run<'_, H>, wait: &AwaitModem) -> Result<End, Next> {
    let mut told = false;
    while run.line()?.modem().is_some_and(|bits| !bits.dsr && !bits.cts) {
        if !told {
            told = true;
            let text = format!("{}: DSR and CTS are low, the modem is off: waits", run.line_name());
            run.log(Level::Warning, &text);
        }
        run.pause(wait.look_every)?;
    }
    Ok(End::Done)
}

/// The line goes on hook for a while, by its wire or by speed 0. What follows in the plan raises the latter again.
pub(super) fn hang_up<H: Host>(run: &mut Run<'_, H>, hang_up: &HangUp) -> Result<End, Next> {
    if hang_up.by == HangUpBy::Dtr {
        match run.line()?.set_dtr(false) {
            Ok(Did::Done) => {
                let waited = run.pause(hang_up.time.value);
                let raised = run.line()?.set_dtr(true).map_err(|error| error.to_string());
                run.lacking(Subject::RUN, "raise DTR", raised);
                waited?;
                return Ok(End::Done);
            }
            Ok(Did::Unsupported(why)) => run.debug(Subject::RUN, &format!("DTR: {why}")),
            Err(error) => run.debug(Subject::RUN, &format!("DTR: {error}")),
        }
    }
    let mut modes = run.entry.initial.clone();
    modes.speed = Some(0);
    run.set_modes(&modes);
    run.pause(hang_up.time.value)?;
    Ok(End::Done)
}

/// Sets the initial modes (§3.5).
pub(super) fn modes<H: Host>(run: &mut Run<'_, H>, set: &SetModes) -> Result<End, Next> {
    if !set.drain.is_zero() {
        run.drain(set.drain)?;
    }
    let end = if run.set_initial(&set.changes) { End::Done } else { End::Failed };
    if set.discard {
        run.discard();
    }
    Ok(end)
}
