//! SMS channels of Pregón: an outbox directory.

#[cfg(feature = "outbox")]
mod outbox;

#[cfg(feature = "outbox")]
pub use outbox::{Durability, SmsOutboxDir};
