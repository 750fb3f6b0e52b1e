//! Serial numbers as records.

use pregon_core::{Due, PortErrorKind, RecordKind, RecordQuery, RecordSource, Value};
use serde_json::json;

use crate::server::{Fault, recorded_site};
use crate::{Shop, named, on, pin, said};

async fn due(shop: &Shop, due: Due) -> Result<usize, String> {
    let query = RecordQuery::of(pin()).due(due);
    let page = RecordSource::page(&shop.source, &query, None, 1000).await;
    page.map(|page| page.items.len())
        .map_err(|error| said(&error))
}

#[tokio::test]
async fn a_serial_number_has_its_attributes() {
    let shop = Shop::open(recorded_site()).await;
    let (record, customer) = shop.one("STR-00005").await.unwrap();
    assert_eq!(record.name(), named("STR-00005"));
    assert_eq!(record.customer, customer.id);
    assert_eq!(customer.id.as_str(), "Andrea Vásconez Ñáñez");
    let date = Value::Date("2026-12-20".parse().unwrap());
    for (name, value) in [
        ("item_code", "PIN-STREAM-12M".into()),
        ("item_name", "Pin Streaming Premium 12 meses".into()),
        ("item_group", "Suscripciones Digitales".into()),
        ("status", "Delivered".into()),
        ("expiry_date", date.clone()),
        ("warranty_expiry_date", date),
    ] {
        assert_eq!(record.attributes.get(name), Some(&value), "{name}");
    }
    assert_eq!(
        record.attributes.get("brand"),
        None,
        "what is null is missing"
    );
}

#[tokio::test]
async fn a_window_of_days_is_kept_exactly() {
    let shop = Shop::open(recorded_site()).await;
    assert_eq!(shop.expiring().await.len(), 44);
    assert_eq!(
        due(&shop, on("expiry_date", "2026-12-20", "2026-12-20")).await,
        Ok(10)
    );
    assert_eq!(
        due(
            &shop,
            on("warranty_expiry_date", "2026-12-20", "2026-12-20")
        )
        .await,
        Ok(10)
    );
    assert_eq!(
        due(&shop, on("expiry_date", "2031-01-01", "2031-01-31")).await,
        Ok(0)
    );
    // A row without a date would come through a filter with <=.
    shop.server
        .site()
        .row("Serial No", "STR-00005")
        .insert("warranty_expiry_date".to_owned(), json!(null));
    assert_eq!(
        due(&shop, on("expiry_date", "2000-01-01", "2026-12-20")).await,
        Ok(25)
    );
    let all = RecordQuery::of(pin());
    let page = RecordSource::page(&shop.source, &all, None, 1000)
        .await
        .unwrap();
    let without = page
        .items
        .iter()
        .filter(|(r, _)| r.attributes.get("expiry_date").is_none());
    assert_eq!(
        (page.items.len(), without.count()),
        (44, 1),
        "without a window it is given"
    );
}

#[tokio::test]
async fn questions_that_make_no_sense() {
    let shop = Shop::open(recorded_site()).await;
    let prefix = "erpnext: page of records:";
    for attribute in ["amc_expiry_date", "status", "expires"] {
        let error = due(&shop, on(attribute, "2026-12-20", "2026-12-20"))
            .await
            .unwrap_err();
        let expected = format!("{prefix} invalid: {attribute:?} is not a date of these records");
        assert_eq!(error, expected);
    }
    let at: chrono::DateTime<chrono::Utc> = "2026-12-20T00:00:00Z".parse().unwrap();
    let instants = Due::At {
        attribute: "expiry_date".to_owned(),
        after: at,
        until: at,
    };
    let error = due(&shop, instants).await.unwrap_err();
    let expected = "unsupported: serial numbers have no instants, only dates";
    assert_eq!(error, format!("{prefix} {expected}"));
    let query = RecordQuery::of(RecordKind::new("booking").unwrap());
    let error = RecordSource::page(&shop.source, &query, None, 10)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), PortErrorKind::Invalid);
    assert!(said(&error).ends_with("there are no \"booking\" records"));
    assert_eq!(shop.server.calls(), [], "nothing was asked");
}

