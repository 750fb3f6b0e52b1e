//! The first part of a turn: what became of those that somebody held.

use pregon_core::{Hold, Outcome, Reason, Settlement, Transition};

use super::desk::{Desk, Life};
use super::row::Row;

impl Desk {
    /// Settles them in order; a settlement whose ticket is void changes nothing.
    pub(crate) fn settle(&mut self, done: &[Settlement]) {
        for settlement in done {
            self.settle_one(settlement);
        }
    }

    fn settle_one(&mut self, settlement: &Settlement) {
        let (now, ticket) = (self.now, settlement.ticket);
        let Some(row) = self.held(ticket) else {
            return;
        };
        let since = row.at;
        let mut hold = None;
        match &settlement.outcome {
            Outcome::Accepted { reference } => {
                hold = row.happen(Transition::Accept, now);
                if hold.is_some() {
                    (row.reference, row.reason) = (kept(row, reference), None);
                }
            }
            Outcome::Confirmed { reference } => {
                hold = row.happen(Transition::Confirm, now);
                if hold.is_some() {
                    (row.reference, row.reason) = (kept(row, reference), None);
                }
            }
            Outcome::Again { at, reason } => {
                if ticket.begun {
                    hold = row.happen(Transition::Retry, now);
                    row.attempts -= u32::from(reason.costs_no_attempt());
                }
                row.put_back(*at, *reason, now);
            }
            Outcome::Rejected { reason } => {
                hold = row.happen(Transition::Reject, now);
                if hold.is_some() {
                    row.reason = Some(*reason);
                }
            }
            Outcome::InDoubt { doubt, at } => row.doubt(*doubt, *at, now),
            Outcome::Withdrawn { reason } => row.withdraw(*reason, now),
            // An outcome that this adapter does not know yet leaves the row with its holder: the
            // next pass finds it without an answer, which is in doubt and never sent twice.
            _ => {}
        }
        let (waits, campaign) = (row.waits(), row.route.campaign.clone());
        let is_erased = row.customer.is_erased();
        let refund = (hold == Some(Hold::Release)).then(|| row.charged.take());
        if let Some(price) = refund.flatten() {
            self.purse.refund(&campaign, price);
        }
        if let Some(hold) = hold {
            self.note(ticket.row, hold, since);
        }
        if waits && is_erased {
            self.withdraw(ticket.row, Reason::Erased);
        } else if waits && self.life(&campaign) == Life::Over {
            self.withdraw(ticket.row, Reason::Cancelled);
        }
    }

    fn withdraw(&mut self, row: i64, reason: Reason) {
        let now = self.now;
        if let Some(row) = self.get_mut(row) {
            row.withdraw(reason, now);
        }
    }
}

/// What is kept of a reference: of somebody who was forgotten while it was on its way, nothing.
fn kept(row: &Row, reference: &Option<String>) -> Option<String> {
    reference.clone().filter(|_| !row.customer.is_erased())
}
