//! The keys under which links are signed, so that they can be changed while old mails are read.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::HashKey;

/// How many characters name a key: they only say which one to try.
const NAME_CHARS: usize = 4;

/// One key for links, with a name that follows from it. Its `Debug` hides it.
#[derive(Clone)]
pub struct LinkKey {
    name: String,
    /// Keyed already, so that a signature costs half.
    mac: Hmac<Sha256>,
}

impl LinkKey {
    /// Takes 32 secret bytes; they must come from a good source of randomness.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&bytes)
            .expect("HMAC takes keys of any length");
        let name = mac.clone().chain_update(b"pregon link key name").finalize();
        let name = data_encoding::BASE32_NOPAD.encode(&name.into_bytes()[..5]);
        Self {
            name: name[..NAME_CHARS].to_lowercase(),
            mac,
        }
    }

    /// The key that follows from a store's secret: what is used when a host brings none.
    #[must_use]
    pub fn of(secret: &HashKey) -> Self {
        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.expose())
            .expect("HMAC takes keys of any length");
        let bytes = mac.chain_update(b"pregon link key").finalize();
        Self::new(bytes.into_bytes().into())
    }

    /// The name of the key in tokens. It is no secret and tells nothing of the key.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A signature about to be made or checked.
    pub(super) fn begin(&self) -> Hmac<Sha256> {
        self.mac.clone()
    }
}

impl fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkKey({} ***)", self.name)
    }
}

/// The key that signs new links, and older ones whose links still hold.
///
/// ```
/// # use pregon_core::{DispatchId, DispatchRef, LinkKey, LinkKeys, LinkUse};
/// let name = DispatchRef { id: DispatchId::from_bytes([7; 16]), row: 31 };
/// let before = LinkKeys::new(LinkKey::new([1; 32]));
/// let token = before.sign(LinkUse::Unsubscribe, &name);
///
/// let after = LinkKeys::new(LinkKey::new([2; 32])).with_older(LinkKey::new([1; 32]));
/// assert_eq!(after.verify(LinkUse::Unsubscribe, &token), Ok(name), "old mails still work");
/// assert_ne!(after.sign(LinkUse::Unsubscribe, &name), token, "new mails have the new key");
/// ```
#[derive(Debug, Clone)]
pub struct LinkKeys {
    pub(super) current: LinkKey,
    pub(super) older: Vec<LinkKey>,
}

impl LinkKeys {
    /// One key for all.
    #[must_use]
    pub fn new(current: LinkKey) -> Self {
        Self {
            current,
            older: Vec::new(),
        }
    }

    /// The key that follows from a store's secret ([`LinkKey::of`]).
    #[must_use]
    pub fn of(secret: &HashKey) -> Self {
        Self::new(LinkKey::of(secret))
    }

    /// With a key that signs no more and whose links still hold. A refusal has no last day, so an
    /// older key is kept as long as mails with it may be read.
    #[must_use]
    pub fn with_older(mut self, key: LinkKey) -> Self {
        self.older.push(key);
        self
    }

    /// Every key of that name: two may share one, since names are short.
    pub(super) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a LinkKey> {
        let all = std::iter::once(&self.current).chain(&self.older);
        all.filter(move |key| key.name == name)
    }
}
