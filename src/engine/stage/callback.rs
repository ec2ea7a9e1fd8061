//! A call that we make for somebody, and its way to the process that watches the line (§12).

use super::chat;
use crate::engine::audit;
use crate::engine::run::{Ear, Next, Run};
use crate::engine::world::{Heard, Host, Line, LineError, LockState, Moment, Note, Said, Taken, Watch};
use polygetty_compat::plan::stage::{
    Ask, Candidate, ChooseLine, Delay, Detach, Dial, End, HandOver, Level, Signal, TakeCall,
};
use std::time::Duration;

/// How long text may take to leave.
const DRAIN: Duration = Duration::from_secs(5);
/// The longest line of a modem; what is behind is dropped.
const LONGEST: usize = 200;
/// Between two attempts there is this at least, whatever the configuration says: the log has a line of each.
const REST: Duration = Duration::from_secs(1);

/// Asks who started us for a number.
pub(super) fn ask<H: Host>(run: &mut Run<'_, H>, ask: &Ask) -> Result<End, Next> {
    run.host.tell_user(ask.prompt);
    let mut answer = Vec::new();
    while !answer.contains(&b'\n') && answer.len() < ask.longest {
        match run.host.hear_user() {
            Said::Bytes(mut bytes) => answer.append(&mut bytes),
            Said::End if answer.is_empty() => return Ok(End::Empty),
            Said::End => break,
            Said::Signal(caught) => run.on_signal(caught)?,
        }
    }
    let line = answer.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    if line.is_empty() {
        return Ok(End::Empty);
    }
    match (ask.number.0)(line) {
        Ok(number) => {
            run.number = Some(number);
            Ok(End::Done)
        }
        Err(why) => {
            run.host.warn_user(&format!("{}: {why}", run.plan.program));
            run.log(Level::Error, &why);
            Ok(End::Refused)
        }
    }
}

/// Goes on in the background; whoever started us gets the terminal back.
pub(super) fn detach<H: Host>(run: &mut Run<'_, H>, detach: &Detach) -> Result<End, Next> {
    run.host.tell_user(detach.text.as_bytes());
    run.pause(detach.pause)?;
    match run.host.detach() {
        Ok(()) => Ok(End::Done),
        Err(why) => {
            run.log(Level::Error, &format!("cannot fork: {why}"));
            Ok(End::Failed)
        }
    }
}

/// Waits.
pub(super) fn delay<H: Host>(run: &mut Run<'_, H>, delay: &Delay) -> Result<End, Next> {
    let more = Duration::from_secs(u64::from(run.host.random(delay.spread.value)));
    let time = delay.time.value.saturating_add(more).max(delay.least);
    run.log(Level::Info, &format!("waits {} s before the call", time.as_secs()));
    run.pause(time)?;
    Ok(End::Done)
}

/// Locks and opens the first line that can be had and is watched.
pub(super) fn choose_line<'a, H: Host>(run: &mut Run<'a, H>, choose: &'a ChooseLine) -> Result<End, Next> {
    let until = run.later(choose.within.value);
    run.calls_until = Some(until);
    loop {
        let mut is_busy = false;
        for (at, candidate) in choose.candidates.value.iter().enumerate() {
            match have(run, candidate, at) {
                Have::Line => return Ok(End::Done),
                Have::Busy => is_busy = true,
                Have::Nothing => {}
            }
            run.locks = None;
            run.candidate = None;
        }
        if !is_busy {
            return Ok(End::Gone);
        }
        if run.host.now() >= until {
            return Ok(End::Busy);
        }
        pause_until(run, choose.retry.value, until)?;
    }
}

/// What came of an attempt at a line.
enum Have {
    Line,
    Busy,
    Nothing,
}

