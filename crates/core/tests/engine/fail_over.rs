//! Several providers for one channel: nothing goes to a second one that may have left by the first.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use pregon_core::testing::{Recording, Reply};
use pregon_core::{
    Action, Class, DispatchId, DispatchKey, FailOver, Fate, Length, Order, Promise, Purpose,
    Rendered,
};

use crate::world::{World, renewal, run};

fn both(first: &Recording, second: &Recording) -> FailOver {
    let fail_over = FailOver::new(Arc::new(first.clone()));
    fail_over.then(Arc::new(second.clone())).unwrap()
}

fn key() -> DispatchKey {
    DispatchKey {
        campaign: "renovacion".parse().unwrap(),
        journey: "aviso".parse().unwrap(),
        step: "correo".parse().unwrap(),
        trigger: "before_date".to_owned(),
        occurrence: "STR-1".parse().unwrap(),
        customer: "C-1".parse().unwrap(),
        channel: "email".parse().unwrap(),
    }
}

fn order(n: u8, secs: i64) -> Order {
    Order {
        id: DispatchId::from_bytes([n; 16]),
        row: i64::from(n),
        key: key(),
        again: false,
        purpose: Purpose::new("promotion").unwrap(),
        class: Class::Promotional,
        to: format!("p{n}@example.org"),
        parts: Rendered::new().with("subject", "Hola").with("text", "Hola"),
        unsubscribe: None,
        now: DateTime::<Utc>::UNIX_EPOCH + Duration::seconds(secs),
    }
}

/// Who has a message after the first provider answered so, and what was said of it.
#[track_caller]
fn check(reply: Reply, by_first: usize, by_second: usize, said: Option<Fate>) {
    let (first, second) = (Recording::email(), Recording::email());
    first.reply([reply]);
    let answer = run(both(&first, &second).perform(&order(1, 0)));
    assert_eq!(answer.err().map(|error| error.fate()), said, "{reply:?}");
    let has = (first.sent().len(), second.sent().len());
    assert_eq!(has, (by_first, by_second), "{reply:?}");
}

#[test]
fn the_next_is_asked_only_for_what_surely_did_not_leave() {
    check(Reply::Accept, 1, 0, None);
    check(Reply::Refuse(Fate::NotSent), 0, 1, None);
    check(Reply::Refuse(Fate::ChannelDown), 0, 1, None);
    check(Reply::Refuse(Fate::Unknown), 0, 0, Some(Fate::Unknown));
    check(Reply::Refuse(Fate::Rejected), 0, 0, Some(Fate::Rejected));
    check(Reply::AcceptUnheard, 1, 0, Some(Fate::Unknown));
}

#[test]
fn the_channel_is_down_only_when_every_provider_is() {
    let (first, second) = (Recording::email(), Recording::email());
    let both = both(&first, &second);
    let fate = |both: &FailOver, order| run(both.perform(&order)).unwrap_err().fate();
    first.reply([Reply::Refuse(Fate::ChannelDown)]);
    second.reply([Reply::Refuse(Fate::NotSent)]);
    assert_eq!(fate(&both, order(1, 0)), Fate::NotSent);
    second.reply([Reply::Refuse(Fate::ChannelDown)]);
    assert_eq!(fate(&both, order(2, 1)), Fate::ChannelDown);
    let asked = first.orders() + second.orders();
    assert_eq!(fate(&both, order(3, 2)), Fate::ChannelDown, "both rest");
    assert_eq!(first.orders() + second.orders(), asked);
}

#[test]
fn one_that_does_not_work_is_left_alone_for_a_while() {
    let (first, second) = (Recording::email(), Recording::email());
    first.reply([Reply::Refuse(Fate::ChannelDown)]);
    let both = both(&first, &second);
    for (n, secs) in [(1, 0), (2, 29), (3, 30)] {
        run(both.perform(&order(n, secs))).unwrap();
    }
    second.assert_sent(&["p1@example.org", "p2@example.org"]);
    first.assert_sent(&["p3@example.org"]);
}

#[test]
fn several_promise_only_what_holds_whoever_has_it() {
    let retention = Some("24h".parse::<Length>().unwrap());
    let keyed = || Recording::email().promising(Promise::Idempotent { retention });
    let told = || Recording::email().promising(Promise::Webhook);
    let alone = FailOver::new(Arc::new(keyed()));
    assert_eq!(alone.promise(), Promise::Idempotent { retention });
    assert_eq!(both(&keyed(), &keyed()).promise(), Promise::Blind);
    assert_eq!(both(&told(), &told()).promise(), Promise::Webhook);
    assert_eq!(both(&told(), &keyed()).promise(), Promise::Blind);
    let sms = Arc::new(Recording::sms());
    let error = FailOver::new(Arc::new(keyed())).then(sms).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a provider of sms cannot stand in for one of email"
    );
}

/// The whole engine: each person one message, wherever it went; the doubtful one by nobody twice.
#[test]
fn a_campaign_over_two_providers_writes_to_each_person_once() {
    let world = World::new();
    for n in 0..6 {
        world.pin(&format!("C-{n}"), &format!("STR-{n}"), "2026-12-20");
    }
    world.activate(renewal());
    let first = Recording::email();
    let second = Recording::email();
    let free = Reply::Refuse(Fate::NotSent);
    first.reply([free, Reply::AcceptUnheard, free, Reply::Accept]);
    let engine = world.builder(Arc::new(both(&first, &second))).build();
    let engine = engine.unwrap();
    let report = run(engine.pass()).unwrap();
    assert_eq!((report.accepted, report.in_doubt), (5, 1));
    for _ in 0..3 {
        world.clock.advance(Duration::hours(1));
        let again = run(engine.pass()).unwrap();
        assert_eq!(again.accepted, 0, "promotional doubt ends as it is");
    }
    let mut all: Vec<String> = first.sent().into_iter().map(|sent| sent.to).collect();
    all.extend(second.sent().into_iter().map(|sent| sent.to));
    all.sort_unstable();
    let copies = all.len();
    all.dedup();
    assert_eq!((all.len(), copies), (6, 6));
}
