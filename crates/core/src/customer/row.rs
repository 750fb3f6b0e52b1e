//! The one row that the rules and templates of a journey read.

use std::borrow::Cow;

use super::{Activity, Customer, Record};
use crate::rule::{Facts, Lack, Types};
use crate::{AttributeType, RecordKind, Schema, Value};

/// The names that every row has, beside the source's own.
pub(crate) const BUILT_IN: [&str; 4] = ["customer_id", "customer_name", "record_id", "language"];

/// The prefix under which a customer's attributes can always be read.
pub(crate) const CUSTOMER: &str = "customer";

/// One customer, with the record that the occasion is about where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The person.
    pub customer: Customer,
    /// The thing the occasion is about.
    pub record: Option<Record>,
}

impl Row {
    /// The row of a customer alone.
    #[must_use]
    pub fn of(customer: Customer) -> Self {
        Self {
            customer,
            record: None,
        }
    }

    /// The row of a record and its customer.
    #[must_use]
    pub fn with_record(customer: Customer, record: Record) -> Self {
        Self {
            customer,
            record: Some(record),
        }
    }

    /// The value under a name of the row's schema; `None` when it is missing.
    ///
    /// ```
    /// # use pregon_core::{Customer, Record, Row, Value};
    /// let row = Row::with_record(
    ///     Customer::new("C-1")?.named("Ana").with("status", "activa"),
    ///     Record::new("pin", "STR-1", "C-1")?.with("status", "Delivered"),
    /// );
    /// assert_eq!(row.value("pin.status").as_deref(), Some(&Value::from("Delivered")));
    /// assert_eq!(row.value("customer.status").as_deref(), Some(&Value::from("activa")));
    /// assert_eq!(row.value("customer_name").as_deref(), Some(&Value::from("Ana")));
    /// # Ok::<(), pregon_core::IdError>(())
    /// ```
    #[must_use]
    pub fn value(&self, name: &str) -> Option<Cow<'_, Value>> {
        let of_record = self.record.as_ref().and_then(|it| of_record(it, name));
        of_record.or_else(|| of_customer(&self.customer, name))
    }
}

fn of_record<'r>(record: &'r Record, name: &str) -> Option<Cow<'r, Value>> {
    if name == "record_id" {
        return Some(Cow::Owned(Value::from(record.id.as_str())));
    }
    if BUILT_IN.contains(&name) {
        return None;
    }
    let bare = match name.split_once('.') {
        Some((CUSTOMER, _)) => return None,
        Some((prefix, rest)) if prefix == record.kind.as_str() => rest,
        Some(_) => return None,
        None => name,
    };
    record.attributes.get(bare).map(Cow::Borrowed)
}

fn of_customer<'r>(customer: &'r Customer, name: &str) -> Option<Cow<'r, Value>> {
    let text = |text: &str| Some(Cow::Owned(Value::from(text)));
    let bare = match (name, name.split_once('.')) {
        ("customer_id", _) => return text(customer.id.as_str()),
        ("customer_name", _) => return text(customer.name.as_deref()?),
        ("language", _) => return text(customer.language.as_deref()?),
        ("record_id", _) => return None,
        (_, Some((CUSTOMER, rest))) => rest,
        (_, Some(_)) => return None,
        (bare, None) => bare,
    };
    customer.attributes.get(bare).map(Cow::Borrowed)
}

/// What rules read: the names of the row, and what happened to the customer.
impl<'r> Facts<'r> for &'r Row {
    fn value(&self, name: &str) -> Option<Cow<'r, Value>> {
        Row::value(self, name)
    }

    fn activities(&self) -> Cow<'r, [Activity]> {
        Cow::Borrowed(&self.customer.activities)
    }
}

/// What rules read of a customer alone: the names that a row without a record has.
impl<'r> Facts<'r> for &'r Customer {
    fn value(&self, name: &str) -> Option<Cow<'r, Value>> {
        of_customer(self, name)
    }

    fn activities(&self) -> Cow<'r, [Activity]> {
        Cow::Borrowed(&self.activities)
    }
}

/// A name that a row does not have, or has twice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// No such attribute.
    #[error("there is no attribute {name:?}")]
    Unknown {
        /// The name as written.
        name: String,
        /// The name it probably means.
        nearest: Option<String>,
    },
    /// Customer and record both have it.
    #[error("customer and {kind} both have {name:?}: write customer.{name} or {kind}.{name}")]
    Ambiguous {
        /// The name as written.
        name: String,
        /// The kind of record that has it as well.
        kind: RecordKind,
    },
}

