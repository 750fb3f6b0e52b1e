//! Kinds of messages: what they consist of and how a rendered one is built.

mod counted;
mod email;
mod kind;
pub(crate) mod parts;
mod rendered;
mod sms;

pub use counted::Counted;
pub use email::Email;
pub use kind::{Message, MessageError, Part, Syntax};
pub use rendered::Rendered;
pub use sms::Sms;
