//! What a program that works for another one tells it: that the modem is ready, and the speed of a call.

use crate::engine::run::{Next, Run, Subject};
use crate::engine::world::Host;
use polygetty_compat::plan::stage::{End, Parting, TellSpeed};

/// Tells who started us that the modem is ready for a call.
pub(super) fn tell<H: Host>(run: &mut Run<'_, H>) -> End {
    let did = run.host.tell_parent();
    run.lacking(Subject::RUN, "SIGUSR2 to our parent", did);
    End::Done
}

/// The end of this life: its status says at what speed the line is. The call stays up.
pub(super) fn tell_speed<H: Host>(run: &mut Run<'_, H>, tell: &TellSpeed) -> Next {
    let speed = run.entry.initial.speed;
    let named = speed.filter(|bps| tell.asked.value != Some(*bps));
    let named = named.and_then(|bps| tell.statuses.iter().find(|(speed, _)| *speed == bps));
    let status = named.map_or(tell.same, |(_, status)| *status);
    run.debug(Subject::RUN, &format!("connected at {} bit/s: ends with {status:#04x}", speed.unwrap_or(0)));
    Next::Finish(status, vec![Parting::KeepCall])
}
