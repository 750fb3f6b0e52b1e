//! What Twilio tells a host by calling it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use pregon_core::{
    About, Address as _, ChannelName, DispatchRef, Feedback, FeedbackKind, Message as _,
    PhoneNumber, PurposeScope, Recipient, Sms, StopWords,
};

use super::signature::{SignatureError, is_form, verify};
use crate::config::Secret;

/// Under which name our own name for a message stands in the query of a status callback.
pub(super) const KEY: &str = "pregon_id";

/// Reads calls of Twilio, and lets no others through.
///
/// Calls are repeated and come in any order. There is no time in them to tell an old one by, so
/// what is kept must be told apart by the message's name and its state.
///
/// ```
/// # use pregon_adapters_sms::{Secret, SignatureError, TwilioWebhook};
/// let webhook = TwilioWebhook::new(Secret::new("12345"));
/// let (url, kind) = ("https://spa.example/twilio", "application/x-www-form-urlencoded");
/// let forged = webhook.event(url, "AAAA", kind, b"MessageSid=SM1&MessageStatus=delivered");
/// assert_eq!(forged, Err(SignatureError::Forged));
/// ```
#[derive(Debug, Clone)]
pub struct TwilioWebhook {
    token: Secret,
}

/// What a call tells.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TwilioEvent {
    /// What became of a message of ours.
    Update(TwilioUpdate),
    /// A person wrote to us.
    Reply(TwilioReply),
}

/// How far a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TwilioStatus {
    /// Twilio has it and has not sent it: accepted, scheduled, queued, sending.
    Queued,
    /// An operator has it.
    Sent,
    /// The phone has it, or some of its parts.
    Delivered,
    /// It was read.
    Read,
    /// It did not arrive: the operator says so.
    Undelivered,
    /// It was not sent.
    Failed,
    /// Somebody took it back before it was sent.
    Canceled,
}

/// What became of a message of ours. Its `Debug` hides the number.
#[derive(Clone, PartialEq, Eq)]
pub struct TwilioUpdate {
    /// Twilio's name for the message, the reference of its receipt.
    pub sid: String,
    /// How far it came.
    pub status: TwilioStatus,
    /// To whom it went.
    pub to: String,
    /// Why it did not arrive: 30003 unreachable, 30005 unknown, 30006 a landline, 30007 filtered.
    pub error_code: Option<u32>,
    /// When the operator was done with it, to the minute, where it says so.
    pub at: Option<DateTime<Utc>>,
    /// Our own name for it, where it stood in the address that was called.
    pub dispatch: Option<DispatchRef>,
}

/// What a person wrote to us. Its `Debug` hides number and text.
#[derive(Clone, PartialEq, Eq)]
pub struct TwilioReply {
    /// Twilio's name for it.
    pub sid: String,
    /// Who wrote it.
    pub from: String,
    /// To which number of ours.
    pub to: String,
    /// What it says.
    pub text: String,
    /// Whether Twilio itself took it for a refusal.
    pub opted_out: bool,
}

impl TwilioWebhook {
    /// A reader for the account with this token.
    #[must_use]
    pub fn new(token: Secret) -> Self {
        Self { token }
    }

    /// What a call tells; `None` when it is Twilio's and tells nothing that we know.
    ///
    /// `url` is the address as Twilio knows it, with its query: behind a proxy not what the host
    /// sees. `signature` is the header `X-Twilio-Signature`, and `body` the bytes as they came.
    ///
    /// # Errors
    /// When the call is not Twilio's.
    pub fn event(
        &self,
        url: &str,
        signature: &str,
        content_type: &str,
        body: &[u8],
    ) -> Result<Option<TwilioEvent>, SignatureError> {
        self.verify(url, signature, content_type, body)?;
        Ok(is_form(content_type).then(|| read(url, body)).flatten())
    }

    /// Checks that a call is Twilio's, and nothing else.
    ///
    /// # Errors
    /// When it is not.
    pub fn verify(
        &self,
        url: &str,
        signature: &str,
        content_type: &str,
        body: &[u8],
    ) -> Result<(), SignatureError> {
        verify(self.token.reveal(), url, signature, content_type, body)
    }
}

impl TwilioEvent {
    /// The same in the words of all providers. `arrived` is when the call came, for what does not
    /// say when it happened.
    ///
    /// A person who writes to us names none of our messages: such a report is about Twilio's name
    /// for the answer, and knows the person by the number.
    #[must_use]
    pub fn feedback(&self, words: &StopWords, arrived: DateTime<Utc>) -> Feedback {
        match self {
            Self::Update(update) => update.feedback(arrived),
            Self::Reply(reply) => reply.feedback(words, arrived),
        }
    }
}

