//! A real open line.

use super::fault::pass;
use super::modes::{from_attrs, to_attrs};
use crate::engine::world::{Did, Got, Kept, Line, LineError, ModemBits, Queue};
use platforms::line::OpenLine;
use polygetty_compat::plan::modes::Modes;
use polygetty_platforms as platforms;
use std::path::PathBuf;

/// An open line; dropping it closes it, descriptors 0 to 2 included if it had become them.
pub struct RealLine {
    pub(super) open: OpenLine,
    path: PathBuf,
    standard: bool,
}

impl RealLine {
    pub(super) fn open(path: PathBuf) -> Result<Self, LineError> {
        let open = OpenLine::open(&path).map_err(line_error)?;
        Ok(Self { open, path, standard: false })
    }
}

impl Drop for RealLine {
    fn drop(&mut self) {
        if self.standard {
            let _ = OpenLine::leave_standard(); // without /dev/null there is nothing better to be had
        }
    }
}

pub(super) fn line_error(error: platforms::LineError) -> LineError {
    match error {
        platforms::LineError::Busy => LineError::Busy,
        platforms::LineError::Gone(errno) => LineError::Gone(errno.desc().into()),
        platforms::LineError::HungUp => LineError::HungUp,
        platforms::LineError::Refused(errno) => LineError::Refused(errno.desc().into()),
        platforms::LineError::Failed(errno) => LineError::Failed(errno.desc().into()),
    }
}

pub(super) fn did(did: platforms::Did) -> Did {
    match did {
        platforms::Did::Done => Did::Done,
        platforms::Did::Unsupported(why) => Did::Unsupported(why),
    }
}

impl Line for RealLine {
    fn read(&mut self, into: &mut [u8]) -> Result<Got, LineError> {
        pass()?;
        Ok(match self.open.read(into).map_err(line_error)? {
            platforms::line::Got::Bytes(n) => Got::Bytes(n),
            platforms::line::Got::Nothing => Got::Nothing,
            platforms::line::Got::End => Got::End,
        })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<usize, LineError> {
        pass()?;
        self.open.write(bytes).map_err(line_error)
    }

    fn unsent(&self) -> Option<usize> {
        pass().ok()?;
        self.open.unsent()
    }

    fn discard(&mut self, queue: Queue) -> Result<(), LineError> {
        pass()?;
        let queue = match queue {
            Queue::Input => platforms::line::Queue::Input,
            Queue::Output => platforms::line::Queue::Output,
            Queue::Both => platforms::line::Queue::Both,
        };
        self.open.discard(queue).map_err(line_error)
    }

    fn modes(&self) -> Result<Modes, LineError> {
        pass()?;
        Ok(from_attrs(&self.open.attrs().map_err(line_error)?))
    }

    fn set_modes(&mut self, want: &Modes) -> Result<Kept, LineError> {
        pass()?;
        let now = self.open.attrs().map_err(line_error)?;
        let mut attrs = to_attrs(want);
        attrs.keep_unnamed(&now);
        if want.speed.is_none() {
            let (input, output) = now.speeds();
            let _ = attrs.set_speeds(input, output); // the line has them, so it takes them
        }
        self.open.set_attrs(&attrs).map_err(line_error)?;
        let got = self.open.attrs().map_err(line_error)?;
        let differences = platforms::modes::read_back(&attrs, &got).iter().map(ToString::to_string).collect();
        Ok(Kept { differences })
    }

    fn modem(&self) -> Option<ModemBits> {
        pass().ok()?;
        let bits = self.open.modem()?;
        Some(ModemBits { carrier: bits.carrier, ring: bits.ring, dsr: bits.dsr, cts: bits.cts })
    }

    fn set_dtr(&mut self, up: bool) -> Result<Did, LineError> {
        pass()?;
        self.open.set_dtr(up).map(did).map_err(line_error)
    }

    fn set_break(&mut self, on: bool) -> Result<Did, LineError> {
        pass()?;
        self.open.set_break(on).map(did).map_err(line_error)
    }

    fn take_terminal(&mut self, steal: bool) -> Result<Did, LineError> {
        pass()?;
        let took = self.open.take_terminal(steal).map(did).map_err(line_error)?;
        self.standard |= took == Did::Done;
        Ok(took)
    }

    fn claim(&mut self, on: bool) -> Result<bool, LineError> {
        pass()?;
        self.open.claim(on).map_err(line_error)
    }

    fn revoke(&mut self) -> Result<Did, LineError> {
        pass()?;
        platforms::node::revoke(&self.path).map(did).map_err(line_error)
    }
}
