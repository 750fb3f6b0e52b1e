//! Places in limits: when they are taken, kept and given back.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_core::{Doubt, Outcome, Planned, Promise, Reason, State, Store, Verdict};

use super::Cases;
use crate::case::cases;
use crate::desk::{
    Desk, accepted, again, booking, cap, hours, mail, noon, ready, rejected, settlement,
};

pub(super) fn cases() -> Cases {
    cases![
        "its places in the limits are durable before this returns" => a_place_is_taken_at_once,
        "What counts: sending, resend, accepted, unknown" => what_may_have_arrived_counts,
        "Released: definite rejects" => a_definite_no_gives_the_place_back,
        "a release gives the place back in the same transaction"
            => a_place_given_back_is_free_in_the_same_turn,
        "a hold is never released while in doubt" => a_doubt_never_gives_its_place_back,
        "a definite rejection of a retry does not clear an older doubt"
            => a_rejected_retry_stays_in_doubt,
        "keeps its hold: sent again it takes no second place" => a_resend_takes_no_second_place,
        "an accepted doubt keeps its place" => an_accepted_doubt_keeps_its_place,
        "a dispatch that is refused takes no place" => what_is_refused_takes_no_place,
    ]
}

async fn desk_with_one_a_month(store: Arc<dyn Store>) -> Desk {
    let mut desk = Desk::open(store).await;
    desk.rules.caps = vec![cap("mensual", 1, "month")];
    desk.promises
        .insert("email", Promise::Idempotent { retention: None });
    desk
}

/// Whether another one of the person finds a place.
async fn has_room(desk: &Desk, id: &str, probe: &str) -> bool {
    let planned = mail(id, &format!("probe {id} {probe}"));
    match desk.try_send(&planned, noon()).await {
        Verdict::Go => true,
        Verdict::Capped { .. } => false,
        other => panic!("only the limit speaks of it: {other:?}"),
    }
}

async fn a_place_is_taken_at_once(store: Arc<dyn Store>) {
    let desk = desk_with_one_a_month(store).await;
    desk.hold(&mail("C-1", "held"), noon()).await;
    assert!(
        has_room(&desk, "C-1", "a").await,
        "what is only claimed takes none"
    );
    assert!(
        !has_room(&desk, "C-1", "b").await,
        "what has begun takes one"
    );
}

fn in_doubt(doubt: Doubt, at: DateTime<Utc>) -> Outcome {
    Outcome::InDoubt { doubt, at }
}

async fn what_may_have_arrived_counts(store: Arc<dyn Store>) {
    let desk = desk_with_one_a_month(store).await;
    let later = noon() + hours(1);
    let outcomes = [
        ("C-1", None, State::Sending),
        ("C-2", Some(accepted()), State::Accepted),
        ("C-3", Some(in_doubt(Doubt::Resend, later)), State::Resend),
        ("C-4", Some(in_doubt(Doubt::Unknown, later)), State::Unknown),
    ];
    for (id, outcome, state) in outcomes {
        let planned = mail(id, id);
        let begun = desk.send(&planned, noon()).await;
        if let Some(outcome) = outcome {
            desk.settle(&begun, outcome, noon()).await;
        }
        assert_eq!(desk.view(&planned).await.standing.state, state);
        assert!(!has_room(&desk, id, "a").await, "{state} counts");
    }
}

async fn a_definite_no_gives_the_place_back(store: Arc<dyn Store>) {
    let desk = desk_with_one_a_month(store).await;
    for (id, outcome) in [("C-1", again(noon() + hours(1))), ("C-2", rejected())] {
        let begun = desk.send(&mail(id, id), noon()).await;
        desk.settle(&begun, outcome, noon()).await;
        assert!(has_room(&desk, id, "a").await, "it did not arrive");
        assert!(!has_room(&desk, id, "b").await, "and it was one place");
    }
}

async fn a_place_given_back_is_free_in_the_same_turn(store: Arc<dyn Store>) {
    let desk = desk_with_one_a_month(store).await;
    let begun = desk.send(&mail("C-1", "first"), noon()).await;
    let held = desk.hold(&mail("C-1", "second"), noon()).await;
    let done = [settlement(begun.ticket, again(noon() + hours(1)))];
    let turned = desk.turn(&done, vec![ready(&held)], 0, noon()).await;
    assert_eq!(turned.begun[0].verdict, Verdict::Go);
}

/// One that was sent, lost, and begun again.
async fn retried(desk: &Desk, planned: &Planned) -> pregon_core::Dispatch {
    let begun = desk.send(planned, noon()).await;
    desk.settle(&begun, in_doubt(Doubt::Resend, noon()), noon())
        .await;
    let held = desk.take(planned, noon()).await;
    desk.begin(&held, noon()).await
}

async fn a_doubt_never_gives_its_place_back(store: Arc<dyn Store>) {
    let mut desk = desk_with_one_a_month(store).await;
    let planned = mail("C-1", "o");
    let retry = retried(&desk, &planned).await;
    desk.settle(&retry, again(noon() + hours(1)), noon()).await;
    let view = desk.view(&planned).await;
    let shown = (view.standing.state, view.standing.in_doubt, view.until);
    assert_eq!(shown, (State::Resend, true, Some(noon() + hours(1))));
    assert!(
        !has_room(&desk, "C-1", "a").await,
        "after a definite no to the retry"
    );
    desk.reopen(noon()).await;
    assert!(!has_room(&desk, "C-1", "b").await, "after a restart");
}

async fn a_rejected_retry_stays_in_doubt(store: Arc<dyn Store>) {
    let desk = desk_with_one_a_month(store).await;
    let planned = mail("C-1", "o");
    let retry = retried(&desk, &planned).await;
    desk.settle(&retry, rejected(), noon()).await;
    desk.expect(&planned, State::Unknown, Some(Reason::Rejected))
        .await;
    assert!(desk.view(&planned).await.standing.in_doubt);
    assert!(
        !has_room(&desk, "C-1", "a").await,
        "the first attempt may have arrived"
    );
}

async fn a_resend_takes_no_second_place(store: Arc<dyn Store>) {
    let mut desk = desk_with_one_a_month(store).await;
    desk.rules.caps = vec![cap("mensual", 2, "month")];
    let retry = retried(&desk, &mail("C-1", "o")).await;
    desk.settle(&retry, accepted(), noon()).await;
    assert!(
        has_room(&desk, "C-1", "a").await,
        "one of two places is taken"
    );
    assert!(!has_room(&desk, "C-1", "b").await, "now both are");
}

async fn an_accepted_doubt_keeps_its_place(store: Arc<dyn Store>) {
    let desk = desk_with_one_a_month(store).await;
    let planned = booking("C-1", "o");
    let retry = retried(&desk, &planned).await;
    desk.settle(&retry, accepted(), noon()).await;
    desk.expect(&planned, State::Accepted, None).await;
    assert!(
        !desk.view(&planned).await.standing.in_doubt,
        "acceptance ends a doubt"
    );
    assert!(!has_room(&desk, "C-1", "a").await);
}

async fn what_is_refused_takes_no_place(store: Arc<dyn Store>) {
    let mut desk = desk_with_one_a_month(store).await;
    let until = noon() + hours(1);
    desk.rules.quiet = Some((noon(), until, None));
    let answer = desk.try_send(&mail("C-1", "o"), noon()).await;
    assert_eq!(answer, Verdict::Quiet { until });
    desk.rules.quiet = None;
    assert!(has_room(&desk, "C-1", "a").await);
}
