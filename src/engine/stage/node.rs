//! The device node, its record and the pid file: they never stop a life.

use crate::engine::run::{Run, Subject};
use crate::engine::world::{Did, Host, Line, Ownership, Record};
use polygetty_compat::plan::setting::Origin;
use polygetty_compat::plan::stage::{Account, AccountHost, End, Level, Own, PidFile};

/// The most of a command line that a record shows.
const COMMAND: usize = 59;

/// Owner and mode of the node (§6.3).
pub(super) fn own<H: Host>(run: &mut Run<'_, H>, own: &Own) -> End {
    let to = Ownership {
        owner: own.owner.as_ref().map(|owner| owner.value.clone()),
        groups: own.groups.value.clone(),
        mode: own.mode.value,
    };
    let wants: Vec<String> = match run.host.own(&own.device, &to) {
        Ok(owned) => {
            let lacks = match owned.did {
                Did::Done => None,
                Did::Unsupported(why) => Some(why.to_owned()),
            };
            let unknown = owned.unknown.iter().map(|name| format!("there is no {name}; it stays as it is"));
            lacks.into_iter().chain(unknown).collect()
        }
        Err(error) => vec![error.to_string()],
    };
    let origins = own.owner.iter().map(|owner| &owner.origin).chain([&own.groups.origin, &own.mode.origin]);
    let said = origins.into_iter().find(|origin| !matches!(origin, Origin::BuiltIn | Origin::Platform));
    let origin = said.map(|origin| run.plan.origin(origin));
    for want in wants {
        let text = format!("owner and mode of {}: {want}", own.device.path);
        match &origin {
            // Whoever wrote it down waits for it. What is only the custom of a system is no loss without root.
            Some(origin) => run.log(Level::Error, &format!("{text} ({origin})")),
            None => run.debug(Subject::RUN, &text),
        }
    }
    End::Done
}

/// The record that says who waits here (§6.2).
pub(super) fn account<H: Host>(run: &mut Run<'_, H>, account: &Account) -> End {
    let host = match account.host {
        AccountHost::Nobody => Vec::new(),
        AccountHost::Call if run.call.caller.is_some() => run.call.number().to_vec(),
        AccountHost::Call => run.call.connection(),
        AccountHost::Holder => holder(run),
        AccountHost::Sender => run.received.sender.clone(),
    };
    let record = Record {
        line: account.line.clone(),
        id: account.id.clone(),
        user: account.user.as_bytes().to_vec(),
        kind: account.kind,
        host,
    };
    let did = run.host.account(&record);
    run.lacking(Subject::RECORDS, "login record", did);
    End::Done
}

/// The command line of who has the line, else the program's name.
fn holder<H: Host>(run: &Run<'_, H>) -> Vec<u8> {
    let Some((pid, program)) = run.holder.as_ref().and_then(|holder| holder.process.as_ref()) else {
        return Vec::new();
    };
    let told = run.host.command_line(*pid, COMMAND);
    told.or_else(|| program.clone().map(String::into_bytes)).unwrap_or_default()
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
