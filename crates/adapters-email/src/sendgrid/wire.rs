//! The body of a request, as `POST /v3/mail/send` takes it.

use std::collections::BTreeMap;

use pregon_core::{Address, Class, Email, Outbound, Purpose};
use serde::{Deserialize, Serialize};

use super::config::{SendGridConfig, Tracking};
use crate::api::Unfit;
use crate::mime::clean;
use crate::mime::unsubscribe::Unsubscribe;
use crate::mime::with_ascii_domain;
use crate::sender::Mailbox;

/// The custom argument that holds the name of the dispatch. Custom arguments come back as keys of
/// an event beside SendGrid's own, so it has a prefix that none of those has.
pub(super) const ID: &str = "pregon_id";

/// A message is smaller, with all that is around it.
const MOST_BYTES: usize = 30_000_000;
/// The longest name of a category.
const MOST_CATEGORY_CHARS: usize = 255;

/// The JSON of a message to one person.
pub(super) fn body(config: &SendGridConfig, out: &Outbound<Email>) -> Result<Vec<u8>, Unfit> {
    let request = Request::of(config, out)?;
    let body = serde_json::to_vec(&request).map_err(|_| Unfit::Content)?;
    if body.len() >= MOST_BYTES {
        let bytes = body.len();
        let most = MOST_BYTES - 1;
        return Err(Unfit::TooLarge { bytes, most });
    }
    Ok(body)
}

/// What of an answer we read: the fields at fault, never the sentences about them.
#[derive(Debug, Deserialize)]
struct Errors {
    errors: Vec<Complaint>,
}

#[derive(Debug, Deserialize)]
struct Complaint {
    field: Option<String>,
}

/// The field that SendGrid complains about, if its answer names one as fields are named.
pub(super) fn complaint(body: &[u8]) -> Option<String> {
    const MOST_BYTES: usize = 80;
    let errors: Errors = serde_json::from_slice(body).ok()?;
    let field = errors.errors.into_iter().find_map(|error| error.field)?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_');
    let named = field != "null" && (1..=MOST_BYTES).contains(&field.len());
    (named && field.chars().all(plain)).then_some(field)
}

#[derive(Debug, Serialize)]
struct Request<'a> {
    /// One, and one recipient in it: nobody sees anybody else's address.
    personalizations: [Personalization; 1],
    from: Party<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<Party<'a>>,
    /// The plain text first, as SendGrid asks.
    content: Vec<Content>,
    #[serde(skip_serializing_if = "Option::is_none")]
    categories: Option<[&'a str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mail_settings: Option<MailSettings>,
    tracking_settings: TrackingSettings,
}

#[derive(Debug, Serialize)]
struct Personalization {
    to: [To; 1],
    subject: String,
    headers: BTreeMap<&'static str, String>,
    custom_args: BTreeMap<&'static str, String>,
}

#[derive(Debug, Serialize)]
struct To {
    email: String,
}

#[derive(Debug, Serialize)]
struct Party<'a> {
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

#[derive(Debug, Serialize)]
struct Content {
    #[serde(rename = "type")]
    kind: &'static str,
    value: String,
}

#[derive(Debug, Serialize)]
struct MailSettings {
    sandbox_mode: Switch,
}

#[derive(Debug, Serialize)]
struct Switch {
    enable: bool,
}

/// Each is written out, because what is left out is as the account has it.
#[derive(Debug, Serialize)]
struct TrackingSettings {
    click_tracking: Clicks,
    open_tracking: Switch,
    /// A footer of SendGrid's own, and its own way to unsubscribe, of which we would not know.
    subscription_tracking: Switch,
    ganalytics: Switch,
}

#[derive(Debug, Serialize)]
struct Clicks {
    enable: bool,
    enable_text: bool,
}

