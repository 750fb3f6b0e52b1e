//! The receiver's side.

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64;
use hmac::Mac as _;

use super::{SigningSecret, VERSION, mac};

/// How far the sender's clock may be from ours, either way.
const TOLERANCE: TimeDelta = TimeDelta::seconds(300);
/// No sender signs with more secrets at once.
const MOST_SIGNATURES: usize = 16;

/// The three headers of a request, as they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Headers<'a> {
    /// `webhook-id`: what a receiver remembers, so that the same again does nothing.
    pub id: &'a str,
    /// `webhook-timestamp`.
    pub timestamp: &'a str,
    /// `webhook-signature`.
    pub signature: &'a str,
}

/// Why a request is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Forged {
    /// A header is empty, or is none that a sender writes.
    #[error("the header {0} is not what a sender writes")]
    Header(&'static str),
    /// It was signed more than five minutes ago, or will be.
    #[error("it was not signed now")]
    NotNow,
    /// None of the signatures is by one of the secrets.
    #[error("no signature is by a secret that is known here")]
    Signature,
}

/// Tells what the sender wrote from what anybody else did.
///
/// ```
/// # use pregon_adapters_webhook::{Forged, Headers, SigningSecret, Verifier};
/// let secret = SigningSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// let headers = Headers {
///     id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
///     timestamp: "1614265330",
///     signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
/// };
/// let now = "2021-02-25T15:03:00Z".parse().expect("an instant");
/// let verifier = Verifier::new(vec![secret]);
/// assert_eq!(verifier.verify(headers, br#"{"test": 2432232314}"#, now), Ok(()));
/// let forged = verifier.verify(headers, br#"{"test": 2432232315}"#, now);
/// assert_eq!(forged, Err(Forged::Signature));
/// # Ok::<(), pregon_adapters_webhook::SecretError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Verifier {
    secrets: Vec<SigningSecret>,
}

impl Verifier {
    /// Of a sender that signs with one of these secrets at least.
    #[must_use]
    pub fn new(secrets: Vec<SigningSecret>) -> Self {
        Self { secrets }
    }

    /// Whether the sender wrote these bytes, exactly as they came, within five minutes of `now`.
    ///
    /// Whoever believes it still remembers `headers.id` for as long as the sender may repeat it.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn verify(
        &self,
        headers: Headers<'_>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<(), Forged> {
        let Headers {
            id,
            timestamp,
            signature,
        } = headers;
        // A dot in the id would let its end be taken for the time.
        if id.is_empty() || id.contains('.') {
            return Err(Forged::Header(super::ID));
        }
        let signed_at = instant(timestamp).ok_or(Forged::Header(super::TIMESTAMP))?;
        if (now - signed_at).abs() > TOLERANCE {
            return Err(Forged::NotNow);
        }
        let given = signature
            .split(' ')
            .take(MOST_SIGNATURES)
            .filter_map(|one| {
                let (version, base64) = one.split_once(',')?;
                let bytes = BASE64.decode(base64.as_bytes()).ok()?;
                (version == VERSION).then_some(bytes)
            });
        for bytes in given {
            for secret in &self.secrets {
                // Compares in a time that does not depend on where they differ.
                let mac = mac(secret, id, timestamp, body);
                if mac.verify_slice(&bytes).is_ok() {
                    return Ok(());
                }
            }
        }
        Err(Forged::Signature)
    }
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| digits)?;
    DateTime::from_timestamp(seconds, 0)
}
