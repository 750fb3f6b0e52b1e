//! What Mailgun posts to us: whether it is from Mailgun, and what it says.

use std::fmt;

use chrono::{DateTime, Duration, Utc};
use data_encoding::HEXLOWER_PERMISSIVE;
use pregon_core::{
    About, Address, ChannelName, DispatchRef, Email, EmailAddress, Feedback, FeedbackKind, Message,
    PurposeScope, Recipient,
};
use ring::hmac;
use serde::Deserialize;
use serde_json::Value;

use super::form::ID;
use crate::callback::{TOLERANCE, check_age, check_size, enhanced, is_soft};
use crate::{ApiKey, CallbackError};

/// The longest name that Mailgun gives to anything.
const MOST_NAME_BYTES: usize = 255;

/// Tells the callbacks of Mailgun's webhooks from forged and repeated ones.
///
/// Mailgun signs an instant and a token, and not the rest of the body: whoever could read one
/// callback could post another body with its signature for a few minutes. So the host serves the
/// address by `https` only.
///
/// ```
/// use pregon_adapters_email::{ApiKey, CallbackError, MailgunWebhook};
/// let webhook = MailgunWebhook::new(ApiKey::new("signing-key"))?;
/// let now = "2026-11-20T06:00:00Z".parse().expect("an instant");
/// let read = webhook.read(b"{\"event-data\": {}}", now);
/// assert_eq!(read.unwrap_err(), CallbackError::Missing("signature"));
/// # Ok::<(), CallbackError>(())
/// ```
#[derive(Clone)]
pub struct MailgunWebhook {
    keys: Vec<hmac::Key>,
    tolerance: Duration,
}

/// One event. It keeps no text of the other side, and its `Debug` hides the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailgunEvent {
    /// What happened.
    pub kind: MailgunKind,
    /// When.
    pub at: DateTime<Utc>,
    /// The name of the event: the token of its signature, since the event's own id is unique for
    /// a day only.
    pub event: String,
    /// Our own name for the message, when it was sent by us.
    pub dispatch: Option<DispatchRef>,
    /// Mailgun's name for the message, as the [`Receipt`](pregon_core::Receipt) has it.
    pub message: Option<String>,
    /// Whom it is about.
    pub to: Option<Recipient>,
}

/// What happened to a mail, in Mailgun's words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MailgunKind {
    /// Mailgun has it.
    Accepted,
    /// Mailgun does not take it after all.
    Rejected,
    /// The other side has it.
    Delivered,
    /// The other side did not take it; Mailgun tries again.
    FailedForNow {
        /// The enhanced status code.
        code: Option<String>,
    },
    /// The other side does not take it, or Mailgun did not try.
    FailedForGood {
        /// Why, in Mailgun's word: `bounce`, `suppress-bounce`, `old`.
        reason: Reason,
        /// The enhanced status code.
        code: Option<String>,
    },
    /// Its picture was fetched.
    Opened {
        /// Whether a machine did it, on nobody's behalf.
        by_machine: bool,
    },
    /// A link in it was followed.
    Clicked {
        /// Whether a machine did it, on nobody's behalf.
        by_machine: bool,
    },
    /// The person refused more by Mailgun's own link.
    Unsubscribed,
    /// The person called it spam.
    Complained,
    /// Something that was not known when this was written.
    Unknown,
}

/// Why Mailgun gave up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The other side refused it.
    Bounce,
    /// The address bounced before.
    SuppressBounce,
    /// The person had refused.
    SuppressUnsubscribe,
    /// The person had called a mail spam.
    SuppressComplaint,
    /// Anything else: it became too old, or of no kind of its own.
    Other,
}

impl MailgunWebhook {
    /// Takes the signing key of webhooks, which is not the key to send with.
    ///
    /// # Errors
    /// When the key is empty or has a character that keys do not have.
    pub fn new(signing_key: ApiKey) -> Result<Self, CallbackError> {
        Ok(Self {
            keys: vec![key(&signing_key)?],
            tolerance: TOLERANCE,
        })
    }

