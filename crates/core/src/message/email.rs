//! E-mail as a kind of message.

use std::fmt;

use super::{Message, MessageError, Part, Rendered, Syntax};
use crate::EmailAddress;

/// An e-mail to exactly one recipient, by type: there is no second address to leak.
///
/// ```
/// # use pregon_core::{Address, Email, EmailAddress, Message, Rendered};
/// let parts = Rendered::new().with("subject", "Hola").with("text", "¿Cómo está?");
/// let email = Email::build(EmailAddress::parse("ana@example.org")?, &parts).expect("complete");
/// assert_eq!(email.subject, "Hola");
/// assert!(!format!("{email:?}").contains("Hola"));
/// # Ok::<(), pregon_core::AddressError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    /// The one recipient.
    pub to: EmailAddress,
    /// The subject, one line.
    pub subject: String,
    /// The HTML body.
    pub html: Option<String>,
    /// The plain body.
    pub text: Option<String>,
}

const MIB: usize = 1024 * 1024;

impl Message for Email {
    const KIND: &'static str = "email";
    const PARTS: &'static [Part] = &[
        Part {
            name: "subject",
            syntax: Syntax::Text,
            required: true,
            most_chars: 400,
        },
        Part {
            name: "html",
            syntax: Syntax::Html,
            required: false,
            most_chars: MIB,
        },
        Part {
            name: "text",
            syntax: Syntax::Text,
            required: false,
            most_chars: MIB,
        },
    ];
    type Address = EmailAddress;

    fn build(to: EmailAddress, parts: &Rendered) -> Result<Self, MessageError> {
        let subject: String = one_line(parts.get("subject").unwrap_or_default());
        if subject.is_empty() {
            return Err(MessageError {
                part: "subject",
                why: "it is empty",
            });
        }
        let body = |name| {
            parts
                .get(name)
                .map(str::to_owned)
                .filter(|t| !t.trim().is_empty())
        };
        let (html, text) = (body("html"), body("text"));
        if html.is_none() && text.is_none() {
            return Err(MessageError {
                part: "text",
                why: "neither html nor text is there",
            });
        }
        Ok(Self {
            to,
            subject,
            html,
            text,
        })
    }
}

/// The text with each run of line breaks and control characters made one space.
fn one_line(text: &str) -> String {
    let flat = |c: char| {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            ' '
        } else {
            c
        }
    };
    let flat: String = text.chars().map(flat).collect();
    flat.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has = |part: &Option<String>| part.is_some();
        f.debug_struct("Email")
            .field("html", &has(&self.html))
            .field("text", &has(&self.text))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Address;

    fn build(parts: Rendered) -> Result<Email, MessageError> {
        Email::build(EmailAddress::parse("ana@example.org").unwrap(), &parts)
    }

    #[test]
    fn a_subject_is_one_line() {
        let parts = Rendered::new()
            .with("subject", "Hola\r\nBcc: x@y.zz\u{2028}!")
            .with("text", "t");
        assert_eq!(build(parts).unwrap().subject, "Hola Bcc: x@y.zz !");
    }

    #[test]
    fn an_email_without_body_or_subject_is_none() {
        assert_eq!(
            build(Rendered::new().with("subject", "s"))
                .unwrap_err()
                .part,
            "text"
        );
        assert_eq!(
            build(Rendered::new().with("text", "t")).unwrap_err().part,
            "subject"
        );
        let blank = Rendered::new().with("subject", "s").with("text", " \n");
        assert_eq!(build(blank).unwrap_err().part, "text");
    }
}
