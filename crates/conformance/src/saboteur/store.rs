//! A store that breaks one promise.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::{
    Addressed, Ask, CampaignRecord, CampaignStore, ChannelName, Cursor, Dispatch, DispatchLog,
    DispatchQuery, DispatchRef, DispatchView, Doubt, Epoch, FrozenId, FrozenMember, HashKey,
    Ledger, Opened, Opening, Outcome, Page, PlannedPage, PortError, PortErrorKind, Preference,
    PreferenceEntry, PreferenceScope, PreferenceStore, Promise, PurposeScope, Ready, Reason,
    Recorded, Scheduled, Settlement, Store, StoredCampaign, Subject, Ticket, Turned, Word,
};

use super::StoreFault;
use super::judge::Misheard;

/// An honest store that breaks one promise.
#[derive(Debug)]
pub struct SabotagedStore {
    pub(super) honest: Arc<dyn Store>,
    fault: StoreFault,
    memory: Mutex<Memory>,
}

/// What the wrapper remembers in order to lie.
#[derive(Debug, Default)]
pub(super) struct Memory {
    epoch: Epoch,
    tickets: BTreeMap<i64, Ticket>,
    claims: BTreeMap<i64, Ticket>,
    channels: BTreeSet<ChannelName>,
    pub(super) audience: Option<FrozenId>,
    pub(super) members: BTreeMap<FrozenId, Vec<FrozenMember>>,
    /// How many names were given to events.
    pub(super) names: i64,
}

impl SabotagedStore {
    /// The store without this promise.
    #[must_use]
    pub fn new(honest: Arc<dyn Store>, fault: StoreFault) -> Self {
        Self {
            honest,
            fault,
            memory: Mutex::default(),
        }
    }

    pub(super) fn is(&self, fault: StoreFault) -> bool {
        self.fault == fault
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, turned: &Turned) {
        let mut memory = self.memory();
        let begun = turned.begun.iter().map(|begun| &begun.dispatch);
        for Dispatch { ticket, .. } in begun.chain(&turned.claimed) {
            memory.tickets.insert(ticket.row, *ticket);
            if ticket.begun {
                memory.claims.remove(&ticket.row);
            } else {
                memory.claims.insert(ticket.row, *ticket);
            }
        }
    }

    fn settlement(&self, done: &Settlement) -> Settlement {
        let mut done = done.clone();
        if self.is(StoreFault::SettlesByAnyTicket) {
            let latest = self.memory().tickets.get(&done.ticket.row).copied();
            done.ticket = latest.unwrap_or(done.ticket);
        }
        if let (StoreFault::ReleasesHoldsInDoubt, Outcome::InDoubt { at, .. }) =
            (self.fault, &done.outcome)
        {
            let (at, reason) = (*at, Reason::InDoubt);
            done.outcome = Outcome::Again { at, reason };
        }
        if let (StoreFault::ResendsBlindPromotions, Outcome::InDoubt { at, .. }) =
            (self.fault, &done.outcome)
        {
            let (at, doubt) = (*at, Doubt::Resend);
            done.outcome = Outcome::InDoubt { doubt, at };
        }
        done
    }

    fn ask(&self, ask: &Ask) -> Ask {
        let mut ask = ask.clone();
        if self.is(StoreFault::IgnoresTheEpoch) {
            ask.epoch = self.memory().epoch;
        }
        for ready in &mut ask.begin {
            if self.is(StoreFault::ForgetsTheAddressKey) {
                ready.address_key = None;
            }
            ready.needs_consent &= !self.is(StoreFault::AsksNoConsent);
        }
        ask.judge = Arc::new(Misheard {
            judge: Arc::clone(&ask.judge),
            fault: self.fault,
        });
        ask
    }

    /// Each asks in a turn of its own, so that nobody waits.
    async fn one_by_one(&self, ask: &Ask, now: DateTime<Utc>) -> Result<Turned, PortError> {
        let mut all = Turned::default();
        let only = |begin: Vec<Ready>, claim| Ask {
            begin,
            claim,
            ..ask.clone()
        };
        for ready in &ask.begin {
            let turned = self
                .honest
                .turn(&[], &only(vec![ready.clone()], 0), now)
                .await?;
            all.begun.extend(turned.begun);
        }
        let last = self
            .honest
            .turn(&[], &only(Vec::new(), ask.claim), now)
            .await?;
        Ok(Turned {
            begun: all.begun,
            ..last
        })
    }
}

#[async_trait]
impl Ledger for SabotagedStore {
    async fn open(&self, opening: &Opening, now: DateTime<Utc>) -> Result<Opened, PortError> {
        let mut opening = opening.clone();
        opening.events |= self.is(StoreFault::TellsUnasked);
        if self.is(StoreFault::ResendsBlindPromotions) {
            let forever = Promise::Idempotent { retention: None };
            let channels = self.memory().channels.clone().into_iter();
            opening
                .promises
                .extend(channels.map(|channel| (channel, forever)));
        }
        if self.is(StoreFault::DoesNotCountClaims) {
            let (at, reason) = (now, Reason::SourceDown);
            let outcome = Outcome::Again { at, reason };
            let given_back = |ticket: Ticket| Settlement {
                ticket,
                outcome: outcome.clone(),
            };
            let held = std::mem::take(&mut self.memory().claims);
            let done: Vec<Settlement> = held.into_values().map(given_back).collect();
            let ask = Ask {
                epoch: self.memory().epoch,
                begin: Vec::new(),
                claim: 0,
                judge: Arc::new(crate::desk::Rules::default()),
            };
            if ask.epoch > 0 {
                self.honest.turn(&done, &ask, now).await?;
            }
        }
        let mut opened = self.honest.open(&opening, now).await;
        if opened.is_err() && self.is(StoreFault::ForgetsThatItWentBack) {
            opening.flights = Default::default();
            opened = self.honest.open(&opening, now).await;
        }
        let mut opened = opened?;
        self.memory().epoch = opened.epoch;
        if self.is(StoreFault::ForgetsTheHighWater) {
            opened.high_water = now;
        }
        Ok(opened)
    }

