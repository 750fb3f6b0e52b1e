//! How a person can refuse this kind of message, for mail programs (RFC 2369 and RFC 8058).

use pregon_core::{Address, Class, Email, Outbound};

use crate::Sender;

/// The longest URI: a header line must hold it in one piece, and has at most 998 octets.
const MOST_URI_BYTES: usize = 900;

/// The token of a message is so long that no header line holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an unsubscribe token that is too long for a header line")]
pub(crate) struct TokenTooLong;

/// The values of `List-Unsubscribe` and, if one click is possible, of `List-Unsubscribe-Post`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unsubscribe {
    pub(crate) list: String,
    pub(crate) post: Option<&'static str>,
}

impl Unsubscribe {
    /// `None` for a message that nobody unsubscribes from, or when the sender offers no way.
    pub(crate) fn of(sender: &Sender, out: &Outbound<Email>) -> Result<Option<Self>, TokenTooLong> {
        let (Class::Promotional, Some(token)) = (out.class, &out.unsubscribe) else {
            return Ok(None);
        };
        let token = encoded(token);
        let url = sender.unsubscribe_url().map(|url| url.of(&token));
        let mailto = sender.unsubscribe_mailto().map(|address| {
            let (local, domain) = address.as_str().rsplit_once('@').unwrap_or_default();
            format!("mailto:{}@{domain}?subject={token}", encoded(local))
        });
        // The one https URI comes first, because that is where mailbox providers look.
        let post = url.as_ref().map(|_| "List-Unsubscribe=One-Click");
        let uris: Vec<String> = url.into_iter().chain(mailto).collect();
        if uris.iter().any(|uri| uri.len() > MOST_URI_BYTES) {
            return Err(TokenTooLong);
        }
        let uris: Vec<String> = uris.iter().map(|uri| format!("<{uri}>")).collect();
        let list = uris.join(", ");
        Ok((!list.is_empty()).then_some(Self { list, post }))
    }
}

/// The text with every byte but letters, digits and `- . _ ~` as `%xx` (RFC 3986, RFC 6068).
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
