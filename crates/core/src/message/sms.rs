//! Short messages as a kind of message.

use std::fmt;

use super::{Counted, Message, MessageError, Part, Rendered, Syntax};
use crate::PhoneNumber;

/// A short message to one phone.
///
/// ```
/// # use pregon_core::{Address, Message, PhoneNumber, Rendered, Sms};
/// let parts = Rendered::new().with("text", "Su hora es mañana a las 15:00");
/// let sms = Sms::build(PhoneNumber::parse("+56958655810")?, &parts).expect("complete");
/// assert_eq!(sms.text, "Su hora es mañana a las 15:00");
/// # Ok::<(), pregon_core::AddressError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Sms {
    /// The one recipient.
    pub to: PhoneNumber,
    /// The text.
    pub text: String,
}

impl Message for Sms {
    const KIND: &'static str = "sms";
    const COUNTED: Counted = Counted::SmsParts { of: "text" };
    const PARTS: &'static [Part] = &[Part {
        name: "text",
        syntax: Syntax::Text,
        required: true,
        most_chars: 1600,
    }];
    type Address = PhoneNumber;

    fn build(to: PhoneNumber, parts: &Rendered) -> Result<Self, MessageError> {
        let text = parts.get("text").unwrap_or_default().trim();
        if text.is_empty() {
            return Err(MessageError {
                part: "text",
                why: "it is empty",
            });
        }
        Ok(Self {
            to,
            text: text.to_owned(),
        })
    }
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms").finish_non_exhaustive()
    }
}
