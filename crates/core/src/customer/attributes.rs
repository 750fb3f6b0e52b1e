//! Named values.

use std::collections::BTreeMap;
use std::fmt;

use crate::Value;

/// Named values of a customer, a record or an activity; a missing value is not there.
///
/// Its `Debug` names the attributes and hides their values, which are a person's.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Attributes(BTreeMap<String, Value>);

impl Attributes {
    /// No value.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one value more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.insert(name, value.into());
        self
    }

    /// Sets a value.
    pub fn insert(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// The value, when it is not missing.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All values that are there, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
