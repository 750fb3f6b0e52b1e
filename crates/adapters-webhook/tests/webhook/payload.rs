//! What is posted.

use pregon_adapters_webhook::{ConfigError, Egress, SigningSecret, Webhook, WebhookConfig};
use pregon_core::{Action as _, Fate, Promise};

use crate::support::{Receiver, order, said, secrets};

#[tokio::test]
async fn who_and_what_is_told() {
    let receiver = Receiver::start().await;
    let body = r#"{ "item": "Pin \"ñ\"", "price": 10.50, "big": 12345678901234567890123 }"#;
    receiver.webhook().perform(&order(body)).await.unwrap();
    let request = receiver.requests().remove(0);
    let expected = format!(
        "{{\"type\":\"pregon.message\",\"data\":{{\"dispatch\":\"{}\",\"campaign\":\"renovacion\",\
         \"journey\":\"aviso-30-dias\",\"step\":\"aviso\",\"purpose\":\"renewal\",\
         \"class\":\"promotional\",\"customer\":\"C-1\",\"body\":{body}}}}}",
        order(body).id
    );
    assert_eq!(String::from_utf8(request.body).unwrap(), expected);
    let header = |name: &str| request.headers[name].as_str();
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("webhook-id"), order(body).id.to_string());
    assert_eq!(header("webhook-timestamp"), "1795176000");
    assert!(!request.headers.contains_key("accept-encoding"));
}

/// Only the time of the attempt and what is signed with it differ.
#[tokio::test]
async fn each_attempt_has_the_same_bytes() {
    let receiver = Receiver::start().await;
    let first = order("{}");
    let mut second = first.clone();
    second.again = true;
    second.now = "2026-11-21T12:00:00Z".parse().unwrap();
    for order in [&first, &second] {
        receiver.webhook().perform(order).await.unwrap();
    }
    let [a, b] = &receiver.requests()[..] else {
        panic!("two requests");
    };
    assert_eq!(a.body, b.body);
    assert_eq!(a.headers["webhook-id"], b.headers["webhook-id"]);
    assert_ne!(
        a.headers["webhook-signature"],
        b.headers["webhook-signature"]
    );
}

/// A customer's id may hold anything printable; it stays one text.
#[tokio::test]
async fn an_id_is_one_text_of_json() {
    let receiver = Receiver::start().await;
    let mut order = order("null");
    order.to = r#"C-1","customer":"C-2\"#.to_owned();
    receiver.webhook().perform(&order).await.unwrap();
    let told = receiver.requests()[0].json();
    assert_eq!(told["data"]["customer"], order.to.as_str());
}

#[tokio::test]
async fn what_is_no_json_is_rejected_and_not_posted() {
    let receiver = Receiver::start().await;
    let deep = "[".repeat(200) + &"]".repeat(200);
    for body in [
        "",
        "  ",
        "{",
        "{}{}",
        "hola",
        "{\"a\":}",
        "[1,]",
        "{\"a\":\"\u{1}\"}",
        &deep,
    ] {
        let error = receiver.webhook().perform(&order(body)).await.unwrap_err();
        assert_eq!(error.fate(), Fate::Rejected, "{body}");
        let expected = "message rejected: webhook: tell: invalid: the step's body is not JSON \
                        once it is rendered";
        assert_eq!(said(&error), expected);
    }
    assert_eq!(receiver.connections(), 0);
}

#[test]
fn what_it_promises_is_what_the_receiver_does() {
    let config = || WebhookConfig::new("https://hooks.example.org/pregon", secrets());
    let blind = Webhook::new(config()).unwrap();
    assert_eq!(blind.promise(), Promise::Blind);
    let week = "7d".parse().unwrap();
    let remembers = Webhook::new(config().remembered_for(week)).unwrap();
    let retention = Some(week);
    assert_eq!(remembers.promise(), Promise::Idempotent { retention });
}

#[test]
fn configurations_that_could_tell_nothing() {
    let url = "https://hooks.example.org/pregon";
    let none = Webhook::new(WebhookConfig::new(url, Vec::new())).unwrap_err();
    assert_eq!(none, ConfigError::NoSecret);
    let typed = |name: &str| Webhook::new(WebhookConfig::new(url, secrets()).with_type(name));
    assert!(typed("a.b-c_d").is_ok());
    for name in ["", "a b", "a\"b", "ñ"] {
        assert_eq!(typed(name).unwrap_err(), ConfigError::Type(name.to_owned()));
    }
    for pem in [
        "",
        "no",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let config = WebhookConfig::new(url, secrets()).with_root_certificate(pem);
        assert_eq!(
            Webhook::new(config).unwrap_err(),
            ConfigError::RootCertificate
        );
    }
    let config = WebhookConfig::new("http://127.0.0.1/", secrets());
    assert!(matches!(
        Webhook::new(config.clone()),
        Err(ConfigError::Target(_))
    ));
    assert!(Webhook::new(config.with_egress(Egress::new().and_loopback())).is_ok());
}

#[test]
fn no_secret_is_printed() {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let config = WebhookConfig::new("https://hooks.example.org/", secrets());
    let all = format!("{config:?} {:?}", Webhook::new(config.clone()).unwrap());
    assert!(!all.contains("MfKQ"), "{all}");
    let error = SigningSecret::parse(&format!("{secret}!")).unwrap_err();
    assert!(!error.to_string().contains("MfKQ") && !format!("{error:?}").contains("MfKQ"));
}
