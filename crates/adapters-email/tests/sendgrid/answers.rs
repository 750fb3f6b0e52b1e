//! What each answer means for the message.

use std::time::Duration;

use pregon_core::{Channel, Fate, PortErrorKind, SendError};

use super::double::Double;
use super::sendgrid;
use crate::support::web::{Act, answer};
use crate::support::{everything, outbound, told};

/// The table of the protocol, written from the facts; `None` is accepted.
fn expected(status: u16) -> Option<Fate> {
    Some(match status {
        200..=299 => return None,
        408 | 425 | 429 => Fate::NotSent,
        400 | 413 | 415 | 422 => Fate::Rejected,
        300..=499 => Fate::ChannelDown,
        _ => Fate::Unknown,
    })
}

#[tokio::test]
async fn a19_every_status() {
    let double = Double::forgetful().await;
    let sendgrid = sendgrid(&double.web);
    for status in 200..=599 {
        // Neither has a body, whatever it says of one.
        let body = if matches!(status, 204 | 304) {
            ""
        } else {
            "<html>"
        };
        let said = answer(&format!("{status} Text"), &[("x-message-id", "m")], body);
        double.web.next(Act::Say(said));
        let sent = sendgrid.send(&outbound(1)).await;
        let fate = sent.as_ref().err().map(SendError::fate);
        assert_eq!(fate, expected(status), "{status}");
        if let Ok(receipt) = sent {
            assert_eq!(receipt.reference.as_deref(), Some("m"));
        }
    }
    assert_eq!(double.web.asked(), 400, "each message is sent once");
    assert_eq!(double.web.connections(), 1, "and over one connection");
}

#[tokio::test]
async fn a18_too_many_requests_wait_as_long_as_asked() {
    let double = Double::start().await;
    let sendgrid = sendgrid(&double.web);
    let secs = |secs| Some(Duration::from_secs(secs));
    for (headers, retry_after) in [
        (vec![], None),
        (vec![("X-RateLimit-Reset", "1795154430")], secs(30)),
        (vec![("X-RateLimit-Reset", "1795154399")], secs(1)),
        (vec![("X-RateLimit-Reset", "99999999999")], secs(3600)),
        (vec![("X-RateLimit-Reset", "-1")], None),
        (vec![("Retry-After", "7")], secs(7)),
        (vec![("Retry-After", "1000000000")], secs(3600)),
        (
            vec![("Retry-After", "Fri, 20 Nov 2026 06:01:00 GMT")],
            secs(60),
        ),
        (vec![("Retry-After", "never")], None),
    ] {
        let body = r#"{"errors":[{"field":null,"message":"too many requests"}]}"#;
        double
            .web
            .next(Act::Say(answer("429 Too Many Requests", &headers, body)));
        // It is 06:00:00, as `outbound` says.
        let error = sendgrid.send(&outbound(1)).await.unwrap_err();
        let kind = PortErrorKind::RateLimited { retry_after };
        assert_eq!(
            (error.fate(), error.port().kind()),
            (Fate::NotSent, kind),
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn a_refusal_names_the_field_and_nobody() {
    let double = Double::start().await;
    let sendgrid = sendgrid(&double.web);
    let body = r#"{"errors":[{"message":"ana@example.org is no address",
        "field":"personalizations.0.to.0.email"}]}"#;
    double
        .web
        .next(Act::Say(answer("400 Bad Request", &[], body)));
    let error = sendgrid.send(&outbound(1)).await.unwrap_err();
    let cause = "status 400 about personalizations.0.to.0.email".to_owned();
    assert_eq!(
        told(&error),
        (Fate::Rejected, PortErrorKind::Invalid, cause)
    );
    assert!(!everything(&error).contains("ana@"));
}

#[tokio::test]
async fn a_message_that_is_too_large_is_rejected() {
    let double = Double::start().await;
    let said = r#"{"errors":[{"message":"content too large"}]}"#;
    double
        .web
        .next(Act::Say(answer("413 Payload Too Large", &[], said)));
    let error = sendgrid(&double.web).send(&outbound(1)).await.unwrap_err();
    assert_eq!(error.fate(), Fate::Rejected);
}

#[tokio::test]
async fn a_reference_that_is_none_is_left_out() {
    let double = Double::start().await;
    let sendgrid = sendgrid(&double.web);
    for name in ["", "  ", "a b", &"x".repeat(101), "ñ"] {
        let said = answer("202 Accepted", &[("X-Message-Id", name)], "");
        double.web.next(Act::Say(said));
        let receipt = sendgrid.send(&outbound(1)).await.unwrap();
        assert_eq!(receipt.reference, None, "{name}");
    }
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
    let (double, other) = (Double::start().await, Double::start().await);
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let to = format!("{}/v3/mail/send", other.web.url());
        double
            .web
            .next(Act::Say(answer(status, &[("location", &to)], "")));
        let error = sendgrid(&double.web).send(&outbound(1)).await.unwrap_err();
        assert_eq!(error.fate(), Fate::ChannelDown, "{status}");
    }
    assert_eq!((double.web.asked(), other.web.asked()), (4, 0));
}
