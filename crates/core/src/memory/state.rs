//! What the memory store keeps.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::audiences::Kept;
use super::feedback::Reports;
use super::news::News;
use crate::{
    AddressHash, CampaignId, CampaignState, Change, CustomerId, Dispatch, DispatchId, DispatchView,
    Epoch, FrozenId, Hold, JourneyId, KnownLimit, LimitId, Link, Planned, PreferenceEntry,
    Progress, Reason, Spent, Standing, State, StoredCampaign, Ticket, Transition, Zone,
};

/// A row of the ledger.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) plan: Planned,
    pub(super) id: DispatchId,
    pub(super) address_key: Option<[u8; 16]>,
    pub(super) standing: Standing,
    pub(super) fence: u32,
    pub(super) attempts: u32,
    pub(super) claims: u32,
    pub(super) claimed: Option<Epoch>,
    /// The pass that began it last.
    pub(super) begun_in: Epoch,
    pub(super) zone: Option<Zone>,
    /// Since when it has its places.
    pub(super) began_at: Option<DateTime<Utc>>,
    /// What it was charged to its campaign's budget.
    pub(super) charged: Option<i64>,
    pub(super) first_at: Option<DateTime<Utc>>,
    pub(super) reason: Option<Reason>,
    pub(super) rule: Option<LimitId>,
    pub(super) reference: Option<String>,
    pub(super) at: DateTime<Utc>,
}

/// A place taken in a limit.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) rule: LimitId,
    pub(super) subject: [u8; 16],
    pub(super) at: DateTime<Utc>,
    pub(super) row: usize,
}

#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) rows: Vec<Row>,
    pub(super) keys: BTreeMap<DispatchId, usize>,
    pub(super) address_keys: BTreeSet<[u8; 16]>,
    pub(super) holds: Vec<Held>,
    pub(super) limits: BTreeMap<LimitId, KnownLimit>,
    /// What campaigns with a budget have spent.
    pub(super) spent: BTreeMap<CampaignId, Spent>,
    pub(super) campaigns: BTreeMap<CampaignId, StoredCampaign>,
    pub(super) progress: BTreeMap<(CampaignId, JourneyId), Progress>,
    pub(super) words: Vec<PreferenceEntry>,
    /// The links of the words, in the same order.
    pub(super) links: Vec<Link>,
    /// The tombstones of those who were forgotten.
    pub(super) erased: BTreeSet<CustomerId>,
    pub(super) audiences: BTreeMap<FrozenId, Kept>,
    /// How many audiences were begun: their numbers are never given again.
    pub(super) audiences_begun: u64,
    pub(super) epoch: Epoch,
    pub(super) high_water: Option<DateTime<Utc>>,
    pub(super) news: News,
    pub(super) reports: Reports,
}

impl Tables {
    pub(super) fn saw(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        let latest = self.high_water.map_or(now, |seen| seen.max(now));
        self.high_water = Some(latest);
        latest
    }

    pub(super) fn state_of(&self, campaign: &CampaignId) -> Option<CampaignState> {
        self.campaigns
            .get(campaign)
            .map(|stored| stored.record.state())
    }

    pub(super) fn is_over(&self, campaign: &CampaignId) -> bool {
        self.state_of(campaign).is_some_and(CampaignState::is_over)
    }

    /// Adds a row where every row begins.
    pub(super) fn insert(
        &mut self,
        plan: &Planned,
        address_key: Option<[u8; 16]>,
        now: DateTime<Utc>,
    ) -> usize {
        let id = plan.key.id();
        self.rows.push(Row {
            plan: plan.clone(),
            id,
            address_key,
            standing: Standing::NEW,
            fence: 0,
            attempts: 0,
            claims: 0,
            claimed: None,
            begun_in: 0,
            zone: None,
            began_at: None,
            charged: None,
            first_at: None,
            reason: None,
            rule: None,
            reference: None,
            at: now,
        });
        let row = self.rows.len() - 1;
        self.keys.insert(id, row);
        self.address_keys.extend(address_key);
        self.news.of(row);
        row
    }

    /// Lets a transition happen to a row; `false` when it cannot.
    pub(super) fn happen(
        &mut self,
        row: usize,
        transition: Transition,
        now: DateTime<Utc>,
    ) -> bool {
        let Some(Change { to, hold }) = self.rows[row].standing.after(transition) else {
            return false;
        };
        if hold == Hold::Release {
            self.holds.retain(|held| held.row != row);
            self.refund(row);
        }
        let it = &mut self.rows[row];
        (it.standing, it.at, it.claimed, it.claims) = (to, now, None, 0);
        self.news.of(row);
        true
    }

    fn refund(&mut self, row: usize) {
        let it = &mut self.rows[row];
        if let Some(price) = it.charged.take()
            && let Some(spent) = self.spent.get_mut(&it.plan.key.campaign)
        {
            spent.refund(price);
        }
    }

    /// Ends a row that must not, or need not, be sent.
    pub(super) fn withdraw(&mut self, row: usize, reason: Reason, now: DateTime<Utc>) {
        if self.happen(row, Transition::Withdraw(reason.end()), now) {
            self.rows[row].reason = Some(reason);
        }
    }

    /// Puts a claimed row back until an instant.
    pub(super) fn put_back(
        &mut self,
        row: usize,
        at: DateTime<Utc>,
        why: Reason,
        now: DateTime<Utc>,
    ) {
        let it = &mut self.rows[row];
        (it.claimed, it.claims, it.plan.not_before) = (None, 0, at);
        (it.reason, it.rule, it.at) = (Some(why), None, now);
        self.news.of(row);
    }

    /// Withdraws what still waits of a campaign that is over.
    pub(super) fn sweep(&mut self, campaign: &CampaignId, now: DateTime<Utc>) {
        for row in 0..self.rows.len() {
            if self.rows[row].plan.key.campaign == *campaign {
                self.withdraw(row, Reason::Cancelled, now);
            }
        }
        self.news.forget_rows(); // The fact of the campaign stands for them.
    }

    /// Moves a row to the address as read just now; `false` when another row has its key.
    pub(super) fn readdress(
        &mut self,
        row: usize,
        address: AddressHash,
        key: Option<[u8; 16]>,
    ) -> bool {
        let old = self.rows[row].address_key;
        if key != old {
            if key.is_some_and(|key| self.address_keys.contains(&key)) {
                return false;
            }
            if let Some(old) = old {
                self.address_keys.remove(&old);
            }
            self.address_keys.extend(key);
        }
        (self.rows[row].plan.address, self.rows[row].address_key) = (Some(address), key);
        true
    }
}

impl Row {
    pub(super) fn waits(&self) -> bool {
        matches!(self.standing.state, State::Scheduled | State::Resend)
    }

    pub(super) fn dispatch(&self, row: usize) -> Dispatch {
        let begun = self.standing.state == State::Sending;
        let number = if begun { self.fence } else { self.claims };
        Dispatch {
            ticket: Ticket {
                row: row as i64,
                number,
                begun,
            },
            id: self.id,
            standing: self.standing,
            attempts: self.attempts,
            first_at: self.first_at,
            plan: self.plan.clone(),
        }
    }

    pub(super) fn view(&self) -> DispatchView {
        DispatchView {
            id: self.id,
            key: self.plan.key.clone(),
            purpose: self.plan.purpose.clone(),
            standing: self.standing,
            reason: self.reason,
            rule: self.rule.clone(),
            until: self.waits().then_some(self.plan.not_before),
            attempts: self.attempts,
            at: self.at,
        }
    }
}
