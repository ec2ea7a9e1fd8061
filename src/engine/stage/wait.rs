//! Waiting for somebody to call.

use crate::engine::hear::word::WordFinder;
use crate::engine::run::{Ear, Next, Run, Subject};
use crate::engine::world::{Heard, Host, Line};
use polygetty_compat::plan::modes::Flag;
use polygetty_compat::plan::stage::{AwaitByte, AwaitText, End};

/// Waits until a byte is there, and leaves it there.
pub(super) fn byte<H: Host>(run: &mut Run<'_, H>, wait: &AwaitByte) -> Result<End, Next> {
    if wait.discard_first {
        run.discard();
    }
    if !run.reader.is_empty() {
        return Ok(End::Done);
    }
    run.debug(Subject::RUN, "waiting for a character");
    loop {
        match run.wait_for(None, true, None)? {
            Heard::Readable => return Ok(End::Done),
            Heard::HungUp => return Ok(End::HungUp),
            Heard::Until | Heard::Signal(_) | Heard::Carrier(_) | Heard::Writable => {}
        }
    }
}

/// Reads one byte, or waits for a word (§5.5). The word's time counts from here, its first byte being there.
pub(super) fn text<H: Host>(run: &mut Run<'_, H>, text: &AwaitText) -> Result<End, Next> {
    let Some(word) = &text.word.value else {
        return Ok(match run.hear(None)? {
            Ear::Byte(_) => End::Done,
            Ear::HungUp | Ear::Until => End::HungUp,
        });
    };
    let within = word.within.unwrap_or(text.within);
    let until = run.later(within);
    let mut finder = WordFinder::new(&word.pattern);
    loop {
        match run.hear(Some(until))? {
            Ear::Byte(byte) => {
                if finder.feed(byte).is_some() {
                    run.debug(Subject::RUN, &format!("heard {}", text.written.escape_ascii()));
                    return Ok(End::Done);
                }
            }
            Ear::HungUp => return Ok(End::HungUp),
            Ear::Until => {
                let text = format!(
                    "no {} within {} s, heard {}",
                    text.written.escape_ascii(),
                    within.as_secs(),
                    finder.heard().escape_ascii()
                );
                run.debug(Subject::RUN, &text);
                return Ok(End::Missed);
            }
        }
    }
}

/// Waits for carrier. A line whose modes say CLOCAL, or that has no modem signals, has it.
pub(super) fn carrier<H: Host>(run: &mut Run<'_, H>) -> Result<End, Next> {
    let local = run.line()?.modes().is_ok_and(|modes| modes.has(Flag::CLOCAL));
    if local || run.line()?.modem().is_none_or(|bits| bits.carrier) {
        return Ok(End::Done);
    }
    run.debug(Subject::RUN, "waiting for carrier");
    loop {
        match run.wait_for(None, false, Some(true))? {
            Heard::Carrier(true) => return Ok(End::Done),
            Heard::HungUp => return Ok(End::HungUp),
            Heard::Until | Heard::Signal(_) | Heard::Carrier(false) | Heard::Readable | Heard::Writable => {}
        }
    }
}
