//! Which server, and how to talk to it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::extension::ClientId;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;

use super::reply::Phase;
use super::url::ServerUrl;
#[cfg(feature = "dkim")]
use crate::Dkim;
use crate::{Sender, Verp, tls};

/// Why a configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The URL is of another kind.
    #[error("the URL of a mail server begins with smtps:// or smtp://")]
    Scheme,
    /// The user in the URL cannot be read.
    #[error("the user in the URL is a name, with %xx for special characters")]
    User,
    /// A password stands in the URL, where logs would show it.
    #[error("a password does not stand in the URL; it is given apart")]
    PasswordInUrl,
    /// The host in the URL is none.
    #[error("the URL has no usable host")]
    Host,
    /// What follows the host is not a port.
    #[error("after the host comes a port between 1 and 65535, and nothing after that")]
    Port,
    /// The kind of encryption contradicts the URL.
    #[error(
        "smtps:// is encrypted from the start; smtp:// by STARTTLS or, if so written, not at all"
    )]
    Tls,
    /// There is a user and no password.
    #[error("there is a user and no password")]
    NoPassword,
    /// There is a password and no user.
    #[error("there is a password and the URL names no user")]
    NoUser,
    /// The name to greet with is none.
    #[error("the name to greet the server with is a host's name or an IP address")]
    Hello,
    /// The certificates cannot be read.
    #[error("the certificates are not PEM certificates of authorities")]
    Certificates,
}

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tls {
    /// From its first byte: what `smtps://` means.
    Implicit,
    /// By STARTTLS, and nothing is said if the server does not offer it.
    StartTls,
    /// Not at all: whoever is in between can read every mail and the password.
    None,
}

/// A password. Its `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Takes the text as a password.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl Password {
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(***)")
    }
}

/// How long each step may take; by default what RFC 5321 §4.5.3.2 asks of a patient client.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Name look-up, connecting and encrypting, each: 30 s.
    pub connect: Duration,
    /// Until the server has greeted and answered EHLO: 5 min.
    pub greeting: Duration,
    /// The answer to MAIL, RCPT and other commands: 5 min.
    pub command: Duration,
    /// The answer to DATA: 2 min.
    pub data: Duration,
    /// From the first byte of a mail to the answer to its last: 3 min and 10 min.
    pub body: Duration,
    /// After this long without use a connection is checked before it is used: 30 s.
    pub idle: Duration,
    /// After this long a connection is not used again: 5 min.
    pub age: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            greeting: Duration::from_secs(5 * 60),
            command: Duration::from_secs(5 * 60),
            data: Duration::from_secs(2 * 60),
            body: Duration::from_secs(13 * 60),
            idle: Duration::from_secs(30),
            age: Duration::from_secs(5 * 60),
        }
    }
}

impl Timeouts {
    /// How long the answer to what is said before a mail may take.
    pub(super) fn of(&self, phase: Phase) -> Duration {
        match phase {
            Phase::Data => self.data,
            _ => self.command,
        }
    }
}

/// Which server, and how to talk to it.
#[derive(Clone)]
pub struct SmtpConfig {
    url: ServerUrl,
    sender: Sender,
    tls: Option<Tls>,
    password: Option<Password>,
    connections: NonZeroUsize,
    hello: Option<String>,
    authorities: Vec<u8>,
    timeouts: Timeouts,
    verp: Option<Verp>,
    #[cfg(feature = "dkim")]
    dkim: Option<Dkim>,
}

impl SmtpConfig {
    /// Takes `smtps://user@host:465` (encrypted from the start) or `smtp://host:587` (STARTTLS
    /// required, except towards this machine: `localhost` and the loopback addresses).
    ///
    /// # Errors
    /// When it is not such a URL, or has a password in it.
    pub fn parse(url: &str, sender: Sender) -> Result<Self, ConfigError> {
        Ok(Self {
            url: ServerUrl::parse(url)?,
            sender,
            tls: None,
            password: None,
            connections: const { NonZeroUsize::new(4).expect("not zero") },
            hello: None,
            authorities: Vec::new(),
            timeouts: Timeouts::default(),
            verp: None,
            #[cfg(feature = "dkim")]
            dkim: None,
        })
    }

    /// With the password of the user whom the URL names.
    #[must_use]
    pub fn with_password(mut self, password: Password) -> Self {
        self.password = Some(password);
        self
    }

