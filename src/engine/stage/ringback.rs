//! Ringback: one ring and a pause is a signal, the second call is the one to answer (getty_ps §7.3).

use crate::engine::hear::word::WordFinder;
use crate::engine::run::{Ear, Next, Run, Subject};
use crate::engine::world::Host;
use polygetty_compat::plan::stage::{End, Ringback};
use std::time::Duration;

/// Counts rings until the second call comes. The word that was waited for was the first ring. Nothing is sent.
pub(super) fn ringback<H: Host>(run: &mut Run<'_, H>, stage: &Ringback) -> Result<End, Next> {
    let (earliest, latest) = stage.between.value;
    let (fewest, most) = stage.rings.value;
    let mut last = run.heard_word.unwrap_or_else(|| run.host.now());
    let mut rings = 1u32;
    loop {
        let until = last.after(Duration::from_secs(latest.into()));
        let mut finder = WordFinder::new(&stage.word);
        loop {
            match run.hear(Some(until))? {
                Ear::Byte(byte) if finder.feed(byte).is_some() => break,
                Ear::Byte(_) => {}
                Ear::HungUp => return Ok(End::HungUp),
                Ear::Until => {
                    let text = format!("{rings} rings, and no second call within {latest} s");
                    run.debug(Subject::RINGBACK, &text);
                    return Ok(End::Missed);
                }
            }
        }
        let now = run.host.now();
        let gap = now.since(last).as_secs();
        last = now;
        if gap <= u64::from(stage.gap.value) {
            rings = rings.saturating_add(1);
        } else if gap < u64::from(earliest) {
            rings = 1; // too late for the same call, too early for the second: a first call again
        } else if (fewest..=most).contains(&rings) {
            run.debug(Subject::RINGBACK, &format!("{rings} rings, then a call {gap} s later: accepted"));
            return Ok(End::Done);
        } else {
            let text = format!("{rings} rings, not {fewest} to {most}, then a call {gap} s later: refused");
            run.debug(Subject::RINGBACK, &text);
            return Ok(End::Missed);
        }
        run.debug(Subject::RINGBACK, &format!("ring {rings}, {gap} s after the one before"));
    }
}
