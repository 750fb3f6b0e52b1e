//! Over budget: counted by what people got.
//!
//! A message is charged once, however many copies of it arrive: a second copy is a duplicate, which
//! is counted elsewhere, or one that a promise allows and that keeps the charge of the first.

use std::collections::{BTreeMap, BTreeSet};

use super::Facts;

/// Every message that its campaign's budget did not pay for.
pub(super) fn find(facts: &Facts) -> Vec<String> {
    let beyond = got(facts).into_iter().flat_map(|(campaign, got, paid)| {
        let over = got.saturating_sub(paid);
        (0..over).map(move |_| format!("{campaign}: one more than {paid} messages"))
    });
    beyond.collect()
}

/// What people got of each campaign with a budget, for the reader: a budget that is not spent has
/// proven nothing.
pub(super) fn told(facts: &Facts) -> String {
    let told = got(facts).into_iter();
    let told: Vec<String> = told
        .map(|(campaign, got, paid)| format!("{campaign} {got} of {paid}"))
        .collect();
    told.join(", ")
}

/// Each campaign with a budget: how many of its messages arrived, and how many it pays for.
fn got(facts: &Facts) -> Vec<(&'static str, u64, u64)> {
    let mut got: BTreeMap<&'static str, BTreeSet<&str>> = BTreeMap::new();
    for arrival in facts.taken() {
        if let Some(planned) = facts.plan.get(&arrival.letter.id) {
            let those = got.entry(planned.sent.campaign).or_default();
            those.insert(&arrival.letter.id);
        }
    }
    let paid = got.into_iter().filter_map(|(campaign, those)| {
        let paid = facts.world.purse(campaign)?.pays_for();
        Some((campaign, those.len() as u64, paid))
    });
    paid.collect()
}
