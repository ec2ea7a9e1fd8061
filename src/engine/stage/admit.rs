//! Who is let in, and who is heard.

use super::call_program;
use crate::engine::hear::caller::Call;
use crate::engine::run::{Next, Run};
use crate::engine::world::{FileError, Host};
use polygetty_compat::plan::stage::{AdmitCall, CallEars, End, Level, Listen};
use polygetty_compat::source::FileText;

/// The status of a program that refuses a call.
const REFUSES: u8 = 1;

/// A call that is up without a modem that would say so.
pub(super) fn connected<H: Host>(run: &mut Run<'_, H>, what: &[u8]) -> End {
    run.call = Call { connect: Some(what.to_vec()), ..Call::default() };
    End::Done
}

/// Decides whether the call is answered.
pub(super) fn admit<H: Host>(run: &mut Run<'_, H>, admit: &AdmitCall) -> Result<End, Next> {
    if is_refused(run, admit) {
        return Ok(End::Refused);
    }
    let Some(program) = &admit.program else { return Ok(End::Done) };
    let (call, ring) = (run.call.clone(), run.distinctive);
    match call_program::tell(run, program, &call, ring)? {
        Some(REFUSES) => return Ok(End::Refused),
        // The shell's own words.
        Some(126 | 127) => {
            let command = program.command.value.escape_ascii();
            let origin = run.plan.origin(&program.command.origin);
            run.log(Level::Error, &format!("{command} cannot be run ({origin}): the call is answered"));
        }
        Some(_) | None => {}
    }
    Ok(End::Done)
}

/// Whether the file refuses the caller. One that cannot be read refuses nobody, like one that is not there, but the
/// log says so.
fn is_refused<H: Host>(run: &mut Run<'_, H>, admit: &AdmitCall) -> bool {
    let path = &admit.callers.value;
    let text = match run.host.file(path, admit.limit.saturating_add(1)) {
        Ok(mut text) => {
            if text.bytes.len() > admit.limit {
                let text = format!("{path} is longer than {} bytes: the rest refuses nobody", admit.limit);
                run.log(Level::Error, &text);
            }
            text.bytes.truncate(admit.limit);
            text
        }
        Err(FileError::Absent) => return false,
        Err(FileError::Failed(why)) => {
            let text = format!("cannot read {path}: {why}; every call is answered");
            run.log(Level::Error, &text);
            return false;
        }
    };
    let judged = (admit.judge.0)(path, &text, run.call.caller.as_deref());
    for finding in &judged.findings {
        run.log(Level::Warning, finding);
    }
    if !judged.place.is_empty() {
        let does = if judged.refused { "refuses" } else { "lets in" };
        let caller = run.call.number().escape_ascii().to_string();
        run.log(Level::Info, &format!("{} {does} caller {caller}", judged.place));
    }
    judged.refused
}

/// A file of who we are is as good as root's: nothing that it names runs as more than we are.
pub(super) fn ours(mut text: FileText, trusted: u32) -> FileText {
    if text.owner == trusted {
        text.owner = 0;
    }
    text
}

/// Chooses who is heard beside people. A file that cannot be read has a place for nobody; the login says why.
pub(super) fn listen<H: Host>(run: &mut Run<'_, H>, listen: &Listen) -> End {
    let path = &listen.file.value;
    let ears = match run.host.file(path, listen.limit) {
        Ok(text) => (listen.read.0)(path, &ours(text, listen.trusted), run.called_back),
        Err(FileError::Absent | FileError::Failed(_)) => CallEars::default(),
    };
    run.log(Level::Debug, if ears.ppp { "PPP callers are heard" } else { "PPP callers are not heard" });
    run.ears = Some(ears);
    End::Done
}
