//! How long a service asks to be left alone.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// Reads a `Retry-After`: seconds or a date, brought between a second and an hour.
pub(super) fn read(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    const LEAST: f64 = 1.0;
    const MOST: f64 = 3600.0;
    let text = text.trim();
    let seconds = match text.parse::<f64>() {
        Ok(seconds) => seconds,
        Err(_) => {
            let until = DateTime::parse_from_rfc2822(text).ok()?;
            (until.to_utc() - now).as_seconds_f64()
        }
    };
    (!seconds.is_nan()).then(|| Duration::from_secs_f64(seconds.clamp(LEAST, MOST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, seconds: Option<u64>) {
        let now = "2026-11-20T12:00:00Z".parse().expect("an instant");
        assert_eq!(read(text, now), seconds.map(Duration::from_secs), "{text}");
    }

    #[test]
    fn seconds_stay_between_one_and_an_hour() {
        check("30", Some(30));
        check(" 30 ", Some(30));
        check("0", Some(1));
        check("-1", Some(1));
        check("1000000000", Some(3600));
        check(&"9".repeat(400), Some(3600));
        check("inf", Some(3600));
    }

    #[test]
    fn dates_too() {
        check("Fri, 20 Nov 2026 12:00:30 GMT", Some(30));
        check("Fri, 20 Nov 2026 11:00:00 GMT", Some(1));
        check("Fri, 20 Nov 2099 12:00:00 GMT", Some(3600));
    }

    #[test]
    fn anything_else_says_nothing() {
        for text in ["", "soon", "NaN", "Fri, 32 Nov 2026 12:00:30 GMT", "30 s"] {
            check(text, None);
        }
    }
}
