//! Waiting for somebody to call.

use crate::engine::hear::word::WordFinder;
use crate::engine::run::{Ear, Next, Run, Subject};
use crate::engine::timetable::Timetable;
use crate::engine::world::{Heard, Host, Line, Moment};
use polygetty_compat::plan::modes::Flag;
use polygetty_compat::plan::stage::{AwaitByte, AwaitCarrier, AwaitFree, AwaitText, End};

/// What is looked at while a line waits for a call: its locks, and the timetable.
struct Vigil<'p> {
    look: Option<&'p AwaitFree>,
    next: Option<Moment>,
    timetable: Option<(Timetable, Moment)>,
}

impl<'p> Vigil<'p> {
    fn begin<H: Host>(run: &Run<'_, H>, look: Option<&'p AwaitFree>) -> Self {
        let next = look.map(|look| run.later(look.look_every));
        let timetable = run.timetable.clone().map(|timetable| (timetable, run.host.now()));
        Self { look, next, timetable }
    }

    /// When to look next.
    fn until(&self) -> Option<Moment> {
        [self.next, self.timetable.as_ref().map(|(_, at)| *at)].into_iter().flatten().min()
    }

    /// Looks at what is due.
    fn look<H: Host>(&mut self, run: &mut Run<'_, H>) -> Option<End> {
        let now = run.host.now();
        if let Some(look) = self.look.filter(|_| self.next.is_some_and(|next| next <= now)) {
            self.next = Some(now.after(look.look_every));
            if look.files.of_parent && run.host.is_orphan() {
                run.debug(Subject::RUN, "who started us is no more");
                return Some(End::Orphaned);
            }
            match super::lock::look(run, &look.files) {
                Ok(None) => {}
                Ok(Some(holder)) => {
                    super::lock::gives_way(run, &holder);
                    return Some(End::Held);
                }
                // What is no lock file counts as a held one (§7.1).
                Err(_) => return Some(End::Held),
            }
        }
        if let Some((timetable, at)) = self.timetable.as_mut().filter(|(_, at)| *at <= now) {
            let view = timetable.look(run.host);
            *at = now.after(view.again);
            if !view.open {
                run.debug(Subject::TIMETABLE, "the range ends, and nobody has called");
                return Some(End::Edge);
            }
        }
        None
    }
}

/// Waits until a byte is there, and leaves it there.
pub(super) fn byte<H: Host>(run: &mut Run<'_, H>, wait: &AwaitByte) -> Result<End, Next> {
    run.pick_up = false; // what was asked for before this is over
    if wait.discard_first {
        run.discard();
    }
    if !run.reader.is_empty() {
        return Ok(End::Done);
    }
    run.debug(Subject::RUN, "waiting for a character");
    let mut vigil = Vigil::begin(run, wait.look.as_ref());
    let idle = wait.idle.value.map(|time| run.later(time));
    run.host.rest_log();
    loop {
        if let Some(end) = vigil.look(run) {
            return Ok(end);
        }
        if idle.is_some_and(|idle| idle <= run.host.now()) {
            return Ok(End::Idle);
        }
        let until = [vigil.until(), idle].into_iter().flatten().min();
        match run.wait_for(until, true, None)? {
            Heard::Readable => return Ok(End::Done),
            Heard::HungUp => return Ok(End::HungUp),
            Heard::Until | Heard::Signal(_) | Heard::Child(_) | Heard::Carrier(_) | Heard::Writable => {}
        }
    }
}

/// Reads one byte, or waits for a word (§5.5). The word's time counts from here, its first byte being there.
pub(super) fn text<H: Host>(run: &mut Run<'_, H>, text: &AwaitText) -> Result<End, Next> {
    let Some(word) = &text.word.value else {
        return Ok(match run.hear(None)? {
            Ear::Byte(byte) if text.goodbye == Some(byte) => End::Left,
            Ear::Byte(byte) => {
                run.first_byte = text.keep.then_some(byte);
                End::Done
            }
            Ear::HungUp | Ear::Until => End::HungUp,
        });
    };
    let within = word.within.unwrap_or(text.within);
    let until = run.later(within);
    let mut finder = WordFinder::new(word);
    loop {
        match run.hear(Some(until))? {
            Ear::Byte(byte) => {
                if finder.feed(byte).is_some() {
                    run.heard_word = Some(run.host.now());
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
pub(super) fn carrier<H: Host>(run: &mut Run<'_, H>, wait: &AwaitCarrier) -> Result<End, Next> {
    let local = run.line()?.modes().is_ok_and(|modes| modes.has(Flag::CLOCAL));
    if local || run.line()?.modem().is_none_or(|bits| bits.carrier) {
        return Ok(End::Done);
    }
    run.debug(Subject::RUN, "waiting for carrier");
    let mut vigil = Vigil::begin(run, wait.look.as_ref());
    loop {
        if let Some(end) = vigil.look(run) {
            return Ok(end);
        }
        match run.wait_for(vigil.until(), false, Some(true))? {
            Heard::Carrier(true) => return Ok(End::Done),
            Heard::HungUp => return Ok(End::HungUp),
            Heard::Until
            | Heard::Signal(_)
            | Heard::Child(_)
            | Heard::Carrier(false)
            | Heard::Readable
            | Heard::Writable => {}
        }
    }
}
