//! What a report says, and what that is in our words.

use std::fmt;

use chrono::{DateTime, Utc};
use pregon_core::{
    About, Address, ChannelName, DispatchRef, Email, EmailAddress, Feedback, FeedbackKind, Message,
    PurposeScope, Recipient,
};

use super::fields::Fields;
use crate::callback::enhanced;

/// A mail that came back about one of ours. Its `Debug` hides addresses.
#[derive(Clone, PartialEq, Eq)]
pub struct MailReport {
    /// Our own name for the mail that it is about.
    pub message: Option<DispatchRef>,
    /// The `Message-ID` of that mail, if the report gives it back.
    pub message_id: Option<String>,
    /// When the report was written, or else received.
    pub at: DateTime<Utc>,
    /// What it says.
    pub said: Said,
}

/// A `Message-ID` is whatever stands there: of a mangled mail it may be an address.
impl fmt::Debug for MailReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailReport")
            .field("message", &self.message)
            .field("at", &self.at)
            .field("said", &self.said)
            .finish_non_exhaustive()
    }
}

/// What a report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// What became of it, for each recipient.
    Delivery(Vec<DeliveryStatus>),
    /// What a person said about it.
    Complaint {
        /// What they said.
        kind: ComplaintKind,
        /// Who, if the mailbox provider tells.
        to: Option<Recipient>,
    },
}

/// What became of a mail for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryStatus {
    /// Whom it was sent to.
    pub to: Option<Recipient>,
    /// What was done.
    pub action: DeliveryAction,
    /// The enhanced status code.
    pub code: Option<String>,
}

/// What a mail server did (RFC 3464 §2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryAction {
    /// It gave up.
    Failed,
    /// It tries again.
    Delayed,
    /// The mail is in the mailbox.
    Delivered,
    /// It passed the mail on to somebody who does not report.
    Relayed,
    /// It passed the mail on to several.
    Expanded,
}

/// What a person said about a mail (RFC 5965 §7.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ComplaintKind {
    /// It is spam.
    Abuse,
    /// It is a fraud.
    Fraud,
    /// It has a virus.
    Virus,
    /// They want no more of it.
    OptOut,
    /// It is no spam after all.
    NotSpam,
    /// Something else.
    Other,
}

/// The status of one recipient; `None` without an action that is one.
pub(super) fn status(fields: &Fields) -> Option<DeliveryStatus> {
    let action = match fields.get("action")?.to_ascii_lowercase().as_str() {
        "failed" => DeliveryAction::Failed,
        "delayed" => DeliveryAction::Delayed,
        "delivered" => DeliveryAction::Delivered,
        "relayed" => DeliveryAction::Relayed,
        "expanded" => DeliveryAction::Expanded,
        _ => return None,
    };
    let code = |name| fields.get(name).and_then(enhanced);
    // The address that we wrote to comes first; the other may be where it was forwarded to.
    let names = ["original-recipient", "final-recipient"];
    let to = names.iter().find_map(|name| recipient(fields.get(name)?));
    // `5.0.0` says no more than `failed`; the server's own words may.
    let status = code("status").filter(|code| !code.ends_with(".0.0"));
    Some(DeliveryStatus {
        to,
        action,
        code: status
            .or_else(|| code("diagnostic-code"))
            .or_else(|| code("status")),
    })
}

/// What a complaint says; `None` without a kind.
pub(super) fn complaint(fields: &Fields) -> Option<Said> {
    let kind = match fields.get("feedback-type")?.to_ascii_lowercase().as_str() {
        "abuse" => ComplaintKind::Abuse,
        "fraud" => ComplaintKind::Fraud,
        "virus" => ComplaintKind::Virus,
        "opt-out" => ComplaintKind::OptOut,
        "not-spam" => ComplaintKind::NotSpam,
        _ => ComplaintKind::Other,
    };
    let to = recipient(fields.get("original-rcpt-to").unwrap_or_default());
    Some(Said::Complaint { kind, to })
}

/// `rfc822; ana@example.org`, or the address alone.
fn recipient(text: &str) -> Option<Recipient> {
    let address = text.rsplit_once(';').map_or(text, |(_, address)| address);
    let address = address.trim().trim_matches(['<', '>']);
    let address = EmailAddress::parse(address).ok()?;
    Some(Recipient::new(&address))
}

pub(super) fn feedback(report: &MailReport) -> Vec<Feedback> {
    let Some(name) = report.message else {
        return Vec::new();
    };
    let told = |provider, kind, to: &Option<Recipient>, code: &Option<String>| Feedback {
        provider,
        channel: ChannelName::new(Email::KIND).expect("a message's kind is a name"),
        about: About::Dispatch(name),
        kind,
        at: report.at,
        to: to.clone(),
        refuses: PurposeScope::Promotional,
        code: code.clone(),
    };
    match &report.said {
        Said::Delivery(people) => {
            let told = |it: &DeliveryStatus| told("dsn".into(), it.feedback(), &it.to, &it.code);
            people.iter().map(told).collect()
        }
        Said::Complaint { kind, to } => {
            let told = |kind| told("arf".into(), kind, to, &None);
            kind.feedback().map(told).into_iter().collect()
        }
    }
}

impl DeliveryStatus {
    /// What it is in our words.
    ///
    /// Only `5.1.x`, without those about a sender (5.1.7, 5.1.8), say that there is no such
    /// address. A full mailbox has room again one day, and policy (5.7.x) is about us.
    fn feedback(&self) -> FeedbackKind {
        let code = self.code.as_deref().unwrap_or_default();
        match self.action {
            DeliveryAction::Failed => {
                let dead = code.starts_with("5.1.") && !matches!(code, "5.1.7" | "5.1.8");
                if dead {
                    FeedbackKind::BouncedHard
                } else {
                    FeedbackKind::BouncedSoft
                }
            }
            DeliveryAction::Delayed => FeedbackKind::Deferred,
            DeliveryAction::Delivered => FeedbackKind::Delivered,
            DeliveryAction::Relayed | DeliveryAction::Expanded => FeedbackKind::Sent,
        }
    }
}

impl ComplaintKind {
    fn feedback(self) -> Option<FeedbackKind> {
        match self {
            Self::Abuse | Self::Fraud | Self::Virus => Some(FeedbackKind::Complained),
            Self::OptOut => Some(FeedbackKind::Unsubscribed),
            Self::NotSpam | Self::Other => None,
        }
    }
}
