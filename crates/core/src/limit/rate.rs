//! How many a provider takes in a stretch of time.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A text that is not a rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a rate: write 100/s, 600/m, 5000/h or 100000/d")]
pub struct RateError(String);

/// At most so many in each second, minute, hour or day: `100/s`, `600/m`, `5000/h`, `100000/d`.
///
/// No stretch of that length sees more; a day is any 24 hours.
///
/// ```
/// # use pregon_core::Rate;
/// let rate: Rate = "600/m".parse()?;
/// assert_eq!((rate.most(), rate.per().as_secs()), (600, 60));
/// assert!("0/s".parse::<Rate>().is_err(), "that would be a pause");
/// # Ok::<(), pregon_core::RateError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    most: u32,
    unit: usize,
}

const UNITS: [(&str, u64); 4] = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)];

impl Rate {
    /// How many.
    #[must_use]
    pub fn most(self) -> u32 {
        self.most
    }

    /// In which stretch of time.
    #[must_use]
    pub fn per(self) -> Duration {
        Duration::from_secs(UNITS[self.unit].1)
    }
}

impl FromStr for Rate {
    type Err = RateError;
    fn from_str(text: &str) -> Result<Self, RateError> {
        let wrong = || RateError(text.to_owned());
        let (most, unit) = text.split_once('/').ok_or_else(wrong)?;
        let unit = UNITS.iter().position(|(name, _)| *name == unit);
        let digits = most.bytes().all(|byte| byte.is_ascii_digit());
        let most = most.parse().ok().filter(|most| *most > 0 && digits);
        Ok(Self {
            most: most.ok_or_else(wrong)?,
            unit: unit.ok_or_else(wrong)?,
        })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.most, UNITS[self.unit].0)
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Rate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Rate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_and_printed() {
        for text in ["1/s", "600/m", "5000/h", "4294967295/d"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn refused() {
        for text in [
            "",
            "/s",
            "10",
            "10/",
            "0/s",
            "-1/s",
            "+1/s",
            "1.5/s",
            "10/w",
            "10 /s",
            "4294967296/s",
        ] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }
}
