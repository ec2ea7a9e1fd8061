//! The timetable: when calls are taken (getty_ps §7.4).

use crate::engine::run::{Next, Run, Subject};
use crate::engine::timetable::Timetable;
use crate::engine::world::Host;
use polygetty_compat::plan::stage::{End, Schedule};

/// Inside a range goes on, and what waits for a call later will see the range end; outside ends as an edge, at
/// once or when the next range begins.
pub(super) fn schedule<H: Host>(run: &mut Run<'_, H>, schedule: &Schedule) -> Result<End, Next> {
    let timetable = Timetable::new(schedule.ranges.value.clone());
    loop {
        let view = timetable.look(run.host);
        if view.open == schedule.sleep {
            let text = if view.open { "a range begins" } else { "outside every range" };
            run.debug(Subject::TIMETABLE, text);
            return Ok(End::Edge);
        }
        if !schedule.sleep {
            run.debug(Subject::TIMETABLE, "inside a range");
            run.timetable = Some(timetable);
            return Ok(End::Done);
        }
        run.debug(Subject::TIMETABLE, &format!("asleep for {} s, then looks again", view.again.as_secs()));
        run.pause(view.again)?;
    }
}
