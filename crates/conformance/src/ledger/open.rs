//! Opening: epochs, and the doubts of those that died.

use std::sync::Arc;

use pregon_core::{Outcome, PortErrorKind, Promise, Reason, State, Store, Verdict};

use super::Cases;
use crate::case::cases;
use crate::desk::{
    Desk, accepted, again, booking, cap, days, hours, instant, mail, micro, noon, ready, refused,
    settlement,
};

pub(super) fn cases() -> Cases {
    cases![
        "Begins a pass." => each_pass_has_a_newer_number,
        "Every older epoch is void from here on: its turns are refused with `Conflict`."
            => an_older_epoch_is_refused,
        "Then nothing of the turn is kept." => a_refused_turn_keeps_nothing,
        "What it had claimed is free again" => a_claim_of_a_dead_pass_is_free_again,
        "what it had begun is in doubt, at once" => what_had_begun_is_in_doubt_at_once,
        "How many dispatches of older epochs were found without an answer."
            => only_what_has_no_answer_is_a_doubt,
        "settled by the channel's promise: the same key sent again has no second effect"
            => an_idempotent_channel_gets_it_again,
        "Otherwise a promotional message is sent at most once" => a_blind_promotion_ends_unknown,
        "a transactional one gets one more chance" => a_blind_booking_gets_one_more_chance,
        "A channel that is not named is blind." => a_channel_that_is_not_named_is_blind,
        "a webhook is no promise that a second copy does no harm"
            => a_webhook_repeats_no_promotion,
        "One that can be asked is asked first, once its answer can be trusted"
            => what_can_be_asked_for_waits_until_its_answer_is_trusted,
        "A provider's memory is trusted until an hour before it ends." => a_memory_ends,
        "as long as the provider remembers it: from when it first began"
            => a_memory_begins_with_the_first_attempt,
        "Nothing in doubt gives its holds back." => a_doubt_keeps_its_place,
        "time does not go back behind it" => high_water_never_goes_back,
        "time does not go back behind it: nor for what is settled"
            => a_doubt_begins_after_its_attempt,
    ]
}

async fn each_pass_has_a_newer_number(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let first = desk.epoch;
    let opened = desk.reopen(noon()).await;
    assert!(opened.epoch > first, "a newer pass has a larger number");
    assert_eq!(opened.doubts, 0, "an empty ledger has no doubts");
}

async fn an_older_epoch_is_refused(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let older = desk.clone();
    desk.reopen(noon()).await;
    let answer = older.try_turn(&[], Vec::new(), 1, noon()).await;
    refused(answer, PortErrorKind::Conflict);
    desk.turn(&[], Vec::new(), 1, noon()).await;
}

async fn a_refused_turn_keeps_nothing(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let (begun, waiting) = (mail("C-1", "begun"), mail("C-2", "waiting"));
    let sending = desk.send(&begun, noon()).await;
    let older = desk.clone();
    desk.promises
        .insert("email", Promise::Idempotent { retention: None });
    desk.reopen(noon()).await;
    let held = desk.hold(&waiting, noon()).await;
    let before = (desk.view(&begun).await, desk.view(&waiting).await);
    let done = [settlement(sending.ticket, accepted())];
    let answer = older
        .try_turn(&done, vec![ready(&held)], 10, noon() + hours(1))
        .await;
    refused(answer, PortErrorKind::Conflict);
    let after = (desk.view(&begun).await, desk.view(&waiting).await);
    assert_eq!(after, before, "neither settled, nor begun");
    desk.begin(&held, noon()).await;
}

async fn a_claim_of_a_dead_pass_is_free_again(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let first = desk.hold(&planned, noon()).await;
    assert!(desk.claim(noon()).await.is_empty(), "it is held");
    let opened = desk.reopen(noon()).await;
    assert_eq!(opened.doubts, 0, "what only was claimed did not leave");
    let second = desk.take(&planned, noon()).await;
    assert_eq!(desk.ask(&first, noon()).await.verdict, Verdict::Stale);
    desk.begin(&second, noon()).await;
}

async fn what_had_begun_is_in_doubt_at_once(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let sending = desk.send(&planned, noon()).await;
    let opened = desk.reopen(noon() + micro()).await;
    assert_eq!(opened.doubts, 1);
    let standing = desk.view(&planned).await.standing;
    assert!(standing.in_doubt, "nobody knows whether it arrived");
    assert_ne!(standing.state, State::Sending);
    desk.settle(&sending, accepted(), noon() + hours(1)).await;
    let after = desk.view(&planned).await.standing;
    assert_eq!(after, standing, "the ticket of the dead pass is void");
}

