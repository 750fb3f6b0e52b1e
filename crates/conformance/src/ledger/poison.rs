//! Claims that led nowhere.

use std::sync::Arc;

use pregon_core::{MOST_CLAIMS, Outcome, Planned, Promise, Reason, State, Store, Verdict};

use super::Cases;
use crate::case::cases;
use crate::desk::{Desk, accepted, again, hours, mail, micro, noon};

pub(super) fn cases() -> Cases {
    cases![
        "A claim is counted; after three that led nowhere a dispatch ends as `Poison`."
            => three_claims_that_led_nowhere_are_poison,
        "For the third it is claimed alone" => the_last_claim_is_alone,
        "it was claimed before it began, so a poisoned dispatch never left"
            => poison_ends_what_was_never_tried,
        "in doubt it ends unknown, because it may have arrived" => poison_in_doubt_is_unknown,
        "A claim that was given back led somewhere" => a_claim_given_back_is_not_counted,
        "A claim that was answered led somewhere" => an_answer_forgets_the_claims,
    ]
}

/// Claims it and dies.
async fn crash(desk: &mut Desk, planned: &Planned) {
    desk.take(planned, noon()).await;
    desk.reopen(noon()).await;
}

async fn three_claims_that_led_nowhere_are_poison(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let (bad, good) = (mail("C-1", "bad"), mail("C-2", "good"));
    desk.schedule(&[bad.clone(), good.clone()]).await;
    for _ in 0..MOST_CLAIMS {
        let claimed = desk.claim(noon()).await;
        let sane = claimed.iter().find(|dispatch| dispatch.id == good.key.id());
        if let Some(sane) = sane {
            let done = Outcome::Again {
                at: noon(),
                reason: Reason::SourceDown,
            };
            desk.settle(sane, done, noon()).await;
        }
        desk.reopen(noon()).await;
    }
    let turned = desk.turn(&[], Vec::new(), 10, noon()).await;
    assert_eq!(turned.ended, [(Reason::Poison, 1)].into());
    let ids: Vec<_> = turned.claimed.iter().map(|dispatch| dispatch.id).collect();
    assert_eq!(ids, [good.key.id()], "the others go on");
    desk.expect(&bad, State::Dead, Some(Reason::Poison)).await;
}

async fn the_last_claim_is_alone(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let (bad, good) = (mail("C-1", "bad"), mail("C-2", "good"));
    desk.schedule(&[bad.clone(), good.clone()]).await;
    for together in [2, 2, 1] {
        let claimed = desk.claim(noon()).await;
        assert_eq!(claimed.len(), together);
        desk.reopen(noon()).await;
    }
    let turned = desk.turn(&[], Vec::new(), 10, noon()).await;
    assert_eq!(turned.ended, [(Reason::Poison, 1)].into());
    assert_eq!(turned.claimed.len(), 1, "the other one has its last claim");
    let [held] = &turned.claimed[..] else {
        return;
    };
    let begun = desk.begin(held, noon()).await;
    desk.settle(&begun, accepted(), noon()).await;
}

async fn poison_ends_what_was_never_tried(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    desk.schedule(std::slice::from_ref(&planned)).await;
    for _ in 1..MOST_CLAIMS {
        crash(&mut desk, &planned).await;
    }
    let held = desk.take(&planned, noon()).await;
    let begun = desk.begin(&held, noon()).await;
    assert_eq!(begun.attempts, 1, "the third claim may still begin");
    desk.settle(&begun, accepted(), noon()).await;
    desk.expect(&planned, State::Accepted, None).await;
}

async fn poison_in_doubt_is_unknown(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.promises
        .insert("email", Promise::Idempotent { retention: None });
    let planned = mail("C-1", "o");
    desk.send(&planned, noon()).await;
    desk.reopen(noon()).await;
    for _ in 0..MOST_CLAIMS {
        crash(&mut desk, &planned).await;
    }
    let turned = desk.turn(&[], Vec::new(), 10, noon()).await;
    assert_eq!(turned.ended, [(Reason::Poison, 1)].into());
    desk.expect(&planned, State::Unknown, Some(Reason::Poison))
        .await;
}

async fn a_claim_given_back_is_not_counted(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    desk.schedule(std::slice::from_ref(&planned)).await;
    for _ in 0..3 {
        crash(&mut desk, &planned).await;
        crash(&mut desk, &planned).await;
        let held = desk.take(&planned, noon()).await;
        desk.settle(&held, again(noon()), noon()).await;
        desk.expect(&planned, State::Scheduled, Some(Reason::NotAccepted))
            .await;
    }
    let held = desk.take(&planned, noon()).await;
    desk.begin(&held, noon()).await;
}

async fn an_answer_forgets_the_claims(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    desk.schedule(std::slice::from_ref(&planned)).await;
    crash(&mut desk, &planned).await;
    crash(&mut desk, &planned).await;
    let held = desk.take(&planned, noon()).await;
    desk.rules.quiet = Some((noon() - hours(1), noon() + micro(), None));
    let until = noon() + micro();
    assert_eq!(
        desk.ask(&held, noon()).await.verdict,
        Verdict::Quiet { until }
    );
    for _ in 0..2 {
        desk.take(&planned, until).await;
        desk.reopen(until).await;
    }
    let held = desk.take(&planned, until).await;
    let begun = desk.begin(&held, until).await;
    desk.settle(&begun, again(until), until).await;
    for _ in 0..2 {
        desk.take(&planned, until).await;
        desk.reopen(until).await;
    }
    let held = desk.take(&planned, until).await;
    desk.begin(&held, until).await;
}
