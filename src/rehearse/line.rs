//! The simulated line, and what lies between it and the world.

use super::modem::{Modem, Says};
use super::world::{Deed, Happening};
use crate::engine::world::{Caught, Did, Got, Kept, Line, LineError, ModemBits, Moment, Queue, Sender};
use polygetty_compat::plan::modes::Modes;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

/// What the far end says once something was typed to it.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) to: Vec<u8>,
    pub(super) after: Duration,
    pub(super) says: Vec<u8>,
}

#[derive(Debug, Default)]
pub(super) struct Wire {
    pub(super) locks: BTreeMap<Vec<u8>, i32>,
    pub(super) pid_files: BTreeMap<Vec<u8>, i32>,
    pub(super) claimed: bool,
    pub(super) orphaned: bool,
    pub(super) removed: Vec<&'static str>,
    pub(super) wall: i64,
    pub(super) now: Moment,
    pub(super) input: VecDeque<u8>,
    pub(super) modes: Modes,
    pub(super) carrier: Option<bool>,
    pub(super) hung_up: bool,
    pub(super) missing: bool,
    pub(super) babbles: bool,
    pub(super) stuck: bool,
    pub(super) deeds: Vec<(Moment, Deed)>,
    pub(super) pending: Vec<(Moment, Happening)>,
    pub(super) signals: VecDeque<Caught>,
    pub(super) answers_signals: Option<Duration>,
    pub(super) replies: VecDeque<Reply>,
    pub(super) unanswered: Vec<u8>,
    pub(super) modem: Option<Modem>,
    pub(super) calls: u64,
    pub(super) faults: BTreeMap<u64, LineError>,
}

impl Wire {
    /// The one place that every call passes that can fail, on the line or the host; the n-th can be made to.
    pub(super) fn pass(&mut self) -> Result<(), LineError> {
        self.calls += 1;
        self.faults.remove(&self.calls).map_or(Ok(()), Err)
    }

    pub(super) fn deed(&mut self, deed: Deed) {
        let now = self.now;
        self.deeds.push((now, deed));
    }

    /// Makes everything happen that is due.
    pub(super) fn settle(&mut self) {
        let now = self.now;
        self.pending.sort_by_key(|(at, _)| *at);
        while self.pending.first().is_some_and(|(at, _)| *at <= now) {
            let (_, happening) = self.pending.remove(0);
            match happening {
                Happening::Bytes(bytes) => self.input.extend(bytes),
                Happening::Carrier(up) => self.carrier = Some(up),
                Happening::Stuck => self.stuck = true,
                Happening::HangUp => self.hung_up = true,
                Happening::Signal(signal) => self.signals.push_back(Caught { signal, from: None }),
                Happening::SignalFrom(signal, pid, uid) => {
                    self.signals.push_back(Caught { signal, from: Some(Sender { pid, uid }) });
                }
                Happening::Lock(line, pid) => drop(self.locks.insert(line.as_bytes().to_vec(), pid)),
                Happening::PidFile(path, pid) => {
                    self.pid_files.insert(path.as_bytes().to_vec(), pid);
                }
                Happening::Unlock(line) => drop(self.locks.remove(line.as_bytes())),
                Happening::Claim(on) => self.claimed = on,
                Happening::SetClock(by) => self.wall += by,
                Happening::Remove(path) => self.removed.push(path),
                Happening::Orphaned => self.orphaned = true,
                Happening::Call => {
                    if let Some(modem) = &mut self.modem {
                        modem.call(now);
                    }
                }
            }
        }
        for says in self.modem.as_mut().map(|modem| modem.speak(now)).unwrap_or_default() {
            match says {
                Says::Bytes(bytes) => self.input.extend(bytes),
                Says::Carrier(up) => self.carrier = self.carrier.map(|_| up),
                Says::ToCaller(bytes) => self.tell(&bytes),
            }
        }
    }

    pub(super) fn next(&self) -> Option<Moment> {
        let queued = self.pending.iter().map(|(at, _)| *at).min();
        [queued, self.modem.as_ref().and_then(Modem::due)].into_iter().flatten().min()
    }

