//! At most one begins for each subject in a turn.

use std::sync::Arc;

use pregon_core::{CustomerId, State, Store, Verdict};

use super::Cases;
use crate::case::cases;
use crate::desk::{Desk, cap, mail, newsletter, noon, ready, settlement};

pub(super) fn cases() -> Cases {
    cases![
        "At most one begins for each person" => one_begins_for_a_person,
        "at most one for each address" => one_begins_for_an_address,
        "at most one for each counted subject" => one_begins_for_a_counted_subject,
        "the others are told to wait: still held, and can be asked for again in the next one"
            => what_waits_is_still_held,
        "one that is refused leaves the turn to the next" => a_refused_one_makes_nobody_wait,
    ]
}

async fn one_begins_for_a_person(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    desk.schedule(&[newsletter("C-1", "a", "a"), newsletter("C-1", "b", "b")])
        .await;
    let (first, second) = (desk.claim(noon()).await, desk.claim(noon()).await);
    let verdicts = desk.ask_all(&[&first[0], &second[0]], noon()).await;
    assert_eq!(verdicts, [Verdict::Go, Verdict::Wait]);
}

async fn one_begins_for_an_address(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let (one, other) = (
        newsletter("C-1", "a", "casa"),
        newsletter("C-2", "b", "casa"),
    );
    desk.schedule(&[one, other, mail("C-3", "c")]).await;
    let held = desk.claim(noon()).await;
    let verdicts = desk.ask_all(&[&held[0], &held[1], &held[2]], noon()).await;
    assert_eq!(verdicts, [Verdict::Go, Verdict::Wait, Verdict::Go]);
}

async fn one_begins_for_a_counted_subject(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.rules.households = vec![(cap("hogar", 1, "day"), "familia".to_owned())];
    desk.schedule(&["C-1", "C-2", "C-3"].map(|id| mail(id, id)))
        .await;
    let held = desk.claim(noon()).await;
    let verdicts = desk.ask_all(&[&held[0], &held[1], &held[2]], noon()).await;
    assert_eq!(verdicts, [Verdict::Go, Verdict::Wait, Verdict::Wait]);
    let verdicts = desk.ask_all(&[&held[1], &held[2]], noon()).await;
    let capped = |verdict: &Verdict| matches!(verdict, Verdict::Capped { .. });
    assert!(
        verdicts.iter().all(capped),
        "its one place is taken: {verdicts:?}"
    );
}

async fn what_waits_is_still_held(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let plans = [mail("C-1", "a"), mail("C-1", "b")];
    desk.schedule(&plans).await;
    let (first, second) = (desk.claim(noon()).await, desk.claim(noon()).await);
    let begin = vec![ready(&first[0]), ready(&second[0])];
    let turned = desk.turn(&[], begin, 10, noon()).await;
    assert_eq!(turned.begun[1].verdict, Verdict::Wait);
    assert_eq!(
        turned.begun[1].dispatch.ticket, second[0].ticket,
        "under the same ticket"
    );
    assert!(turned.claimed.is_empty(), "nobody else gets it");
    desk.expect(&plans[1], State::Scheduled, None).await;
    let done = [settlement(
        turned.begun[0].dispatch.ticket,
        crate::desk::accepted(),
    )];
    let next = desk.turn(&done, vec![ready(&second[0])], 0, noon()).await;
    assert_eq!(next.begun[0].verdict, Verdict::Go);
}

async fn a_refused_one_makes_nobody_wait(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let silent: CustomerId = crate::desk::customer("C-1");
    let until = noon() + crate::desk::hours(1);
    desk.rules.quiet = Some((noon(), until, Some(silent)));
    let (one, other) = (
        newsletter("C-1", "a", "casa"),
        newsletter("C-2", "b", "casa"),
    );
    desk.schedule(&[one, other]).await;
    let held = desk.claim(noon()).await;
    let verdicts = desk.ask_all(&[&held[0], &held[1]], noon()).await;
    assert_eq!(verdicts, [Verdict::Quiet { until }, Verdict::Go]);
}