    /// With a second key that counts too: the one before, as long as Mailgun may still use it.
    ///
    /// # Errors
    /// As [`MailgunWebhook::new`].
    pub fn with_key(mut self, signing_key: ApiKey) -> Result<Self, CallbackError> {
        self.keys.push(key(&signing_key)?);
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

    /// The event of a callback that Mailgun signed a short time ago.
    ///
    /// # Errors
    /// When it did not sign it, when it was too long ago, or when the body is no event.
    pub fn read(&self, body: &[u8], now: DateTime<Utc>) -> Result<MailgunEvent, CallbackError> {
        check_size(body)?;
        let posted: Value = serde_json::from_slice(body)?;
        let signature = posted.get("signature").cloned();
        let signature = signature.ok_or(CallbackError::Missing("signature"))?;
        let signature: Signature =
            serde_json::from_value(signature).map_err(|_| CallbackError::Signature)?;
        self.verify(&signature, now)?;
        let event = posted.get("event-data");
        let event = event.ok_or(CallbackError::Missing("event-data"))?;
        MailgunEvent::of(event, signature.token).ok_or(CallbackError::Shape("an event"))
    }

    fn verify(&self, signature: &Signature, now: DateTime<Utc>) -> Result<(), CallbackError> {
        let given = HEXLOWER_PERMISSIVE.decode(signature.signature.as_bytes());
        let given = given.map_err(|_| CallbackError::Signature)?;
        let signed = format!("{}{}", signature.timestamp, signature.token);
        // Instant and token are signed as one text, so that digits could be moved between them.
        let whole = (1..=MOST_NAME_BYTES).contains(&signature.token.len());
        let by = |key: &hmac::Key| hmac::verify(key, signed.as_bytes(), &given).is_ok();
        if !whole || !self.keys.iter().any(by) {
            return Err(CallbackError::Signature);
        }
        check_age(&signature.timestamp, self.tolerance, now)
    }
}

impl fmt::Debug for MailgunWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailgunWebhook")
            .field("keys", &self.keys.len())
            .field("tolerance", &self.tolerance)
            .finish()
    }
}

#[derive(Deserialize)]
struct Signature {
    timestamp: String,
    token: String,
    signature: String,
}

fn key(key: &ApiKey) -> Result<hmac::Key, CallbackError> {
    let key = key
        .reveal()
        .map_err(|_| CallbackError::Key("a signing key"))?;
    Ok(hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()))
}

impl MailgunEvent {
    fn of(event: &Value, token: String) -> Option<Self> {
        let name = |value: &Value| {
            let text = value.as_str()?.trim_matches(['<', '>']);
            (1..=MOST_NAME_BYTES)
                .contains(&text.len())
                .then(|| text.to_owned())
        };
        let dispatch = event["user-variables"][ID]
            .as_str()
            .and_then(DispatchRef::parse);
        let to = event["recipient"]
            .as_str()
            .and_then(|to| EmailAddress::parse(to).ok());
        Some(Self {
            kind: MailgunKind::of(event),
            at: instant(event["timestamp"].as_f64()?)?,
            event: token,
            dispatch,
            message: name(&event["message"]["headers"]["message-id"]),
            to: to.as_ref().map(Recipient::new),
        })
    }

    /// What it says in our words; `None` when it is about none of our messages, or says nothing
    /// about one.
    #[must_use]
    pub fn feedback(&self) -> Option<Feedback> {
        let by_reference = || self.message.clone().map(About::Reference);
        Some(Feedback {
            provider: "mailgun".into(),
            channel: ChannelName::new(Email::KIND).expect("a message's kind is a name"),
            about: self.dispatch.map(About::Dispatch).or_else(by_reference)?,
            kind: self.kind.feedback()?,
            at: self.at,
            to: self.to.clone(),
            refuses: PurposeScope::Promotional,
            code: self.kind.code(),
        })
    }
}

