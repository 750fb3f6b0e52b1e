//! Opening, planning, settling and claiming in memory.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::state::Tables;
use crate::{
    Ask, CampaignState, Doubt, Epoch, HashKey, MOST_ATTEMPTS, MOST_CLAIMS, Opened, Opening,
    Outcome, PlannedPage, PortError, PortErrorKind, Reason, Scheduled, Settlement, State, Ticket,
    Transition, Turned,
};

impl Tables {
    pub(super) fn open(
        &mut self,
        opening: &Opening,
        now: DateTime<Utc>,
    ) -> Result<Opened, PortError> {
        let last = opening.flights.last_left();
        let last = last.and_then(|(row, _)| usize::try_from(row).ok());
        let fence = last.and_then(|row| self.rows.get(row)).map(|it| it.fence);
        if opening.flights.are_ahead_of(self.epoch + 1, fence) {
            let (operation, kind) = ("open of a pass", PortErrorKind::Conflict);
            return Err(PortError::new("memory", operation, kind));
        }
        self.epoch += 1;
        self.news.wanted = opening.events;
        let now = self.saw(now);
        let mut opened = Opened::new(self.epoch, now);
        for row in 0..self.rows.len() {
            self.rows[row].claimed = None;
            if self.rows[row].standing.state != State::Sending {
                continue;
            }
            let dispatch = self.rows[row].dispatch(row);
            let outcome = opening.outcome_of(&dispatch, self.rows[row].begun_in, now);
            opened.count(&outcome);
            let ticket = dispatch.ticket;
            self.settle(&Settlement { ticket, outcome }, self.epoch, now);
        }
        Ok(opened)
    }

    pub(super) fn plan(
        &mut self,
        page: &PlannedPage,
        now: DateTime<Utc>,
        hash_key: &HashKey,
    ) -> Scheduled {
        self.saw(now);
        let mut answer = Scheduled::default();
        for (place, planned) in page.dispatches.iter().enumerate() {
            if self.keys.contains_key(&planned.key.id()) {
                answer.known += 1;
                continue;
            }
            if self.is_erased(&planned.key.customer, hash_key) {
                *answer.refused.entry(Reason::Erased).or_default() += 1;
                continue;
            }
            let taken = planned
                .address_key()
                .is_some_and(|key| self.address_keys.contains(&key));
            let over = self.is_over(&page.campaign).then_some(Reason::Cancelled);
            let refused = planned.refused.or(over);
            let Some(reason) = refused.or(taken.then_some(Reason::DuplicateAddress)) else {
                self.insert(planned, planned.address_key(), now);
                answer.new.push(place);
                continue;
            };
            let row = self.insert(planned, None, now);
            self.withdraw(row, reason, now);
            *answer.refused.entry(reason).or_default() += 1;
        }
        let journey = (page.campaign.clone(), page.journey.clone());
        self.progress.insert(journey, page.progress.clone());
        answer
    }

    pub(super) fn turn(
        &mut self,
        done: &[Settlement],
        ask: &Ask,
        now: DateTime<Utc>,
    ) -> Result<Turned, PortError> {
        if ask.epoch != self.epoch {
            return Err(PortError::new("memory", "turn", PortErrorKind::Conflict));
        }
        self.saw(now);
        for settlement in done {
            self.settle(settlement, ask.epoch, now);
        }
        let mut turned = Turned {
            begun: self.begin(ask, now),
            ..Turned::default()
        };
        self.claim(ask, now, &mut turned);
        let active = |it: &&super::state::Row| {
            let state = self.state_of(&it.plan.key.campaign);
            it.waits() && it.claimed.is_none() && state == Some(CampaignState::Active)
        };
        turned.next = self
            .rows
            .iter()
            .filter(active)
            .map(|it| it.plan.not_before)
            .min();
        Ok(turned)
    }

    /// The row of a ticket, unless the ticket is void.
    pub(super) fn held(&self, ticket: Ticket, epoch: Epoch) -> Option<usize> {
        let row = usize::try_from(ticket.row).ok()?;
        let it = self.rows.get(row)?;
        let valid = if ticket.begun {
            it.standing.state == State::Sending && it.fence == ticket.number
        } else {
            it.waits() && it.claimed == Some(epoch) && it.claims == ticket.number
        };
        valid.then_some(row)
    }

