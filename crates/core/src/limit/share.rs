//! A share of a limit: at which part of it somebody is told.

use std::fmt;
use std::str::FromStr;

/// A text or a number that is not a share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a share of a limit: write \"80%\" or 0.8, more than nothing and at most all")]
pub struct ShareError(String);

/// A part of a limit, more than nothing and at most all of it: `"80%"` or `0.8`.
///
/// ```
/// # use pregon_core::Share;
/// let share: Share = "80%".parse()?;
/// assert_eq!(share, serde_json::from_str("0.8")?);
/// assert_eq!(share.of(8), 7, "6.4 is passed at the seventh");
/// assert!("0%".parse::<Share>().is_err(), "it would always be reached");
/// assert!("120%".parse::<Share>().is_err(), "it never would");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u32);

/// Shares are kept in hundredths of a percent.
const ALL: u32 = 10_000;

impl Share {
    /// The first count that is at least this share of a limit of `most`.
    #[must_use]
    pub fn of(self, most: u32) -> u32 {
        let count = (u64::from(most) * u64::from(self.0)).div_ceil(u64::from(ALL));
        u32::try_from(count).unwrap_or(most)
    }

    /// Whether a count is at least this share of a number.
    pub(crate) fn is_reached(self, count: u64, of: u64) -> bool {
        count > 0 && u128::from(count) * u128::from(ALL) >= u128::from(of) * u128::from(self.0)
    }

    /// The first number of which a count is less than this share.
    pub(crate) fn too_many(self, count: u64) -> u64 {
        let last = u128::from(count) * u128::from(ALL) / u128::from(self.0);
        u64::try_from(last + 1).unwrap_or(u64::MAX)
    }

    fn part(part: f64) -> Option<Self> {
        let kept = part * f64::from(ALL);
        let whole = kept.round();
        // What cannot be said in hundredths of a percent would become another share unseen.
        let exact = (kept - whole).abs() < 1e-6;
        (exact && whole >= 1.0 && whole <= f64::from(ALL)).then_some(Self(whole as u32))
    }
}

impl FromStr for Share {
    type Err = ShareError;
    fn from_str(text: &str) -> Result<Self, ShareError> {
        let wrong = || ShareError(format!("{text:?}"));
        let percent = text.strip_suffix('%').ok_or_else(wrong)?.trim_end();
        let plain = |c: char| c.is_ascii_digit() || c == '.';
        if !percent.chars().all(plain) {
            return Err(wrong());
        }
        let percent: f64 = percent.parse().map_err(|_| wrong())?;
        Self::part(percent / 100.0).ok_or_else(wrong)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match rest {
            0 => write!(f, "{whole}%"),
            tenths if tenths % 10 == 0 => write!(f, "{whole}.{}%", tenths / 10),
            _ => write!(f, "{whole}.{rest:02}%"),
        }
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Share {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Share {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl serde::de::Visitor<'_> for Visitor {
    type Value = Share;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a share as \"80%\" or 0.8")
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Share, E> {
        text.parse().map_err(E::custom)
    }
    fn visit_f64<E: serde::de::Error>(self, part: f64) -> Result<Share, E> {
        Share::part(part).ok_or_else(|| E::custom(ShareError(part.to_string())))
    }
    // 1 could be all of it or one percent, and 80 is probably the latter: neither is guessed.
    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Share, E> {
        Err(E::custom(ShareError(number.to_string())))
    }
    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Share, E> {
        Err(E::custom(ShareError(number.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, printed: Option<&str>) {
        let read = serde_json::from_str::<Share>(written).ok();
        let told = read.map(|share| share.to_string());
        assert_eq!(told.as_deref(), printed, "{written}");
    }

    #[test]
    fn read_and_printed() {
        check("\"80%\"", Some("80%"));
        check("\"100%\"", Some("100%"));
        check("\"12.5 %\"", Some("12.5%"));
        check("\"33.33%\"", Some("33.33%"));
        check("\"0.01%\"", Some("0.01%"));
        check("0.8", Some("80%"));
        check("0.29", Some("29%"));
        check("1.0", Some("100%"));
    }

    #[test]
    fn refused() {
        for text in [
            "\"\"",
            "\"80\"",
            "\"%\"",
            "\"0%\"",
            "\"-5%\"",
            "\"+5%\"",
            "\"100.01%\"",
            "\"1e1%\"",
            "\"inf%\"",
            "\"NaN%\"",
            "\"33.333%\"",
            "\"%80\"",
            "0.0",
            "-0.5",
            "1.5",
            "0.123456",
            "1",
            "80",
            "0",
            "-1",
            "true",
            "null",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn the_count_is_never_nothing_and_never_more_than_all() {
        for most in [1, 2, 3, 7, 8, 10, 99, 1000, u32::MAX] {
            for share in ["0.01%", "33.33%", "50%", "80%", "99.99%", "100%"] {
                let share: Share = share.parse().unwrap();
                let count = share.of(most);
                assert!((1..=most).contains(&count), "{share} of {most}: {count}");
                let part = |count: u32| f64::from(count) / f64::from(most);
                let wanted = f64::from(share.0) / f64::from(ALL);
                assert!(part(count) >= wanted && part(count - 1) < wanted);
            }
        }
    }
}
