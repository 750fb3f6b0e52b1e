//! What is found out when a service is opened, before anything depends on it.

use pregon_adapters_erp::{
    HttpAuth, HttpCustomers, HttpFind, HttpListing, HttpPaging, HttpSourceConfig, ItemFault,
    PersonField, Secret,
};
use pregon_core::{AttributeType, PortErrorKind};

use crate::service::Server;
use crate::{TOKEN, connect, listing, said};

fn usual() -> HttpPaging {
    HttpPaging::after_id("after")
}

fn people() -> HttpCustomers {
    HttpCustomers::new(listing("customers", &usual()))
}

/// What is wrong with these customers of the service.
async fn wrong(server: &Server, people: HttpCustomers) -> String {
    let config = HttpSourceConfig::new(server.url(), people);
    let config = config.with_auth(HttpAuth::Bearer(Secret::new(TOKEN)));
    let error = connect(config).await.unwrap_err();
    assert_eq!(error.kind(), PortErrorKind::Invalid);
    let said = said(&error);
    said.trim_start_matches("http source: connect: invalid: ")
        .to_owned()
}

/// B.8 number 3: a rule on what the service does not have could never match, in silence.
#[tokio::test]
async fn what_no_item_has_is_told_when_it_is_opened() {
    let server = Server::sample().await;
    let people = HttpCustomers::new(listing("customers", &usual()))
        .with(PersonField::Phone, "/contact/phone")
        .with_attribute("birth_date", AttributeType::Date, "/birthDate");
    let config = HttpSourceConfig::new(server.url(), people);
    let source = connect(config.with_auth(HttpAuth::Bearer(Secret::new(TOKEN))))
        .await
        .unwrap();
    let problems = source.problems();
    assert_eq!(problems.len(), 1);
    assert_eq!(
        problems[0].to_string(),
        "customers: /birthDate: no item has it"
    );
    assert_eq!(problems[0].fault, ItemFault::Nowhere);
}

#[tokio::test]
async fn names_and_pointers_that_make_no_sense() {
    let server = Server::sample().await;
    let integer = || AttributeType::Integer;
    let no_attribute = |name: &str| {
        format!(
            "{name:?} cannot be an attribute: a letter, then letters, digits and _, and not \
             reserved"
        )
    };
    for name in ["", "a.b", "language", "customer_id", "9a"] {
        let message = wrong(&server, people().with_attribute(name, integer(), "/a")).await;
        assert_eq!(message, no_attribute(name));
    }
    let twice = people()
        .with_attribute("a", integer(), "/a")
        .with_attribute("a", integer(), "/b");
    assert_eq!(
        wrong(&server, twice).await,
        "the attribute \"a\" is there twice"
    );
    for pointer in ["a", "data/items", "/a~", "/a~2"] {
        let expected =
            format!("{pointer:?} does not point into JSON; write it as /data or /data/items");
        assert_eq!(
            wrong(&server, people().with_attribute("a", integer(), pointer)).await,
            expected
        );
        assert_eq!(
            wrong(&server, people().with(PersonField::Name, pointer)).await,
            expected
        );
        let items = HttpListing::new("customers", usual()).with_items(pointer);
        assert_eq!(wrong(&server, HttpCustomers::new(items)).await, expected);
    }
}

#[tokio::test]
async fn paths_that_make_no_sense() {
    let server = Server::sample().await;
    for path in [
        "a?b=c",
        "a#b",
        "../admin",
        "a/../../b",
        "https://elsewhere.example.org/a",
    ] {
        let expected = format!("{path:?} is not a path below the service's address");
        assert_eq!(
            wrong(&server, HttpCustomers::new(HttpListing::new(path, usual()))).await,
            expected
        );
    }
    let one = HttpFind::One {
        path: "customers".to_owned(),
    };
    let nobody = HttpCustomers::new(listing("customers", &usual()).found_by(one));
    let expected = "a path that finds one by its id needs {id} in it: \"customers\"";
    assert_eq!(wrong(&server, nobody).await, expected);
    let nowhere = HttpCustomers::new(listing("clientes", &usual()));
    assert_eq!(
        wrong(&server, nowhere).await,
        "the service has nothing at this path: status 404"
    );
}

#[tokio::test]
async fn addresses_that_are_not_asked() {
    for (url, message) in [
        (
            "http://api.example.org/",
            "plain http would show everything to everybody between; use https",
        ),
        (
            "https://u:p@api.example.org/",
            "the address of the service has a user or a password in it; give them apart",
        ),
        (
            "ftp://api.example.org/",
            "\"ftp://api.example.org/\" is not the address of a service; write it as \
             https://api.example.org/v1",
        ),
    ] {
        let error = connect(HttpSourceConfig::new(url, people()))
            .await
            .unwrap_err();
        assert_eq!(
            said(&error),
            format!("http source: connect: invalid: {message}")
        );
    }
}

/// Whoever is not found by a way that leads nowhere would be taken for gone, everybody of them.
#[tokio::test]
async fn a_way_to_find_one_that_finds_nobody_is_told_when_it_is_opened() {
    let server = Server::sample().await;
    let many = |ids: &str| HttpFind::Many {
        path: "customers".to_owned(),
        ids: ids.to_owned(),
        most: 10,
    };
    let one = |path: &str| HttpFind::One {
        path: path.to_owned(),
    };
    let found = |find: HttpFind, item: &str| {
        let listing = listing("customers", &usual())
            .found_by(find)
            .with_item(item);
        let config = HttpSourceConfig::new(server.url(), HttpCustomers::new(listing));
        connect(config.with_auth(HttpAuth::Bearer(Secret::new(TOKEN))))
    };
    assert!(found(many("ids"), "").await.is_ok() && found(one("customers/{id}"), "").await.is_ok());
    for (find, item, expected) in [
        (
            many("identificadores"),
            "",
            "asked for by their ids: \"identificadores\" is not heeded",
        ),
        (
            one("clientes/{id}"),
            "",
            "\"Ñ-1\" is in the list and is not found by its id",
        ),
        (
            one("customers/{id}"),
            "/data",
            "there is no item at \"/data\" where one was asked for",
        ),
        (
            one("customers/{id}"),
            "/contact",
            "no item of a page has an id at \"/id\"",
        ),
    ] {
        let error = found(find, item).await.unwrap_err();
        assert_eq!(error.kind(), PortErrorKind::Corrupt);
        assert!(said(&error).contains(expected), "{}", said(&error));
    }
}
