//! When and where a rule is asked.

use crate::Zone;
use chrono::{DateTime, Days, Months, NaiveDate, Utc};

use super::ast::Period;

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
}

impl Moment {
    /// This instant, in this zone.
    #[must_use]
    pub fn new(now: DateTime<Utc>, zone: Zone) -> Self {
        Self {
            now,
            zone,
            today: zone.date(now),
        }
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

    /// The day so long ago; `None` before the first day of the calendar.
    pub(super) fn ago(&self, period: Period) -> Option<NaiveDate> {
        match length(period)? {
            Length::Days(days) => self.today.checked_sub_days(days),
            Length::Months(months) => self.today.checked_sub_months(months),
        }
    }

    /// The day so far ahead; `None` after the last day of the calendar.
    pub(super) fn ahead(&self, period: Period) -> Option<NaiveDate> {
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
