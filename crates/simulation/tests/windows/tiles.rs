//! Each instant is in exactly one window.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use pregon_core::{Period, Window, Zone};
use pregon_simulation::Dice;

/// The years that are walked through: some that were, so that the odd clocks of the past count, and
/// some that come.
const YEARS: std::ops::Range<i32> = 2010..2030;

const PERIODS: [Period; 5] = [
    Period::Day,
    Period::Week,
    Period::Month,
    Period::Quarter,
    Period::Year,
];

/// Zones in which clocks did odd things: no midnight, two of them, a day left out, half an hour of
/// summer, back from after midnight to before it.
const ODD: [&str; 24] = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Bogota",
    "America/Caracas",
    "America/Coyhaique",
    "America/Godthab",
    "America/Guayaquil",
    "America/Havana",
    "America/Mexico_City",
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Scoresbysund",
    "America/St_Johns",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Madrid",
    "Pacific/Apia",
    "Pacific/Kiritimati",
];

/// The odd ones and every so many of the others up to fifty; or all there are.
fn zones() -> Vec<Zone> {
    let all = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let every = std::env::var("PREGON_SIMULATION_ZONES").is_ok_and(|text| text == "all");
    let names: Vec<&str> = if every {
        all.collect()
    } else {
        let step = chrono_tz::TZ_VARIANTS.len() / (50 - ODD.len()) - 1;
        let others = all.filter(|name| !ODD.contains(name)).step_by(step);
        let mut names = ODD.to_vec();
        names.extend(others.take(50 - ODD.len()));
        names
    };
    let parsed = names
        .iter()
        .map(|name| name.parse().expect("a zone of the database"));
    parsed.collect()
}

fn year(year: i32) -> DateTime<Utc> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a date");
    first.and_hms_opt(0, 0, 0).expect("midnight").and_utc()
}

fn bounds(period: Period, at: DateTime<Utc>, zone: Zone) -> (DateTime<Utc>, DateTime<Utc>) {
    match period.window(at, zone) {
        Window::Calendar { from, to } => (from, to),
        other => panic!("a calendar's window is none: {other:?}"),
    }
}

/// Walks from window to window and asks within each; gives how many there were.
fn walk(period: Period, zone: Zone, dice: &mut Dice) -> u64 {
    let end = year(YEARS.end);
    let (mut from, mut to) = bounds(period, year(YEARS.start), zone);
    let mut windows = 0;
    while from < end {
        let micro = Duration::microseconds(1);
        let length = (to - from).num_microseconds().expect("a year or less");
        assert!(length > 0, "{zone} {period}: empty at {from}");
        let chosen = from + Duration::microseconds(dice.between(0, length - 1));
        for at in [from, chosen, to - micro] {
            let found = bounds(period, at, zone);
            assert_eq!(found, (from, to), "{zone} {period}: the window of {at}");
        }
        (from, to) = bounds(period, to, zone);
        windows += 1;
    }
    windows
}

/// Every minute around each change of the clocks, and every quarter of an hour for a day more.
fn around_changes(zone: Zone) -> u64 {
    let offset = |at: DateTime<Utc>| zone.local(at) - at.naive_utc();
    let mut asked = 0;
    let mut hour = year(YEARS.start);
    while hour < year(YEARS.end) {
        let next = hour + Duration::hours(6);
        if offset(hour) != offset(next) {
            let near = -2 * 60..8 * 60;
            let far = (-26 * 60..32 * 60).step_by(15);
            for minute in near.chain(far) {
                let at = hour + Duration::minutes(minute);
                let quarter = minute % 15 == 0;
                let periods = &PERIODS[..if quarter { 3 } else { 1 }];
                for period in periods {
                    let (from, to) = bounds(*period, at, zone);
                    assert!(
                        from <= at && at < to,
                        "{zone} {period}: {at} is not in its own"
                    );
                    asked += 1;
                }
            }
        }
        hour = next;
    }
    asked
}

#[test]
fn each_instant_is_in_exactly_one_window() {
    let zones = zones();
    let (mut windows, mut asked) = (0, 0);
    let mut dice = Dice::new(29);
    for zone in &zones {
        windows += PERIODS
            .iter()
            .map(|period| walk(*period, *zone, &mut dice))
            .sum::<u64>();
        asked += around_changes(*zone);
    }
    let years = YEARS.len();
    println!(
        "windows: {} zones x {years} years: {windows} windows tile, {asked} near changes",
        zones.len()
    );
    assert!(zones.len() >= 50 && windows > 420_000, "{windows} windows");
    assert!(asked > 300_000, "{asked} instants");
}

#[test]
fn a_rolling_window_holds_exactly_its_length_and_the_guard() {
    let mut dice = Dice::new(7);
    for _ in 0..10_000 {
        let secs = dice.between(1, 366 * 86_400);
        let length: Period = format!("{secs}s").parse().expect("a length");
        let at = year(2026) + Duration::microseconds(dice.between(0, 1 << 44));
        let window = length.window(at, Zone::UTC);
        let free = window.frees_at(at);
        let micro = Duration::microseconds(1);
        assert!(window.bounds(free).0 > at, "free then");
        assert!(window.bounds(free - micro).0 <= at, "and not before");
        assert!(
            free - at >= Duration::seconds(secs),
            "never closer than its length"
        );
    }
}
