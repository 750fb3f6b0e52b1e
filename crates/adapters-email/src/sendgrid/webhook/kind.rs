//! What kinds of events there are, and what each means to us.

use pregon_core::{FeedbackKind, PurposeScope};
use serde_json::{Map, Value};

use crate::callback::{enhanced, is_soft};

/// What happened to a mail, in SendGrid's words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendGridKind {
    /// SendGrid has it.
    Processed,
    /// The other side asked to come again; SendGrid does so for three days.
    Deferred {
        /// The enhanced status code, if the answer had one.
        code: Option<String>,
    },
    /// The other side has it.
    Delivered,
    /// The other side does not take it, and will not.
    Bounced {
        /// The enhanced status code.
        code: Option<String>,
    },
    /// The other side did not take it, because of us or of its own state.
    Blocked {
        /// The enhanced status code.
        code: Option<String>,
    },
    /// SendGrid did not try.
    Dropped(DropReason),
    /// Its picture was fetched.
    Opened {
        /// Whether a machine did it, on nobody's behalf.
        by_machine: bool,
    },
    /// A link in it was followed.
    Clicked,
    /// The person called it spam.
    SpamReported,
    /// The person refused all mail by SendGrid's own link.
    Unsubscribed,
    /// The person refused a group of mails.
    GroupUnsubscribed,
    /// The person took that back, by SendGrid's word alone.
    GroupResubscribed,
    /// Something that was not known when this was written.
    Unknown,
}

/// Why SendGrid did not even try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DropReason {
    /// The person had refused all mail.
    Unsubscribed,
    /// The address bounced before.
    Bounced,
    /// The person had called a mail spam.
    ReportedSpam,
    /// There can be no such address.
    Invalid,
    /// Anything else: the message itself, the account.
    Other,
}

impl SendGridKind {
    /// The kind that the fields of an event say.
    pub(super) fn of(event: &Map<String, Value>) -> Self {
        let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
        match text("event") {
            "processed" => Self::Processed,
            "deferred" => Self::Deferred {
                code: enhanced(text("response")),
            },
            "delivered" => Self::Delivered,
            "bounce" => {
                let code = enhanced(text("status")).or_else(|| enhanced(text("reason")));
                if text("type") == "blocked" {
                    Self::Blocked { code }
                } else {
                    Self::Bounced { code }
                }
            }
            "dropped" => Self::Dropped(DropReason::of(text("reason"))),
            "open" => Self::Opened {
                by_machine: is_true(event.get("sg_machine_open")),
            },
            "click" => Self::Clicked,
            "spamreport" => Self::SpamReported,
            "unsubscribe" => Self::Unsubscribed,
            "group_unsubscribe" => Self::GroupUnsubscribed,
            "group_resubscribe" => Self::GroupResubscribed,
            _ => Self::Unknown,
        }
    }

    /// What it is in our words; `None` for what says nothing about a message.
    ///
    /// Who came back to a group did so by SendGrid's word alone, and nobody is written to again
    /// without a proof of our own.
    #[must_use]
    pub fn feedback(&self) -> Option<FeedbackKind> {
        Some(match self {
            Self::Processed => FeedbackKind::Queued,
            Self::Deferred { .. } => FeedbackKind::Deferred,
            Self::Delivered => FeedbackKind::Delivered,
            Self::Bounced { code } if is_soft(code.as_deref()) => FeedbackKind::BouncedSoft,
            Self::Bounced { .. } => FeedbackKind::BouncedHard,
            Self::Blocked { .. } => FeedbackKind::BouncedSoft,
            Self::Dropped(reason) => reason.feedback(),
            Self::Opened { by_machine: true } => FeedbackKind::OpenedByMachine,
            Self::Opened { by_machine: false } => FeedbackKind::Opened,
            Self::Clicked => FeedbackKind::Clicked,
            Self::SpamReported => FeedbackKind::Complained,
            Self::Unsubscribed | Self::GroupUnsubscribed => FeedbackKind::Unsubscribed,
            Self::GroupResubscribed | Self::Unknown => return None,
        })
    }

    /// What the person refuses by it, if anything: SendGrid's own link speaks of the whole account.
    pub(super) fn refuses(&self) -> PurposeScope {
        match self {
            Self::Unsubscribed | Self::Dropped(DropReason::Unsubscribed) => {
                PurposeScope::Everything
            }
            _ => PurposeScope::Promotional,
        }
    }

    /// The code of the reason.
    pub(super) fn code(&self) -> Option<String> {
        match self {
            Self::Deferred { code } | Self::Bounced { code } | Self::Blocked { code } => {
                code.clone()
            }
            Self::Dropped(reason) => Some(reason.code().to_owned()),
            _ => None,
        }
    }
}

impl DropReason {
    fn of(reason: &str) -> Self {
        match reason.trim().to_ascii_lowercase().as_str() {
            "unsubscribed address" => Self::Unsubscribed,
            "bounced address" => Self::Bounced,
            "spam reporting address" => Self::ReportedSpam,
            "invalid" => Self::Invalid,
            _ => Self::Other,
        }
    }

    fn feedback(self) -> FeedbackKind {
        match self {
            Self::Unsubscribed => FeedbackKind::Unsubscribed,
            Self::Bounced | Self::Invalid => FeedbackKind::BouncedHard,
            Self::ReportedSpam => FeedbackKind::Complained,
            Self::Other => FeedbackKind::Failed,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Unsubscribed => "dropped_unsubscribed",
            Self::Bounced => "dropped_bounced",
            Self::ReportedSpam => "dropped_spam_report",
            Self::Invalid => "dropped_invalid",
            Self::Other => "dropped",
        }
    }
}

fn is_true(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}
