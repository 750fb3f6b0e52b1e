//! One rule of a calendar: on which day of a year its holiday falls.

use chrono::{Datelike, Duration, NaiveDate, Weekday};

use super::{HolidaysError, sky};
use crate::Zone;

/// The day that a rule starts from.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Anchor {
    /// The same day each year: `"12-25"`.
    Day(String),
    /// So many days after Easter Sunday.
    Easter(i16),
    /// The day of the June solstice in a zone.
    JuneSolstice(Zone),
}

/// By how many days a holiday moves when its day is such a weekday.
#[derive(Debug, Clone, Copy, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Moves {
    mon: i8,
    tue: i8,
    wed: i8,
    thu: i8,
    fri: i8,
    sat: i8,
    sun: i8,
}

impl Moves {
    fn on(self, day: Weekday) -> Duration {
        Duration::days(i64::from(match day {
            Weekday::Mon => self.mon,
            Weekday::Tue => self.tue,
            Weekday::Wed => self.wed,
            Weekday::Thu => self.thu,
            Weekday::Fri => self.fri,
            Weekday::Sat => self.sat,
            Weekday::Sun => self.sun,
        }))
    }
}

/// A rule as it is written.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    name: String,
    on: Anchor,
    #[serde(default)]
    moves: Option<String>,
    #[serde(default)]
    only: Vec<String>,
    #[serde(default)]
    from: Option<i32>,
    #[serde(default)]
    until: Option<i32>,
}

#[derive(Debug, Clone)]
enum Start {
    Day { month: u32, day: u32 },
    Easter(Duration),
    JuneSolstice(Zone),
}

/// A rule that makes sense.
#[derive(Debug, Clone)]
pub(super) struct HolidayRule {
    pub(super) name: String,
    start: Start,
    moves: Moves,
    only: Vec<Weekday>,
    from: i32,
    until: i32,
}

impl HolidayRule {
    pub(super) fn read(
        it: Written,
        since: i32,
        moves: impl Fn(&str) -> Option<Moves>,
    ) -> Result<Self, HolidaysError> {
        let start = match it.on {
            Anchor::Day(text) => month_and_day(&text).ok_or(HolidaysError::Day(text))?,
            Anchor::Easter(days) => Start::Easter(Duration::days(i64::from(days))),
            Anchor::JuneSolstice(zone) => Start::JuneSolstice(zone),
        };
        let moves = match it.moves {
            Some(name) => moves(&name).ok_or(HolidaysError::Moves(name))?,
            None => Moves::default(),
        };
        let weekday = |text: String| text.parse().map_err(|_| HolidaysError::Weekday(text));
        let only = it.only.into_iter().map(weekday);
        let (from, until) = (it.from.unwrap_or(since), it.until.unwrap_or(i32::MAX));
        if from > until {
            return Err(HolidaysError::Years { from, until });
        }
        Ok(Self {
            name: it.name,
            start,
            moves,
            only: only.collect::<Result<_, _>>()?,
            from,
            until,
        })
    }

    /// The day of rest of a year's holiday, which may be in the year before or after.
    pub(super) fn of(&self, year: i32) -> Option<NaiveDate> {
        if year < self.from || year > self.until {
            return None;
        }
        let day = match &self.start {
            Start::Day { month, day } => NaiveDate::from_ymd_opt(year, *month, *day),
            Start::Easter(days) => sky::easter(year)?.checked_add_signed(*days),
            Start::JuneSolstice(zone) => sky::june_solstice(year, *zone),
        }?;
        if !self.only.is_empty() && !self.only.contains(&day.weekday()) {
            return None;
        }
        day.checked_add_signed(self.moves.on(day.weekday()))
    }
}

/// Month and day of `12-25`, 29 February included.
fn month_and_day(text: &str) -> Option<Start> {
    let leap = NaiveDate::parse_from_str(&format!("2000-{text}"), "%Y-%m-%d").ok()?;
    let (month, day) = (leap.month(), leap.day());
    Some(Start::Day { month, day })
}
