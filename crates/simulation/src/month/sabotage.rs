//! What is broken on purpose, so that the witness must notice.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use pregon_conformance::saboteur::StoreFault;
use pregon_core::{Outcome, Reason, Settlement, Ticket, Turned, Verdict};

/// What is broken on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// The store breaks one promise.
    Store(StoreFault),
    /// A channel says that a message did not leave, and it did.
    LyingChannel,
    /// A channel that promises to know keys forgets them.
    ForgetfulChannel,
    /// A settlement is told a second time, and no fence keeps it from the next attempt.
    UnfencedSettlement,
    /// Words of people are acknowledged and not kept.
    DeafStore,
    /// A pause is acknowledged and not kept.
    EndlessCampaigns,
    /// A page of the plan is acknowledged, and only how far the plan has come is kept.
    LostPages,
    /// A provider that can be asked shows what it has later than it promises.
    SlowLookup,
    /// A channel says that it has messages that it throws away.
    BlackHole,
    /// Who is told of what happens says that they have what they throw away.
    LyingSink,
}

impl Sabotage {
    /// Those that a month must uncover within a few seeds.
    pub const ALL: [Self; 23] = [
        Self::Store(StoreFault::ForgetsTheAddressKey),
        Self::Store(StoreFault::ReleasesHoldsInDoubt),
        Self::Store(StoreFault::ResendsBlindPromotions),
        Self::Store(StoreFault::ForgetsTheHighWater),
        Self::Store(StoreFault::LetsOneTooManyThrough),
        Self::Store(StoreFault::ShortensWindows),
        Self::Store(StoreFault::AsksOneLimitOnly),
        Self::Store(StoreFault::WritesInQuietHours),
        Self::Store(StoreFault::AsksNoConsent),
        Self::Store(StoreFault::ForgetsRefusalsOfAddresses),
        Self::Store(StoreFault::ForgetsTheScopeOfAConsent),
        Self::Store(StoreFault::TellsNothing),
        Self::Store(StoreFault::RenamesEvents),
        Self::Store(StoreFault::ForgetsEventsTooSoon),
        Self::UnfencedSettlement,
        Self::LyingChannel,
        Self::ForgetfulChannel,
        Self::DeafStore,
        Self::EndlessCampaigns,
        Self::LostPages,
        Self::SlowLookup,
        Self::BlackHole,
        Self::LyingSink,
    ];

    /// Whether what is broken is what is told of all that happens.
    pub(super) fn is_about_events(self) -> bool {
        use StoreFault::{ForgetsEventsTooSoon, RenamesEvents, TellsNothing};
        matches!(
            self,
            Self::LyingSink | Self::Store(TellsNothing | RenamesEvents | ForgetsEventsTooSoon)
        )
    }

    pub(super) fn store(self) -> StoreFault {
        match self {
            Self::Store(fault) => fault,
            _ => StoreFault::None,
        }
    }
}

/// Settlements of attempts that were not accepted, told again of the attempts after them.
#[derive(Debug, Clone, Default)]
pub(super) struct Retold(Arc<Mutex<Late>>);

/// What became of a row's last attempt, and the ticket of the next one once there is one.
type Late = BTreeMap<i64, (Outcome, Option<Ticket>)>;

impl Retold {
    /// The settlements with those that are told again before them.
    pub(super) fn before(&self, done: &[Settlement]) -> Vec<Settlement> {
        let mut late = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut told = Vec::new();
        late.retain(|_, (outcome, ticket)| {
            told.extend(ticket.map(|ticket| Settlement {
                ticket,
                outcome: outcome.clone(),
            }));
            ticket.is_none()
        });
        for settlement in done {
            let refused = matches!(
                settlement.outcome,
                Outcome::Again {
                    reason: Reason::NotAccepted,
                    ..
                }
            );
            if refused {
                late.insert(settlement.ticket.row, (settlement.outcome.clone(), None));
            }
        }
        told.extend_from_slice(done);
        told
    }

    /// Notes the tickets of those that began again.
    pub(super) fn after(&self, turned: &Turned) {
        let mut late = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let went = turned.begun.iter().filter(|it| it.verdict == Verdict::Go);
        for ticket in went.map(|begun| begun.dispatch.ticket) {
            if let Some((_, known)) = late.get_mut(&ticket.row) {
                *known = Some(ticket);
            }
        }
    }
}
