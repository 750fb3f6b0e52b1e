//! Cron expressions with a zone, through `croner`.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use super::Zone;

/// A schedule that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// The cron expression is not one.
    #[error("{expression:?} is not a cron expression: {why}")]
    Cron {
        /// As it was written.
        expression: String,
        /// What is wrong with it.
        why: String,
    },
}

/// A cron expression of five fields: minute, hour, day of month, month, day of week.
///
/// Follows POSIX crontab with `L`, `W` and `#`. A fire in a gap of the clock happens at its end,
/// one in an overlap once.
///
/// ```
/// # use pregon_core::{Cron, Zone};
/// # use chrono::{DateTime, Utc};
/// let nightly: Cron = "0 1 * * *".parse()?;
/// let bogota: Zone = "America/Bogota".parse().expect("a zone");
/// let at: DateTime<Utc> = "2026-11-20T10:00:00Z".parse().expect("an instant");
/// let next = nightly.next_after(at, bogota).expect("there is one");
/// assert_eq!(next.to_rfc3339(), "2026-11-21T06:00:00+00:00");
/// # Ok::<(), pregon_core::ScheduleError>(())
/// ```
#[derive(Clone)]
pub struct Cron {
    written: String,
    parsed: croner::Cron,
}

impl Cron {
    /// The first fire after an instant; `None` when there is none in this calendar.
    #[must_use]
    pub fn next_after(&self, at: DateTime<Utc>, zone: Zone) -> Option<DateTime<Utc>> {
        let local = at.with_timezone(&zone.tz());
        self.parsed
            .find_next_occurrence(&local, false)
            .ok()
            .map(|found| found.to_utc())
    }

    /// The last fire in `(after, until]`; `None` when nothing fired.
    #[must_use]
    pub fn last_within(
        &self,
        after: DateTime<Utc>,
        until: DateTime<Utc>,
        zone: Zone,
    ) -> Option<DateTime<Utc>> {
        let local = until.with_timezone(&zone.tz());
        let found = self
            .parsed
            .find_previous_occurrence(&local, true)
            .ok()?
            .to_utc();
        (found > after && found <= until).then_some(found)
    }
}

impl FromStr for Cron {
    type Err = ScheduleError;
    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let parsed = croner::parser::CronParser::builder()
            .seconds(croner::parser::Seconds::Disallowed)
            .build()
            .parse(text)
            .map_err(|error| ScheduleError::Cron {
                expression: text.to_owned(),
                why: error.to_string(),
            })?;
        Ok(Self {
            written: text.to_owned(),
            parsed,
        })
    }
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl fmt::Debug for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.written)
    }
}

impl serde::Serialize for Cron {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}

impl<'de> serde::Deserialize<'de> for Cron {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_last_fire_of_a_span() {
        let cron: Cron = "0 1 * * *".parse().unwrap();
        let zone: Zone = "America/Bogota".parse().unwrap();
        let found = cron.last_within(at("2026-11-17T00:00:00Z"), at("2026-11-20T06:00:00Z"), zone);
        assert_eq!(
            found,
            Some(at("2026-11-20T06:00:00Z")),
            "the end belongs to the span"
        );
        let none = cron.last_within(at("2026-11-20T06:00:00Z"), at("2026-11-20T23:00:00Z"), zone);
        assert_eq!(none, None, "the beginning does not");
    }

    #[test]
    fn a_fire_in_a_gap_happens_at_its_end() {
        let cron: Cron = "30 0 * * *".parse().unwrap();
        let zone: Zone = "America/Santiago".parse().unwrap();
        let next = cron.next_after(at("2024-09-07T12:00:00Z"), zone).unwrap();
        assert_eq!(next, at("2024-09-08T04:00:00Z"));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "* * *", "61 * * * *", "0 0 0 1 1 *", "a b c d e"] {
            assert!(text.parse::<Cron>().is_err(), "{text}");
        }
    }
}
