//! How many calls things cost, and how calls are made.

use std::collections::BTreeSet;
use std::sync::Arc;

use pregon_adapters_erp::ErpNext;
use pregon_core::{CustomerQuery, CustomerSource, RecordQuery, RecordRef, RecordSource};

use crate::server::{Call, Fault, Server, recorded_site};
use crate::{Shop, clock, config, named, on, pin, said};

fn about(calls: &[Call], of: &str) -> usize {
    calls.iter().filter(|call| call.of == of).count()
}

#[tokio::test]
async fn ten_thousand_serial_numbers_cost_two_calls_a_thousand() {
    let mut site = recorded_site();
    site.multiply(10_000);
    let shop = Shop::open(site).await;

    let planned = shop.expiring().await;
    let calls = shop.server.calls();
    let names: BTreeSet<&str> = planned
        .iter()
        .map(|(record, _)| record.id.as_str())
        .collect();
    assert_eq!((planned.len(), names.len()), (10_000, 10_000));
    assert_eq!(
        (about(&calls, "Serial No"), about(&calls, "Contact")),
        (10, 10)
    );
    assert_eq!(calls.len(), 20);

    let names: Vec<RecordRef> = planned.iter().map(|(record, _)| record.name()).collect();
    let mut sent = Vec::new();
    for thousand in names.chunks(1000) {
        sent.extend(shop.found(thousand).await);
    }
    let calls = shop.server.calls();
    assert_eq!((sent.len(), calls.len()), (10_000, 20));
    assert!(sent == planned, "what is found again is what was planned");
}

#[tokio::test]
async fn a_thousand_customers_cost_two_calls() {
    let mut site = recorded_site();
    site.multiply(44 * 50);
    let shop = Shop::open(site).await;
    let (mut ids, mut next) = (Vec::new(), None);
    loop {
        let query = CustomerQuery::default();
        let page = CustomerSource::page(&shop.source, &query, next.as_ref(), 1000)
            .await
            .unwrap();
        ids.extend(page.items.into_iter().map(|customer| customer.id));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(ids.len(), 2000);
    assert_eq!(shop.server.calls().len(), 4);
    let found = CustomerSource::find(&shop.source, &ids).await.unwrap();
    assert_eq!((found.len(), shop.server.calls().len()), (2000, 4));
}

#[tokio::test]
async fn nothing_to_find_costs_nothing() {
    let shop = Shop::open(recorded_site()).await;
    assert!(shop.found(&[]).await.is_empty());
    assert!(
        CustomerSource::find(&shop.source, &[])
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(shop.server.calls(), []);
}

#[tokio::test]
async fn long_questions_are_posted_and_no_line_is_long() {
    let mut site = recorded_site();
    site.multiply(2000);
    let server = Server::start(site).await;
    let source = ErpNext::connect(config(&server.url()), Arc::new(clock()))
        .await
        .unwrap();
    let query = RecordQuery::of(pin()).due(on("expiry_date", "2026-12-18", "2026-12-22"));
    RecordSource::page(&source, &query, None, 1000)
        .await
        .unwrap();
    let calls = server.calls();
    assert!(calls.iter().all(|call| call.target < 2048), "{calls:?}");
    assert!(
        calls
            .iter()
            .any(|call| call.method == "GET" && call.of == "Item")
    );
    let contacts: Vec<_> = calls.iter().filter(|call| call.of == "Contact").collect();
    assert_eq!(
        contacts.last().unwrap().method,
        "POST",
        "a thousand ids fit into no line"
    );
}

#[tokio::test]
async fn at_most_two_calls_run_at_a_time() {
    let shop = Shop::open(recorded_site()).await;
    shop.server.hold();
    let mut tasks = Vec::new();
    for _ in 0..6 {
        let source = shop.source.clone();
        let find = async move { RecordSource::find(&source, &[named("STR-00005")]).await };
        tasks.push(tokio::spawn(find));
    }
    shop.server.until_busy(2).await;
    shop.server.release();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap().len(), 1);
    }
    assert_eq!(shop.server.calls().len(), 12);
    assert_eq!(shop.server.most_at_once(), 2);
}

#[tokio::test]
async fn a_slow_answer_is_an_answer() {
    let shop = Shop::open(recorded_site()).await;
    shop.server.next(Fault::Slowly);
    shop.server.next(Fault::Slowly);
    assert!(shop.one("STR-00005").await.is_some());
    assert_eq!(shop.server.calls().len(), 2);
}

#[tokio::test]
async fn an_answer_has_no_more_rows_than_were_asked_for() {
    let shop = Shop::open(recorded_site()).await;
    let row = r#"{"name":"STR-00005"}"#;
    let body = format!(r#"{{"data":[{row},{row}]}}"#);
    shop.server.next(Fault::Says {
        status: 200,
        kind: "application/json",
        body,
    });
    let error = RecordSource::find(&shop.source, &[named("STR-00005")])
        .await
        .unwrap_err();
    let expected = "erpnext: find records: corrupt: Serial No: the answer has more rows than were \
                    asked for";
    assert_eq!(said(&error), expected);
}
