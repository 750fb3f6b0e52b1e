//! What people allow and refuse, as the gate hears it.

use std::sync::Arc;

use pregon_core::{
    Planned, Preference, PreferenceScope, Promise, PurposeScope, Ready, Reason, State, Store,
    Subject, Verdict, Word,
};

use super::Cases;
use crate::case::cases;
use crate::desk::{Desk, address, booking, customer, hours, mail, newsletter, noon, ready, sms};
use crate::preference_store::{agrees, on, purpose, refuses};

pub(super) fn cases() -> Cases {
    cases![
        "neither person nor address refuses: the person" => a_person_refuses,
        "neither person nor address refuses: the address, whoever the customer is"
            => an_address_refuses,
        "the address that refuses is the one as read just now" => the_address_as_read_is_asked,
        "Only this channel, or all." => a_refusal_of_a_channel_leaves_the_others,
        "Everything promotional: what a person means by \"no more advertising\"."
            => advertising_is_refused_and_bookings_are_not,
        "Everything, transactional messages too" => everything_is_everything,
        "One purpose." => one_purpose_is_refused,
        "It takes back refusals of exactly the same scope" => a_consent_takes_back_its_own_scope,
        "of the same subject and the same scope: not of another one"
            => a_consent_of_another_scope_takes_nothing_back,
        "the later one holds" => the_later_word_holds,
        "Whether it may begin only if the store knows the person's consent."
            => consent_may_be_needed,
        "Must not be sent to this person: what waits is refused as well"
            => a_refusal_reaches_what_is_claimed,
        "while in doubt: no resend, ever" => a_refused_doubt_is_never_sent_again,
    ]
}

async fn say(desk: &Desk, words: &[Preference]) {
    let _ = desk
        .store
        .record(words, noon())
        .await
        .expect("the words are kept");
}

fn opted_out() -> Verdict {
    Verdict::Suppressed(Reason::OptedOut)
}

/// What the gate says of each, by the order of the list.
async fn answers(desk: &Desk, plans: &[Planned]) -> Vec<Verdict> {
    let mut answers = Vec::new();
    for planned in plans {
        answers.push(desk.try_send(planned, noon()).await);
    }
    answers
}

async fn a_person_refuses(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    say(&desk, &[refuses(customer("C-1"))]).await;
    let (hers, his) = (mail("C-1", "hers"), mail("C-2", "his"));
    let verdicts = answers(&desk, &[hers.clone(), his]).await;
    assert_eq!(verdicts, [opted_out(), Verdict::Go]);
    desk.expect(&hers, State::Suppressed, Some(Reason::OptedOut))
        .await;
    let next = mail("C-1", "next");
    assert_eq!(desk.try_send(&next, noon() + hours(99)).await, opted_out());
}

async fn an_address_refuses(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    say(&desk, &[refuses(address("casa"))]).await;
    let plans = [
        newsletter("C-1", "a", "casa"),
        newsletter("C-2", "b", "casa"),
        newsletter("C-1", "c", "oficina"),
    ];
    let verdicts = answers(&desk, &plans).await;
    assert_eq!(verdicts, [opted_out(), opted_out(), Verdict::Go]);
}

async fn the_address_as_read_is_asked(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    say(&desk, &[refuses(address("new"))]).await;
    let held = desk.hold(&mail("C-1", "o"), noon()).await;
    let mut asks = ready(&held);
    asks.candidate.address = address("new");
    assert_eq!(desk.ask_ready(asks, noon()).await.verdict, opted_out());
    say(&desk, &[refuses(address("old"))]).await;
    let held = desk.hold(&newsletter("C-2", "p", "old"), noon()).await;
    let mut asks = ready(&held);
    (asks.candidate.address, asks.address_key) = (address("newest"), None);
    assert_eq!(desk.ask_ready(asks, noon()).await.verdict, Verdict::Go);
}

async fn a_refusal_of_a_channel_leaves_the_others(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    say(&desk, &[on("sms", refuses(customer("C-1")))]).await;
    let verdicts = answers(&desk, &[sms("C-1", "a"), mail("C-1", "b")]).await;
    assert_eq!(verdicts, [opted_out(), Verdict::Go]);
}

async fn advertising_is_refused_and_bookings_are_not(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    say(&desk, &[refuses(customer("C-1"))]).await;
    let verdicts = answers(&desk, &[mail("C-1", "a"), booking("C-1", "b")]).await;
    assert_eq!(verdicts, [opted_out(), Verdict::Go]);
}

async fn everything_is_everything(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let mut word = refuses(customer("C-1"));
    word.scope.purpose = PurposeScope::Everything;
    say(&desk, &[word]).await;
    let verdicts = answers(&desk, &[mail("C-1", "a"), booking("C-1", "b")]).await;
    assert_eq!(verdicts, [opted_out(), opted_out()]);
}

