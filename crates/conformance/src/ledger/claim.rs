//! Claiming: what is due, in which order, and what ends instead.

use std::sync::Arc;

use pregon_core::{Dispatch, Move, Planned, Reason, State, Store};

use super::Cases;
use crate::case::cases;
use crate::desk::{Desk, again, booking, days, hours, mail, micro, noon};

pub(super) fn cases() -> Cases {
    cases![
        "claims the next: those that are due" => nothing_is_claimed_before_its_time,
        "the most important and longest due first" => the_most_important_comes_first,
        "at most one a person" => a_person_comes_once_a_turn,
        "one of somebody who has many does not keep others away"
            => a_person_with_many_does_not_fill_the_turn,
        "How many due dispatches to claim at most." => no_more_than_asked_for,
        "somebody else holds it now" => what_is_held_is_not_given_again,
        "Those that were due and ended instead of being claimed, by reason."
            => what_is_over_ends_instead,
        "How many times a dispatch may begin." => six_attempts_are_enough,
        "When the next dispatch falls due, if there is one." => next_is_the_earliest,
        "of an active campaign" => next_passes_over_what_is_paused,
        "that nobody holds" => next_passes_over_what_is_held,
    ]
}

async fn nothing_is_claimed_before_its_time(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = Planned {
        not_before: noon() + hours(1),
        ..mail("C-1", "o")
    };
    desk.schedule(std::slice::from_ref(&planned)).await;
    let early = desk.claim(noon() + hours(1) - micro()).await;
    assert!(early.is_empty(), "not a microsecond before");
    assert_eq!(
        desk.claim(noon() + hours(1)).await.len(),
        1,
        "at its instant"
    );
}

fn names(claimed: &[Dispatch]) -> Vec<&str> {
    let keys = claimed.iter().map(|dispatch| &dispatch.plan.key);
    keys.map(|key| key.occurrence.as_str()).collect()
}

async fn the_most_important_comes_first(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let row = |name: &str, priority, since: i64| Planned {
        priority,
        not_before: noon() - hours(since),
        ..mail(&format!("C-{name}"), name)
    };
    let plans = [
        row("later", 0, 1),
        row("first-planned", 0, 2),
        row("unimportant", 7, 99),
        row("second-planned", 0, 2),
        row("urgent", -1, 0),
    ];
    desk.schedule(&plans).await;
    let claimed = desk.claim(noon()).await;
    let expected = [
        "urgent",
        "first-planned",
        "second-planned",
        "later",
        "unimportant",
    ];
    assert_eq!(names(&claimed), expected);
}

async fn a_person_comes_once_a_turn(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let mut first = mail("C-1", "first");
    first.priority = -1;
    desk.schedule(&[mail("C-1", "second"), first, mail("C-2", "other")])
        .await;
    assert_eq!(names(&desk.claim(noon()).await), ["first", "other"]);
    assert_eq!(
        names(&desk.claim(noon()).await),
        ["second"],
        "in the next turn"
    );
}

async fn a_person_with_many_does_not_fill_the_turn(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let mut plans: Vec<Planned> = (0..40).map(|n| mail("C-1", &format!("m-{n}"))).collect();
    plans.push(mail("C-2", "other"));
    desk.schedule(&plans).await;
    let claimed = desk.turn(&[], Vec::new(), 2, noon()).await.claimed;
    assert_eq!(names(&claimed), ["m-0", "other"]);
}

async fn no_more_than_asked_for(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let plans: Vec<Planned> = (0..5)
        .map(|n| mail(&format!("C-{n}"), &format!("o-{n}")))
        .collect();
    desk.schedule(&plans).await;
    assert!(
        desk.turn(&[], Vec::new(), 0, noon())
            .await
            .claimed
            .is_empty()
    );
    let first = desk.turn(&[], Vec::new(), 2, noon()).await.claimed;
    assert_eq!(names(&first), ["o-0", "o-1"]);
    assert_eq!(
        names(&desk.claim(noon()).await),
        ["o-2", "o-3", "o-4"],
        "the rest"
    );
}

async fn what_is_held_is_not_given_again(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let held = desk.hold(&planned, noon()).await;
    assert!(desk.claim(noon() + hours(1)).await.is_empty(), "claimed");
    desk.begin(&held, noon() + hours(1)).await;
    assert!(desk.claim(noon() + hours(2)).await.is_empty(), "sending");
}

async fn what_is_over_ends_instead(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let until = |name: &str, not_after| Planned {
        not_after,
        ..mail(&format!("C-{name}"), name)
    };
    let (over, last) = (until("over", noon()), until("last", noon() + micro()));
    desk.schedule(&[over.clone(), last.clone()]).await;
    let turned = desk.turn(&[], Vec::new(), 10, noon()).await;
    assert_eq!(names(&turned.claimed), ["last"], "in its last microsecond");
    assert_eq!(turned.ended, [(Reason::Expired, 1)].into());
    desk.expect(&over, State::Expired, Some(Reason::Expired))
        .await;
}

async fn six_attempts_are_enough(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = booking("C-1", "o");
    desk.schedule(std::slice::from_ref(&planned)).await;
    for n in 1..=pregon_core::MOST_ATTEMPTS {
        let held = desk.take(&planned, noon()).await;
        let begun = desk.begin(&held, noon()).await;
        assert_eq!(begun.attempts, n);
        desk.settle(&begun, again(noon()), noon()).await;
    }
    let turned = desk.turn(&[], Vec::new(), 10, noon()).await;
    assert!(turned.claimed.is_empty());
    assert_eq!(turned.ended, [(Reason::Exhausted, 1)].into());
    desk.expect(&planned, State::Dead, Some(Reason::Exhausted))
        .await;
}

async fn next_is_the_earliest(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let nothing = desk.turn(&[], Vec::new(), 0, noon()).await;
    assert_eq!(nothing.next, None, "an empty ledger waits for nothing");
    let at = |id: &str, not_before| Planned {
        not_before,
        ..mail(id, id)
    };
    let (soon, late) = (noon() + hours(2), noon() + days(2));
    desk.schedule(&[at("C-1", late), at("C-2", soon), at("C-3", noon())])
        .await;
    let turned = desk.turn(&[], Vec::new(), 0, noon()).await;
    assert_eq!(
        turned.next,
        Some(noon()),
        "it is due, and nobody asked for it"
    );
    let turned = desk.turn(&[], Vec::new(), 10, noon()).await;
    assert_eq!((turned.claimed.len(), turned.next), (1, Some(soon)));
}

async fn next_passes_over_what_is_paused(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = Planned {
        not_before: noon() + hours(1),
        ..mail("C-1", "o")
    };
    desk.schedule(std::slice::from_ref(&planned)).await;
    desk.campaign(Move::Pause).await;
    assert_eq!(desk.turn(&[], Vec::new(), 1, noon()).await.next, None);
    desk.campaign(Move::Resume).await;
    let turned = desk.turn(&[], Vec::new(), 1, noon()).await;
    assert_eq!(turned.next, Some(planned.not_before));
}

async fn next_passes_over_what_is_held(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let held = desk.hold(&planned, noon()).await;
    assert_eq!(
        desk.turn(&[], Vec::new(), 1, noon()).await.next,
        None,
        "claimed"
    );
    let begun = desk.begin(&held, noon()).await;
    assert_eq!(
        desk.turn(&[], Vec::new(), 1, noon()).await.next,
        None,
        "sending"
    );
    let back = noon() + hours(3);
    desk.settle(&begun, again(back), noon()).await;
    assert_eq!(desk.turn(&[], Vec::new(), 1, noon()).await.next, Some(back));
}
