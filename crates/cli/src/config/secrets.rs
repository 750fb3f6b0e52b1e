//! Secrets come from the surroundings, never from a file.

use pregon::HashKey;

use crate::document::{Document, Kind, Node};
use crate::output::Failure;

/// Names under which people write secrets, and the variables that are meant for them.
const SECRETS: [(&str, &str); 9] = [
    ("password", "PREGON_SMTP_PASSWORD"),
    ("key", "PREGON_ERPNEXT_KEY"),
    ("api_key", "PREGON_ERPNEXT_KEY"),
    ("secret", "PREGON_ERPNEXT_SECRET"),
    ("api_secret", "PREGON_ERPNEXT_SECRET"),
    ("token", "PREGON_ERPNEXT_SECRET"),
    ("hash_key", "PREGON_HASH_KEY"),
    ("pass", "PREGON_SMTP_PASSWORD"),
    ("auth_token", TWILIO_TOKEN),
];

/// The password of an account of Redvoiss.
pub(crate) const REDVOISS_PASSWORD: &str = "REDVOISS_PASSWORD";

/// The token of an account of Twilio.
pub(crate) const TWILIO_TOKEN: &str = "TWILIO_AUTH_TOKEN";

/// The password of a PostgreSQL server.
pub(crate) const POSTGRES_PASSWORD: &str = "PREGON_POSTGRES_PASSWORD";

/// Refuses a configuration with a secret in it.
pub(super) fn refuse(document: &Document) -> Result<(), Failure> {
    match find(&document.root, None) {
        None => Ok(()),
        Some((at, variable)) => {
            let message = "secrets do not stand in a file";
            let hint = format!("take it out and set the environment variable {variable}");
            Err(Failure::configuration(message)
                .hinted(Some(hint))
                .at(document.place(at)))
        }
    }
}

/// The variable that a table's secret is meant for, where it is not the usual one of its name.
fn of_table(key: &str) -> Option<&'static str> {
    match key {
        "sendgrid" => Some("PREGON_SENDGRID_KEY"),
        "mailgun" => Some("PREGON_MAILGUN_KEY"),
        "redvoiss" => Some(REDVOISS_PASSWORD),
        "twilio" => Some(TWILIO_TOKEN),
        "http" => Some("PREGON_HTTP_TOKEN"),
        "webhook" => Some("PREGON_WEBHOOK_SECRET"),
        _ => None,
    }
}

fn find(node: &Node, table: Option<&'static str>) -> Option<(usize, &'static str)> {
    for entry in node.entries() {
        let named = SECRETS.iter().find(|(name, _)| *name == entry.key);
        if let (Some((_, variable)), Kind::Text(_)) = (named, &entry.node.kind) {
            return Some((entry.key_at, table.unwrap_or(variable)));
        }
        if entry.node.text().is_some_and(has_password) {
            let postgres = entry
                .node
                .text()
                .is_some_and(|text| text.starts_with("postgres"));
            let variable = if postgres {
                POSTGRES_PASSWORD
            } else {
                "PREGON_SMTP_PASSWORD"
            };
            return Some((entry.node.span.start, variable));
        }
    }
    let below = node.entries().iter();
    let below = below.map(|entry| (&entry.node, of_table(&entry.key).or(table)));
    let items = node.items().iter().map(|item| (item, table));
    below
        .chain(items)
        .find_map(|(node, table)| find(node, table))
}

/// Whether a URL has a password before its host.
fn has_password(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host.rsplit_once('@')
        .is_some_and(|(user, _)| user.contains(':'))
}

/// The secret of an environment variable; `None` when it is not set or empty.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The key of `PREGON_HASH_KEY`, as 64 hexadecimal digits or base64.
pub(crate) fn hash_key() -> Result<Option<HashKey>, Failure> {
    const NAME: &str = "PREGON_HASH_KEY";
    let Some(text) = variable(NAME) else {
        return Ok(None);
    };
    let bytes = from_hex(text.trim()).or_else(|| from_base64(text.trim()));
    match bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()) {
        Some(bytes) => Ok(Some(HashKey::new(bytes))),
        None => Err(Failure::configuration(format!(
            "{NAME} must be 32 bytes, as 64 hexadecimal digits or in base64"
        ))),
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..32)
        .map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).ok())
        .collect()
}

/// Base64 in either alphabet, with or without padding; the only use here, so no crate for it.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => Some(u32::from(c - b'A')),
        b'a'..=b'z' => Some(u32::from(c - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(c - b'0') + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for c in text.trim_end_matches('=').bytes() {
        held = held << 6 | digit(c)?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_both_ways_of_writing() {
        assert_eq!(from_hex(&"0a".repeat(32)), Some(vec![10; 32]));
        assert_eq!(from_hex(&"0g".repeat(32)), None);
        assert_eq!(from_hex("0a"), None);
        assert_eq!(from_base64("aG9sYQ=="), Some(b"hola".to_vec()));
        assert_eq!(from_base64("-_-_"), from_base64("+/+/"));
        assert_eq!(from_base64("a b"), None);
    }

    #[test]
    fn passwords_in_urls() {
        for (text, has) in [
            ("smtps://u:p@mail.example.org", true),
            ("smtps://u@mail.example.org:465", false),
            ("https://erp.example.org/a:b@c", false),
            ("mailto:a@b", false),
        ] {
            assert_eq!(has_password(text), has, "{text}");
        }
    }
}
