//! An open line, and what comes of asking it something.

use super::Did;
use polygetty_compat::plan::modes::Modes;

/// Why something on a line did not work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Somebody else has it open and it does not share.
    #[error("busy")]
    Busy,
    /// There is no such line, or no hardware behind it.
    #[error("not there ({0})")]
    Gone(String),
    /// It was hung up.
    #[error("hung up")]
    HungUp,
    /// We may not.
    #[error("refused ({0})")]
    Refused(String),
    /// Anything else, in the system's words.
    #[error("{0}")]
    Failed(String),
}

/// What a read found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Got {
    /// That many bytes.
    Bytes(usize),
    /// Nothing yet.
    Nothing,
    /// The line has ended.
    End,
}

/// A queue of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// What has arrived and was not read.
    Input,
    /// What was written and has not left.
    Output,
    /// Both.
    Both,
}

/// What a line kept of the modes it was asked for: the names of what differs now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// For each difference a few words, such as `CS7 (is CS8)`.
    pub differences: Vec<String>,
}

/// The modem's signals that a line can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModemBits {
    /// Carrier.
    pub carrier: bool,
    /// Ring.
    pub ring: bool,
    /// Data set ready.
    pub dsr: bool,
    /// Clear to send.
    pub cts: bool,
}

/// An open line. Nothing here waits; dropping it closes it.
pub trait Line {
    /// Reads what is there.
    fn read(&mut self, into: &mut [u8]) -> Result<Got, LineError>;
    /// Writes what fits; 0 means full, wait for `Writable`.
    fn write(&mut self, bytes: &[u8]) -> Result<usize, LineError>;
    /// How many bytes have not left yet, if that can be told.
    fn unsent(&self) -> Option<usize>;
    /// Throws a queue away; output is restarted first.
    fn discard(&mut self, queue: Queue) -> Result<(), LineError>;
    /// The modes as they are.
    fn modes(&self) -> Result<Modes, LineError>;
    /// Sets modes at once, reads them back, and says what was not kept.
    fn set_modes(&mut self, want: &Modes) -> Result<Kept, LineError>;
    /// The modem's signals; `None` if this line has none.
    fn modem(&self) -> Option<ModemBits>;
    /// Drops or raises DTR.
    fn set_dtr(&mut self, up: bool) -> Result<Did, LineError>;
    /// Begins or ends a BREAK; the caller times it.
    fn set_break(&mut self, on: bool) -> Result<Did, LineError>;
    /// Makes it the controlling terminal of a session of ours, and descriptors 0 to 2. A no-op when it is.
    fn take_terminal(&mut self, steal: bool) -> Result<Did, LineError>;
    /// Takes or gives back the advisory lock beside the lock files. False: another program has it.
    fn claim(&mut self, on: bool) -> Result<bool, LineError>;
    /// Throws out everybody else who has it open; this descriptor may be dead afterwards.
    fn revoke(&mut self) -> Result<Did, LineError>;
}
