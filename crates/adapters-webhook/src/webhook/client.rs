//! The client: straight to whoever was checked, and nowhere else.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, redirect, retry};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use super::{ConfigError, WebhookConfig};
use crate::egress::{Egress, Guard};

/// Servers close connections that nobody uses, some after five seconds. A message that was written
/// just then would be in doubt for nothing, so ours are closed before.
const IDLE: Duration = Duration::from_secs(4);
/// Until somebody takes a connection.
const CONNECT: Duration = Duration::from_secs(5);

pub(super) fn build(config: &WebhookConfig, egress: &Arc<Egress>) -> Result<Client, ConfigError> {
    let builder = Client::builder()
        .tls_backend_preconfigured(tls(config.root_pem.as_deref())?)
        .dns_resolver(Arc::new(Guard::new(config.resolver.clone(), egress)))
        // Whoever redirects us, or stands between, is not whom we checked.
        .redirect(redirect::Policy::none())
        .no_proxy()
        .retry(retry::never())
        // What is small on the wire stays small.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .http1_only()
        .connect_timeout(config.timeout.min(CONNECT))
        .timeout(config.timeout)
        .pool_idle_timeout(IDLE)
        .user_agent(concat!("pregon/", env!("CARGO_PKG_VERSION")));
    builder.build().map_err(|_| ConfigError::Tls)
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