async fn only_what_has_no_answer_is_a_doubt(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let plans = ["accepted", "again", "rejected", "lost"].map(|name| mail(name, name));
    let later = noon() + hours(1);
    let outcomes = [
        Some(accepted()),
        Some(again(later)),
        Some(crate::desk::rejected()),
        None,
    ];
    for (planned, outcome) in plans.iter().zip(outcomes) {
        let sending = desk.send(planned, noon()).await;
        if let Some(outcome) = outcome {
            desk.settle(&sending, outcome, noon()).await;
        }
    }
    assert_eq!(desk.reopen(later).await.doubts, 1, "only the lost one");
    assert_eq!(desk.reopen(later).await.doubts, 0, "and only once");
    desk.expect(&plans[0], State::Accepted, None).await;
    desk.expect(&plans[1], State::Scheduled, Some(Reason::NotAccepted))
        .await;
    desk.expect(&plans[2], State::Failed, Some(Reason::Rejected))
        .await;
    desk.expect(&plans[3], State::Unknown, Some(Reason::InDoubt))
        .await;
}

async fn an_idempotent_channel_gets_it_again(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.promises
        .insert("email", Promise::Idempotent { retention: None });
    let planned = mail("C-1", "o");
    desk.send(&planned, noon()).await;
    let later = noon() + days(20);
    desk.reopen(later).await;
    desk.expect(&planned, State::Resend, Some(Reason::InDoubt))
        .await;
    let held = desk.take(&planned, later).await;
    assert!(
        held.standing.in_doubt,
        "its holder knows that it may have arrived"
    );
    let begun = desk.begin(&held, later).await;
    assert_eq!((begun.attempts, begun.first_at), (2, Some(noon())));
    desk.settle(&begun, accepted(), later).await;
    desk.expect(&planned, State::Accepted, None).await;
    assert!(
        !desk.view(&planned).await.standing.in_doubt,
        "accepted ends the doubt"
    );
}

async fn a_blind_promotion_ends_unknown(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.promises.insert("email", Promise::Blind);
    let planned = mail("C-1", "o");
    desk.send(&planned, noon()).await;
    desk.reopen(noon()).await;
    desk.expect(&planned, State::Unknown, Some(Reason::InDoubt))
        .await;
    assert!(
        desk.claim(noon() + days(1)).await.is_empty(),
        "never sent again"
    );
}

async fn a_blind_booking_gets_one_more_chance(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.promises.insert("email", Promise::Blind);
    let planned = booking("C-1", "o");
    desk.send(&planned, noon()).await;
    desk.reopen(noon()).await;
    desk.expect(&planned, State::Resend, Some(Reason::InDoubt))
        .await;
    let held = desk.take(&planned, noon()).await;
    desk.begin(&held, noon()).await;
    desk.reopen(noon()).await;
    desk.expect(&planned, State::Unknown, Some(Reason::InDoubt))
        .await;
}

async fn a_channel_that_is_not_named_is_blind(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.promises
        .insert("sms", Promise::Idempotent { retention: None });
    let (named, other) = (crate::desk::sms("C-1", "named"), mail("C-2", "other"));
    desk.send(&named, noon()).await;
    desk.send(&other, noon()).await;
    assert_eq!(desk.reopen(noon()).await.doubts, 2);
    desk.expect(&named, State::Resend, Some(Reason::InDoubt))
        .await;
    desk.expect(&other, State::Unknown, Some(Reason::InDoubt))
        .await;
}

async fn a_webhook_repeats_no_promotion(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.promises.insert("email", Promise::Webhook);
    let planned = mail("C-1", "o");
    desk.send(&planned, noon()).await;
    desk.reopen(noon()).await;
    desk.expect(&planned, State::Unknown, Some(Reason::InDoubt))
        .await;
}

