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

    /// With one member more.
    pub(crate) fn with(mut self, name: &str, member: impl IntoMember) -> Self {
        self.0.push((name.to_owned(), member.into_member()));
        self
    }

    /// As one line.
    pub(crate) fn finish(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What can stand in an object.
pub(crate) trait IntoMember {
    #[expect(private_interfaces, reason = "only this module makes members")]
    fn into_member(self) -> Member;
}

#[expect(private_interfaces, reason = "only this module makes members")]
impl<T: Into<serde_json::Value>> IntoMember for T {
    fn into_member(self) -> Member {
        Member::Value(self.into())
    }
}

#[expect(private_interfaces, reason = "only this module makes members")]
impl IntoMember for Object {
    fn into_member(self) -> Member {
        Member::Object(self)
    }
}

#[expect(private_interfaces, reason = "only this module makes members")]
impl IntoMember for Vec<Object> {
    fn into_member(self) -> Member {
        Member::List(self)
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
