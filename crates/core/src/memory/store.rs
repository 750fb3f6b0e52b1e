//! The store in memory.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::state::Tables;
use crate::{
    Addressed, Ask, CampaignRecord, CampaignStore, Cursor, DispatchLog, DispatchQuery, DispatchRef,
    DispatchView, Fact, HashKey, Ledger, Opened, Opening, Page, PlannedPage, PortError,
    PortErrorKind, Preference, PreferenceEntry, PreferenceStore, Recorded, Scheduled, Settlement,
    State, StoredCampaign, Subject, Turned,
};

/// A store in memory: the reference of the store ports, and the test double of every other.
///
/// It forgets everything when it is dropped, so nothing that must not be sent twice may rest on it.
#[derive(Debug)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
    pub(super) hash_key: HashKey,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self {
            tables: Mutex::default(),
            hash_key: HashKey::new([42; 32]),
        }
    }

    pub(super) fn tables(&self) -> MutexGuard<'_, Tables> {
        // Each change is made under one lock; only a mistake of ours can panic within it.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Ledger for MemoryStore {
    async fn open(&self, opening: &Opening, now: DateTime<Utc>) -> Result<Opened, PortError> {
        let mut tables = self.tables();
        let opened = tables.open(opening, now)?;
        tables.decided(opened.high_water);
        Ok(opened)
    }

    async fn schedule(
        &self,
        page: &PlannedPage,
        now: DateTime<Utc>,
    ) -> Result<Scheduled, PortError> {
        let mut tables = self.tables();
        let scheduled = tables.plan(page, now, &self.hash_key);
        tables.decided(now);
        Ok(scheduled)
    }

    async fn turn(
        &self,
        done: &[Settlement],
        ask: &Ask,
        now: DateTime<Utc>,
    ) -> Result<Turned, PortError> {
        let mut tables = self.tables();
        let turned = tables.turn(done, ask, now)?;
        tables.decided(now);
        Ok(turned)
    }
}

#[async_trait]
impl DispatchLog for MemoryStore {
    async fn dispatches<'a>(
        &self,
        query: &DispatchQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<DispatchView>, PortError> {
        let first = match after {
            None => 0,
            Some(cursor) => cursor
                .as_str()
                .parse()
                .map_err(|error: std::num::ParseIntError| {
                    PortError::new("memory", "dispatches", PortErrorKind::Invalid)
                        .with_source(error)
                })?,
        };
        let tables = self.tables();
        let wanted = |view: &DispatchView| {
            query
                .customer
                .as_ref()
                .is_none_or(|id| view.key.customer == *id)
                && query
                    .campaign
                    .as_ref()
                    .is_none_or(|id| view.key.campaign == *id)
                && query.id.as_ref().is_none_or(|id| view.id == *id)
                && (!query.in_flight || view.standing.state == State::Sending)
        };
        let rows = tables.rows.iter().enumerate().skip(first);
        let mut found = rows
            .map(|(n, row)| (n, row.view()))
            .filter(|(_, view)| wanted(view));
        let items: Vec<(usize, DispatchView)> = found.by_ref().take(limit as usize).collect();
        let last = items.last().map(|(n, _)| n + 1);
        let next = found.next().and(last).map(|n| Cursor::new(n.to_string()));
        Ok(Page {
            items: items.into_iter().map(|(_, view)| view).collect(),
            next,
        })
    }

    async fn addressed(&self, name: &DispatchRef) -> Result<Option<Addressed>, PortError> {
        let tables = self.tables();
        let row = tables.keys.get(&name.id).map(|row| &tables.rows[*row]);
        Ok(row.map(|row| Addressed {
            view: row.view(),
            class: row.plan.class,
            address: row.plan.address,
        }))
    }
}

#[async_trait]
impl CampaignStore for MemoryStore {
    async fn save(&self, campaign: &CampaignRecord) -> Result<(), PortError> {
        let mut tables = self.tables();
        let conflict = || PortError::new("memory", "save of a campaign", PortErrorKind::Conflict);
        let id = campaign.campaign().id.clone();
        let kept = tables
            .campaigns
            .get(&id)
            .map_or(0, |stored| stored.record.version());
        if kept + 1 != campaign.version() {
            return Err(conflict());
        }
        if !tables.keep_audiences(campaign) {
            return Err(conflict());
        }
        let seen = tables.high_water.unwrap_or(campaign.updated_at());
        let campaign = campaign.clone().changed_not_before(seen);
        let updated_at = campaign.updated_at();
        let before = tables.state_of(&id);
        tables.news.tell(Fact::campaign(&campaign, before));
        let stored = StoredCampaign {
            record: campaign,
            progress: Default::default(),
        };
        tables.campaigns.insert(id.clone(), stored);
        if tables.is_over(&id) {
            tables.sweep(&id, updated_at);
        }
        tables.decided(updated_at);
        Ok(())
    }

    async fn campaigns(&self) -> Result<Vec<StoredCampaign>, PortError> {
        let tables = self.tables();
        let with_progress = |stored: &StoredCampaign| {
            let mut stored = stored.clone();
            let own = tables
                .progress
                .iter()
                .filter(|((campaign, _), _)| *campaign == stored.record.campaign().id);
            stored.progress = own
                .map(|((_, journey), p)| (journey.clone(), p.clone()))
                .collect();
            stored
        };
        Ok(tables.campaigns.values().map(with_progress).collect())
    }
}

#[async_trait]
impl PreferenceStore for MemoryStore {
    async fn record(
        &self,
        words: &[Preference],
        now: DateTime<Utc>,
    ) -> Result<Recorded, PortError> {
        let mut tables = self.tables();
        let at = tables.high_water.map_or(now, |seen| seen.max(now));
        tables.say(words, at, &self.hash_key);
        tables.decided(at);
        let spoken = |row: &&super::state::Row| {
            let customer = Subject::Customer(row.plan.key.customer.clone());
            let address = row.plan.address.map(Subject::Address);
            let about = |s: &Subject| *s == customer || Some(s) == address.as_ref();
            row.standing.state == State::Sending && words.iter().any(|word| about(&word.subject))
        };
        Ok(Recorded {
            in_flight: tables.rows.iter().filter(spoken).count() as u64,
        })
    }

    async fn history(&self, subject: &Subject) -> Result<Vec<PreferenceEntry>, PortError> {
        let tables = self.tables();
        let own = tables
            .words
            .iter()
            .filter(|entry| entry.preference.subject == *subject);
        Ok(own.cloned().collect())
    }

    async fn hash_key(&self) -> Result<HashKey, PortError> {
        Ok(self.hash_key.clone())
    }
}
