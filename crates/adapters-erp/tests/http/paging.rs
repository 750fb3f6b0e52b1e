//! B.8 number 1 and A40: a list that changes while it is read loses nobody.

use std::collections::BTreeMap;

use pregon_adapters_erp::{HttpAuth, Secret};
use pregon_adapters_erp::{HttpCustomers, HttpPaging, HttpSource, HttpSourceConfig};
use pregon_core::{Cursor, CustomerQuery, CustomerSource, PortError, PortErrorKind};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::service::{Server, Tables, id_of};
use crate::{TOKEN, connect, listing, said, styles};

fn people(count: usize) -> Tables {
    let row = |n: usize| json!({ "id": format!("C-{n:04}") });
    [("customers".to_owned(), (0..count).map(row).collect())].into()
}

async fn open(server: &Server, paging: &HttpPaging, page_size: u32) -> HttpSource {
    let config = HttpSourceConfig::new(
        server.url(),
        HttpCustomers::new(listing("customers", paging)),
    )
    .with_auth(HttpAuth::Bearer(Secret::new(TOKEN)))
    .with_page_size(page_size);
    connect(config).await.unwrap()
}

/// How often each id is given.
async fn read(source: &HttpSource, limit: u32) -> Result<BTreeMap<String, usize>, PortError> {
    let query = CustomerQuery::default();
    let (mut given, mut after) = (BTreeMap::new(), None::<Cursor>);
    for _ in 0..10_000 {
        let page = CustomerSource::page(source, &query, after.as_ref(), limit).await?;
        for customer in page.items {
            *given.entry(customer.id.to_string()).or_default() += 1;
        }
        after = page.next;
        if after.is_none() {
            return Ok(given);
        }
    }
    panic!("following `next` does not end");
}

/// Takes the first one away.
fn shrink(tables: &mut Tables) {
    if let Some(rows) = tables.get_mut("customers") {
        rows.drain(..rows.len().min(1));
    }
}

