//! The name that a message carries out and its reports bring back.

use std::fmt;

use super::DispatchId;

/// A dispatch, and where its ledger keeps it: what providers are given as our name for a message.
///
/// The row makes it found at once among tens of millions; the id proves that it is the right one,
/// even after the ledger was made anew. Prints as the id, a dot and the row: letters, digits and
/// one dot, which may stand in a header, a URL and the local part of an address.
///
/// ```
/// # use pregon_core::{DispatchId, DispatchRef};
/// let name = DispatchRef { id: DispatchId::from_bytes([7; 16]), row: 31 };
/// assert_eq!(name.to_string(), "a4dqobyha4dqobyha4dqobyha4.31");
/// assert_eq!(DispatchRef::parse(&name.to_string()), Some(name));
/// assert_eq!(DispatchRef::parse("a4dqobyha4dqobyha4dqobyha4"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DispatchRef {
    /// Its name.
    pub id: DispatchId,
    /// The ledger's own number for it, as its [`Ticket`](super::Ticket) has it.
    pub row: i64,
}

impl DispatchRef {
    /// The name that is printed so; capitals do not matter, since mail servers change them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, row) = text.split_once('.')?;
        let digits = !row.is_empty() && row.bytes().all(|byte| byte.is_ascii_digit());
        Some(Self {
            id: DispatchId::parse(id)?,
            row: row.parse().ok().filter(|_| digits)?,
        })
    }
}

impl fmt::Display for DispatchRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.id, self.row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_is_none() {
        let id = DispatchId::from_bytes([7; 16]).to_string();
        let upper = DispatchRef::parse(&format!("{}.4", id.to_uppercase()));
        assert_eq!(upper.map(|it| it.row), Some(4));
        for tail in ["", ".", ".-1", ".+1", ".1.2", ".x", ".99999999999999999999"] {
            assert_eq!(DispatchRef::parse(&format!("{id}{tail}")), None, "{tail:?}");
        }
        assert_eq!(DispatchRef::parse(".1"), None);
    }
}
