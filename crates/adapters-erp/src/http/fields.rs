//! Where in an item of the service what stands.

use pregon_core::{AttributeType, Attributes, Schema, Zone, is_attribute_name};
use serde_json::Value as Json;

use super::error::{Error, Result};
use super::problem::ItemFault;
use super::value::value;

/// Names that mean something else in every row of a rule or template.
const RESERVED: [&str; 4] = ["customer_id", "customer_name", "record_id", "language"];

/// An attribute and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) attribute: String,
    pub(super) r#type: AttributeType,
    pub(super) pointer: String,
}

/// What is wrong with an item, and where in it.
pub(super) type Wrong = (String, ItemFault);

/// Whether a text points into JSON (RFC 6901).
pub(super) fn check_pointer(pointer: &str) -> Result<()> {
    let tildes = pointer
        .match_indices('~')
        .all(|(at, _)| matches!(pointer.as_bytes().get(at + 1), Some(b'0' | b'1')));
    if tildes && (pointer.is_empty() || pointer.starts_with('/')) {
        Ok(())
    } else {
        Err(Error::Pointer(pointer.to_owned()))
    }
}

/// The attributes of fields, as long as each is one and their pointers point.
pub(super) fn schema(fields: &[Field]) -> Result<Schema> {
    let mut schema = Schema::new();
    for field in fields {
        check_pointer(&field.pointer)?;
        let name = field.attribute.as_str();
        let wrong = || Error::Attribute(name.to_owned());
        // Dots part the prefixes customer and record.
        if RESERVED.contains(&name) || name.contains('.') || !is_attribute_name(name) {
            return Err(wrong());
        }
        if schema.get(name).is_some() {
            return Err(Error::Twice(name.to_owned()));
        }
        schema
            .insert(name, field.r#type.clone())
            .map_err(|_| wrong())?;
    }
    Ok(schema)
}

/// What stands at a pointer; null and blank texts are missing.
pub(super) fn at<'a>(item: &'a Json, pointer: &str) -> Option<&'a Json> {
    let found = item.pointer(pointer)?;
    let missing = found.is_null() || found.as_str().is_some_and(|text| text.trim().is_empty());
    (!missing).then_some(found)
}

/// The attributes of an item.
pub(super) fn attributes(
    item: &Json,
    fields: &[Field],
    zone: Option<Zone>,
) -> std::result::Result<Attributes, Wrong> {
    let mut attributes = Attributes::new();
    for field in fields {
        let Some(found) = at(item, &field.pointer) else {
            continue;
        };
        let expected = field.r#type.name();
        let read = value(found, &field.r#type, zone)
            .ok_or_else(|| (field.pointer.clone(), ItemFault::Value { expected }))?;
        attributes.insert(&field.attribute, read);
    }
    Ok(attributes)
}
