//! Two at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;
use pregon_core::{DispatchId, Planned, PortErrorKind, Store, Verdict};

use super::Cases;
use crate::case::cases;
use crate::desk::{Desk, cap, customer, mail, newsletter, noon, ready};
use crate::preference_store::refuses;

pub(super) fn cases() -> Cases {
    cases![
        "a dispatch is held by one: turns at once" => turns_at_once_share_nothing,
        "a newer pass makes all older ones void: openings at once"
            => openings_at_once_leave_one_pass,
        "a key makes one row: pages at once" => pages_at_once_make_each_dispatch_once,
        "no limit is passed: beginnings at once" => beginnings_at_once_stay_within_the_limit,
        "Once it returns, no dispatch begins against them: words and beginnings at once"
            => a_word_and_a_beginning_have_an_order,
    ]
}

fn crowd(count: usize) -> Vec<Planned> {
    let one = |n| mail(&format!("C-{n}"), &format!("o-{n}"));
    (0..count).map(one).collect()
}

async fn turns_at_once_share_nothing(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    desk.schedule(&crowd(60)).await;
    let turns = (0..6).map(|_| desk.turn(&[], Vec::new(), 15, noon()));
    let claimed = join_all(turns)
        .await
        .into_iter()
        .flat_map(|turned| turned.claimed);
    let mut ids: Vec<DispatchId> = claimed.map(|dispatch| dispatch.id).collect();
    assert_eq!(ids.len(), 60, "each is claimed");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 60, "and by one");
}

/// A whole pass that dies before it settles: how many went, of what it could get.
async fn pass(mut desk: Desk) -> Vec<DispatchId> {
    desk.reopen(noon()).await;
    let mut gone = Vec::new();
    for _ in 0..10 {
        let claimed = match desk.try_turn(&[], Vec::new(), 4, noon()).await {
            Ok(turned) => turned.claimed,
            Err(error) if error.kind() == PortErrorKind::Conflict => return gone,
            Err(error) => panic!("a pass is void or goes on: {error}"),
        };
        let begin = claimed.iter().map(ready).collect();
        let Ok(turned) = desk.try_turn(&[], begin, 0, noon()).await else {
            return gone;
        };
        let went = turned
            .begun
            .iter()
            .filter(|begun| begun.verdict == Verdict::Go);
        gone.extend(went.map(|begun| begun.dispatch.id));
    }
    gone
}

async fn openings_at_once_leave_one_pass(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    desk.schedule(&crowd(30)).await;
    let passes = join_all((0..5).map(|_| pass(desk.clone()))).await;
    let mut counts: BTreeMap<DispatchId, u32> = BTreeMap::new();
    for id in passes.into_iter().flatten() {
        *counts.entry(id).or_default() += 1;
    }
    assert!(!counts.is_empty(), "somebody gets on");
    let twice = counts.values().filter(|count| **count > 1).count();
    assert_eq!(twice, 0, "a blind promotion goes once, whoever opens");
}

async fn pages_at_once_make_each_dispatch_once(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let mut plans = crowd(20);
    plans.push(newsletter("C-50", "n", "casa"));
    let kept = join_all((0..4).map(|_| desk.schedule(&plans))).await;
    let new: usize = kept.iter().map(|scheduled| scheduled.new.len()).sum();
    let known: u64 = kept.iter().map(|scheduled| scheduled.known).sum();
    assert_eq!((new, known), (21, 63));
}

async fn beginnings_at_once_stay_within_the_limit(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.rules.caps = vec![cap("dos", 2, "week")];
    let plans: Vec<Planned> = (0..8).map(|n| mail("C-1", &format!("o-{n}"))).collect();
    desk.schedule(&plans).await;
    let mut held = Vec::new();
    for _ in 0..8 {
        held.extend(desk.claim(noon()).await);
    }
    let answers = join_all(held.iter().map(|dispatch| desk.ask(dispatch, noon()))).await;
    let gone = answers
        .iter()
        .filter(|begun| begun.verdict == Verdict::Go)
        .count();
    assert_eq!((answers.len(), gone), (8, 2));
}

async fn a_word_and_a_beginning_have_an_order(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    for n in 0..8 {
        let id = format!("C-{n}");
        let held = desk.hold(&mail(&id, &id), noon()).await;
        let word = [refuses(customer(&id))];
        let said = desk.store.record(&word, noon());
        let asked = desk.ask(&held, noon());
        let (said, asked) = futures_util::future::join(said, asked).await;
        let in_flight = said.expect("the word is kept").in_flight;
        let went = u64::from(asked.verdict == Verdict::Go);
        assert_eq!(in_flight, went, "it is told of exactly what had begun");
    }
}
