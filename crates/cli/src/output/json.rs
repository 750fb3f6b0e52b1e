//! Documents whose members stand in the order in which they were written.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

/// A JSON object that keeps the order of its members.
#[derive(Debug, Default)]
pub(crate) struct Object(Vec<(String, Member)>);

#[derive(Debug)]
enum Member {
    Value(serde_json::Value),
    Object(Object),
    List(Vec<Object>),
}

impl Object {
    /// A document: `"v": 1` comes first.
    pub(crate) fn new() -> Self {
        Self::plain().with("v", 1)
    }

    /// An object within a document.
    pub(crate) fn plain() -> Self {
        Self::default()
    }

    /// With one value more.
    pub(crate) fn with(self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.and(name, Member::Value(value.into()))
    }

    /// With one object more.
    pub(crate) fn with_object(self, name: &str, object: Self) -> Self {
        self.and(name, Member::Object(object))
    }

    /// With one list of objects more.
    pub(crate) fn with_list(self, name: &str, list: Vec<Self>) -> Self {
        self.and(name, Member::List(list))
    }

    fn and(mut self, name: &str, member: Member) -> Self {
        self.0.push((name.to_owned(), member));
        self
    }

    /// As one line.
    pub(crate) fn finish(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Member {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Object(object) => object.serialize(serializer),
            Self::List(list) => list.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, member) in &self.0 {
            map.serialize_entry(name, member)?;
        }
        map.end()
    }
}

/// An instant as documents write it.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
