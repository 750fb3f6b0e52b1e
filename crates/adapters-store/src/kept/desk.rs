//! What lies on the desk during a turn: the rows that it speaks of and what was changed of them.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use pregon_core::{CampaignId, Hold, Reason, Subject, Ticket};

use super::by_row::ByRow;
use super::flaw::Flaw;
use super::news::News;
use super::purse::Purse;
use super::row::{Own, Row};
use super::wire;

/// What a campaign's state means for its dispatches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    Active,
    Asleep,
    Over,
}

impl Life {
    /// The life of a campaign that is in the state of this name.
    pub(crate) fn of(state: &str) -> Self {
        match state {
            "active" => Self::Active,
            "finished" | "cancelled" => Self::Over,
            _ => Self::Asleep,
        }
    }
}

/// What the state of each campaign means, and which version of it is kept.
pub(crate) type Lives = HashMap<String, (Life, i64)>;

/// Counts by reason.
pub(crate) type Counts = BTreeMap<Reason, u64>;

/// A row that was changed since it was read or written.
#[derive(Debug)]
pub(crate) struct Changed<'a> {
    pub(crate) row: &'a Row,
    before: Own,
}

impl Changed<'_> {
    /// Whether nothing else than what rows of a turn have in common was changed, and perhaps the
    /// reference.
    pub(crate) fn is_common(&self) -> bool {
        self.before.is_of(self.row)
    }

    pub(crate) fn is_referred(&self) -> bool {
        self.before.reference != self.row.reference
    }
}

/// The rows of a turn.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) epoch: i64,
    pub(crate) now: DateTime<Utc>,
    rows: ByRow<Row>,
    lives: Lives,
    /// What is spent and given back of budgets.
    pub(crate) purse: Purse,
    /// The numbers of the rows that have to be written, each with what it had of its own before.
    changed: Vec<(i64, Own)>,
    /// The places that are given back: subject, instant, row.
    released: Vec<(Vec<u8>, i64, i64)>,
    /// What this transaction tells.
    pub(crate) news: News,
}

impl Desk {
    /// A desk with these rows, in campaigns that live so.
    pub(crate) fn of(epoch: i64, now: DateTime<Utc>, rows: ByRow<Row>, lives: Lives) -> Self {
        Self {
            epoch,
            now,
            rows,
            lives,
            purse: Purse::default(),
            changed: Vec::new(),
            released: Vec::new(),
            news: News::default(),
        }
    }

    /// The same desk, for those who want to hear what happens on it.
    pub(crate) fn telling(mut self, news: News) -> Self {
        self.news = news;
        self
    }

    pub(crate) fn get(&self, number: i64) -> Option<&Row> {
        self.rows.get(&number)
    }

    /// A row that is on the desk, to be changed further.
    pub(crate) fn get_mut(&mut self, number: i64) -> Option<&mut Row> {
        self.rows.get_mut(&number)
    }

    /// The row of a ticket, to be changed; `None` when the ticket is void.
    pub(crate) fn held(&mut self, ticket: Ticket) -> Option<&mut Row> {
        let epoch = self.epoch;
        let row = self.rows.get_mut(&ticket.row)?;
        if !row.is_held_by(ticket, epoch) {
            return None;
        }
        self.changed.push((ticket.row, row.own()));
        Some(row)
    }

    /// Whether a ticket is still valid.
    #[cfg(feature = "postgres")]
    pub(crate) fn is_held(&self, ticket: Ticket) -> bool {
        let row = self.rows.get(&ticket.row);
        row.is_some_and(|row| row.is_held_by(ticket, self.epoch))
    }

    pub(crate) fn life(&self, campaign: &CampaignId) -> Life {
        let life = self.lives.get(campaign.as_str());
        life.map_or(Life::Asleep, |(life, _)| *life)
    }

    /// The version of a campaign that is kept.
    pub(crate) fn version(&self, campaign: &CampaignId) -> Option<u64> {
        let (_, version) = self.lives.get(campaign.as_str())?;
        u64::try_from(*version).ok()
    }

    /// Notes what becomes of the holds of a row that stood there since `since`.
    pub(crate) fn note(&mut self, row: i64, hold: Hold, since: DateTime<Utc>) {
        let Some(it) = self.rows.get(&row).filter(|_| hold == Hold::Release) else {
            return;
        };
        let person = Subject::Customer(it.customer.clone());
        let address = it.address.map(Subject::Address);
        let own = [Some(person), address].into_iter().flatten();
        let own = own.map(|subject| wire::place(&subject));
        let counted = it.counted.as_deref().unwrap_or_default();
        let others = counted.chunks(wire::HASHED_PLACE).map(<[u8]>::to_vec);
        let places = own.chain(others);
        // A row holds its places since the instant at which it began, which is its latest change.
        let gone = places.map(|place| (place, wire::micros(since), row));
        self.released.extend(gone);
    }

    /// The places that were released since the last time: subject, instant, row.
    pub(crate) fn take_released(&mut self) -> Vec<(Vec<u8>, i64, i64)> {
        std::mem::take(&mut self.released)
    }

    /// The rows that were changed since the last time, in the order of their numbers.
    pub(crate) fn take_changed(&mut self) -> Vec<Changed<'_>> {
        let mut changed = std::mem::take(&mut self.changed);
        // Of a row that was changed twice the first stays, which tells how it was before.
        changed.sort_by_key(|(row, _)| *row);
        changed.dedup_by_key(|(row, _)| *row);
        let changed = changed.into_iter();
        let rows = changed.filter_map(|(row, before)| {
            let row = self.rows.get(&row)?;
            Some(Changed { row, before })
        });
        rows.collect()
    }

    /// Tells how the rows stand that were changed since the last time.
    pub(crate) fn tell(&mut self) -> Result<(), Flaw> {
        if !self.news.is_wanted() {
            return Ok(());
        }
        let mut changed: Vec<&mut Row> = self.rows.values_mut().filter(|row| row.news).collect();
        changed.sort_unstable_by_key(|row| row.row);
        for row in &mut changed {
            row.news = false;
        }
        self.news.of_rows(changed.into_iter().map(|row| &*row))
    }

    /// The rows that the pass still holds; the desk is empty afterwards.
    #[cfg(feature = "sqlite")]
    pub(crate) fn drain_held(&mut self) -> impl Iterator<Item = (i64, Row)> {
        let epoch = Some(self.epoch);
        self.rows.drain().filter(move |(_, row)| row.epoch == epoch)
    }
}
