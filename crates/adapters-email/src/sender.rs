//! In whose name we write.

use std::fmt;

use pregon_core::{Address, AddressError, EmailAddress};

use crate::mime::clean;

/// Why a text does not say in whose name to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SenderError {
    /// There is `<` or `>` without the other.
    #[error("a name is followed by its address in angle brackets: Name <name@example.org>")]
    Brackets,
    /// The address cannot be written from.
    #[error("the sender's address")]
    Address(#[source] AddressError),
    /// The address has letters that only some mail servers take.
    #[error("a sender's address is plain ASCII, its domain in the form that begins with xn--")]
    NotAscii,
    /// The name is too long for a header.
    #[error("a sender's name has at most {most} characters")]
    NameTooLong {
        /// The largest number of characters.
        most: usize,
    },
    /// The address to unsubscribe at is not one.
    #[error("the address to unsubscribe at")]
    Unsubscribe(#[source] AddressError),
    /// The URL to unsubscribe at is not one.
    #[error("the URL to unsubscribe at: {0}")]
    UnsubscribeUrl(&'static str),
}

/// In whose name we write, and how the person can tell us to stop.
///
/// ```
/// use pregon_adapters_email::{Sender, UnsubscribeUrl};
/// let sender = Sender::parse("Renovaciones <avisos@example.org>")?
///     .with_unsubscribe_mailto("baja@example.org")?
///     .with_unsubscribe_url(UnsubscribeUrl::parse("https://m.example.org/baja/{token}")?);
/// assert_eq!(sender.to_string(), "Renovaciones <avisos@example.org>");
/// assert!(Sender::parse("Renovaciones avisos@example.org").is_err());
/// # Ok::<(), pregon_adapters_email::SenderError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    from: Mailbox,
    reply_to: Option<Mailbox>,
    unsubscribe_mailto: Option<EmailAddress>,
    unsubscribe_url: Option<UnsubscribeUrl>,
}

impl Sender {
    /// Takes `Name <name@example.org>` or an address alone.
    ///
    /// Line breaks, other control characters and those that turn the direction of writing are left
    /// out of the name.
    ///
    /// # Errors
    /// When it has no usable address, or is not of one of these two forms.
    pub fn parse(text: &str) -> Result<Self, SenderError> {
        Ok(Self {
            from: Mailbox::parse(text)?,
            reply_to: None,
            unsubscribe_mailto: None,
            unsubscribe_url: None,
        })
    }

    /// With another mailbox for the answers, written like the sender's.
    ///
    /// # Errors
    /// As [`Sender::parse`].
    pub fn with_reply_to(mut self, text: &str) -> Result<Self, SenderError> {
        self.reply_to = Some(Mailbox::parse(text)?);
        Ok(self)
    }

    /// With an address to which a mail whose subject is the token unsubscribes.
    ///
    /// # Errors
    /// When it is not an address in plain ASCII.
    pub fn with_unsubscribe_mailto(mut self, address: &str) -> Result<Self, SenderError> {
        let address = EmailAddress::parse(address).map_err(SenderError::Unsubscribe)?;
        if !address.as_str().is_ascii() {
            return Err(SenderError::NotAscii);
        }
        self.unsubscribe_mailto = Some(address);
        Ok(self)
    }

    /// With a URL that the host serves, where one click unsubscribes (RFC 8058).
    #[must_use]
    pub fn with_unsubscribe_url(mut self, url: UnsubscribeUrl) -> Self {
        self.unsubscribe_url = Some(url);
        self
    }

    pub(crate) fn from(&self) -> &Mailbox {
        &self.from
    }

    pub(crate) fn reply_to(&self) -> Option<&Mailbox> {
        self.reply_to.as_ref()
    }

    pub(crate) fn unsubscribe_mailto(&self) -> Option<&EmailAddress> {
        self.unsubscribe_mailto.as_ref()
    }

    pub(crate) fn unsubscribe_url(&self) -> Option<&UnsubscribeUrl> {
        self.unsubscribe_url.as_ref()
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.from.name {
            Some(name) => write!(f, "{name} <{}>", self.from.address.as_str()),
            None => f.write_str(self.from.address.as_str()),
        }
    }
}

/// A URL template with one `{token}`, served by the host.
///
/// It must answer a POST of `List-Unsubscribe=One-Click` without login and without redirect, and
/// must not unsubscribe on GET, because scanners follow links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsubscribeUrl {
    before: String,
    after: String,
}

