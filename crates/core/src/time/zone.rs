//! A time zone of the IANA database, with gap and overlap decided.

mod days;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

pub use days::Before;

/// The text names no zone of the IANA database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time zone; write it as America/Bogota")]
pub struct ZoneError(String);

/// A time zone of the IANA database: `America/Santiago`.
///
/// A local time that a change of the clock leaves out becomes the first instant after the gap; one
/// that comes twice is the earlier one. So every civil date has exactly one first instant, also in
/// zones where some day has no midnight.
///
/// ```
/// # use pregon_core::Zone;
/// # use chrono::NaiveDate;
/// let zone: Zone = "America/Santiago".parse()?;
/// // On 8 September 2024 the clocks of Santiago went from 24:00 to 01:00.
/// let day = NaiveDate::from_ymd_opt(2024, 9, 8).expect("a date");
/// assert_eq!(zone.start_of(day).to_rfc3339(), "2024-09-08T04:00:00+00:00");
/// assert_eq!(zone.date(zone.start_of(day)), day);
/// # Ok::<(), pregon_core::ZoneError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(Tz);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(Tz::UTC);

    /// The wall time at an instant.
    #[must_use]
    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        // An instant at the very ends of the calendar has no local time in every zone.
        at.naive_utc()
            .checked_add_offset(self.0.offset_from_utc_datetime(&at.naive_utc()).fix())
            .unwrap_or_else(|| at.naive_utc())
    }

    /// The civil date at an instant.
    #[must_use]
    pub fn date(self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date()
    }

    /// The first instant of a civil date.
    #[must_use]
    pub fn start_of(self, day: NaiveDate) -> DateTime<Utc> {
        self.instant(day.and_time(NaiveTime::MIN))
    }

    /// The first instant after a civil date.
    #[must_use]
    pub fn end_of(self, day: NaiveDate) -> DateTime<Utc> {
        day.succ_opt()
            .map_or(DateTime::<Utc>::MAX_UTC, |next| self.start_of(next))
    }

    /// The instant of a wall time; after the gap when there is none, the earlier when two.
    #[must_use]
    pub fn instant(self, local: NaiveDateTime) -> DateTime<Utc> {
        match self.0.from_local_datetime(&local) {
            chrono::LocalResult::Single(at) => at.to_utc(),
            chrono::LocalResult::Ambiguous(first, second) => first.to_utc().min(second.to_utc()),
            chrono::LocalResult::None => self.after_gap(local),
        }
    }

    /// The first instant whose wall time is not before `local`, where `local` falls into a gap.
    ///
    /// Wall time grows with the instant on both sides of the gap, so a binary search finds it.
    fn after_gap(self, local: NaiveDateTime) -> DateTime<Utc> {
        let day = Duration::days(1);
        let guess = local.and_utc();
        let (Some(mut low), Some(mut high)) =
            (guess.checked_sub_signed(day), guess.checked_add_signed(day))
        else {
            return guess; // The ends of the calendar: no zone changes its clock there.
        };
        while high - low > Duration::seconds(1) {
            let middle = low + (high - low) / 2;
            if self.local(middle) < local {
                low = middle
            } else {
                high = middle
            }
        }
        // Changes happen on whole seconds; the search ends within one second after the change.
        DateTime::from_timestamp(high.timestamp(), 0).unwrap_or(high)
    }

    /// The name in the IANA database.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    #[cfg(feature = "engine")]
    pub(crate) fn tz(self) -> Tz {
        self.0
    }
}

impl FromStr for Zone {
    type Err = ZoneError;
    fn from_str(text: &str) -> Result<Self, ZoneError> {
        text.parse()
            .map(Self)
            .map_err(|_| ZoneError(text.to_owned()))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl serde::Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(zone: &str, local: &str, utc: &str) {
        let zone: Zone = zone.parse().unwrap();
        let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M:%S").unwrap();
        let at = zone.instant(local);
        assert_eq!(at.format("%Y-%m-%d %H:%M:%S").to_string(), utc);
    }

    #[test]
    fn plain() {
        check(
            "America/Bogota",
            "2026-11-20 01:00:00",
            "2026-11-20 06:00:00",
        );
    }
    #[test]
    fn gap_moves_to_its_end() {
        check(
            "America/Santiago",
            "2024-09-08 00:30:00",
            "2024-09-08 04:00:00",
        );
    }
    #[test]
    fn overlap_is_the_earlier() {
        check(
            "America/Santiago",
            "2024-04-06 23:30:00",
            "2024-04-07 02:30:00",
        );
    }
    #[test]
    fn doubled_midnight_of_havana() {
        check(
            "America/Havana",
            "2024-11-03 00:30:00",
            "2024-11-03 04:30:00",
        );
    }

    #[test]
    fn days_tile_time_in_zones_with_odd_midnights() {
        for name in [
            "America/Santiago",
            "America/Havana",
            "Africa/Cairo",
            "Asia/Beirut",
        ] {
            let zone: Zone = name.parse().unwrap();
            let mut day = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
            for _ in 0..3000 {
                let start = zone.start_of(day);
                assert_eq!(zone.date(start), day, "{name}");
                assert_eq!(
                    zone.date(start - Duration::microseconds(1)),
                    day.pred_opt().unwrap()
                );
                assert_eq!(zone.end_of(day), zone.start_of(day.succ_opt().unwrap()));
                day = day.succ_opt().unwrap();
            }
        }
    }

    #[test]
    fn the_ends_of_the_calendar_do_not_panic() {
        let zone: Zone = "Pacific/Kiritimati".parse().unwrap();
        let _ = zone.local(DateTime::<Utc>::MAX_UTC);
        let _ = zone.start_of(NaiveDate::MIN);
        let _ = zone.end_of(NaiveDate::MAX);
    }
}
