//! One report about one message.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, Utc};

use super::{FeedbackKind, Heard};
use crate::{Address, ChannelName, DispatchRef, HashKey, PurposeScope, Subject};

/// Which message a report is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    /// The provider gave our own name back.
    Dispatch(DispatchRef),
    /// The provider gave its own, which stands in the [`Receipt`](crate::Receipt).
    Reference(String),
}

/// An address that a report speaks of. Its `Debug` hides it; only its hash is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient {
    kind: &'static str,
    canonical: String,
}

impl Recipient {
    /// A parsed address.
    #[must_use]
    pub fn new<A: Address>(address: &A) -> Self {
        Self {
            kind: A::KIND,
            canonical: address.as_str().to_owned(),
        }
    }

    /// As preferences and the ledger speak of it.
    #[must_use]
    pub fn subject(&self, key: &HashKey) -> Subject {
        Subject::Address(key.address(self.kind, &self.canonical))
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({} ***)", self.kind)
    }
}

/// What a provider reports about one message, in our words. It carries no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Who reports: `sendgrid`, `redvoiss`, `dsn`.
    pub provider: Cow<'static, str>,
    /// By which channel the message went.
    pub channel: ChannelName,
    /// Which message.
    pub about: About,
    /// What became of it.
    pub kind: FeedbackKind,
    /// When, as the provider says.
    pub at: DateTime<Utc>,
    /// The address that it speaks of, when the report names it.
    pub to: Option<Recipient>,
    /// What the person refuses, when it is [`Unsubscribed`](FeedbackKind::Unsubscribed): a link
    /// speaks of promotional messages, STOP to a phone number of everything.
    pub refuses: PurposeScope,
    /// The provider's code for the reason: `5.1.1`, `21610`. Never its words, which hold addresses.
    pub code: Option<String>,
}

/// The natural key of a report: told again under another name of the provider's, it is the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeedbackId([u8; 16]);

impl FeedbackId {
    /// The id that a store kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes that a store keeps.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for FeedbackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0[..4]))
    }
}

impl Feedback {
    /// Its natural key: provider, message, kind, instant and address.
    ///
    /// Providers repeat reports, some under new ids of theirs (SendGrid), so theirs are not used.
    /// HMAC-SHA-256 (RFC 2104) with the store's key, first 16 bytes.
    ///
    /// ```
    /// # use pregon_core::*;
    /// # let key = HashKey::new([7; 32]);
    /// let report = Feedback {
    ///     provider: "redvoiss".into(),
    ///     channel: ChannelName::new("sms")?,
    ///     about: About::Reference("88123".to_owned()),
    ///     kind: FeedbackKind::Delivered,
    ///     at: chrono::DateTime::UNIX_EPOCH,
    ///     to: None,
    ///     refuses: PurposeScope::Promotional,
    ///     code: None,
    /// };
    /// let again = report.clone();
    /// assert_eq!(report.id(&key), again.id(&key));
    /// let opened = Feedback { kind: FeedbackKind::Opened, ..again };
    /// assert_ne!(report.id(&key), opened.id(&key));
    /// # Ok::<(), pregon_core::IdError>(())
    /// ```
    #[must_use]
    pub fn id(&self, key: &HashKey) -> FeedbackId {
        let about = match &self.about {
            About::Dispatch(name) => format!("d{}", name.id),
            // A reference is the provider's, and may hold anything.
            About::Reference(text) => {
                format!("r{}", data_encoding::HEXLOWER.encode(text.as_bytes()))
            }
        };
        let at = self.at.timestamp_micros().to_string();
        let to = self.to.as_ref().map(|to| to.subject(key).code());
        let to = data_encoding::HEXLOWER.encode(&to.unwrap_or_default());
        FeedbackId(key.sign(&[
            b"feedback",
            self.provider.as_bytes(),
            about.as_bytes(),
            self.kind.as_str().as_bytes(),
            at.as_bytes(),
            to.as_bytes(),
        ]))
    }
}

/// A message of which more may come back, for whoever asks the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// Our name for it.
    pub name: DispatchRef,
    /// The provider's own.
    pub reference: String,
    /// When the provider took it.
    pub at: DateTime<Utc>,
    /// What came back of it so far: of one that arrived, only answers are still to come.
    pub heard: Heard,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EmailAddress;

    const NAME: &str = "a4dqobyha4dqobyha4dqobyha4.31";

    fn report() -> Feedback {
        Feedback {
            provider: "sendgrid".into(),
            channel: ChannelName::new("email").unwrap(),
            about: About::Reference("a".to_owned()),
            kind: FeedbackKind::Clicked,
            at: DateTime::UNIX_EPOCH,
            to: Some(Recipient::new(
                &EmailAddress::parse("ana@example.org").unwrap(),
            )),
            refuses: PurposeScope::Promotional,
            code: Some("5.1.1".to_owned()),
        }
    }

    #[test]
    fn whatever_makes_it_another_report_changes_its_id() {
        let key = HashKey::new([1; 32]);
        let changes: [fn(&mut Feedback); 6] = [
            |it| it.provider = "mailgun".into(),
            |it| it.about = About::Reference("b".to_owned()),
            |it| it.about = About::Dispatch(DispatchRef::parse(NAME).unwrap()),
            |it| it.kind = FeedbackKind::Opened,
            |it| it.at += chrono::Duration::microseconds(1),
            |it| it.to = None,
        ];
        let mut ids = vec![report().id(&key), report().id(&HashKey::new([2; 32]))];
        for change in changes {
            let mut other = report();
            change(&mut other);
            ids.push(other.id(&key));
        }
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }

    #[test]
    fn how_its_reason_is_written_does_not() {
        let key = HashKey::new([1; 32]);
        let mut other = report();
        other.code = None;
        assert_eq!(other.id(&key), report().id(&key));
    }

    #[test]
    fn nobody_reads_the_address_in_a_log() {
        assert!(!format!("{:?}", report()).contains("ana"));
    }

    /// A channel name has no zero byte, nor has any other part: parts cannot run into each other.
    #[test]
    fn a_reference_with_a_zero_byte_is_one_part() {
        let key = HashKey::new([1; 32]);
        let mut one = report();
        one.about = About::Reference("a\0clicked".to_owned());
        assert_ne!(one.id(&key), report().id(&key));
    }
}
