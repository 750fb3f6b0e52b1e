//! The values of a person that are kept.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Attributes, Decimal, Value};

/// Values of a person that are kept: those that the rule of a frozen audience read.
///
/// Its JSON is what stores keep; its `Debug` names the attributes and hides their values.
///
/// ```
/// use pregon_core::{Attributes, Profile, Value};
/// let profile = Profile::from(Attributes::new().with("city", "Quito").with("age", 34));
/// let json = serde_json::to_string(&profile)?;
/// assert_eq!(json, r#"{"age":34,"city":"Quito"}"#);
/// let read: Profile = serde_json::from_str(&json)?;
/// assert_eq!(read.values().get("city"), Some(&Value::from("Quito")));
/// assert!(!format!("{read:?}").contains("Quito"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile(Attributes);

impl Profile {
    /// The values.
    #[must_use]
    pub fn values(&self) -> &Attributes {
        &self.0
    }

    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().next().is_none()
    }
}

impl From<Attributes> for Profile {
    fn from(values: Attributes) -> Self {
        Self(values)
    }
}

impl Serialize for Profile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let values = self.0.iter();
        serializer.collect_map(values.map(|(name, value)| (name, Written::of(value))))
    }
}

impl<'de> Deserialize<'de> for Profile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written: BTreeMap<String, Written> = BTreeMap::deserialize(deserializer)?;
        let mut values = Attributes::new();
        for (name, value) in written {
            let value = value.value().ok_or_else(|| D::Error::custom("no value"))?;
            values.insert(&name, value);
        }
        Ok(Self(values))
    }
}

/// A value as it is written: what JSON has itself, or what says its type.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Bool(bool),
    Integer(i64),
    Text(String),
    Texts(BTreeSet<String>),
    Tagged(Tagged),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Tagged {
    Decimal(String),
    Date(NaiveDate),
    /// Seconds since 1970 and nanoseconds: every instant comes back as it was.
    Instant(i64, u32),
}

impl Written {
    fn of(value: &Value) -> Self {
        match value {
            Value::Bool(it) => Self::Bool(*it),
            Value::Integer(it) => Self::Integer(*it),
            Value::Text(it) => Self::Text(it.clone()),
            Value::Texts(it) => Self::Texts(it.clone()),
            Value::Decimal(it) => Self::Tagged(Tagged::Decimal(it.to_string())),
            Value::Date(it) => Self::Tagged(Tagged::Date(*it)),
            Value::Instant(it) => {
                let instant = Tagged::Instant(it.timestamp(), it.timestamp_subsec_nanos());
                Self::Tagged(instant)
            }
        }
    }

    fn value(self) -> Option<Value> {
        Some(match self {
            Self::Bool(it) => Value::Bool(it),
            Self::Integer(it) => Value::Integer(it),
            Self::Text(it) => Value::Text(it),
            Self::Texts(it) => Value::Texts(it),
            Self::Tagged(Tagged::Decimal(it)) => Value::Decimal(it.parse::<Decimal>().ok()?),
            Self::Tagged(Tagged::Date(it)) => Value::Date(it),
            Self::Tagged(Tagged::Instant(secs, nanos)) => {
                Value::Instant(DateTime::<Utc>::from_timestamp(secs, nanos)?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: impl Into<Value>, json: &str) {
        let profile = Profile(Attributes::new().with("a", value));
        let written = serde_json::to_string(&profile).unwrap();
        assert_eq!(written, format!("{{\"a\":{json}}}"));
        let read: Profile = serde_json::from_str(&written).unwrap();
        assert_eq!(read, profile, "{written}");
    }

    /// The form that stores keep: it never changes.
    #[test]
    fn every_value_comes_back_as_it_was() {
        check(true, "true");
        check(i64::MIN, "-9223372036854775808");
        check("ñandú \" 😀", r#""ñandú \" 😀""#);
        check("1.5".parse::<Decimal>().unwrap(), r#"{"decimal":"1.5"}"#);
        let date: NaiveDate = "2026-11-20".parse().unwrap();
        check(date, r#"{"date":"2026-11-20"}"#);
        check(NaiveDate::MAX, r#"{"date":"+262142-12-31"}"#);
        check(NaiveDate::MIN, r#"{"date":"-262143-01-01"}"#);
        let at: DateTime<Utc> = "2026-11-20T12:00:00.000000001Z".parse().unwrap();
        check(at, r#"{"instant":[1795176000,1]}"#);
        for end in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            let (secs, nanos) = (end.timestamp(), end.timestamp_subsec_nanos());
            check(end, &format!(r#"{{"instant":[{secs},{nanos}]}}"#));
        }
        let texts = ["a", "ñ"].map(str::to_owned);
        check(Value::Texts(texts.into()), r#"["a","ñ"]"#);
        check(Value::Texts(BTreeSet::new()), "[]");
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for wrong in [r#"{"decimal":"x"}"#, r#"{"other":1}"#, "1.5", "null"] {
            let text = format!("{{\"a\":{wrong}}}");
            assert!(serde_json::from_str::<Profile>(&text).is_err(), "{wrong}");
        }
    }
}
