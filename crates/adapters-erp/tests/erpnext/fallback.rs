//! Sites of version 15 before 2025, whose Serial No has no customer.

use pregon_adapters_erp::Plan;

use crate::Shop;
use crate::server::{Site, recorded_site};

fn old_site() -> Site {
    let mut site = recorded_site();
    site.forget_customers_of_serials();
    site.version = "15.40.0".to_owned();
    site
}

#[tokio::test]
async fn the_customer_comes_from_the_document_that_sold() {
    let today = Shop::open(recorded_site()).await.expiring().await;
    let shop = Shop::open(old_site()).await;
    assert_eq!(shop.source.plan(), Plan::Bundles);
    let found = shop.expiring().await;
    // The movements of four serial numbers were recorded, and the others' are made from today's.
    assert_eq!(found.len(), 44);
    for ((record, customer), (expected, who)) in found.iter().zip(&today) {
        assert_eq!((record, customer), (expected, who));
    }
}

#[tokio::test]
async fn a_thousand_cost_at_most_five_calls() {
    let mut site = recorded_site();
    site.multiply(10_000);
    site.forget_customers_of_serials();
    let shop = Shop::open(site).await;
    let planned = shop.expiring().await;
    let calls = shop.server.calls();
    assert_eq!(planned.len(), 10_000);
    let count = |of: &str| calls.iter().filter(|call| call.of == of).count();
    assert_eq!(
        (count("Serial No"), count("Serial and Batch Bundle")),
        (10, 10)
    );
    assert_eq!((count("Sales Invoice"), count("Contact")), (10, 10));
    assert_eq!(
        count("Delivery Note"),
        0,
        "asked only where one sold something"
    );
    assert_eq!(
        calls.len(),
        40,
        "four calls a thousand, five where delivery notes sold"
    );
    let names: Vec<_> = planned.iter().map(|(record, _)| record.name()).collect();
    assert_eq!(shop.found(&names[..1000]).await.len(), 1000);
    assert_eq!(shop.server.calls().len(), 4);
}

#[tokio::test]
async fn a_delivery_note_sells_as_well() {
    let mut site = recorded_site();
    let sold = "STR-00100";
    let mut row = site.row("Serial No", "STR-00005").clone();
    row.insert("name".to_owned(), sold.into());
    site.table("Serial No").push(row);
    site.forget_customers_of_serials();
    let shop = Shop::open(site).await;
    let (_, customer) = shop.one(sold).await.unwrap();
    assert_eq!(customer.id.as_str(), "María Belén Quishpe Chávez");
    let calls = shop.server.calls();
    assert_eq!(calls.len(), 4);
    assert!(calls.iter().any(|call| call.of == "Delivery Note"));
}

#[tokio::test]
async fn the_newest_movement_counts() {
    let shop = Shop::open(old_site()).await;
    let (_, first) = shop.one("STR-00005").await.unwrap();
    shop.server.site().take_back("STR-00005", "2026-11-19");
    let gone = shop.one("STR-00005").await;
    assert!(
        gone.is_none(),
        "who gave it back does not own it, whatever was sold before"
    );
    let other = "Xavier Chávez Quishpe";
    shop.server
        .site()
        .sell("STR-00005", other, "2026-11-20", "2027-01-01");
    let (_, second) = shop.one("STR-00005").await.unwrap();
    assert_eq!(second.id.as_str(), other);
    assert_ne!(first.id, second.id);
    // An invoice that is cancelled sells nothing.
    let invoice = "SINV-STR-00005-2026-11-20";
    shop.server
        .site()
        .row("Sales Invoice", invoice)
        .insert("docstatus".to_owned(), 2.into());
    assert!(shop.one("STR-00005").await.is_none());
}

#[tokio::test]
async fn disabled_customers_own_nothing() {
    let shop = Shop::open(old_site()).await;
    let (_, customer) = shop.one("STR-00005").await.unwrap();
    let id = customer.id.as_str();
    shop.server
        .site()
        .row("Customer", id)
        .insert("disabled".to_owned(), 1.into());
    assert!(shop.one("STR-00005").await.is_none());
}
