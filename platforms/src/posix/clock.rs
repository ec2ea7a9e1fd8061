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

/// A moment as clocks on the wall show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// all digits
    pub year: i32,
    /// 1 to 12
    pub month: u8,
    /// 1 to 31
    pub day: u8,
    /// 0 = Sunday
    pub weekday: u8,
    /// 0 to 23
    pub hour: u8,
    /// 0 to 59
    pub minute: u8,
    /// 0 to 60
    pub second: u8,
}

unsafe extern "C" {
    /// Missing from the libc crate.
    fn tzset();
}

/// A [`wall`] time here: where TZ says we are, or else the system's file. What no clock can show is 1970's begin.
pub fn local(wall: i64) -> Local {
    // SAFETY: a `tm` is numbers and a pointer that may be null; all zeros is one.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    #[allow(clippy::useless_conversion)] // a time_t of some systems has 32 bits
    let shown = wall.try_into().is_ok_and(|wall| {
        // SAFETY: both arguments outlive the call. localtime_r alone need not look at TZ, nor at a file that was
        // exchanged since; tzset does. Nothing here changes the environment.
        unsafe {
            tzset();
            !libc::localtime_r(&wall, &mut tm).is_null()
        }
    });
    let small = |n: libc::c_int| u8::try_from(n).unwrap_or(0);
    if !shown {
        return Local { year: 1970, month: 1, day: 1, weekday: 4, hour: 0, minute: 0, second: 0 };
    }
    Local {
        year: tm.tm_year.saturating_add(1900),
        month: small(tm.tm_mon + 1),
        day: small(tm.tm_mday),
        weekday: small(tm.tm_wday),
        hour: small(tm.tm_hour),
        minute: small(tm.tm_min),
        second: small(tm.tm_sec),
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

    /// The local times of these moments under a TZ, told by this test binary once more.
    fn local_under(tz: &str, walls: &[i64]) -> Vec<String> {
        let walls: Vec<_> = walls.iter().map(i64::to_string).collect();
        let told = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "posix::clock::tests::child_tells_local_time", "--ignored", "--nocapture"])
            .env("TZ", tz)
            .env(WALLS, walls.join(" "))
            .output()
            .unwrap();
        let told = String::from_utf8(told.stdout).unwrap();
        told.lines().filter_map(|line| line.strip_prefix("> ")).map(str::to_owned).collect()
    }

    const WALLS: &str = "POLYGETTY_TEST_WALLS";

    #[test]
    #[ignore = "run by the tests below, in a process of its own"]
    fn child_tells_local_time() {
        println!();
        for wall in std::env::var(WALLS).unwrap().split(' ') {
            let Local { year, month, day, weekday, hour, minute, second } = local(wall.parse().unwrap());
            println!("> {year}-{month}-{day} ({weekday}) {hour}:{minute}:{second}");
        }
    }

    #[test]
    fn local_time_is_that_of_tz_and_of_the_season() {
        let utc = local_under("UTC0", &[0, 951_782_400, -1, i64::MAX]);
        let wanted =
            ["1970-1-1 (4) 0:0:0", "2000-2-29 (2) 0:0:0", "1969-12-31 (3) 23:59:59", "1970-1-1 (4) 0:0:0"];
        assert_eq!(utc, wanted);
        // 2026 in Central Europe: summer time begins on 29 March and ends on 25 October, at one o'clock of UTC.
        let europe = "CET-1CEST,M3.5.0,M10.5.0/3";
        let around = local_under(europe, &[1_774_745_999, 1_774_746_000, 1_792_889_999, 1_792_890_000]);
        let wanted = [
            "2026-3-29 (0) 1:59:59",
            "2026-3-29 (0) 3:0:0",
            "2026-10-25 (0) 2:59:59",
            "2026-10-25 (0) 2:0:0",
        ];
        assert_eq!(around, wanted);
        assert_eq!(local_under("<+0545>-5:45", &[1_798_740_900]), ["2027-1-1 (5) 0:0:0"]);
    }
}
