//! Lets each dispatch out once.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Flight, Flights, PortError};
use crate::{
    Allowance, CampaignId, Candidate, ChannelName, Dispatch, JourneyId, Outcome, Planned, Progress,
    Promise, Quota, Ready, Reason, Settlement, Verdict, in_doubt,
};

/// The number of a pass over the ledger; a newer one makes all older ones void.
pub type Epoch = u64;

/// What a pass says when it opens the ledger.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Opening {
    /// What each channel promises: how the doubts of older epochs are settled. A channel that is
    /// not named is blind.
    pub promises: BTreeMap<ChannelName, Promise>,
    /// What the flight recorder of this place knows of passes that are over.
    pub flights: Flights,
    /// Whether somebody wants to hear what happens: from here on the store writes events, or no
    /// more. All workers of a store say the same.
    pub events: bool,
}

impl Opening {
    /// What is settled about a dispatch that a pass of this epoch had begun and left behind: what
    /// the flight recorder knows, and otherwise a doubt.
    #[must_use]
    pub fn outcome_of(&self, it: &Dispatch, epoch: Epoch, now: DateTime<Utc>) -> Outcome {
        match self.flights.of(epoch, it.ticket.row, it.ticket.number) {
            Flight::Landed(outcome) => outcome,
            Flight::NeverLeft => Outcome::Again {
                at: it.plan.not_before,
                reason: Reason::Stopped,
            },
            Flight::Unrecorded | Flight::Left => {
                let promise = self.promises.get(&it.plan.key.channel).copied();
                let promise = promise.unwrap_or(Promise::Blind);
                let (first_at, resent) = (it.first_at.unwrap_or(now), it.standing.in_doubt);
                Outcome::InDoubt {
                    doubt: in_doubt(promise, it.plan.class, resent, first_at, now),
                    at: promise.settles_at(now),
                }
            }
        }
    }
}

/// What the ledger answers to a pass that opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The pass's number.
    pub epoch: Epoch,
    /// The latest instant the ledger has seen, this one included: time does not go back behind it.
    pub high_water: DateTime<Utc>,
    /// How many dispatches of older epochs were found without an answer.
    pub doubts: u64,
    /// How many of them never left, as the flight recorder proves, and are free again.
    pub released: u64,
    /// How many had been accepted, as the flight recorder noted before anybody could settle it.
    pub accepted: u64,
    /// How many had been rejected for good, as the flight recorder noted.
    pub failed: u64,
}

impl Opened {
    /// A pass that found nothing left behind.
    #[must_use]
    pub fn new(epoch: Epoch, high_water: DateTime<Utc>) -> Self {
        Self {
            epoch,
            high_water,
            doubts: 0,
            released: 0,
            accepted: 0,
            failed: 0,
        }
    }

    /// Counts what was settled about a dispatch that an older epoch had left behind.
    pub fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::InDoubt { .. } => self.doubts += 1,
            Outcome::Accepted { .. } | Outcome::Confirmed { .. } => self.accepted += 1,
            Outcome::Rejected { .. } => self.failed += 1,
            Outcome::Again { .. } | Outcome::Withdrawn { .. } => self.released += 1,
        }
    }
}

/// A page of the plan: what it makes and how far the plan has come with it, kept together or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPage {
    /// The campaign.
    pub campaign: CampaignId,
    /// The journey.
    pub journey: JourneyId,
    /// How far the journey has come once the page is kept.
    pub progress: Progress,
    /// The dispatches.
    pub dispatches: Vec<Planned>,
}

/// What became of a page of the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scheduled {
    /// The places in the page of those that are new and wait for their time.
    pub new: Vec<usize>,
    /// New ones that ended at once, by reason.
    pub refused: BTreeMap<Reason, u64>,
    /// Those that were there already.
    pub known: u64,
}

/// Judges candidates: pure code that the ledger calls inside its transaction.
pub trait Judge: Debug + Send + Sync + 'static {
    /// What each limit says about the candidate.
    fn quotas(&self, it: &Candidate, at: DateTime<Utc>) -> Vec<Quota>;

    /// When the hours in which one does not write end; `None` when these are not such hours.
    fn quiet_until(&self, it: &Candidate, at: DateTime<Utc>) -> Option<DateTime<Utc>>;

    /// What its campaign may spend, and what it costs; `None` when there is no budget.
    fn allowance(&self, it: &Candidate) -> Option<Allowance>;
}

