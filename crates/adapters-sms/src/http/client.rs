//! The client of a service: who we are, whom we trust, how long we wait.

use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Client, Url, redirect, retry};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use super::Http;
use crate::config::{ConfigError, Secret, Timeouts};

/// Servers close connections that nobody uses, some after five seconds. A message that was written
/// just then would be in doubt for nothing, so ours are closed before.
const IDLE: Duration = Duration::from_secs(4);

/// What a client is made of.
pub(crate) struct Setup<'a> {
    pub(crate) url: &'a str,
    pub(crate) authorization: HeaderValue,
    pub(crate) timeouts: Timeouts,
    pub(crate) root_pem: Option<&'a [u8]>,
    pub(crate) plain_http: bool,
}

impl Http {
    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ConfigError> {
        let base = address(setup.url, setup.plain_http)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(AUTHORIZATION, setup.authorization);
        let mut builder = Client::builder()
            .tls_backend_preconfigured(tls(setup.root_pem)?)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .connect_timeout(setup.timeouts.connect)
            .timeout(setup.timeouts.answer)
            .pool_idle_timeout(IDLE)
            .user_agent(concat!("pregon/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers);
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|_| ConfigError::Tls)?;
        Ok(Self { client, base })
    }
}

/// The header by which a user and a password are told.
///
/// # Errors
/// Which of the two it is that cannot be told so.
pub(crate) fn basic(
    (user, name): (&Secret, &'static str),
    (password, word): (&Secret, &'static str),
) -> Result<HeaderValue, ConfigError> {
    let (user, password) = (user.reveal(), password.reveal());
    let wrong = |text: &str| text.is_empty() || text.chars().any(char::is_control);
    if wrong(user) || user.contains(':') {
        return Err(ConfigError::Credential(name));
    }
    if wrong(password) {
        return Err(ConfigError::Credential(word));
    }
    let both = BASE64.encode(format!("{user}:{password}").as_bytes());
    let value = HeaderValue::from_str(&format!("Basic {both}"));
    let mut value = value.map_err(|_| ConfigError::Credential(word))?;
    value.set_sensitive(true);
    Ok(value)
}

fn address(text: &str, plain_http: bool) -> Result<Url, ConfigError> {
    let url = Url::parse(text).map_err(|_| {
        // What cannot be read may still have a password in it.
        if text.contains('@') {
            ConfigError::CredentialsInUrl
        } else {
            ConfigError::Url(text.to_owned())
        }
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ConfigError::CredentialsInUrl);
    }
    let wrong = || Err(ConfigError::Url(text.to_owned()));
    if url.host_str().is_none() || url.query().is_some() || url.fragment().is_some() {
        return wrong();
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if plain_http || is_loopback(&url) => Ok(url),
        "http" => Err(ConfigError::PlainHttp),
        _ => wrong(),
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// TLS with a provider named here: without one, reqwest takes the process's, which nobody set.
fn tls(root_pem: Option<&[u8]>) -> Result<rustls::ClientConfig, ConfigError> {
    let mut roots = rustls::RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    if let Some(pem) = root_pem {
        let mut own = CertificateDer::pem_slice_iter(pem).peekable();
        if own.peek().is_none() {
            return Err(ConfigError::RootCertificate);
        }
        for certificate in own {
            let certificate = certificate.map_err(|_| ConfigError::RootCertificate)?;
            let added = roots.add(certificate);
            added.map_err(|_| ConfigError::RootCertificate)?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| ConfigError::Tls)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
