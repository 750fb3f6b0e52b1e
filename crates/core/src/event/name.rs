//! An event: a fact with a name of its own.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::Error as _;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Fact;
use crate::HashKey;

/// The name of an event: told again, it is the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId([u8; 16]);

impl EventId {
    /// The name of a fact of a store: it stands at this place in the batch of this number.
    ///
    /// HMAC-SHA-256 (RFC 2104) with the store's key, first 16 bytes: no two stores give one name.
    #[must_use]
    pub fn of(key: &HashKey, batch: i64, place: usize) -> Self {
        let (batch, place) = (batch.to_string(), place.to_string());
        Self(key.sign(&[b"event", batch.as_bytes(), place.as_bytes()]))
    }

    /// The name of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Something that happened, as it is told to an [`EventSink`](crate::EventSink).
///
/// Serializes as a CloudEvent 1.0 in its JSON form: `id`, `source` (`pregon`), `type`, `time`,
/// `subject` and `data`. Deserializes from the same.
///
/// ```
/// # use pregon_core::*;
/// # let key = HashKey::new([7; 32]);
/// # let said = Preference {
/// #     subject: Subject::Customer(CustomerId::new("C-1")?),
/// #     scope: PreferenceScope::promotional(),
/// #     word: Word::OptOut,
/// #     source: "form".to_owned(),
/// #     wording: None,
/// # };
/// let event = Event {
///     id: EventId::of(&key, 1, 0),
///     at: "2026-11-22T12:00:00Z".parse()?,
///     fact: Fact::word(&said),
/// };
/// let json = serde_json::to_value(&event)?;
/// assert_eq!(json["type"], "pregon.preference.opt_out");
/// assert_eq!(json["data"]["subject"]["customer"], "C-1");
/// assert_eq!(serde_json::from_value::<Event>(json)?, event);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its name.
    pub id: EventId,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub fact: Fact,
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("specversion", "1.0")?;
        map.serialize_entry("id", &self.id.to_string())?;
        map.serialize_entry("source", "pregon")?;
        map.serialize_entry("type", &self.fact.kind())?;
        map.serialize_entry("time", &self.at)?;
        if let Some(subject) = self.fact.subject() {
            map.serialize_entry("subject", &subject)?;
        }
        match &self.fact {
            Fact::Dispatch(it) => map.serialize_entry("data", &Shown(it))?,
            Fact::Campaign(it) => map.serialize_entry("data", it)?,
            Fact::Word(it) => map.serialize_entry("data", it)?,
            Fact::Feedback(it) => map.serialize_entry("data", it)?,
            Fact::Limit(it) => map.serialize_entry("data", it)?,
            Fact::Erased(it) => map.serialize_entry("data", it)?,
        }
        map.end()
    }
}

struct Shown<'a>(&'a crate::DispatchView);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        super::line::dispatch::serialize(self.0, to)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Raw {
            id: String,
            r#type: String,
            time: DateTime<Utc>,
            data: serde_json::Value,
        }
        let raw = Raw::deserialize(from)?;
        let id = data_encoding::HEXLOWER.decode(raw.id.as_bytes()).ok();
        let id = id.and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
        let kind = raw.r#type.strip_prefix("pregon.").unwrap_or_default();
        let kind = match kind.split_once('.').map_or("", |(kind, _)| kind) {
            "preference" => "word",
            "person" => "erased",
            kind => kind,
        };
        let fact = serde_json::Map::from_iter([(kind.to_owned(), raw.data)]);
        Ok(Self {
            id: EventId(id.ok_or_else(|| D::Error::custom("the id of an event is none"))?),
            at: raw.time,
            fact: Fact::deserialize(serde_json::Value::Object(fact)).map_err(D::Error::custom)?,
        })
    }
}
