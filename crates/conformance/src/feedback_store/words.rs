//! The words in reports.

use std::sync::Arc;

use pregon_core::{
    EmailAddress, Feedback, FeedbackKind, PurposeScope, Reason, Recipient, Store, Subject, Verdict,
};

use super::{by_reference, hear, later, reported, sent, taken};
use crate::desk::{Desk, address, booking, mail, noon, sms};

pub(super) async fn dead_addresses_are_not_written_to(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let ends = [
        (FeedbackKind::BouncedHard, "C-1"),
        (FeedbackKind::Complained, "C-2"),
        (FeedbackKind::Unsubscribed, "C-3"),
    ];
    for (kind, who) in ends {
        let held = sent(&desk, &mail(who, "o-1"), who).await;
        let hearing = hear(&desk, &[reported(&held, kind)]).await;
        assert_eq!(hearing.words, 1, "{kind}");
        let verdict = desk.try_send(&mail(who, "o-2"), later()).await;
        assert_eq!(verdict, Verdict::Suppressed(Reason::OptedOut), "{kind}");
    }
    let held = sent(&desk, &mail("C-4", "o-1"), "C-4").await;
    let soft = hear(&desk, &[reported(&held, FeedbackKind::BouncedSoft)]).await;
    assert_eq!(soft.words, 0);
    let verdict = desk.try_send(&mail("C-4", "o-2"), later()).await;
    assert_eq!(verdict, Verdict::Go, "a full mailbox is none that is dead");
}

pub(super) async fn words_have_their_scope(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let held = sent(&desk, &mail("C-1", "o-1"), "r-1").await;
    let _ = hear(&desk, &[reported(&held, FeedbackKind::Unsubscribed)]).await;
    let still = desk.try_send(&booking("C-1", "b-1"), later()).await;
    assert_eq!(still, Verdict::Go, "what is not promotional goes on");
    let other = desk.try_send(&sms("C-1", "s-1"), later()).await;
    assert_eq!(other, Verdict::Go, "and so does another channel");
    let held = sent(&desk, &mail("C-2", "o-1"), "r-2").await;
    let _ = hear(&desk, &[reported(&held, FeedbackKind::Complained)]).await;
    let none = desk.try_send(&booking("C-2", "b-1"), later()).await;
    assert_eq!(none, Verdict::Suppressed(Reason::OptedOut), "spam is spam");
    let held = sent(&desk, &mail("C-3", "o-1"), "r-3").await;
    let stop = Feedback {
        refuses: PurposeScope::Everything,
        ..reported(&held, FeedbackKind::Unsubscribed)
    };
    let _ = hear(&desk, &[stop]).await;
    let none = desk.try_send(&booking("C-3", "b-1"), later()).await;
    assert_eq!(none, Verdict::Suppressed(Reason::OptedOut), "STOP is STOP");
}

/// What a report names, and how the store speaks of it.
async fn other_address(desk: &Desk) -> (Recipient, Subject) {
    let email: EmailAddress = pregon_core::Address::parse("otra@example.org").expect("an address");
    let to = Recipient::new(&email);
    let key = desk.store.hash_key().await.expect("the key is read");
    let subject = to.subject(&key);
    (to, subject)
}

pub(super) async fn the_address_of_the_report_counts(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let held = sent(&desk, &mail("C-1", "o-1"), "r-1").await;
    let (to, subject) = other_address(&desk).await;
    let forwarded = Feedback {
        to: Some(to),
        ..reported(&held, FeedbackKind::BouncedHard)
    };
    let _ = hear(&desk, &[forwarded]).await;
    let said = desk.store.history(&subject).await.expect("words are read");
    assert_eq!(said.len(), 1);
    let own = Subject::Address(address("C-1"));
    let said = desk.store.history(&own).await.expect("words are read");
    assert_eq!(said, []);
}

pub(super) async fn a_word_is_said_once(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let held = sent(&desk, &mail("C-1", "o-1"), "r-1").await;
    let report = reported(&held, FeedbackKind::BouncedHard);
    let hearing = hear(&desk, &[report.clone(), report.clone()]).await;
    assert_eq!(hearing.words, 1);
    assert_eq!(hear(&desk, &[report]).await.words, 0);
    let own = Subject::Address(address("C-1"));
    let said = desk.store.history(&own).await.expect("words are read");
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].preference.source, "bounced_hard:suite");
}

pub(super) async fn a_word_does_not_wait(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let held = desk.send(&mail("C-1", "o-1"), noon()).await;
    let (to, subject) = other_address(&desk).await;
    let early = Feedback {
        to: Some(to),
        ..by_reference(&held, FeedbackKind::Complained, "r-1")
    };
    let hearing = hear(&desk, &[early]).await;
    assert_eq!((hearing.aside, hearing.words), (1, 1));
    desk.settle(&held, taken("r-1"), noon()).await;
    let hearing = hear(&desk, &[]).await;
    assert_eq!((hearing.joined, hearing.words), (1, 0), "it was said");
    let said = desk.store.history(&subject).await.expect("words are read");
    assert_eq!(said.len(), 1);
}