impl UnsubscribeUrl {
    /// Takes an `https` URL with `{token}` where the token goes.
    ///
    /// # Errors
    /// When it is not `https` (RFC 8058 asks for it), has no place for the token or more than one,
    /// or has a character that URLs do not have.
    pub fn parse(text: &str) -> Result<Self, SenderError> {
        let wrong = SenderError::UnsubscribeUrl;
        let rest = text
            .strip_prefix("https://")
            .ok_or(wrong("it begins with https://"))?;
        let (before, after) = rest
            .split_once("{token}")
            .ok_or(wrong("it has {token} where the token goes"))?;
        let host = before.split(['/', '?', '#']).next().unwrap_or_default();
        if host.is_empty() || host.len() == before.len() {
            return Err(wrong("it has a host, and {token} after it"));
        }
        let allowed = |c: char| c.is_ascii_graphic() && !"<>\"\\^`{}|,".contains(c);
        if !before.chars().chain(after.chars()).all(allowed) {
            return Err(wrong("it has a character that must be written as %xx"));
        }
        Ok(Self {
            before: format!("https://{before}"),
            after: after.to_owned(),
        })
    }

    /// The URL of a token that is already percent-encoded.
    pub(crate) fn of(&self, token: &str) -> String {
        format!("{}{token}{}", self.before, self.after)
    }
}

/// The most characters of a name: a header line must hold it in one piece.
const MOST_NAME_CHARS: usize = 200;

/// An address with the name that is shown for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mailbox {
    pub(crate) name: Option<String>,
    pub(crate) address: EmailAddress,
}

impl Mailbox {
    fn parse(text: &str) -> Result<Self, SenderError> {
        let text = text.trim();
        let (name, address) = match (text.strip_suffix('>'), text.contains('<')) {
            (Some(text), true) => text.rsplit_once('<').ok_or(SenderError::Brackets)?,
            (None, false) => ("", text),
            _ => return Err(SenderError::Brackets),
        };
        let address = EmailAddress::parse(address).map_err(SenderError::Address)?;
        if !address.as_str().is_ascii() {
            return Err(SenderError::NotAscii);
        }
        let name = clean::line(&unquoted(name.trim()));
        if name.chars().count() > MOST_NAME_CHARS {
            return Err(SenderError::NameTooLong {
                most: MOST_NAME_CHARS,
            });
        }
        Ok(Self {
            name: Some(name).filter(|name| !name.is_empty()),
            address,
        })
    }
}

/// The text without the quotes around it and the backslashes that RFC 5322 puts within them.
fn unquoted(text: &str) -> String {
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    let Some(inner) = inner else {
        return text.to_owned();
    };
    let mut plain = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        plain.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, name: Option<&str>, address: &str) {
        let from = Sender::parse(text).unwrap().from;
        assert_eq!(
            (from.name.as_deref(), from.address.as_str()),
            (name, address)
        );
    }

    #[test]
    fn name_and_address() {
        check(
            "Renovaciones <avisos@example.org>",
            Some("Renovaciones"),
            "avisos@example.org",
        );
        check(
            "\"Spa \\\"Sol\\\", Ñuñoa\" <a@b.co>",
            Some("Spa \"Sol\", Ñuñoa"),
            "a@b.co",
        );
        check("a@b.co", None, "a@b.co");
        check("<a@b.co>", None, "a@b.co");
        check(
            "Ana\r\nBcc: x@y.zz\0 <a@b.co>",
            Some("Ana Bcc: x@y.zz"),
            "a@b.co",
        );
    }

    #[test]
    fn refused_with_the_reason() {
        assert_eq!(
            Sender::parse("Ana <a@b.co"),
            Err(SenderError::Brackets),
            "not closed"
        );
        assert_eq!(Sender::parse("a@b.co>"), Err(SenderError::Brackets));
        assert!(matches!(
            Sender::parse("Ana <a@b>"),
            Err(SenderError::Address(_))
        ));
        assert!(matches!(Sender::parse(""), Err(SenderError::Address(_))));
        assert_eq!(
            Sender::parse("ñandú@example.org"),
            Err(SenderError::NotAscii)
        );
        let long = format!("{} <a@b.co>", "n".repeat(201));
        assert_eq!(
            Sender::parse(&long),
            Err(SenderError::NameTooLong { most: 200 })
        );
    }

    #[test]
    fn urls_to_unsubscribe_at() {
        let url = UnsubscribeUrl::parse("https://m.example/u/{token}?v=1").unwrap();
        assert_eq!(url.of("t0.k-n"), "https://m.example/u/t0.k-n?v=1");
        for wrong in [
            "http://m.example/{token}",
            "https://m.example/u/",
            "https:///{token}",
            "https://{token}/",
            "https://m.example/{token}/{token}",
            "https://m.example/ {token}",
            "https://m.example/{token}>, <https://other.example/",
            "https://m.example/ñ/{token}",
        ] {
            let error = UnsubscribeUrl::parse(wrong).unwrap_err();
            assert!(matches!(error, SenderError::UnsubscribeUrl(_)), "{wrong}");
        }
    }
}
