//! What stands for a person who was forgotten.

use crate::{
    AddressHash, CustomerId, HashKey, OccurrenceId, Preference, PreferenceScope, Subject, Word,
};

/// How the id of somebody who was forgotten begins.
const ERASED: &str = "erased:";

impl OccurrenceId {
    /// What stands for what was written about to somebody who was forgotten.
    #[must_use]
    pub fn erased() -> Self {
        Self::new("erased").expect("a word is an id")
    }
}

impl Preference {
    /// What is recorded of each address of somebody who is forgotten: nothing promotional, whoever
    /// has it.
    #[must_use]
    pub fn of_erased(address: AddressHash) -> Self {
        Self {
            subject: Subject::Address(address),
            scope: PreferenceScope::promotional(),
            word: Word::OptOut,
            source: "erase".to_owned(),
            wording: None,
        }
    }
}

impl CustomerId {
    /// Whether it stands for somebody who was forgotten.
    ///
    /// ```
    /// # use pregon_core::{CustomerId, HashKey};
    /// let (key, ana) = (HashKey::new([7; 32]), CustomerId::new("C-1")?);
    /// assert!(key.tombstone(&ana).is_erased() && !ana.is_erased());
    /// # Ok::<(), pregon_core::IdError>(())
    /// ```
    #[must_use]
    pub fn is_erased(&self) -> bool {
        erased(self).is_some()
    }
}

impl HashKey {
    /// What stands for a customer who was forgotten: always the same, and only whoever has the key
    /// can tell that it was this one.
    ///
    /// HMAC-SHA-256 (RFC 2104) of the id, first 16 bytes, in hexadecimal digits.
    #[must_use]
    pub fn tombstone(&self, of: &CustomerId) -> CustomerId {
        let hex = data_encoding::HEXLOWER.encode(&self.token(of));
        CustomerId::new(format!("{ERASED}{hex}")).expect("digits are an id")
    }

    /// Sixteen bytes for whoever a word speaks of that stay the same when the person is forgotten.
    ///
    /// A customer's are keyed, so that nobody finds the id by trying; those of others are
    /// [`Subject::code`].
    #[must_use]
    pub fn pseudonym(&self, of: &Subject) -> [u8; 16] {
        match of {
            Subject::Customer(id) => self.token(id),
            other => other.code(),
        }
    }

    fn token(&self, of: &CustomerId) -> [u8; 16] {
        erased(of).unwrap_or_else(|| self.sign(&[b"customer", of.as_str().as_bytes()]))
    }
}

fn erased(id: &CustomerId) -> Option<[u8; 16]> {
    let hex = id.as_str().strip_prefix(ERASED)?;
    let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).ok()?;
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tombstone_says_nothing_and_keeps_its_pseudonym() {
        let (key, other) = (HashKey::new([7; 32]), HashKey::new([8; 32]));
        let ana = CustomerId::new("C-1").unwrap();
        let stone = key.tombstone(&ana);
        assert!(!stone.as_str().contains("C-1") && stone.as_str().len() == 39);
        assert_ne!(stone, other.tombstone(&ana), "only with the key");
        assert_ne!(stone, key.tombstone(&CustomerId::new("C-2").unwrap()));
        assert_eq!(key.tombstone(&stone), stone, "forgotten once");
        let of = |id: &CustomerId| key.pseudonym(&Subject::Customer(id.clone()));
        assert_eq!(of(&ana), of(&stone));
    }

    #[test]
    fn what_only_looks_like_a_tombstone_is_an_id() {
        for id in ["erased:", "erased:ana", "erased:00", "C-erased:"] {
            assert!(!CustomerId::new(id).unwrap().is_erased(), "{id}");
        }
    }
}
