//! Exact decimal numbers, our own type over `rust_decimal`.

use std::fmt;
use std::str::FromStr;

/// Why a text is not a decimal number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number of at most 28 digits")]
pub struct DecimalError;

/// An exact decimal number of up to 28 digits: prices, budgets, sums.
///
/// ```
/// # use pregon_core::Decimal;
/// let a: Decimal = "0.1".parse()?;
/// let b: Decimal = "0.10".parse()?;
/// assert_eq!(a, b);
/// assert!("1e".parse::<Decimal>().is_err());
/// # Ok::<(), pregon_core::DecimalError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(rust_decimal::Decimal);

impl Decimal {
    /// The number `units` × 10^-`scale`; `None` when `scale` is over 28 or it does not fit.
    #[must_use]
    pub fn from_parts(units: i64, scale: u32) -> Option<Self> {
        rust_decimal::Decimal::try_new(units, scale).ok().map(Self)
    }

    /// The nearest decimal to a binary float, as it prints; `None` for NaN, infinities and what is
    /// too large.
    ///
    /// What prints with more places than decimals have is rounded, so that the noise of binary
    /// sums, as in `0.1 + 0.2 - 0.3`, is a number next to zero and not a missing one; the order
    /// of floats stays.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        let printed = value.is_finite().then(|| value.to_string())?;
        rust_decimal::Decimal::from_str(&printed).ok().map(Self)
    }

    /// The sum, or `None` where it leaves the range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Whether the number is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
    }

    /// Units and scale, as they are held: the number is units × 10^-scale.
    pub(crate) fn parts(self) -> (i128, u32) {
        (self.0.mantissa(), self.0.scale())
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self(value.into())
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        rust_decimal::Decimal::from_str_exact(text)
            .map(Self)
            .map_err(|_| DecimalError)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.normalize())
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Written as a text, because JSON numbers are binary floats to many readers.
impl serde::Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Decimal {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Written {
            Whole(i64),
            Float(f64),
            Text(String),
        }
        let decimal = match Written::deserialize(deserializer)? {
            Written::Whole(n) => Some(n.into()),
            Written::Float(x) => Self::from_f64(x),
            Written::Text(t) => t.parse().ok(),
        };
        decimal.ok_or_else(|| serde::de::Error::custom(DecimalError))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, printed: Option<&str>) {
        let parsed = text.parse::<Decimal>().ok().map(|d| d.to_string());
        assert_eq!(parsed.as_deref(), printed, "{text}");
    }

    #[test]
    fn whole() {
        check("150000", Some("150000"));
    }
    #[test]
    fn floats_are_what_they_print_rounded_to_28_places() {
        let rows = [
            (-0.0, Some("0")),
            (1e-30, Some("0")),
            (-f64::MIN_POSITIVE, Some("0")),
            (1e-28, Some("0.0000000000000000000000000001")),
            (-4.9e-29, Some("0")),
            (5e-29, Some("0.0000000000000000000000000001")),
            (
                -1.234_567_890_123_456_7e-13,
                Some("-0.0000000000001234567890123457"),
            ),
            (
                1.234_567_890_123_456_7e-12,
                Some("0.0000000000012345678901234567"),
            ),
            (9_007_199_254_740_993.0, Some("9007199254740992")),
            (7.9e28, Some("79000000000000000000000000000")),
            (7.93e28, None),
            (f64::MAX, None),
            (f64::NEG_INFINITY, None),
        ];
        for (float, printed) in rows {
            let found = Decimal::from_f64(float).map(|decimal| decimal.to_string());
            assert_eq!(found.as_deref(), printed, "{float:e}");
        }
        assert_eq!(Decimal::from_f64(-1e-40), Some(Decimal::default()));
        assert!(!Decimal::from_f64(-1e-40).unwrap().is_negative());
    }
    #[test]
    fn trailing_zeros() {
        check("1.50", Some("1.5"));
    }
    #[test]
    fn negative() {
        check("-0.01", Some("-0.01"));
    }
    #[test]
    fn too_long() {
        check("123456789012345678901234567890", None);
    }
    #[test]
    fn words() {
        check("mil", None);
    }
    #[test]
    fn float_of_a_tenth_is_a_tenth() {
        assert_eq!(Decimal::from_f64(0.1).unwrap().to_string(), "0.1");
        assert_eq!(Decimal::from_f64(f64::NAN), None);
        assert_eq!(Decimal::from_f64(1e30), None);
    }
    #[test]
    fn the_noise_of_binary_sums_is_a_number() {
        let noise = Decimal::from_f64(0.1 + 0.2 - 0.3).unwrap();
        assert_eq!(noise.to_string(), "0.0000000000000000555111512313");
        assert_eq!(Decimal::from_f64(5e-324), Some(Decimal::default()));
    }
}
