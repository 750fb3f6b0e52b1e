//! The signed text by which a person refuses a kind of message.

use crate::{DispatchRef, HashKey, LinkKeys, LinkUse};

/// The signed text in a dispatch's unsubscribe links, as an engine without keys of the host's own
/// makes it.
///
/// ```
/// # use pregon_core::{DispatchId, DispatchRef, HashKey, LinkKeys, LinkUse, unsubscribe_token};
/// let key = HashKey::new([1; 32]);
/// let name = DispatchRef { id: DispatchId::from_bytes([7; 16]), row: 3 };
/// let token = unsubscribe_token(&key, &name);
/// assert!(token.starts_with("v1.") && token.contains(&name.to_string()));
/// assert_eq!(LinkKeys::of(&key).verify(LinkUse::Unsubscribe, &token), Ok(name));
/// assert_ne!(token, unsubscribe_token(&HashKey::new([2; 32]), &name));
/// ```
#[must_use]
pub fn unsubscribe_token(key: &HashKey, name: &DispatchRef) -> String {
    LinkKeys::of(key).sign(LinkUse::Unsubscribe, name)
}
