//! Clients that follow nobody and trust whom they are told to.

use std::sync::Arc;

use pregon_core::BoxError;
use reqwest::{Client, ClientBuilder, Url, redirect};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use super::Timeouts;

/// Why there is no client.
#[derive(Debug)]
pub(crate) enum SetupError {
    /// The text is not the address of a site.
    Url,
    /// The address has a user or a password in it, which every message about it would print.
    Credentials,
    /// Everybody between would read what opens the service.
    PlainHttp,
    /// The authority's certificate cannot be read.
    RootCertificate,
    /// There is no TLS.
    Tls(BoxError),
}

/// Takes the address of a site.
pub(crate) fn base(text: &str, plain_http: bool) -> Result<Url, SetupError> {
    let url = Url::parse(text).map_err(|_| SetupError::Url)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(SetupError::Credentials);
    }
    if url.host_str().is_none() || url.query().is_some() || url.fragment().is_some() {
        return Err(SetupError::Url);
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if plain_http || is_loopback(&url) => Ok(url),
        "http" => Err(SetupError::PlainHttp),
        _ => Err(SetupError::Url),
    }
}

/// A client of the site at an address. It does not follow redirections: whoever stands there is not
/// whom the keys are for.
pub(crate) fn builder(
    base: &Url,
    timeouts: Timeouts,
    root_pem: Option<&[u8]>,
) -> Result<ClientBuilder, SetupError> {
    let builder = Client::builder()
        .tls_backend_preconfigured(tls(root_pem)?)
        .redirect(redirect::Policy::none())
        .connect_timeout(timeouts.connect)
        .timeout(timeouts.answer)
        .user_agent(concat!("pregon/", env!("CARGO_PKG_VERSION")));
    Ok(if is_loopback(base) {
        builder.no_proxy()
    } else {
        builder
    })
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// TLS with a provider named here: without one, reqwest takes the process's, which nobody set.
fn tls(root_pem: Option<&[u8]>) -> Result<rustls::ClientConfig, SetupError> {
    let mut roots = rustls::RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    if let Some(pem) = root_pem {
        let mut own = CertificateDer::pem_slice_iter(pem).peekable();
        if own.peek().is_none() {
            return Err(SetupError::RootCertificate);
        }
        for certificate in own {
            let certificate = certificate.map_err(|_| SetupError::RootCertificate)?;
            let added = roots.add(certificate);
            added.map_err(|_| SetupError::RootCertificate)?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SetupError::Tls(error.into()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
