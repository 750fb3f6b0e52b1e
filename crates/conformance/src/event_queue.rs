//! The suite of [`pregon_core::EventQueue`]: what a store tells of what happens.

use std::collections::BTreeSet;
use std::sync::Arc;

use pregon_core::{
    CampaignState, Cap, CustomerId, Event, Fact, Mark, Move, Planned, PortErrorKind, Reason, Share,
    State, Store, Subject, Word,
};

use crate::Case;
use crate::case::{cases, suite};
use crate::desk::{Desk, accepted, cap, customer, days, hours, mail, noon, refused, settlement};
use crate::preference_store::refuses;

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Arc<dyn Store>>> {
    cases![
        "A store writes what happens in the transaction in which it happens: from plan to end"
            => a_message_is_told_from_plan_to_end,
        "what happens: what a limit puts off" => what_is_put_off_is_told_with_its_rule,
        "what happens: what ends before it is claimed" => what_ends_is_told,
        "what happens: what a crash left in doubt" => a_doubt_is_told,
        "what happens: a campaign's life" => a_campaign_is_told_by_its_versions,
        "what happens: words" => a_word_is_told,
        "what happens: a share of a limit, once" => a_limit_that_comes_near_is_told_once,
        "in the transaction in which it happens: not what was refused"
            => a_refused_turn_tells_nothing,
        "what happens: not what was so before" => what_changes_nothing_tells_nothing,
        "while the pass that opened it last said so" => nobody_listens_and_nothing_is_told,
        "They wait until they are said to be passed on: with the same names"
            => events_wait_until_they_are_passed_on,
        "The oldest events that wait, of so many decisions at most" => the_oldest_come_first,
        "Forgets events that a sink has: no others. Again it changes nothing."
            => only_what_was_passed_on_is_forgotten,
    ]
}

suite!(Arc<dyn Store>);

/// A store whose pass wants to hear what happens, with nothing to tell so far.
async fn desk(store: Arc<dyn Store>) -> Desk {
    let mut desk = Desk::open(store).await;
    desk.events = true;
    let _ = desk.reopen(noon()).await;
    assert_eq!(waiting(&desk).await, []);
    desk
}

pub(crate) async fn waiting(desk: &Desk) -> Vec<Event> {
    let waiting = desk.store.waiting(1000, noon()).await;
    waiting.expect("events are read").events
}

/// What waits, which is passed on then.
async fn told(desk: &Desk) -> Vec<Fact> {
    let waiting = desk.store.waiting(1000, noon()).await;
    let waiting = waiting.expect("events are read");
    pass_on(desk, &waiting.mark).await;
    waiting.events.into_iter().map(|event| event.fact).collect()
}

async fn pass_on(desk: &Desk, mark: &Mark) {
    let passed = desk.store.passed_on(mark).await;
    passed.expect("events are forgotten");
}

fn kinds(facts: &[Fact]) -> Vec<String> {
    facts.iter().map(Fact::kind).collect()
}

/// Fails unless this is all that is told: how the dispatch stands now.
async fn tells(desk: &Desk, of: &Planned, state: State) {
    let view = desk.view(of).await;
    assert_eq!(view.standing.state, state);
    assert_eq!(told(desk).await, [Fact::Dispatch(view)]);
}

async fn a_message_is_told_from_plan_to_end(store: Arc<dyn Store>) {
    let desk = desk(store).await;
    let planned = mail("C-1", "a");
    desk.schedule(std::slice::from_ref(&planned)).await;
    tells(&desk, &planned, State::Scheduled).await;
    let held = desk.take(&planned, noon()).await;
    assert_eq!(told(&desk).await, [], "a claim is nobody's business");
    let begun = desk.begin(&held, noon()).await;
    tells(&desk, &planned, State::Sending).await;
    let later = noon() + hours(1);
    desk.settle(&begun, accepted(), later).await;
    let events = waiting(&desk).await;
    assert_eq!(events.first().map(|event| event.at), Some(later));
    tells(&desk, &planned, State::Accepted).await;
}