async fn one_purpose_is_refused(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let mut word = refuses(customer("C-1"));
    word.scope.purpose = purpose("booking_confirmation");
    say(&desk, &[word]).await;
    let verdicts = answers(&desk, &[booking("C-1", "a"), mail("C-1", "b")]).await;
    assert_eq!(verdicts, [opted_out(), Verdict::Go]);
}

async fn a_consent_takes_back_its_own_scope(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let narrow = |word: Preference| Preference {
        scope: PreferenceScope {
            purpose: purpose("promotion"),
            ..on("email", word.clone()).scope
        },
        ..word
    };
    for (id, make) in [("C-1", false), ("C-2", true)] {
        let (no, yes) = (refuses(customer(id)), agrees(customer(id)));
        let (no, yes) = if make {
            (narrow(no), narrow(yes))
        } else {
            (no, yes)
        };
        say(&desk, &[no]).await;
        say(&desk, &[yes]).await;
        assert_eq!(desk.try_send(&mail(id, id), noon()).await, Verdict::Go);
    }
}

async fn a_consent_of_another_scope_takes_nothing_back(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let mut one = agrees(customer("C-1"));
    one.scope.purpose = purpose("promotion");
    let others = [
        on("email", agrees(customer("C-1"))),
        one,
        agrees(address("C-1")),
        agrees(customer("C-2")),
    ];
    say(&desk, &[refuses(customer("C-1"))]).await;
    for (n, word) in others.into_iter().enumerate() {
        say(&desk, &[word]).await;
        let planned = mail("C-1", &format!("o-{n}"));
        assert_eq!(
            desk.try_send(&planned, noon()).await,
            opted_out(),
            "after word {n}"
        );
    }
}

async fn the_later_word_holds(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let (no, yes) = (refuses(customer("C-1")), agrees(customer("C-1")));
    say(&desk, &[no.clone(), yes.clone()]).await;
    assert_eq!(
        desk.try_send(&mail("C-1", "a"), noon()).await,
        Verdict::Go,
        "of one call"
    );
    say(&desk, std::slice::from_ref(&no)).await;
    assert_eq!(
        desk.try_send(&mail("C-1", "b"), noon()).await,
        opted_out(),
        "of one instant"
    );
    say(&desk, &[yes]).await;
    // Somebody set the clock back; what was said last is still what was said last.
    let back = noon() - hours(5);
    let _ = desk
        .store
        .record(&[no], back)
        .await
        .expect("the word is kept");
    assert_eq!(desk.try_send(&mail("C-1", "c"), noon()).await, opted_out());
}

async fn consent_may_be_needed(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let sms_only = on("sms", agrees(customer("C-2")));
    let taken_back = [agrees(customer("C-4")), refuses(customer("C-4"))];
    say(&desk, &[sms_only, agrees(customer("C-3"))]).await;
    say(&desk, &taken_back).await;
    let expected = [
        ("C-1", Verdict::Suppressed(Reason::NoConsent)),
        ("C-2", Verdict::Suppressed(Reason::NoConsent)),
        ("C-3", Verdict::Go),
        ("C-4", opted_out()),
    ];
    for (id, verdict) in expected {
        let held = desk.hold(&mail(id, id), noon()).await;
        let asks = Ready {
            needs_consent: true,
            ..ready(&held)
        };
        assert_eq!(desk.ask_ready(asks, noon()).await.verdict, verdict, "{id}");
    }
    desk.expect(
        &mail("C-1", "C-1"),
        State::Suppressed,
        Some(Reason::NoConsent),
    )
    .await;
}

async fn a_refusal_reaches_what_is_claimed(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let held = desk.hold(&mail("C-1", "o"), noon()).await;
    say(&desk, &[refuses(customer("C-1"))]).await;
    let answer = desk.ask(&held, noon()).await.verdict;
    let not_begun = matches!(
        answer,
        Verdict::Suppressed(Reason::OptedOut) | Verdict::Stale
    );
    assert!(not_begun, "once it returned, nothing begins: {answer:?}");
    desk.expect(&mail("C-1", "o"), State::Suppressed, Some(Reason::OptedOut))
        .await;
}

async fn a_refused_doubt_is_never_sent_again(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.promises
        .insert("email", Promise::Idempotent { retention: None });
    let planned = mail("C-1", "o");
    desk.send(&planned, noon()).await;
    let subject = Subject::Customer(customer("C-1"));
    let word = Preference {
        subject,
        word: Word::OptOut,
        ..refuses(customer("C-1"))
    };
    say(&desk, &[word]).await;
    desk.reopen(noon()).await;
    for held in desk.claim(noon()).await {
        assert_ne!(desk.ask(&held, noon()).await.verdict, Verdict::Go);
    }
    desk.expect(&planned, State::Unknown, Some(Reason::OptedOut))
        .await;
}
