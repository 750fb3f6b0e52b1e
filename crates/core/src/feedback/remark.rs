//! What a provider says of an address while it refuses a message.

use super::FeedbackKind;
use crate::PurposeScope;

/// What a provider says of a person or her address in the same breath in which it refuses a
/// message, and no report will repeat: that there is no such mailbox, that she has answered STOP.
///
/// What follows is what follows from a report of the kind: the address is not written to again.
///
/// ```
/// # use pregon_core::*;
/// let remark = Remark {
///     kind: FeedbackKind::Unsubscribed,
///     refuses: PurposeScope::Everything,
/// };
/// let address = HashKey::new([7; 32]).address("phone", "+56912345678");
/// let word = remark.word(address, &ChannelName::new("sms")?, "twilio").unwrap();
/// assert_eq!((word.word, word.source.as_str()), (Word::OptOut, "unsubscribed:twilio"));
/// # Ok::<(), IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What it says.
    pub kind: FeedbackKind,
    /// What the person refuses, when it is [`Unsubscribed`](FeedbackKind::Unsubscribed).
    pub refuses: PurposeScope,
}

impl Remark {
    /// The address will never take anything.
    #[must_use]
    pub const fn dead_address() -> Self {
        Self {
            kind: FeedbackKind::BouncedHard,
            refuses: PurposeScope::Everything,
        }
    }

    /// The person has refused everything from this sender: STOP to a number.
    #[must_use]
    pub const fn stopped() -> Self {
        Self {
            kind: FeedbackKind::Unsubscribed,
            refuses: PurposeScope::Everything,
        }
    }
}
