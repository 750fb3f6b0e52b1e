//! What a source knows of a person: the customer, the records that belong to it, what happened.

mod activity;
mod attributes;

#[cfg(feature = "engine")]
mod person;
#[cfg(feature = "engine")]
mod record;
#[cfg(feature = "engine")]
mod row;

pub use activity::Activity;
pub use attributes::Attributes;
#[cfg(feature = "engine")]
pub(crate) use row::{BUILT_IN, CUSTOMER};
#[cfg(feature = "engine")]
pub use {
    person::{Customer, Permission},
    record::{Record, RecordRef},
    row::{Row, RowError, RowSchema},
};
