//! The signed text by which a person refuses a kind of message.

use crate::{DispatchId, HashKey};

/// The signed text in a dispatch's unsubscribe links.
///
/// `v1.` the dispatch's id `.` a keyed hash of it: it names nobody, cannot be guessed, and leads
/// through the ledger to person, channel and purpose. 56 characters, all safe in URLs and subjects.
///
/// ```
/// # use pregon_core::{DispatchId, HashKey, unsubscribe_token};
/// let id = DispatchId::from_bytes([7; 16]);
/// let token = unsubscribe_token(&HashKey::new([1; 32]), id);
/// assert!(token.starts_with(&format!("v1.{id}.")));
/// assert_ne!(token, unsubscribe_token(&HashKey::new([2; 32]), id));
/// ```
#[must_use]
pub fn unsubscribe_token(key: &HashKey, id: DispatchId) -> String {
    let sign = key.sign(&[b"unsubscribe", id.to_string().as_bytes()]);
    format!("v1.{id}.{}", DispatchId::from_bytes(sign))
}