fn have<'a, H: Host>(run: &mut Run<'a, H>, candidate: &'a Candidate, at: usize) -> Have {
    run.candidate = Some(candidate);
    let name = run.line_name();
    match run.host.take(&candidate.lock) {
        Ok(Taken::Ours { locks, removed }) => {
            for text in removed {
                run.log(Level::Notice, &text);
            }
            run.locks = Some(locks);
        }
        Ok(Taken::Held(holder) | Taken::Parents(holder)) => {
            run.log(Level::Notice, &format!("{name} is in use: {holder}"));
            return Have::Busy;
        }
        Err(error) => {
            run.log(Level::Error, &format!("cannot lock {name}: {error}"));
            return Have::Nothing;
        }
    }
    if watcher(run, candidate).is_none() {
        run.log(
            Level::Warning,
            &format!("nobody watches {name}: {} names no living process", candidate.watcher),
        );
        return Have::Nothing;
    }
    match run.host.open(&candidate.device) {
        Ok(line) => run.line = Some(line),
        Err(LineError::Busy) => {
            run.log(Level::Notice, &format!("cannot open {}: busy", candidate.device.path));
            return Have::Busy;
        }
        Err(error) => {
            run.log(Level::Error, &format!("cannot open {}: {error}", candidate.device.path));
            return Have::Nothing;
        }
    }
    if !super::lock::claim(run) {
        run.line = None;
        run.log(Level::Notice, &format!("{name} is in use: another program has locked it (flock)"));
        return Have::Busy;
    }
    if let Some(entry) = run.plan.entries.get(at) {
        run.entry = entry.clone();
    }
    run.host.note(Note::Line(&candidate.device.name));
    // The log of the line that the call goes out on names this process.
    run.log(Level::Info, &format!("calls on {name} (process {})", run.host.pid()));
    Have::Line
}

/// The living process that watches the line.
fn watcher<H: Host>(run: &mut Run<'_, H>, candidate: &Candidate) -> Option<i32> {
    match run.host.pid_in(&candidate.watcher) {
        Ok(pid) => pid.filter(|pid| *pid != run.host.pid()),
        Err(error) => {
            run.log(Level::Error, &format!("cannot read {}: {error}", candidate.watcher));
            None
        }
    }
}

fn pause_until<H: Host>(run: &mut Run<'_, H>, time: Duration, until: Moment) -> Result<(), Next> {
    let left = until.since(run.host.now());
    let pause = time.max(REST).min(left);
    if pause < left {
        run.log(Level::Info, &format!("tries again in {} s", pause.as_secs()));
    }
    run.pause(pause)
}

/// Prepares the modem, and calls until somebody answers.
pub(super) fn dial<H: Host>(run: &mut Run<'_, H>, dial: &Dial) -> Result<End, Next> {
    let Some(candidate) = run.candidate else { return Ok(End::Failed) };
    match chat::chat(run, &candidate.init)? {
        End::Done => {}
        other => return Ok(other),
    }
    let asked = run.number.clone();
    let mut numbers: Vec<&[u8]> = dial.numbers.iter().map(|number| number.value.as_slice()).collect();
    numbers.extend(asked.as_deref());
    let until = run.calls_until.unwrap_or_default();
    for number in numbers.into_iter().cycle() {
        if call(run, dial, &candidate.prefix.value, number)? {
            return Ok(End::Done);
        }
        pause_until(run, dial.retry.value, until)?;
        if run.host.now() >= until {
            break;
        }
    }
    Ok(End::NoAnswer)
}

/// One call; whether it is up.
fn call<H: Host>(run: &mut Run<'_, H>, dial: &Dial, prefix: &[u8], number: &[u8]) -> Result<bool, Next> {
    // The end of an answer to the call before is none to this one.
    run.discard();
    let command = [prefix, number].concat();
    run.log(Level::Info, &format!("send: {}", command.escape_ascii()));
    run.say(&[&*command, b"\r"].concat())?;
    run.log(Level::Info, &format!("waiting for ``{}''", dial.up));
    run.log(Level::Debug, "got: ");
    let until = run.later(dial.patience);
    let mut line = Vec::new();
    loop {
        match run.hear(Some(until))? {
            Ear::Byte(b'\r' | b'\n') => {
                if line.starts_with(dial.up.as_bytes()) {
                    run.log(Level::Notice, &format!("the call is up: {}", line.escape_ascii()));
                    return Ok(true);
                }
                if dial.failures.iter().any(|word| is_word(&line, word.as_bytes())) {
                    run.log(Level::Notice, &format!("no connection: {}", line.escape_ascii()));
                    return Ok(false);
                }
                line.clear();
            }
            Ear::Byte(byte) if line.len() < LONGEST => line.push(byte),
            Ear::Byte(_) => {}
            Ear::HungUp => return Err(Next::End(End::HungUp)),
            Ear::Until => {
                let text = format!("no connection: no answer within {} s", dial.patience.as_secs());
                run.log(Level::Notice, &text);
                // A modem that still dials gives up at any byte.
                run.say(b"\r")?;
                return Ok(false);
            }
        }
    }
}

