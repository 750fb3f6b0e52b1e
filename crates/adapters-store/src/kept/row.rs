//! A dispatch as the tables hold it, and what can happen to it: pure, by the core's one table.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_core::{
    AddressHash, Addressed, Candidate, CustomerId, Dispatch, DispatchId, DispatchKey, DispatchView,
    Doubt, Hold, LimitId, OccurrenceId, Planned, Reason, RecordId, RecordRef, Standing, State,
    Ticket, Transition, Zone,
};

use super::flaw::Flaw;
use super::route::Route;

/// A row of `dispatch`.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) row: i64,
    pub(crate) standing: Standing,
    /// The pass that holds it.
    pub(crate) epoch: Option<i64>,
    pub(crate) claims: u32,
    pub(crate) fence: u32,
    pub(crate) attempts: u32,
    pub(crate) route_number: i64,
    pub(crate) route: Arc<Route>,
    pub(crate) not_before: DateTime<Utc>,
    pub(crate) not_after: DateTime<Utc>,
    pub(crate) at: DateTime<Utc>,
    pub(crate) first_at: Option<DateTime<Utc>>,
    pub(crate) reason: Option<Reason>,
    pub(crate) rule: Option<String>,
    pub(crate) key: [u8; 16],
    pub(crate) customer: CustomerId,
    pub(crate) occurrence: OccurrenceId,
    pub(crate) record: Option<RecordId>,
    pub(crate) address: Option<AddressHash>,
    pub(crate) address_key: Option<[u8; 16]>,
    /// The places of its holds that are neither the person's nor the address's, one after another.
    pub(crate) counted: Option<Vec<u8>>,
    /// What it was charged to its campaign's budget.
    pub(crate) charged: Option<i64>,
    pub(crate) reference: Option<String>,
    /// The person's zone when it began last.
    pub(crate) zone: Option<Zone>,
    /// Whether it was changed, and nobody was told yet.
    pub(crate) news: bool,
}

/// What a row has of its own among all that can change: few turns touch it.
#[derive(Debug)]
pub(crate) struct Own {
    not_before: DateTime<Utc>,
    address: Option<AddressHash>,
    address_key: Option<[u8; 16]>,
    counted: Option<Vec<u8>>,
    pub(crate) reference: Option<String>,
}

impl Own {
    /// Whether a row still has it, whatever its reference is.
    pub(crate) fn is_of(&self, row: &Row) -> bool {
        self.not_before == row.not_before
            && self.address == row.address
            && self.address_key == row.address_key
            && self.counted == row.counted
    }
}

impl Row {
    pub(crate) fn own(&self) -> Own {
        Own {
            not_before: self.not_before,
            address: self.address,
            address_key: self.address_key,
            counted: self.counted.clone(),
            reference: self.reference.clone(),
        }
    }

    pub(crate) fn waits(&self) -> bool {
        matches!(self.standing.state, State::Scheduled | State::Resend)
    }

    /// Whether the holder of a ticket may still speak for it.
    pub(crate) fn is_held_by(&self, ticket: Ticket, epoch: i64) -> bool {
        if ticket.begun {
            self.standing.state == State::Sending && self.fence == ticket.number
        } else {
            self.waits() && self.epoch == Some(epoch) && self.claims == ticket.number
        }
    }

    /// Lets a transition happen; says what becomes of its holds, or `None` when it cannot happen.
    pub(crate) fn happen(&mut self, transition: Transition, now: DateTime<Utc>) -> Option<Hold> {
        let change = self.standing.after(transition)?;
        (self.standing, self.at) = (change.to, now);
        (self.epoch, self.claims) = (None, 0);
        self.news = true;
        Some(change.hold)
    }

    /// Ends it because it must not, or need not, be sent. What waits has no holds to give back.
    pub(crate) fn withdraw(&mut self, reason: Reason, now: DateTime<Utc>) {
        if self
            .happen(Transition::Withdraw(reason.end()), now)
            .is_some()
        {
            self.reason = Some(reason);
        }
    }

    /// Frees it until an instant.
    pub(crate) fn put_back(&mut self, until: DateTime<Utc>, reason: Reason, now: DateTime<Utc>) {
        (self.epoch, self.claims, self.not_before) = (None, 0, until);
        (self.reason, self.rule, self.at) = (Some(reason), None, now);
        self.news = true;
    }

    /// Settles that nobody knows whether it arrived.
    pub(crate) fn doubt(&mut self, doubt: Doubt, again_at: DateTime<Utc>, now: DateTime<Utc>) {
        let transition = match doubt {
            Doubt::Resend => Transition::DoubtResend,
            Doubt::Unknown => Transition::DoubtUnknown,
        };
        if self.happen(transition, now).is_some() {
            (self.not_before, self.reason) = (again_at, Some(Reason::InDoubt));
        }
    }

    /// The parts of its key.
    pub(crate) fn parts(&self) -> DispatchKey {
        let route = &self.route;
        DispatchKey {
            campaign: route.campaign.clone(),
            journey: route.journey.clone(),
            step: route.step.clone(),
            trigger: route.trigger.clone(),
            occurrence: self.occurrence.clone(),
            customer: self.customer.clone(),
            channel: route.channel.clone(),
        }
    }

    /// What limits judge of it, in the zone in which it began; without an address nothing began.
    pub(crate) fn candidate(&self) -> Option<Candidate> {
        let route = &self.route;
        Some(Candidate {
            campaign: route.campaign.clone(),
            journey: route.journey.clone(),
            step: route.step.clone(),
            channel: route.channel.clone(),
            purpose: route.purpose.clone(),
            class: route.class,
            brand: route.brand.clone(),
            customer: self.customer.clone(),
            address: self.address?,
            // Unknown of what an older program let begin.
            zone: self.zone.unwrap_or(Zone::UTC),
            hours: None,
            // What was charged for it is kept beside it.
            parts: 1,
        })
    }

    /// As the ledger hands it out.
    pub(crate) fn dispatch(&self) -> Dispatch {
        let begun = self.standing.state == State::Sending;
        let number = if begun { self.fence } else { self.claims };
        let kind = self.route.record_kind.clone();
        let record = kind.zip(self.record.clone());
        Dispatch {
            ticket: Ticket {
                row: self.row,
                number,
                begun,
            },
            id: DispatchId::from_bytes(self.key),
            standing: self.standing,
            attempts: self.attempts,
            first_at: self.first_at,
            plan: Planned {
                key: self.parts(),
                record: record.map(|(kind, id)| RecordRef { kind, id }),
                purpose: self.route.purpose.clone(),
                class: self.route.class,
                brand: self.route.brand.clone(),
                priority: self.route.priority,
                not_before: self.not_before,
                not_after: self.not_after,
                address: self.address,
                shared: self.route.shared,
                refused: None,
            },
        }
    }

    /// As the log shows it.
    pub(crate) fn view(&self) -> Result<DispatchView, Flaw> {
        let rule = self.rule.as_deref().map(LimitId::new).transpose();
        Ok(DispatchView {
            id: DispatchId::from_bytes(self.key),
            key: self.parts(),
            purpose: self.route.purpose.clone(),
            standing: self.standing,
            reason: self.reason,
            rule: rule.map_err(|_| Flaw::Damaged("a limit has a name that is none"))?,
            until: self.waits().then_some(self.not_before),
            attempts: self.attempts,
            at: self.at,
        })
    }

    /// As the log shows it with whom it was for.
    pub(crate) fn addressed(&self) -> Result<Addressed, Flaw> {
        Ok(Addressed {
            view: self.view()?,
            class: self.route.class,
            address: self.address,
        })
    }
}
