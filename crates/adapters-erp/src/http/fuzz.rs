//! What fuzzing calls: bytes that a service might answer, read as every kind of page.
#![doc(hidden)]

use std::sync::LazyLock;

use pregon_core::{AttributeType, RecordKind};

use super::paging::{Place, items};
use super::{HttpCustomers, HttpListing, HttpPaging, HttpRecords, PersonField};

static CUSTOMERS: LazyLock<HttpCustomers> = LazyLock::new(|| {
    let listing = HttpListing::new("c", HttpPaging::after_id("after"));
    let person = [
        (PersonField::Name, "/name"),
        (PersonField::Email, "/contact/email"),
        (PersonField::Phone, "/contact/phone"),
        (PersonField::Language, "/language"),
        (PersonField::Zone, "/zone"),
        (PersonField::ContactHours, "/hours"),
        (PersonField::OptIn, "/in"),
        (PersonField::OptOut, "/out"),
    ];
    let people = person
        .into_iter()
        .fold(HttpCustomers::new(listing), |people, (field, at)| {
            people.with(field, at)
        });
    people
        .with_attribute("a", AttributeType::Bool, "/a")
        .with_attribute("b", AttributeType::Integer, "/b")
        .with_attribute("c", AttributeType::Decimal, "/c/0")
        .with_attribute("d", AttributeType::Date, "/d")
        .with_attribute("e", AttributeType::Instant, "/e")
        .with_attribute("f", AttributeType::Texts, "/f~1~0")
});

static RECORDS: LazyLock<HttpRecords> = LazyLock::new(|| {
    let listing = HttpListing::new("r", HttpPaging::after_id("after"));
    HttpRecords::new(listing).with_attribute("d", AttributeType::Date, "/d")
});

/// Reads the bytes as a page of customers and of records, and as a cursor.
pub fn http_source_page(bytes: &[u8]) {
    let (zone, kind) = ("America/Santiago".parse().ok(), RecordKind::new("pin"));
    for pointer in ["", "/data", "/data/0/items"] {
        let Ok((items, _)) = items(bytes, pointer, "customers") else {
            continue;
        };
        for item in items {
            if let Err(problem) = CUSTOMERS.customer(&item, zone) {
                assert!(!problem.to_string().is_empty());
            }
            if let Ok(kind) = &kind
                && let Err(problem) = RECORDS.record(kind, &item, zone)
            {
                assert!(!problem.to_string().is_empty());
            }
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(place) = Place::parse(text)
    {
        assert_eq!(
            Place::parse(&place.text()).ok(),
            Some(place),
            "it is kept as it is"
        );
    }
}
