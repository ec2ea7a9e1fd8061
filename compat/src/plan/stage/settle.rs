//! What a line that settles needs to know.

use crate::plan::setting::Setting;
use std::time::Duration;

/// [`Stage::Settle`](super::Stage::Settle): each part begins when the one before is over, and whatever comes meanwhile
/// is dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settle {
    /// How long to wait in any case.
    pub time: Setting<Duration>,
    /// Then until the line is quiet.
    pub quiet: Option<Quiet>,
    /// Then until the caller types something.
    pub knock: Option<Knock>,
    /// PPP callers are heard in all that time by an LCP frame, and called this, in place of a name. What begins in
    /// one stage may end in the next.
    pub ppp: Option<Setting<Vec<u8>>>,
}

/// Silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// For so long nothing may come.
    pub time: Duration,
    /// A line that babbles is waited for no longer than this.
    pub within: Duration,
}

/// A sign that somebody is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knock {
    /// What asked for it.
    pub because: Setting<()>,
    /// Each of these bytes is one.
    pub any_of: Vec<u8>,
    /// How long the caller has.
    pub within: Option<Duration>,
}

impl Settle {
    /// A pause, and nothing else.
    pub fn pause(time: Setting<Duration>) -> Self {
        Self { time, quiet: None, knock: None, ppp: None }
    }

    /// No longer than it takes until the line is quiet.
    pub fn until_quiet(time: Duration, within: Duration) -> Self {
        Self { quiet: Some(Quiet { time, within }), ..Self::pause(Setting::built_in(Duration::ZERO)) }
    }
}
