//! Signatures of Standard Webhooks (<https://www.standardwebhooks.com>), symmetric ones: `v1`.

mod secret;
mod verify;

use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

pub use secret::{SecretError, SigningSecret};
pub use verify::{Forged, Headers, Verifier};

/// The names of the three headers.
pub(crate) const ID: &str = "webhook-id";
pub(crate) const TIMESTAMP: &str = "webhook-timestamp";
pub(crate) const SIGNATURE: &str = "webhook-signature";

/// What this version of signatures is called.
const VERSION: &str = "v1";

/// The value of `webhook-signature`: one signature a secret, so that receivers may change theirs
/// while both are in use.
pub(crate) fn sign(secrets: &[SigningSecret], id: &str, at: DateTime<Utc>, body: &[u8]) -> String {
    let timestamp = at.timestamp().to_string();
    let one = |secret| {
        let mac = mac(secret, id, &timestamp, body).finalize().into_bytes();
        format!("{VERSION},{}", BASE64.encode(&mac))
    };
    secrets.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn mac(secret: &SigningSecret, id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal())
        .expect("a key of any length is a key of an HMAC");
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the libraries of the specification are tested with.
    #[test]
    fn the_official_example() {
        let secret = SigningSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let at = DateTime::from_timestamp(1_614_265_330, 0).unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signature = sign(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body);
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signature, expected);
    }
}
