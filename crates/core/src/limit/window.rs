//! Windows of limits: calendar ones in the person's zone, rolling ones by absolute length.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};

use crate::{Length, Zone};

/// How a limit's window is written: `"day"`, `"week"`, `"month"`, `"quarter"`, `"year"` or `"7d"`.
///
/// A word is a calendar window in the customer's zone (the week is the ISO week, from Monday); a
/// length is a rolling one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Period {
    /// A civil day: 23, 24 or 25 hours.
    Day,
    /// An ISO week.
    Week,
    /// A calendar month.
    Month,
    /// Three calendar months from January on.
    Quarter,
    /// A calendar year.
    Year,
    /// The time back from now.
    Rolling(Length),
}

const WORDS: [(&str, Period); 5] = [
    ("day", Period::Day),
    ("week", Period::Week),
    ("month", Period::Month),
    ("quarter", Period::Quarter),
    ("year", Period::Year),
];

/// The stretch of time in which a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Window {
    /// From the first instant on, up to and without the second.
    Calendar {
        /// Its first instant.
        from: DateTime<Utc>,
        /// The first instant after it.
        to: DateTime<Utc>,
    },
    /// The time back from now; a place is free again `length` after it was taken.
    Rolling {
        /// How far back.
        length: Length,
    },
}

/// The longest request of a channel: a rolling window is longer by it, so that two messages are
/// never closer than the window although each is counted when it begins.
const GUARD: Length = Length::from_secs(60);

impl Period {
    /// The window of this period that holds an instant.
    ///
    /// ```
    /// # use pregon_core::{Period, Window, Zone};
    /// let zone: Zone = "America/Bogota".parse().expect("a zone");
    /// let at = "2026-11-20T15:00:00Z".parse().expect("an instant");
    /// let Window::Calendar { from, to } = Period::Week.window(at, zone) else { panic!() };
    /// assert_eq!(from.to_rfc3339(), "2026-11-16T05:00:00+00:00", "Monday");
    /// assert_eq!(to.to_rfc3339(), "2026-11-23T05:00:00+00:00");
    /// ```
    #[must_use]
    pub fn window(self, at: DateTime<Utc>, zone: Zone) -> Window {
        let today = day_of(at, zone);
        let (first, next) = match self {
            Self::Rolling(length) => return Window::Rolling { length },
            Self::Day => (Some(today), today.succ_opt()),
            Self::Week => {
                let back = u64::from(today.weekday().num_days_from_monday());
                let monday = today.checked_sub_days(Days::new(back));
                (
                    monday,
                    monday.and_then(|day| day.checked_add_days(Days::new(7))),
                )
            }
            Self::Month => months(today, today.month0(), 1),
            Self::Quarter => months(today, today.month0() / 3 * 3, 3),
            Self::Year => months(today, 0, 12),
        };
        // Beyond the calendar's ends a window simply does not end.
        let from = first.map_or(DateTime::<Utc>::MIN_UTC, |day| zone.start_of(day));
        let to = next.map_or(DateTime::<Utc>::MAX_UTC, |day| zone.start_of(day));
        Window::Calendar { from, to }
    }
}

/// The day whose window holds the instant: from its first instant to the next day's.
///
/// Where the clocks go back from after midnight to before it, some instants have the date of a day
/// that is over. They belong to the day that has begun, or they would lie in no window at all.
fn day_of(at: DateTime<Utc>, zone: Zone) -> NaiveDate {
    let date = zone.date(at);
    match date.succ_opt() {
        Some(next) if zone.start_of(next) <= at => next,
        _ => date,
    }
}

fn months(today: NaiveDate, month0: u32, count: u32) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let first = today.with_day(1).and_then(|day| day.with_month0(month0));
    (
        first,
        first.and_then(|day| day.checked_add_months(Months::new(count))),
    )
}

