//! The answer to a request that a system may be unable to carry out.

/// Whether a request was carried out, or why this system (or this line) has nothing of the kind.
#[must_use = "an Unsupported answer is worth a note in the log"]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// It was done.
    Done,
    /// Nothing was done; the text names what is missing and fits after "not done: ".
    Unsupported(&'static str),
}

impl Did {
    /// True for [`Did::Done`].
    pub fn is_done(self) -> bool {
        self == Self::Done
    }
}
