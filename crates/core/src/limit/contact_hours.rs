//! The hours in which a person wants to be written to.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use super::HoursError;
use super::hours::stretch;
use super::openings::{Openings, Stretch};
use crate::{Candidate, Class};

/// The hours of each day in which a person wants to be written to, in the person's own zone:
/// `09:00-13:00`.
///
/// They hold for everything promotional, on top of the hours of the business; a confirmation or a
/// reminder has none.
///
/// ```
/// # use pregon_core::ContactHours;
/// let mornings: ContactHours = "09:00-13:00".parse()?;
/// let zone = "America/Santiago".parse()?;
/// // Two in the afternoon there.
/// let opens = mornings.closed_in(zone, "2026-11-20T17:00:00Z".parse()?);
/// assert_eq!(opens, Some("2026-11-21T12:00:00Z".parse()?));
/// assert!("13:00-09:00".parse::<ContactHours>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ContactHours(Stretch);

impl ContactHours {
    /// When they next begin in a zone; `None` when the instant is in them.
    #[must_use]
    pub fn closed_in(self, zone: crate::Zone, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let each = Some(self.0);
        let openings = Openings::new(None, None, [each, each, each, None], None);
        openings.closed_in(zone, at)
    }

    /// When they let the candidate begin; `None` when they do not keep it.
    pub(crate) fn closed_until(self, it: &Candidate, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let asked = it.class == Class::Promotional;
        asked.then(|| self.closed_in(it.zone, at))?
    }
}

impl FromStr for ContactHours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        stretch(text).map(Self)
    }
}

impl fmt::Display for ContactHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stretch { from, to } = self.0;
        write!(f, "{}-{}", from.format("%H:%M"), to.format("%H:%M"))
    }
}

impl fmt::Debug for ContactHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContactHours({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::candidate;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn advertising_waits_and_bookings_do_not() {
        let hours: ContactHours = "18:00-20:00".parse().unwrap();
        let mut it = candidate();
        let noon = at("2026-11-20T12:00:00Z");
        let opens = Some(at("2026-11-20T18:00:00Z"));
        assert_eq!(hours.closed_until(&it, noon), opens);
        assert_eq!(hours.closed_until(&it, at("2026-11-20T19:59:59Z")), None);
        it.class = Class::Transactional;
        assert_eq!(hours.closed_until(&it, noon), None);
    }

    #[test]
    fn written_as_read_and_refused_with_its_text() {
        for text in ["09:00-13:00", "00:00-23:59"] {
            assert_eq!(text.parse::<ContactHours>().unwrap().to_string(), text);
        }
        for text in ["", "mañana", "9-13", "25:00-26:00", "13:00-13:00"] {
            assert!(text.parse::<ContactHours>().is_err(), "{text}");
        }
    }
}
