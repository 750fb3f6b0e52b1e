//! Which attributes exist, and of which type.

use std::collections::{BTreeMap, BTreeSet};

use crate::Value;

/// The type of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttributeType {
    /// Yes or no.
    Bool,
    /// A whole number.
    Integer,
    /// An exact decimal number.
    Decimal,
    /// Any text.
    Text,
    /// One text of a closed set.
    Choice(BTreeSet<String>),
    /// A civil date.
    Date,
    /// An instant.
    Instant,
    /// A set of texts.
    Texts,
}

impl AttributeType {
    /// The name of the type, as messages say it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Bool => "boolean",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Text => "text",
            Self::Choice(_) => "one of a set",
            Self::Date => "date",
            Self::Instant => "instant",
            Self::Texts => "set of texts",
        }
    }

    /// Whether the value is one of this type.
    #[must_use]
    pub fn admits(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Bool, Value::Bool(_))
            | (Self::Integer, Value::Integer(_))
            | (Self::Decimal, Value::Decimal(_) | Value::Integer(_))
            | (Self::Text, Value::Text(_))
            | (Self::Date, Value::Date(_))
            | (Self::Instant, Value::Instant(_))
            | (Self::Texts, Value::Texts(_)) => true,
            (Self::Choice(set), Value::Text(text)) => set.contains(text),
            _ => false,
        }
    }
}

/// Why a name cannot be an attribute's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not an attribute name: a letter, then letters, digits and _, parts joined by a dot"
)]
pub struct NameError(String);

/// The attributes that exist, by name.
///
/// ```
/// # use pregon_core::{AttributeType, Schema};
/// let schema = Schema::new().with("visits", AttributeType::Integer)?;
/// assert_eq!(schema.get("visits"), Some(&AttributeType::Integer));
/// assert_eq!(schema.nearest("visit"), Some("visits"));
/// # Ok::<(), pregon_core::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schema {
    attributes: BTreeMap<String, AttributeType>,
    activities: BTreeMap<String, Schema>,
}

impl Schema {
    /// A schema without attributes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The schema with one attribute more; a name that is there already gets the new type.
    ///
    /// # Errors
    /// When the name is not one.
    pub fn with(mut self, name: &str, r#type: AttributeType) -> Result<Self, NameError> {
        self.insert(name, r#type)?;
        Ok(self)
    }

    /// Adds an attribute; a name that is there already gets the new type.
    ///
    /// # Errors
    /// When the name is not one.
    pub fn insert(&mut self, name: &str, r#type: AttributeType) -> Result<(), NameError> {
        if !is_attribute_name(name) {
            return Err(NameError(name.to_owned()));
        }
        self.attributes.insert(name.to_owned(), r#type);
        Ok(())
    }

    /// The type of the attribute, when there is such a one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&AttributeType> {
        self.attributes.get(name)
    }

    /// All attributes, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &AttributeType)> {
        self.attributes
            .iter()
            .map(|(name, r#type)| (name.as_str(), r#type))
    }

    /// The schema with one kind of activity more, and what is known of each of that kind.
    ///
    /// ```
    /// # use pregon_core::{AttributeType, Schema};
    /// let purchase = Schema::new().with("amount", AttributeType::Decimal)?;
    /// let schema = Schema::new().with_activity("purchase", purchase)?;
    /// assert!(schema.activity("purchase").is_some() && schema.activity("visit").is_none());
    /// # Ok::<(), pregon_core::NameError>(())
    /// ```
    ///
    /// # Errors
    /// When the kind's name is not one.
    pub fn with_activity(mut self, kind: &str, attributes: Self) -> Result<Self, NameError> {
        if !is_attribute_name(kind) {
            return Err(NameError(kind.to_owned()));
        }
        self.activities.insert(kind.to_owned(), attributes);
        Ok(self)
    }

    /// What is known of activities of a kind, when customers have such.
    #[must_use]
    pub fn activity(&self, kind: &str) -> Option<&Self> {
        self.activities.get(kind)
    }

    /// All kinds of activities, by name.
    pub fn activities(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.activities
            .iter()
            .map(|(kind, schema)| (kind.as_str(), schema))
    }

    /// The kind of activity that a misspelt one probably means, for hints.
    #[must_use]
    pub fn nearest_activity(&self, kind: &str) -> Option<&str> {
        crate::nearest::nearest(kind, self.activities.keys().map(String::as_str))
    }

    /// The name that a misspelt one probably means, for hints.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&str> {
        crate::nearest::nearest(name, self.attributes.keys().map(String::as_str))
    }
}

/// Whether rules and templates can say the name: `visits`, `pin.status`.
#[must_use]
pub fn is_attribute_name(name: &str) -> bool {
    name.len() <= 128 && name.split('.').all(is_plain_name)
}

fn is_plain_name(part: &str) -> bool {
    let mut chars = part.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_')
}
