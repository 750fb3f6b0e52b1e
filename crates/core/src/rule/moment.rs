//! When and where a rule is asked.

use crate::Zone;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};

use super::ast::{Period, Unit};

/// When a rule is asked, and whose civil dates count.
///
/// ```
/// use pregon_core::Zone;
/// use pregon_core::rule::Moment;
/// let now = "2026-12-21T03:00:00Z".parse().expect("an instant");
/// let moment = Moment::new(now, "America/Bogota".parse::<Zone>().expect("a zone"));
/// assert_eq!(moment.today().to_string(), "2026-12-20");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    now: DateTime<Utc>,
    zone: Zone,
    today: NaiveDate,
    leap_day: LeapDay,
}

/// On which day of a plain year those of 29 February have their anniversary.
///
/// The law of most of our countries counts a term that ends on a day which a month does not have as
/// ending on its last one (Chile: Civil Code art. 48; Colombia: Law 4 of 1913 art. 59); people
/// differ, therefore a campaign may say it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum LeapDay {
    /// On 28 February.
    #[default]
    February28,
    /// On 1 March.
    March1,
}

impl Moment {
    /// This instant, in this zone.
    #[must_use]
    pub fn new(now: DateTime<Utc>, zone: Zone) -> Self {
        Self {
            now,
            zone,
            today: zone.date(now),
            leap_day: LeapDay::default(),
        }
    }

    /// With another rule for those of 29 February.
    #[must_use]
    pub fn with_leap_day(mut self, leap_day: LeapDay) -> Self {
        self.leap_day = leap_day;
        self
    }

    /// The rule for those of 29 February.
    #[must_use]
    pub fn leap_day(&self) -> LeapDay {
        self.leap_day
    }

    /// The instant.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The zone.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The civil date.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// The first day of the unit that runs today.
    #[must_use]
    pub fn start_of(&self, unit: Unit) -> NaiveDate {
        let today = self.today;
        let first_of = |month| NaiveDate::from_ymd_opt(today.year(), month, 1);
        let first = match unit {
            Unit::Day => Some(today),
            Unit::Week => {
                let since_monday = today.weekday().num_days_from_monday();
                today.checked_sub_days(Days::new(since_monday.into()))
            }
            Unit::Month => first_of(today.month()),
            Unit::Quarter => first_of(today.month0() / 3 * 3 + 1),
            Unit::Year => first_of(1),
        };
        // Before the first day of the calendar there is none: the unit begins with it.
        first.unwrap_or(NaiveDate::MIN)
    }

    /// The anniversary of a day in a year; `None` beyond the calendar.
    pub(crate) fn anniversary(&self, of: NaiveDate, year: i32) -> Option<NaiveDate> {
        of.with_year(year).or_else(|| match self.leap_day {
            LeapDay::February28 => NaiveDate::from_ymd_opt(year, 2, 28),
            LeapDay::March1 => NaiveDate::from_ymd_opt(year, 3, 1),
        })
    }

    /// The day so long ago; `None` before the first day of the calendar.
    #[must_use]
    pub fn ago(&self, period: Period) -> Option<NaiveDate> {
        match length(period)? {
            Length::Days(days) => self.today.checked_sub_days(days),
            Length::Months(months) => self.today.checked_sub_months(months),
        }
    }

    /// The day so far ahead; `None` after the last day of the calendar.
    #[must_use]
    pub fn ahead(&self, period: Period) -> Option<NaiveDate> {
        match length(period)? {
            Length::Days(days) => self.today.checked_add_days(days),
            Length::Months(months) => self.today.checked_add_months(months),
        }
    }
}

enum Length {
    Days(Days),
    Months(Months),
}

/// `None` for what no calendar has.
fn length(period: Period) -> Option<Length> {
    let months = |n: u32, each: u32| n.checked_mul(each).map(Months::new).map(Length::Months);
    match period {
        Period::Days(n) => Some(Length::Days(Days::new(n.into()))),
        Period::Weeks(n) => Some(Length::Days(Days::new(u64::from(n) * 7))),
        Period::Months(n) => months(n, 1),
        Period::Quarters(n) => months(n, 3),
        Period::Years(n) => months(n, 12),
    }
}
