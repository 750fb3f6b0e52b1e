//! E-mail addresses.

use super::{Address, AddressError, private_debug};

/// An e-mail address that can be written to, in canonical form: the domain in lower case.
///
/// Syntax of RFC 5321 and RFC 6531 with a domain of at least two labels and no literal; quoted
/// local parts and comments are refused, because mail systems disagree about them. The local part
/// keeps its case, as RFC 5321 §2.4 asks.
///
/// ```
/// # use pregon_core::{Address, EmailAddress};
/// let address = EmailAddress::parse(" Ana@Example.ORG ")?;
/// assert_eq!(address.as_str(), "Ana@example.org");
/// assert!(EmailAddress::parse("ana@localhost").is_err());
/// assert_eq!(format!("{address:?}"), "EmailAddress(***)");
/// # Ok::<(), pregon_core::AddressError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

private_debug!(EmailAddress);

impl EmailAddress {
    /// The part after the @.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl Address for EmailAddress {
    const KIND: &'static str = "email";

    fn parse(text: &str) -> Result<Self, AddressError> {
        let wrong = |why| AddressError {
            kind: Self::KIND,
            why,
        };
        let text = text.trim();
        if text.len() > 254 {
            return Err(wrong("longer than 254 octets"));
        }
        if text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || is_hidden(c))
        {
            return Err(wrong("it has a space or a control character"));
        }
        let (local, domain) = text
            .rsplit_once('@')
            .ok_or_else(|| wrong("there is no @"))?;
        if local.contains(['"', '(', ')', '\\', ',', ';', ':', '<', '>', '[', ']', '@']) {
            return Err(wrong("quoted names and comments cannot be written to"));
        }
        let options = email_address::Options::default()
            .with_minimum_sub_domains(2)
            .without_domain_literal()
            .without_display_text();
        email_address::EmailAddress::parse_with_options(text, options)
            .map_err(|_| wrong("it does not have the form name@domain"))?;
        Ok(Self(format!("{local}@{}", domain.to_lowercase())))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters that change how a text is shown without being seen.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, canonical: Option<&str>) {
        let parsed = EmailAddress::parse(text).ok();
        assert_eq!(parsed.as_ref().map(Address::as_str), canonical, "{text:?}");
    }

    #[test]
    fn accepted() {
        check("a.b+c@example.co", Some("a.b+c@example.co"));
        check("ñandú@correo.ec", Some("ñandú@correo.ec"));
        check("ANA@EXAMPLE.ORG", Some("ANA@example.org"));
    }

    #[test]
    fn refused() {
        for text in [
            "",
            "@",
            "a@b",
            "a@",
            "@b.co",
            "a b@c.co",
            "a@b.co\r\nBcc: x@y.zz",
            "a@[127.0.0.1]",
            "\"a b\"@c.co",
            "Ana <ana@example.org>",
            "a@b..co",
            "a\u{200b}@b.co",
            "a,b@c.co",
            "a@b.co,c@d.co",
        ] {
            check(text, None);
        }
        check(&format!("{}@example.org", "a".repeat(300)), None);
    }
}
