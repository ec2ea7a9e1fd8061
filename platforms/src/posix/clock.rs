//! The two clocks: one that only runs forward, and the time of day.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nix::libc;

/// Monotonic time since an arbitrary fixed moment (usually boot). Deadlines are sums of this and a span.
pub fn now() -> Duration {
    let mut ts = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `ts` outlives the call; the monotonic clock exists on every supported system.
    let answer = unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut ts) };
    debug_assert_eq!(answer, 0, "the monotonic clock answers");
    Duration::new(u64::try_from(ts.tv_sec).unwrap_or(0), u32::try_from(ts.tv_nsec).unwrap_or(0))
}

/// Seconds since 1970-01-01 00:00 UTC; negative on a machine whose clock was never set that far.
pub fn wall() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |s| -s),
    }
}

/// Year, month, day, hour, minute, second of a [`wall`] time in UTC, for stamps that need no time zone.
pub(crate) fn utc(wall: i64) -> (i64, u32, u32, u32, u32, u32) {
    let (days, second) = (wall.div_euclid(86_400), wall.rem_euclid(86_400));
    // Civil date from a day count, with years that begin in March so that leap days come last.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u32, day as u32, (second / 3600) as u32, (second / 60 % 60) as u32, (second % 60) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_monotonic_clock_runs_forward() {
        let first = now();
        assert!(now() >= first);
        assert!(first > Duration::ZERO);
    }

    #[test]
    fn dates_come_out_right_across_leap_years() {
        assert_eq!(utc(0), (1970, 1, 1, 0, 0, 0));
        assert_eq!(utc(951_782_399), (2000, 2, 28, 23, 59, 59));
        assert_eq!(utc(951_782_400), (2000, 2, 29, 0, 0, 0));
        assert_eq!(utc(4_107_542_400), (2100, 3, 1, 0, 0, 0));
        assert_eq!(utc(-1), (1969, 12, 31, 23, 59, 59));
    }
}