impl<'a> Request<'a> {
    fn of(config: &'a SendGridConfig, out: &'a Outbound<Email>) -> Result<Self, Unfit> {
        let sender = &config.sender;
        let subject = clean::line(&out.message.subject);
        if subject.is_empty() {
            return Err(Unfit::Subject);
        }
        let custom_args = BTreeMap::from([(ID, out.name().to_string())]);
        let categories = config.categories.then(|| category(&out.purpose)).flatten();
        let sandbox_mode = Switch { enable: true };
        Ok(Self {
            personalizations: [Personalization {
                to: [recipient(out)?],
                subject,
                headers: headers(config, out)?,
                custom_args,
            }],
            from: Party::of(sender.from()),
            reply_to: sender.reply_to().map(Party::of),
            content: content(&out.message)?,
            categories: categories.map(|category| [category]),
            mail_settings: config.sandbox.then_some(MailSettings { sandbox_mode }),
            tracking_settings: TrackingSettings::of(config.tracking, out.class),
        })
    }
}

impl<'a> Party<'a> {
    /// SendGrid takes neither `;` nor `,` in a name.
    fn of(mailbox: &'a Mailbox) -> Self {
        let plain = |name: &String| clean::line(&name.replace([';', ','], " "));
        let name = mailbox.name.as_ref().map(plain);
        Self {
            email: mailbox.address.as_str(),
            name: name.filter(|name| !name.is_empty()),
        }
    }
}

impl TrackingSettings {
    fn of(tracking: Tracking, class: Class) -> Self {
        let enable = tracking == Tracking::Promotional && class == Class::Promotional;
        Self {
            click_tracking: Clicks {
                enable,
                enable_text: false,
            },
            open_tracking: Switch { enable },
            subscription_tracking: Switch { enable: false },
            ganalytics: Switch { enable: false },
        }
    }
}

fn recipient(out: &Outbound<Email>) -> Result<To, Unfit> {
    let (local, domain) = with_ascii_domain(&out.message.to).ok_or(Unfit::Address)?;
    // Nor does it take letters that only some mail servers know.
    if !local.is_ascii() {
        return Err(Unfit::Address);
    }
    let email = format!("{local}@{domain}");
    Ok(To { email })
}

/// None of them is one that SendGrid keeps to itself.
fn headers(
    config: &SendGridConfig,
    out: &Outbound<Email>,
) -> Result<BTreeMap<&'static str, String>, Unfit> {
    let mut headers = BTreeMap::from([("Auto-Submitted", "auto-generated".to_owned())]);
    if let Some(unsubscribe) = Unsubscribe::of(&config.sender, out)? {
        headers.insert("List-Unsubscribe", unsubscribe.list);
        if let Some(post) = unsubscribe.post {
            headers.insert("List-Unsubscribe-Post", post.to_owned());
        }
    }
    if out.again {
        headers.insert("X-Pregon-Attempt", "again".to_owned());
    }
    Ok(headers)
}

fn content(email: &Email) -> Result<Vec<Content>, Unfit> {
    let parts = [("text/plain", &email.text), ("text/html", &email.html)];
    let written = parts.into_iter().filter_map(|(kind, text)| {
        let value = clean::body(text.as_deref()?).into_owned();
        (!value.is_empty()).then_some(Content { kind, value })
    });
    let content: Vec<Content> = written.collect();
    if content.is_empty() {
        return Err(Unfit::Content);
    }
    Ok(content)
}

/// A purpose as a category, if it is one by SendGrid's rules.
fn category(purpose: &Purpose) -> Option<&str> {
    let name = purpose.as_str();
    (name.is_ascii() && name.len() <= MOST_CATEGORY_CHARS).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_fields_are_repeated() {
        for (body, about) in [
            (
                r#"{"errors":[{"message":"no","field":"personalizations.0.to.0.email"}]}"#,
                Some("personalizations.0.to.0.email"),
            ),
            (
                r#"{"errors":[{"message":"a"},{"message":"b","field":"content"}],"id":"x"}"#,
                Some("content"),
            ),
            (r#"{"errors":[{"message":"no","field":"null"}]}"#, None),
            (r#"{"errors":[{"message":"no","field":null}]}"#, None),
            (r#"{"errors":[{"field":"ana@example.org"}]}"#, None),
            (r#"{"errors":[{"field":7}]}"#, None),
            (r#"{"errors":[]}"#, None),
            ("[]", None),
            ("", None),
            ("<html>", None),
        ] {
            assert_eq!(complaint(body.as_bytes()).as_deref(), about, "{body}");
        }
    }
}
