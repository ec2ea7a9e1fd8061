//! The device node and its record: they never stop a life.

use crate::engine::run::{Run, Subject};
use crate::engine::world::{Host, Line, Ownership, Record};
use polygetty_compat::plan::stage::{Account, End, Own};

/// Owner and mode of the node (§6.3).
pub(super) fn own<H: Host>(run: &mut Run<'_, H>, own: &Own) -> End {
    let to = Ownership { owner: own.owner, groups: own.groups, mode: own.mode };
    let did = run.host.own(&own.device, &to).map_err(|error| error.to_string());
    run.lacking(Subject::RUN, &format!("owner and mode of {}", own.device.path), did);
    End::Done
}

/// The record that says who waits here (§6.2).
pub(super) fn account<H: Host>(run: &mut Run<'_, H>, account: &Account) -> End {
    let did =
        run.host.account(&Record { line: account.line.clone(), id: account.id.clone(), user: account.user });
    run.lacking(Subject::RECORDS, "login record", did);
    End::Done
}

/// Throws out whoever else has the line open.
pub(super) fn revoke<H: Host>(run: &mut Run<'_, H>) -> End {
    let Some(line) = &mut run.line else { return End::Done };
    let did = line.revoke().map_err(|error| error.to_string());
    run.lacking(Subject::RUN, "revoke", did);
    End::Done
}
