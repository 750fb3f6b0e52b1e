//! What SendGrid posts to us: whether it is from SendGrid, and what it says.

mod event;
mod kind;

use chrono::{DateTime, Duration, Utc};
use data_encoding::BASE64;
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};

pub use self::event::{SendGridEvent, SendGridEvents};
pub use self::kind::{DropReason, SendGridKind};
use crate::CallbackError;
use crate::callback::{TOLERANCE, check_age, check_size};

/// What stands before the point in the DER of every P-256 public key (RFC 5480).
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
/// A point that is written out: a sign for that, and two coordinates.
const POINT_BYTES: usize = 65;

/// Tells the callbacks of SendGrid's event webhook from forged and repeated ones.
///
/// The host serves the address that SendGrid posts to, and gives the body as it came, byte for
/// byte: what a JSON library read and wrote again has another signature.
///
/// ```
/// use pregon_adapters_email::{CallbackError, SendGridWebhook};
/// let webhook = SendGridWebhook::new(
///     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62g\
///      w+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
/// )?;
/// // A host reads both from the request's headers.
/// let (signature, timestamp) = (None, Some("1600112502"));
/// let now = "2020-09-14T19:41:42Z".parse().expect("an instant");
/// let read = webhook.read(signature, timestamp, b"[]", now);
/// assert_eq!(read.unwrap_err(), CallbackError::Missing(SendGridWebhook::SIGNATURE));
/// # Ok::<(), CallbackError>(())
/// ```
#[derive(Debug, Clone)]
pub struct SendGridWebhook {
    keys: Vec<[u8; POINT_BYTES]>,
    tolerance: Duration,
}

impl SendGridWebhook {
    /// The header that holds the signature.
    pub const SIGNATURE: &'static str = "X-Twilio-Email-Event-Webhook-Signature";
    /// The header that holds the instant of the signature.
    pub const TIMESTAMP: &'static str = "X-Twilio-Email-Event-Webhook-Timestamp";

    /// Takes the verification key as SendGrid shows it.
    ///
    /// # Errors
    /// When it is not the base64 of a P-256 public key.
    pub fn new(public_key: &str) -> Result<Self, CallbackError> {
        Ok(Self {
            keys: vec![point(public_key)?],
            tolerance: TOLERANCE,
        })
    }

    /// With a second key that counts too: the one before, as long as SendGrid may still use it.
    ///
    /// # Errors
    /// As [`SendGridWebhook::new`].
    pub fn with_key(mut self, public_key: &str) -> Result<Self, CallbackError> {
        self.keys.push(point(public_key)?);
        Ok(self)
    }

    /// With another time than five minutes, in the past or the future, within which a callback
    /// must have been signed.
    ///
    /// What is told twice counts once all the same, so a host whose callbacks are held up on the
    /// way can be patient.
    #[must_use]
    pub fn with_tolerance(mut self, tolerance: std::time::Duration) -> Self {
        self.tolerance = Duration::from_std(tolerance).unwrap_or(Duration::MAX);
        self
    }

    /// Whether SendGrid signed this body, a short time ago.
    ///
    /// # Errors
    /// When it did not, when a header is missing, or when it was too long ago.
    pub fn verify(
        &self,
        signature: Option<&str>,
        timestamp: Option<&str>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<(), CallbackError> {
        check_size(body)?;
        let signature = signature.ok_or(CallbackError::Missing(Self::SIGNATURE))?;
        let timestamp = timestamp.ok_or(CallbackError::Missing(Self::TIMESTAMP))?;
        let signature = BASE64.decode(signature.as_bytes());
        let signature = signature.map_err(|_| CallbackError::Signature)?;
        let signed = [timestamp.as_bytes(), body].concat();
        let by = |key: &[u8; POINT_BYTES]| {
            let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key);
            key.verify(&signed, &signature).is_ok()
        };
        if !self.keys.iter().any(by) {
            return Err(CallbackError::Signature);
        }
        check_age(timestamp, self.tolerance, now)
    }

    /// The events of a callback that SendGrid signed.
    ///
    /// # Errors
    /// As [`SendGridWebhook::verify`], and when the body is not a JSON array. An event that is not
    /// understood is none: it stands among the others.
    pub fn read(
        &self,
        signature: Option<&str>,
        timestamp: Option<&str>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<SendGridEvents, CallbackError> {
        self.verify(signature, timestamp, body, now)?;
        SendGridEvents::parse(body)
    }
}

fn point(public_key: &str) -> Result<[u8; POINT_BYTES], CallbackError> {
    const WRONG: CallbackError = CallbackError::Key("the base64 of a P-256 public key");
    let text: String = public_key.split_whitespace().collect();
    let der = BASE64.decode(text.as_bytes()).map_err(|_| WRONG)?;
    let point = der.strip_prefix(&P256).ok_or(WRONG)?;
    let written_out = point.first() == Some(&4);
    let point = <[u8; POINT_BYTES]>::try_from(point).ok();
    point.filter(|_| written_out).ok_or(WRONG)
}
