//! The device node, its record and the pid file: they never stop a life.

use crate::engine::run::{Run, Subject};
use crate::engine::world::{Host, Line, Ownership, Record};
use polygetty_compat::plan::stage::{Account, End, Level, Own, PidFile};

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

/// The file by which other programs find the process that watches the line; nothing to do if it is ours already.
pub(super) fn pid_file<H: Host>(run: &mut Run<'_, H>, file: &PidFile) -> End {
    if run.pid_file.is_some() {
        return End::Done;
    }
    let path = &file.path.value;
    match run.host.pid_file(path) {
        Ok(written) => {
            if let Some((pid, program)) = written.instead_of {
                let program = program.map(|program| format!(" ({program})")).unwrap_or_default();
                let text = format!("{path} named process {pid}{program}, which lives; it names us now");
                run.log(Level::Notice, &text);
            }
            run.pid_file = Some(written.file);
        }
        Err(error) => {
            let origin = run.plan.origin(&file.path.origin);
            let text = format!("cannot write {path}: {error} ({origin}); no program finds us by it");
            run.log(Level::Warning, &text);
        }
    }
    End::Done
}

/// Throws out whoever else has the line open.
pub(super) fn revoke<H: Host>(run: &mut Run<'_, H>) -> End {
    let Some(line) = &mut run.line else { return End::Done };
    let did = line.revoke().map_err(|error| error.to_string());
    run.lacking(Subject::RUN, "revoke", did);
    End::Done
}