async fn what_is_put_off_is_told_with_its_rule(store: Arc<dyn Store>) {
    let mut desk = desk(store).await;
    desk.rules.caps = vec![cap("semanal", 1, "week")];
    desk.send(&mail("C-1", "a"), noon()).await;
    let second = mail("C-1", "b");
    let held = desk.hold(&second, noon()).await;
    told(&desk).await;
    desk.ask(&held, noon()).await;
    let view = desk.view(&second).await;
    assert_eq!(view.reason, Some(Reason::Limit));
    assert!(view.rule.is_some() && view.until > Some(noon()));
    tells(&desk, &second, State::Scheduled).await;
}

async fn what_ends_is_told(store: Arc<dyn Store>) {
    let desk = desk(store).await;
    let nobody = Planned {
        refused: Some(Reason::NoAddress),
        ..mail("C-1", "a")
    };
    desk.schedule(std::slice::from_ref(&nobody)).await;
    assert!(desk.view(&nobody).await.reason == Some(Reason::NoAddress));
    tells(&desk, &nobody, State::Suppressed).await;
    let late = mail("C-2", "b");
    desk.schedule(std::slice::from_ref(&late)).await;
    told(&desk).await;
    assert_eq!(desk.claim(noon() + days(40)).await, []);
    tells(&desk, &late, State::Expired).await;
}

async fn a_doubt_is_told(store: Arc<dyn Store>) {
    let mut desk = desk(store).await;
    let planned = mail("C-1", "a");
    desk.send(&planned, noon()).await;
    told(&desk).await;
    let _ = desk.reopen(noon() + hours(1)).await;
    tells(&desk, &planned, State::Unknown).await;
}

async fn a_campaign_is_told_by_its_versions(store: Arc<dyn Store>) {
    let desk = desk(store).await;
    let waits = mail("C-1", "a");
    desk.schedule(std::slice::from_ref(&waits)).await;
    told(&desk).await;
    for r#move in [Move::Pause, Move::Resume, Move::Cancel] {
        desk.campaign(r#move).await;
    }
    desk.expect(&waits, State::Cancelled, Some(Reason::Cancelled))
        .await;
    let facts = told(&desk).await;
    let lives: Vec<_> = facts.iter().map(life).collect();
    use CampaignState::{Active, Cancelled, Paused};
    let wanted = [
        Some((4, Some(Active), Paused)),
        Some((5, Some(Paused), Active)),
        Some((6, Some(Active), Cancelled)),
    ];
    assert_eq!(lives, wanted, "and nothing of each message: {facts:?}");
}

fn life(fact: &Fact) -> Option<(u64, Option<CampaignState>, CampaignState)> {
    match fact {
        Fact::Campaign(it) => Some((it.version, it.before, it.state)),
        _ => None,
    }
}

async fn a_word_is_told(store: Arc<dyn Store>) {
    let desk = desk(store).await;
    let said = refuses(customer("C-1"));
    let recorded = desk.store.record(std::slice::from_ref(&said), noon()).await;
    let _ = recorded.expect("it is kept");
    let facts = told(&desk).await;
    assert_eq!(facts, [Fact::word(&said)]);
    assert!(matches!(&facts[0], Fact::Word(it) if it.word == Word::OptOut));
}

async fn a_limit_that_comes_near_is_told_once(store: Arc<dyn Store>) {
    let mut desk = desk(store).await;
    let share: Share = "50%".parse().expect("a share");
    let near = Cap {
        alert_at: Some(share),
        ..cap("mensual", 4, "month")
    };
    desk.rules.caps = vec![near];
    let mut alerts = Vec::new();
    for occurrence in ["a", "b", "c", "d"] {
        let planned = mail("C-1", occurrence);
        let begun = desk.send(&planned, noon()).await;
        desk.settle(&begun, accepted(), noon()).await;
        let alert = |fact| match fact {
            Fact::Limit(it) => Some((occurrence, it)),
            _ => None,
        };
        alerts.extend(told(&desk).await.into_iter().filter_map(alert));
    }
    let [(occurrence, near)] = alerts.as_slice() else {
        panic!("one alert, not {alerts:?}");
    };
    assert_eq!((*occurrence, near.taken, near.most), ("b", 2, 4));
    assert_eq!(near.subject, Subject::Customer(customer("C-1")));
    assert_eq!(near.dispatch, mail("C-1", "b").key.id());
    assert_eq!(near.rule.as_str(), "mensual");
}