    async fn schedule(&self, p: &PlannedPage, now: DateTime<Utc>) -> Result<Scheduled, PortError> {
        let mut page = p.clone();
        for planned in &mut page.dispatches {
            planned.shared &= !self.is(StoreFault::ForgetsTheAddressKey);
            self.memory().channels.insert(planned.key.channel.clone());
        }
        self.honest.schedule(&page, now).await
    }

    async fn turn(
        &self,
        done: &[Settlement],
        ask: &Ask,
        now: DateTime<Utc>,
    ) -> Result<Turned, PortError> {
        let done: Vec<Settlement> = done.iter().map(|done| self.settlement(done)).collect();
        let ask = self.ask(ask);
        let mut turned = if self.is(StoreFault::BeginsTwoOfAPerson) {
            let none = Ask {
                begin: Vec::new(),
                claim: 0,
                ..ask.clone()
            };
            self.honest.turn(&done, &none, now).await?;
            self.one_by_one(&ask, now).await?
        } else {
            let turned = self.honest.turn(&done, &ask, now).await;
            if turned.is_err() && self.is(StoreFault::KeepsHalfOfARefusedTurn) {
                let current = Ask {
                    epoch: self.memory().epoch,
                    ..ask
                };
                self.honest.turn(&done, &current, now).await?;
            }
            turned?
        };
        self.remember(&turned);
        if self.is(StoreFault::ShowsNoAttempts) {
            let begun = turned.begun.iter_mut().map(|begun| &mut begun.dispatch);
            for dispatch in begun.chain(&mut turned.claimed) {
                (dispatch.attempts, dispatch.first_at) = (0, None);
            }
        }
        Ok(turned)
    }
}

#[async_trait]
impl DispatchLog for SabotagedStore {
    async fn dispatches<'a>(
        &self,
        query: &DispatchQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<DispatchView>, PortError> {
        let mut page = self.honest.dispatches(query, after, limit).await?;
        if self.is(StoreFault::ShowsTheLogBackwards) {
            page.items.reverse();
        }
        Ok(page)
    }

    async fn addressed(&self, name: &DispatchRef) -> Result<Option<Addressed>, PortError> {
        self.honest.addressed(name).await
    }
}

#[async_trait]
impl CampaignStore for SabotagedStore {
    async fn save(&self, campaign: &CampaignRecord) -> Result<(), PortError> {
        let saved = self.honest.save(campaign).await;
        let conflict = |error: &PortError| error.kind() == PortErrorKind::Conflict;
        if self.is(StoreFault::OverwritesCampaigns) && saved.as_ref().is_err_and(conflict) {
            return Ok(());
        }
        saved
    }

    async fn campaigns(&self) -> Result<Vec<StoredCampaign>, PortError> {
        let mut campaigns = self.honest.campaigns().await?;
        if self.is(StoreFault::LosesTheProgress) {
            campaigns
                .iter_mut()
                .for_each(|stored| stored.progress.clear());
        }
        Ok(campaigns)
    }
}

impl SabotagedStore {
    /// The words that are kept instead.
    fn words(&self, words: &[Preference]) -> Vec<Preference> {
        let mut kept = Vec::new();
        for word in words {
            let of_address = matches!(word.subject, Subject::Address(_));
            if self.is(StoreFault::ForgetsRefusalsOfAddresses) && of_address {
                continue;
            }
            kept.push(word.clone());
            if self.is(StoreFault::ForgetsTheScopeOfAConsent) && word.word == Word::OptIn {
                let everything = PreferenceScope {
                    channel: None,
                    purpose: PurposeScope::Everything,
                };
                let wider = [PreferenceScope::promotional(), everything];
                kept.extend(wider.map(|scope| Preference {
                    scope,
                    ..word.clone()
                }));
            }
        }
        kept
    }
}

#[async_trait]
impl PreferenceStore for SabotagedStore {
    async fn record(
        &self,
        words: &[Preference],
        now: DateTime<Utc>,
    ) -> Result<Recorded, PortError> {
        let recorded = self.honest.record(&self.words(words), now).await?;
        let hidden = self.is(StoreFault::HidesWhatIsInFlight);
        let in_flight = if hidden { 0 } else { recorded.in_flight };
        Ok(Recorded { in_flight })
    }

    async fn history(&self, subject: &Subject) -> Result<Vec<PreferenceEntry>, PortError> {
        let mut entries = self.honest.history(subject).await?;
        if self.is(StoreFault::KeepsAWordOnce) {
            entries.dedup_by(|a, b| a.preference == b.preference);
        }
        Ok(entries)
    }

    async fn hash_key(&self) -> Result<HashKey, PortError> {
        self.honest.hash_key().await
    }
}
