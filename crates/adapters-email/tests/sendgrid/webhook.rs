//! Callbacks of SendGrid: who may post them (rows C4 and C5 of the faults).

use chrono::{DateTime, Utc};
use pregon_adapters_email::{CallbackError, DropReason, SendGridKind, SendGridWebhook};
use pregon_core::{About, FeedbackKind};
use proptest::prelude::*;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

/// SendGrid's own example, from its Go library (MIT).
const KEY: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1\
                   flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==";
const SIGNATURE: &str = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0J\
                         uG+luQAbPIqHh89M15TluLtEZtM=";
const TIMESTAMP: &str = "1600112502";
const BODY: &str = include_str!("../fixtures/sendgrid-event.json");

fn body() -> Vec<u8> {
    // The file has the line break of this repository; SendGrid's is part of what it signs.
    format!("{}\r\n", BODY.trim_end()).into_bytes()
}

fn at(secs: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(secs, 0).unwrap()
}

fn now() -> DateTime<Utc> {
    at(1_600_112_502)
}

fn webhook() -> SendGridWebhook {
    SendGridWebhook::new(KEY).unwrap()
}

#[test]
fn c4_the_official_example_is_sendgrids() {
    let read = webhook()
        .read(Some(SIGNATURE), Some(TIMESTAMP), &body(), now())
        .unwrap();
    assert_eq!(read.unreadable, 0);
    let [event] = &read.events[..] else {
        panic!("{read:?}")
    };
    assert_eq!(event.kind, SendGridKind::Dropped(DropReason::Bounced));
    assert_eq!(event.at, at(1_600_112_492));
    assert_eq!(event.message.as_deref(), Some("LRzXl_NHStOGhQ4kofSm_A"));
    assert_eq!((event.dispatch, event.categories.len()), (None, 0));
    let feedback = read.feedback().pop().unwrap();
    let about = About::Reference("LRzXl_NHStOGhQ4kofSm_A".to_owned());
    assert_eq!(
        (feedback.about, feedback.kind),
        (about, FeedbackKind::BouncedHard)
    );
    assert!(
        !format!("{read:?}").contains("hello"),
        "the address is not shown"
    );
}

#[test]
fn c4_every_flipped_bit_is_a_forgery() {
    let webhook = webhook();
    let (whole, signature) = (body(), SIGNATURE.as_bytes());
    let check = |signature: &[u8], timestamp: &[u8], body: &[u8]| {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        let (Some(signature), Some(timestamp)) = (text(signature), text(timestamp)) else {
            return; // Not even a header.
        };
        let verified = webhook.verify(Some(&signature), Some(&timestamp), body, now());
        assert_eq!(
            verified,
            Err(CallbackError::Signature),
            "{signature} {timestamp}"
        );
    };
    for (bytes, which) in [(&whole[..], 0), (signature, 1), (TIMESTAMP.as_bytes(), 2)] {
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            match which {
                0 => check(signature, TIMESTAMP.as_bytes(), &flipped),
                1 => check(&flipped, TIMESTAMP.as_bytes(), &whole),
                _ => check(signature, &flipped, &whole),
            }
        }
    }
    check(signature, TIMESTAMP.as_bytes(), &whole[..whole.len() - 2]);
    check(b"", TIMESTAMP.as_bytes(), &whole);
    // A digit moved from the timestamp to the body: signed as one text, but of another century.
    let moved = [b"2", &whole[..]].concat();
    let verified = webhook.verify(Some(SIGNATURE), Some("160011250"), &moved, now());
    assert_eq!(verified, Err(CallbackError::Stale));
}

#[test]
fn c4_without_its_headers_it_is_nobodys() {
    let (webhook, body) = (webhook(), body());
    let missing = |name| Err(CallbackError::Missing(name));
    let verified = webhook.verify(None, Some(TIMESTAMP), &body, now());
    assert_eq!(verified, missing(SendGridWebhook::SIGNATURE));
    let verified = webhook.verify(Some(SIGNATURE), None, &body, now());
    assert_eq!(verified, missing(SendGridWebhook::TIMESTAMP));
}

