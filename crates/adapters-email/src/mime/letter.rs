//! The bytes of a mail, the same for every channel that makes them itself.

use std::time::{Duration, SystemTime};

use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{MessageBuilder, MultiPart, SinglePart, header};
use pregon_core::{Address, DispatchId, Email, EmailAddress, Outbound};

use super::body::body;
use super::clean;
use super::unsubscribe::{TokenTooLong, Unsubscribe};
use crate::Sender;
use crate::sender::Mailbox;

/// Why no mail can be made of a message.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MimeError {
    /// Our addresses are stricter than lettre's, so this is a difference nobody foresaw.
    #[error("an address that mail programs do not take")]
    Address,
    #[error(transparent)]
    TokenTooLong(#[from] TokenTooLong),
    #[error("headers that do not fit together")]
    Headers,
}

/// Writes the mail of a message. Apart from `Date`, its bytes depend only on sender, key, content
/// and `attempt`, which a channel gives when the person may see this mail beside an earlier one.
pub(crate) fn letter(
    sender: &Sender,
    out: &Outbound<Email>,
    attempt: Option<&str>,
) -> Result<lettre::Message, MimeError> {
    let to = recipient(&out.message.to)?;
    let from = mailbox(sender.from())?;
    let envelope = Envelope::new(Some(from.email.clone()), vec![to.clone()])
        .map_err(|_| MimeError::Headers)?;
    let domain = sender.from().address.domain();
    let mut mail = lettre::Message::builder()
        .envelope(envelope)
        .from(from)
        .to(lettre::message::Mailbox::new(None, to))
        .subject(clean::line(&out.message.subject))
        .date(instant(out))
        .message_id(Some(format!("<{}@{domain}>", out.name())));
    if let Some(reply_to) = sender.reply_to() {
        mail = mail.reply_to(mailbox(reply_to)?);
    }
    if let Some(unsubscribe) = Unsubscribe::of(sender, out)? {
        mail = raw(mail, "List-Unsubscribe", unsubscribe.list);
        if let Some(post) = unsubscribe.post {
            mail = raw(mail, "List-Unsubscribe-Post", post.to_owned());
        }
    }
    // RFC 3834 §5: what a program wrote of its own accord says so. Vacation programs then do not
    // answer it, and an answer that comes back is a person's.
    mail = raw(mail, "Auto-Submitted", "auto-generated".to_owned());
    if let Some(attempt) = attempt {
        mail = raw(mail, "X-Pregon-Attempt", attempt.to_owned());
    }
    with_body(mail, &out.message, out.id).map_err(|_| MimeError::Headers)
}

fn with_body(
    mail: MessageBuilder,
    email: &Email,
    id: DispatchId,
) -> Result<lettre::Message, lettre::error::Error> {
    // No encoding of a body makes `=_`, except the one that leaves it as it is: see `body`.
    let boundary = format!("=_{id}");
    let text = |text| part(header::ContentType::TEXT_PLAIN, text, &boundary);
    let html = |html| part(header::ContentType::TEXT_HTML, html, &boundary);
    match (&email.text, &email.html) {
        (Some(plain), Some(rich)) => {
            // The last part is the one that programs prefer.
            let both = MultiPart::alternative().boundary(&boundary);
            mail.multipart(both.singlepart(text(plain)).singlepart(html(rich)))
        }
        (None, Some(rich)) => mail.singlepart(html(rich)),
        (plain, None) => mail.singlepart(text(plain.as_deref().unwrap_or_default())),
    }
}

fn part(kind: header::ContentType, text: &str, boundary: &str) -> SinglePart {
    SinglePart::builder()
        .content_type(kind)
        .body(body(text, boundary))
}

fn raw(mail: MessageBuilder, name: &'static str, value: String) -> MessageBuilder {
    mail.raw_header(HeaderValue::new(
        HeaderName::new_from_ascii_str(name),
        value,
    ))
}

fn mailbox(mailbox: &Mailbox) -> Result<lettre::message::Mailbox, MimeError> {
    let address = mailbox.address.as_str().parse();
    let address = address.map_err(|_| MimeError::Address)?;
    Ok(lettre::message::Mailbox::new(mailbox.name.clone(), address))
}

/// The recipient, its domain in ASCII: then only a local part with other letters needs a server
/// that takes them (RFC 6531).
fn recipient(to: &EmailAddress) -> Result<lettre::Address, MimeError> {
    let (local, domain) = super::with_ascii_domain(to).ok_or(MimeError::Address)?;
    lettre::Address::new(local, domain).map_err(|_| MimeError::Address)
}

/// The present for the `Date` header, kept within the years that its writer can print.
fn instant(out: &Outbound<Email>) -> SystemTime {
    const END_OF_9999: u64 = 253_402_300_799;
    let secs = u64::try_from(out.now.timestamp()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_secs(secs.min(END_OF_9999))
}
