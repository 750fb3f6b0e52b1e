//! Kinds of messages: what they consist of and how a rendered one is built.

mod email;
mod kind;
mod rendered;
mod sms;

pub use email::Email;
pub use kind::{Message, MessageError, Part, Syntax};
pub use rendered::Rendered;
pub use sms::Sms;