#[test]
fn c5_what_was_signed_long_ago_is_a_repetition() {
    let (webhook, body) = (webhook(), body());
    let verify = |webhook: &SendGridWebhook, secs: i64| {
        webhook.verify(
            Some(SIGNATURE),
            Some(TIMESTAMP),
            &body,
            at(1_600_112_502 + secs),
        )
    };
    for (secs, fresh) in [
        (0, true),
        (300, true),
        (301, false),
        (-300, true),
        (-301, false),
    ] {
        let expected = if fresh {
            Ok(())
        } else {
            Err(CallbackError::Stale)
        };
        assert_eq!(verify(&webhook, secs), expected, "{secs}");
    }
    let patient = webhook
        .clone()
        .with_tolerance(std::time::Duration::from_secs(86_400));
    assert_eq!(verify(&patient, 86_400), Ok(()));
    let endless = webhook.with_tolerance(std::time::Duration::MAX);
    assert_eq!(verify(&endless, 1_000_000_000), Ok(()));
}

/// A key pair of our own, and its public key as SendGrid would show it.
pub(crate) fn own() -> (EcdsaKeyPair, String) {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
    let prefix = data_encoding::BASE64.decode(KEY.as_bytes()).unwrap()[..26].to_vec();
    let der = [&prefix, pair.public_key().as_ref()].concat();
    (pair, data_encoding::BASE64.encode(&der))
}

pub(crate) fn signed(pair: &EcdsaKeyPair, timestamp: &str, body: &[u8]) -> String {
    let signed = [timestamp.as_bytes(), body].concat();
    let signature = pair.sign(&SystemRandom::new(), &signed).unwrap();
    data_encoding::BASE64.encode(signature.as_ref())
}

#[test]
fn c5_while_a_key_is_changed_both_count() {
    let ((old, old_key), (new, new_key)) = (own(), own());
    let both = SendGridWebhook::new(&new_key)
        .unwrap()
        .with_key(&old_key)
        .unwrap();
    let only = SendGridWebhook::new(&new_key).unwrap();
    let by_old = signed(&old, TIMESTAMP, b"[]");
    let by_new = signed(&new, TIMESTAMP, b"[]");
    for (webhook, signature, verified) in [
        (&both, &by_old, true),
        (&both, &by_new, true),
        (&only, &by_new, true),
        (&only, &by_old, false),
    ] {
        let read = webhook.verify(Some(signature), Some(TIMESTAMP), b"[]", now());
        assert_eq!(read.is_ok(), verified);
    }
}

#[test]
fn keys_that_are_none() {
    let cut = &KEY[..KEY.len() - 8];
    for key in ["", "nonsense!", "AAAA", cut] {
        assert!(
            matches!(SendGridWebhook::new(key), Err(CallbackError::Key(_))),
            "{key}"
        );
    }
    let in_lines = format!("{}\n{}\n", &KEY[..64], &KEY[64..]);
    assert!(SendGridWebhook::new(&in_lines).is_ok());
}

#[test]
fn what_is_too_large_is_not_even_verified() {
    let large = vec![b' '; 4 * 1024 * 1024 + 1];
    let verified = webhook().verify(Some(SIGNATURE), Some(TIMESTAMP), &large, now());
    assert!(matches!(verified, Err(CallbackError::TooLarge { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn c4_no_forgery_passes(body in prop::collection::vec(any::<u8>(), 0..200), secs: i64) {
        let text = String::from_utf8_lossy(&body);
        let secs = secs.to_string();
        for (signature, timestamp) in [(&text[..], &secs[..]), (SIGNATURE, &text)] {
            prop_assert!(webhook().read(Some(signature), Some(timestamp), &body, now()).is_err());
        }
    }
}
