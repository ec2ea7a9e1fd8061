//! To hear and to say on the line, and to let time pass meanwhile.

use super::{Next, Run};
use crate::engine::hear::lcp::LcpEar;
use crate::engine::world::{Got, Heard, Host, Line, LineError, Moment, Note, Queue, Watch};
use polygetty_compat::plan::modes::Flag;
use polygetty_compat::plan::stage::{End, Level};
use std::time::Duration;

/// What a listening stage hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ear {
    /// A byte; a BREAK is a NUL.
    Byte(u8),
    /// The line was hung up.
    HungUp,
    /// The deadline.
    Until,
}

/// How long output may stand still before the line counts as dead: nobody reads a line that is held by XOFF or
/// a modem that has dropped CTS, and a getty must not hang on it for ever.
const STUCK: Duration = Duration::from_secs(60);
/// What came before a deadline is heard even if we are so much late: the machine was busy.
const LATE: Duration = Duration::from_secs(1);

impl<H: Host> Run<'_, H> {
    /// Lets time pass, whatever the line says.
    pub fn pause(&mut self, time: Duration) -> Result<(), Next> {
        let until = self.later(time);
        loop {
            match self.host.wait(Watch::nothing(), Some(until)) {
                Heard::Signal(caught) => self.on_signal(caught)?,
                Heard::Until => return Ok(()),
                Heard::Readable | Heard::HungUp | Heard::Carrier(_) | Heard::Writable | Heard::Child(_) => {}
            }
        }
    }

    /// The next byte, a hang-up, or the deadline.
    pub fn hear(&mut self, until: Option<Moment>) -> Result<Ear, Next> {
        loop {
            if let Some(byte) = self.reader.pop_front() {
                if self.is_followed() && !self.secret {
                    self.host.note(Note::Taken(byte));
                }
                return Ok(Ear::Byte(byte));
            }
            match self.wait_for(until, true, None)? {
                // Who never pauses is heard beyond the deadline, but not for ever.
                Heard::Readable if until.is_some_and(|until| self.host.now().since(until) > LATE) => {
                    return Ok(Ear::Until);
                }
                Heard::Readable => {
                    if !self.read()? {
                        return Ok(Ear::HungUp);
                    }
                }
                Heard::HungUp => return Ok(Ear::HungUp),
                Heard::Until => return Ok(Ear::Until),
                Heard::Signal(_) | Heard::Carrier(_) | Heard::Writable | Heard::Child(_) => {}
            }
        }
    }

    /// Waits on the line; signals are dealt with here.
    pub fn wait_for(
        &mut self,
        until: Option<Moment>,
        readable: bool,
        carrier: Option<bool>,
    ) -> Result<Heard, Next> {
        loop {
            let line = Some(self.line.as_ref().ok_or(Next::End(End::Gone))?);
            let heard =
                self.host.wait(Watch { line, readable, writable: false, carrier, child: None }, until);
            match heard {
                Heard::Signal(caught) => self.on_signal(caught)?,
                other => return Ok(other),
            }
        }
    }

    /// Reads what is there into the reader; false when the line has ended.
    fn read(&mut self) -> Result<bool, Next> {
        let mut buffer = [0u8; 512];
        let most = if self.sip { 1 } else { buffer.len() };
        let got = self.line()?.read(buffer.get_mut(..most).unwrap_or_default());
        match got {
            Ok(Got::Bytes(n)) => {
                let bytes = buffer.get(..n).unwrap_or(&buffer);
                self.reader.extend(bytes);
                self.host.note(if self.secret { Note::HeardSecret(n) } else { Note::Heard(bytes) });
                Ok(true)
            }
            Ok(Got::Nothing) => Ok(true),
            Ok(Got::End) | Err(LineError::HungUp) => Ok(false),
            Err(error) => {
                self.log(Level::Error, &format!("cannot read from {}: {error}", self.line_name()));
                Ok(false)
            }
        }
    }

    /// Types bytes. Ends the stage as hung up if the line is dead or takes nothing for a minute.
    pub fn say(&mut self, bytes: &[u8]) -> Result<(), Next> {
        let mut rest = bytes;
        let mut until = self.later(STUCK);
        while !rest.is_empty() {
            match self.line()?.write(rest) {
                Ok(0) => {
                    let line = self.line.as_ref();
                    let watch = Watch { line, readable: false, writable: true, carrier: None, child: None };
                    match self.host.wait(watch, Some(until)) {
                        Heard::Signal(caught) => self.on_signal(caught)?,
                        Heard::HungUp => return Err(Next::End(End::HungUp)),
                        Heard::Until => {
                            let text =
                                format!("{} took no output for {} s", self.line_name(), STUCK.as_secs());
                            self.log(Level::Warning, &text);
                            return Err(Next::End(End::HungUp));
                        }
                        Heard::Writable | Heard::Readable | Heard::Carrier(_) | Heard::Child(_) => {}
                    }
                }
                Ok(n) => {
                    let (said, left) = rest.split_at(n.min(rest.len()));
                    self.host.note(Note::Said(said));
                    rest = left;
                    until = self.later(STUCK);
                }
                Err(LineError::HungUp) => return Err(Next::End(End::HungUp)),
                Err(error) => {
                    self.log(Level::Error, &format!("cannot write to {}: {error}", self.line_name()));
                    return Err(Next::End(End::HungUp));
                }
            }
        }
        Ok(())
    }

    /// Text with CR LF as this line wants it: one that maps LF itself (OPOST, ONLCR) would make CR CR LF of that.
    pub fn lines(&self, text: &[u8]) -> Vec<u8> {
        if !(self.entry.initial.has(Flag::OPOST) && self.entry.initial.has(Flag::ONLCR)) {
            return text.to_vec();
        }
        let mut out = Vec::with_capacity(text.len());
        for (at, byte) in text.iter().enumerate() {
            if !(*byte == b'\r' && text.get(at + 1) == Some(&b'\n')) {
                out.push(*byte);
            }
        }
        out
    }

    /// Waits until what was written has left, or `limit` is over. A line that cannot tell is taken at its word.
    pub fn drain(&mut self, limit: Duration) -> Result<(), Next> {
        let until = self.later(limit);
        while let Some(unsent) = self.line.as_ref().and_then(Line::unsent).filter(|n| *n > 0) {
            if self.host.now() >= until {
                return Ok(());
            }
            let bps = self.entry.initial.speed.filter(|bps| *bps > 0).unwrap_or(9600);
            let bits = u64::try_from(unsent).unwrap_or(u64::MAX).saturating_mul(10_000);
            let estimate = Duration::from_millis((bits / u64::from(bps)).clamp(5, 1000));
            self.pause(estimate.min(until.since(self.host.now())))?;
        }
        Ok(())
    }

    /// Throws away what has arrived.
    pub fn discard(&mut self) {
        self.reader.clear();
        self.ppp = LcpEar::default();
        if let Some(line) = &mut self.line {
            let _ = line.discard(Queue::Input); // a line that is gone says so at the next read
        }
    }
}
