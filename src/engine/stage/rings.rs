//! Counting the rings of a call until it is to be answered.

use super::{call_program, chat};
use crate::engine::hear::ring::{BLOCK, Heard, RingEar};
use crate::engine::run::{Ear, Next, Run};
use crate::engine::world::{FileError, Host, Moment};
use polygetty_compat::plan::stage::{AwaitRing, End, Level};
use polygetty_compat::source::FilePath;
use std::time::Duration;

/// Rings may come as fast as bytes do: whether the line is shut is looked at so often at most.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// So many rings of a call are logged.
const LOGGED: u32 = 100;

/// Counts rings until there are enough, or something else becomes of the call.
pub(super) fn rings<H: Host>(run: &mut Run<'_, H>, stage: &AwaitRing) -> Result<End, Next> {
    (run.rings, run.distinctive, run.call) = Default::default();
    if std::mem::take(&mut run.pick_up) {
        return Ok(End::Done);
    }
    let mut count = Count::begin(run, stage);
    if run.is_followed() {
        run.log(Level::Debug, "got: ");
    }
    let end = count.listen(run);
    (run.rings, run.distinctive) = (count.rings, count.ear.distinctive());
    run.call = count.ear.into_call();
    if matches!(end, Ok(End::Connected)) && stage.speed_from_call.value {
        chat::take_speed_of_call(run);
    }
    end
}

/// Which call of two this is, where the first one is never answered.
#[derive(Debug, PartialEq, Eq)]
enum Which {
    /// The first, as long as it rings.
    First,
    /// None: the first, of this number, has fallen silent.
    Between(Option<Vec<u8>>),
    /// The one to answer, after a first one of this number.
    Answer(Option<Vec<u8>>),
}

struct Count<'p> {
    stage: &'p AwaitRing,
    ear: RingEar<'p>,
    which: Which,
    rings: u32,
    wanted: u32,
    /// The last ring, or the beginning.
    last: Moment,
    /// When lines about the caller count as a ring.
    block: Option<Moment>,
    /// The program about the number of rings has been asked.
    asked: bool,
    shut: bool,
    looked: Moment,
}

impl<'p> Count<'p> {
    fn begin<H: Host>(run: &mut Run<'_, H>, stage: &'p AwaitRing) -> Self {
        let now = run.host.now();
        let shut = shut_by(run, stage);
        if let Some(path) = shut {
            run.log(Level::Info, &format!("{path} is there: no call is answered"));
        }
        Self {
            stage,
            ear: RingEar::new(&stage.numbers.value, &stage.words),
            which: if stage.second_call.is_some() { Which::First } else { Which::Answer(None) },
            rings: 0,
            wanted: stage.rings.value,
            last: now,
            block: None,
            asked: false,
            shut: shut.is_some(),
            looked: now,
        }
    }

    fn listen<H: Host>(&mut self, run: &mut Run<'_, H>) -> Result<End, Next> {
        loop {
            if self.block.is_some_and(|at| at <= run.host.now())
                && let Some(end) = self.ring(run)?
            {
                return Ok(end);
            }
            let until = self.block.unwrap_or_else(|| self.until());
            let end = match run.hear(Some(until))? {
                Ear::Byte(byte) => match self.ear.feed(byte) {
                    Some(heard) => self.heard(run, heard)?,
                    None => None,
                },
                Ear::HungUp => Some(End::HungUp),
                Ear::Until if self.block.is_some() => None,
                Ear::Until => self.silence(run),
            };
            if let Some(end) = end {
                return Ok(end);
            }
        }
    }

    /// How long to wait for the next ring.
    fn until(&self) -> Moment {
        match (&self.stage.second_call, &self.which) {
            (Some(second), Which::First) if !self.shut => self.last.after(second.silence),
            (Some(second), Which::Between(_)) => self.last.after(second.silence + second.within.value),
            _ => self.last.after(self.stage.gap),
        }
    }

