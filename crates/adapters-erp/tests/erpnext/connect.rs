//! What connecting finds out, and what it says when something is missing.

use std::sync::Arc;

use pregon_adapters_erp::{ErpNext, ErpNextConfig, Plan, Secret, SerialSource};
use pregon_core::{AttributeType, CustomerSource, PortErrorKind, RecordKind, RecordSource, Schema};
use serde_json::json;

use crate::server::{Fault, Server, Site, recorded_site};
use crate::{Shop, clock, config, pin, said};

/// What connecting to a site says, without the adapter's and operation's name.
async fn refused(
    site: Site,
    change: impl FnOnce(ErpNextConfig) -> ErpNextConfig,
) -> (PortErrorKind, String) {
    let server = Server::start(site).await;
    refused_by(&server, change).await
}

async fn refused_by(
    server: &Server,
    change: impl FnOnce(ErpNextConfig) -> ErpNextConfig,
) -> (PortErrorKind, String) {
    let config = change(config(&server.url()));
    let error = ErpNext::connect(config, Arc::new(clock()))
        .await
        .unwrap_err();
    let said = said(&error);
    let said = said
        .strip_prefix(&format!("erpnext: connect: {}: ", error.kind()))
        .unwrap();
    (error.kind(), said.to_owned())
}

#[track_caller]
fn check(found: (PortErrorKind, String), kind: PortErrorKind, message: &str) {
    assert_eq!(found, (kind, message.to_owned()));
}

