//! Hours with their calendar, ready to be asked for every message.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};

use super::Holidays;
use crate::{Candidate, ChannelName, Class, Purpose, Zone};

/// A stretch of a day: from its first instant on, up to and without the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: NaiveTime,
    pub(super) to: NaiveTime,
}

/// Hours with their calendar, made by [`Hours::openings`](crate::Hours::openings).
///
/// ```
/// # use pregon_core::{Hours, Zone};
/// let hours: Hours = serde_json::from_str(r#"{ "mon_fri": "07:00-19:00", "holidays": "co" }"#)?;
/// let openings = hours.openings(&[])?;
/// let zone: Zone = "America/Bogota".parse()?;
/// // Friday evening; Monday, 12 October 2026, is a holiday.
/// let opens = openings.closed_in(zone, "2026-10-10T01:00:00Z".parse()?);
/// assert_eq!(opens, Some("2026-10-13T12:00:00Z".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Openings {
    channel: Option<ChannelName>,
    purpose: Option<Purpose>,
    /// Of Monday to Friday, Saturday, Sunday and holidays.
    stretches: [Option<Stretch>; 4],
    calendar: Option<Arc<Holidays>>,
}

/// How many days an opening is looked for. Longer closures are possible where a host lists its
/// days; they are looked at again then.
const FAR: u64 = 400;

impl Openings {
    pub(super) fn new(
        channel: Option<ChannelName>,
        purpose: Option<Purpose>,
        stretches: [Option<Stretch>; 4],
        calendar: Option<Arc<Holidays>>,
    ) -> Self {
        Self {
            channel,
            purpose,
            stretches,
            calendar,
        }
    }

    /// When the next opening begins; `None` when it is open now or they do not speak of this.
    #[must_use]
    pub fn closed_until(&self, it: &Candidate, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.covers(it).then(|| self.closed_in(it.zone, at))?
    }

    /// When the next opening in a zone begins; `None` when it is open now.
    #[must_use]
    pub fn closed_in(&self, zone: Zone, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let today = zone.date(at);
        let opening = |day: NaiveDate| {
            let Stretch { from, to } = self.on(day)?;
            let opens = zone.instant(day.and_time(from));
            let closes = zone.instant(day.and_time(to));
            (at < closes && opens < closes).then_some(opens)
        };
        let days = (0..FAR).filter_map(|n| today.checked_add_days(Days::new(n)));
        let found = { days }.find_map(opening);
        // Never "open" because no opening is near.
        let far = || {
            let day = today.checked_add_days(Days::new(FAR));
            day.map_or(DateTime::<Utc>::MAX_UTC, |day| zone.start_of(day))
        };
        Some(found.unwrap_or_else(far)).filter(|opens| *opens > at)
    }

    fn covers(&self, it: &Candidate) -> bool {
        let channel = self.channel.as_ref().is_none_or(|c| *c == it.channel);
        let purpose = match &self.purpose {
            Some(purpose) => *purpose == it.purpose,
            None => it.class == Class::Promotional,
        };
        channel && purpose
    }

