//! The first part of a turn: what became of those that somebody held.

use pregon_core::{Event, Hold, Outcome, Reason, Settlement};

use super::desk::{Desk, Life};

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
                hold = row.happen(Event::Accept, now);
                if hold.is_some() {
                    (row.reference, row.reason) = (reference.clone(), None);
                }
            }
            Outcome::Confirmed { reference } => {
                hold = row.happen(Event::Confirm, now);
                if hold.is_some() {
                    (row.reference, row.reason) = (reference.clone(), None);
                }
            }
            Outcome::Again { at, reason } => {
                if ticket.begun {
                    hold = row.happen(Event::Retry, now);
                    row.attempts -= u32::from(reason.costs_no_attempt());
                }
                row.put_back(*at, *reason, now);
            }
            Outcome::Rejected { reason } => {
                hold = row.happen(Event::Reject, now);
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
        let refund = (hold == Some(Hold::Release)).then(|| row.charged.take());
        if let Some(price) = refund.flatten() {
            self.purse.refund(&campaign, price);
        }
        if let Some(hold) = hold {
            self.note(ticket.row, hold, since);
        }
        if waits && self.life(&campaign) == Life::Over {
            self.cancel(ticket.row);
        }
    }

    fn cancel(&mut self, row: i64) {
        let now = self.now;
        if let Some(row) = self.get_mut(row) {
            row.withdraw(Reason::Cancelled, now);
        }
    }
}
