//! The ERPNext source against a server that answers as a recorded site did.
#![cfg(feature = "erpnext")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../support/erpnext/mod.rs"]
mod server;

mod calls;
mod connect;
mod customers;
mod failures;
mod fallback;
mod records;
mod rules;

use std::error::Error;
use std::sync::Arc;

use pregon_adapters_erp::{ErpNext, ErpNextConfig, Secret};
use pregon_core::testing::ManualClock;
use pregon_core::{
    Customer, Due, Page, PortError, Record, RecordKind, RecordQuery, RecordRef, RecordSource,
};

use server::{Server, Site};

/// A server with its source, connected.
struct Shop {
    server: Server,
    source: ErpNext,
    clock: ManualClock,
}

impl Shop {
    async fn open(site: Site) -> Self {
        Self::open_with(site, |config| config).await
    }

    async fn open_with(site: Site, change: impl FnOnce(ErpNextConfig) -> ErpNextConfig) -> Self {
        let server = Server::start(site).await;
        let clock = clock();
        let config = change(config(&server.url()));
        let source = ErpNext::connect(config, Arc::new(clock.clone())).await;
        let source = source.unwrap_or_else(|error| panic!("{}", said(&error)));
        server.calls();
        Self {
            server,
            source,
            clock,
        }
    }

    /// All records of the window that was recorded, in pages of a thousand.
    async fn expiring(&self) -> Vec<(Record, Customer)> {
        let (mut all, mut next) = (Vec::new(), None);
        loop {
            let query = RecordQuery::of(pin()).due(on("expiry_date", "2026-12-18", "2026-12-22"));
            let page = RecordSource::page(&self.source, &query, next.as_ref(), 1000).await;
            let Page { items, next: more } = page.unwrap();
            all.extend(items);
            next = more;
            if next.is_none() {
                return all;
            }
        }
    }

    async fn found(&self, names: &[RecordRef]) -> Vec<(Record, Customer)> {
        RecordSource::find(&self.source, names).await.unwrap()
    }

    async fn one(&self, serial: &str) -> Option<(Record, Customer)> {
        self.found(&[named(serial)]).await.pop()
    }
}

fn clock() -> ManualClock {
    ManualClock::at("2026-11-20T06:00:00Z")
}

fn config(url: &str) -> ErpNextConfig {
    ErpNextConfig::new(url, Secret::new("key"), Secret::new("secret"))
}

fn pin() -> RecordKind {
    RecordKind::new("pin").unwrap()
}

fn named(serial: &str) -> RecordRef {
    Record::new("pin", serial, "nobody").unwrap().name()
}

fn on(attribute: &str, first: &str, last: &str) -> Due {
    let (first, last) = (first.parse().unwrap(), last.parse().unwrap());
    Due::On {
        attribute: attribute.to_owned(),
        first,
        last,
    }
}

/// What an error says, and its causes: the last is ours, or the HTTP client's.
fn said(error: &PortError) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        said.push_str(": ");
        said.push_str(&error.to_string());
        cause = error.source();
    }
    said
}
