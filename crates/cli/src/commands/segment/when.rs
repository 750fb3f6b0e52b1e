//! When the rules are asked.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use pregon::Zone;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_today_for_everybody() {
        let day = NaiveDate::from_ymd_opt(2024, 9, 8).unwrap();
        let when = When::on(day, Zone::UTC);
        for zone in [
            "Pacific/Kiritimati",
            "Pacific/Pago_Pago",
            "America/Santiago",
        ] {
            let zone: Zone = zone.parse().unwrap();
            assert_eq!(zone.date(when.now(zone)), day, "{zone}");
        }
    }

    #[test]
    fn an_instant_is_the_same_everywhere() {
        let now = "2026-11-21T03:00:00Z".parse().unwrap();
        let when = When::at(now, Zone::UTC);
        let zone: Zone = "America/Bogota".parse().unwrap();
        assert_eq!(when.now(zone), now);
    }
}