async fn a_refused_turn_tells_nothing(store: Arc<dyn Store>) {
    let mut old = desk(store).await;
    let begun = old.send(&mail("C-1", "a"), noon()).await;
    let passed = old.clone();
    let _ = old.reopen(noon()).await;
    told(&old).await;
    let done = [settlement(begun.ticket, accepted())];
    let turn = passed.try_turn(&done, Vec::new(), 10, noon()).await;
    refused(turn, PortErrorKind::Conflict);
    assert_eq!(told(&old).await, []);
}

async fn what_changes_nothing_tells_nothing(store: Arc<dyn Store>) {
    let desk = desk(store).await;
    let planned = mail("C-1", "a");
    let begun = desk.send(&planned, noon()).await;
    desk.settle(&begun, accepted(), noon()).await;
    told(&desk).await;
    desk.schedule(&[planned]).await;
    desk.settle(&begun, accepted(), noon()).await;
    desk.claim(noon() + hours(1)).await;
    assert_eq!(told(&desk).await, []);
}

async fn nobody_listens_and_nothing_is_told(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let say = async |desk: &Desk, id: &str| {
        desk.send(&mail(id, "a"), noon()).await;
        let words = [refuses(customer(id))];
        let _ = desk.store.record(&words, noon()).await.expect("it is kept");
        desk.campaign(Move::Pause).await;
        desk.campaign(Move::Resume).await;
    };
    say(&desk, "C-1").await;
    assert_eq!(waiting(&desk).await, []);
    desk.events = true;
    let _ = desk.reopen(noon()).await;
    say(&desk, "C-2").await;
    let facts = kinds(&told(&desk).await);
    assert!(facts.len() >= 5, "{facts:?}");
    desk.events = false;
    let _ = desk.reopen(noon()).await;
    told(&desk).await; // That the pass before left something behind may still be told.
    say(&desk, "C-3").await;
    assert_eq!(waiting(&desk).await, []);
}

async fn events_wait_until_they_are_passed_on(store: Arc<dyn Store>) {
    let mut desk = desk(store).await;
    desk.schedule(&[mail("C-1", "a"), mail("C-2", "b")]).await;
    let first = waiting(&desk).await;
    assert_eq!(first.len(), 2);
    let _ = desk.reopen(noon() + days(1)).await;
    assert_eq!(waiting(&desk).await, first);
    told(&desk).await;
    desk.schedule(&[mail("C-3", "c")]).await;
    let names = |events: &[Event]| events.iter().map(|event| event.id).collect::<BTreeSet<_>>();
    let more = waiting(&desk).await;
    assert_eq!((names(&first).len(), names(&more).len()), (2, 1));
    assert!(
        names(&first).is_disjoint(&names(&more)),
        "no name comes again"
    );
}

async fn the_oldest_come_first(store: Arc<dyn Store>) {
    let desk = desk(store).await;
    for (id, occurrence) in [("C-1", "a"), ("C-2", "b"), ("C-3", "c")] {
        desk.schedule(&[mail(id, occurrence)]).await;
    }
    let whose = |events: &[Event]| -> Vec<CustomerId> {
        let who = events.iter().filter_map(|event| match &event.fact {
            Fact::Dispatch(view) => Some(view.key.customer.clone()),
            _ => None,
        });
        who.collect()
    };
    let two = desk.store.waiting(2, noon()).await;
    let two = two.expect("events are read");
    assert_eq!(whose(&two.events), [customer("C-1"), customer("C-2")]);
    pass_on(&desk, &two.mark).await;
    assert_eq!(whose(&waiting(&desk).await), [customer("C-3")]);
}

async fn only_what_was_passed_on_is_forgotten(store: Arc<dyn Store>) {
    let desk = desk(store).await;
    desk.schedule(&[mail("C-1", "a")]).await;
    let first = desk.store.waiting(1000, noon()).await;
    let first = first.expect("events are read");
    desk.schedule(&[mail("C-2", "b")]).await;
    pass_on(&desk, &first.mark).await;
    let left = waiting(&desk).await;
    assert_eq!(left.len(), 1);
    assert!(!first.events.contains(&left[0]));
    pass_on(&desk, &first.mark).await;
    pass_on(&desk, &Mark::default()).await;
    assert_eq!(waiting(&desk).await, left);
}
