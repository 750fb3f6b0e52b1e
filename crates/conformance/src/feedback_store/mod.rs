//! The suite of [`pregon_core::FeedbackStore`].

mod open;
mod words;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use open::{awaited_is_what_is_open, awaited_pages, heard_answers_in_order};
use pregon_core::{
    About, Dispatch, DispatchRef, Doubt, Feedback, FeedbackKind, Heard, Hearing, Outcome, Planned,
    PurposeScope, Reason, State, Store, Verdict,
};
use words::{
    a_word_does_not_wait, a_word_is_said_once, dead_addresses_are_not_written_to,
    the_address_of_the_report_counts, words_have_their_scope,
};

use crate::Case;
use crate::case::{cases, suite};
use crate::desk::{Desk, booking, days, hours, mail, micro, noon};

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Arc<dyn Store>>> {
    cases![
        "Keeps reports" => what_came_back_is_kept,
        "One that is told again changes nothing" => told_again_nothing_changes,
        "told again by its natural key, whatever the provider names it" => natural_keys_tell_apart,
        "in every order and however often the end is the same" => every_order_ends_the_same,
        "A message whose answer was lost and of which something came back is accepted"
            => what_came_back_arrived,
        "no other copy leaves" => no_copy_leaves_after_a_report,
        "on its way: the answer that comes later changes nothing" => an_answer_after_a_report,
        "`failed` proves no acceptance" => a_failure_proves_nothing,
        "A dead address, a complaint or a refusal is a word" => dead_addresses_are_not_written_to,
        "a complaint and a dead address end everything, a refusal what it speaks of"
            => words_have_their_scope,
        "the address that the report itself names" => the_address_of_the_report_counts,
        "the same word of a report told again is not said again" => a_word_is_said_once,
        "A report about a message that is not known is kept aside until it is"
            => what_is_not_known_waits,
        "A word whose address the report itself names holds at once" => a_word_does_not_wait,
        "messages that a provider took under a name of its own, and of which more may come back"
            => awaited_is_what_is_open,
        "a page of them, in the order in which they were taken" => awaited_pages,
        "What came back in the same order; nothing of those that are not known"
            => heard_answers_in_order,
    ]
}

suite!(Arc<dyn Store>);

fn name(held: &Dispatch) -> DispatchRef {
    DispatchRef {
        id: held.id,
        row: held.ticket.row,
    }
}

pub(crate) fn reported(held: &Dispatch, kind: FeedbackKind) -> Feedback {
    Feedback {
        provider: "suite".into(),
        channel: held.plan.key.channel.clone(),
        about: About::Dispatch(name(held)),
        kind,
        at: noon() + hours(1),
        to: None,
        refuses: PurposeScope::Promotional,
        code: None,
    }
}

fn by_reference(held: &Dispatch, kind: FeedbackKind, reference: &str) -> Feedback {
    Feedback {
        about: About::Reference(reference.to_owned()),
        ..reported(held, kind)
    }
}

fn taken(reference: &str) -> Outcome {
    Outcome::Accepted {
        reference: Some(reference.to_owned()),
    }
}

fn later() -> DateTime<Utc> {
    noon() + hours(2)
}

async fn hear(desk: &Desk, reports: &[Feedback]) -> Hearing {
    let heard = desk.store.hear(reports, later()).await;
    heard.expect("reports are kept")
}

async fn heard(desk: &Desk, of: &Dispatch) -> Heard {
    let heard = desk.store.heard(&[name(of)]).await;
    heard.expect("what came back is read")[0]
}

/// One that was sent and taken.
async fn sent(desk: &Desk, planned: &Planned, reference: &str) -> Dispatch {
    let held = desk.send(planned, noon()).await;
    desk.settle(&held, taken(reference), noon()).await;
    held
}

async fn what_came_back_is_kept(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let held = sent(&desk, &mail("C-1", "o-1"), "r-1").await;
    assert_eq!(heard(&desk, &held).await, Heard::NOTHING);
    let delivered = reported(&held, FeedbackKind::Delivered);
    let opened = by_reference(&held, FeedbackKind::Opened, "r-1");
    let hearing = hear(&desk, &[delivered, opened]).await;
    assert_eq!((hearing.new, hearing.aside), (2, 0), "by either name");
    let both = Heard::from_iter([FeedbackKind::Delivered, FeedbackKind::Opened]);
    assert_eq!(heard(&desk, &held).await, both);
}

async fn told_again_nothing_changes(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let held = sent(&desk, &mail("C-1", "o-1"), "r-1").await;
    let report = reported(&held, FeedbackKind::Delivered);
    let both = [report.clone(), report.clone()];
    let hearing = hear(&desk, &both).await;
    assert_eq!((hearing.new, hearing.known), (1, 1), "in one call");
    let hearing = hear(&desk, &[report]).await;
    assert_eq!((hearing.new, hearing.known), (0, 1), "in another");
    let only = Heard::NOTHING.with(FeedbackKind::Delivered);
    assert_eq!(heard(&desk, &held).await, only);
}

