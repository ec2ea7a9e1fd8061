//! What happens to a simulated line, and what is done to it.

use polygetty_compat::plan::stage::Signal;

/// Something that happens to the line or the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Bytes arrive.
    Bytes(Vec<u8>),
    /// Carrier comes or goes.
    Carrier(bool),
    /// The line is hung up.
    HangUp,
    /// A signal arrives.
    Signal(Signal),
    /// A signal arrives from this process of this user.
    SignalFrom(Signal, i32, u32),
    /// A call comes in at the modem.
    Call,
    /// Another process takes the lock of a line, whoever had it.
    Lock(&'static str, i32),
    /// Another process writes itself into a pid file.
    PidFile(&'static str, i32),
    /// The lock of a line goes.
    Unlock(&'static str),
    /// Another program has the advisory lock on the line, or has it no longer.
    Claim(bool),
    /// Somebody sets the clock on the wall, by so many seconds.
    SetClock(i64),
    /// The line takes no more output.
    Stuck,
    /// A file goes.
    Remove(&'static str),
    /// The process that started us ends.
    Orphaned,
}

/// What was done to the line, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It was opened.
    Opened,
    /// It was closed.
    Closed,
    /// Its speed was set.
    Speed(u32),
    /// Bytes were written.
    Said(Vec<u8>),
    /// A BREAK began or ended.
    Break(bool),
    /// It became the controlling terminal.
    TookTerminal,
    /// Its locks were taken.
    Locked,
    /// They were given back.
    Unlocked,
    /// The pid file was written.
    WrotePidFile,
    /// It is ours no longer: it has gone, or names another process.
    DroppedPidFile,
    /// A program that we had started was told that the line was hung up.
    ToldOfHangUp,
    /// A program that we had started was asked to end, or made to.
    Stopped(bool),
    /// The process that started us was told that the modem is ready.
    ToldParent,
    /// This process was sent this signal.
    Signalled(i32, Signal),
    /// The life went on in the background.
    Detached,
}
