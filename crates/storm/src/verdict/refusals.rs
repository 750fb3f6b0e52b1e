//! After an opt-out: what arrived although it had been refused.
//!
//! A message that had begun before the refusal was acknowledged may still arrive after it: nobody
//! can call it back. The acknowledgement says how many those are, so of what a refusal forbids as
//! many may arrive after it, and not one more. The provider's order of the acknowledgement is
//! taken after it came, so that nothing is excused by the time that took; what arrived in that
//! time is not accused.

use super::Facts;
use crate::wire::Effect;

/// Every arrival too many.
pub(super) fn find(facts: &Facts) -> Vec<String> {
    let mut found = Vec::new();
    for refused in &facts.refused {
        let who = facts.world.person(refused.refusal.person);
        let later = facts
            .arrivals
            .iter()
            .filter(|arrival| arrival.order > refused.order && arrival.effect != Effect::Refused);
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
