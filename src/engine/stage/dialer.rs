//! The dialer program of a line: it prepares the modem, or answers a call (SCO, 8.3).

use super::chat::take_speed;
use super::lock;
use crate::engine::run::{Next, Run, Subject};
use crate::engine::world::{Child, ChildIo, ChildNews, Heard, Holder, Host, Moment, Program, Watch};
use polygetty_compat::plan::stage::{End, Level, RunDialer, Signal};
use std::time::Duration;

/// How long a dialer that was asked to end may take, before it is made to.
const GRACE: Duration = Duration::from_secs(5);

/// The byte of a dialer that a signal has killed.
const KILLED: u8 = 0x82;
/// The byte of one that took too long.
const TOO_LONG: u8 = 0x88;
/// The byte of a line in use.
const IN_USE: u8 = 0x81;

/// Speeds in bit/s by the code that a dialer ends with: the numbers that System V's termio had.
const SPEEDS: [&str; 15] = [
    "50", "75", "110", "134", "150", "200", "300", "600", "1200", "1800", "2400", "4800", "9600", "19200",
    "38400",
];

/// What the failures of a dialer are, from 0x80 on.
const FAILURES: [&str; 16] = [
    "general failure",
    "line in use",
    "killed by a signal",
    "bad arguments",
    "bad number",
    "bad speed",
    "cannot open the line",
    "cannot control the line",
    "timeout",
    "no dial tone",
    "failure 10",
    "failure 11",
    "failure 12",
    "busy",
    "no carrier",
    "no answer",
];

/// Runs the dialer to its end.
pub(super) fn run_dialer<H: Host>(run: &mut Run<'_, H>, dialer: &RunDialer) -> Result<End, Next> {
    let mut arguments = dialer.arguments.clone();
    if let Some(speed) = arguments.last_mut().filter(|last| last.is_empty()) {
        *speed = run.entry.initial.speed.unwrap_or(0).to_string().into_bytes();
    }
    let program = Program {
        path: dialer.program.value.clone(),
        arguments,
        environment: dialer.environment.clone(),
        shell: "/bin/sh".into(),
    };
    let origin = run.plan.origin(&dialer.program.origin);
    run.debug(Subject::RUN, &format!("runs the dialer {}", program.path));
    let by_hand = by_hand(&program);
    let io = if dialer.traced { ChildIo::Heard } else { ChildIo::Nothing };
    let mut child = match run.host.spawn(&program, io) {
        Ok(child) => child,
        Err(why) => {
            let text =
                format!("cannot run the dialer {}: {why} ({origin}); calls are not answered", program.path);
            run.log(Level::Error, &text);
            return Ok(End::Failed);
        }
    };
    let byte = match attend(run, dialer, &mut child) {
        Ok(Verdict::Byte(byte)) => byte,
        Ok(Verdict::Held) => {
            end(run, &mut child);
            return Ok(End::Held);
        }
        Ok(Verdict::TooLong) => {
            let limit = dialer.limit.unwrap_or_default().as_secs();
            run.log(Level::Error, &format!("the dialer {} is stopped after {limit} s", dialer.program.value));
            end(run, &mut child);
            TOO_LONG
        }
        Err(next) => {
            end(run, &mut child);
            return Err(next);
        }
    };
    Ok(judge(run, dialer, byte, &format!("{origin}); to see why: {by_hand}")))
}

enum Verdict {
    Byte(u8),
    Held,
    TooLong,
}

