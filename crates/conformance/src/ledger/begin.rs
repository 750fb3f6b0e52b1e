//! The gate: what begins, and in which order it asks.

use std::sync::Arc;

use pregon_core::{Move, Planned, Ready, Reason, State, Store, Ticket, Verdict};

use super::Cases;
use crate::case::cases;
use crate::desk::{
    Desk, address, candidate, cap, customer, days, hours, mail, micro, newsletter, noon, ready,
};

pub(super) fn cases() -> Cases {
    cases![
        "then its intent is durable before this returns" => an_intent_is_durable,
        "One answer for each that wanted to begin, in the same order." => answers_keep_the_order,
        "Somebody else holds it now, or it is settled" => a_void_claim_is_stale,
        "its time not over" => a_dispatch_begins_before_its_end,
        "the hours are open" => quiet_hours_put_it_off,
        "hours that end after its time are its end" => quiet_beyond_its_time_is_its_end,
        "To which address, as read just now." => the_address_as_read_replaces_the_planned_one,
        "Another customer with the same address gets this one: also after an address changed"
            => an_address_that_became_anothers_is_a_duplicate,
        "campaign, time, address, preferences, turn, hours, limits: the first that refuses answers"
            => the_gate_asks_in_one_order,
        "a hold is kept in doubt: what is sent again asks no limit" => a_doubt_asks_no_limit,
        "a doubt that may not be sent again is unknown" => a_refused_doubt_is_unknown,
    ]
}

async fn an_intent_is_durable(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let held = desk.hold(&planned, noon()).await;
    let now = noon() + micro();
    let begun = desk.begin(&held, now).await;
    assert!(begun.ticket.begun, "the ticket carries the fence");
    assert_eq!(begun.ticket.row, held.ticket.row);
    assert_eq!((begun.attempts, begun.first_at), (1, Some(now)));
    assert_eq!(begun.standing.state, State::Sending);
    let view = desk.view(&planned).await;
    let shown = (view.standing, view.attempts, view.until, view.at);
    assert_eq!(
        shown,
        (begun.standing, 1, None, now),
        "the log shows it as well"
    );
}

async fn answers_keep_the_order(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let plans = ["C-1", "C-2", "C-3"].map(|id| mail(id, id));
    desk.schedule(&plans).await;
    let mut held = desk.claim(noon()).await;
    held.reverse();
    let begin: Vec<Ready> = held.iter().map(ready).collect();
    let turned = desk.turn(&[], begin, 0, noon()).await;
    let answered: Vec<_> = turned.begun.iter().map(|begun| begun.dispatch.id).collect();
    let asked: Vec<_> = held.iter().map(|dispatch| dispatch.id).collect();
    assert_eq!(answered, asked);
}

async fn a_void_claim_is_stale(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let first = desk.hold(&planned, noon()).await;
    desk.reopen(noon()).await;
    assert_eq!(
        desk.ask(&first, noon()).await.verdict,
        Verdict::Stale,
        "nobody holds it"
    );
    let second = desk.take(&planned, noon()).await;
    assert_eq!(
        desk.ask(&first, noon()).await.verdict,
        Verdict::Stale,
        "a newer claim does"
    );
    let begun = desk.begin(&second, noon()).await;
    for held in [&second, &begun] {
        let verdict = desk.ask(held, noon()).await.verdict;
        assert_ne!(
            verdict,
            Verdict::Go,
            "what begins once does not begin twice"
        );
    }
    let number = second.ticket.number + 7;
    let made_up = Ready {
        ticket: Ticket {
            number,
            ..second.ticket
        },
        ..ready(&second)
    };
    assert_eq!(
        desk.ask_ready(made_up, noon()).await.verdict,
        Verdict::Stale
    );
    let view = desk.view(&planned).await;
    assert_eq!((view.standing.state, view.attempts), (State::Sending, 1));
}

