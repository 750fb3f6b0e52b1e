//! Addresses, parsed at the door: what is inside the engine is usable or said not to be.

mod contacts;
mod email;
mod phone;

pub use contacts::{Contacts, Unusable};
pub use email::EmailAddress;
pub use phone::PhoneNumber;

/// A text that is not an address of its kind. It does not carry the text, which is a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a usable {kind}: {why}")]
pub struct AddressError {
    /// The kind of address that was expected.
    pub kind: &'static str,
    /// What is wrong with it.
    pub why: &'static str,
}

/// A kind of address that messages can be sent to.
///
/// A host that adds a kind of message with its own kind of address implements it; the canonical
/// form is what duplicates are told by.
pub trait Address: Sized + Send + Sync + 'static {
    /// The name of the kind: `email`, `phone`.
    const KIND: &'static str;

    /// Takes a text as an address and brings it to its one canonical form.
    ///
    /// # Errors
    /// When nothing can be sent to it.
    fn parse(text: &str) -> Result<Self, AddressError>;

    /// The canonical form.
    fn as_str(&self) -> &str;
}

/// Gives an address type a `Debug` that keeps the person's data out of logs.
macro_rules! private_debug {
    ($type:ident) => {
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "(***)"))
            }
        }
    };
}
pub(crate) use private_debug;