/// Waits for the dialer's end. Once it says that the modem waits for a call, the line is anybody's until then.
fn attend<H: Host>(run: &mut Run<'_, H>, dialer: &RunDialer, child: &mut H::Child) -> Result<Verdict, Next> {
    let deadline = dialer.limit.map(|limit| run.later(limit));
    let mut look_at: Option<Moment> = None;
    let mut traced = Vec::new();
    loop {
        let until = [deadline, look_at].into_iter().flatten().min();
        let watch = Watch { child: Some(&mut *child), ..Watch::nothing() };
        match run.host.wait(watch, until) {
            Heard::Signal(caught) => match &dialer.look {
                Some(look) if caught.signal == Signal::Usr2 => {
                    if look_at.is_none() {
                        run.debug(Subject::RUN, "the dialer waits for a call");
                        lock::unlock(run);
                        look_at = Some(run.later(look.look_every));
                    }
                }
                _ => run.on_signal(caught)?,
            },
            Heard::Child(ChildNews::Said(bytes)) => trace(run, &mut traced, &bytes),
            Heard::Child(ChildNews::Ended(byte)) => return Ok(Verdict::Byte(byte)),
            Heard::Child(ChildNews::Killed(_)) => return Ok(Verdict::Byte(KILLED)),
            Heard::Until => {
                let now = run.host.now();
                if deadline.is_some_and(|deadline| deadline <= now) {
                    return Ok(Verdict::TooLong);
                }
                if let Some(look) = &dialer.look {
                    match lock::look(run, &look.files) {
                        Ok(None) => {}
                        // Once the telephone rings the dialer itself has the line, for us.
                        Ok(Some(holder)) if is_of(&holder, child.pid()) => {}
                        Ok(Some(holder)) => {
                            lock::gives_way(run, &holder);
                            return Ok(Verdict::Held);
                        }
                        Err(_) => return Ok(Verdict::Held),
                    }
                    look_at = Some(run.later(look.look_every));
                }
            }
            Heard::Readable | Heard::HungUp | Heard::Carrier(_) | Heard::Writable => {}
        }
    }
}

/// The command by which a person sees what the dialer does.
fn by_hand(program: &Program) -> String {
    let words = program.arguments.iter().skip(1).map(|word| word.escape_ascii().to_string());
    let mut words: Vec<String> = words.collect();
    if !words.iter().any(|word| word == "-x") {
        words.insert(words.len().min(1), "-x 1".into());
    }
    format!("{} {}", program.path, words.join(" "))
}

/// Whether that process has the line.
fn is_of(holder: &Holder, pid: i32) -> bool {
    holder.process.as_ref().is_some_and(|(holds, _)| *holds == pid)
}

/// Ends the dialer, or another program: it is asked, and after a while it is made to.
pub(super) fn end<H: Host>(run: &mut Run<'_, H>, child: &mut H::Child) {
    child.stop(false);
    let until = run.later(GRACE);
    loop {
        let watch = Watch { child: Some(&mut *child), ..Watch::nothing() };
        match run.host.wait(watch, Some(until)) {
            Heard::Child(ChildNews::Ended(_) | ChildNews::Killed(_)) => return,
            Heard::Until => {
                child.stop(true);
                return;
            }
            _ => {}
        }
    }
}

/// What the dialer says, a line an entry.
fn trace<H: Host>(run: &mut Run<'_, H>, begun: &mut Vec<u8>, bytes: &[u8]) {
    const LONGEST: usize = 500;
    for byte in bytes {
        if *byte == b'\n' || begun.len() >= LONGEST {
            let text = format!("dialer: {}", begun.trim_ascii_end().escape_ascii());
            run.log(Level::Debug, &text);
            begun.clear();
        }
        if *byte != b'\n' {
            begun.push(*byte);
        }
    }
}

/// What the dialer's end means. `from`: where it was named, the bracket's end, and what a person can do.
fn judge<H: Host>(run: &mut Run<'_, H>, dialer: &RunDialer, byte: u8, from: &str) -> End {
    if let Some(speed) = byte.checked_sub(1).and_then(|code| SPEEDS.get(usize::from(code))) {
        take_speed(run, speed.as_bytes());
        return End::Connected;
    }
    match byte {
        0 if dialer.answers => End::Connected,
        0 => End::Done,
        _ if byte == dialer.fax.value => End::Fax,
        _ if byte == dialer.data.value => End::Connected,
        IN_USE => {
            let text = format!("the dialer {} says that the line is in use (0x81)", dialer.program.value);
            run.log(Level::Notice, &text);
            End::Busy
        }
        _ => {
            let words = byte.checked_sub(0x80).and_then(|code| FAILURES.get(usize::from(code)));
            let words = words.copied().unwrap_or("a status that no dialer has; see dialer(8)");
            let text = format!("the dialer {} failed: {words} (0x{byte:02x}, {from}", dialer.program.value);
            run.log(Level::Error, &text);
            End::Failed
        }
    }
}
