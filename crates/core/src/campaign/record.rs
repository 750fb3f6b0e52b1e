//! A campaign with its life.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use super::{Campaign, CampaignState, FrozenAudience, Increment, Metrics, Move};
use crate::time::instant;
use crate::{Broadcast, CampaignId, JourneyId};

/// Something that cannot be done with a campaign, with the field at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CampaignError {
    /// The move is not allowed from where it stands.
    #[error("campaign {id} is {state}: it cannot {attempted}")]
    Move {
        /// The campaign.
        id: CampaignId,
        /// Where it stands.
        state: CampaignState,
        /// What was attempted.
        attempted: Move,
    },
    /// A field makes no sense.
    #[error("{field}: {why}")]
    Field {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Metrics change only while a campaign is active.
    #[error("campaign {id} is {state}: its metrics change only while it is active")]
    NotActive {
        /// The campaign.
        id: CampaignId,
        /// Where it stands.
        state: CampaignState,
    },
}

/// A campaign with its state, its metrics and its version, which grows by one with each change.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignRecord {
    /// The version of this form.
    v: u32,
    campaign: Campaign,
    state: CampaignState,
    metrics: Metrics,
    version: u64,
    #[serde(deserialize_with = "instant::read")]
    created_at: DateTime<Utc>,
    #[serde(deserialize_with = "instant::read")]
    updated_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    activated_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resumed_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    broadcasts: Vec<Broadcast>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    frozen: BTreeMap<JourneyId, FrozenAudience>,
}

impl CampaignRecord {
    /// A new campaign, as a draft of version 1.
    ///
    /// # Errors
    /// When a field of it makes no sense.
    pub fn draft(campaign: Campaign, now: DateTime<Utc>) -> Result<Self, CampaignError> {
        check(&campaign)?;
        let now = instant::kept(now);
        Ok(Self {
            v: 1,
            campaign,
            state: CampaignState::Draft,
            metrics: Metrics::default(),
            version: 1,
            created_at: now,
            updated_at: now,
            activated_at: None,
            resumed_at: None,
            broadcasts: Vec::new(),
            frozen: BTreeMap::new(),
        })
    }

    /// The campaign as written.
    #[must_use]
    pub fn campaign(&self) -> &Campaign {
        &self.campaign
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> CampaignState {
        self.state
    }

    /// What it has used and brought.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        self.metrics
    }

    /// How often it was changed.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// When it was first kept.
    #[must_use]
    pub fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// When it first became active.
    #[must_use]
    pub fn activated_at(&self) -> Option<DateTime<Utc>> {
        self.activated_at
    }

    /// When somebody last let it go on after a pause: what a [`Guard`](crate::Guard) counts begins
    /// there anew.
    #[must_use]
    pub fn resumed_at(&self) -> Option<DateTime<Utc>> {
        self.resumed_at
    }

    /// When it was last changed; never before an earlier change, whatever the clock said.
    #[must_use]
    pub fn updated_at(&self) -> DateTime<Utc> {
        self.updated_at
    }

    /// The broadcasts that were started.
    #[must_use]
    pub fn broadcasts(&self) -> &[Broadcast] {
        &self.broadcasts
    }

    /// The audiences that were frozen when it was published, by their journeys.
    #[must_use]
    pub fn frozen(&self) -> &BTreeMap<JourneyId, FrozenAudience> {
        &self.frozen
    }

    /// The record with these audiences instead of those it has.
    #[must_use]
    pub fn with_frozen(mut self, frozen: BTreeMap<JourneyId, FrozenAudience>) -> Self {
        self.frozen = frozen;
        self
    }

    /// The record with its last change dated not before an instant: a store dates a change not
    /// before what its ledger has seen.
    #[must_use]
    pub fn changed_not_before(mut self, at: DateTime<Utc>) -> Self {
        self.updated_at = self.updated_at.max(instant::kept(at));
        self
    }

    /// The record after a move.
    ///
    /// # Errors
    /// When the move is not allowed from where it stands.
    pub fn moved(&self, r#move: Move, now: DateTime<Utc>) -> Result<Self, CampaignError> {
        let refused = || CampaignError::Move {
            id: self.campaign.id.clone(),
            state: self.state,
            attempted: r#move,
        };
        let state = self.state.after(r#move).ok_or_else(refused)?;
        let changed = self.changed(now);
        let first = (state == CampaignState::Active).then_some(changed.updated_at);
        Ok(Self {
            state,
            activated_at: changed.activated_at.or(first),
            resumed_at: match r#move {
                Move::Resume => Some(changed.updated_at),
                _ => changed.resumed_at,
            },
            ..changed
        })
    }