    /// The next ring has not come.
    fn silence<H: Host>(&mut self, run: &mut Run<'_, H>) -> Option<End> {
        if self.shut {
            return Some(End::Shut);
        }
        match &self.which {
            Which::First => {
                if self.rings > 0 {
                    run.log(Level::Info, &format!("the first call had {} rings", self.rings));
                }
                self.which = Which::Between(self.number());
                self.ear.next_call();
                self.asked = false;
                (self.rings, self.wanted) = (0, self.stage.rings.value);
                None
            }
            Which::Between(_) => Some(End::Missed),
            Which::Answer(_) if self.rings == 0 => Some(End::Junk),
            Which::Answer(_) => Some(End::Few),
        }
    }

    fn heard<H: Host>(&mut self, run: &mut Run<'_, H>, heard: Heard) -> Result<Option<End>, Next> {
        match heard {
            Heard::Ring => {
                if self.block.is_some()
                    && let Some(end) = self.ring(run)?
                {
                    return Ok(Some(end));
                }
                self.ring(run)
            }
            Heard::Block => {
                self.block = self.block.or_else(|| Some(run.later(BLOCK)));
                Ok(None)
            }
            Heard::Connect if self.shut => Ok(Some(End::Refused)),
            Heard::Connect => Ok(Some(End::Connected)),
            Heard::Fax if !self.shut => Ok(Some(End::Fax)),
            Heard::Fax => Ok(Some(End::Aborted)),
            Heard::Failed(word) => {
                run.log(Level::Notice, &format!("the modem says {word} while it rings"));
                Ok(Some(End::Aborted))
            }
            Heard::Told(_) => {
                self.is_stranger(run);
                Ok(None)
            }
            Heard::Other => Ok(None),
        }
    }

    /// One more ring.
    fn ring<H: Host>(&mut self, run: &mut Run<'_, H>) -> Result<Option<End>, Next> {
        let now = run.host.now();
        self.block = None;
        self.last = now;
        self.rings = self.rings.saturating_add(1);
        if let Which::Between(first) = &mut self.which {
            self.which = Which::Answer(first.take());
        }
        if self.rings <= LOGGED {
            let distinctive = match self.ear.distinctive() {
                0 => String::new(),
                other => format!(", distinctive ring {other}"),
            };
            run.log(Level::Info, &format!("ring {}{distinctive}", self.rings));
        }
        if self.shut && now.since(self.looked) >= LOOK_EVERY {
            self.looked = now;
            self.shut = shut_by(run, self.stage).is_some();
        }
        if self.shut || self.is_stranger(run) {
            return Ok(None);
        }
        self.ask(run)?;
        let enough = matches!(self.which, Which::Answer(_)) && self.rings >= self.wanted;
        Ok(enough.then_some(End::Done))
    }

    /// The caller's number, if it is one: "private" would make all who hide it the same caller.
    fn number(&self) -> Option<Vec<u8>> {
        self.ear.call().caller.clone().filter(|number| number.iter().any(u8::is_ascii_digit))
    }

    /// Whether the second call is known to be another caller's: then it is a first call, too.
    fn is_stranger<H: Host>(&mut self, run: &mut Run<'_, H>) -> bool {
        let Which::Answer(Some(first)) = &self.which else { return false };
        if self.number().is_none_or(|number| number == *first) {
            return false;
        }
        run.log(Level::Info, "another caller than the first one: this is a first call");
        self.which = Which::First;
        self.last = run.host.now();
        true
    }

    /// Asks, once a call, how many rings it is to have.
    fn ask<H: Host>(&mut self, run: &mut Run<'_, H>) -> Result<(), Next> {
        let call = self.ear.call();
        let Some(ask) = &self.stage.ask else { return Ok(()) };
        let known = call.caller.is_some() || call.name.is_some();
        if self.asked || !known && self.rings < ask.latest {
            return Ok(());
        }
        self.asked = true;
        let status = call_program::tell(run, &ask.program, call, self.ear.distinctive())?;
        if let Some(rings) =
            status.and_then(|status| status.checked_sub(ask.above)).filter(|rings| *rings > 0)
        {
            self.wanted = rings.into();
        }
        self.last = run.host.now();
        Ok(())
    }
}

/// The file that says that no call is answered, if one does. One that cannot be read is there, too.
fn shut_by<'p, H: Host>(run: &mut Run<'_, H>, stage: &'p AwaitRing) -> Option<&'p FilePath> {
    stage.shut.value.iter().find(|path| run.host.file(path, 0) != Err(FileError::Absent))
}
