//! The calendar of a simulated wall.

use crate::engine::world::LocalTime;

const DAY: i64 = 86_400;
/// In 400 years the calendar is through.
const ERA: i64 = 146_097;
/// Days from 1 March of the year 0 to 1 January 1970. In years that begin in March, leap days come last.
const TO_1970: i64 = 719_468;

/// What a clock shows this many seconds after its 1970 began.
pub(super) fn at(seconds: i64) -> LocalTime {
    let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (era, day) = ((days + TO_1970).div_euclid(ERA), (days + TO_1970).rem_euclid(ERA));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153; // from March
    let small = |n: i64| u8::try_from(n).unwrap_or(0);
    LocalTime {
        year: i32::try_from(era * 400 + year + i64::from(month >= 10)).unwrap_or(0),
        month: small(if month < 10 { month + 3 } else { month - 9 }),
        day: small(day - (153 * month + 2) / 5 + 1),
        weekday: small((days + 4).rem_euclid(7)),
        hour: small(second / 3600),
        minute: small(second / 60 % 60),
        second: small(second % 60),
    }
}

/// The second at which a clock shows the beginning of this minute.
#[cfg(test)]
pub(super) fn second(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> i64 {
    let (month, day) = (i64::from(month), i64::from(day));
    let (year, month) =
        if month < 3 { (i64::from(year) - 1, month + 9) } else { (i64::from(year), month - 3) };
    let of_year = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = of_year + (153 * month + 2) / 5 + day - 1 - TO_1970;
    days * DAY + i64::from(hour * 3600 + minute * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_there_and_back() {
        let shown = |seconds| {
            let at = at(seconds);
            (at.year, at.month, at.day, at.weekday, at.hour, at.minute, at.second)
        };
        assert_eq!(shown(0), (1970, 1, 1, 4, 0, 0, 0));
        assert_eq!(shown(-1), (1969, 12, 31, 3, 23, 59, 59));
        assert_eq!(shown(951_782_399), (2000, 2, 28, 1, 23, 59, 59));
        assert_eq!(shown(951_782_400), (2000, 2, 29, 2, 0, 0, 0));
        assert_eq!(shown(4_107_542_400), (2100, 3, 1, 1, 0, 0, 0));
        for day in -200_000..200_000 {
            let shown = at(day * DAY + 3660);
            let (month, of_month) = (u32::from(shown.month), u32::from(shown.day));
            assert_eq!(second(shown.year, month, of_month, 1, 1), day * DAY + 3660);
        }
    }
}
