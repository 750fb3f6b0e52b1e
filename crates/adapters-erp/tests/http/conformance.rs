//! The suites of the two ports in each way of paging.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use pregon_adapters_erp::{HttpPaging, HttpSource};
use pregon_conformance as suites;
use pregon_core::{Customer, CustomerId, RecordSource};
use serde_json::json;
use suites::sample;

use crate::service::{Server, id_of};
use crate::{config, connect, styles};

/// A service with the sample and its source; the service answers as long as this is there.
#[derive(Debug)]
struct Desk {
    server: Server,
    source: Arc<HttpSource>,
}

async fn open(paging: &HttpPaging, page_size: u32) -> Arc<Desk> {
    let server = Server::sample().await;
    let source = connect(config(&server, paging).with_page_size(page_size)).await;
    let source = Arc::new(source.unwrap());
    assert_eq!(source.problems(), []);
    Arc::new(Desk { server, source })
}

#[tokio::test]
async fn a_service_is_a_customer_source_in_each_way_of_paging() {
    for (style, paging) in styles() {
        for page_size in [1, 7, 1000] {
            let desk = open(&paging, page_size).await;
            let kept = Arc::clone(&desk);
            let make = move || {
                let source = Arc::<HttpSource>::clone(&kept.source);
                let expected = sample::customers();
                async move { suites::customer_source::Subject { source, expected } }.boxed()
            };
            let verdicts = suites::customer_source::verdicts(&make).await;
            let broken: Vec<_> = verdicts.into_iter().filter(|(_, it)| it.is_err()).collect();
            assert!(broken.is_empty(), "{style} by {page_size}: {broken:?}");
            drop(desk);
        }
    }
}

#[tokio::test]
async fn a_service_is_a_record_source_in_each_way_of_paging() {
    for (style, paging) in styles() {
        let desk = open(&paging, 5).await;
        let kept = Arc::clone(&desk);
        let make = move || {
            let source: Arc<dyn RecordSource> = Arc::<HttpSource>::clone(&kept.source);
            let expected = sample::records_with_customers();
            async move { suites::record_source::Subject { source, expected } }.boxed()
        };
        let verdicts = suites::record_source::verdicts(&make).await;
        let broken: Vec<_> = verdicts.into_iter().filter(|(_, it)| it.is_err()).collect();
        assert!(broken.is_empty(), "{style}: {broken:?}");
        drop(desk);
    }
}

#[tokio::test]
async fn a40_a_service_that_changes_meanwhile_loses_nobody() {
    for (style, paging) in styles() {
        for page_size in [7, 1000] {
            let paging = paging.clone();
            let make = move || {
                let paging = paging.clone();
                async move {
                    let desk = open(&paging, page_size).await;
                    suites::customer_source::Changing {
                        subject: suites::customer_source::Subject {
                            source: Arc::<HttpSource>::clone(&desk.source),
                            expected: sample::customers(),
                        },
                        meanwhile: desk,
                    }
                }
                .boxed()
            };
            let verdicts = suites::customer_source::changing_verdicts(&make).await;
            let broken: Vec<_> = verdicts.into_iter().filter(|(_, it)| it.is_err()).collect();
            assert!(broken.is_empty(), "{style} by {page_size}: {broken:?}");
        }
    }
}

impl suites::customer_source::Meanwhile for Desk {
    fn add(&self, customer: Customer) -> BoxFuture<'static, ()> {
        let row = json!({ "id": customer.id.as_str() });
        // Before all others, where it moves every number.
        self.server.change(|tables| {
            if let Some(rows) = tables.get_mut("customers") {
                rows.insert(0, row);
            }
        });
        async {}.boxed()
    }

    fn remove(&self, id: CustomerId) -> BoxFuture<'static, ()> {
        self.server.change(|tables| {
            if let Some(rows) = tables.get_mut("customers") {
                rows.retain(|row| id_of(row) != id.as_str());
            }
        });
        async {}.boxed()
    }
}
