//! Easter and the solstice: days that are counted, not written.

use chrono::{DateTime, NaiveDate, Utc};

use crate::Zone;

/// Easter Sunday of the Gregorian calendar, by Meeus, Jones and Butcher.
pub(super) fn easter(year: i32) -> Option<NaiveDate> {
    if year < 1583 {
        return None; // There was no Gregorian Easter before.
    }
    let golden = year % 19;
    let (century, of_century) = (year / 100, year % 100);
    let moved = (century + 8) / 25;
    let corrected = (century - moved + 1) / 3;
    let epact = (19 * golden + century - century / 4 - corrected + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    let (month, day) = (days / 31, days % 31 + 1);
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

/// The civil date of the June solstice in a zone.
pub(super) fn june_solstice(year: i32, zone: Zone) -> Option<NaiveDate> {
    instant(year).map(|at| zone.date(at))
}

/// Amplitude, phase and speed of the terms by which the solstice leaves its mean (Meeus,
/// Astronomical Algorithms, chapter 27): right to about a minute in the years asked for.
const TERMS: [(f64, f64, f64); 24] = [
    (485.0, 324.96, 1934.136),
    (203.0, 337.23, 32964.467),
    (199.0, 342.08, 20.186),
    (182.0, 27.85, 445267.112),
    (156.0, 73.14, 45036.886),
    (136.0, 171.52, 22518.443),
    (77.0, 222.54, 65928.934),
    (74.0, 296.72, 3034.906),
    (70.0, 243.58, 9037.513),
    (58.0, 119.81, 33718.147),
    (52.0, 297.17, 150.678),
    (50.0, 21.02, 2281.226),
    (45.0, 247.54, 29929.562),
    (44.0, 325.15, 31555.956),
    (29.0, 60.93, 4443.417),
    (18.0, 155.12, 67555.328),
    (17.0, 288.79, 4562.452),
    (16.0, 198.04, 62894.029),
    (14.0, 199.76, 31436.921),
    (12.0, 95.39, 14577.848),
    (12.0, 287.11, 31931.756),
    (12.0, 320.81, 34777.259),
    (9.0, 227.73, 1222.114),
    (8.0, 15.45, 16859.074),
];

/// By how much the time of the heavens is ahead of civil time in this century, in seconds.
const AHEAD: f64 = 70.0;

fn instant(year: i32) -> Option<DateTime<Utc>> {
    if !(1900..=2200).contains(&year) {
        return None; // Beyond these years the terms say nothing reliable.
    }
    let y = f64::from(year - 2000) / 1000.0;
    let mean =
        2_451_716.567_67 + y * (365_241.626_03 + y * (0.003_25 + y * (0.008_88 - y * 0.000_30)));
    let centuries = (mean - 2_451_545.0) / 36_525.0;
    let w = (35_999.373 * centuries - 2.47).to_radians();
    let speed = 1.0 + 0.0334 * w.cos() + 0.0007 * (2.0 * w).cos();
    let sum: f64 = TERMS
        .iter()
        .map(|(a, b, c)| a * (b + c * centuries).to_radians().cos())
        .sum();
    let day = mean + 0.000_01 * sum / speed;
    // The Julian day 2440587.5 is the first instant of 1970.
    let secs = (day - 2_440_587.5) * 86_400.0 - AHEAD;
    DateTime::from_timestamp(secs as i64, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn easters() {
        // From the tables of the Holy See and of the United States Census Bureau.
        for text in [
            "1818-03-22",
            "1943-04-25",
            "1954-04-18",
            "1981-04-19",
            "2000-04-23",
            "2008-03-23",
            "2019-04-21",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2038-04-25",
            "2049-04-18",
        ] {
            let date = day(text);
            assert_eq!(easter(chrono::Datelike::year(&date)), Some(date));
        }
        assert_eq!(easter(1500), None);
        assert_eq!(easter(i32::MAX), None);
    }

    #[test]
    fn solstices_to_the_minute_or_two() {
        // Instants of the United States Naval Observatory, to the minute.
        for at in [
            "2000-06-21T01:48:00Z",
            "2021-06-21T03:32:00Z",
            "2024-06-20T20:51:00Z",
            "2025-06-21T02:42:00Z",
        ] {
            let at: DateTime<Utc> = at.parse().unwrap();
            let found = instant(chrono::Datelike::year(&at)).unwrap();
            assert!((found - at).num_seconds().abs() <= 120, "{found} for {at}");
        }
        assert_eq!(instant(1), None);
    }
}
