//! Whom we believe when a server shows a certificate.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// What was given as certificates of authorities is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotCertificates;

/// TLS 1.2 or 1.3 with the public authorities, and with those of the PEM text if there is one.
///
/// The provider is named, because a process in which two are linked has none by default.
pub(crate) fn client(authorities: &[u8]) -> Result<Arc<ClientConfig>, NotCertificates> {
    let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    if !authorities.is_empty() {
        let mut added = 0;
        for certificate in CertificateDer::pem_slice_iter(authorities) {
            let certificate = certificate.map_err(|_| NotCertificates)?;
            roots.add(certificate).map_err(|_| NotCertificates)?;
            added += 1;
        }
        if added == 0 {
            return Err(NotCertificates);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has the cipher suites of TLS 1.2 and 1.3");
    let config = config.with_root_certificates(roots).with_no_client_auth();
    Ok(Arc::new(config))
}
