//! Silent losses: what was planned and nobody can say why it did not arrive, and whatever the
//! ledger says that is not so.

use std::collections::{BTreeMap, BTreeSet};

use pregon::{DispatchView, Reason, State};

use super::Facts;
use crate::wire::Effect;

/// Every loss.
pub(super) fn find(facts: &Facts) -> Vec<String> {
    match &facts.ledger {
        Some(ledger) => {
            let mut found = untrue(facts, ledger);
            found.extend(nobody_got(facts, ledger));
            found
        }
        None => never_arrived(facts),
    }
}

/// What is not in the ledger, does not come to an end, or ended otherwise than it says.
fn untrue(facts: &Facts, ledger: &[DispatchView]) -> Vec<String> {
    let taken: BTreeSet<&str> = facts.taken().map(|it| it.letter.id.as_str()).collect();
    let mut kept = BTreeSet::new();
    let mut found = Vec::new();
    for view in ledger {
        let (id, state) = (view.id.to_string(), view.standing.state);
        let arrived = taken.contains(id.as_str());
        if !facts.plan.contains_key(&id) {
            found.push(format!("{id} was never planned"));
        }
        if !state.is_final() {
            found.push(format!("{id} is {state} for ever"));
        } else if state == State::Accepted && !arrived {
            found.push(format!("{id} is accepted and never arrived"));
        } else if !matches!(state, State::Accepted | State::Unknown) && arrived {
            found.push(format!("{id} is {state} and arrived"));
        }
        kept.insert(id);
    }
    let missing = facts.plan.keys().filter(|id| !kept.contains(*id));
    found.extend(missing.map(|id| format!("{id} is not in the ledger")));
    found
}

/// Broadcasts that nobody at an address got because each of its people was taken for the other.
fn nobody_got(facts: &Facts, ledger: &[DispatchView]) -> Vec<String> {
    let mut by_address: BTreeMap<(String, &str, &str), bool> = BTreeMap::new();
    for view in ledger {
        let Some(planned) = facts.plan.get(&view.id.to_string()) else {
            continue;
        };
        let Some(email) = facts.world.person(planned.person).email else {
            continue;
        };
        let place = (email, planned.sent.campaign, planned.sent.broadcast);
        let judged = by_address.entry(place).or_default();
        *judged |= view.reason != Some(Reason::DuplicateAddress);
    }
    let lost = by_address.into_iter().filter(|(_, judged)| !judged);
    lost.map(|((_, campaign, broadcast), _)| {
        format!("{broadcast} of {campaign}: an address whose people all stand back")
    })
    .collect()
}

/// What never arrived, of a protocol that says nothing of it; what was never to be taken is not
/// lost, and who has no address cannot be reached.
fn never_arrived(facts: &Facts) -> Vec<String> {
    let mut heard: BTreeMap<&str, bool> = BTreeMap::new();
    for arrival in &facts.arrivals {
        *heard.entry(&arrival.letter.id).or_default() |= arrival.effect == Effect::Taken;
    }
    let reachable = facts.plan.iter().filter(|(_, planned)| {
        let person = facts.world.person(planned.person);
        person.email.is_some()
    });
    let lost = reachable.filter(|(id, _)| !heard.contains_key(id.as_str()));
    lost.map(|(id, _)| format!("{id} was never sent")).collect()
}
