//! The fields of a request, as `POST /v3/{domain}/messages` takes them, and of its answer.

use form_urlencoded::Serializer;
use pregon_core::{Class, Email, Outbound, Purpose};
use serde::Deserialize;

use super::MailgunConfig;
use crate::api::Unfit;
use crate::mime::clean;
use crate::mime::unsubscribe::Unsubscribe;
use crate::mime::with_ascii_domain;
use crate::sender::Mailbox;

/// The variable that holds the name of the dispatch; it comes back among an event's variables.
pub(super) const ID: &str = "pregon_id";

/// A message is smaller, with all that is around it.
const MOST_BYTES: usize = 25_000_000;
/// The longest tag.
const MOST_TAG_CHARS: usize = 128;

/// The form of a message to one person.
pub(super) fn body(config: &MailgunConfig, out: &Outbound<Email>) -> Result<Vec<u8>, Unfit> {
    let fields = fields(config, out)?;
    let bytes = fields
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if bytes >= MOST_BYTES {
        let most = MOST_BYTES - 1;
        return Err(Unfit::TooLarge { bytes, most });
    }
    let mut form = Serializer::new(String::with_capacity(bytes * 3 / 2));
    form.extend_pairs(&fields);
    Ok(form.finish().into_bytes())
}

/// What of an answer we read.
#[derive(Debug, Deserialize)]
struct Queued {
    id: String,
}

/// Mailgun's name for the message, without the signs around it, as its events have it.
pub(super) fn reference(body: &[u8]) -> Option<String> {
    const MOST_BYTES: usize = 255;
    let queued: Queued = serde_json::from_slice(body).ok()?;
    let name = queued.id.trim();
    let name = name
        .strip_prefix('<')
        .and_then(|name| name.strip_suffix('>'))
        .unwrap_or(name);
    let usual =
        (1..=MOST_BYTES).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic());
    usual.then(|| name.to_owned())
}

type Field = (&'static str, String);

fn fields(config: &MailgunConfig, out: &Outbound<Email>) -> Result<Vec<Field>, Unfit> {
    let sender = &config.sender;
    let subject = clean::line(&out.message.subject);
    if subject.is_empty() {
        return Err(Unfit::Subject);
    }
    let mut fields = vec![
        ("from", mailbox(sender.from())),
        // One, so nobody sees anybody else's address.
        ("to", recipient(out)?),
        ("subject", subject),
    ];
    fields.extend(content(&out.message)?);
    if let Some(reply_to) = sender.reply_to() {
        fields.push(("h:Reply-To", mailbox(reply_to)));
    }
    fields.push(("h:Auto-Submitted", "auto-generated".to_owned()));
    if let Some(unsubscribe) = Unsubscribe::of(sender, out)? {
        fields.push(("h:List-Unsubscribe", unsubscribe.list));
        if let Some(post) = unsubscribe.post {
            fields.push(("h:List-Unsubscribe-Post", post.to_owned()));
        }
    }
    if out.again {
        fields.push(("h:X-Pregon-Attempt", "again".to_owned()));
    }
    if config.test_mode {
        fields.push(("o:testmode", "yes".to_owned()));
    }
    // Written out, because what is left out is as the domain has it.
    let watched = config.tracking && out.class == Class::Promotional;
    let watched = if watched { "yes" } else { "no" };
    for option in ["o:tracking", "o:tracking-clicks", "o:tracking-opens"] {
        fields.push((option, watched.to_owned()));
    }
    if let Some(tag) = config.tags.then(|| tag(&out.purpose)).flatten() {
        fields.push(("o:tag", tag.to_owned()));
    }
    fields.push(("v:pregon_id", out.name().to_string()));
    Ok(fields)
}

/// Name and address, the name between quotes: it may have any sign of its own.
fn mailbox(mailbox: &Mailbox) -> String {
    use pregon_core::Address;
    let address = mailbox.address.as_str();
    match &mailbox.name {
        None => address.to_owned(),
        Some(name) => {
            let name = name.replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{name}\" <{address}>")
        }
    }
}

fn recipient(out: &Outbound<Email>) -> Result<String, Unfit> {
    let (local, domain) = with_ascii_domain(&out.message.to).ok_or(Unfit::Address)?;
    Ok(format!("{local}@{domain}"))
}

fn content(email: &Email) -> Result<Vec<Field>, Unfit> {
    let parts = [("text", &email.text), ("html", &email.html)];
    let written = parts.into_iter().filter_map(|(name, text)| {
        let value = clean::body(text.as_deref()?).into_owned();
        (!value.is_empty()).then_some((name, value))
    });
    let content: Vec<Field> = written.collect();
    if content.is_empty() {
        return Err(Unfit::Content);
    }
    Ok(content)
}

/// A purpose as a tag, if it is one by Mailgun's rules.
fn tag(purpose: &Purpose) -> Option<&str> {
    let name = purpose.as_str();
    (name.is_ascii() && name.len() <= MOST_TAG_CHARS).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_as_events_have_it() {
        for (body, name) in [
            (
                r#"{"id":"<2026.1@mg.example.org>","message":"Queued."}"#,
                Some("2026.1@mg.example.org"),
            ),
            (
                r#"{"id":"2026.1@mg.example.org"}"#,
                Some("2026.1@mg.example.org"),
            ),
            (r#"{"id":"<>"}"#, None),
            (r#"{"id":"a b"}"#, None),
            (r#"{"id":7}"#, None),
            (r#"{"message":"Queued."}"#, None),
            ("Queued.", None),
            ("", None),
        ] {
            assert_eq!(reference(body.as_bytes()).as_deref(), name, "{body}");
        }
    }
}
