//! Signatures of a domain over its mails (RFC 6376, RFC 8463).

mod canonical;

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;

use self::canonical::{body, header, headers};

/// What is signed where a mail has it: all that its readers see of the sender, the way to
/// unsubscribe (RFC 8058 asks for both) and what says how the body is to be read.
const SIGNED: [&str; 13] = [
    "from",
    "reply-to",
    "to",
    "subject",
    "date",
    "message-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "auto-submitted",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "x-pregon-attempt",
];
/// What is named once more than it is there: a second one, added on the way, breaks the signature.
const ONLY_ONCE: [&str; 5] = ["from", "reply-to", "to", "subject", "date"];

/// Why a domain cannot sign so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DkimError {
    /// The domain or the selector cannot be a name in the DNS.
    #[error("a domain and a selector are names in the DNS, in plain ASCII")]
    Name,
    /// The key is not PEM.
    #[error("the key is not a private key in PEM")]
    Pem,
    /// The key is of another kind, or too short.
    #[error("the key is neither RSA of 2048 bits or more nor Ed25519")]
    Key,
}

/// The key by which a domain signs its mails: RSA or Ed25519, header and body in relaxed form.
///
/// Under `SELECTOR._domainkey.DOMAIN` the DNS must hold the public half. Ed25519 is thirty times
/// faster and not yet checked by every receiver.
///
/// ```
/// use pregon_adapters_email::Dkim;
/// // As `openssl genpkey -algorithm ed25519` writes it.
/// let pem = "-----BEGIN PRIVATE KEY-----\n\
///     MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
///     -----END PRIVATE KEY-----\n";
/// let dkim = Dkim::new("example.org", "otono2026", pem)?;
/// assert_eq!(dkim.record(), "v=DKIM1; k=ed25519; \
///     p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
/// assert!(!format!("{dkim:?}").contains("MC4C"));
/// # Ok::<(), pregon_adapters_email::DkimError>(())
/// ```
#[derive(Clone)]
pub struct Dkim {
    domain: String,
    selector: String,
    key: Key,
}

#[derive(Clone)]
enum Key {
    Rsa(Arc<RsaKeyPair>),
    Ed25519(Arc<Ed25519KeyPair>),
}

impl Dkim {
    /// Takes the private key in PEM: PKCS#8, or PKCS#1 for RSA.
    ///
    /// # Errors
    /// When the names cannot be names, or the key is none of those.
    pub fn new(domain: &str, selector: &str, pem: &str) -> Result<Self, DkimError> {
        let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let label = |label: &str| (1..=63).contains(&label.len()) && label.chars().all(sign);
        let name = |name: &str| name.len() <= 253 && name.split('.').all(label);
        if !name(domain) || !domain.contains('.') || !name(selector) {
            return Err(DkimError::Name);
        }
        Ok(Self {
            domain: domain.to_ascii_lowercase(),
            selector: selector.to_owned(),
            key: Key::parse(pem)?,
        })
    }

    /// The text that the DNS must hold under `SELECTOR._domainkey.DOMAIN`.
    #[must_use]
    pub fn record(&self) -> String {
        use ring::signature::KeyPair as _;
        match &self.key {
            Key::Rsa(pair) => {
                let public = canonical::public_key_info(pair.public_key().as_ref());
                format!("v=DKIM1; k=rsa; p={}", BASE64.encode(&public))
            }
            Key::Ed25519(pair) => {
                let public = BASE64.encode(pair.public_key().as_ref());
                format!("v=DKIM1; k=ed25519; p={public}")
            }
        }
    }

    /// Whether signing takes so long (about a millisecond) that it should not happen where other
    /// work waits.
    pub(crate) fn is_slow(&self) -> bool {
        matches!(self.key, Key::Rsa(_))
    }

    /// The mail with its signature before it. The mail is one of ours: its lines end in CR LF, and
    /// an empty one is between header and body.
    pub(crate) fn sign(&self, mail: &[u8], now: DateTime<Utc>) -> Vec<u8> {
        let (head, text) = canonical::parts(mail);
        let fields = headers(head);
        let mut names = Vec::new();
        let mut signed = Vec::with_capacity(1024);
        for name in SIGNED {
            if let Some(field) = fields.iter().find(|field| field.name == name) {
                names.push(name);
                field.write(&mut signed);
            }
        }
        names.extend(ONLY_ONCE);
        let unsigned = self.header(&names, digest(&SHA256, &body(text)).as_ref(), now);
        header(&unsigned).write(&mut signed);
        // The header that carries the signature is signed without its end of line.
        signed.truncate(signed.len() - 2);
        let mut whole = unsigned.into_bytes();
        for line in BASE64.encode(&self.key.sign(&signed)).as_bytes().chunks(72) {
            whole.extend_from_slice(b"\r\n ");
            whole.extend_from_slice(line);
        }
        whole.extend_from_slice(b"\r\n");
        whole.extend_from_slice(mail);
        whole
    }

    /// The header, up to the place where the signature goes.
    fn header(&self, names: &[&str], hash: &[u8], now: DateTime<Utc>) -> String {
        let algorithm = match self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        };
        let names = names.chunks(5).map(|names| names.join(":"));
        let names = names.collect::<Vec<_>>().join(":\r\n ");
        let (domain, selector) = (&self.domain, &self.selector);
        let hash = BASE64.encode(hash);
        let at = now.timestamp().max(0);
        format!(
            "DKIM-Signature: v=1; a={algorithm}; c=relaxed/relaxed;\r\n d={domain};\r\n \
             s={selector}; t={at};\r\n h={names};\r\n bh={hash};\r\n b="
        )
    }
}

impl Key {
    fn parse(pem: &str) -> Result<Self, DkimError> {
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| DkimError::Pem)?;
        let rsa = |pair: RsaKeyPair| Self::Rsa(Arc::new(pair));
        let pair = match key {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()).map(rsa),
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                match Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
                    Ok(pair) => Ok(Self::Ed25519(Arc::new(pair))),
                    Err(_) => RsaKeyPair::from_pkcs8(der).map(rsa),
                }
            }
            _ => return Err(DkimError::Key),
        };
        pair.map_err(|_| DkimError::Key)
    }

    fn sign(&self, text: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                let random = SystemRandom::new();
                pair.sign(&RSA_PKCS1_SHA256, &random, text, &mut signature)
                    .expect("the signature has the length of the key");
                signature
            }
            // RFC 8463 §3: what is signed is the hash.
            Self::Ed25519(pair) => pair.sign(digest(&SHA256, text).as_ref()).as_ref().to_vec(),
        }
    }
}

impl fmt::Debug for Dkim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dkim")
            .field("domain", &self.domain)
            .field("selector", &self.selector)
            .finish_non_exhaustive()
    }
}