/// What a name stands for.
enum Found<'a> {
    One(&'a AttributeType),
    Two(&'a RecordKind),
    None,
}

/// Which names a row has: the customer's attributes, the record's, and the built-in ones.
///
/// ```
/// # use pregon_core::{AttributeType, RecordKind, RowSchema, Schema};
/// let customer = Schema::new().with("status", AttributeType::Text).expect("a name");
/// let pin = Schema::new().with("status", AttributeType::Text).expect("a name");
/// let row = RowSchema::new(customer, Some((RecordKind::new("pin").expect("an id"), pin)));
/// assert!(row.resolve("status").is_err(), "both have it");
/// assert_eq!(row.resolve("pin.status"), Ok(&AttributeType::Text));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSchema {
    customer: Schema,
    record: Option<(RecordKind, Schema)>,
}

impl RowSchema {
    /// The schema of rows with these parts.
    #[must_use]
    pub fn new(customer: Schema, record: Option<(RecordKind, Schema)>) -> Self {
        Self { customer, record }
    }

    /// The type of what is read under a name.
    ///
    /// # Errors
    /// When there is no such name, or when both parts have it and it has no prefix.
    pub fn resolve(&self, name: &str) -> Result<&AttributeType, RowError> {
        let name = name.to_owned();
        match self.look_up(&name) {
            Found::One(r#type) => Ok(r#type),
            Found::Two(kind) => Err(RowError::Ambiguous {
                name,
                kind: kind.clone(),
            }),
            Found::None => Err(RowError::Unknown {
                nearest: self.near(&name),
                name,
            }),
        }
    }

    fn look_up(&self, name: &str) -> Found<'_> {
        if BUILT_IN.contains(&name) && (name != "record_id" || self.record.is_some()) {
            return Found::One(&AttributeType::Text);
        }
        let found = match (name.split_once('.'), &self.record) {
            (Some((CUSTOMER, rest)), _) => self.customer.get(rest),
            (Some((prefix, rest)), Some((kind, schema))) if prefix == kind.as_str() => {
                schema.get(rest)
            }
            (Some(_), _) => None,
            (None, Some((kind, schema))) => match (self.customer.get(name), schema.get(name)) {
                (Some(_), Some(_)) => return Found::Two(kind),
                (one, other) => one.or(other),
            },
            (None, None) => self.customer.get(name),
        };
        found.map_or(Found::None, Found::One)
    }

    /// Every name that can be said without doubt, with its type.
    pub fn names(&self) -> impl Iterator<Item = (String, &AttributeType)> {
        let prefixed = self.prefixed();
        let bare = BUILT_IN.iter().map(|name| (*name).to_owned());
        let attributes = self.customer.iter().map(|(name, _)| name.to_owned());
        let of_record = self.record.iter().flat_map(|(_, schema)| schema.iter());
        let own = of_record.map(|(name, _)| name.to_owned());
        bare.chain(attributes)
            .chain(own)
            .filter_map(|name| match self.look_up(&name) {
                Found::One(r#type) => Some((name, r#type)),
                Found::Two(_) | Found::None => None,
            })
            .chain(prefixed)
    }

    fn prefixed(&self) -> impl Iterator<Item = (String, &AttributeType)> {
        let customer = self
            .customer
            .iter()
            .map(|(n, t)| (format!("{CUSTOMER}.{n}"), t));
        let record = self
            .record
            .iter()
            .flat_map(|(kind, schema)| schema.iter().map(move |(n, t)| (format!("{kind}.{n}"), t)));
        customer.chain(record)
    }

    fn near(&self, name: &str) -> Option<String> {
        let names: Vec<String> = self.names().map(|(name, _)| name).collect();
        crate::nearest::nearest(name, names.iter().map(String::as_str)).map(str::to_owned)
    }
}

/// The names of the row, and the activities of its customer.
impl Types for RowSchema {
    fn attribute(&self, name: &str) -> Result<AttributeType, Lack> {
        self.resolve(name).cloned().map_err(|error| match error {
            RowError::Unknown { nearest, .. } => Lack::Unknown { nearest },
            RowError::Ambiguous { name, kind } => Lack::Ambiguous {
                choices: vec![format!("{CUSTOMER}.{name}"), format!("{kind}.{name}")],
            },
        })
    }

    fn activity(&self, kind: &str) -> Result<&Schema, Lack> {
        Types::activity(&self.customer, kind)
    }
}
