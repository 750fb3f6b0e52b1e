//! What is sent, and what is refused before it is.

use pregon_adapters_email::{
    ApiConfigError, ApiKey, Region, SendGrid, SendGridConfig, Sender, Tracking, UnsubscribeUrl,
};
use pregon_core::{
    Address as _, Channel, Class, Email, EmailAddress, Fate, Outbound, PortErrorKind, Promise,
    Purpose,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::double::{Double, KEY};
use super::{config, sendgrid};
use crate::support::{everything, outbound, outbound_to, sender, told};

async fn sent(config: SendGridConfig, double: &Double, out: &Outbound<Email>) -> Value {
    let sendgrid = SendGrid::new(config).unwrap();
    let sent = sendgrid.send(out).await;
    assert!(sent.is_ok(), "{:?} {:?}", sent, double.refused());
    let mut mails = [double.mails(), double.checked()].concat();
    mails.pop().unwrap()
}

#[tokio::test]
async fn a_whole_request_is_pinned() {
    let double = Double::start().await;
    let url = UnsubscribeUrl::parse("https://m.example/u/{token}").unwrap();
    let sender = sender().with_unsubscribe_url(url);
    let config = SendGridConfig::new(ApiKey::new(KEY), sender).with_url(double.web.url());
    let receipt = SendGrid::new(config).unwrap().send(&outbound(1)).await;
    assert_eq!(receipt.unwrap().reference.as_deref(), Some("message-1"));
    let off = json!({ "enable": false });
    let expected = json!({
        "personalizations": [{
            "to": [{ "email": "ana@example.org" }],
            "subject": "Su plan vence mañana",
            "headers": {
                "Auto-Submitted": "auto-generated",
                "List-Unsubscribe":
                    "<https://m.example/u/v1.k.Zm9v>, <mailto:baja@example.org?subject=v1.k.Zm9v>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
            "custom_args": { "pregon_id": outbound(1).name().to_string() },
        }],
        "from": { "email": "avisos@example.org", "name": "Renovaciones" },
        "content": [
            { "type": "text/plain", "value": "Renueve hoy.\n.\n..y mañana\n" },
            { "type": "text/html", "value": "<p>Renueve hoy.</p>" },
        ],
        "tracking_settings": {
            "click_tracking": { "enable": false, "enable_text": false },
            "open_tracking": off,
            "subscription_tracking": off,
            "ganalytics": off,
        },
    });
    assert_eq!(double.mails(), [expected]);
}

#[tokio::test]
async fn c26_one_person_a_request_and_nobody_beside() {
    let double = Double::start().await;
    let sendgrid = sendgrid(&double.web);
    for n in 1..=9 {
        sendgrid
            .send(&outbound_to(&format!("p{n}@example.org"), n))
            .await
            .unwrap();
    }
    for (n, mail) in (1..).zip(double.mails()) {
        let people = mail["personalizations"].as_array().unwrap();
        assert_eq!(people.len(), 1);
        assert_eq!(
            people[0]["to"],
            json!([{ "email": format!("p{n}@example.org") }])
        );
        for field in ["cc", "bcc"] {
            assert!(people[0].get(field).is_none(), "{field}");
        }
    }
}

#[tokio::test]
async fn what_may_be_a_second_copy_says_so() {
    let double = Double::start().await;
    let mut out = outbound(1);
    let mail = sent(config(&double.web), &double, &out).await;
    let attempt = "/personalizations/0/headers/X-Pregon-Attempt";
    assert_eq!(mail.pointer(attempt), None);
    out.again = true;
    let mail = sent(config(&double.web), &double, &out).await;
    assert_eq!(mail.pointer(attempt), Some(&json!("again")));
}

#[tokio::test]
async fn only_promotional_mails_are_unsubscribed_from_or_watched() {
    let double = Double::start().await;
    let watched = || config(&double.web).with_tracking(Tracking::Promotional);
    let mut out = outbound(1);
    for (class, yes) in [(Class::Promotional, true), (Class::Transactional, false)] {
        out.class = class;
        let mail = sent(watched(), &double, &out).await;
        for kind in ["click_tracking", "open_tracking"] {
            assert_eq!(mail["tracking_settings"][kind]["enable"], yes, "{kind}");
        }
        let headers = &mail["personalizations"][0]["headers"];
        assert_eq!(headers["List-Unsubscribe"].is_string(), yes);
        assert_eq!(
            headers.get("List-Unsubscribe-Post"),
            None,
            "no URL is served"
        );
    }
}

#[tokio::test]
async fn a_category_is_a_purpose_and_never_a_person() {
    let double = Double::start().await;
    let mut out = outbound(1);
    let mail = sent(config(&double.web), &double, &out).await;
    assert_eq!(mail.get("categories"), None);
    let with = || config(&double.web).with_categories();
    let mail = sent(with(), &double, &out).await;
    assert_eq!(mail["categories"], json!(["renewal"]));
    out.purpose = Purpose::new("cumpleaños").unwrap();
    let mail = sent(with(), &double, &out).await;
    assert_eq!(mail.get("categories"), None, "it takes only ASCII");
}

#[tokio::test]
async fn in_the_sandbox_all_is_checked_and_nothing_sent() {
    let double = Double::start().await;
    let sendgrid = SendGrid::new(config(&double.web).in_sandbox()).unwrap();
    let receipt = sendgrid.send(&outbound(1)).await.unwrap();
    assert_eq!(receipt.reference, None);
    assert_eq!((double.mails().len(), double.checked().len()), (0, 1));
}

#[tokio::test]
async fn names_are_cleaned() {
    let double = Double::start().await;
    for (name, shown) in [
        ("\"Spa Sol, Ñuñoa; Chile\"", json!("Spa Sol Ñuñoa Chile")),
        ("\";,\"", Value::Null),
    ] {
        let sender = Sender::parse(&format!("{name} <avisos@example.org>")).unwrap();
        let sender = sender
            .with_reply_to(&format!("{name} <hola@example.org>"))
            .unwrap();
        let config = SendGridConfig::new(ApiKey::new(KEY), sender).with_url(double.web.url());
        let mail = sent(config, &double, &outbound(1)).await;
        assert_eq!(mail["from"]["name"], shown);
        assert_eq!(mail["reply_to"]["name"], shown);
        assert_eq!(mail["reply_to"]["email"], "hola@example.org");
    }
}

#[tokio::test]
async fn an_international_domain_is_written_in_ascii() {
    let double = Double::start().await;
    let out = outbound_to("ana@añil.example", 1);
    let mail = sent(config(&double.web), &double, &out).await;
    let to = mail.pointer("/personalizations/0/to/0/email");
    assert_eq!(to, Some(&json!("ana@xn--ail-7ma.example")));
}

#[tokio::test]
async fn what_would_be_refused_is_not_sent() {
    let double = Double::start().await;
    let sendgrid = sendgrid(&double.web);
    let change = |change: fn(&mut Outbound<Email>)| {
        let mut out = outbound(1);
        change(&mut out);
        out
    };
    let rows: [(Outbound<Email>, &str); 6] = [
        (
            change(|out| out.message.subject = "\r\n".to_owned()),
            "the subject is empty",
        ),
        (
            change(|out| (out.message.text, out.message.html) = (None, Some("\0".to_owned()))),
            "there is neither text nor HTML",
        ),
        (
            change(|out| (out.message.text, out.message.html) = (None, None)),
            "there is neither text nor HTML",
        ),
        (
            change(|out| out.message.html = Some("x".repeat(30_000_000))),
            "the message has 30000",
        ),
        (
            change(|out| out.unsubscribe = Some("t".repeat(900))),
            "an unsubscribe token that is too long for a header line",
        ),
        (
            change(|out| out.message.to = EmailAddress::parse("ñandú@example.org").unwrap()),
            "an address that the provider does not take",
        ),
    ];
    for (out, why) in rows {
        let error = sendgrid.send(&out).await.unwrap_err();
        let said = everything(&error);
        assert_eq!(error.fate(), Fate::Rejected, "{said}");
        assert_eq!(error.port().kind(), PortErrorKind::Invalid);
        assert!(said.contains(why), "{said}");
    }
    assert_eq!(double.web.asked(), 0, "SendGrid was not even asked");
}

#[tokio::test]
async fn a_wrong_key_stops_the_channel_and_is_never_shown() {
    let double = Double::start().await;
    let key = "SG.canary-of-a-key";
    let config = SendGridConfig::new(ApiKey::new(key), sender()).with_url(double.web.url());
    let mut shown = format!("{config:?}");
    let sendgrid = SendGrid::new(config).unwrap();
    shown.push_str(&format!("{sendgrid:?}"));
    let error = sendgrid.send(&outbound(1)).await.unwrap_err();
    shown.push_str(&everything(&error));
    let cause = "status 401".to_owned();
    assert_eq!(
        told(&error),
        (Fate::ChannelDown, PortErrorKind::Unauthorized, cause)
    );
    for canary in ["canary", "ana@", "Renueve", "vence"] {
        assert!(!shown.contains(canary), "{shown}");
    }
}

#[tokio::test]
async fn what_a_lost_answer_means_is_configured() {
    let double = Double::start().await;
    assert_eq!(sendgrid(&double.web).promise(), Promise::Blind);
    let told = SendGrid::new(config(&double.web).with_webhook()).unwrap();
    assert_eq!(told.promise(), Promise::Webhook);
}

#[test]
fn configurations_that_cannot_be() {
    let new = |key: &str| SendGridConfig::new(ApiKey::new(key), sender());
    for key in ["", "SG.a b", "SG.a\r\nX-B: c", "SG.ñ"] {
        assert_eq!(
            SendGrid::new(new(key)).unwrap_err(),
            ApiConfigError::Key,
            "{key}"
        );
    }
    for url in [
        "",
        "api.sendgrid.com",
        "ftp://a.example",
        "https://u:p@a.example",
        "https://a.example?x=1",
        "https://",
        "file:///x",
    ] {
        let error = SendGrid::new(new(KEY).with_url(url)).unwrap_err();
        assert_eq!(error, ApiConfigError::Url, "{url}");
    }
    for url in [
        "http://api.sendgrid.com",
        "http://localhost",
        "http://0.0.0.0:1",
    ] {
        let error = SendGrid::new(new(KEY).with_url(url)).unwrap_err();
        assert_eq!(error, ApiConfigError::PlainHttp, "{url}");
    }
    let error = SendGrid::new(new(KEY).with_authorities("nonsense")).unwrap_err();
    assert_eq!(error, ApiConfigError::Certificates);
    let eu = SendGrid::new(new(KEY).with_region(Region::Eu)).unwrap();
    assert_eq!(
        format!("{eu:?}"),
        "SendGrid { server: \"api.eu.sendgrid.com\", .. }"
    );
}

/// Texts as an enemy of headers, of JSON and of limits would write them.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => any::<char>().prop_map(String::from),
        2 => "[a-zA-Z0-9 .,<>\"@:;=?_-]{1,20}",
        1 => Just("x".repeat(1100)),
        2 => prop::sample::select(vec![
            "\r\n", "\0", "\u{2028}", "\u{85}", "\u{202e}", "\\", "\"", "\r\nBcc: x@y.zz\r\n",
            "}", "]}", "\\u0000", "{{{x}}}", "-nombre-", "<% %>", "[Unsubscribe]", ",", ";",
        ]).prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn b9_whatever_people_write_is_a_request_by_the_rules(
        subject in hostile(),
        name in hostile(),
        token in hostile(),
        text in proptest::option::of(hostile()),
        html in proptest::option::of(hostile()),
        again in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let double = Double::start().await;
            let name: String = name.chars().filter(|c| !"\"\\<>".contains(*c)).take(90).collect();
            let url = UnsubscribeUrl::parse("https://m.example/u/{token}").unwrap();
            let sender = Sender::parse(&format!("\"{name}\" <avisos@example.org>")).unwrap();
            let sender = sender.with_unsubscribe_url(url);
            let config = SendGridConfig::new(ApiKey::new(KEY), sender).with_url(double.web.url());
            let sendgrid = SendGrid::new(config.with_categories()).unwrap();
            let mut out = outbound(1);
            (out.message.subject, out.message.text, out.message.html) = (subject, text, html);
            (out.unsubscribe, out.again) = (Some(token), again);
            let sent = sendgrid.send(&out).await;
            prop_assert!(double.refused().is_empty(), "{:?}", double.refused());
            prop_assert_eq!(double.web.asked(), usize::from(sent.is_ok()));
            let fate = sent.err().map(|error| error.fate());
            prop_assert!(matches!(fate, None | Some(Fate::Rejected)));
            Ok::<(), TestCaseError>(())
        })?;
    }
}