impl MailgunKind {
    fn of(event: &Value) -> Self {
        let by_machine = event["client-info"]["bot"]
            .as_str()
            .is_some_and(|bot| !bot.is_empty());
        match event["event"].as_str().unwrap_or_default() {
            "accepted" => Self::Accepted,
            "rejected" => Self::Rejected,
            "delivered" => Self::Delivered,
            "failed" => {
                let status = &event["delivery-status"];
                let text = |name: &str| enhanced(status[name].as_str().unwrap_or_default());
                let code = text("enhanced-code").or_else(|| text("message"));
                if event["severity"] == "temporary" {
                    return Self::FailedForNow { code };
                }
                let reason = Reason::of(event["reason"].as_str().unwrap_or_default());
                Self::FailedForGood { reason, code }
            }
            "opened" => Self::Opened { by_machine },
            "clicked" => Self::Clicked { by_machine },
            "unsubscribed" => Self::Unsubscribed,
            "complained" => Self::Complained,
            _ => Self::Unknown,
        }
    }

    /// What it is in our words; `None` for what says nothing about a message.
    #[must_use]
    pub fn feedback(&self) -> Option<FeedbackKind> {
        Some(match self {
            Self::Accepted => FeedbackKind::Queued,
            Self::Rejected => FeedbackKind::Failed,
            Self::Delivered => FeedbackKind::Delivered,
            Self::FailedForNow { .. } => FeedbackKind::Deferred,
            Self::FailedForGood { reason, code } => reason.feedback(code.as_deref()),
            // A machine that follows links says as little of a person as one that loads pictures.
            Self::Opened { by_machine: true } | Self::Clicked { by_machine: true } => {
                FeedbackKind::OpenedByMachine
            }
            Self::Opened { by_machine: false } => FeedbackKind::Opened,
            Self::Clicked { by_machine: false } => FeedbackKind::Clicked,
            Self::Unsubscribed => FeedbackKind::Unsubscribed,
            Self::Complained => FeedbackKind::Complained,
            Self::Unknown => return None,
        })
    }

    fn code(&self) -> Option<String> {
        match self {
            Self::FailedForNow { code } => code.clone(),
            Self::FailedForGood { reason, code } => reason.code().or_else(|| code.clone()),
            _ => None,
        }
    }
}

impl Reason {
    fn of(reason: &str) -> Self {
        match reason {
            "bounce" => Self::Bounce,
            "suppress-bounce" => Self::SuppressBounce,
            "suppress-unsubscribe" => Self::SuppressUnsubscribe,
            "suppress-complaint" => Self::SuppressComplaint,
            _ => Self::Other,
        }
    }

    fn feedback(self, code: Option<&str>) -> FeedbackKind {
        match self {
            Self::Bounce if !is_soft(code) => FeedbackKind::BouncedHard,
            // No such user, whatever Mailgun calls it.
            Self::Other if code.is_some_and(|code| code.starts_with("5.1.")) => {
                FeedbackKind::BouncedHard
            }
            Self::Bounce | Self::Other => FeedbackKind::BouncedSoft,
            Self::SuppressBounce => FeedbackKind::BouncedHard,
            Self::SuppressUnsubscribe => FeedbackKind::Unsubscribed,
            Self::SuppressComplaint => FeedbackKind::Complained,
        }
    }

    fn code(self) -> Option<String> {
        let name = match self {
            Self::SuppressBounce => "suppress-bounce",
            Self::SuppressUnsubscribe => "suppress-unsubscribe",
            Self::SuppressComplaint => "suppress-complaint",
            Self::Bounce | Self::Other => return None,
        };
        Some(name.to_owned())
    }
}

/// Seconds of the epoch with a fraction, to the microsecond.
fn instant(secs: f64) -> Option<DateTime<Utc>> {
    // Beyond this a number of microseconds is not exact, and no calendar has it.
    let micros = (secs * 1e6).round();
    let micros = (micros.abs() < 9e15).then_some(micros as i64)?;
    DateTime::from_timestamp_micros(micros)
}
