//! What stands where, and what becomes of items that are none.

use pregon_adapters_erp::{
    HttpAuth, HttpCustomers, HttpFind, HttpPaging, HttpRecords, HttpSourceConfig, PersonField,
    Secret, fuzz,
};
use pregon_core::{
    AttributeType, CustomerId, CustomerQuery, CustomerSource, Due, RecordQuery, RecordRef,
    RecordSource, Value,
};
use proptest::prelude::*;
use serde_json::json;

use crate::service::{Server, Tables};
use crate::{TOKEN, config, connect, listing, pin, styles};

fn usual() -> HttpPaging {
    HttpPaging::after_id("after")
}

fn ids(customers: &[pregon_core::Customer]) -> Vec<&str> {
    customers
        .iter()
        .map(|customer| customer.id.as_str())
        .collect()
}

/// One is wrong, and it is named with its place; nobody else is missing for it.
#[tokio::test]
async fn a40_an_item_that_is_none_is_named_and_takes_nobody_with_it() {
    let rows = json!([
        { "id": 1, "name": "Ana", "visits": 6, "zone": "America/Quito_" },
        { "id": 2, "name": "Eva", "visits": "muchas" },
        { "id": 3, "name": ["Ada"], "visits": 6 },
        { "id": 4, "name": " ", "visits": null },
        { "name": "Nadie" },
        { "id": "a\u{1}b" },
        { "id": 5, "hours": "siempre" },
        { "id": 6, "agreed": "quizás" },
        { "id": 7, "visits": 7, "hours": "09:00-13:00", "agreed": true, "refused": false },
        "hola",
        { "id": 8, "agreed": true, "refused": true },
    ]);
    let rows = rows.as_array().unwrap().clone();
    let server = Server::start(Tables::from([("c".to_owned(), rows)])).await;
    let paging = HttpPaging::Offset {
        offset: "offset".to_owned(),
        size: "size".to_owned(),
    };
    let people = HttpCustomers::new(listing("c", &paging))
        .with(PersonField::Name, "/name")
        .with(PersonField::Zone, "/zone")
        .with(PersonField::ContactHours, "/hours")
        .with(PersonField::OptIn, "/agreed")
        .with(PersonField::OptOut, "/refused")
        .with_attribute("visits", AttributeType::Integer, "/visits");
    let config = HttpSourceConfig::new(server.url(), people);
    let config = config.with_auth(HttpAuth::Bearer(Secret::new(TOKEN)));
    let source = connect(config).await.unwrap();
    let query = CustomerQuery::default();
    let page = CustomerSource::page(&source, &query, None, 100)
        .await
        .unwrap();
    assert_eq!(ids(&page.items), ["4", "7", "8"]);
    assert_eq!(page.items[0].name, None);
    assert!(page.items[1].hours.is_some() && page.items[1].permissions[0].granted);
    assert!(
        !page.items[2].permissions[0].granted,
        "a refusal counts more"
    );
    let told: Vec<String> = source.problems().iter().map(ToString::to_string).collect();
    let expected = [
        "customers: /id: must not be missing",
        "customers 1: /zone: not a value of type time zone",
        "customers 2: /visits: not a value of type integer",
        "customers 3: /name: not a value of type text",
        "customers 5: /hours: not a value of type stretch of hours as 09:00-13:00",
        "customers 6: /agreed: not a value of type boolean",
        "customers a\u{1}b: /id: an id cannot have the character '\\u{1}'",
    ];
    assert_eq!(told, expected);
    assert!(!told.join(" ").contains("muchas"), "values are people's");
}

/// Ids of any letters, one by one and many at once, each once, and nobody who was not asked for.
#[tokio::test]
async fn people_are_found_by_their_ids_in_either_way() {
    for find in [
        HttpFind::One {
            path: "customers/{id}".to_owned(),
        },
        HttpFind::Many {
            path: "customers".to_owned(),
            ids: "ids".to_owned(),
            most: 2,
        },
    ] {
        let server = Server::sample().await;
        let people = HttpCustomers::new(listing("customers", &usual()).found_by(find));
        let config = HttpSourceConfig::new(server.url(), people);
        let source = connect(config.with_auth(HttpAuth::Bearer(Secret::new(TOKEN))))
            .await
            .unwrap();
        let names = [
            "a/b?c=d&e#f",
            "100%",
            "Ñ-1",
            "C-001",
            ".",
            "..",
            "C-001",
            "c-0",
            "O'Hara",
        ];
        let wanted = names.map(|id| CustomerId::new(id).unwrap());
        let found = CustomerSource::find(&source, &wanted).await.unwrap();
        let mut found = ids(&found);
        found.sort_unstable();
        assert_eq!(found, ["100%", "C-001", "O'Hara", "a/b?c=d&e#f", "Ñ-1"]);
    }
}

