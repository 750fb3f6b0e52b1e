//! A host's own service as a source: the suites of the two ports in each way of paging, and what is
//! particular.
#![cfg(feature = "http-source")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod conformance;
mod department;
mod faults;
mod mapping;
mod opening;
mod paging;
mod service;
#[path = "../support/erpnext/wire.rs"]
#[expect(dead_code, reason = "ERPNext's double needs more of HTTP")]
mod wire;

use std::sync::Arc;

use pregon_adapters_erp::{
    HttpAuth, HttpCustomers, HttpFind, HttpListing, HttpPaging, HttpRecords, HttpSource,
    HttpSourceConfig, PersonField, Secret,
};
use pregon_conformance::sample;
use pregon_core::testing::ManualClock;
use pregon_core::{PortError, RecordKind};
use service::Server;

pub(crate) const TOKEN: &str = "una-palabra";

/// Every way of paging, with what it is called in messages of tests.
pub(crate) fn styles() -> [(&'static str, HttpPaging); 6] {
    let size = || Some("size".to_owned());
    [
        ("after id", HttpPaging::after_id("after")),
        (
            "cursor",
            HttpPaging::Cursor {
                cursor: "cursor".to_owned(),
                next: "/next".to_owned(),
                size: size(),
            },
        ),
        (
            "next address",
            HttpPaging::NextUrl {
                next: "/links/next".to_owned(),
                size: None,
            },
        ),
        ("link", HttpPaging::NextLink { size: size() }),
        (
            "page",
            HttpPaging::Page {
                page: "page".to_owned(),
                size: "size".to_owned(),
                first: 1,
            },
        ),
        (
            "offset",
            HttpPaging::Offset {
                offset: "offset".to_owned(),
                size: "size".to_owned(),
            },
        ),
    ]
}

pub(crate) fn listing(path: &str, paging: &HttpPaging) -> HttpListing {
    HttpListing::new(path, paging.clone()).with_items("/data")
}

/// The customers and records of the sample, as the service has them.
pub(crate) fn config(server: &Server, paging: &HttpPaging) -> HttpSourceConfig {
    let many = HttpFind::Many {
        path: "customers".to_owned(),
        ids: "ids".to_owned(),
        most: 10,
    };
    let people = HttpCustomers::new(listing("customers", paging).found_by(many));
    let person = [
        (PersonField::Name, "/name"),
        (PersonField::Language, "/language"),
        (PersonField::Zone, "/zone"),
        (PersonField::Email, "/contact/email"),
        (PersonField::Phone, "/contact/phone"),
    ];
    let people = person
        .into_iter()
        .fold(people, |people, (field, at)| people.with(field, at));
    let people = sample::customer_schema()
        .iter()
        .fold(people, |people, (name, of)| {
            people.with_attribute(name, of.clone(), &format!("/{name}"))
        });
    let mut config = HttpSourceConfig::new(server.url(), people)
        .with_auth(HttpAuth::Bearer(Secret::new(TOKEN)))
        .with_page_size(7);
    for (kind, schema) in sample::record_schemas() {
        // One by one, below the list.
        let records = HttpRecords::new(listing(kind.as_str(), paging));
        let records = schema.iter().fold(records, |records, (name, of)| {
            records.with_attribute(name, of.clone(), &format!("/{name}"))
        });
        config = config.with_records(kind, records);
    }
    config
}

pub(crate) async fn connect(config: HttpSourceConfig) -> Result<HttpSource, PortError> {
    let clock = Arc::new(ManualClock::at("2026-11-20T06:00:00Z"));
    HttpSource::connect(config, clock).await
}

pub(crate) fn pin() -> RecordKind {
    RecordKind::new("pin").unwrap()
}

/// What an error says, layer by layer.
pub(crate) fn said(error: &PortError) -> String {
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(below) = cause {
        said.push_str(": ");
        said.push_str(&below.to_string());
        cause = below.source();
    }
    said
}