async fn what_can_be_asked_for_waits_until_its_answer_is_trusted(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let settle = "2h".parse().expect("a length");
    desk.promises.insert("email", Promise::Lookup { settle });
    let planned = mail("C-1", "o");
    desk.send(&planned, noon()).await;
    desk.reopen(noon()).await;
    desk.expect(&planned, State::Resend, Some(Reason::InDoubt))
        .await;
    assert_eq!(desk.view(&planned).await.until, Some(noon() + hours(2)));
    assert!(desk.claim(noon() + hours(1)).await.is_empty(), "too soon");
    let held = desk.take(&planned, noon() + hours(2)).await;
    let reference = Some("250 2.0.0".to_owned());
    desk.settle(&held, Outcome::Confirmed { reference }, noon() + hours(2))
        .await;
    desk.expect(&planned, State::Accepted, None).await;
}

async fn a_memory_ends(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let retention = Some("24h".parse().expect("a length"));
    desk.promises
        .insert("email", Promise::Idempotent { retention });
    let (early, late) = (mail("C-1", "early"), mail("C-2", "late"));
    desk.send(&late, noon()).await;
    desk.send(&early, noon() + micro()).await;
    desk.reopen(noon() + hours(23)).await;
    desk.expect(&early, State::Resend, Some(Reason::InDoubt))
        .await;
    desk.expect(&late, State::Unknown, Some(Reason::InDoubt))
        .await;
}

async fn a_memory_begins_with_the_first_attempt(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let retention = Some("24h".parse().expect("a length"));
    desk.promises
        .insert("email", Promise::Idempotent { retention });
    let planned = booking("C-1", "o");
    let sending = desk.send(&planned, noon()).await;
    let doubt = pregon_core::Doubt::Resend;
    let at = noon() + hours(20);
    desk.settle(&sending, Outcome::InDoubt { doubt, at }, noon())
        .await;
    let held = desk.take(&planned, at).await;
    desk.begin(&held, at).await;
    desk.reopen(noon() + hours(23)).await;
    desk.expect(&planned, State::Unknown, Some(Reason::InDoubt))
        .await;
}

async fn a_doubt_keeps_its_place(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.rules.caps = vec![cap("semanal", 1, "week")];
    let promises = [Promise::Idempotent { retention: None }, Promise::Blind];
    for (promise, id) in promises.into_iter().zip(["C-1", "C-2"]) {
        desk.promises.insert("email", promise);
        desk.send(&mail(id, &format!("{id}-lost")), noon()).await;
        desk.reopen(noon()).await;
        // A newer one of the person meets the limit, before and after the doubt is sent again.
        let other = mail(id, &format!("{id}-other"));
        desk.schedule(std::slice::from_ref(&other)).await;
        let verdicts = all_verdicts(&desk, &other).await;
        let until = Some(instant("2026-11-23T00:00:00Z"));
        assert!(
            matches!(&verdicts[..], [Verdict::Capped { until: u, .. }] if *u == until),
            "the doubt of {id} counts: {verdicts:?}"
        );
    }
}

/// Holds everything of the person, and asks for the one that is meant.
async fn all_verdicts(desk: &Desk, wanted: &pregon_core::Planned) -> Vec<Verdict> {
    let mut claimed = desk.claim(noon()).await;
    claimed.extend(desk.claim(noon()).await);
    let id = wanted.key.id();
    let held = claimed.iter().filter(|dispatch| dispatch.id == id);
    desk.ask_all(&held.collect::<Vec<_>>(), noon()).await
}

async fn high_water_never_goes_back(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let latest = noon() + hours(5);
    desk.turn(&[], Vec::new(), 0, latest).await;
    assert_eq!(
        desk.reopen(noon()).await.high_water,
        latest,
        "a turn was seen"
    );
    desk.schedule_at(&[mail("C-1", "o")], latest + micro())
        .await;
    let opened = desk.reopen(noon()).await;
    assert_eq!(opened.high_water, latest + micro(), "a page was seen");
    let opened = desk.reopen(latest + hours(1)).await;
    assert_eq!(opened.high_water, latest + hours(1), "this one included");
    let opened = desk.reopen(noon()).await;
    assert_eq!(opened.high_water, latest + hours(1), "an opening was seen");
}

async fn a_doubt_begins_after_its_attempt(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let settle = "2h".parse().expect("a length");
    desk.promises.insert("email", Promise::Lookup { settle });
    let planned = mail("C-1", "o");
    desk.send(&planned, noon()).await;
    desk.reopen(noon() - hours(5)).await;
    let view = desk.view(&planned).await;
    let trusted = noon() + hours(2);
    assert_eq!((view.at, view.until), (noon(), Some(trusted)));
}
