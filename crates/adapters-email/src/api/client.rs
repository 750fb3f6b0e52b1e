//! The HTTP client: many requests at a time, none of them ever repeated.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use pregon_core::{Fate, PortErrorKind};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Url, redirect, retry};

use super::{Answer, ApiConfigError, ApiTimeouts};
use crate::tls;

/// So many connections stay open between batches; the engine decides how many are in use.
const IDLE_CONNECTIONS: usize = 256;
/// A connection that was not used for so long is closed by us. Whoever writes to one that the
/// provider is just closing has a message in doubt, and providers wait at least a minute.
const IDLE: Duration = Duration::from_secs(15);

/// Where to ask, as whom, and how patiently.
#[derive(Debug)]
pub(crate) struct Settings<'a> {
    pub(crate) base: &'a str,
    pub(crate) path: &'a [&'a str],
    pub(crate) authorization: &'a str,
    pub(crate) timeouts: &'a ApiTimeouts,
    pub(crate) authorities: &'a [u8],
}

/// Posts to one address of one provider.
pub(crate) struct Client {
    http: reqwest::Client,
    url: Url,
    authorization: HeaderValue,
}

impl Client {
    pub(crate) fn new(settings: &Settings<'_>) -> Result<Self, ApiConfigError> {
        let mut url = checked(settings.base)?;
        url.path_segments_mut()
            .map_err(|()| ApiConfigError::Url)?
            .pop_if_empty()
            .extend(settings.path);
        let tls = tls::client(settings.authorities).map_err(|_| ApiConfigError::Certificates)?;
        let authorization = HeaderValue::from_str(settings.authorization);
        let mut authorization = authorization.map_err(|_| ApiConfigError::Key)?;
        authorization.set_sensitive(true);
        let timeouts = settings.timeouts;
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(Arc::unwrap_or_clone(tls))
            .http1_only()
            // What is asked again behind our back is sent twice.
            .retry(retry::never())
            .redirect(redirect::Policy::none())
            .referer(false)
            // Other crates of a host may switch decompression on for all.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .connect_timeout(timeouts.connect)
            // It begins with connecting, which thus always ends by its own limit.
            .timeout(timeouts.connect.saturating_add(timeouts.answer))
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            .user_agent(concat!("pregon/", env!("CARGO_PKG_VERSION")));
        if is_loopback(&url) {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|_| ApiConfigError::Client)?;
        Ok(Self {
            http,
            url,
            authorization,
        })
    }

    /// The host that is asked, and its port if it is not the usual one.
    pub(crate) fn server(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// Posts the body once.
    pub(crate) async fn post(
        &self,
        content_type: &'static str,
        body: Vec<u8>,
    ) -> Result<Answer, NoAnswer> {
        let request = self
            .http
            .post(self.url.clone())
            .header(AUTHORIZATION, self.authorization.clone())
            .header(CONTENT_TYPE, content_type)
            .body(body);
        let response = request.send().await.map_err(NoAnswer::of)?;
        Ok(Answer::read(response).await)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.server()).finish()
    }
}

/// There is no answer, and how far the request had come.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    #[error("the provider cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("the provider did not take a connection in time")]
    NotInTime(#[source] reqwest::Error),
    #[error("the provider's certificate is not accepted")]
    Certificate(#[source] reqwest::Error),
    #[error("the connection could not be encrypted")]
    Handshake(#[source] reqwest::Error),
    #[error("nothing within the time in answer to the message")]
    TimedOut(#[source] reqwest::Error),
    #[error("no answer that could be read to the message")]
    Cut(#[source] reqwest::Error),
}

impl NoAnswer {
    /// Without the address, which can name the customer of the provider.
    fn of(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if !error.is_connect() {
            return if error.is_timeout() {
                Self::TimedOut(error)
            } else {
                Self::Cut(error)
            };
        }
        match deepest(&error) {
            Deepest::Certificate => Self::Certificate(error),
            Deepest::Tls => Self::Handshake(error),
            Deepest::Other if error.is_timeout() => Self::NotInTime(error),
            Deepest::Other => Self::Unreachable(error),
        }
    }

    /// Until there is a connection nothing of a message can have left; after that, nobody knows.
    pub(super) fn fate(&self) -> (Fate, PortErrorKind) {
        use PortErrorKind::{Corrupt, Unavailable};
        match self {
            // A provider that cannot be reached takes no message of anybody: the channel waits,
            // and no message uses up its attempts on it.
            Self::Unreachable(_) => (Fate::ChannelDown, Unavailable),
            Self::Certificate(_) => (Fate::ChannelDown, Corrupt),
            Self::NotInTime(_) | Self::Handshake(_) => (Fate::NotSent, Unavailable),
            Self::TimedOut(_) | Self::Cut(_) => (Fate::Unknown, Unavailable),
        }
    }
}

enum Deepest {
    Certificate,
    Tls,
    Other,
}

/// What lies under a connection that did not come about.
fn deepest(error: &reqwest::Error) -> Deepest {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        match error.downcast_ref::<rustls::Error>() {
            Some(rustls::Error::InvalidCertificate(_)) => return Deepest::Certificate,
            Some(_) => return Deepest::Tls,
            None => {}
        }
        let io = error.downcast_ref::<io::Error>();
        if io.is_some_and(|error| is_cut(error.kind())) {
            return Deepest::Tls;
        }
        // What an error of I/O is made of is not its source, but the source of that is.
        cause = match io.and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    Deepest::Other
}

/// Whether the other side hung up: that was in the handshake, for nothing else is said before the
/// first message.
fn is_cut(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(
        kind,
        BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof
    )
}

fn checked(base: &str) -> Result<Url, ApiConfigError> {
    let url = Url::parse(base).map_err(|_| ApiConfigError::Url)?;
    let bare = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    match url.scheme() {
        _ if !bare || url.host_str().is_none() => Err(ApiConfigError::Url),
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(ApiConfigError::PlainHttp),
        _ => Err(ApiConfigError::Url),
    }
}

/// Whether it is an address of this machine; a name could be told to mean another.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    address.is_ok_and(|address| address.is_loopback())
}