    fn settle(&mut self, settlement: &Settlement, epoch: Epoch, now: DateTime<Utc>) {
        let Some(row) = self.held(settlement.ticket, epoch) else {
            return;
        };
        let begun = settlement.ticket.begun;
        match &settlement.outcome {
            Outcome::Accepted { reference } => {
                if self.happen(row, Transition::Accept, now) {
                    (self.rows[row].reference, self.rows[row].reason) = (reference.clone(), None);
                }
            }
            Outcome::Again { at, reason } if begun => {
                self.happen(row, Transition::Retry, now);
                if reason.costs_no_attempt() {
                    self.rows[row].attempts -= 1;
                }
                self.put_back(row, *at, *reason, now);
            }
            Outcome::Again { at, reason } => self.put_back(row, *at, *reason, now),
            Outcome::Rejected { reason } => {
                if self.happen(row, Transition::Reject, now) {
                    self.rows[row].reason = Some(*reason);
                }
            }
            Outcome::InDoubt { doubt, at } => self.doubt(row, *doubt, *at, now),
            Outcome::Confirmed { reference } => {
                if self.happen(row, Transition::Confirm, now) {
                    (self.rows[row].reference, self.rows[row].reason) = (reference.clone(), None);
                }
            }
            Outcome::Withdrawn { reason } if !begun => self.withdraw(row, *reason, now),
            Outcome::Withdrawn { .. } => {}
        }
        let key = &self.rows[row].plan.key;
        let (erased, over) = (key.customer.is_erased(), self.is_over(&key.campaign));
        if erased {
            self.rows[row].reference = None;
        }
        if self.rows[row].waits() && (erased || over) {
            let reason = if erased {
                Reason::Erased
            } else {
                Reason::Cancelled
            };
            self.withdraw(row, reason, now);
        }
    }

    fn doubt(&mut self, row: usize, doubt: Doubt, at: DateTime<Utc>, now: DateTime<Utc>) {
        let transition = match doubt {
            Doubt::Resend => Transition::DoubtResend,
            Doubt::Unknown => Transition::DoubtUnknown,
        };
        if self.happen(row, transition, now) {
            (self.rows[row].plan.not_before, self.rows[row].reason) = (at, Some(Reason::InDoubt));
        }
    }

    fn claim(&mut self, ask: &Ask, now: DateTime<Utc>, turned: &mut Turned) {
        let mut due: Vec<usize> = (0..self.rows.len())
            .filter(|row| {
                let it = &self.rows[*row];
                let active = || self.state_of(&it.plan.key.campaign) == Some(CampaignState::Active);
                it.waits() && it.claimed.is_none() && it.plan.not_before <= now && active()
            })
            .collect();
        due.sort_by_key(|row| {
            (
                self.rows[*row].plan.priority,
                self.rows[*row].plan.not_before,
                *row,
            )
        });
        let mut people = BTreeSet::new();
        for row in due {
            if turned.claimed.len() >= ask.claim as usize {
                return;
            }
            if let Some(reason) = self.over(row, now) {
                self.withdraw(row, reason, now);
                *turned.ended.entry(reason).or_default() += 1;
                continue;
            }
            let alone = self.rows[row].claims + 1 >= MOST_CLAIMS;
            if alone && !turned.claimed.is_empty() {
                return;
            }
            if !people.insert(self.rows[row].plan.key.customer.clone()) {
                continue;
            }
            self.rows[row].claims += 1;
            self.rows[row].claimed = Some(ask.epoch);
            turned.claimed.push(self.rows[row].dispatch(row));
            if alone {
                return;
            }
        }
    }

    /// Why a due row ends instead of being claimed.
    fn over(&self, row: usize, now: DateTime<Utc>) -> Option<Reason> {
        let it = &self.rows[row];
        if it.plan.not_after <= now {
            return Some(Reason::Expired);
        }
        if it.claims >= MOST_CLAIMS {
            return Some(Reason::Poison);
        }
        (it.attempts >= MOST_ATTEMPTS).then_some(Reason::Exhausted)
    }
}