#[tokio::test]
async fn a_current_site_is_as_needed() {
    let shop = Shop::open(recorded_site()).await;
    assert_eq!(shop.source.zone().name(), "America/Guayaquil");
    assert_eq!(
        (shop.source.version(), shop.source.plan()),
        ("15.99.1", Plan::Joined)
    );
    let types = |schema: &Schema| -> Vec<String> {
        schema
            .iter()
            .map(|(name, r#type)| format!("{name} {}", r#type.name()))
            .collect()
    };
    let schemas = shop.source.schemas().await.unwrap();
    assert_eq!(
        types(&schemas[&pin()]),
        [
            "brand text",
            "expiry_date date",
            "item_code text",
            "item_group text",
            "item_name text",
            "status text",
            "warranty_expiry_date date",
        ]
    );
    let schema = shop.source.schema().await.unwrap();
    assert_eq!(
        types(&schema),
        [
            "customer_group text",
            "customer_type text",
            "gender text",
            "territory text"
        ]
    );
}

#[tokio::test]
async fn fields_of_a_site_have_their_types() {
    let mut site = recorded_site();
    let serial = site.columns.get_mut("Serial No").unwrap();
    serial.insert("custom_until".to_owned(), "Date".to_owned());
    serial.insert("custom_trial".to_owned(), "Check".to_owned());
    let kind = RecordKind::new("contrato").unwrap();
    let source = SerialSource::new()
        .expiring_by("custom_until")
        .with_field("custom_trial");
    let shop = Shop::open_with(site, |config| {
        config
            .with_records(kind.clone(), source)
            .with_customer_field("loyalty_program_tier")
    });
    let shop = shop.await;
    let schemas = shop.source.schemas().await.unwrap();
    let schema = &schemas[&kind];
    assert_eq!(schema.get("custom_until"), Some(&AttributeType::Date));
    assert_eq!(schema.get("expiry_date"), Some(&AttributeType::Date));
    assert_eq!(schema.get("custom_trial"), Some(&AttributeType::Bool));
    assert_eq!(schema.get("warranty_expiry_date"), None);
    assert_eq!(schemas.len(), 1);
    let schema = shop.source.schema().await.unwrap();
    assert_eq!(
        schema.get("loyalty_program_tier"),
        Some(&AttributeType::Text)
    );
}

#[tokio::test]
async fn a_site_of_version_14_is_probed_instead() {
    let mut site = recorded_site();
    (site.v2, site.version) = (false, "14.70.3".to_owned());
    let shop = Shop::open(site).await;
    assert_eq!(shop.source.plan(), Plan::Joined);
    assert_eq!(shop.expiring().await.len(), 44);

    let mut site = recorded_site();
    (site.v2, site.version) = (false, "14.70.3".to_owned());
    let source = SerialSource::new().expiring_by("expiry_date");
    let found = refused(site, |config| config.with_records(pin(), source)).await;
    check(
        found,
        PortErrorKind::Invalid,
        "Serial No has no field \"expiry_date\"",
    );
}

#[tokio::test]
async fn fields_that_do_not_exist_are_named() {
    let by = |field: &str| SerialSource::new().expiring_by(field);
    for (source, message) in [
        (by("expiry_date"), "Serial No has no field \"expiry_date\""),
        (
            by("status"),
            "the field \"status\" of Serial No is a Select, and must be a Date",
        ),
        (
            by("customer.modified"),
            "\"customer.modified\" is not the name of a field",
        ),
        (
            SerialSource::new().with_field("colour"),
            "Serial No has no field \"colour\"",
        ),
    ] {
        let found = refused(recorded_site(), |config| config.with_records(pin(), source)).await;
        check(found, PortErrorKind::Invalid, message);
    }
    let found = refused(recorded_site(), |config| {
        config.with_customer_field("birthday")
    })
    .await;
    check(
        found,
        PortErrorKind::Invalid,
        "Customer has no field \"birthday\"",
    );
}

#[tokio::test]
async fn a_wrong_key_and_a_missing_role() {
    let mut site = recorded_site();
    site.token = "another:one".to_owned();
    let key = "the site does not accept the API key and its secret, or the user is disabled";
    check(
        refused(site, |config| config).await,
        PortErrorKind::Unauthorized,
        key,
    );

    for doctype in ["Serial No", "Customer", "Contact", "Item"] {
        let mut site = recorded_site();
        site.forbidden.insert(doctype.to_owned());
        let (kind, message) = refused(site, |config| config).await;
        assert_eq!(kind, PortErrorKind::Unauthorized);
        let rest = ", or a field joined to it: its role needs Read there";
        assert_eq!(message, format!("the user may not read {doctype}{rest}"));
    }

    let server = Server::start(recorded_site()).await;
    server.next(Fault::Recorded("74_err_403_no_credentials"));
    let guest = "the site took us for a guest: it did not see the API key";
    check(
        refused_by(&server, |config| config).await,
        PortErrorKind::Unauthorized,
        guest,
    );
}

#[tokio::test]
async fn what_would_be_missing_in_silence_is_an_error() {
    for doctype in ["Serial No", "Customer", "Contact"] {
        let mut site = recorded_site();
        site.silent.insert(doctype.to_owned());
        let message = format!(
            "no {doctype} can be seen: the user's role needs Read on it for all, and the user no \
             User Permission"
        );
        check(
            refused(site, |config| config).await,
            PortErrorKind::Unauthorized,
            &message,
        );
    }
    let mut site = recorded_site();
    site.hidden
        .extend(["Andrea Mendoza Cevallos", "Xavier Chávez Quishpe"].map(str::to_owned));
    let message = "2 customers of serial numbers are hidden from the user by a User Permission";
    check(
        refused(site, |config| config).await,
        PortErrorKind::Unauthorized,
        message,
    );

    for (field, doctype) in [("unsubscribed", "Contact"), ("language", "Customer")] {
        let mut site = recorded_site();
        site.left_out.insert(field.to_owned());
        let (kind, message) = refused(site, |config| config).await;
        assert_eq!(kind, PortErrorKind::Invalid);
        let rest = "the user's role may not read its level";
        let expected = format!("the answer leaves out the field {field:?} of {doctype}: {rest}");
        assert_eq!(message, expected);
    }
}

#[tokio::test]
async fn what_is_not_the_right_site() {
    let page = "a web page answered, not ERPNext: there is no such site, or a proxy stands between";
    let mut site = recorded_site();
    site.host = Some("erp.example".to_owned());
    check(
        refused(site, |config| config).await,
        PortErrorKind::Invalid,
        page,
    );

    let server = Server::start(recorded_site()).await;
    let body = "<!doctype html><title>Entrar</title>".to_owned();
    server.next(Fault::Says {
        status: 200,
        kind: "text/html",
        body,
    });
    check(
        refused_by(&server, |config| config).await,
        PortErrorKind::Invalid,
        page,
    );

    server.next(Fault::Says {
        status: 301,
        kind: "text/html",
        body: String::new(),
    });
    let redirected = "the site answered with a redirection; use the address that it leads to";
    check(
        refused_by(&server, |config| config).await,
        PortErrorKind::Invalid,
        redirected,
    );
}

#[tokio::test]
async fn what_is_not_the_right_erpnext() {
    let server = Server::start(recorded_site()).await;
    let says = |body: serde_json::Value| Fault::Says {
        status: 200,
        kind: "application/json",
        body: body.to_string(),
    };
    server.next(says(json!({"message": "ana"})));
    server.next(says(json!({"message": {"frappe": {"version": "15.1.0"}}})));
    let (kind, message) = refused_by(&server, |config| config).await;
    assert_eq!(kind, PortErrorKind::Unsupported);
    assert_eq!(message, "it is a Frappe site without ERPNext");

    let mut site = recorded_site();
    site.version = "13.55.2".to_owned();
    let old = "ERPNext 13.55.2 is too old; version 14 is the first with joined fields";
    check(
        refused(site, |config| config).await,
        PortErrorKind::Unsupported,
        old,
    );

    let mut site = recorded_site();
    site.zone = "Luna/Mar".to_owned();
    let zone = "frappe.client.get_time_zone: the answer names no time zone";
    check(
        refused(site, |config| config).await,
        PortErrorKind::Corrupt,
        zone,
    );
}

#[tokio::test]
async fn what_is_wrong_before_any_call() {
    let plain = "plain http would show key and secret to everybody between; use https";
    let address = "is not the address of a site; write it as https://erp.example.org";
    for (url, message) in [
        ("http://erp.example.org", plain.to_owned()),
        ("erp.example.org", format!("\"erp.example.org\" {address}")),
        (
            "ftp://erp.example.org",
            format!("\"ftp://erp.example.org\" {address}"),
        ),
        (
            "https://erp.example.org/?a=b",
            format!("\"https://erp.example.org/?a=b\" {address}"),
        ),
        (
            "https://key:secret@erp.example.org",
            "key and secret have characters that an API key never has".to_owned(),
        ),
    ] {
        let error = ErpNext::connect(config(url), Arc::new(clock()))
            .await
            .unwrap_err();
        assert_eq!(
            said(&error),
            format!("erpnext: connect: invalid: {message}")
        );
    }
    for (key, secret) in [
        ("", "secret"),
        ("key", "se cret"),
        ("key", "a\r\nHost: b"),
        ("a:b", "c"),
    ] {
        let (key, secret) = (Secret::new(key), Secret::new(secret));
        let config = ErpNextConfig::new("https://erp.example.org", key, secret);
        let error = ErpNext::connect(config, Arc::new(clock()))
            .await
            .unwrap_err();
        assert!(said(&error).ends_with("characters that an API key never has"));
    }
    let config = config("https://erp.example.org").with_root_certificate("no certificate");
    let error = ErpNext::connect(config, Arc::new(clock()))
        .await
        .unwrap_err();
    assert!(said(&error).ends_with("the root certificate is not PEM"));
}

#[tokio::test]
async fn secrets_and_people_are_not_printed() {
    let server = Server::start(recorded_site()).await;
    let (key, secret) = (Secret::new("key"), Secret::new("secret"));
    let config = ErpNextConfig::new(server.url(), key, secret);
    assert!(!format!("{config:?}").contains("secret\""), "{config:?}");
    let source = ErpNext::connect(config, Arc::new(clock())).await.unwrap();
    let printed = format!("{source:?}");
    assert!(!printed.contains("key:secret"), "{printed}");
}

#[tokio::test]
async fn a_site_without_tls_is_not_spoken_to_over_it() {
    let server = Server::start(recorded_site()).await;
    let url = server.url().replace("http:", "https:");
    let error = ErpNext::connect(config(&url), Arc::new(clock()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), PortErrorKind::Unavailable);
    assert!(said(&error).contains("the site cannot be reached"));
    assert_eq!(server.calls(), []);
}
