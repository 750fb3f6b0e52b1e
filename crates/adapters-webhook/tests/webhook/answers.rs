//! The table of answers (facts §3.10), row by row.

use std::time::Duration;

use pregon_adapters_webhook::{Egress, Webhook, WebhookConfig};
use pregon_core::{Action as _, Fate, PortErrorKind};

use crate::support::{Act, Receiver, order, said, secrets};

const ALL_WELL: Option<Fate> = None;

async fn check(act: Act, expected: Option<Fate>) {
    let receiver = Receiver::start().await;
    receiver.next(act.clone());
    let answer = receiver.webhook().perform(&order("{}")).await;
    let fate = answer.err().map(|error| error.fate());
    assert_eq!(fate, expected, "{act:?}");
}

#[tokio::test]
async fn a19_every_status() {
    for status in 200..600 {
        let expected = match status {
            200..=299 => ALL_WELL,
            408 | 425 | 429 => Some(Fate::NotSent),
            400 | 413 | 422 => Some(Fate::Rejected),
            300..=499 => Some(Fate::ChannelDown),
            _ => Some(Fate::Unknown),
        };
        // 204 and 304 have no body; what follows them is thrown away.
        check(Act::status(status, ""), expected).await;
    }
    check(Act::status(999, ""), Some(Fate::Unknown)).await;
}

#[tokio::test]
async fn a18_a_wait_in_all_its_forms() {
    for (header, seconds) in [
        ("Retry-After: 30\r\n", Some(30)),
        ("Retry-After: -1\r\n", Some(1)),
        ("Retry-After: 1000000000\r\n", Some(3600)),
        ("Retry-After: Fri, 20 Nov 2026 12:01:00 GMT\r\n", Some(60)),
        ("Retry-After: soon\r\n", None),
        ("", None),
    ] {
        let receiver = Receiver::start().await;
        receiver.next(Act::status(429, header));
        let error = receiver.webhook().perform(&order("{}")).await.unwrap_err();
        let retry_after = seconds.map(Duration::from_secs);
        assert_eq!(
            error.port().kind(),
            PortErrorKind::RateLimited { retry_after },
            "{header}"
        );
        assert_eq!(error.fate(), Fate::NotSent);
    }
}

/// Nobody loses an attempt while nobody is there.
#[tokio::test]
async fn who_cannot_be_reached_was_not_told() {
    // A port that nobody has on any machine that runs tests.
    let egress = Egress::new().and_loopback();
    let config = WebhookConfig::new("http://127.0.0.1:1/", secrets()).with_egress(egress);
    let webhook = Webhook::new(config).unwrap();
    let error = webhook.perform(&order("{}")).await.unwrap_err();
    assert_eq!(error.fate(), Fate::ChannelDown);
    assert_eq!(error.port().kind(), PortErrorKind::Unavailable);
    let said = said(&error);
    let expected = "channel down: webhook: tell: unavailable: the receiver cannot be reached";
    assert!(said.starts_with(expected), "{said}");
    assert!(!said.contains("http://"), "{said}");
}

#[tokio::test]
async fn after_the_first_byte_silence_is_doubt() {
    for act in [
        Act::HangsUp,
        Act::Says(Vec::new()),
        Act::Says(b"HTTP/1.1 20".to_vec()),
        Act::Says(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec()),
        Act::Says(b"hola\r\n\r\n".to_vec()),
        Act::Says(b"HTTP/9.9 200 OK\r\n\r\n".to_vec()),
    ] {
        check(act, Some(Fate::Unknown)).await;
    }
}

#[tokio::test]
async fn a_yes_whose_rest_breaks_off_is_a_yes() {
    let heads = [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":",
        "HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
    ];
    for head in heads {
        check(Act::Says(head.as_bytes().to_vec()), ALL_WELL).await;
    }
}
