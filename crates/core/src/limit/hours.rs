//! The hours in which one writes to people, as they are written.

use std::sync::Arc;

use chrono::NaiveTime;

use super::openings::{Openings, Stretch};
use super::{Holidays, HolidaysError};
use crate::{ChannelName, CustomName, Purpose};

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
    /// `holiday` is written, and no calendar says which days are.
    #[error("holiday has hours, and no calendar says which days are holidays: holidays = \"co\"")]
    NoCalendar,
    /// There is no calendar of the name.
    #[error(transparent)]
    Holidays(#[from] HolidaysError),
}

/// The hours in which messages of a purpose may begin, in the customer's zone.
///
/// Without a purpose or a channel they hold for everything promotional. The day's stretch begins
/// with its first instant and ends before its last one: `"09:00-20:00"`.
///
/// `holidays` names a calendar ([`Holidays`], a built-in one or a host's own). What is written
/// under `holiday` holds on its days, whatever weekday they are; without it they are closed.
///
/// ```
/// # use pregon_core::Hours;
/// let written = r#"{ "mon_fri": "07:00-19:00", "sat": "08:00-15:00", "holidays": "co" }"#;
/// let hours: Hours = serde_json::from_str(written)?;
/// assert!(hours.check().is_ok());
/// let half = r#"{ "every_day": "09:00-20:00", "holiday": "09:00-12:00" }"#;
/// let which: Hours = serde_json::from_str(half)?;
/// assert!(which.check().is_err(), "which days are holidays?");
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
    /// The calendar that says which days are holidays: `co`, `ec`, `cl`, or a host's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<CustomName>,
    /// The days of the calendar; without it they are closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holiday: Option<String>,
}

impl Hours {
    /// Whether the hours make sense in themselves. Whether their calendar exists is known when the
    /// calendars of the host are: [`Hours::openings`].
    ///
    /// # Errors
    /// When a stretch cannot be read, no day is open, or holidays have hours and no calendar.
    pub fn check(&self) -> Result<(), HoursError> {
        self.stretches().map(|_| ())
    }

    /// The hours with their calendar: one of these, or a built-in one.
    ///
    /// # Errors
    /// When they make no sense, or nobody has their calendar.
    pub fn openings(&self, own: &[Arc<Holidays>]) -> Result<Openings, HoursError> {
        let stretches = self.stretches()?;
        let calendar = self.holidays.as_ref();
        let calendar = calendar.map(|name| Holidays::found(name.as_str(), own));
        Ok(Openings::new(
            self.channel.clone(),
            self.purpose.clone(),
            stretches,
            calendar.transpose()?,
        ))
    }

    /// The stretches of Monday to Friday, Saturday, Sunday and holidays.
    fn stretches(&self) -> Result<[Option<Stretch>; 4], HoursError> {
        let every_day = read(self.every_day.as_ref())?;
        let [mon_fri, sat, sun, holiday] = [&self.mon_fri, &self.sat, &self.sun, &self.holiday]
            .map(|written| read(written.as_ref()));
        let weekdays = [mon_fri?, sat?, sun?].map(|own| own.or(every_day));
        let holiday = holiday?;
        if holiday.is_some() && self.holidays.is_none() {
            return Err(HoursError::NoCalendar);
        }
        let [mon_fri, sat, sun] = weekdays;
        let all = [mon_fri, sat, sun, holiday];
        if all.iter().all(Option::is_none) {
            return Err(HoursError::NeverOpen);
        }
        Ok(all)
    }
}

fn read(written: Option<&String>) -> Result<Option<Stretch>, HoursError> {
    written.map(|text| stretch(text)).transpose()
}

pub(super) fn stretch(text: &str) -> Result<Stretch, HoursError> {
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
    Ok(Stretch { from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, error: Option<&str>) {
        let hours: Hours = serde_json::from_str(written).unwrap();
        let told = hours.check().err().map(|error| error.to_string());
        match (told, error) {
            (None, None) => {}
            (Some(told), Some(error)) => assert!(told.contains(error), "{told}"),
            other => panic!("{written}: {other:?}"),
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["9-20", "20:00-09:00", "09:00", "25:00-26:00", "09:00-09:00"] {
            check(&format!(r#"{{ "every_day": "{text}" }}"#), Some(text));
            let sunday = format!(r#"{{ "every_day": "09:00-10:00", "sun": "{text}" }}"#);
            check(&sunday, Some(text));
        }
        assert_eq!(Hours::default().check(), Err(HoursError::NeverOpen));
        check(r#"{ "holidays": "co" }"#, Some("no day is open"));
    }
    #[test]
    fn hours_of_holidays_need_a_calendar() {
        check(
            r#"{ "sat": "09:00-10:00", "holiday": "09:00-12:00" }"#,
            Some("no calendar says which"),
        );
        check(r#"{ "holidays": "co", "holiday": "09:00-12:00" }"#, None);
    }
    #[test]
    fn a_calendar_that_nobody_has_is_refused() {
        let text = r#"{ "sat": "09:00-10:00", "holidays": "tienda" }"#;
        let hours: Hours = serde_json::from_str(text).unwrap();
        assert!(
            hours.check().is_ok(),
            "the host's calendars are not known yet"
        );
        assert!(matches!(hours.openings(&[]), Err(HoursError::Holidays(_))));
        let own = [Arc::new(Holidays::new("tienda".parse().unwrap()))];
        assert!(hours.openings(&own).is_ok());
    }
    #[test]
    fn they_are_written_as_they_were_read() {
        let text = r#"{"sat":"09:00-10:00","holidays":"co","holiday":"09:00-12:00"}"#;
        let hours: Hours = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&hours).unwrap(), text);
    }
}
