//! Things with dates that belong to a customer.

use super::Attributes;
use crate::{CustomerId, IdError, RecordId, RecordKind};

/// The name of a record: its kind and its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordRef {
    /// What it is: `pin`, `booking`.
    pub kind: RecordKind,
    /// Its id in the source.
    pub id: RecordId,
}

/// Something with dates that belongs to a customer: a serial number, a booking, a subscription.
///
/// ```
/// # use pregon_core::{Record, Value};
/// let pin = Record::new("pin", "STR-00005", "C-1")?.with("item_name", "Pin Streaming");
/// assert_eq!(pin.attributes.get("item_name"), Some(&Value::from("Pin Streaming")));
/// # Ok::<(), pregon_core::IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// What it is.
    pub kind: RecordKind,
    /// Its id in the source, as returned by it.
    pub id: RecordId,
    /// Whom it belongs to.
    pub customer: CustomerId,
    /// What rules and templates read.
    pub attributes: Attributes,
}

impl Record {
    /// A record without attributes.
    ///
    /// # Errors
    /// When one of the ids is not one.
    pub fn new(kind: &str, id: &str, customer: &str) -> Result<Self, IdError> {
        Ok(Self {
            kind: RecordKind::new(kind)?,
            id: RecordId::new(id)?,
            customer: CustomerId::new(customer)?,
            attributes: Attributes::new(),
        })
    }

    /// With one attribute more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<crate::Value>) -> Self {
        self.attributes = self.attributes.with(name, value);
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> RecordRef {
        RecordRef {
            kind: self.kind.clone(),
            id: self.id.clone(),
        }
    }
}
