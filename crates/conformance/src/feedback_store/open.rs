//! Of which messages more may come back, and what did.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_core::{DispatchRef, FeedbackKind, Heard, Outcome, Store};

use super::{hear, later, name, reported, sent, taken};
use crate::desk::{Desk, mail, micro, noon, refused, sms};

async fn awaited(desk: &Desk, since: DateTime<Utc>) -> Vec<String> {
    let channel = mail("C-1", "o").key.channel;
    let page = desk.store.awaited(&channel, since, None, 100).await;
    let page = page.expect("what is open is read");
    assert!(page.next.is_none());
    page.items.into_iter().map(|it| it.reference).collect()
}

pub(super) async fn awaited_is_what_is_open(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let arrived = sent(&desk, &mail("C-1", "o-1"), "arrived").await;
    let dead = sent(&desk, &mail("C-2", "o-1"), "dead").await;
    let _open = sent(&desk, &mail("C-3", "o-1"), "open").await;
    let _other = sent(&desk, &sms("C-4", "o-1"), "sms").await;
    let nameless = desk.send(&mail("C-5", "o-1"), noon()).await;
    let outcome = Outcome::Accepted { reference: None };
    desk.settle(&nameless, outcome, noon()).await;
    let _on_its_way = desk.send(&mail("C-6", "o-1"), noon()).await;
    let reports = [
        reported(&arrived, FeedbackKind::Delivered),
        reported(&dead, FeedbackKind::Failed),
    ];
    let _ = hear(&desk, &reports).await;
    let before = noon() - micro();
    assert_eq!(awaited(&desk, before).await, ["arrived", "open"]);
    assert_eq!(awaited(&desk, noon()).await, Vec::<String>::new());
}

pub(super) async fn awaited_pages(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let channel = mail("C-1", "o").key.channel;
    let mut expected = Vec::new();
    // The first one is planned and taken last.
    let first = desk.send(&mail("C-9", "o-1"), noon()).await;
    for n in 0..5 {
        let reference = format!("r-{n}");
        let held = sent(&desk, &mail(&format!("C-{n}"), "o-1"), &reference).await;
        let _ = hear(&desk, &[reported(&held, FeedbackKind::Delivered)]).await;
        expected.push((name(&held), reference));
    }
    desk.settle(&first, taken("last"), later()).await;
    let _ = hear(&desk, &[reported(&first, FeedbackKind::Delivered)]).await;
    expected.push((name(&first), "last".to_owned()));
    let (mut got, mut after) = (Vec::new(), None);
    loop {
        let since = noon() - micro();
        let page = desk.store.awaited(&channel, since, after.as_ref(), 2).await;
        let page = page.expect("what is open is read");
        assert!(page.items.len() <= 2);
        for it in page.items {
            assert!(
                it.heard.has(FeedbackKind::Delivered),
                "what came back so far"
            );
            let taken = if it.reference == "last" {
                later()
            } else {
                noon()
            };
            assert_eq!(it.at, taken);
            got.push((it.name, it.reference));
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(got, expected);
    let bad = pregon_core::Cursor::new("?");
    let page = desk.store.awaited(&channel, noon(), Some(&bad), 2).await;
    refused(page, pregon_core::PortErrorKind::Invalid);
}

pub(super) async fn heard_answers_in_order(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let first = sent(&desk, &mail("C-1", "o-1"), "r-1").await;
    let second = sent(&desk, &mail("C-2", "o-1"), "r-2").await;
    let _ = hear(&desk, &[reported(&second, FeedbackKind::Clicked)]).await;
    let clicked = Heard::NOTHING.with(FeedbackKind::Clicked);
    let nobody = DispatchRef {
        id: pregon_core::DispatchId::from_bytes([9; 16]),
        row: name(&second).row,
    };
    let elsewhere = DispatchRef {
        row: name(&second).row + 1000,
        ..name(&second)
    };
    let of = [
        name(&second),
        name(&first),
        nobody,
        name(&second),
        elsewhere,
    ];
    let heard = desk.store.heard(&of).await.expect("what came back is read");
    let none = Heard::NOTHING;
    assert_eq!(heard[..4], [clicked, none, none, clicked], "the id decides");
    assert_eq!(heard[4], clicked, "a row of another time is no hindrance");
}
