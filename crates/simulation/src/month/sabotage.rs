//! What is broken on purpose, so that the witness must notice.

use pregon_conformance::saboteur::StoreFault;

/// What is broken on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// The store breaks one promise.
    Store(StoreFault),
    /// A channel says that a message did not leave, and it did.
    LyingChannel,
    /// A channel that promises to know keys forgets them.
    ForgetfulChannel,
    /// Words of people are acknowledged and not kept.
    DeafStore,
    /// A pause is acknowledged and not kept.
    EndlessCampaigns,
    /// A page of the plan is acknowledged, and only how far the plan has come is kept.
    LostPages,
    /// A channel says that it has messages that it throws away.
    BlackHole,
}

impl Sabotage {
    /// Those that a month must uncover within a few seeds.
    pub const ALL: [Self; 19] = [
        Self::Store(StoreFault::ForgetsTheAddressKey),
        Self::Store(StoreFault::ReleasesHoldsInDoubt),
        Self::Store(StoreFault::SettlesByAnyTicket),
        Self::Store(StoreFault::ResendsBlindPromotions),
        Self::Store(StoreFault::ForgetsTheHighWater),
        Self::Store(StoreFault::LetsOneTooManyThrough),
        Self::Store(StoreFault::ShortensWindows),
        Self::Store(StoreFault::AsksOneLimitOnly),
        Self::Store(StoreFault::WritesInQuietHours),
        Self::Store(StoreFault::AsksNoConsent),
        Self::Store(StoreFault::ForgetsRefusalsOfAddresses),
        Self::Store(StoreFault::ForgetsTheScopeOfAConsent),
        Self::Store(StoreFault::BeginsTwoOfAPerson),
        Self::LyingChannel,
        Self::ForgetfulChannel,
        Self::DeafStore,
        Self::EndlessCampaigns,
        Self::LostPages,
        Self::BlackHole,
    ];

    pub(super) fn store(self) -> StoreFault {
        match self {
            Self::Store(fault) => fault,
            _ => StoreFault::None,
        }
    }
}
