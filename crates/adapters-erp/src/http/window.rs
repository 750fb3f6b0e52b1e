//! What is due, exactly.

use pregon_core::{AttributeType, Due, Record, RecordKind, Schema, Value};

use super::error::{Error, Result};

/// The window in which a value of a record must lie.
#[derive(Debug)]
pub(super) struct Window {
    due: Due,
}

impl Window {
    /// The window of a query, whose attribute there must be.
    pub(super) fn new(due: &Due, kind: &RecordKind, schema: &Schema) -> Result<Self> {
        let (attribute, expected) = match due {
            Due::On { attribute, .. } => (attribute, AttributeType::Date),
            Due::At { attribute, .. } => (attribute, AttributeType::Instant),
            _ => return Err(Error::Due),
        };
        if schema.get(attribute) == Some(&expected) {
            Ok(Self { due: due.clone() })
        } else {
            Err(Error::NoSuchDate {
                kind: kind.as_str().to_owned(),
                attribute: attribute.clone(),
                expected: expected.name(),
            })
        }
    }

    /// Whether a record lies in it; one without the value does not.
    pub(super) fn holds(&self, record: &Record) -> bool {
        match &self.due {
            Due::On {
                attribute,
                first,
                last,
            } => match record.attributes.get(attribute) {
                Some(Value::Date(date)) => (*first..=*last).contains(date),
                _ => false,
            },
            Due::At {
                attribute,
                after,
                until,
            } => match record.attributes.get(attribute) {
                Some(Value::Instant(at)) => after < at && at <= until,
                _ => false,
            },
            _ => false,
        }
    }
}
