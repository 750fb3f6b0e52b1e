//! `smtps://user@host:465` and `smtp://host:587`.

use std::net::Ipv6Addr;

use super::ConfigError;

/// The parts of a server's URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServerUrl {
    pub(super) implicit_tls: bool,
    pub(super) user: Option<String>,
    /// An IPv6 address without its brackets.
    pub(super) host: String,
    pub(super) port: u16,
}

impl ServerUrl {
    pub(super) fn parse(text: &str) -> Result<Self, ConfigError> {
        let (scheme, rest) = text.split_once("://").ok_or(ConfigError::Scheme)?;
        let (implicit_tls, default_port) = match scheme {
            "smtps" => (true, 465),
            "smtp" => (false, 587),
            _ => return Err(ConfigError::Scheme),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        // The last @, because a user's name is often an e-mail address.
        let (user, server) = match rest.rsplit_once('@') {
            Some((user, server)) => (Some(decoded_user(user)?), server),
            None => (None, rest),
        };
        let (host, port) = match server.strip_prefix('[') {
            Some(server) => {
                let (host, port) = server.split_once(']').ok_or(ConfigError::Host)?;
                host.parse::<Ipv6Addr>().map_err(|_| ConfigError::Host)?;
                (host, (!port.is_empty()).then_some(port))
            }
            None => match server.split_once(':') {
                Some((host, _)) => (host, Some(&server[host.len()..])),
                None => (server, None),
            },
        };
        let port = match port.map(|port| port.strip_prefix(':')) {
            None => default_port,
            Some(port) => port
                .and_then(|port| port.parse().ok())
                .filter(|port| *port != 0)
                .ok_or(ConfigError::Port)?,
        };
        Ok(Self {
            implicit_tls,
            user,
            host: host.to_owned(),
            port,
        })
    }
}

fn decoded_user(text: &str) -> Result<String, ConfigError> {
    if text.contains(':') {
        return Err(ConfigError::PasswordInUrl);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let (code, after) = rest.split_at_checked(2).ok_or(ConfigError::User)?;
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let (high, low) = digit(code[0])
            .zip(digit(code[1]))
            .ok_or(ConfigError::User)?;
        bytes.push(u8::try_from(high * 16 + low).map_err(|_| ConfigError::User)?);
        rest = after;
    }
    let user = String::from_utf8(bytes).map_err(|_| ConfigError::User)?;
    if user.is_empty() || user.chars().any(char::is_control) {
        return Err(ConfigError::User);
    }
    Ok(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, implicit_tls: bool, user: Option<&str>, host: &str, port: u16) {
        let expected = ServerUrl {
            implicit_tls,
            user: user.map(str::to_owned),
            host: host.to_owned(),
            port,
        };
        assert_eq!(ServerUrl::parse(text), Ok(expected), "{text}");
    }

    #[test]
    fn accepted() {
        check(
            "smtps://mail.example.org",
            true,
            None,
            "mail.example.org",
            465,
        );
        check(
            "smtp://mail.example.org/",
            false,
            None,
            "mail.example.org",
            587,
        );
        check("smtp://127.0.0.1:1025", false, None, "127.0.0.1", 1025);
        check("smtps://[::1]", true, None, "::1", 465);
        check("smtps://u@[::1]:2465/", true, Some("u"), "::1", 2465);
        check(
            "smtps://avisos@example.org@m.co",
            true,
            Some("avisos@example.org"),
            "m.co",
            465,
        );
        check(
            "smtps://avisos%40b.co@m.co:1",
            true,
            Some("avisos@b.co"),
            "m.co",
            1,
        );
        check("smtps://%C3%B1@m.co", true, Some("ñ"), "m.co", 465);
    }

    #[test]
    fn refused_with_the_reason() {
        for (text, error) in [
            ("mail.example.org", ConfigError::Scheme),
            ("http://mail.example.org", ConfigError::Scheme),
            ("smtps://u:secret@m.co", ConfigError::PasswordInUrl),
            ("smtps://@m.co", ConfigError::User),
            ("smtps://a%2@m.co", ConfigError::User),
            ("smtps://a%zz@m.co", ConfigError::User),
            ("smtps://a%0d%0a@m.co", ConfigError::User),
            ("smtps://a%ff@m.co", ConfigError::User),
            ("smtps://m.co:", ConfigError::Port),
            ("smtps://m.co:0", ConfigError::Port),
            ("smtps://m.co:66000", ConfigError::Port),
            ("smtps://m.co:25/x", ConfigError::Port),
            ("smtps://[::1]x", ConfigError::Port),
            ("smtps://[::1", ConfigError::Host),
            ("smtps://[m.co]", ConfigError::Host),
        ] {
            assert_eq!(ServerUrl::parse(text), Err(error), "{text}");
        }
    }
}
