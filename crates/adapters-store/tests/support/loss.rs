//! A campaign of which the latest commits are lost, and what is sent all the same.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use pregon_core::*;

use crate::support::{self, Rules, accepted, all, ask, at, cap, page, plan, ready};

/// How often each dispatch left, whichever store knows of it.
pub(crate) type Sent = BTreeMap<String, u32>;

/// A dispatch of somebody on a channel: `push` keeps keys, all others are blind.
fn planned(who: &str, channel: &str, class: Class) -> Planned {
    let mut plan = plan("c", who, "o");
    plan.key.channel = ChannelName::new(channel).unwrap();
    plan.class = class;
    plan
}

/// One that is due a day later.
fn later(who: &str) -> Planned {
    let mut plan = plan("c", who, "later");
    plan.not_before = at(60 * 24);
    plan
}

/// What the campaign plans; the last one only among what is lost.
pub(crate) fn plans() -> Vec<Planned> {
    let mut plans = ["kept", "open", "lost", "refuses"]
        .map(|who| planned(who, "email", Class::Promotional))
        .to_vec();
    plans.push(planned("receipt", "email", Class::Transactional));
    plans.push(planned("keyed", "push", Class::Promotional));
    plans.extend([later("lost"), later("waits")]);
    plans.push(planned("new", "sms", Class::Promotional));
    plans
}

pub(crate) fn judge() -> Arc<Rules> {
    Arc::new(Rules(vec![cap("week", 1, "7d")]))
}

pub(crate) fn opening() -> Opening {
    let mut opening = Opening::default();
    let promise = Promise::Idempotent { retention: None };
    let channel = ChannelName::new("push").unwrap();
    opening.promises.insert(channel, promise);
    // It knows of nothing that left in the first pass; what left later, in a pass that is lost, is
    // in no recorder that one could ask.
    opening.flights.insert_pass(1);
    opening
}

/// Begins what is due of these people; gives what left. All of it is sent.
pub(crate) async fn send(
    store: &dyn Store,
    epoch: Epoch,
    mins: i64,
    sent: &mut Sent,
) -> Vec<Dispatch> {
    let judge = judge();
    let claim = ask(epoch, vec![], 50, &judge);
    let claimed = store.turn(&[], &claim, at(mins)).await.unwrap().claimed;
    let begin = ask(epoch, claimed.iter().map(ready).collect(), 0, &judge);
    let begun = store.turn(&[], &begin, at(mins)).await.unwrap().begun;
    let go = begun.into_iter().filter(|it| it.verdict == Verdict::Go);
    let gone: Vec<Dispatch> = go.map(|it| it.dispatch).collect();
    for dispatch in &gone {
        *sent.entry(name(&dispatch.plan.key)).or_default() += 1;
    }
    gone
}

pub(crate) async fn settle(store: &dyn Store, epoch: Epoch, mins: i64, gone: &[Dispatch]) {
    let done: Vec<_> = gone.iter().map(|it| accepted(it.ticket)).collect();
    let nothing = ask(epoch, vec![], 0, &judge());
    store.turn(&done, &nothing, at(mins)).await.unwrap();
}

/// A whole pass.
pub(crate) async fn pass(
    store: &dyn Store,
    mins: i64,
    opening: &Opening,
    sent: &mut Sent,
) -> Opened {
    let opened = store.open(opening, at(mins)).await.unwrap();
    store.schedule(&page("c", plans()), at(mins)).await.unwrap();
    loop {
        let gone = send(store, opened.epoch, mins, sent).await;
        if gone.is_empty() {
            return opened;
        }
        settle(store, opened.epoch, mins, &gone).await;
    }
}

fn name(key: &DispatchKey) -> String {
    format!("{} {}", key.customer, key.occurrence)
}

/// What is kept: one is sent and settled, one is sent and open, one refuses.
pub(crate) async fn what_is_kept(store: &dyn Store, sent: &mut Sent) -> Epoch {
    let mut plans = plans();
    plans.pop();
    let rest = plans.split_off(2);
    store.schedule(&page("c", plans), at(0)).await.unwrap();
    let epoch = store.open(&opening(), at(1)).await.unwrap().epoch;
    assert_eq!(epoch, 1);
    let gone = send(store, epoch, 1, sent).await;
    let (kept, open): (Vec<_>, Vec<_>) = { gone }
        .into_iter()
        .partition(|it| it.plan.key.customer.as_str() == "kept");
    assert_eq!((kept.len(), open.len()), (1, 1));
    settle(store, epoch, 1, &kept).await;
    store.schedule(&page("c", rest), at(1)).await.unwrap();
    let refused = Preference {
        subject: Subject::Customer(CustomerId::new("refuses").unwrap()),
        scope: PreferenceScope {
            channel: None,
            purpose: PurposeScope::Everything,
        },
        word: Word::OptOut,
        source: "form".to_owned(),
        wording: None,
    };
    let said = store.record(&[refused], at(1)).await.unwrap();
    assert_eq!(said.in_flight, 0);
    epoch
}

/// What is lost: all that is due is sent and settled, and so is what is planned.
pub(crate) async fn what_is_lost(store: &dyn Store, epoch: Epoch, sent: &mut Sent) {
    let new = plans().split_off(plans().len() - 1);
    store.schedule(&page("c", new), at(3)).await.unwrap();
    let gone = send(store, epoch, 3, sent).await;
    assert_eq!(gone.len(), 4, "those who are due and do not refuse");
    settle(store, epoch, 3, &gone).await;
}

/// How all of them ended, once the loss was accepted in doubt.
pub(crate) async fn settled_by_promise<S: Store + Books>(store: &S, sent: &Sent) {
    let views = all(store).await;
    let stand: BTreeMap<String, &str> = views
        .iter()
        .map(|it| (name(&it.key), it.standing.state.as_str()))
        .collect();
    let wanted = [
        // Blind, and at most once.
        ("lost o", "unknown", 1),
        ("open o", "unknown", 1),
        ("new o", "unknown", 1),
        // Once more, because losing it is worse; and under the same key.
        ("receipt o", "accepted", 2),
        ("keyed o", "accepted", 2),
        // What nobody doubts.
        ("kept o", "accepted", 1),
        ("refuses o", "suppressed", 0),
        ("waits later", "accepted", 1),
        // One a week: what may have arrived counts.
        ("lost later", "scheduled", 0),
    ];
    for (name, state, times) in wanted {
        assert_eq!(stand.get(name), Some(&state), "{name}");
        assert_eq!(sent.get(name).copied().unwrap_or(0), times, "{name}");
    }
    assert_eq!(stand.len(), wanted.len());
    let limits: Vec<Arc<dyn Limit>> = vec![Arc::new(support::cap("week", 1, "7d"))];
    assert_eq!(audit(store, &limits).await.unwrap().violations, vec![]);
}
