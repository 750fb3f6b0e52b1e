//! Which instants fall on which civil dates.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use pregon_core::Zone;

use super::ranges::{Edge, Ranges};

/// No zone is, or ever was, a day or more away from UTC.
const FARTHEST: Duration = Duration::hours(26);

/// The instants whose civil date in the zone is one of these.
pub(super) fn instants(days: &Ranges<NaiveDate>, zone: Zone) -> Ranges<DateTime<Utc>> {
    Ranges::union(days.iter().map(|(low, high)| {
        let (below, beyond) = (before(low, zone), before(high, zone));
        beyond.intersection(&below.complement())
    }))
}

/// Instants that may fall on one of these days in some zone.
pub(super) fn instants_anywhere(days: &Ranges<NaiveDate>) -> Ranges<DateTime<Utc>> {
    let midnight = |edge, by: Duration| match edge_day(edge) {
        Edge::At(day, _) => {
            let at = day.and_time(NaiveTime::MIN).and_utc();
            at.checked_add_signed(by)
                .map(|at| Edge::At(at, false))
                .unwrap_or(if by < Duration::zero() {
                    Edge::Min
                } else {
                    Edge::Max
                })
        }
        Edge::Min => Edge::Min,
        Edge::Max => Edge::Max,
    };
    Ranges::union(
        days.iter()
            .map(|(low, high)| Ranges::between(midnight(low, -FARTHEST), midnight(high, FARTHEST))),
    )
}

/// The edge before the first day that is not below it.
fn edge_day(edge: Edge<NaiveDate>) -> Edge<NaiveDate> {
    match edge {
        Edge::At(day, true) => day
            .succ_opt()
            .map_or(Edge::Max, |next| Edge::At(next, false)),
        other => other,
    }
}

/// The instants whose civil date lies before an edge.
///
/// They are not always all before one instant: where a clock went back over midnight, a date came
/// twice.
fn before(edge: Edge<NaiveDate>, zone: Zone) -> Ranges<DateTime<Utc>> {
    let day = match edge_day(edge) {
        Edge::Min => return Ranges::none(),
        Edge::Max => return Ranges::all(),
        Edge::At(day, _) => day,
    };
    let before = zone.before(day);
    let first = Ranges::between(Edge::Min, Edge::At(before.until, false));
    let again = before
        .again
        .map(|again| Ranges::between(Edge::At(again.start, false), Edge::At(again.end, false)));
    Ranges::union([first].into_iter().chain(again))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(zone: &str, day: &str) {
        let (zone, day): (Zone, NaiveDate) = (zone.parse().unwrap(), day.parse().unwrap());
        let on = instants(&Ranges::one(day), zone);
        let around = instants_anywhere(&Ranges::one(day));
        let midnight = day.and_time(NaiveTime::MIN).and_utc();
        for seconds in (-40 * 3600..60 * 3600).step_by(30) {
            for at in [0, -1].map(|more| midnight + Duration::seconds(seconds + more)) {
                let falls = zone.date(at) == day;
                assert_eq!(on.contains(at), falls, "{at} in {zone}");
                assert!(around.contains(at) || !falls);
            }
        }
    }

    #[test]
    fn a_plain_day() {
        check("America/Bogota", "2026-11-20");
    }
    #[test]
    fn a_day_without_midnight() {
        check("America/Santiago", "2024-09-08");
    }
    #[test]
    fn an_hour_twice_before_midnight() {
        check("America/Santiago", "2024-04-06");
        check("America/Santiago", "2024-04-07");
    }
    #[test]
    fn a_clock_that_went_back_over_midnight() {
        check("America/St_Johns", "2005-10-29");
        check("America/St_Johns", "2005-10-30");
    }
    #[test]
    fn a_day_that_never_was_and_one_that_came_twice() {
        check("Pacific/Apia", "2011-12-30");
        check("America/Juneau", "1867-10-18");
        check("America/Juneau", "1867-10-19");
    }
    #[test]
    fn the_ends_of_the_calendar_do_not_panic() {
        let zone: Zone = "Pacific/Kiritimati".parse().unwrap();
        for day in [NaiveDate::MIN, NaiveDate::MAX] {
            let _ = instants(&Ranges::one(day), zone);
            let _ = instants_anywhere(&Ranges::one(day));
        }
    }
}
