//! What a kind of message is.

use super::{Counted, Rendered};
use crate::Address;

/// How the text of a part is escaped when values are put into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// Values are escaped for HTML.
    Html,
    /// Values stand as they are.
    Text,
    /// Values are escaped for the inside of a quoted text of JSON.
    Json,
}

/// One part of a kind of message, and what publishing checks of its template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The name under which campaign files write it.
    pub name: &'static str,
    /// How values are escaped in it.
    pub syntax: Syntax,
    /// Whether a step must have it.
    pub required: bool,
    /// The most characters that it may have when rendered.
    pub most_chars: usize,
}

/// A rendered text that is not a message of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("part {part}: {why}")]
pub struct MessageError {
    /// The part at fault.
    pub part: &'static str,
    /// What is wrong with it; never the text itself.
    pub why: &'static str,
}

/// A kind of message. Open: a host adds its own beside e-mail and SMS.
///
/// See `examples/custom_channel.rs` for a WhatsApp kind that touches nothing of the core.
pub trait Message: Sized + Send + Sync + 'static {
    /// How its providers count it, and hence what it costs.
    const COUNTED: Counted = Counted::Once;
    /// The name of the kind, which is also the name of its channel and of its table in a step.
    const KIND: &'static str;
    /// The parts that a step writes.
    const PARTS: &'static [Part];
    /// Where it is sent to.
    type Address: Address;

    /// Builds the message to one recipient from its rendered parts.
    ///
    /// # Errors
    /// When a part is missing or cannot be a part of such a message.
    fn build(to: Self::Address, parts: &Rendered) -> Result<Self, MessageError>;
}