#[tokio::test]
async fn pages_hold_when_serial_numbers_come_and_go() {
    let shop = Shop::open(recorded_site()).await;
    let query = RecordQuery::of(pin()).due(on("expiry_date", "2026-12-18", "2026-12-22"));
    let (mut names, mut next) = (Vec::new(), None);
    for page in 0.. {
        let found = RecordSource::page(&shop.source, &query, next.as_ref(), 11)
            .await
            .unwrap();
        names.extend(found.items.iter().map(|(record, _)| record.id.to_string()));
        next = found.next;
        if page == 0 {
            // An offset would leave out as many as were taken away.
            let mut site = shop.server.site();
            for name in &names[..5] {
                site.take_back(name, "2026-11-20");
            }
        }
        if next.is_none() {
            assert_eq!((names.len(), page), (44, 3));
            return;
        }
    }
}

#[tokio::test]
async fn what_changed_between_planning_and_sending_is_seen() {
    let shop = Shop::open(recorded_site()).await;
    let (before, seller) = shop.one("STR-00005").await.unwrap();
    shop.server.site().take_back("STR-00005", "2026-11-20");
    assert!(
        shop.one("STR-00005").await.is_none(),
        "it belongs to nobody now"
    );
    let other = "Xavier Chávez Quishpe";
    shop.server
        .site()
        .sell("STR-00005", other, "2026-11-21", "2027-11-21");
    let (after, buyer) = shop.one("STR-00005").await.unwrap();
    assert_eq!(buyer.id.as_str(), other);
    assert_ne!(buyer.id, seller.id);
    assert_ne!(
        before.attributes.get("expiry_date"),
        after.attributes.get("expiry_date")
    );
    shop.server
        .site()
        .table("Serial No")
        .retain(|row| row["name"] != "STR-00005");
    assert!(shop.one("STR-00005").await.is_none());
}

#[tokio::test]
async fn names_count_as_they_were_returned() {
    let shop = Shop::open(recorded_site()).await;
    assert!(shop.one("str-00005").await.is_none());
    let strange = RecordKind::new("booking").unwrap();
    let name = pregon_core::RecordRef {
        kind: strange,
        id: named("STR-00005").id,
    };
    assert!(
        shop.found(&[name]).await.is_empty(),
        "a kind that is gone has no records"
    );
    let both = [named("STR-00005"), named("STR-00005"), named("NADA")];
    assert_eq!(shop.found(&both).await.len(), 1);
}

#[tokio::test]
async fn values_that_cannot_be_are_corrupt() {
    let shop = Shop::open(recorded_site()).await;
    let set = |key: &str, value: serde_json::Value| {
        shop.server
            .site()
            .row("Serial No", "STR-00005")
            .insert(key.to_owned(), value)
    };
    let find = async || {
        let names = [named("STR-00005")];
        said(&RecordSource::find(&shop.source, &names).await.unwrap_err())
    };
    let expected = |field: &str| {
        format!(
            "erpnext: find records: corrupt: Serial No: the field {field:?} has a value of another \
             kind than expected"
        )
    };
    let old = set("warranty_expiry_date", json!("mañana")).unwrap();
    assert_eq!(find().await, expected("warranty_expiry_date"));
    set("warranty_expiry_date", old);
    set("customer", json!(7));
    assert_eq!(find().await, expected("customer"));
}

#[tokio::test]
async fn answers_of_another_shape_are_corrupt() {
    let shop = Shop::open(recorded_site()).await;
    for (body, what) in [
        ("[]", "the answer is no object"),
        ("{}", "the answer has no list"),
        (r#"{"data":[1]}"#, "a row is no object"),
        (r#"{"data":[{"name"#, "the answer is not whole JSON"),
    ] {
        let body = body.to_owned();
        shop.server.next(Fault::Says {
            status: 200,
            kind: "application/json",
            body,
        });
        let error = RecordSource::find(&shop.source, &[named("STR-00005")])
            .await
            .unwrap_err();
        let expected = format!("erpnext: find records: corrupt: Serial No: {what}");
        assert_eq!(said(&error), expected);
    }
    let body = r#"{"data":[{"name":"STR-00005"}]}"#.to_owned();
    shop.server.next(Fault::Says {
        status: 200,
        kind: "application/json",
        body,
    });
    let error = RecordSource::find(&shop.source, &[named("STR-00005")])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), PortErrorKind::Invalid);
    assert!(said(&error).contains("leaves out the field \"customer\" of Serial No"));
}
