//! Ranges of the week in local time.
//!
//! An edge is a distance in local minutes, and local time jumps: at the ends of summer time, and when somebody
//! sets the clock. So no wait trusts a distance for long: it looks again at the next half hour of UTC at the
//! latest. Every change to and from summer time that is in force anywhere happens at such a moment, so it is
//! seen when it happens.

use super::world::{Host, LocalTime};
use polygetty_compat::plan::stage::WeekMinute;
use std::time::Duration;

const WEEK: u16 = 7 * 24 * 60;
const HALF_HOUR: i64 = 30 * 60;

/// When calls are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timetable {
    ranges: Vec<(WeekMinute, WeekMinute)>,
}

/// A look at the timetable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Calls are taken now.
    pub open: bool,
    /// Look again after this long: that may have changed.
    pub again: Duration,
}

impl Timetable {
    /// Ranges, from and until. One that ends before it begins goes over the week's end; one that ends where it
    /// begins is the whole week.
    pub fn new(ranges: Vec<(WeekMinute, WeekMinute)>) -> Self {
        Self { ranges }
    }

    /// How it is now.
    pub fn look<H: Host>(&self, host: &H) -> View {
        let wall = host.wall();
        let local = host.local(wall);
        let to_half_hour = u64::try_from(HALF_HOUR - wall.0.rem_euclid(HALF_HOUR)).unwrap_or(1);
        let edge = self.edge(minute_of_week(local));
        // A leap second makes the last minute longer; 0 would make a wait that is none.
        let to_edge = edge.map(|minutes| u64::from(minutes) * 60 - u64::from(local.second.min(59)));
        let again = to_edge.unwrap_or(to_half_hour).min(to_half_hour).max(1);
        View { open: self.is_open(minute_of_week(local)), again: Duration::from_secs(again) }
    }

    fn is_open(&self, now: WeekMinute) -> bool {
        self.ranges.iter().any(|(from, until)| match from.cmp(until) {
            std::cmp::Ordering::Less => (*from..*until).contains(&now),
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Greater => now >= *from || now < *until,
        })
    }

    /// Minutes until that changes; `None`: never. The end of a range at which another begins is no edge.
    fn edge(&self, now: WeekMinute) -> Option<u16> {
        let open = self.is_open(now);
        let ends = self.ranges.iter().flat_map(|(from, until)| [*from, *until]);
        let distance = |end: u16| match (end % WEEK + WEEK - now % WEEK) % WEEK {
            0 => WEEK,
            minutes => minutes,
        };
        ends.filter(|end| self.is_open(*end) != open).map(distance).min()
    }
}

fn minute_of_week(at: LocalTime) -> WeekMinute {
    (u16::from(at.weekday) * 24 + u16::from(at.hour)) * 60 + u16::from(at.minute)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(day: u16, hour: u16, minute: u16) -> WeekMinute {
        (day * 24 + hour) * 60 + minute
    }

    #[test]
    fn gps_58_a_range_over_the_end_of_the_week() {
        let table = Timetable::new(vec![(at(6, 22, 0), at(0, 6, 0))]);
        for (now, open, edge) in [
            (at(6, 23, 0), true, 7 * 60),
            (at(0, 5, 59), true, 1),
            (at(0, 6, 0), false, at(6, 22, 0) - at(0, 6, 0)),
            (at(6, 21, 59), false, 1),
        ] {
            assert_eq!((table.is_open(now), table.edge(now)), (open, Some(edge)), "{now}");
        }
    }

    #[test]
    fn ranges_that_touch_or_lie_in_each_other_are_one() {
        let table = Timetable::new(vec![
            (at(1, 8, 0), at(1, 12, 0)),
            (at(1, 12, 0), at(1, 18, 0)),
            (at(1, 9, 0), at(1, 10, 0)),
        ]);
        assert_eq!(table.edge(at(1, 8, 0)), Some(600));
        let always = Timetable::new(vec![(at(3, 0, 0), at(3, 0, 0))]);
        assert_eq!((always.is_open(0), always.edge(0)), (true, None));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn nothing_changes_before_the_edge(
            ranges in proptest::collection::vec((0..WEEK, 0..WEEK), 1..4),
            now in 0..WEEK,
        ) {
            let table = Timetable::new(ranges);
            let last = table.edge(now).unwrap_or(WEEK);
            prop_assert!((0..last).all(|minute| table.is_open((now + minute) % WEEK) == table.is_open(now)));
            if last < WEEK {
                prop_assert_ne!(table.is_open((now + last) % WEEK), table.is_open(now));
            }
        }
    }
}
