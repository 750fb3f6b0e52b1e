//! What sender and receiver both know.

use std::fmt;

use data_encoding::BASE64;

/// The prefix by which people know such a secret.
const PREFIX: &str = "whsec_";
/// How many bytes a secret has, by the specification.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// A secret that sender and receiver know; it is never printed.
///
/// ```
/// # use pregon_adapters_webhook::SigningSecret;
/// let secret = SigningSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// assert_eq!(format!("{secret:?}"), "***");
/// assert!(SigningSecret::parse("whsec_c2hvcnQ=").is_err(), "too short to be safe");
/// # Ok::<(), pregon_adapters_webhook::SecretError>(())
/// ```
#[derive(Clone)]
pub struct SigningSecret(Vec<u8>);

/// Why a text cannot be a secret. It does not carry the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// There is none.
    #[error("there is no secret")]
    Missing,
    /// It is not base64.
    #[error("a secret is base64 after whsec_")]
    Encoding,
    /// It is too short to be safe, or longer than any.
    #[error("a secret has 24 to 64 bytes, and this one has {0}")]
    Length(usize),
}

impl SigningSecret {
    /// Takes a text as a secret: base64, with `whsec_` before it or not.
    ///
    /// # Errors
    /// When it cannot be one.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(SecretError::Missing);
        }
        let base64 = text.strip_prefix(PREFIX).unwrap_or(text);
        let bytes = BASE64.decode(base64.as_bytes());
        let bytes = bytes.map_err(|_| SecretError::Encoding)?;
        if LENGTHS.contains(&bytes.len()) {
            Ok(Self(bytes))
        } else {
            Err(SecretError::Length(bytes.len()))
        }
    }

    /// Takes several, with spaces between: while a secret is changed, the old one and the new one.
    ///
    /// # Errors
    /// When there is none, or one of them cannot be one.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, SecretError> {
        let all: Vec<Self> = text
            .split_whitespace()
            .map(Self::parse)
            .collect::<Result<_, _>>()?;
        if all.is_empty() {
            return Err(SecretError::Missing);
        }
        Ok(all)
    }

    pub(super) fn reveal(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