impl Window {
    /// The first and the last-but-one instant between which messages count at `now`.
    #[must_use]
    pub fn bounds(self, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
        match self {
            Self::Calendar { from, to } => (from, to),
            Self::Rolling { length } => {
                let back = length.duration() + GUARD.duration();
                (now - back, DateTime::<Utc>::MAX_UTC)
            }
        }
    }

    /// When a place is free again, if `nth` is the `most`-th newest message that counts.
    #[must_use]
    pub fn frees_at(self, nth: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Calendar { to, .. } => to,
            // One microsecond on, because the far end of the window itself still counts.
            Self::Rolling { length } => {
                nth + length.duration() + GUARD.duration() + chrono::Duration::microseconds(1)
            }
        }
    }
}

impl FromStr for Period {
    type Err = crate::LengthError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = WORDS.iter().find(|(name, _)| *name == text);
        word.map_or_else(
            || text.parse().map(Self::Rolling),
            |(_, period)| Ok(*period),
        )
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rolling(length) => write!(f, "{length}"),
            word => f.write_str(
                WORDS
                    .iter()
                    .find(|(_, p)| p == word)
                    .map_or("", |(name, _)| name),
            ),
        }
    }
}

impl serde::Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|_| {
            serde::de::Error::custom(
                "a period is day, week, month, quarter, year or a length as 7d",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check(period: &str, zone: &str, now: &str, from: &str, to: &str) {
        let period: Period = period.parse().unwrap();
        let window = period.window(at(now), zone.parse().unwrap());
        assert_eq!(
            window,
            Window::Calendar {
                from: at(from),
                to: at(to)
            }
        );
    }

    #[test]
    fn a_day_of_23_hours() {
        let (from, to) = ("2024-09-08T04:00:00Z", "2024-09-09T03:00:00Z");
        check("day", "America/Santiago", "2024-09-08T12:00:00Z", from, to);
    }
    #[test]
    fn a_day_that_had_begun_when_the_clocks_went_back_before_midnight() {
        // In St. John's the clocks went from 00:01 of the 7th to 23:01 of the 6th.
        let (from, to) = ("2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z");
        check("day", "America/St_Johns", "2010-11-07T02:31:00Z", from, to);
    }
    #[test]
    fn the_iso_week_over_a_new_year() {
        let (from, to) = ("2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z");
        check("week", "UTC", "2027-01-01T12:00:00Z", from, to);
    }
    #[test]
    fn a_quarter() {
        let (from, to) = ("2026-10-01T05:00:00Z", "2027-01-01T05:00:00Z");
        check(
            "quarter",
            "America/Bogota",
            "2026-12-31T23:00:00Z",
            from,
            to,
        );
    }
    #[test]
    fn a_month_from_its_31st() {
        let (from, to) = ("2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z");
        check("month", "UTC", "2027-01-31T12:00:00Z", from, to);
    }

    #[test]
    fn a_rolling_place_is_free_just_after_its_window() {
        let window = Window::Rolling {
            length: "7d".parse().unwrap(),
        };
        let taken = at("2026-11-20T12:00:00Z");
        let free = window.frees_at(taken);
        assert!(window.bounds(free).0 > taken, "free then");
        assert!(
            window.bounds(free - chrono::Duration::microseconds(1)).0 <= taken,
            "not before"
        );
    }

    #[test]
    fn calendar_windows_tile_time() {
        for period in ["day", "week", "month", "quarter", "year"] {
            let period: Period = period.parse().unwrap();
            let zone: Zone = "America/Havana".parse().unwrap();
            let mut now = at("2023-12-25T07:00:00Z");
            while now < at("2026-02-01T00:00:00Z") {
                let Window::Calendar { from, to } = period.window(now, zone) else {
                    panic!()
                };
                assert!(from <= now && now < to);
                let Window::Calendar { from: next, .. } = period.window(to, zone) else {
                    panic!()
                };
                assert_eq!(next, to, "{period}");
                now = to;
            }
        }
    }
}