/// Whether a line of the modem is this, perhaps with something behind it.
fn is_word(line: &[u8], word: &[u8]) -> bool {
    line.trim_ascii().strip_prefix(word).is_some_and(|rest| rest.first().is_none_or(|byte| *byte == b' '))
}

/// Tells who watches the line that the call is up, and waits until he has it.
pub(super) fn hand_over<H: Host>(run: &mut Run<'_, H>, hand_over: &HandOver) -> Result<End, Next> {
    let Some(candidate) = run.candidate else { return Ok(End::Missed) };
    run.pause(candidate.settle.value)?;
    run.say(hand_over.text)?;
    run.drain(DRAIN)?;
    run.pause(hand_over.pause)?;
    let Some(pid) = watcher(run, candidate) else {
        run.log(Level::Error, &format!("nobody watches {} any more", run.line_name()));
        return Ok(End::Missed);
    };
    // Whoever gets the line makes his own.
    let _ = run.line()?.claim(false);
    // Signals are kept from the beginning of a life on, so that the answer cannot come before somebody waits for it.
    if let Err(why) = run.host.signal(pid, Signal::Usr1) {
        run.log(Level::Error, &format!("cannot signal process {pid}: {why}"));
        return Ok(End::Missed);
    }
    run.log(Level::Info, &format!("hands the call over to process {pid}"));
    let until = run.later(hand_over.patience);
    loop {
        match run.host.wait(Watch::nothing(), Some(until)) {
            Heard::Signal(caught)
                if caught.signal == Signal::Usr1 && caught.from.is_none_or(|from| from.pid == pid) =>
            {
                run.watcher = Some(pid);
                let text = audit::entry(run, hand_over.audit);
                run.log(Level::Audit, &text);
                return Ok(End::Done);
            }
            Heard::Signal(caught) => run.on_signal(caught)?,
            Heard::Until => {
                let text = format!("process {pid} did not answer in {} s", hand_over.patience.as_secs());
                run.log(Level::Error, &text);
                return Ok(End::Missed);
            }
            _ => {}
        }
    }
}

/// Takes the call that whoever has the line hands over to us: it is ours once the locks name us.
pub(super) fn take_call<H: Host>(run: &mut Run<'_, H>, take: &TakeCall) -> Result<End, Next> {
    let Some(from) = run.handed_over.take() else { return Ok(End::Missed) };
    let is_theirs = match run.host.look(&take.lock.files) {
        Ok(LockState::Held(holder)) => holder.process.is_some_and(|(pid, _)| pid == from),
        Ok(LockState::Free | LockState::Ours) | Err(_) => false,
    };
    if !is_theirs {
        run.log(Level::Error, &format!("process {from} has the line no longer: no call is taken over"));
        return Ok(End::Missed);
    }
    match run.host.take_from(&take.lock, from) {
        Ok(Taken::Ours { locks, .. }) => run.locks = Some(locks),
        Ok(Taken::Held(holder) | Taken::Parents(holder)) => {
            super::lock::gives_way(run, &holder);
            return Ok(End::Missed);
        }
        Err(error) => {
            run.log(Level::Error, &format!("cannot lock {}: {error}", run.line_name()));
            return Ok(End::Missed);
        }
    }
    super::lock::claim(run); // nobody without the lock has a say
    // A call is up at it.
    if let Some(speed) = run.line()?.modes().ok().and_then(|modes| modes.speed).filter(|bps| *bps > 0) {
        run.entry.initial.speed = Some(speed);
        run.entry.final_modes.speed = Some(speed);
    }
    run.reader.clear();
    run.called_back = true;
    run.say(take.text)?;
    run.drain(DRAIN)?;
    run.pause(take.pause)?;
    if let Err(why) = run.host.signal(from, Signal::Usr1) {
        // The call is up all the same.
        run.log(Level::Warning, &format!("cannot signal process {from}: {why}"));
    }
    run.log(Level::Notice, &format!("takes the call over that process {from} has made"));
    Ok(End::Done)
}
