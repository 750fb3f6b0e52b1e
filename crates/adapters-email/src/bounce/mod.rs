//! What mail servers send back: reports of delivery (RFC 3464) and complaints (RFC 5965).

mod fields;
mod maildir;
mod post;
mod report;

use chrono::{DateTime, Utc};
use mail_parser::{Message, MessageParser, MimeHeaders};
use pregon_core::{DispatchRef, Feedback};

use self::fields::Fields;
pub use self::maildir::{MailBatch, MailRefusal, Maildir};
pub use self::post::BouncePost;
pub use self::report::{ComplaintKind, DeliveryAction, DeliveryStatus, MailReport, Said};
use crate::{CallbackError, Verp};

/// No report is larger, with the mail that it gives back.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Of more recipients than these a report of one of our mails cannot speak: each has one.
const MOST_RECIPIENTS: usize = 100;

/// Reads the mails that came to the address for bounces.
///
/// Which mail a report is about is told by the address it came to ([`Verp`]), or by the
/// `Message-ID` of the mail that it gives back: both hold a name that only we and whoever got the
/// mail know.
///
/// ```
/// # use pregon_core::FeedbackKind;
/// use pregon_adapters_email::Bounces;
/// let mail = b"To: avisos@example.org\r\n\
///     Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n\
///     --x\r\nContent-Type: message/delivery-status\r\n\r\n\
///     Reporting-MTA: dns; mx.example.net\r\n\r\n\
///     Final-Recipient: rfc822; ana@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n\
///     --x\r\nContent-Type: text/rfc822-headers\r\n\r\n\
///     Message-ID: <a4dqobyha4dqobyha4dqobyha4.31@example.org>\r\n--x--\r\n";
/// let now = "2026-11-20T06:00:00Z".parse().expect("an instant");
/// let told = Bounces::new().read(mail, now)?.feedback();
/// assert_eq!(told[0].kind, FeedbackKind::BouncedHard);
/// assert_eq!(told[0].code.as_deref(), Some("5.1.1"));
/// # Ok::<(), pregon_adapters_email::CallbackError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Bounces {
    verp: Option<Verp>,
}

impl Bounces {
    /// Reads reports, and knows mails by their `Message-ID`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With the addresses that bounces go to.
    #[must_use]
    pub fn with_verp(mut self, verp: Verp) -> Self {
        self.verp = Some(verp);
        self
    }

    /// Reads one mail, which was received at an instant.
    ///
    /// # Errors
    /// When it is no report: people and their vacation programs write to such addresses too.
    pub fn read(&self, mail: &[u8], received: DateTime<Utc>) -> Result<MailReport, CallbackError> {
        const NONE: CallbackError = CallbackError::Shape("a report of delivery or a complaint");
        if mail.len() > MOST_BYTES {
            return Err(CallbackError::TooLarge { most: MOST_BYTES });
        }
        let message = parsed(mail).ok_or(NONE)?;
        let said = said(&message).ok_or(NONE)?;
        let written = message.date().map(|date| date.to_timestamp());
        let written = written.and_then(|secs| DateTime::from_timestamp(secs, 0));
        let (original, id) = self.original(&message);
        Ok(MailReport {
            message: original,
            message_id: id,
            at: written.filter(|at| *at <= received).unwrap_or(received),
            said,
        })
    }

    /// Which mail it is about: our name for it, and its `Message-ID`.
    fn original(&self, message: &Message<'_>) -> (Option<DispatchRef>, Option<String>) {
        let returned = parts(
            message,
            &["rfc822", "global", "rfc822-headers", "global-headers"],
        );
        let returned: Vec<Fields> = returned.map(Fields::first).collect();
        let find = |name| returned.iter().find_map(|fields: &Fields| fields.get(name));
        let id = find("message-id").map(|id| id.trim().trim_matches(['<', '>']).to_owned());
        let by_id = id
            .as_deref()
            .and_then(|id| DispatchRef::parse(id.split_once('@')?.0));
        (
            self.by_address(message, &returned).or(by_id),
            id.filter(|id| id.len() <= 998),
        )
    }

    /// The mail whose own address the report came to, or was sent from.
    fn by_address(&self, message: &Message<'_>, returned: &[Fields]) -> Option<DispatchRef> {
        const CAME_TO: [&str; 5] = [
            "to",
            "delivered-to",
            "x-original-to",
            "envelope-to",
            "x-envelope-to",
        ];
        let verp = self.verp.as_ref()?;
        let in_text = |text: &str| {
            let words = text.split(|c: char| c.is_whitespace() || "<>,;:\"()".contains(c));
            words
                .filter(|word| word.contains('@'))
                .find_map(|word| verp.read(word))
        };
        let to = |name: &str| CAME_TO.iter().any(|known| known.eq_ignore_ascii_case(name));
        let mut headers = message.headers_raw().filter(|(name, _)| to(name));
        let reports = parts(message, &["feedback-report"]).map(Fields::first);
        let mut reports = reports.filter_map(|report| in_text(report.get("original-mail-from")?));
        let mut paths = returned
            .iter()
            .filter_map(|fields| in_text(fields.get("return-path")?));
        let by_header = headers.find_map(|(_, text)| in_text(text));
        by_header
            .or_else(|| reports.next())
            .or_else(|| paths.next())
    }
}

impl MailReport {
    /// What it says in our words. Empty when it is about none of our mails, or says nothing about
    /// one.
    #[must_use]
    pub fn feedback(&self) -> Vec<Feedback> {
        report::feedback(self)
    }
}

/// The parts of a mail. In builds with debug assertions the parser (mail-parser 0.11.9) panics over
/// what a mangled mail makes untrue; such a mail is none, wherever it is read.
fn parsed(mail: &[u8]) -> Option<Message<'_>> {
    let parse = || MessageParser::new().parse(mail);
    std::panic::catch_unwind(parse).ok().flatten()
}

/// The bodies of the parts of some kinds.
fn parts<'a>(message: &'a Message<'_>, subtypes: &'a [&str]) -> impl Iterator<Item = &'a [u8]> {
    let of = move |part: &&mail_parser::MessagePart<'_>| {
        let kind = part.content_type();
        let is = |kind: &str| {
            ["message", "text"]
                .iter()
                .any(|of| kind.eq_ignore_ascii_case(of))
        };
        let subtype = kind
            .filter(|kind| is(kind.ctype()))
            .and_then(|kind| kind.subtype());
        subtype.is_some_and(|name| subtypes.iter().any(|of| name.eq_ignore_ascii_case(of)))
    };
    message.parts.iter().filter(of).map(|part| part.contents())
}

/// What a report says, if it is one.
fn said(message: &Message<'_>) -> Option<Said> {
    if let Some(report) = parts(message, &["delivery-status", "global-delivery-status"]).next() {
        let blocks = Fields::blocks(report);
        // The first block is about the message, each other one about a recipient.
        let people = blocks.iter().skip(1).take(MOST_RECIPIENTS);
        let people: Vec<DeliveryStatus> = people.filter_map(report::status).collect();
        return (!people.is_empty()).then_some(Said::Delivery(people));
    }
    let report = parts(message, &["feedback-report"]).next()?;
    report::complaint(&Fields::first(report))
}