async fn natural_keys_tell_apart(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let held = sent(&desk, &mail("C-1", "o-1"), "r-1").await;
    let report = reported(&held, FeedbackKind::Opened);
    let reason = Feedback {
        code: Some("x".to_owned()),
        ..report.clone()
    };
    let again = Feedback {
        at: report.at + micro(),
        ..report.clone()
    };
    let hearing = hear(&desk, &[report, reason, again]).await;
    assert_eq!((hearing.new, hearing.known), (2, 1));
}

async fn every_order_ends_the_same(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let kinds = [
        FeedbackKind::Sent,
        FeedbackKind::Delivered,
        FeedbackKind::Clicked,
        FeedbackKind::BouncedSoft,
    ];
    let all = Heard::from_iter(kinds);
    for turn in 0..kinds.len() {
        let occurrence = format!("o-{turn}");
        let held = sent(&desk, &mail("C-1", &occurrence), &occurrence).await;
        let mut order = kinds;
        order.rotate_left(turn);
        for kind in order.into_iter().chain(kinds) {
            let _ = hear(&desk, &[reported(&held, kind)]).await;
        }
        assert_eq!(heard(&desk, &held).await, all, "{order:?}");
    }
}

async fn what_came_back_arrived(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let unknown = mail("C-1", "o-1");
    let held = desk.send(&unknown, noon()).await;
    let doubt = Outcome::InDoubt {
        doubt: Doubt::Unknown,
        at: noon(),
    };
    desk.settle(&held, doubt, noon()).await;
    desk.expect(&unknown, State::Unknown, Some(Reason::InDoubt))
        .await;
    let hearing = hear(&desk, &[reported(&held, FeedbackKind::Delivered)]).await;
    assert_eq!((hearing.new, hearing.confirmed), (1, 1));
    desk.expect(&unknown, State::Accepted, None).await;
    let opened = hear(&desk, &[reported(&held, FeedbackKind::Opened)]).await;
    assert_eq!(opened.confirmed, 0, "once");
}

async fn no_copy_leaves_after_a_report(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = booking("C-1", "o-1");
    let held = desk.send(&planned, noon()).await;
    let doubt = Outcome::InDoubt {
        doubt: Doubt::Resend,
        at: noon(),
    };
    desk.settle(&held, doubt, noon()).await;
    let claimed = desk.claim(noon() + days(1)).await;
    assert_eq!(claimed.len(), 1, "it would be sent again");
    let hearing = hear(&desk, &[reported(&held, FeedbackKind::Sent)]).await;
    assert_eq!(hearing.confirmed, 1);
    let verdict = desk.ask(&claimed[0], noon() + days(1)).await.verdict;
    assert_eq!(verdict, Verdict::Stale, "the claim is void");
    desk.expect(&planned, State::Accepted, None).await;
}

async fn an_answer_after_a_report(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o-1");
    let held = desk.send(&planned, noon()).await;
    let _ = hear(&desk, &[reported(&held, FeedbackKind::Delivered)]).await;
    desk.expect(&planned, State::Accepted, None).await;
    let late = Outcome::InDoubt {
        doubt: Doubt::Unknown,
        at: noon(),
    };
    desk.settle(&held, late, later()).await;
    desk.expect(&planned, State::Accepted, None).await;
}

async fn a_failure_proves_nothing(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o-1");
    let held = desk.send(&planned, noon()).await;
    let hearing = hear(&desk, &[reported(&held, FeedbackKind::Failed)]).await;
    assert_eq!((hearing.new, hearing.confirmed), (1, 0));
    let state = desk.view(&planned).await.standing.state;
    assert_eq!(state, State::Sending);
}

async fn what_is_not_known_waits(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let held = desk.send(&mail("C-1", "o-1"), noon()).await;
    // The callback is faster than the answer that brings the reference.
    let early = by_reference(&held, FeedbackKind::BouncedHard, "r-1");
    let hearing = hear(&desk, std::slice::from_ref(&early)).await;
    assert_eq!((hearing.new, hearing.aside, hearing.words), (0, 1, 0));
    assert_eq!(hear(&desk, &[early]).await.known, 1, "it waits once");
    desk.settle(&held, taken("r-1"), noon()).await;
    let hearing = hear(&desk, &[]).await;
    assert_eq!((hearing.joined, hearing.words), (1, 1));
    let bounced = Heard::NOTHING.with(FeedbackKind::BouncedHard);
    assert_eq!(heard(&desk, &held).await, bounced);
    let hearing = hear(&desk, &[]).await;
    assert_eq!(hearing, Hearing::default(), "and waits no more");
    let verdict = desk.try_send(&mail("C-1", "o-2"), later()).await;
    assert_eq!(verdict, Verdict::Suppressed(Reason::OptedOut));
}
