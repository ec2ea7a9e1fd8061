//! Entries of the log that have a form of their own, because programs read them.

/// A piece of such an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditPiece {
    /// This text.
    Text(&'static str),
    /// What is known.
    Fact(AuditFact),
}

/// What can be known when it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditFact {
    /// The line's name.
    Line,
    /// Our process.
    Process,
    /// How often it rang.
    Rings,
    /// The caller's number; `none` if unknown.
    Caller,
    /// The caller's name; perhaps nothing.
    CallerName,
    /// What the modem said of the connection; perhaps nothing.
    Connection,
    /// What was typed in place of a name.
    Typed,
    /// The program that is run.
    Program,
    /// The name of a fax's sender; perhaps nothing.
    Sender,
    /// How the modem ended a fax: three digits; below zero, it did not.
    HangUpCode,
    /// How many pages are kept.
    Pages,
    /// How long it took: hours, minutes, seconds.
    Took,
    /// The process that watches the line.
    Watcher,
}
