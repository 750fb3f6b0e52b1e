//! The suite of [`pregon_core::Tallies`].

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_core::{
    About, BrandId, Dispatch, DispatchRef, Feedback, FeedbackKind, Outcome, Planned, PurposeScope,
    SenderName, Store, Tally,
};

use crate::Case;
use crate::case::{cases, suite};
use crate::desk::{Desk, booking, days, hours, mail, micro, noon, sms};

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Arc<dyn Store>>> {
    cases![
        "Of the messages that the sender's channel took: how many came to which bad end"
            => bad_ends_are_counted,
        "One message counts once under each" => one_message_counts_once,
        "took after an instant, whenever the report came" => the_time_is_the_messages_own,
        "the sender's: a channel in the name of a brand" => each_sender_has_its_own,
        "How many messages the sender's channel took" => what_was_taken_is_counted,
        "counted up to `most`" => it_counts_no_further,
    ]
}

suite!(Arc<dyn Store>);

fn by_mail() -> SenderName {
    SenderName {
        channel: mail("C-1", "o").key.channel,
        brand: None,
    }
}

fn before() -> DateTime<Utc> {
    noon() - micro()
}

async fn sent(desk: &Desk, planned: &Planned, at: DateTime<Utc>) -> Dispatch {
    let held = desk.send(planned, at).await;
    let reference = None;
    desk.settle(&held, Outcome::Accepted { reference }, at)
        .await;
    held
}

async fn comes_back(desk: &Desk, of: &Dispatch, kind: FeedbackKind, at: DateTime<Utc>) {
    let report = Feedback {
        provider: "suite".into(),
        channel: of.plan.key.channel.clone(),
        about: About::Dispatch(DispatchRef {
            id: of.id,
            row: of.ticket.row,
        }),
        kind,
        at,
        to: None,
        refuses: PurposeScope::Promotional,
        code: None,
    };
    let hearing = desk.store.hear(&[report], at).await;
    assert_eq!(hearing.expect("reports are kept").new, 1);
}

async fn tally(desk: &Desk, by: &SenderName, since: DateTime<Utc>) -> Tally {
    let tally = desk.store.tally(by, since).await;
    tally.expect("what came back is counted")
}

async fn taken(desk: &Desk, by: &SenderName, since: DateTime<Utc>, most: u64) -> u64 {
    let taken = desk.store.taken(by, since, most).await;
    taken.expect("messages are counted")
}

async fn bad_ends_are_counted(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let kinds = [
        FeedbackKind::Complained,
        FeedbackKind::BouncedHard,
        FeedbackKind::BouncedHard,
        FeedbackKind::Unsubscribed,
        FeedbackKind::Unsubscribed,
        FeedbackKind::Unsubscribed,
        FeedbackKind::Delivered,
        FeedbackKind::BouncedSoft,
        FeedbackKind::Clicked,
    ];
    for (n, kind) in kinds.into_iter().enumerate() {
        let held = sent(&desk, &mail(&format!("C-{n}"), "o-1"), noon()).await;
        comes_back(&desk, &held, kind, noon() + hours(1)).await;
    }
    let expected = Tally {
        complained: 1,
        bounced: 2,
        refused: 3,
    };
    assert_eq!(tally(&desk, &by_mail(), before()).await, expected);
}

async fn one_message_counts_once(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let held = sent(&desk, &mail("C-1", "o-1"), noon()).await;
    for minutes in 1..4 {
        let at = noon() + chrono::Duration::minutes(minutes);
        comes_back(&desk, &held, FeedbackKind::Complained, at).await;
    }
    comes_back(&desk, &held, FeedbackKind::Unsubscribed, noon() + hours(1)).await;
    let expected = Tally {
        complained: 1,
        bounced: 0,
        refused: 1,
    };
    assert_eq!(tally(&desk, &by_mail(), before()).await, expected);
}

async fn the_time_is_the_messages_own(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let old = sent(&desk, &mail("C-1", "o-1"), noon()).await;
    let new = sent(&desk, &mail("C-2", "o-1"), noon() + days(2)).await;
    for held in [&old, &new] {
        comes_back(&desk, held, FeedbackKind::Complained, noon() + days(3)).await;
    }
    for (since, expected) in [(before(), 2), (noon(), 1), (noon() + days(2), 0)] {
        assert_eq!(tally(&desk, &by_mail(), since).await.complained, expected);
    }
}

async fn each_sender_has_its_own(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let brand = || Some(BrandId::new("aremko").expect("an id"));
    let branded = Planned {
        brand: brand(),
        ..mail("C-1", "o-1")
    };
    let held = [
        sent(&desk, &branded, noon()).await,
        sent(&desk, &sms("C-2", "o-1"), noon()).await,
    ];
    for held in &held {
        comes_back(&desk, held, FeedbackKind::Unsubscribed, noon() + hours(1)).await;
    }
    let of = |channel: &Planned, brand| SenderName {
        channel: channel.key.channel.clone(),
        brand,
    };
    let (mail, sms) = (mail("C-9", "o"), sms("C-9", "o"));
    let counts = [
        (&mail, None, 0),
        (&mail, brand(), 1),
        (&sms, None, 1),
        (&sms, brand(), 0),
    ];
    for (channel, brand, expected) in counts {
        let by = of(channel, brand);
        assert_eq!(tally(&desk, &by, before()).await.refused, expected, "{by}");
        assert_eq!(taken(&desk, &by, before(), 100).await, expected, "{by}");
    }
}

async fn what_was_taken_is_counted(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let _promotion = sent(&desk, &mail("C-1", "o-1"), noon()).await;
    let _booking = sent(&desk, &booking("C-2", "o-1"), noon() + hours(1)).await;
    let _on_its_way = desk.send(&mail("C-3", "o-1"), noon() + hours(2)).await;
    let gone = desk.send(&mail("C-4", "o-1"), noon() + hours(2)).await;
    let reason = pregon_core::Reason::Rejected;
    desk.settle(&gone, Outcome::Rejected { reason }, noon() + hours(2))
        .await;
    for (since, expected) in [(before(), 2), (noon(), 1), (noon() + hours(1), 0)] {
        assert_eq!(taken(&desk, &by_mail(), since, 100).await, expected);
    }
}

async fn it_counts_no_further(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    for n in 0..5 {
        let _ = sent(&desk, &mail(&format!("C-{n}"), "o-1"), noon()).await;
    }
    for (most, expected) in [(0, 0), (4, 4), (5, 5), (6, 5), (u64::MAX, 5)] {
        assert_eq!(taken(&desk, &by_mail(), before(), most).await, expected);
    }
}
