//! Which instants fall before a civil date.

use std::ops::Range;

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};

use super::Zone;

/// More than the clocks of any zone were ever away from those of Greenwich, and much less than lies
/// between two changes of the clocks of one zone: around one midnight there is one change at most.
const FARTHEST: Duration = Duration::hours(16);

/// The instants whose civil date in a zone is before some day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// All before this one are.
    pub until: DateTime<Utc>,
    /// And these, where the clocks went back from after midnight to before it.
    pub again: Option<Range<DateTime<Utc>>>,
}

impl Zone {
    /// The instants whose civil date is before the day.
    #[must_use]
    pub fn before(self, day: NaiveDate) -> Before {
        let midnight = day.and_time(NaiveTime::MIN).and_utc();
        let first = moved(midnight, -FARTHEST);
        let last = moved(midnight, FARTHEST);
        let (then, later) = (self.offset(first), self.offset(last));
        if then == later {
            return Before {
                until: moved(midnight, -then),
                again: None,
            };
        }
        let change = self.change(first, last);
        let until = moved(midnight, -then).min(change);
        let again = change..moved(midnight, -later);
        match again.is_empty() {
            true => Before { until, again: None },
            // The clocks changed before midnight: what comes before the change comes before it too.
            false if until == change => Before {
                until: again.end,
                again: None,
            },
            false => Before {
                until,
                again: Some(again),
            },
        }
    }

    /// How far the wall clock is ahead.
    fn offset(self, at: DateTime<Utc>) -> Duration {
        self.local(at) - at.naive_utc()
    }

    /// The first instant of the other offset, between two that have different ones.
    fn change(self, first: DateTime<Utc>, last: DateTime<Utc>) -> DateTime<Utc> {
        let (then, mut low, mut high) = (self.offset(first), first, last);
        while high - low > Duration::nanoseconds(1) {
            let middle = low + (high - low) / 2;
            if self.offset(middle) == then {
                low = middle
            } else {
                high = middle
            }
        }
        high
    }
}

/// Nothing lies beyond the ends of the calendar.
fn moved(at: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    let end = if by < Duration::zero() {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    };
    at.checked_add_signed(by).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(zone: Zone, day: NaiveDate, before: &Before, at: DateTime<Utc>) {
        let again = before.again.as_ref();
        let is_before = at < before.until || again.is_some_and(|again| again.contains(&at));
        assert_eq!(is_before, zone.date(at) < day, "{zone} {day} {at}");
    }

    /// Hours at which the offset of a zone is another than the hour before.
    fn changes(zone: Zone) -> impl Iterator<Item = DateTime<Utc>> {
        let hour = |n: i64| DateTime::from_timestamp(n * 3600, 0).expect("within the calendar");
        // From 1880 to 2040, in steps that no two changes share.
        let steps = (-788_400..613_200).step_by(96);
        steps.filter_map(move |n| {
            let (a, b) = (hour(n), hour(n + 96));
            (zone.offset(a) != zone.offset(b)).then(|| zone.change(a, b))
        })
    }

    #[test]
    fn dates_around_every_change_of_the_clocks() {
        let mut went_back = 0;
        for name in [
            "America/St_Johns",
            "America/Santiago",
            "America/Asuncion",
            "America/Havana",
            "Pacific/Apia",
            "Pacific/Kwajalein",
            "Asia/Manila",
            "America/Juneau",
            "Africa/Cairo",
            "Europe/Madrid",
        ] {
            let zone: Zone = name.parse().unwrap();
            for change in changes(zone) {
                let today = zone.date(change);
                for day in [-2_i64, -1, 0, 1, 2].map(|n| today + Duration::days(n)) {
                    let before = zone.before(day);
                    went_back += u32::from(before.again.is_some());
                    for minutes in (-2 * 1440..2 * 1440).step_by(15) {
                        check(zone, day, &before, change + Duration::minutes(minutes));
                    }
                    let again = before.again.clone();
                    let ends = again.map_or([change; 2], |again| [again.start, again.end]);
                    for end in [before.until, change].into_iter().chain(ends) {
                        for nanos in [-1000, -1, 0, 1] {
                            check(zone, day, &before, end + Duration::nanoseconds(nanos));
                        }
                    }
                }
            }
        }
        assert!(
            went_back > 15,
            "St. John's alone did it each autumn: {went_back}"
        );
    }

    #[test]
    fn a_day_that_was_skipped_and_the_ends_of_the_calendar() {
        let apia: Zone = "Pacific/Apia".parse().unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(
            apia.before(day("2011-12-30")),
            apia.before(day("2011-12-31")),
            "no instant has the date 2011-12-30"
        );
        for name in ["Pacific/Kiritimati", "America/Bogota", "UTC"] {
            let zone: Zone = name.parse().unwrap();
            for day in [NaiveDate::MIN, NaiveDate::MAX] {
                for near in [day.pred_opt(), Some(day), day.succ_opt()]
                    .into_iter()
                    .flatten()
                {
                    let before = zone.before(near);
                    let noon = near.and_hms_opt(12, 0, 0).unwrap().and_utc();
                    for hours in -40..40 {
                        check(zone, near, &before, moved(noon, Duration::hours(hours)));
                    }
                    check(zone, near, &before, DateTime::<Utc>::MIN_UTC);
                    check(zone, near, &before, DateTime::<Utc>::MAX_UTC);
                }
            }
        }
    }
}