    /// With another encryption than the URL says; the only way to have none towards another
    /// machine.
    #[must_use]
    pub fn with_tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// With another number of connections at a time than 4.
    #[must_use]
    pub fn with_connections(mut self, connections: NonZeroUsize) -> Self {
        self.connections = connections;
        self
    }

    /// With another name to greet the server with than this machine's.
    #[must_use]
    pub fn with_hello(mut self, name: impl Into<String>) -> Self {
        self.hello = Some(name.into());
        self
    }

    /// With more certificate authorities, in PEM, beside the public ones.
    #[must_use]
    pub fn with_authorities(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.authorities = pem.into();
        self
    }

    /// With other patience than [`Timeouts::default`].
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// With an address of its own for the bounces of each mail, in the place of the sender's.
    #[must_use]
    pub fn with_bounces_to(mut self, verp: Verp) -> Self {
        self.verp = Some(verp);
        self
    }

    /// With the domain's signature on every mail. Where the server signs, this is not needed.
    #[cfg(feature = "dkim")]
    #[must_use]
    pub fn with_dkim(mut self, dkim: Dkim) -> Self {
        self.dkim = Some(dkim);
        self
    }

    pub(super) fn into_settings(self) -> Result<(Settings, Stationery), ConfigError> {
        let security = self.security()?;
        let credentials = match (self.url.user, self.password) {
            (Some(user), Some(password)) => Some(Credentials { user, password }),
            (None, None) => None,
            (Some(_), None) => return Err(ConfigError::NoPassword),
            (None, Some(_)) => return Err(ConfigError::NoUser),
        };
        let host = self.url.host;
        let settings = Settings {
            server_name: ServerName::try_from(host.clone()).map_err(|_| ConfigError::Host)?,
            host,
            port: self.url.port,
            security,
            credentials,
            hello: hello(self.hello)?,
            tls: tls::client(&self.authorities).map_err(|_| ConfigError::Certificates)?,
            connections: self.connections,
            timeouts: self.timeouts,
        };
        let stationery = Stationery {
            sender: self.sender,
            verp: self.verp,
            #[cfg(feature = "dkim")]
            dkim: self.dkim,
        };
        Ok((settings, stationery))
    }

    fn security(&self) -> Result<Security, ConfigError> {
        match (self.url.implicit_tls, self.tls) {
            (true, None | Some(Tls::Implicit)) => Ok(Security::Implicit),
            (false, Some(Tls::StartTls)) => Ok(Security::StartTls),
            (false, Some(Tls::None)) => Ok(Security::Plain),
            (false, None) if is_loopback(&self.url.host) => Ok(Security::Loopback),
            (false, None) => Ok(Security::StartTls),
            (true, Some(Tls::StartTls | Tls::None)) | (false, Some(Tls::Implicit)) => {
                Err(ConfigError::Tls)
            }
        }
    }
}

impl fmt::Debug for SmtpConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpConfig")
            .field("host", &self.url.host)
            .field("port", &self.url.port)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

/// What every mail is written with.
#[derive(Debug)]
pub(super) struct Stationery {
    pub(super) sender: Sender,
    pub(super) verp: Option<Verp>,
    #[cfg(feature = "dkim")]
    pub(super) dkim: Option<Dkim>,
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    Implicit,
    StartTls,
    /// Not encrypted, and only towards an address of this machine.
    Loopback,
    /// Not encrypted, because somebody wrote so.
    Plain,
}

/// Who logs in.
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: Password,
}

/// A configuration that was checked.
pub(super) struct Settings {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) server_name: ServerName<'static>,
    pub(super) security: Security,
    pub(super) credentials: Option<Credentials>,
    pub(super) hello: ClientId,
    pub(super) tls: Arc<ClientConfig>,
    pub(super) connections: NonZeroUsize,
    pub(super) timeouts: Timeouts,
}

fn is_loopback(host: &str) -> bool {
    let address = host.parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

fn hello(name: Option<String>) -> Result<ClientId, ConfigError> {
    let Some(name) = name else {
        return Ok(ClientId::default());
    };
    if let Ok(address) = name.parse::<Ipv4Addr>() {
        return Ok(ClientId::Ipv4(address));
    }
    if let Ok(address) = name.parse::<Ipv6Addr>() {
        return Ok(ClientId::Ipv6(address));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if name.is_empty() || name.len() > 255 || !name.chars().all(allowed) {
        return Err(ConfigError::Hello);
    }
    Ok(ClientId::Domain(name))
}
