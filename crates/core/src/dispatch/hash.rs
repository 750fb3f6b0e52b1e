//! Hashes that stand for people and addresses where the text itself must not stand.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::CustomerId;

/// The first sixteen bytes of a SHA-256: enough that no two inputs are ever met with the same.
pub(super) fn short(digest: &[u8]) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&digest[..16]);
    short
}

/// The 32 secret bytes of a store, under which addresses are hashed and tokens signed.
#[derive(Clone, PartialEq, Eq)]
pub struct HashKey([u8; 32]);

impl HashKey {
    /// Takes 32 secret bytes; they must come from a good source of randomness.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The secret bytes, for the store that keeps them.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The keyed hash of an address of a kind.
    ///
    /// HMAC-SHA-256 (RFC 2104) over kind, a zero byte and the canonical address, first 16 bytes.
    ///
    /// ```
    /// # use pregon_core::HashKey;
    /// let key = HashKey::new([7; 32]);
    /// assert_eq!(key.address("email", "a@b.co"), key.address("email", "a@b.co"));
    /// assert_ne!(key.address("email", "a@b.co"), key.address("phone", "a@b.co"));
    /// ```
    #[must_use]
    pub fn address(&self, kind: &str, canonical: &str) -> AddressHash {
        AddressHash(self.sign(&[kind.as_bytes(), canonical.as_bytes()]))
    }

    /// The keyed hash of some parts, none of which has a zero byte.
    pub(crate) fn sign(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0)
            .expect("HMAC takes keys of any length");
        for (n, part) in parts.iter().enumerate() {
            if n > 0 {
                mac.update(&[0]);
            }
            mac.update(part);
        }
        short(&mac.finalize().into_bytes())
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKey(***)")
    }
}

/// The keyed hash of an address: equal addresses of one store have equal hashes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressHash([u8; 16]);

impl AddressHash {
    /// The hash that a store kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes that a store keeps.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for AddressHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", data_encoding::HEXLOWER.encode(&self.0[..4]))
    }
}

/// Whom a limit counts, or a preference speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Subject {
    /// A customer.
    Customer(CustomerId),
    /// An address, whoever the customer is: two records can share one phone.
    Address(AddressHash),
    /// Anything that a host's own limit counts: a company, a household.
    Named(String),
}

impl Subject {
    /// The sixteen bytes under which a store keeps the subject; no two subjects share them.
    #[must_use]
    pub fn code(&self) -> [u8; 16] {
        match self {
            Self::Customer(id) => tagged(b'c', id.as_str().as_bytes()),
            Self::Address(hash) => tagged(b'a', hash.as_bytes()),
            Self::Named(name) => tagged(b'n', name.as_bytes()),
        }
    }
}

fn tagged(tag: u8, bytes: &[u8]) -> [u8; 16] {
    short(
        &Sha256::new()
            .chain_update([tag])
            .chain_update(bytes)
            .finalize(),
    )
}
