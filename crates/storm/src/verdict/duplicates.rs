//! Duplicates: what somebody got twice, or would have.

use std::collections::BTreeMap;

use pregon::Class;

use super::Facts;
use crate::args::Mode;
use crate::wire::{Arrival, Effect};

/// Every copy that there should not be.
pub(super) fn find(facts: &Facts) -> Vec<String> {
    let mut found = strangers(facts);
    found.extend(copies(facts));
    found.extend(twins(facts));
    found
}

/// Messages that nobody planned, or that went to somebody else.
fn strangers(facts: &Facts) -> Vec<String> {
    let mut found = Vec::new();
    for arrival in facts.taken() {
        let letter = &arrival.letter;
        let meant = facts.plan.get(&letter.id).map(|planned| {
            let person = facts.world.person(planned.person);
            (person.id, person.email, planned.sent.campaign)
        });
        let is = (
            letter.customer.clone(),
            Some(letter.address.clone()),
            letter.campaign.as_str(),
        );
        if meant.is_none_or(|meant| meant != is) {
            found.push(format!("{} was not meant so", letter.id));
        }
    }
    found
}

/// Further copies of one dispatch.
///
/// A transactional message may be sent a second time after a doubt, and then says so, where the
/// provider can do nothing for us. A provider that keeps keys hides copies; one that arrives
/// without saying that it is one comes from a ledger that has forgotten the first.
fn copies(facts: &Facts) -> Vec<String> {
    let mut by_id: BTreeMap<&str, Vec<&Arrival>> = BTreeMap::new();
    for arrival in &facts.arrivals {
        if arrival.effect != Effect::Refused {
            by_id.entry(&arrival.letter.id).or_default().push(arrival);
        }
    }
    let mut found = Vec::new();
    for (id, copies) in by_id {
        let class = facts.plan.get(id).map(|planned| planned.sent.class);
        let allowed = match (facts.mode, class, &facts.ledger) {
            (Mode::Idempotent, _, _) => usize::MAX,
            (Mode::Blind | Mode::Webhook, Some(Class::Transactional), Some(_)) => 2,
            _ => 1,
        };
        for (nth, copy) in copies.iter().enumerate().skip(1) {
            if nth >= allowed {
                found.push(format!("{id} arrived {} times", nth + 1));
            } else if !copy.letter.again {
                found.push(format!("{id} arrived again and did not say so"));
            }
        }
    }
    found
}

/// A broadcast that one address got for two people.
fn twins(facts: &Facts) -> Vec<String> {
    if facts.ledger.is_none() {
        return Vec::new();
    }
    let mut by_address: BTreeMap<(&str, &str, &str), &str> = BTreeMap::new();
    let mut found = Vec::new();
    for arrival in facts.taken() {
        let letter = &arrival.letter;
        let Some(planned) = facts.plan.get(&letter.id) else {
            continue;
        };
        let sent = planned.sent;
        let place = (letter.address.as_str(), sent.campaign, sent.broadcast);
        let first = by_address.entry(place).or_insert(&letter.id);
        if *first != letter.id {
            found.push(format!("{} and {first} reached one address", letter.id));
        }
    }
    found
}
