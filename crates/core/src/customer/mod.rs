//! What a source knows of a person: the customer, the records that belong to it, what happened.

mod activity;
mod attributes;
mod person;
mod record;
mod row;

pub use activity::Activity;
pub use attributes::Attributes;
pub use person::{Customer, Permission};
pub use record::{Record, RecordRef};
pub use row::{Row, RowError, RowSchema};
