//! Lets a line settle: after it was opened, after a chat, and once a call is up.

use crate::engine::hear::lcp::Frame;
use crate::engine::run::{Ear, Next, Run, Subject};
use crate::engine::world::{Host, Moment};
use polygetty_compat::plan::stage::{End, Knock, Level, Quiet, Settle};
use std::time::Duration;

/// The name of PPP callers, if they are heard.
type Ppp<'p> = Option<&'p [u8]>;

/// What came.
enum Came {
    /// These bytes, which no PPP caller sent.
    Bytes(Vec<u8>),
    /// What may be a PPP caller's.
    Perhaps,
    /// The deadline.
    Until,
}

/// Waits for a time, for silence, for somebody who types.
pub(super) fn settle<H: Host>(run: &mut Run<'_, H>, settle: &Settle) -> Result<End, Next> {
    // Whoever types meanwhile is a person, and may type a password.
    run.secret = settle.ppp.is_some() || settle.knock.is_some();
    let end = parts(run, settle);
    run.secret = false;
    end
}

fn parts<H: Host>(run: &mut Run<'_, H>, settle: &Settle) -> Result<End, Next> {
    let heard = run.ears.is_none_or(|ears| ears.ppp);
    let ppp = settle.ppp.as_ref().filter(|_| heard).map(|name| name.value.as_slice());
    if ppp.is_some() {
        let until = Some(run.later(settle.time.value));
        while !matches!(hear(run, ppp, until)?, Came::Until) {}
    } else {
        // Whatever the line says, and even if none is open.
        run.pause(settle.time.value)?;
    }
    if let Some(quiet) = &settle.quiet {
        until_quiet(run, ppp, quiet)?;
    }
    if ppp.is_none() {
        run.discard();
    }
    match &settle.knock {
        Some(knock) => until_knock(run, ppp, knock),
        None => Ok(End::Done),
    }
}

fn until_quiet<H: Host>(run: &mut Run<'_, H>, ppp: Ppp<'_>, quiet: &Quiet) -> Result<(), Next> {
    let limit = run.later(quiet.within);
    if run.is_followed() {
        let tenths = quiet
            .time
            .as_secs()
            .saturating_mul(10)
            .saturating_add(u64::from(quiet.time.subsec_millis() / 100));
        run.log(Level::Debug, &format!("waiting for line to clear (VTIME={tenths}), read: "));
    }
    loop {
        let silent = run.later(quiet.time).min(limit);
        if matches!(hear(run, ppp, Some(silent))?, Came::Until) {
            return Ok(());
        }
        if run.host.now() >= limit {
            let (time, within) = (seconds(quiet.time), seconds(quiet.within));
            let text = format!("{} was not quiet for {time} s within {within} s", run.line_name());
            run.debug(Subject::RUN, &text);
            return Ok(());
        }
    }
}

/// As a decimal number. (Formatting a float would be a hundredth of the program.)
fn seconds(time: Duration) -> String {
    let text = format!("{}.{:03}", time.as_secs(), time.subsec_millis());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn until_knock<H: Host>(run: &mut Run<'_, H>, ppp: Ppp<'_>, knock: &Knock) -> Result<End, Next> {
    run.debug(Subject::RUN, "waits for the caller to type");
    let until = knock.within.map(|time| run.later(time));
    loop {
        match hear(run, ppp, until)? {
            Came::Bytes(bytes) if bytes.iter().any(|byte| knock.any_of.contains(byte)) => {
                return Ok(End::Done);
            }
            // Who types other things for ever does not get more time than who is silent.
            Came::Until => return Ok(End::Timeout),
            Came::Bytes(_) | Came::Perhaps if until.is_some_and(|until| run.host.now() >= until) => {
                return Ok(End::Timeout);
            }
            Came::Bytes(_) | Came::Perhaps => {}
        }
    }
}

/// What comes next. A hang-up and a PPP caller end the stage.
fn hear<H: Host>(run: &mut Run<'_, H>, ppp: Ppp<'_>, until: Option<Moment>) -> Result<Came, Next> {
    let byte = match run.hear(until)? {
        Ear::Byte(byte) => byte,
        Ear::Until => return Ok(Came::Until),
        Ear::HungUp => return Err(Next::End(End::HungUp)),
    };
    let Some(name) = ppp else { return Ok(Came::Bytes(vec![byte])) };
    match run.ppp.feed(byte) {
        Frame::Passed(bytes) => Ok(Came::Bytes(bytes)),
        Frame::Held => Ok(Came::Perhaps),
        Frame::Lcp => {
            run.debug(Subject::RUN, "a PPP caller: an LCP frame");
            run.machine = Some(name.to_vec());
            Err(Next::End(End::Machine))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_decimal_numbers() {
        let of = |millis| seconds(Duration::from_millis(millis));
        assert_eq!([of(0), of(100), of(1500), of(10_000), of(62_050)], ["0", "0.1", "1.5", "10", "62.05"]);
    }
}
