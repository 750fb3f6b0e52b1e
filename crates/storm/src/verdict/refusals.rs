//! After an opt-out: what arrived although it had been refused.
//!
//! A message that had begun before the refusal was acknowledged may still arrive after it: nobody
//! can call it back. The acknowledgement says how many those are, so of what a refusal forbids as
//! many may arrive after it, and not one more. The provider's order of the acknowledgement is
//! taken after it came, so that nothing is excused by the time that took; what arrived in that
//! time is not accused.

use std::collections::BTreeMap;

use super::Facts;
use crate::wire::{Arrival, Effect};

/// Every arrival too many.
pub(super) fn find(facts: &Facts) -> Vec<String> {
    let mut by_address: BTreeMap<&str, Vec<&Arrival>> = BTreeMap::new();
    for arrival in &facts.arrivals {
        if arrival.effect != Effect::Refused {
            let there = by_address.entry(&arrival.letter.address).or_default();
            there.push(arrival);
        }
    }
    let mut found = Vec::new();
    for refused in &facts.refused {
        let who = facts.world.person(refused.refusal.person);
        // Whether it is the person or the address that refused, it all goes to one place.
        let there = who.email.as_deref().and_then(|it| by_address.get(it));
        let later = there.into_iter().flatten();
        let later = later.filter(|arrival| arrival.order > refused.order);
        let forbidden = later.filter(|arrival| {
            facts.plan.get(&arrival.letter.id).is_some_and(|planned| {
                let to = facts.world.person(planned.person);
                refused.refusal.forbids(&who, planned.sent, &to)
            })
        });
        let on_their_way = usize::try_from(refused.in_flight).unwrap_or(usize::MAX);
        let late = forbidden.skip(on_their_way);
        found.extend(late.map(|it| format!("{} to {}", it.letter.id, who.id)));
    }
    found
}
