//! Who is let in, and who is heard.

use crate::engine::hear::caller::Call;
use crate::engine::run::{Next, Run};
use crate::engine::world::{FileError, Host};
use polygetty_compat::plan::stage::{AdmitCall, CallEars, End, Level, Listen};

/// A call that is up without a modem that would say so.
pub(super) fn connected<H: Host>(run: &mut Run<'_, H>, what: &[u8]) -> End {
    run.call = Call { connect: Some(what.to_vec()), ..Call::default() };
    End::Done
}

/// Decides whether the call is answered.
pub(super) fn admit<H: Host>(run: &mut Run<'_, H>, admit: &AdmitCall) -> Result<End, Next> {
    let _ = (run, admit);
    Ok(End::Done)
}

/// Chooses who is heard beside people. A file that cannot be read has a place for nobody; the login says why.
pub(super) fn listen<H: Host>(run: &mut Run<'_, H>, listen: &Listen) -> End {
    let path = &listen.file.value;
    let ears = match run.host.file(path, listen.limit) {
        Ok(text) => (listen.read.0)(path, &text, run.called_back),
        Err(FileError::Absent | FileError::Failed(_)) => CallEars::default(),
    };
    run.log(Level::Debug, if ears.ppp { "PPP callers are heard" } else { "PPP callers are not heard" });
    run.ears = Some(ears);
    End::Done
}
