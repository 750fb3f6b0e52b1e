//! What the receiver believes.

use chrono::{DateTime, Utc};
use pregon_adapters_webhook::{Forged, Headers, SecretError, SigningSecret, Verifier};
use proptest::prelude::*;

use crate::support::SECRET;

const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIMESTAMP: &str = "1614265330";
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const BODY: &[u8] = br#"{"test": 2432232314}"#;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn verifier(secrets: &str) -> Verifier {
    Verifier::new(SigningSecret::parse_all(secrets).unwrap())
}

fn verify(headers: Headers<'_>, body: &[u8]) -> Result<(), Forged> {
    verifier(SECRET).verify(headers, body, at(1_614_265_330))
}

fn headers() -> Headers<'static> {
    Headers {
        id: ID,
        timestamp: TIMESTAMP,
        signature: SIGNATURE,
    }
}

#[test]
fn the_official_example_verifies() {
    assert_eq!(verify(headers(), BODY), Ok(()));
}

#[test]
fn within_five_minutes_either_way() {
    for (seconds, expected) in [
        (-301, Err(Forged::NotNow)),
        (-300, Ok(())),
        (0, Ok(())),
        (300, Ok(())),
        (301, Err(Forged::NotNow)),
    ] {
        let now = at(1_614_265_330 + seconds);
        assert_eq!(
            verifier(SECRET).verify(headers(), BODY, now),
            expected,
            "{seconds}"
        );
    }
}

#[test]
fn while_a_secret_is_changed_both_count() {
    let new = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let now = at(1_614_265_330);
    let both = verifier(&format!("{new} {SECRET}"));
    assert_eq!(both.verify(headers(), BODY, now), Ok(()));
    assert_eq!(
        verifier(new).verify(headers(), BODY, now),
        Err(Forged::Signature)
    );
    let other = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let signature = &format!("{other} v1a,abc v2,{} {SIGNATURE}", &SIGNATURE[3..]);
    let many = Headers {
        signature,
        ..headers()
    };
    assert_eq!(verify(many, BODY), Ok(()));
}

#[test]
fn headers_that_no_sender_writes() {
    for timestamp in [
        "",
        "hello",
        "-1614265330",
        "+1614265330",
        "1614265330.0",
        "99999999999999",
    ] {
        let result = verify(
            Headers {
                timestamp,
                ..headers()
            },
            BODY,
        );
        assert_eq!(
            result,
            Err(Forged::Header("webhook-timestamp")),
            "{timestamp}"
        );
    }
    for id in ["", "msg.1614265330"] {
        let result = verify(Headers { id, ..headers() }, BODY);
        assert_eq!(result, Err(Forged::Header("webhook-id")), "{id}");
    }
    let short = &SIGNATURE[..20];
    let prefix = "v1,g0hM9SsE";
    let bare = &SIGNATURE[3..];
    let other = &format!("v1a,{bare}");
    for signature in ["", "v1", "v1,", ",", "v1,!!", short, prefix, bare, other] {
        let result = verify(
            Headers {
                signature,
                ..headers()
            },
            BODY,
        );
        assert_eq!(result, Err(Forged::Signature), "{signature}");
    }
}

#[test]
fn every_flipped_bit_is_a_forgery() {
    for at in 0..BODY.len() * 8 {
        let mut body = BODY.to_vec();
        body[at / 8] ^= 1 << (at % 8);
        assert_eq!(
            verify(headers(), &body),
            Err(Forged::Signature),
            "bit {at} of the body"
        );
    }
    let flipped = |text: &str, at: usize| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[at / 8] ^= 1 << (at % 8);
        String::from_utf8(bytes).ok()
    };
    for at in 0..ID.len() * 8 {
        let Some(id) = flipped(ID, at) else { continue };
        assert!(
            verify(
                Headers {
                    id: &id,
                    ..headers()
                },
                BODY
            )
            .is_err(),
            "bit {at} of the id"
        );
    }
    for at in 0..TIMESTAMP.len() * 8 {
        let Some(timestamp) = flipped(TIMESTAMP, at) else {
            continue;
        };
        let headers = Headers {
            timestamp: &timestamp,
            ..headers()
        };
        assert!(verify(headers, BODY).is_err(), "bit {at} of the time");
    }
    for at in 0..SIGNATURE.len() * 8 {
        let Some(signature) = flipped(SIGNATURE, at) else {
            continue;
        };
        let headers = Headers {
            signature: &signature,
            ..headers()
        };
        assert!(verify(headers, BODY).is_err(), "bit {at} of the signature");
    }
}

#[test]
fn secrets_that_are_none() {
    let check = |text: &str, expected| {
        assert_eq!(
            SigningSecret::parse(text).map(|_| ()),
            Err(expected),
            "{text}"
        );
    };
    check("", SecretError::Missing);
    check("  ", SecretError::Missing);
    check("whsec_", SecretError::Length(0));
    check("whsec_c2hvcnQ=", SecretError::Length(5));
    check("whsec_no está", SecretError::Encoding);
    check(
        &format!("whsec_{}", "A".repeat(88)),
        SecretError::Length(66),
    );
    assert_eq!(
        SigningSecret::parse_all(" ").map(|_| ()),
        Err(SecretError::Missing)
    );
    assert!(SigningSecret::parse_all(&format!("{SECRET} no")).is_err());
}

proptest! {
    #[test]
    fn nobody_guesses_a_signature(
        id in "[a-zA-Z0-9_]{1,40}",
        timestamp in 1_614_265_000_i64..1_614_265_600,
        body in prop::collection::vec(any::<u8>(), 0..200),
        forged in prop::collection::vec(any::<u8>(), 0..64),
        text in "\\PC{0,80}",
    ) {
        let base64 = data_encoding::BASE64.encode(&forged);
        let timestamp = timestamp.to_string();
        for signature in [format!("v1,{base64}"), text] {
            let headers = Headers { id: &id, timestamp: &timestamp, signature: &signature };
            prop_assert!(verify(headers, &body).is_err());
        }
    }
}
