//! What is sent, and what each answer means. What lies below, the faults of the connection, is
//! the same as of SendGrid and tested there.

use std::time::Duration;

use pregon_adapters_email::{
    ApiConfigError, ApiKey, Mailgun, MailgunConfig, Region, Sender, UnsubscribeUrl,
};
use pregon_core::{
    Channel, Class, Email, Fate, Outbound, PortErrorKind, Promise, Purpose, SendError,
};
use proptest::prelude::*;

use super::double::{DOMAIN, Double, Form, KEY, fault};
use super::{config, mailgun};
use crate::support::web::{Act, answer};
use crate::support::{everything, outbound, outbound_to, sender, told};

async fn sent(config: MailgunConfig, double: &Double, out: &Outbound<Email>) -> Form {
    let sent = Mailgun::new(config).unwrap().send(out).await;
    assert!(sent.is_ok(), "{sent:?} {:?}", double.refused());
    let mut mails = [double.mails(), double.tested()].concat();
    mails.pop().unwrap()
}

#[tokio::test]
async fn a_whole_request_is_pinned() {
    let double = Double::start().await;
    let url = UnsubscribeUrl::parse("https://m.example/u/{token}").unwrap();
    let sender = sender().with_unsubscribe_url(url);
    let sender = sender
        .with_reply_to("\"Spa \\\"Sol\\\", Ñuñoa\" <hola@example.org>")
        .unwrap();
    let config = MailgunConfig::new(ApiKey::new(KEY), sender).with_domain(DOMAIN);
    let config = config.with_url(double.web.url());
    let mailgun = Mailgun::new(config.with_tags()).unwrap();
    let mut out = outbound(1);
    out.again = true;
    let receipt = mailgun.send(&out).await.unwrap();
    assert_eq!(
        receipt.reference.as_deref(),
        Some("20261120.1@mg.example.org")
    );
    let name = out.name().to_string();
    let expected = [
        ("from", "\"Renovaciones\" <avisos@example.org>"),
        ("to", "ana@example.org"),
        ("subject", "Su plan vence mañana"),
        ("text", "Renueve hoy.\n.\n..y mañana\n"),
        ("html", "<p>Renueve hoy.</p>"),
        (
            "h:Reply-To",
            "\"Spa \\\"Sol\\\", Ñuñoa\" <hola@example.org>",
        ),
        ("h:Auto-Submitted", "auto-generated"),
        (
            "h:List-Unsubscribe",
            "<https://m.example/u/v1.k.Zm9v>, <mailto:baja@example.org?subject=v1.k.Zm9v>",
        ),
        ("h:List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("h:X-Pregon-Attempt", "again"),
        ("o:tracking", "no"),
        ("o:tracking-clicks", "no"),
        ("o:tracking-opens", "no"),
        ("o:tag", "renewal"),
        ("v:pregon_id", &name),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(double.mails(), [Form(expected.to_vec())]);
}

#[tokio::test]
async fn test_mode_watching_and_tags_are_chosen() {
    let double = Double::start().await;
    let mut out = outbound(1);
    let form = sent(config(&double).in_test_mode(), &double, &out).await;
    assert_eq!((double.mails().len(), double.tested().len()), (0, 1));
    assert_eq!(form.one("o:tag"), None);
    for (class, yes) in [(Class::Promotional, "yes"), (Class::Transactional, "no")] {
        out.class = class;
        let form = sent(
            config(&double).in_test_mode().with_tracking(),
            &double,
            &out,
        )
        .await;
        assert_eq!(form.one("o:tracking-opens"), Some(yes));
        assert_eq!(form.one("h:List-Unsubscribe").is_some(), yes == "yes");
    }
    out.purpose = Purpose::new("cumpleaños").unwrap();
    let form = sent(config(&double).in_test_mode().with_tags(), &double, &out).await;
    assert_eq!(form.one("o:tag"), None, "it takes only ASCII");
}

#[tokio::test]
async fn a19_every_status() {
    let double = Double::start().await;
    let mailgun = mailgun(&double);
    for status in 200..=599 {
        let body = if matches!(status, 204 | 304) {
            ""
        } else {
            "<html>"
        };
        double.web.next(Act::Say(answer(
            &format!("{status} Text"),
            &[("retry-after", "9")],
            body,
        )));
        let sent = mailgun.send(&outbound(1)).await;
        let expected = match status {
            200..=299 => None,
            408 | 425 | 429 => Some(Fate::NotSent),
            400 | 413 | 415 | 422 => Some(Fate::Rejected),
            300..=499 => Some(Fate::ChannelDown),
            _ => Some(Fate::Unknown),
        };
        assert_eq!(
            sent.as_ref().err().map(SendError::fate),
            expected,
            "{status}"
        );
        if status == 429 {
            let retry_after = Some(Duration::from_secs(9));
            let kind = sent.as_ref().unwrap_err().port().kind();
            assert_eq!(kind, PortErrorKind::RateLimited { retry_after });
        }
        if let Ok(receipt) = sent {
            assert_eq!(
                receipt.reference, None,
                "taken, under a name that is not known"
            );
        }
    }
    assert_eq!(double.web.asked(), 400);
}

#[tokio::test]
async fn a_lost_answer_is_doubt() {
    let double = Double::start().await;
    for act in [
        Act::CutAfter(7),
        Act::SayAndCut(b"HTTP/1.1 200 O".to_vec(), 99),
    ] {
        double.web.next(act);
        let error = mailgun(&double).send(&outbound(1)).await.unwrap_err();
        assert_eq!(error.fate(), Fate::Unknown);
        assert_eq!(error.port().adapter(), "mailgun");
    }
    let whole = answer("200 OK", &[], r#"{"id":"<a@mg.example.org>"}"#);
    double
        .web
        .next(Act::SayAndCut(whole[..whole.len() - 1].to_vec(), 99));
    let receipt = mailgun(&double).send(&outbound(1)).await.unwrap();
    assert_eq!(receipt.reference, None);
}

#[tokio::test]
async fn a_wrong_key_stops_the_channel_and_is_never_shown() {
    let double = Double::start().await;
    let config = MailgunConfig::new(ApiKey::new("canary"), sender()).with_domain(DOMAIN);
    let config = config.with_url(double.web.url());
    let mut shown = format!("{config:?}");
    let mailgun = Mailgun::new(config).unwrap();
    let error = mailgun.send(&outbound(1)).await.unwrap_err();
    shown.push_str(&format!("{mailgun:?}{}", everything(&error)));
    let cause = "status 401".to_owned();
    assert_eq!(
        told(&error),
        (Fate::ChannelDown, PortErrorKind::Unauthorized, cause)
    );
    let encoded = data_encoding::BASE64.encode(b"api:canary");
    for canary in ["canary", &encoded, "ana@", "Renueve", "vence"] {
        assert!(!shown.contains(canary), "{shown}");
    }
}

#[tokio::test]
async fn what_would_be_refused_is_not_sent() {
    let double = Double::start().await;
    let change = |change: fn(&mut Outbound<Email>)| {
        let mut out = outbound(1);
        change(&mut out);
        out
    };
    for out in [
        change(|out| out.message.subject = "\r\n".to_owned()),
        change(|out| (out.message.text, out.message.html) = (Some(String::new()), None)),
        change(|out| out.message.html = Some("x".repeat(25_000_000))),
        change(|out| out.unsubscribe = Some("t".repeat(900))),
    ] {
        let error = mailgun(&double).send(&out).await.unwrap_err();
        assert_eq!(error.fate(), Fate::Rejected);
    }
    assert_eq!(double.web.asked(), 0, "Mailgun was not even asked");
}

#[tokio::test]
async fn what_a_lost_answer_means_is_configured() {
    let double = Double::start().await;
    assert_eq!(mailgun(&double).promise(), Promise::Blind);
    let told = Mailgun::new(config(&double).with_webhook()).unwrap();
    assert_eq!(told.promise(), Promise::Webhook);
}

#[test]
fn configurations_that_cannot_be() {
    let new = |key: &str, domain: &str| {
        MailgunConfig::new(ApiKey::new(key), sender()).with_domain(domain)
    };
    for domain in [
        "",
        "example",
        "a..b",
        "a/b.c",
        "mg.example.org/../x",
        "ñ.example",
        "a.b?c",
    ] {
        let error = Mailgun::new(new(KEY, domain)).unwrap_err();
        assert_eq!(error, ApiConfigError::Domain, "{domain}");
    }
    assert_eq!(
        Mailgun::new(new("", DOMAIN)).unwrap_err(),
        ApiConfigError::Key
    );
    let plain = new(KEY, DOMAIN).with_url("http://api.mailgun.net");
    assert_eq!(Mailgun::new(plain).unwrap_err(), ApiConfigError::PlainHttp);
    let eu = Mailgun::new(new(KEY, DOMAIN).with_region(Region::Eu)).unwrap();
    assert!(format!("{eu:?}").contains("\"api.eu.mailgun.net\""));
}

#[test]
fn the_double_refuses() {
    let whole = [
        ("from", "a@b.co"),
        ("to", "c@d.co"),
        ("subject", "s"),
        ("text", "t"),
    ];
    let form = |fields: &[(&str, &str)]| {
        Form(
            fields
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                .collect(),
        )
    };
    assert_eq!(fault(&form(&whole)), None);
    for n in 0..whole.len() {
        let mut less = whole.to_vec();
        less.remove(n);
        assert!(fault(&form(&less)).is_some(), "without {}", whole[n].0);
    }
    for (name, value) in [
        ("form", "x"),
        ("o:track", "no"),
        ("o:tracking", "maybe"),
        ("h:X", "a\r\nb"),
        ("to", "x"),
        ("from", "a@b.co"),
        ("o:tag", "ñ"),
        ("h:", "x"),
        ("subject", "again"),
    ] {
        let more = [&whole[..], &[(name, value)]].concat();
        assert!(fault(&form(&more)).is_some(), "with {name}");
    }
    for from in [
        "Spa, Sol <a@b.co>",
        "\"a\"b\" <a@b.co>",
        "a b@c.co",
        "\"a\" a@b.co",
    ] {
        let mut other = whole;
        other[0].1 = from;
        assert!(fault(&form(&other)).is_some(), "{from}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn b9_whatever_people_write_is_a_form_by_the_rules(
        subject in "\\PC{0,40}",
        name in "[^\"\\\\<>]{0,40}",
        token in ".{0,40}",
        text in proptest::option::of(".{0,60}"),
        html in proptest::option::of("[&=+%\r\n\u{0}-ÿ]{0,60}"),
        to in "[a-z.+-]{1,8}@[a-z]{2,6}\\.co",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let double = Double::start().await;
            let url = UnsubscribeUrl::parse("https://m.example/u/{token}").unwrap();
            let sender = Sender::parse(&format!("\"{name}\" <avisos@example.org>")).unwrap();
            let sender = sender.with_unsubscribe_url(url);
            let config = MailgunConfig::new(ApiKey::new(KEY), sender).with_domain(DOMAIN);
            let mailgun = Mailgun::new(config.with_url(double.web.url())).unwrap();
            prop_assume!(<pregon_core::EmailAddress as pregon_core::Address>::parse(&to).is_ok());
            let mut out = outbound_to(&to, 1);
            (out.message.subject, out.message.text, out.message.html) = (subject, text, html);
            out.unsubscribe = Some(token);
            let sent = mailgun.send(&out).await;
            prop_assert_eq!(double.refused(), Vec::<&str>::new());
            prop_assert_eq!(double.web.asked(), usize::from(sent.is_ok()));
            if let Some(form) = double.mails().pop() {
                prop_assert_eq!(form.one("to"), Some(&to[..]));
            }
            Ok::<(), TestCaseError>(())
        })?;
    }
}
