//! Opening with what a flight recorder knows of those that died.

use std::sync::Arc;

use pregon_core::{
    Dispatch, Epoch, Opening, Outcome, PortErrorKind, Promise, Reason, State, Store, Ticket,
    Verdict,
};

use super::Cases;
use crate::case::cases;
use crate::desk::{Desk, accepted, again, cap, days, mail, noon, refused, rejected};

pub(super) fn cases() -> Cases {
    cases![
        "what never left waits again, and its attempt is given back"
            => what_never_left_waits_again,
        "what never left gives its places back" => what_never_left_gives_its_places_back,
        "what landed is settled as it landed" => what_landed_is_settled_as_it_landed,
        "All else is in doubt: what left without an answer" => what_left_is_in_doubt,
        "All else is in doubt: what belongs to a pass that was not recorded"
            => an_unrecorded_pass_is_in_doubt,
        "All else is in doubt: what was recorded is another attempt's"
            => another_attempt_proves_nothing,
        "Nothing in doubt gives its holds back: a second attempt that never left neither"
            => a_doubt_outlives_a_second_attempt_that_never_left,
        "`Conflict` when the flight recorder proves that the store is older: a pass"
            => a_pass_that_the_store_forgot_is_noticed,
        "`Conflict` when the flight recorder proves that the store is older: a beginning"
            => a_beginning_that_the_store_forgot_is_noticed,
        "Nothing is proven to a store that has had no pass" => a_new_store_is_told_nothing,
    ]
}

/// Notes a flight of a pass that is recorded from its beginning.
fn note(desk: &mut Desk, epoch: Epoch, dispatch: &Dispatch, outcome: Option<Outcome>) {
    desk.flights.insert_pass(epoch);
    desk.flights.insert(epoch, dispatch.ticket, outcome);
}

async fn what_never_left_waits_again(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    desk.send(&planned, noon()).await;
    desk.flights.insert_pass(desk.epoch);
    let opened = desk.reopen(noon()).await;
    assert_eq!((opened.released, opened.doubts), (1, 0));
    let view = desk.view(&planned).await;
    assert_eq!((view.standing.state, view.attempts), (State::Scheduled, 0));
    assert!(!view.standing.in_doubt, "nobody has to doubt it");
    let held = desk.take(&planned, noon()).await;
    desk.begin(&held, noon()).await;
}

async fn what_never_left_gives_its_places_back(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.rules.caps = vec![cap("semanal", 1, "week")];
    desk.send(&mail("C-1", "first"), noon()).await;
    desk.flights.insert_pass(desk.epoch);
    desk.reopen(noon()).await;
    let first = desk.take(&mail("C-1", "first"), noon()).await;
    let verdict = desk.ask(&first, noon()).await.verdict;
    assert_eq!(verdict, Verdict::Go, "its own place is free");
    let capped = desk.try_send(&mail("C-1", "second"), noon()).await;
    assert!(matches!(capped, Verdict::Capped { .. }), "and taken again");
}

async fn what_landed_is_settled_as_it_landed(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let later = noon() + days(1);
    let landed = [
        ("C-1", accepted(), State::Accepted, None),
        ("C-2", rejected(), State::Failed, Some(Reason::Rejected)),
        (
            "C-3",
            again(later),
            State::Scheduled,
            Some(Reason::NotAccepted),
        ),
    ];
    for (id, outcome, ..) in &landed {
        let dispatch = desk.send(&mail(id, "o"), noon()).await;
        let epoch = desk.epoch;
        note(&mut desk, epoch, &dispatch, Some(outcome.clone()));
    }
    let opened = desk.reopen(noon()).await;
    let counts = (
        opened.accepted,
        opened.failed,
        opened.released,
        opened.doubts,
    );
    assert_eq!(counts, (1, 1, 1, 0));
    for (id, _, state, reason) in landed {
        desk.expect(&mail(id, "o"), state, reason).await;
    }
    let view = desk.view(&mail("C-3", "o")).await;
    assert_eq!((view.until, view.attempts), (Some(later), 1));
}

