//! Sharing a line by lock files (getty_ps §7).
//!
//! The order is always see, lock, read: a byte that is there is read, modes are set and DTR is moved only
//! under the lock, so that nothing of a dialer's call is ever taken.

use crate::engine::run::{Next, Run, Subject};
use crate::engine::world::{Holder, Host, Line, LockState, Taken};
use polygetty_compat::plan::stage::{AwaitFree, AwaitTaken, End, Level, Lock, LockFiles, LockFormat};

/// Waits until nobody else has the line.
pub(super) fn await_free<H: Host>(run: &mut Run<'_, H>, free: &AwaitFree) -> Result<End, Next> {
    let mut told = None;
    let mut settled = false;
    loop {
        if run.handed_over.is_some() {
            return Ok(End::HandedOver);
        }
        match look(run, &free.files) {
            Ok(None) if told.is_none() => return Ok(End::Done),
            Ok(None) if !free.settle.is_zero() && !settled => {
                // Whoever takes the line from another one needs a moment for that.
                settled = true;
                run.pause(free.settle)?;
                continue;
            }
            Ok(None) => {
                let line = run.line_name();
                run.log(Level::Notice, &format!("{line} is free again; starts afresh"));
                return Ok(End::Freed);
            }
            Ok(Some(holder)) => {
                // Once for each that has it: a session of hours must not fill the log.
                if told.as_ref() != Some(&holder) {
                    let text = format!("{} is in use: {holder}; waits until it is free", run.line_name());
                    run.log(Level::Notice, &text);
                    told = Some(holder);
                }
                settled = false;
            }
            Err(end) => return Ok(end),
        }
        run.pause(free.look_every)?;
    }
}

/// Waits until somebody else has the line, for whom it was given up.
pub(super) fn await_taken<H: Host>(run: &mut Run<'_, H>, wait: &AwaitTaken) -> Result<End, Next> {
    let until = run.later(wait.within);
    loop {
        match look(run, &wait.look.files) {
            Ok(Some(holder)) => {
                gives_way(run, &holder);
                return Ok(End::Held);
            }
            Ok(None) if run.host.now() >= until => return Ok(End::Missed),
            Ok(None) => {}
            Err(end) => return Ok(end),
        }
        run.pause(wait.look.look_every.min(until.since(run.host.now())))?;
    }
}

/// Takes the locks; nothing to do if they are ours already.
pub(super) fn lock<H: Host>(run: &mut Run<'_, H>, lock: &Lock) -> End {
    if run.locks.is_some() {
        return End::Done;
    }
    match run.host.take(lock) {
        Ok(Taken::Ours { locks, removed }) => {
            for text in removed {
                run.log(Level::Notice, &text);
            }
            run.locks = Some(locks);
            run.debug(Subject::LOCKS, "locked");
            if claim(run) {
                return End::Done;
            }
            run.locks = None;
            let line = run.line_name();
            run.log(Level::Notice, &format!("{line} is in use: another program has locked it (flock)"));
            End::Held
        }
        Ok(Taken::Parents(holder)) => {
            run.debug(Subject::LOCKS, &format!("our parent has the line for us: {holder}"));
            End::Done
        }
        Ok(Taken::Held(holder)) => {
            other_format(run, lock, &holder);
            gives_way(run, &holder);
            End::Held
        }
        Err(error) => {
            let origin = run.plan.origin(&lock.files.dir.origin);
            run.log(Level::Error, &format!("cannot lock {}: {error} ({origin})", run.line_name()));
            End::Broken
        }
    }
}

/// Gives the locks back.
pub(super) fn unlock<H: Host>(run: &mut Run<'_, H>) -> End {
    if let Some(line) = run.line.as_mut().filter(|_| run.locks.is_some()) {
        let _ = line.claim(false); // it goes with the descriptor at the latest
    }
    if run.locks.take().is_some() {
        run.debug(Subject::LOCKS, "unlocked");
    }
    End::Done
}

/// Takes the advisory lock on the open line if the locks are ours. False: another program has it, which has
/// made no lock file. A line that knows no such lock is taken at its word.
pub(super) fn claim<H: Host>(run: &mut Run<'_, H>) -> bool {
    let Some(line) = run.line.as_mut().filter(|_| run.locks.is_some()) else { return true };
    match line.claim(true) {
        Ok(ours) => ours,
        Err(error) => {
            run.debug(Subject::LOCKS, &format!("advisory lock: {error}"));
            true
        }
    }
}

/// Somebody else who has the line now, if anybody has. What cannot be judged ends the stage.
pub(super) fn look<H: Host>(run: &mut Run<'_, H>, files: &LockFiles) -> Result<Option<Holder>, End> {
    match run.host.look(files) {
        Ok(LockState::Free | LockState::Ours) => Ok(None),
        Ok(LockState::Held(holder)) => Ok(Some(holder)),
        Err(error) => {
            let origin = run.plan.origin(&files.dir.origin);
            let text = format!("cannot tell whether {} is free: {error} ({origin})", run.line_name());
            run.log(Level::Error, &text);
            Err(End::Broken)
        }
    }
}

/// Programs that make other locks than we do may not know ours: said where whoever reads the line's own log looks for
/// the words that mgetty has for it.
fn other_format<H: Host>(run: &mut Run<'_, H>, lock: &Lock, holder: &Holder) {
    if let Some((pid, _)) = &holder.process
        && holder.binary
        && lock.format.value == LockFormat::Ascii
        && run.plan.log.line.is_some()
    {
        let text = format!("compiled with ascii locks, found binary lock file (length=4, pid={pid})!");
        run.log(Level::Warning, &text);
    }
}

/// Says to whom the line is left.
pub(super) fn gives_way<H: Host>(run: &mut Run<'_, H>, holder: &Holder) {
    let text = format!("{} is in use: {holder}", run.line_name());
    run.log(Level::Notice, &text);
    run.holder = Some(holder.clone());
}
