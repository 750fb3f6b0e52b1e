//! Values by the order in which they first appeared.

use crate::Value;

/// Distinct values; the code of one is its place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dictionary {
    values: Vec<Value>,
}

impl Dictionary {
    /// The value of a code.
    pub(crate) fn value(&self, code: i64) -> Option<&Value> {
        self.values.get(usize::try_from(code).ok()?)
    }

    /// All values, by code.
    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }
}