/// What the service narrows by is asked for, and what it gives beyond is left out.
#[tokio::test]
async fn what_is_due_is_narrowed_there_and_kept_here() {
    let server = Server::sample().await;
    let records = HttpRecords::new(listing("pin", &usual()))
        .with_attribute("expiry_date", AttributeType::Date, "/expiry_date")
        .due_by("expiry_date", "desde", "hasta");
    let config = config(&server, &usual()).with_records(pin(), records);
    let source = connect(config).await.unwrap();
    server.calls();
    let day = |text: &str| text.parse().unwrap();
    let query = RecordQuery::of(pin()).due(Due::On {
        attribute: "expiry_date".to_owned(),
        first: day("2026-12-21"),
        last: day("2026-12-23"),
    });
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = RecordSource::page(&source, &query, after.as_ref(), 5)
            .await
            .unwrap();
        found.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let names: Vec<&str> = found.iter().map(|(record, _)| record.id.as_str()).collect();
    assert_eq!(names, ["STR-00002", "STR-00004", "STR-00011"]);
    let asked = server.calls();
    let pages: Vec<&String> = asked
        .iter()
        .filter(|call| call.starts_with("/v1/pin?"))
        .collect();
    assert!(
        pages
            .iter()
            .all(|page| page.contains("desde=2026-12-21&hasta=2026-12-23"))
    );
}

#[tokio::test]
async fn a_record_without_a_customer_belongs_to_nobody() {
    let server = Server::sample().await;
    server.change(|tables| {
        let pins = tables.get_mut("pin").unwrap();
        pins[0]["customer_id"] = json!(null);
        pins[1]["expiry_date"] = json!("pronto");
    });
    let source = connect(config(&server, &usual())).await.unwrap();
    let wanted = ["STR-00001", "STR-00002", "STR-00003"].map(|id| RecordRef {
        kind: pin(),
        id: id.parse().unwrap(),
    });
    let found = RecordSource::find(&source, &wanted).await.unwrap();
    let names: Vec<&str> = found.iter().map(|(record, _)| record.id.as_str()).collect();
    assert_eq!(names, ["STR-00003"]);
    assert_eq!(
        found[0].0.attributes.get("item_name"),
        Some(&Value::from("Pin Streaming"))
    );
    let told: Vec<String> = source.problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["pin STR-00002: /expiry_date: not a value of type date"]
    );
}

/// A page costs one call where lists are read by key, and three where they are read by number.
#[tokio::test]
async fn what_a_page_costs() {
    for (style, paging) in styles() {
        let row = |n: u32| json!({ "id": format!("C-{n:04}") });
        let rows = (0..1000).map(row).collect();
        let server = Server::start(Tables::from([("customers".to_owned(), rows)])).await;
        let people = HttpCustomers::new(listing("customers", &paging));
        let config = HttpSourceConfig::new(server.url(), people)
            .with_auth(HttpAuth::Bearer(Secret::new(TOKEN)))
            .with_page_size(100);
        let source = connect(config).await.unwrap();
        server.calls();
        let (mut after, query) = (None, CustomerQuery::default());
        loop {
            let page = CustomerSource::page(&source, &query, after.as_ref(), 100)
                .await
                .unwrap();
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let expected = match style {
            "after id" => 11,
            "cursor" | "link" => 10,
            // Four at a time, whatever it is asked for.
            "next address" => 250,
            "page" => 31,
            // With an overlap of sixteen.
            _ => 15,
        };
        assert_eq!(server.calls().len(), expected, "{style}");
    }
}

proptest! {
    #[test]
    fn no_bytes_of_a_service_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        fuzz::http_source_page(&bytes);
    }

    #[test]
    fn no_json_of_a_service_makes_it_panic(
        name in "[a-f]|id|zone|hours|in|out|customer_id",
        text in prop_oneof![
            r#"-?[0-9]{1,40}|"[^"\\\\]{0,40}"|null|true|\[[0-9,]{0,9}\]"#,
            r#""[0-9]{4}-[0-9]{2}-[0-9]{2}[T 0:.Z+-]{0,20}""#,
        ],
    ) {
        let body = format!(r#"[{{"id":1,"customer_id":2,"{name}":{text}}}]"#);
        fuzz::http_source_page(body.as_bytes());
    }
}
