//! The hours in which one writes to people.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};

use crate::{Candidate, ChannelName, Class, Purpose};

/// Hours that make no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HoursError {
    /// Not of the form `09:00-20:00`.
    #[error("{0:?} is not a stretch of a day; write it as 09:00-20:00")]
    Stretch(String),
    /// It ends before it begins.
    #[error("{0:?} ends before it begins")]
    Backwards(String),
    /// No day is open.
    #[error("no day is open, so nothing could ever be sent")]
    NeverOpen,
}

/// The hours in which messages of a purpose may begin, in the customer's zone.
///
/// Without a purpose or a channel they hold for everything promotional. The day's stretch begins
/// with its first instant and ends before its last one: `"09:00-20:00"`.
///
/// ```
/// # use pregon_core::Hours;
/// let written = r#"{ "mon_fri": "07:00-19:00", "sat": "08:00-15:00" }"#;
/// let hours: Hours = serde_json::from_str(written)?;
/// assert!(hours.check().is_ok());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Only this channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelName>,
    /// Only this purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// Every day that is not named by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_day: Option<String>,
    /// Monday to Friday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mon_fri: Option<String>,
    /// Saturday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sat: Option<String>,
    /// Sunday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sun: Option<String>,
}

impl Hours {
    /// Whether the hours make sense.
    ///
    /// # Errors
    /// When a stretch cannot be read or no day is open.
    pub fn check(&self) -> Result<(), HoursError> {
        let written = [&self.every_day, &self.mon_fri, &self.sat, &self.sun];
        let mut open = written.into_iter().flatten().peekable();
        if open.peek().is_none() {
            return Err(HoursError::NeverOpen);
        }
        open.try_for_each(|text| stretch(text).map(|_| ()))
    }

    /// When the next opening begins; `None` when it is open now or they do not speak of this.
    #[must_use]
    pub fn closed_until(&self, it: &Candidate, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if !self.covers(it) {
            return None;
        }
        let today = it.zone.date(at);
        // A week and a day: the opening of the same weekday may already be over today.
        (0..=8)
            .filter_map(|n| today.checked_add_days(Days::new(n)))
            .find_map(|day| {
                let (from, to) = self.on(day)?;
                let (opens, closes) = (
                    it.zone.instant(day.and_time(from)),
                    it.zone.instant(day.and_time(to)),
                );
                (at < closes && opens < closes).then_some(opens)
            })
            .filter(|opens| *opens > at)
    }

    fn covers(&self, it: &Candidate) -> bool {
        let channel = self.channel.as_ref().is_none_or(|c| *c == it.channel);
        let purpose = match &self.purpose {
            Some(purpose) => *purpose == it.purpose,
            None => it.class == Class::Promotional,
        };
        channel && purpose
    }

    fn on(&self, day: NaiveDate) -> Option<(NaiveTime, NaiveTime)> {
        let own = match day.weekday() {
            chrono::Weekday::Sat => &self.sat,
            chrono::Weekday::Sun => &self.sun,
            _ => &self.mon_fri,
        };
        own.as_ref()
            .or(self.every_day.as_ref())
            .and_then(|text| stretch(text).ok())
    }
}

fn stretch(text: &str) -> Result<(NaiveTime, NaiveTime), HoursError> {
    let wrong = || HoursError::Stretch(text.to_owned());
    let (from, to) = text.split_once('-').ok_or_else(wrong)?;
    let time = |part: &str| NaiveTime::parse_from_str(part.trim(), "%H:%M").map_err(|_| wrong());
    // The end of the day is written 24:00 and is its last second.
    let last = NaiveTime::from_hms_opt(23, 59, 59).ok_or_else(wrong)?;
    let to = if to.trim() == "24:00" {
        last
    } else {
        time(to)?
    };
    let from = time(from)?;
    if from >= to {
        return Err(HoursError::Backwards(text.to_owned()));
    }
    Ok((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::candidate;

    #[track_caller]
    fn check(now: &str, until: Option<&str>) {
        let hours = Hours {
            mon_fri: Some("07:00-19:00".to_owned()),
            sat: Some("08:00-15:00".to_owned()),
            ..Hours::default()
        };
        let mut it = candidate();
        it.zone = "America/Bogota".parse().unwrap();
        let got = hours.closed_until(&it, now.parse().unwrap());
        assert_eq!(got, until.map(|text| text.parse().unwrap()));
    }

    #[test]
    fn open_on_friday_morning() {
        check("2026-11-20T12:00:00Z", None);
    }
    #[test]
    fn friday_night_waits_for_saturday() {
        check("2026-11-21T00:00:00Z", Some("2026-11-21T13:00:00Z"));
    }
    #[test]
    fn saturday_afternoon_waits_for_monday() {
        check("2026-11-21T20:00:00Z", Some("2026-11-23T12:00:00Z"));
    }
    #[test]
    fn the_last_instant_is_closed() {
        check("2026-11-20T23:59:59.999999Z", None);
        check("2026-11-21T00:00:00Z", Some("2026-11-21T13:00:00Z"));
    }
    #[test]
    fn transactional_messages_have_no_hours() {
        let hours = Hours {
            sun: Some("10:00-11:00".to_owned()),
            ..Hours::default()
        };
        let mut it = candidate();
        it.class = Class::Transactional;
        assert_eq!(
            hours.closed_until(&it, "2026-11-20T12:00:00Z".parse().unwrap()),
            None
        );
    }
    #[test]
    fn nonsense_is_refused() {
        for text in ["9-20", "20:00-09:00", "09:00", "25:00-26:00", "09:00-09:00"] {
            let hours = Hours {
                every_day: Some(text.to_owned()),
                ..Hours::default()
            };
            assert!(hours.check().is_err(), "{text}");
        }
        assert_eq!(Hours::default().check(), Err(HoursError::NeverOpen));
    }
}
