//! Audiences as they were when their campaign was published.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Profile;
use crate::CustomerId;

/// What is kept of those who are in a frozen audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Freeze {
    /// Their ids alone.
    Ids,
    /// Their ids, and the values that the audience's rule read. The host must allow it.
    Profile,
}

/// The number of a frozen audience in its store, which never gives it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FrozenId(u64);

impl FrozenId {
    /// The audience of a number, which a store gave.
    #[must_use]
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

/// The audience of a journey as it was when the campaign was published.
///
/// ```
/// use std::sync::Arc;
/// use pregon_core::memory::{MemorySource, MemoryStore};
/// use pregon_core::testing::{ManualClock, Recording, poll_times};
/// use pregon_core::*;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let ana = |city: &str| {
///     Customer::new("C-1").map(|it| it.email("ana@example.org").with("city", city))
/// };
/// let schema = Schema::new().with("city", AttributeType::Text)?;
/// let source = MemorySource::new().with_schema(schema).with_customers([ana("Quito")?]);
/// let source = Arc::new(source);
/// let email = Recording::email();
/// let engine = Engine::builder()
///     .store(Arc::new(MemoryStore::new()))
///     .clock(Arc::new(ManualClock::at("2026-11-20T12:00:00Z")))
///     .customers(source.clone())
///     .consent(Consent::OptOut)
///     .zone("America/Guayaquil".parse()?)
///     .action(Arc::new(email.clone()))
///     .build()?;
/// let journey = Journey::new("difusion", TriggerSpec::OnDemand)?
///     .audience("city = \"Quito\"")
///     .frozen(Freeze::Ids)
///     .step(Step::email("correo", "Novedades", "Hola.")?);
/// let campaign = Campaign::new("promo", "promotion")?.with(journey);
/// let (id, journey) = (CampaignId::new("promo")?, JourneyId::new("difusion")?);
/// let march = OccurrenceId::new("marzo")?;
///
/// # let done = poll_times(10_000, async {
/// let record = engine.activate(campaign).await?;
/// assert_eq!(record.frozen()[&journey].members, 1);
/// source.put(ana("Loja").expect("an id"));
/// engine.broadcast(&id, journey, march).await?;
/// assert_eq!(engine.pass().await?.accepted, 1, "she was in Quito when it was published");
/// # Ok::<(), EngineError>(()) });
/// # done.expect("the memory adapters never wait")?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenAudience {
    /// Its number in the store.
    pub id: FrozenId,
    /// The instant at which its rule was asked.
    pub at: DateTime<Utc>,
    /// How many people are in it: at least one.
    pub members: u64,
}

/// Somebody in a frozen audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenMember {
    /// Who.
    pub customer: CustomerId,
    /// The values that the rule read then, when they are kept; empty otherwise.
    pub profile: Profile,
}

impl FrozenMember {
    /// Somebody of whom only the id is kept.
    #[must_use]
    pub fn of(customer: CustomerId) -> Self {
        Self {
            customer,
            profile: Profile::default(),
        }
    }
}