/// What the engine asks for in a turn.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The pass.
    pub epoch: Epoch,
    /// The rendered dispatches that want to begin.
    pub begin: Vec<Ready>,
    /// How many due dispatches to claim at most.
    pub claim: u32,
    /// Who judges.
    pub judge: Arc<dyn Judge>,
}

/// A dispatch that wanted to begin, and the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// It, with the ticket under which it is held from now on.
    pub dispatch: Dispatch,
    /// The answer.
    pub verdict: Verdict,
}

/// What a turn answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Turned {
    /// One answer for each that wanted to begin, in the same order.
    pub begun: Vec<Begun>,
    /// The claimed ones, at most one a person, the most important and longest due first.
    pub claimed: Vec<Dispatch>,
    /// Those that were due and ended instead of being claimed, by reason.
    pub ended: BTreeMap<Reason, u64>,
    /// When the next dispatch of an active campaign that nobody holds falls due, if there is one.
    pub next: Option<DateTime<Utc>>,
}

/// The execution log: what makes a dispatch happen once, and counts it.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Ledger: Debug + Send + Sync + 'static {
    /// Begins a pass.
    ///
    /// Every older epoch is void from here on: its turns are refused with `Conflict`. What it had
    /// claimed is free again. What it had begun is settled by what the flight recorder knows of it:
    /// what never left waits again, and its attempt is given back; what landed is settled as it
    /// landed. All else is in doubt, at once, and is settled by the channel's promise and its class
    /// ([`in_doubt`](crate::in_doubt)). Nothing in doubt gives its holds back.
    ///
    /// # Errors
    /// `Conflict` when the flight recorder proves that the store is older than what was done with
    /// it ([`Flights::are_ahead_of`]): it has forgotten what was sent. Otherwise when the store
    /// cannot be written.
    async fn open(&self, opening: &Opening, now: DateTime<Utc>) -> Result<Opened, PortError>;

    /// Keeps a page of the plan and the plan's progress, both or neither.
    ///
    /// A key that is there already changes nothing. A row ends at once, and takes no address key,
    /// when the plan says that it is refused, when its campaign is over ([`Reason::Cancelled`]), or
    /// when its address key is there already ([`Reason::DuplicateAddress`]).
    ///
    /// # Errors
    /// When the store cannot be written; then nothing of the page is kept.
    async fn schedule(
        &self,
        page: &PlannedPage,
        now: DateTime<Utc>,
    ) -> Result<Scheduled, PortError>;

    /// Takes a turn: settles `done`, begins what is ready and may, claims the next. One
    /// transaction.
    ///
    /// A settlement whose ticket is void changes nothing; one whose reason costs no attempt
    /// ([`Reason::costs_no_attempt`]) gives it back.
    ///
    /// Of those that want to begin, one begins only if its campaign is active, its time not over,
    /// neither person nor address refuses, no limit is full and the hours are open; then its intent
    /// and its places in the limits are durable before this returns. At most one begins for each
    /// person, address and counted subject: the others are told to wait.
    ///
    /// Of a campaign with a budget one begins only while the budget holds it; what it costs is
    /// given back when it surely did not arrive. One that is allowed by another version than the
    /// kept one waits for a minute. Where the store has not counted for the campaign yet, it first
    /// charges what may have reached somebody, at the price of now.
    ///
    /// A limit that the store has not seen counts what it would have counted: the dispatches of its
    /// window that may have reached somebody get their places before anything begins under it.
    ///
    /// A claim is counted; after three that led nowhere a dispatch ends as [`Reason::Poison`]. For
    /// the third it is claimed alone, so that of a batch only the one ends that kills who prepares
    /// it.
    ///
    /// # Errors
    /// `Conflict` when a newer pass has opened the ledger; otherwise when the store cannot be
    /// written. Then nothing of the turn is kept.
    async fn turn(
        &self,
        done: &[Settlement],
        ask: &Ask,
        now: DateTime<Utc>,
    ) -> Result<Turned, PortError>;
}