    fn on(&self, day: NaiveDate) -> Option<Stretch> {
        let [mon_fri, sat, sun, holiday] = self.stretches;
        if self.calendar.as_ref().is_some_and(|it| it.holds(day)) {
            return holiday;
        }
        match day.weekday() {
            Weekday::Sat => sat,
            Weekday::Sun => sun,
            _ => mon_fri,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Hours;
    use crate::testing::candidate;

    const LAW: &str = r#"{ "mon_fri": "07:00-19:00", "sat": "08:00-15:00", "holidays": "co" }"#;

    /// Fails unless hours in Bogotá are closed until then.
    #[track_caller]
    fn check(written: &str, now: &str, until: Option<&str>) {
        let hours: Hours = serde_json::from_str(written).unwrap();
        let mut it = candidate();
        it.zone = "America/Bogota".parse().unwrap();
        let openings = hours.openings(&[]).unwrap();
        let got = openings.closed_until(&it, now.parse().unwrap());
        assert_eq!(got, until.map(|text| text.parse().unwrap()));
    }

    #[test]
    fn open_on_friday_morning() {
        check(LAW, "2026-11-20T12:00:00Z", None);
    }
    #[test]
    fn friday_night_waits_for_saturday() {
        check(LAW, "2026-11-21T00:00:00Z", Some("2026-11-21T13:00:00Z"));
    }
    #[test]
    fn saturday_afternoon_waits_for_monday() {
        check(LAW, "2026-11-21T20:00:00Z", Some("2026-11-23T12:00:00Z"));
    }
    #[test]
    fn the_last_instant_is_closed() {
        check(LAW, "2026-11-20T23:59:59.999999Z", None);
        check(LAW, "2026-11-21T00:00:00Z", Some("2026-11-21T13:00:00Z"));
    }
    #[test]
    fn a_holiday_is_closed() {
        // Saturday before Monday, 16 November: Independence of Cartagena.
        check(LAW, "2026-11-14T20:00:00Z", Some("2026-11-17T12:00:00Z"));
        // Its first and last instants in Bogotá.
        check(LAW, "2026-11-16T05:00:00Z", Some("2026-11-17T12:00:00Z"));
        check(LAW, "2026-11-17T04:59:59Z", Some("2026-11-17T12:00:00Z"));
    }
    #[test]
    fn a_holiday_with_hours_of_its_own_is_open_then_whatever_weekday_it_is() {
        let text = r#"{ "mon_fri": "07:00-19:00", "holidays": "co", "holiday": "09:00-12:00" }"#;
        check(text, "2026-11-16T13:00:00Z", Some("2026-11-16T14:00:00Z"));
        check(text, "2026-11-16T14:00:00Z", None);
        check(text, "2026-11-16T17:00:00Z", Some("2026-11-17T12:00:00Z"));
        // Christmas of 2027 is a Saturday, which has no hours.
        check(text, "2027-12-25T14:00:00Z", None);
        check(text, "2027-12-18T14:00:00Z", Some("2027-12-20T12:00:00Z"));
    }
    #[test]
    fn the_day_is_the_customers_own() {
        let hours: Hours = serde_json::from_str(LAW).unwrap();
        let openings = hours.openings(&[]).unwrap();
        // It is Monday, 16 November, in Bogotá, and Tuesday already in Madrid.
        let now = "2026-11-17T00:30:00Z".parse().unwrap();
        let in_zone = |zone: &str| openings.closed_in(zone.parse().unwrap(), now);
        let (bogota, madrid) = ("2026-11-17T12:00:00Z", "2026-11-17T06:00:00Z");
        assert_eq!(in_zone("America/Bogota"), Some(bogota.parse().unwrap()));
        assert_eq!(in_zone("Europe/Madrid"), Some(madrid.parse().unwrap()));
    }
    #[test]
    fn a_long_closure_is_not_open() {
        let text = r#"{ "sat": "09:00-10:00", "holidays": "cerrado" }"#;
        let hours: Hours = serde_json::from_str(text).unwrap();
        let first: NaiveDate = "2026-01-01".parse().unwrap();
        let closed = Holidays::new("cerrado".parse().unwrap());
        let closed = first
            .iter_days()
            .take(1000)
            .fold(closed, |it, day| it.with_day(day, "cerrado"));
        let openings = hours.openings(&[Arc::new(closed)]).unwrap();
        let now = "2026-03-07T09:30:00Z".parse().unwrap();
        let until = openings.closed_in(Zone::UTC, now).unwrap();
        assert_eq!(
            until,
            "2027-04-11T00:00:00Z".parse::<DateTime<Utc>>().unwrap()
        );
        let then = openings.closed_in(Zone::UTC, until).unwrap();
        let opens: DateTime<Utc> = "2028-09-30T09:00:00Z".parse().unwrap();
        assert!(then > until && openings.closed_in(Zone::UTC, then) == Some(opens));
    }
    #[test]
    fn transactional_messages_have_no_hours() {
        let hours: Hours = serde_json::from_str(r#"{ "sun": "10:00-11:00" }"#).unwrap();
        let mut it = candidate();
        it.class = Class::Transactional;
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        assert_eq!(hours.openings(&[]).unwrap().closed_until(&it, now), None);
    }
    #[test]
    fn the_ends_of_time_do_not_panic() {
        let hours: Hours = serde_json::from_str(LAW).unwrap();
        let openings = hours.openings(&[]).unwrap();
        let _ = openings.closed_in(Zone::UTC, DateTime::<Utc>::MAX_UTC);
        let _ = openings.closed_in(Zone::UTC, DateTime::<Utc>::MIN_UTC);
    }
}