async fn a_dispatch_begins_before_its_end(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let end = noon() + hours(1);
    let until_end = |id: &str| Planned {
        not_after: end,
        ..mail(id, id)
    };
    let (last, late) = (until_end("C-1"), until_end("C-2"));
    let held = desk.hold(&last, noon()).await;
    desk.begin(&held, end - micro()).await;
    let held = desk.hold(&late, noon()).await;
    assert_eq!(desk.ask(&held, end).await.verdict, Verdict::Expired);
    desk.expect(&late, State::Expired, Some(Reason::Expired))
        .await;
}

async fn quiet_hours_put_it_off(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let until = noon() + hours(16);
    desk.rules.quiet = Some((noon(), until, None));
    let planned = mail("C-1", "o");
    let held = desk.hold(&planned, noon()).await;
    assert_eq!(
        desk.ask(&held, noon()).await.verdict,
        Verdict::Quiet { until }
    );
    desk.expect(&planned, State::Scheduled, Some(Reason::QuietHours))
        .await;
    assert_eq!(desk.view(&planned).await.until, Some(until));
    assert!(
        desk.claim(until - micro()).await.is_empty(),
        "not before they end"
    );
    let held = desk.take(&planned, until).await;
    desk.begin(&held, until).await;
    desk.expect(&planned, State::Sending, None).await;
}

async fn quiet_beyond_its_time_is_its_end(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let until = noon() + hours(16);
    desk.rules.quiet = Some((noon(), until, None));
    let ends = |id: &str, not_after| Planned {
        not_after,
        ..mail(id, id)
    };
    let (never, barely) = (ends("C-1", until), ends("C-2", until + micro()));
    assert_eq!(desk.try_send(&never, noon()).await, Verdict::Expired);
    desk.expect(&never, State::Expired, Some(Reason::Expired))
        .await;
    assert_eq!(
        desk.try_send(&barely, noon()).await,
        Verdict::Quiet { until }
    );
}

/// The question of somebody who read another address than the planned one.
fn moved(held: &pregon_core::Dispatch, to: &str) -> Ready {
    let mut plan = held.plan.clone();
    plan.address = Some(address(to));
    let mut it = candidate(held);
    it.address = address(to);
    Ready {
        candidate: it,
        address_key: plan.address_key(),
        ..ready(held)
    }
}

async fn the_address_as_read_replaces_the_planned_one(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let own = mail("C-1", "own");
    let shared = newsletter("C-2", "n", "old");
    for planned in [&own, &shared] {
        let held = desk.hold(planned, noon()).await;
        let begun = desk.ask_ready(moved(&held, "new"), noon()).await;
        assert_eq!(begun.verdict, Verdict::Go);
        assert_eq!(
            begun.dispatch.plan.address,
            Some(address("new")),
            "the latest known"
        );
    }
    let new = newsletter("C-3", "n", "new");
    let old = newsletter("C-4", "n", "old");
    let scheduled = desk.schedule(&[new, old]).await;
    assert_eq!(
        scheduled.new,
        [1],
        "the new address has its copy; the old one may have one"
    );
    desk.promises.insert(
        "email",
        pregon_core::Promise::Idempotent { retention: None },
    );
    desk.reopen(noon()).await;
    let held = desk.take(&own, noon()).await;
    assert_eq!(held.plan.address, Some(address("new")), "and it is kept");
}

async fn an_address_that_became_anothers_is_a_duplicate(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let (ana, luis) = (
        newsletter("C-1", "n", "ana"),
        newsletter("C-2", "n", "luis"),
    );
    desk.schedule(&[ana.clone(), luis.clone()]).await;
    let held = desk.claim(noon()).await;
    let answer = desk.ask_ready(moved(&held[1], "ana"), noon()).await;
    assert_eq!(
        answer.verdict,
        Verdict::Suppressed(Reason::DuplicateAddress)
    );
    desk.expect(&luis, State::Suppressed, Some(Reason::DuplicateAddress))
        .await;
    desk.begin(&held[0], noon()).await;
}