impl TwilioUpdate {
    fn feedback(&self, arrived: DateTime<Utc>) -> Feedback {
        let own = self.dispatch.map(About::Dispatch);
        Feedback {
            about: own.unwrap_or_else(|| About::Reference(self.sid.clone())),
            kind: self.kind(),
            at: self.at.unwrap_or(arrived),
            code: self.error_code.map(|code| code.to_string()),
            ..report(&self.to)
        }
    }

    fn kind(&self) -> FeedbackKind {
        match (self.status, self.error_code) {
            (TwilioStatus::Queued, _) => FeedbackKind::Queued,
            (TwilioStatus::Sent, _) => FeedbackKind::Sent,
            (TwilioStatus::Delivered, _) => FeedbackKind::Delivered,
            (TwilioStatus::Read, _) => FeedbackKind::Opened,
            (TwilioStatus::Canceled, _) => FeedbackKind::Failed,
            (_, Some(21610)) => FeedbackKind::Unsubscribed,
            // No such number, or one that takes no messages: it never will.
            (_, Some(21211 | 21614 | 30005 | 30006)) => FeedbackKind::BouncedHard,
            // Switched off, or out of reach.
            (_, Some(30003)) => FeedbackKind::BouncedSoft,
            (TwilioStatus::Undelivered | TwilioStatus::Failed, _) => FeedbackKind::Failed,
        }
    }
}

impl TwilioReply {
    fn feedback(&self, words: &StopWords, arrived: DateTime<Utc>) -> Feedback {
        let refused = self.opted_out || words.refuses(&self.text);
        Feedback {
            about: About::Reference(self.sid.clone()),
            kind: if refused {
                FeedbackKind::Unsubscribed
            } else {
                FeedbackKind::Replied
            },
            at: arrived,
            ..report(&self.from)
        }
    }
}

/// What every report of Twilio has about a person.
fn report(number: &str) -> Feedback {
    let number = PhoneNumber::parse(number).ok();
    Feedback {
        provider: "twilio".into(),
        channel: ChannelName::new(Sms::KIND).expect("a message's kind is a name"),
        about: About::Reference(String::new()),
        kind: FeedbackKind::Queued,
        at: DateTime::UNIX_EPOCH,
        to: number.as_ref().map(Recipient::new),
        refuses: PurposeScope::Everything,
        code: None,
    }
}

impl fmt::Debug for TwilioUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TwilioUpdate")
            .field("sid", &self.sid)
            .field("status", &self.status)
            .field("error_code", &self.error_code)
            .field("at", &self.at)
            .field("dispatch", &self.dispatch)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TwilioReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TwilioReply")
            .field("sid", &self.sid)
            .field("opted_out", &self.opted_out)
            .finish_non_exhaustive()
    }
}

pub(super) fn read(url: &str, body: &[u8]) -> Option<TwilioEvent> {
    let fields: BTreeMap<Cow<'_, str>, Cow<'_, str>> = form_urlencoded::parse(body).collect();
    let field = |name: &str| {
        let value = fields.get(name).map(|value| value.trim());
        value.filter(|value| !value.is_empty())
    };
    let sid = field("MessageSid").or_else(|| field("SmsSid"))?.to_owned();
    let owned = |name| field(name).unwrap_or_default().to_owned();
    let said = field("MessageStatus").or_else(|| field("SmsStatus"))?;
    if matches!(said, "receiving" | "received") {
        return Some(TwilioEvent::Reply(TwilioReply {
            sid,
            from: owned("From"),
            to: owned("To"),
            text: owned("Body"),
            opted_out: field("OptOutType") == Some("STOP"),
        }));
    }
    Some(TwilioEvent::Update(TwilioUpdate {
        sid,
        status: status(said)?,
        to: owned("To"),
        error_code: field("ErrorCode").and_then(|code| code.parse().ok()),
        at: field("RawDlrDoneDate").and_then(minute),
        dispatch: name(url),
    }))
}

fn status(said: &str) -> Option<TwilioStatus> {
    Some(match said {
        "accepted" | "scheduled" | "queued" | "sending" => TwilioStatus::Queued,
        "sent" => TwilioStatus::Sent,
        "delivered" | "partially_delivered" => TwilioStatus::Delivered,
        "read" => TwilioStatus::Read,
        "undelivered" => TwilioStatus::Undelivered,
        "failed" => TwilioStatus::Failed,
        "canceled" => TwilioStatus::Canceled,
        _ => return None,
    })
}

/// A minute as operators write it: 2611201530.
fn minute(text: &str) -> Option<DateTime<Utc>> {
    // Without seconds it would be no time of day.
    let at = NaiveDateTime::parse_from_str(&format!("{text}00"), "%y%m%d%H%M%S").ok()?;
    Some(at.and_utc())
}

fn name(url: &str) -> Option<DispatchRef> {
    let (_, query) = url.split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let (_, own) = pairs.find(|(name, _)| name == KEY)?;
    DispatchRef::parse(&own)
}

#[cfg(test)]
mod tests;