    /// The far end hears these bytes, and answers what it was told to answer.
    pub(super) fn tell(&mut self, bytes: &[u8]) {
        self.unanswered.extend_from_slice(bytes);
        while let Some(reply) = self.replies.front() {
            let found = self.unanswered.windows(reply.to.len().max(1)).position(|window| window == reply.to);
            let Some(at) = found else { return };
            self.unanswered.drain(..at + reply.to.len());
            if let Some(reply) = self.replies.pop_front() {
                self.pending.push((self.now.after(reply.after), Happening::Bytes(reply.says)));
            }
        }
    }
}

/// The simulated line.
pub struct SimLine {
    pub(super) wire: Rc<RefCell<Wire>>,
}

impl Drop for SimLine {
    fn drop(&mut self) {
        self.wire.borrow_mut().deed(Deed::Closed);
    }
}

impl Line for SimLine {
    fn read(&mut self, into: &mut [u8]) -> Result<Got, LineError> {
        let mut wire = self.wire.borrow_mut();
        wire.pass()?;
        let mut count = 0;
        for slot in into.iter_mut() {
            let Some(byte) = wire.input.pop_front() else { break };
            *slot = byte;
            count += 1;
        }
        if let Some(slot) = into.first_mut().filter(|_| count == 0 && wire.babbles) {
            *slot = b'U';
            count = 1;
            wire.now = wire.now.after(Duration::from_millis(1));
        }
        Ok(match count {
            0 if wire.hung_up => Got::End,
            0 => Got::Nothing,
            n => Got::Bytes(n),
        })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<usize, LineError> {
        let mut wire = self.wire.borrow_mut();
        wire.pass()?;
        if wire.hung_up {
            return Err(LineError::HungUp);
        }
        if wire.stuck {
            return Ok(0);
        }
        wire.deed(Deed::Said(bytes.to_vec()));
        let now = wire.now;
        match &mut wire.modem {
            Some(modem) => modem.hear(bytes, now),
            None => wire.tell(bytes),
        }
        wire.settle();
        Ok(bytes.len())
    }

    fn unsent(&self) -> Option<usize> {
        Some(0)
    }

    fn discard(&mut self, queue: Queue) -> Result<(), LineError> {
        let mut wire = self.wire.borrow_mut();
        wire.pass()?;
        if queue != Queue::Output {
            wire.input.clear();
        }
        Ok(())
    }

    fn modes(&self) -> Result<Modes, LineError> {
        let mut wire = self.wire.borrow_mut();
        wire.pass()?;
        Ok(wire.modes.clone())
    }

    fn set_modes(&mut self, want: &Modes) -> Result<Kept, LineError> {
        let mut wire = self.wire.borrow_mut();
        wire.pass()?;
        if want.speed != wire.modes.speed {
            wire.deed(Deed::Speed(want.speed.unwrap_or(0)));
        }
        if want.speed == Some(0) {
            let now = wire.now;
            if let Some(modem) = &mut wire.modem {
                modem.dtr_falls(now);
            }
        }
        wire.modes = want.clone();
        Ok(Kept::default())
    }

    fn modem(&self) -> Option<ModemBits> {
        let carrier = self.wire.borrow().carrier?;
        Some(ModemBits { carrier, ring: false, dsr: true, cts: true })
    }

    fn set_dtr(&mut self, up: bool) -> Result<Did, LineError> {
        let mut wire = self.wire.borrow_mut();
        wire.pass()?;
        let now = wire.now;
        if let Some(modem) = wire.modem.as_mut().filter(|_| !up) {
            modem.dtr_falls(now);
        }
        Ok(Did::Done)
    }

    fn set_break(&mut self, on: bool) -> Result<Did, LineError> {
        let mut wire = self.wire.borrow_mut();
        wire.pass()?;
        wire.deed(Deed::Break(on));
        Ok(Did::Done)
    }

    fn take_terminal(&mut self, _: bool) -> Result<Did, LineError> {
        let mut wire = self.wire.borrow_mut();
        wire.pass()?;
        wire.deed(Deed::TookTerminal);
        Ok(Did::Done)
    }

    fn claim(&mut self, on: bool) -> Result<bool, LineError> {
        let mut wire = self.wire.borrow_mut();
        wire.pass()?;
        Ok(!on || !wire.claimed)
    }

    fn revoke(&mut self) -> Result<Did, LineError> {
        self.wire.borrow_mut().pass()?;
        Ok(Did::Done)
    }
}
