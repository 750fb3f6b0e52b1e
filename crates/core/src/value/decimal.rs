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

    /// The nearest decimal to a binary float, as it prints; `None` for NaN and infinities.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        value
            .is_finite()
            .then(|| value.to_string().parse().ok())
            .flatten()
    }

    /// The sum, or `None` where it leaves the range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The number as units × 10^-scale; units have at most 96 bits, scale is at most 28.
    pub(crate) fn parts(self) -> (i128, u32) {
        (self.0.mantissa(), self.0.scale())
    }

    /// Whether the number is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
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
    }
}