async fn what_left_is_in_doubt(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let dispatch = desk.send(&planned, noon()).await;
    let epoch = desk.epoch;
    note(&mut desk, epoch, &dispatch, None);
    assert_eq!(desk.reopen(noon()).await.doubts, 1);
    desk.expect(&planned, State::Unknown, Some(Reason::InDoubt))
        .await;
}

async fn an_unrecorded_pass_is_in_doubt(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    desk.flights.insert_pass(desk.epoch);
    desk.reopen(noon()).await;
    desk.send(&planned, noon()).await;
    assert_eq!(desk.reopen(noon()).await.doubts, 1);
    desk.expect(&planned, State::Unknown, Some(Reason::InDoubt))
        .await;
}

async fn another_attempt_proves_nothing(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let first = desk.send(&planned, noon()).await;
    desk.settle(&first, again(noon()), noon()).await;
    let held = desk.take(&planned, noon()).await;
    let second = desk.begin(&held, noon()).await;
    let epoch = desk.epoch;
    // The first attempt's end says nothing about the second, which left too.
    note(&mut desk, epoch, &first, Some(accepted()));
    note(&mut desk, epoch, &second, None);
    assert_eq!(desk.reopen(noon()).await.doubts, 1);
    desk.expect(&planned, State::Unknown, Some(Reason::InDoubt))
        .await;
}

async fn a_doubt_outlives_a_second_attempt_that_never_left(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.rules.caps = vec![cap("semanal", 1, "week")];
    let idempotent = Promise::Idempotent { retention: None };
    desk.promises.insert("email", idempotent);
    let planned = mail("C-1", "o");
    desk.send(&planned, noon()).await;
    desk.reopen(noon()).await;
    let held = desk.take(&planned, noon()).await;
    desk.begin(&held, noon()).await;
    desk.flights.insert_pass(desk.epoch);
    desk.reopen(noon()).await;
    let view = desk.view(&planned).await;
    assert_eq!(view.standing.state, State::Resend);
    assert!(view.standing.in_doubt, "the first attempt may have arrived");
    let other = mail("C-1", "other");
    desk.schedule(std::slice::from_ref(&other)).await;
    let claimed = [desk.claim(noon()).await, desk.claim(noon()).await].concat();
    let held = claimed.iter().find(|it| it.id == other.key.id());
    let verdict = desk.ask(held.expect("it is due"), noon()).await.verdict;
    assert!(matches!(verdict, Verdict::Capped { .. }), "{verdict:?}");
}

/// Fails unless no pass can be opened, however often it is tried, and one can without the recorder.
async fn is_refused(desk: &mut Desk) {
    let mut opening = Opening::default();
    opening.flights = std::mem::take(&mut desk.flights);
    for _ in 0..3 {
        let opened = desk.store.open(&opening, noon()).await;
        refused(opened, PortErrorKind::Conflict);
    }
    assert_eq!(desk.reopen(noon()).await.doubts, 1, "it is as it was");
}

async fn a_pass_that_the_store_forgot_is_noticed(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.send(&mail("C-1", "o"), noon()).await;
    desk.flights.insert_pass(desk.epoch + 1);
    is_refused(&mut desk).await;
}

async fn a_beginning_that_the_store_forgot_is_noticed(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let begun = desk.send(&mail("C-1", "o"), noon()).await;
    let epoch = desk.epoch;
    note(&mut desk, epoch, &begun, None);
    let again = Ticket {
        number: begun.ticket.number + 1,
        ..begun.ticket
    };
    desk.flights.insert(epoch, again, None);
    is_refused(&mut desk).await;
    let begun = desk.send(&mail("C-2", "o"), noon()).await;
    let epoch = desk.epoch;
    let unknown = Ticket {
        row: begun.ticket.row + 1000,
        ..begun.ticket
    };
    desk.flights.insert_pass(epoch);
    desk.flights.insert(epoch, unknown, None);
    is_refused(&mut desk).await;
}

async fn a_new_store_is_told_nothing(store: Arc<dyn Store>) {
    let mut opening = Opening::default();
    opening.flights.insert_pass(12);
    let opened = store.open(&opening, noon()).await;
    assert!(opened.is_ok(), "what it noted was of another store");
}
