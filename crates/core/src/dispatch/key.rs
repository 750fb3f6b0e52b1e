//! What makes a dispatch the same dispatch.

use std::fmt;

use sha2::{Digest, Sha256};

use super::hash::short;
use crate::{CampaignId, ChannelName, CustomerId, JourneyId, OccurrenceId, StepId};

/// The parts that make two dispatches one: never a run, an attempt, a time, a text or an address.
///
/// A run that was killed half-way and is run again makes the same keys, so nothing goes out twice;
/// next year's renewal is another occurrence, so it does go out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DispatchKey {
    /// The campaign.
    pub campaign: CampaignId,
    /// The journey within it.
    pub journey: JourneyId,
    /// The step within that.
    pub step: StepId,
    /// The kind of trigger: `before_date`, `calendar`.
    pub trigger: String,
    /// What the trigger fired for.
    pub occurrence: OccurrenceId,
    /// Whom it is for.
    pub customer: CustomerId,
    /// By which channel.
    pub channel: ChannelName,
}

impl DispatchKey {
    /// The hash of the parts.
    ///
    /// SHA-256 over `mk1` and each part with its length before it, so that no two keys have the
    /// same input; first 16 bytes.
    #[must_use]
    pub fn id(&self) -> DispatchId {
        // The first part is the tenant, of which there is one until somebody needs two.
        let parts = [
            "",
            self.campaign.as_str(),
            self.journey.as_str(),
            self.step.as_str(),
            &self.trigger,
            self.occurrence.as_str(),
            self.customer.as_str(),
            self.channel.as_str(),
        ];
        DispatchId(hash(b"mk1", &parts.map(str::as_bytes)))
    }

    /// The key under which an occasion that is not the person's own reaches an address once: two
    /// customers who share a phone get one copy of a newsletter.
    #[must_use]
    pub fn at_address(&self, address: &super::AddressHash) -> [u8; 16] {
        let parts: [&[u8]; 6] = [
            self.campaign.as_str().as_bytes(),
            self.journey.as_str().as_bytes(),
            self.step.as_str().as_bytes(),
            self.channel.as_str().as_bytes(),
            self.occurrence.as_str().as_bytes(),
            address.as_bytes(),
        ];
        hash(b"ma1", &parts)
    }
}

fn hash(tag: &[u8], parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new_with_prefix(tag);
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    short(&hash.finalize())
}

/// The name of a dispatch everywhere: in the ledger, in logs, in the Message-ID.
///
/// Prints as 26 letters and digits in lower case (base32 of RFC 4648 without padding).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DispatchId([u8; 16]);

impl DispatchId {
    /// The id that a store kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes that a store keeps.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The id that is printed so.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_uppercase();
        let bytes = data_encoding::BASE32_NOPAD.decode(text.as_bytes()).ok()?;
        <[u8; 16]>::try_from(bytes).ok().map(Self)
    }

    /// A number that is the same for the same dispatch everywhere: the seed of its jitter.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.0[..8]
            .iter()
            .fold(0, |seed, byte| (seed << 8) | u64::from(*byte))
    }
}

impl fmt::Display for DispatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::BASE32_NOPAD.encode(&self.0).to_lowercase())
    }
}

impl fmt::Debug for DispatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(journey: &str, step: &str) -> DispatchKey {
        DispatchKey {
            campaign: CampaignId::new("renovacion").unwrap(),
            journey: JourneyId::new(journey).unwrap(),
            step: StepId::new(step).unwrap(),
            trigger: "before_date".to_owned(),
            occurrence: OccurrenceId::new("STR-00005 2026-12-20 30").unwrap(),
            customer: CustomerId::new("C-1").unwrap(),
            channel: ChannelName::new("email").unwrap(),
        }
    }

    #[test]
    fn the_hash_is_pinned_because_ledgers_keep_it() {
        let id = key("aviso-30-dias", "correo").id();
        assert_eq!(id.to_string(), "jvcma26lcouyqcp6nnhuj6fb7q");
    }

    #[test]
    fn letters_cannot_move_between_parts() {
        assert_ne!(key("ab", "c").id(), key("a", "bc").id());
    }
}
