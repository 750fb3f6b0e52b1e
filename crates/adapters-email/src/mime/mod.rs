//! What stands in a mail, whoever makes its bytes.

#[cfg(any(feature = "outbox", feature = "smtp"))]
mod body;
pub(crate) mod clean;
#[cfg(any(feature = "outbox", feature = "smtp"))]
mod letter;
pub(crate) mod unsubscribe;

#[cfg(test)]
mod tests;

use pregon_core::{Address, EmailAddress};

#[cfg(any(feature = "outbox", feature = "smtp"))]
pub(crate) use self::letter::{MimeError, letter};

/// Local part and domain of a recipient, the domain in ASCII.
pub(crate) fn with_ascii_domain(to: &EmailAddress) -> Option<(&str, String)> {
    let (local, domain) = to.as_str().rsplit_once('@')?;
    Some((local, idna::domain_to_ascii(domain).ok()?))
}
