//! One event, and many as they come.

use chrono::{DateTime, Utc};
use pregon_core::{
    About, Address, ChannelName, DispatchRef, Email, EmailAddress, Feedback, Message, Recipient,
};
use serde_json::{Map, Value};

use super::kind::SendGridKind;
use crate::CallbackError;
use crate::callback::check_size;
use crate::sendgrid::wire::ID;

/// The longest name that SendGrid gives to anything.
const MOST_NAME_BYTES: usize = 200;
/// The most categories of a message.
const MOST_CATEGORIES: usize = 10;

/// The events of one callback.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendGridEvents {
    /// Those that could be read, in their order.
    pub events: Vec<SendGridEvent>,
    /// How many could not: they are no objects, or have no instant.
    pub unreadable: usize,
}

/// One event. It keeps no text of the other side, and its `Debug` hides the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendGridEvent {
    /// What happened.
    pub kind: SendGridKind,
    /// When.
    pub at: DateTime<Utc>,
    /// Our own name for the message, when it was sent by us.
    pub dispatch: Option<DispatchRef>,
    /// SendGrid's name for the message, as the [`Receipt`](pregon_core::Receipt) has it. Bounces
    /// that come late are without.
    pub message: Option<String>,
    /// SendGrid's name for the event.
    pub event: Option<String>,
    /// The categories of the message.
    pub categories: Vec<String>,
    /// Whom it is about.
    pub to: Option<Recipient>,
}

impl SendGridEvents {
    /// Reads the body of a callback, whoever signed it. See
    /// [`SendGridWebhook::read`](super::SendGridWebhook::read).
    ///
    /// # Errors
    /// When it is not a JSON array, or larger than any that SendGrid posts.
    ///
    /// ```
    /// use pregon_adapters_email::{SendGridEvents, SendGridKind};
    /// let body = br#"[{"event": "delivered", "timestamp": 1600112492}, {"event": "of 2031"}]"#;
    /// let read = SendGridEvents::parse(body)?;
    /// assert_eq!(read.events[0].kind, SendGridKind::Delivered);
    /// assert_eq!(read.unreadable, 1);
    /// # Ok::<(), pregon_adapters_email::CallbackError>(())
    /// ```
    pub fn parse(body: &[u8]) -> Result<Self, CallbackError> {
        check_size(body)?;
        let Value::Array(items) = serde_json::from_slice(body)? else {
            return Err(CallbackError::Shape("a list of events"));
        };
        let mut read = Self::default();
        for item in &items {
            match item.as_object().and_then(SendGridEvent::of) {
                Some(event) => read.events.push(event),
                None => read.unreadable += 1,
            }
        }
        Ok(read)
    }

    /// What they say in our words. Left out is what is about none of our messages, or says nothing
    /// about one.
    #[must_use]
    pub fn feedback(&self) -> Vec<Feedback> {
        self.events
            .iter()
            .filter_map(SendGridEvent::feedback)
            .collect()
    }
}

impl SendGridEvent {
    fn of(event: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| event.get(name).and_then(Value::as_str);
        let short = |name: &str| text(name).filter(|text| text.len() <= MOST_NAME_BYTES);
        // The name of the message is followed by a dot and the names of SendGrid's machines.
        let message = short("sg_message_id").and_then(|name| name.split('.').next());
        let to = text("email").and_then(|email| EmailAddress::parse(email).ok());
        Some(Self {
            kind: SendGridKind::of(event),
            at: instant(event.get("timestamp")?)?,
            dispatch: short(ID).and_then(DispatchRef::parse),
            message: message.filter(|name| !name.is_empty()).map(str::to_owned),
            event: short("sg_event_id").map(str::to_owned),
            categories: categories(event.get("category")),
            to: to.as_ref().map(Recipient::new),
        })
    }

    /// What it says in our words; `None` when it is about none of our messages, or says nothing
    /// about one.
    #[must_use]
    pub fn feedback(&self) -> Option<Feedback> {
        let by_reference = || self.message.clone().map(About::Reference);
        Some(Feedback {
            provider: "sendgrid".into(),
            channel: ChannelName::new(Email::KIND).expect("a message's kind is a name"),
            about: self.dispatch.map(About::Dispatch).or_else(by_reference)?,
            kind: self.kind.feedback()?,
            at: self.at,
            to: self.to.clone(),
            refuses: self.kind.refuses(),
            code: self.kind.code(),
        })
    }
}

/// Seconds of the epoch, as a number or as its digits.
fn instant(value: &Value) -> Option<DateTime<Utc>> {
    let secs = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    DateTime::from_timestamp(secs?, 0)
}

/// One text, or several.
fn categories(value: Option<&Value>) -> Vec<String> {
    let texts: Vec<&Value> = match value {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let texts = texts.into_iter().filter_map(Value::as_str);
    let short = texts.filter(|text| text.chars().count() <= 255);
    short.take(MOST_CATEGORIES).map(str::to_owned).collect()
}
