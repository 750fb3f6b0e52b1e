//! What the engine asks of the ledger and hears from it.

use chrono::{DateTime, Utc};

use super::{AddressHash, Doubt, Reason, Subject, Ticket};
use crate::{
    BrandId, CampaignId, ChannelName, Class, ContactHours, CustomerId, JourneyId, LimitId, Purpose,
    StepId, Zone,
};

/// What limits and hours look at when they judge a dispatch that is about to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its campaign.
    pub campaign: CampaignId,
    /// Its journey.
    pub journey: JourneyId,
    /// Its step.
    pub step: StepId,
    /// Its channel.
    pub channel: ChannelName,
    /// Why we write.
    pub purpose: Purpose,
    /// What class of writing that is.
    pub class: Class,
    /// In whose name.
    pub brand: Option<BrandId>,
    /// To whom.
    pub customer: CustomerId,
    /// To which address, as read just now.
    pub address: AddressHash,
    /// The person's zone, as read just now.
    pub zone: Zone,
    /// The hours in which the person wants to be written to, as read just now.
    pub hours: Option<ContactHours>,
    /// How many messages its provider counts and charges it as ([`Counted`](crate::Counted)).
    pub parts: u32,
}

impl Candidate {
    /// The person and the address: whom preferences are asked of and who is gated, always.
    #[must_use]
    pub fn subjects(&self) -> [Subject; 2] {
        [
            Subject::Customer(self.customer.clone()),
            Subject::Address(self.address),
        ]
    }
}

/// A claimed dispatch whose message is rendered: it wants to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// The claim.
    pub ticket: Ticket,
    /// What is judged.
    pub candidate: Candidate,
    /// The key of the address as read just now, for an occasion that is everybody's.
    pub address_key: Option<[u8; 16]>,
    /// Whether it may begin only if the store knows the person's consent.
    pub needs_consent: bool,
}

/// What became of a dispatch that somebody held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The right to say so.
    pub ticket: Ticket,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a dispatch.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The provider has it.
    Accepted {
        /// The provider's own name for it.
        reference: Option<String>,
    },
    /// It definitely did not arrive this time, or was not tried; it comes again.
    Again {
        /// Not before this instant.
        at: DateTime<Utc>,
        /// Why.
        reason: Reason,
    },
    /// It definitely never will arrive.
    Rejected {
        /// Why.
        reason: Reason,
    },
    /// It left and no answer came.
    InDoubt {
        /// What is done about it.
        doubt: Doubt,
        /// When it may be sent again, if it is.
        at: DateTime<Utc>,
    },
    /// The provider was asked about a claimed one that is in doubt, and has it.
    Confirmed {
        /// The provider's own name for it.
        reference: Option<String>,
    },
    /// It was claimed and turned out not to be sent; it never began.
    Withdrawn {
        /// Why.
        reason: Reason,
    },
}

/// The ledger's answer to a dispatch that wants to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub enum Verdict {
    /// The intent is durable: it may leave now. The ticket of its dispatch carries the fence.
    Go,
    /// It must not be sent, now or later.
    Suppressed(Reason),
    /// A limit is full.
    Capped {
        /// The rule that refused.
        rule: LimitId,
        /// When it may try again; `None` when the rule drops what does not fit.
        until: Option<DateTime<Utc>>,
    },
    /// These are quiet hours.
    Quiet {
        /// When they end.
        until: DateTime<Utc>,
    },
    /// The budget of its campaign is spent.
    Spent {
        /// When it may try again.
        until: DateTime<Utc>,
    },
    /// Its time is over.
    Expired,
    /// Its campaign is not active.
    Paused,
    /// Another dispatch of the same person, address or counted subject began in this turn: it is
    /// still held and can be asked for again in the next one.
    Wait,
    /// Somebody else holds it now, or it is settled: there is nothing to do.
    Stale,
}

impl Verdict {
    /// Whether the dispatch is at its end with this answer.
    #[must_use]
    pub fn is_end(&self) -> bool {
        matches!(
            self,
            Self::Suppressed(_) | Self::Expired | Self::Capped { until: None, .. }
        )
    }
}