async fn the_gate_asks_in_one_order(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let end = noon() + hours(1);
    let until_end = |id: &str, occurrence: &str, to: &str| Planned {
        not_after: end,
        ..newsletter(id, occurrence, to)
    };
    desk.send(&newsletter("C-0", "n-1", "taken"), noon()).await;
    desk.rules.caps = vec![cap("uno", 1, "day")];
    crate::desk::activate(&*desk.store, "otra").await;
    let paused = until_end("C-1", "n-1", "c-1");
    let over = until_end("C-2", "n-1", "c-2");
    let (held, late) = (
        desk.hold(&paused, noon()).await,
        desk.hold(&over, noon()).await,
    );
    desk.campaign(Move::Pause).await;
    let refuse = |id: &str| crate::preference_store::refuses(customer(id));
    let words = [refuse("C-1"), refuse("C-2"), refuse("C-3")];
    let _ = desk
        .store
        .record(&words, noon())
        .await
        .expect("the words are kept");
    let answer = desk.ask_ready(moved(&held, "taken"), end).await.verdict;
    assert_eq!(answer, Verdict::Paused, "before its time");
    desk.campaign(Move::Resume).await;
    let answer = desk.ask_ready(moved(&late, "taken"), end).await.verdict;
    assert_eq!(answer, Verdict::Expired, "before its address");

    let moves = desk.hold(&newsletter("C-3", "n-1", "c-3"), noon()).await;
    let answer = desk.ask_ready(moved(&moves, "taken"), noon()).await.verdict;
    let duplicate = Verdict::Suppressed(Reason::DuplicateAddress);
    assert_eq!(answer, duplicate, "before preferences");

    let begins = desk.hold(&mail("C-4", "begins"), noon()).await;
    let refused = desk.hold(&newsletter("C-3", "n-2", "C-4"), noon()).await;
    let quiet = desk.hold(&newsletter("C-5", "n-3", "C-4"), noon()).await;
    desk.rules.quiet = Some((noon(), end, Some(customer("C-5"))));
    let verdicts = desk.ask_all(&[&begins, &refused, &quiet], noon()).await;
    let opted_out = Verdict::Suppressed(Reason::OptedOut);
    assert_eq!(
        verdicts,
        [Verdict::Go, opted_out, Verdict::Wait],
        "and the turn before hours"
    );

    desk.rules.quiet = Some((noon(), end, None));
    let full = desk.hold(&mail("C-4", "full"), noon()).await;
    let answer = desk.ask(&full, noon()).await.verdict;
    assert_eq!(answer, Verdict::Quiet { until: end }, "before limits");
}

async fn a_doubt_asks_no_limit(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.promises.insert(
        "email",
        pregon_core::Promise::Idempotent { retention: None },
    );
    desk.rules.caps = vec![cap("semanal", 1, "30d")];
    let planned = mail("C-1", "o");
    desk.send(&planned, noon()).await;
    desk.reopen(noon()).await;
    let held = desk.take(&planned, noon() + days(1)).await;
    desk.begin(&held, noon() + days(1)).await;
}

async fn a_refused_doubt_is_unknown(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.promises.insert(
        "email",
        pregon_core::Promise::Idempotent { retention: None },
    );
    let end = noon() + hours(1);
    let late = Planned {
        not_after: end,
        ..mail("C-1", "late")
    };
    let moves = newsletter("C-2", "n", "c-2");
    let plans = [&late, &moves];
    for planned in plans {
        desk.send(planned, noon()).await;
    }
    desk.send(&newsletter("C-3", "n", "taken"), noon()).await;
    desk.reopen(noon()).await;
    let claimed = desk.claim(noon()).await;
    let of = |planned: &Planned| {
        let found = claimed.iter().find(|held| held.id == planned.key.id());
        found.expect("it is to be sent again")
    };
    let answer = desk
        .ask_ready(moved(of(&moves), "taken"), noon())
        .await
        .verdict;
    assert_eq!(answer, Verdict::Suppressed(Reason::DuplicateAddress));
    assert_eq!(desk.ask(of(&late), end).await.verdict, Verdict::Expired);
    desk.expect(&moves, State::Unknown, Some(Reason::DuplicateAddress))
        .await;
    desk.expect(&late, State::Unknown, Some(Reason::Expired))
        .await;
}