    /// The record with the campaign written anew; a finished or cancelled one stays as it is.
    ///
    /// # Errors
    /// When a field makes no sense, the id is another's, or the campaign is over.
    pub fn rewritten(&self, campaign: Campaign, now: DateTime<Utc>) -> Result<Self, CampaignError> {
        check(&campaign)?;
        if campaign.id != self.campaign.id {
            return Err(CampaignError::Field {
                field: "id",
                why: "it is another campaign's",
            });
        }
        if self.state.is_over() {
            let why = "the campaign is over; a new one needs a new id";
            return Err(CampaignError::Field { field: "id", why });
        }
        Ok(Self {
            campaign,
            ..self.changed(now)
        })
    }

    /// The record with more in its metrics.
    ///
    /// # Errors
    /// When it is not active, or the increment makes no sense.
    pub fn measured(&self, more: Increment, now: DateTime<Utc>) -> Result<Self, CampaignError> {
        if self.state != CampaignState::Active {
            let id = self.campaign.id.clone();
            return Err(CampaignError::NotActive {
                id,
                state: self.state,
            });
        }
        let why = "an increment must be positive and fit";
        let wrong = CampaignError::Field {
            field: "metrics",
            why,
        };
        let metrics = self.metrics.plus(more).ok_or(wrong)?;
        Ok(Self {
            metrics,
            ..self.changed(now)
        })
    }

    /// The record with a broadcast started; the same id again changes nothing.
    ///
    /// It starts after every earlier change, so that whoever has planned up to one of them has not
    /// planned past it, whatever the clock said.
    ///
    /// # Errors
    /// When the campaign has no such journey that is started on demand.
    pub fn broadcast(&self, mut broadcast: Broadcast) -> Result<Option<Self>, CampaignError> {
        let on_demand = self.campaign.journeys.iter().any(|journey| {
            journey.id == broadcast.journey && journey.trigger == crate::TriggerSpec::OnDemand
        });
        if !on_demand {
            let why = "no journey of this id is started on demand";
            return Err(CampaignError::Field {
                field: "journey",
                why,
            });
        }
        let known = |b: &Broadcast| b.journey == broadcast.journey && b.id == broadcast.id;
        if self.broadcasts.iter().any(known) {
            return Ok(None);
        }
        let after = self.updated_at + Duration::microseconds(1);
        broadcast.started_at = instant::kept(broadcast.started_at).max(after);
        let mut next = self.changed(broadcast.started_at);
        next.broadcasts.push(broadcast);
        Ok(Some(next))
    }

    /// The move that the dates ask for at this instant.
    #[must_use]
    pub fn by_itself(&self, now: DateTime<Utc>) -> Option<Move> {
        let starts = self.campaign.starts_at.is_some_and(|at| at <= now);
        let ends = self.campaign.ends_at.is_some_and(|at| at <= now);
        match self.state {
            CampaignState::Scheduled if starts => Some(Move::Activate),
            CampaignState::Active | CampaignState::Paused if ends => Some(Move::Finish),
            _ => None,
        }
    }

    /// When its dates next ask for a move.
    #[must_use]
    pub fn next_by_itself(&self) -> Option<DateTime<Utc>> {
        match self.state {
            CampaignState::Scheduled => self.campaign.starts_at,
            CampaignState::Active | CampaignState::Paused => self.campaign.ends_at,
            _ => None,
        }
    }

    fn changed(&self, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            updated_at: instant::kept(now).max(self.updated_at),
            ..self.clone()
        }
    }
}

fn check(campaign: &Campaign) -> Result<(), CampaignError> {
    let wrong = |field, why| Err(CampaignError::Field { field, why });
    if campaign.name.trim().is_empty() || campaign.name.chars().count() > 255 {
        return wrong("name", "it must have 1 to 255 characters");
    }
    if let (Some(start), Some(end)) = (campaign.starts_at, campaign.ends_at)
        && end <= start
    {
        return wrong("ends_at", "the campaign ends before it starts");
    }
    let Some(budget) = &campaign.budget else {
        return Ok(());
    };
    if budget.total.is_none() && budget.messages.is_none() {
        return wrong("budget", "it says neither a total nor a number of messages");
    }
    if budget.total.is_some_and(|total| total.is_negative()) {
        return wrong("budget", "it is negative");
    }
    let capital = |code: &str| code.len() == 3 && code.chars().all(|c| c.is_ascii_uppercase());
    match (&budget.total, &budget.currency) {
        (_, Some(code)) if !capital(code) => wrong(
            "budget",
            "its currency must be three capital letters, as CLP",
        ),
        (Some(_), None) => wrong("budget", "its total needs a currency, as CLP"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
