//! An address as somebody wrote it, taken only where everybody would read it alike.

use url::{Host, Url};

use super::{Egress, Refused};

/// Why an address is not written to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// It is no URL.
    #[error("it is not a URL; write it as https://hooks.example.org/pregon")]
    NotAUrl,
    /// Everybody between could read and change what is told.
    #[error("only https is written to")]
    NotHttps,
    /// It has a user or a password in it.
    #[error("it has a user or a password in it")]
    Credentials,
    /// It has a part that is never sent.
    #[error("it has a fragment")]
    Fragment,
    /// Its host, or its port, is written so that programs read it differently.
    #[error("its host is not written plainly: {0}")]
    Spelling(&'static str),
    /// Its host is one of a closed net, by its name.
    #[error("its host has no public name")]
    InsideName,
    /// Its host is not one of those that may be written to.
    #[error("its host is not one of those that may be written to")]
    Host,
    /// Its port is not one of those that may be used.
    #[error("its port is {0}, which is not one of those that may be used")]
    Port(u16),
    /// Its host is an address that is not public.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// Names under which nothing public can be found (RFC 6761, RFC 6762, RFC 8375, ICANN's lists of
/// collisions, and what clouds call their own machines).
const INSIDE: [&str; 15] = [
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "arpa",
    "onion",
    "test",
    "invalid",
    "example",
    "alt",
];

/// The longest address that is read.
const MOST_BYTES: usize = 2048;

/// Takes an address that may be written to.
pub(crate) fn parse(text: &str, egress: &Egress) -> Result<Url, TargetError> {
    // Parsers of URLs take tabs, line breaks and backslashes away, or for something else; none of
    // them belongs into an address.
    let strange = |byte: u8| !byte.is_ascii_graphic() || byte == b'\\';
    if text.len() > MOST_BYTES || text.bytes().any(strange) {
        return Err(TargetError::Spelling("a character that no address has"));
    }
    let url = Url::parse(text).map_err(|_| TargetError::NotAUrl)?;
    let written = written_host(text).ok_or(TargetError::NotAUrl)?;
    if written.contains('@') || !url.username().is_empty() || url.password().is_some() {
        return Err(TargetError::Credentials);
    }
    if url.fragment().is_some() {
        return Err(TargetError::Fragment);
    }
    let host = url.host().ok_or(TargetError::NotAUrl)?;
    spelt_plainly(written, &url)?;
    let inside = egress.loopback && is_loopback(&host);
    match url.scheme() {
        "https" => {}
        "http" if inside => {}
        _ => return Err(TargetError::NotHttps),
    }
    let port = url.port_or_known_default().ok_or(TargetError::NotAUrl)?;
    if !inside && !egress.ports.contains(&port) {
        return Err(TargetError::Port(port));
    }
    match host {
        Host::Ipv4(address) => egress.admits(address.into())?,
        Host::Ipv6(address) => egress.admits(address.into())?,
        Host::Domain(name) => check_name(name, inside)?,
    }
    let name = url.host_str().unwrap_or_default();
    if !inside && !egress.admits_host(name) {
        return Err(TargetError::Host);
    }
    Ok(url)
}

/// What stands between the scheme and the path.
fn written_host(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    rest.split(['/', '?', '#']).next()
}

/// Whether host and port stand there as they are understood: no `0x7f.1`, no `%31`, no `１２７`, no
/// `[::ffff:7f00:1]` for something shorter. Whoever means a host can write it.
fn spelt_plainly(written: &str, url: &Url) -> Result<(), TargetError> {
    let host = url.host_str().unwrap_or_default();
    let (head, rest) = match written.get(..host.len()) {
        Some(head) => (head, &written[host.len()..]),
        None => return Err(TargetError::Spelling("it is read as another one")),
    };
    if !head.eq_ignore_ascii_case(host) {
        return Err(TargetError::Spelling("it is read as another one"));
    }
    match rest.strip_prefix(':') {
        None if rest.is_empty() => Ok(()),
        Some(port) if is_port(port) => Ok(()),
        _ => Err(TargetError::Spelling("something stands after it")),
    }
}

fn is_port(text: &str) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits && !text.starts_with('0') && text.parse::<u16>().is_ok()
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => *name == "localhost",
    }
}

fn check_name(name: &str, inside: bool) -> Result<(), TargetError> {
    if inside {
        return Ok(());
    }
    if name.ends_with('.') {
        return Err(TargetError::Spelling("it ends in a dot"));
    }
    let plain = |label: &str| {
        let graphic = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let edges = label.starts_with('-') || label.ends_with('-');
        (1..=63).contains(&label.len()) && label.bytes().all(graphic) && !edges
    };
    if name.len() > 253 || !name.split('.').all(plain) {
        return Err(TargetError::Spelling("it is no name of a host"));
    }
    match name.rsplit_once('.') {
        // A last part of digits is what is left of an address that somebody disguised.
        Some((_, last)) if last.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(TargetError::Spelling("it is no name of a host"))
        }
        Some((_, last)) if !INSIDE.contains(&last) => Ok(()),
        _ => Err(TargetError::InsideName),
    }
}
