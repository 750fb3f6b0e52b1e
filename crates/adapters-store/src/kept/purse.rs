//! What a turn spends of the budgets of campaigns, and what it gives back.

use std::collections::{BTreeMap, BTreeSet};

use pregon_core::{Allowance, CampaignId, Candidate, ChannelName, Judge, Spent};

use super::gate::Case;

/// What one turn knows of budgets, and what it changes of them.
#[derive(Debug, Default)]
pub(crate) struct Purse {
    /// What campaigns with a budget had spent before this turn.
    spent: BTreeMap<CampaignId, Spent>,
    /// What this turn changes: messages and money.
    changes: BTreeMap<CampaignId, (i64, i64)>,
}

impl Purse {
    /// The campaigns of these cases that have a budget, each with one of its candidates.
    pub(crate) fn asked<'a>(cases: &'a [Case<'_>]) -> BTreeMap<&'a CampaignId, &'a Candidate> {
        let with_budget = cases.iter().filter(|case| case.allowance.is_some());
        let candidates = with_budget.map(|case| &case.ready.candidate);
        candidates.map(|it| (&it.campaign, it)).collect()
    }

    /// What a campaign has spent whose budget is new here, by how many of each channel count.
    pub(crate) fn past(
        judge: &dyn Judge,
        like: &Candidate,
        counts: &[(ChannelName, u64)],
    ) -> Spent {
        let mut spent = Spent::default();
        for (channel, count) in counts {
            let like = Candidate {
                channel: channel.clone(),
                // Nobody kept how many parts each of them had.
                parts: 1,
                ..like.clone()
            };
            let price = judge.allowance(&like).map_or(0, |its| its.price);
            let count = i64::try_from(*count).unwrap_or(i64::MAX);
            spent.messages = spent.messages.saturating_add(count.unsigned_abs());
            spent.money = spent.money.saturating_add(price.saturating_mul(count));
        }
        spent
    }

    /// Learns what a campaign had spent before this turn.
    pub(crate) fn learn(&mut self, campaign: &CampaignId, spent: Spent) {
        self.spent.insert(campaign.clone(), spent);
    }

    /// Whether one more fits.
    pub(crate) fn fits(&self, campaign: &CampaignId, allowance: &Allowance) -> bool {
        let mut spent = self.spent.get(campaign).copied().unwrap_or_default();
        let (messages, money) = self.changes.get(campaign).copied().unwrap_or_default();
        spent.messages = spent.messages.saturating_add_signed(messages);
        spent.money = spent.money.saturating_add(money);
        allowance.fits(spent)
    }

    /// Charges one that begins.
    pub(crate) fn charge(&mut self, campaign: &CampaignId, price: i64) {
        self.change(campaign, 1, price);
    }

    /// Gives back what one was charged that surely did not arrive.
    pub(crate) fn refund(&mut self, campaign: &CampaignId, price: i64) {
        self.change(campaign, -1, price.saturating_neg());
    }

    fn change(&mut self, campaign: &CampaignId, messages: i64, money: i64) {
        let change = self.changes.entry(campaign.clone()).or_default();
        *change = (change.0 + messages, change.1.saturating_add(money));
    }

    /// The changes since the last time, in the order of campaigns: messages and money.
    pub(crate) fn take_changes(&mut self) -> BTreeMap<CampaignId, (i64, i64)> {
        let mut changes = std::mem::take(&mut self.changes);
        changes.retain(|_, change| *change != (0, 0));
        // What is written is no longer a change, and is still spent.
        let known: BTreeSet<CampaignId> = self.spent.keys().cloned().collect();
        for (campaign, (messages, money)) in &changes {
            if known.contains(campaign)
                && let Some(spent) = self.spent.get_mut(campaign)
            {
                spent.messages = spent.messages.saturating_add_signed(*messages);
                spent.money = spent.money.saturating_add(*money);
            }
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_can_be_spent_in_the_same_turn() {
        let campaign: CampaignId = "oferta".parse().unwrap();
        let allowance = Allowance {
            messages: Some(1),
            ..Allowance::default()
        };
        let (messages, money) = (1, 0);
        let mut purse = Purse::default();
        purse.learn(&campaign, Spent { messages, money });
        assert!(!purse.fits(&campaign, &allowance));
        purse.refund(&campaign, 0);
        assert!(purse.fits(&campaign, &allowance));
        purse.charge(&campaign, 0);
        assert!(!purse.fits(&campaign, &allowance));
        assert!(purse.take_changes().is_empty(), "they cancel each other");
    }

    #[test]
    fn what_was_written_stays_spent() {
        let campaign: CampaignId = "oferta".parse().unwrap();
        let mut purse = Purse::default();
        purse.learn(&campaign, Spent::default());
        purse.charge(&campaign, 30);
        let changes = BTreeMap::from([(campaign.clone(), (1, 30))]);
        assert_eq!(purse.take_changes(), changes);
        let allowance = Allowance {
            money: Some(50),
            price: 30,
            ..Allowance::default()
        };
        assert!(!purse.fits(&campaign, &allowance));
    }
}
