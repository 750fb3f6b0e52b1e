//! Lengths of time as people write them.

use std::fmt;
use std::str::FromStr;

use chrono::Duration;

/// A text that is not a length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a length of time: write 90s, 15m, 24h, 7d or 2w, at most 10 years")]
pub struct LengthError(String);

/// A number of whole days.
pub type Days = u32;

/// A length of absolute time: `90s`, `15m`, `24h`, `7d` (168 hours), `2w`.
///
/// ```
/// # use pregon_core::Length;
/// let week: Length = "7d".parse()?;
/// assert_eq!(week, "168h".parse()?);
/// assert!("7 moons".parse::<Length>().is_err());
/// # Ok::<(), pregon_core::LengthError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length(u32);

/// Each unit with its seconds, largest first.
const UNITS: [(char, u32); 5] = [
    ('w', 7 * 86_400),
    ('d', 86_400),
    ('h', 3_600),
    ('m', 60),
    ('s', 1),
];
const MOST_SECS: u32 = 10 * 366 * 86_400;

impl Length {
    /// So many seconds.
    #[must_use]
    pub const fn from_secs(secs: u32) -> Self {
        Self(secs)
    }

    /// The number of seconds.
    #[must_use]
    pub const fn secs(self) -> u32 {
        self.0
    }

    /// As a duration to add to instants.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::seconds(i64::from(self.0))
    }
}

impl FromStr for Length {
    type Err = LengthError;
    fn from_str(text: &str) -> Result<Self, LengthError> {
        let wrong = || LengthError(text.to_owned());
        let unit = text.chars().last().ok_or_else(wrong)?;
        let (_, secs) = UNITS.iter().find(|(u, _)| *u == unit).ok_or_else(wrong)?;
        let number: u32 = text[..text.len() - unit.len_utf8()]
            .parse()
            .map_err(|_| wrong())?;
        number
            .checked_mul(*secs)
            .filter(|s| (1..=MOST_SECS).contains(s))
            .map(Self)
            .ok_or_else(wrong)
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS
            .iter()
            .find(|(_, secs)| self.0.is_multiple_of(*secs) && self.0 > 0);
        let (letter, secs) = unit.unwrap_or(&('s', 1));
        write!(f, "{}{letter}", self.0 / secs)
    }
}

impl fmt::Debug for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Length {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Length {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Length;

    #[track_caller]
    fn check(text: &str, printed: Option<&str>) {
        let parsed = text.parse::<Length>().ok().map(|l| l.to_string());
        assert_eq!(parsed.as_deref(), printed, "{text}");
    }

    #[test]
    fn prints_in_its_largest_unit() {
        check("90s", Some("90s"));
        check("48h", Some("2d"));
        check("14d", Some("2w"));
    }

    #[test]
    fn refuses() {
        for text in [
            "",
            "d",
            "7",
            "-7d",
            "0d",
            "7 d",
            "9999999999d",
            "600w",
            "ñ",
            "7ñ",
        ] {
            check(text, None);
        }
    }
}
