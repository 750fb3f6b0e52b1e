//! When the rules are asked.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use pregon::Zone;
use pregon::rule::Moment;

/// When the rules are asked, and the zone of those customers that have none of their own.
#[derive(Debug, Clone, Copy)]
pub(super) struct When {
    day: Day,
    pub(super) zone: Zone,
}

#[derive(Debug, Clone, Copy)]
enum Day {
    /// It is this instant, and in every zone the date that it is there.
    At(DateTime<Utc>),
    /// It is this date for everybody.
    On(NaiveDate),
}

impl When {
    pub(super) fn at(now: DateTime<Utc>, zone: Zone) -> Self {
        let day = Day::At(now);
        Self { day, zone }
    }

    pub(super) fn on(today: NaiveDate, zone: Zone) -> Self {
        let day = Day::On(today);
        Self { day, zone }
    }

    /// The instant for customers of a zone.
    ///
    /// A date is taken at noon, which no change of the clocks leaves out. Only where a zone left a
    /// whole day out, as Samoa did on 30 December 2011, it is the day after.
    pub(super) fn now(&self, zone: Zone) -> DateTime<Utc> {
        match self.day {
            Day::At(now) => now,
            Day::On(today) => {
                let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
                zone.instant(today.and_time(noon))
            }
        }
    }
}

/// The moment of each zone, each made once.
#[derive(Debug)]
pub(super) struct Moments {
    when: When,
    made: HashMap<Zone, Moment>,
    last: Moment,
}

impl Moments {
    pub(super) fn new(when: When) -> Self {
        let last = Moment::new(when.now(when.zone), when.zone);
        let made = HashMap::from([(when.zone, last)]);
        Self { when, made, last }
    }

    /// The moment for a customer.
    pub(super) fn of(&mut self, zone: Option<Zone>) -> &Moment {
        let zone = zone.unwrap_or(self.when.zone);
        if self.last.zone() != zone {
            let when = self.when;
            let made = self.made.entry(zone);
            self.last = *made.or_insert_with(|| Moment::new(when.now(zone), zone));
        }
        &self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_today_for_everybody() {
        let day = NaiveDate::from_ymd_opt(2024, 9, 8).unwrap();
        let mut moments = Moments::new(When::on(day, Zone::UTC));
        for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Santiago"] {
            let zone: Zone = zone.parse().unwrap();
            assert_eq!(moments.of(Some(zone)).today(), day, "{zone}");
        }
        assert_eq!(moments.of(None).today(), day);
    }

    #[test]
    fn an_instant_is_another_date_elsewhere() {
        let now = "2026-11-21T03:00:00Z".parse().unwrap();
        let mut moments = Moments::new(When::at(now, Zone::UTC));
        assert_eq!(moments.of(None).today().to_string(), "2026-11-21");
        let zone = "America/Bogota".parse().unwrap();
        assert_eq!(moments.of(Some(zone)).today().to_string(), "2026-11-20");
    }
}