/// B.8 number 1: 88 people, of whom those that were written to drop out of the list: a reader by
/// offset stops at 44.
#[tokio::test]
async fn b8_1_a_list_that_shrinks_as_it_is_read_is_read_whole() {
    for (style, paging) in styles() {
        let server = Server::start(people(88)).await;
        let source = open(&server, &paging, 10).await;
        let query = CustomerQuery::default();
        let (mut given, mut after) = (Vec::new(), None::<Cursor>);
        loop {
            let page = CustomerSource::page(&source, &query, after.as_ref(), 10).await;
            let page = page.unwrap_or_else(|error| panic!("{style}: {}", said(&error)));
            let written: Vec<String> = page.items.iter().map(|one| one.id.to_string()).collect();
            // All but one of them drop out at once: the one stands for who answered meanwhile.
            server.change(|tables| {
                let gone = |row: &Value| written.iter().skip(1).any(|id| *id == id_of(row));
                tables
                    .get_mut("customers")
                    .unwrap()
                    .retain(|row| !gone(row));
            });
            given.extend(written);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        given.sort();
        given.dedup();
        assert_eq!(given.len(), 88, "{style}");
    }
}

/// The same where every single one drops out: nothing is left by which the place could be found,
/// so the list is read from its beginning, and nobody is lost.
#[tokio::test]
async fn b8_1_a_place_that_is_lost_is_no_end() {
    for (style, paging) in styles() {
        let server = Server::start(people(40)).await;
        let source = open(&server, &paging, 20).await;
        let query = CustomerQuery::default();
        let (mut given, mut after) = (Vec::new(), None::<Cursor>);
        loop {
            let page = CustomerSource::page(&source, &query, after.as_ref(), 20)
                .await
                .unwrap();
            let written: Vec<String> = page.items.iter().map(|one| one.id.to_string()).collect();
            server.change(|tables| {
                let rows = tables.get_mut("customers").unwrap();
                rows.retain(|row| !written.contains(&id_of(row)));
            });
            given.extend(written);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(given.len(), 40, "{style}");
    }
}

/// One goes after every second call, also between the calls of one page.
#[tokio::test]
async fn a40_one_goes_again_and_again_and_nobody_else_is_lost() {
    for (style, paging) in styles() {
        let server = Server::start(people(400)).await;
        let source = open(&server, &paging, 20).await;
        let mut calls = 0;
        server.meanwhile(move |tables| {
            calls += 1;
            if calls % 2 == 0 {
                shrink(tables);
            }
        });
        let given = read(&source, 20).await.unwrap();
        // Whoever is still there at the end was there all the time.
        let mut stayed = Vec::new();
        server.change(|tables| stayed.extend(tables["customers"].iter().map(id_of)));
        assert!(!stayed.is_empty(), "{style}");
        for id in stayed {
            assert_eq!(given.get(&id), Some(&1), "{style}: {id}");
        }
    }
}

#[tokio::test]
async fn a40_somebody_comes_before_all_others_after_each_call() {
    for (style, paging) in styles() {
        let server = Server::start(people(100)).await;
        let source = open(&server, &paging, 20).await;
        let mut count = 0;
        server.meanwhile(move |tables| {
            count += 1;
            let rows = tables.get_mut("customers").unwrap();
            // As many as a test may have: a list that grows for ever has no end.
            if count <= 30 {
                rows.insert(0, json!({ "id": format!("A-{count}") }));
            }
        });
        match read(&source, 20).await {
            Ok(given) => {
                for n in 0..100 {
                    let id = format!("C-{n:04}");
                    assert_eq!(given.get(&id), Some(&1), "{style}: {id}");
                }
            }
            // It may also say that it cannot; it may not lose anybody.
            Err(error) => assert_eq!(error.kind(), PortErrorKind::Unavailable, "{style}"),
        }
    }
}

/// A list without an order comes back shuffled, and would lose some at every page.
#[tokio::test]
async fn a40_a_list_without_an_order_is_an_error_and_no_short_list() {
    for (style, paging) in styles().into_iter().skip(4) {
        let server = Server::start(people(100)).await;
        let source = open(&server, &paging, 10).await;
        let mut seed = 1_u64;
        server.meanwhile(move |tables| {
            let rows = tables.get_mut("customers").unwrap();
            for at in (1..rows.len()).rev() {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                rows.swap(at, (seed >> 33) as usize % (at + 1));
            }
        });
        let error = read(&source, 10).await.unwrap_err();
        let expected = "customers: the list comes back in another order; the service must keep one";
        assert!(
            said(&error).ends_with(expected),
            "{style}: {}",
            said(&error)
        );
        assert_eq!(error.kind(), PortErrorKind::Corrupt);
    }
}

/// A service that gives fewer than it is asked for has not come to its end.
#[tokio::test]
async fn a_short_page_is_not_the_last_one() {
    for (style, paging) in styles() {
        for most in [1, 3, 9] {
            let server = Server::start(people(30)).await;
            server.at_most(most);
            let source = open(&server, &paging, 10).await;
            let given = read(&source, 10).await.unwrap();
            assert_eq!(given.len(), 30, "{style} by {most}");
            assert!(given.values().all(|times| *times == 1), "{style} by {most}");
        }
    }
}

/// A parameter that is called otherwise would give the first page for ever.
#[tokio::test]
async fn a_service_that_does_not_heed_the_key_is_found_out() {
    for (style, paging) in styles().into_iter().take(4) {
        let server = Server::start(people(30)).await;
        server.is_deaf();
        let source = open(&server, &paging, 10).await;
        let error = read(&source, 10).await.unwrap_err();
        assert_eq!(error.kind(), PortErrorKind::Corrupt, "{style}");
        let expected = match style {
            "after id" => "\"after\" is not heeded",
            _ => "the next page is the same one",
        };
        assert!(
            said(&error).ends_with(expected),
            "{style}: {}",
            said(&error)
        );
    }
}

#[tokio::test]
async fn cursors_of_others_are_refused() {
    for (style, paging) in styles() {
        let server = Server::start(people(30)).await;
        let source = open(&server, &paging, 10).await;
        server.calls();
        let mut foreign = vec![
            "",
            "C-0001",
            "{}",
            "null",
            r#"{"after":{}}"#,
            r#"{"seen":{"at":-1}}"#,
        ];
        foreign.push(match style {
            "after id" => r#"{"token":{"token":"x"}}"#,
            _ => r#"{"after":{"id":"C-0001"}}"#,
        });
        if matches!(style, "next address" | "link") {
            // Whoever could write into the ledger must not get our token either.
            foreign.push(r#"{"token":{"token":"https://elsewhere.example.org/"}}"#);
            foreign.push(r#"{"token":{"token":"//elsewhere.example.org/"}}"#);
        }
        for text in foreign {
            let (query, cursor) = (CustomerQuery::default(), Cursor::new(text));
            let page = CustomerSource::page(&source, &query, Some(&cursor), 10).await;
            let error = page.unwrap_err();
            assert_eq!(error.kind(), PortErrorKind::Invalid, "{style}: {text}");
        }
        assert_eq!(server.calls(), [""; 0], "{style}");
    }
}

/// What is done to the list after a call.
#[derive(Debug, Clone, Copy)]
enum Step {
    Nothing,
    Remove(usize),
    Append,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => Just(Step::Nothing),
        2 => any::<usize>().prop_map(Step::Remove),
        1 => Just(Step::Append),
    ];
    prop::collection::vec(step, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Lists in the order in which things were made, of which any may go at any moment.
    #[test]
    fn a40_whatever_goes_or_comes_nobody_is_lost(
        style in 0_usize..6,
        count in 0_usize..60,
        page_size in 1_u32..12,
        limit in 1_u32..12,
        steps in steps(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (name, paging) = &styles()[style];
            let server = Server::start(people(count)).await;
            let source = open(&server, paging, page_size).await;
            let (mut steps, mut made) = (steps.into_iter(), count);
            server.meanwhile(move |tables| {
                let rows = tables.get_mut("customers").unwrap();
                match steps.next() {
                    Some(Step::Remove(at)) if !rows.is_empty() => {
                        rows.remove(at % rows.len());
                    }
                    Some(Step::Append) => {
                        rows.push(json!({ "id": format!("C-{made:04}") }));
                        made += 1;
                    }
                    _ => {}
                }
            });
            match read(&source, limit).await {
                Ok(given) => {
                    let mut stayed = Vec::new();
                    server.change(|tables| stayed.extend(tables["customers"].iter().map(id_of)));
                    let begun = format!("C-{count:04}");
                    for id in stayed.iter().filter(|id| **id < begun) {
                        prop_assert!(given.contains_key(id), "{name}: {id} is lost");
                    }
                }
                Err(error) => prop_assert_eq!(error.kind(), PortErrorKind::Unavailable),
            }
            Ok(())
        })?;
    }
}
