//! Reports that a mail server posts to a route of the host.

use std::fmt;

use chrono::{DateTime, Utc};

use super::{Bounces, MailReport};
use crate::CallbackError;

/// The shortest token: 128 bits in hexadecimal digits.
const LEAST_TOKEN_BYTES: usize = 32;

/// Reads mails that are posted as they are, by whoever knows a token: a mail server's pipe with
/// `curl --data-binary @- -H "Authorization: Bearer …" -H "Content-Type: message/rfc822"`.
///
/// ```
/// use pregon_adapters_email::{BouncePost, Bounces, CallbackError};
/// # let now = "2026-11-20T06:00:00Z".parse().expect("an instant");
/// let token = "0123456789abcdef0123456789abcdef";
/// let post = BouncePost::new(Bounces::new(), token)?;
/// let right = format!("Bearer {token}");
/// let none = post.read(Some(&right), "message/rfc822", b"Subject: Hola\r\n\r\n", now);
/// assert!(matches!(none, Err(CallbackError::Shape(_))), "a mail, and no report");
/// let forged = post.read(Some("Bearer x"), "message/rfc822", b"", now);
/// assert_eq!(forged, Err(CallbackError::Signature));
/// # Ok::<(), CallbackError>(())
/// ```
#[derive(Clone)]
pub struct BouncePost {
    bounces: Bounces,
    token: String,
}

impl BouncePost {
    /// Takes the token that the poster must know.
    ///
    /// # Errors
    /// When the token is shorter than 32 characters, or has others than visible ASCII.
    pub fn new(bounces: Bounces, token: &str) -> Result<Self, CallbackError> {
        let visible = token.bytes().all(|byte| byte.is_ascii_graphic());
        if token.len() < LEAST_TOKEN_BYTES || !visible {
            return Err(CallbackError::Key("32 visible characters or more"));
        }
        let token = token.to_owned();
        Ok(Self { bounces, token })
    }

    /// The report in a post that came at an instant: its headers `Authorization` and
    /// `Content-Type`, and its body as it came.
    ///
    /// # Errors
    /// When whoever posted does not know the token, or it is no report.
    pub fn read(
        &self,
        authorization: Option<&str>,
        content_type: &str,
        body: &[u8],
        received: DateTime<Utc>,
    ) -> Result<MailReport, CallbackError> {
        let given = authorization.ok_or(CallbackError::Missing("Authorization"))?;
        let given = given.strip_prefix("Bearer ").unwrap_or_default().trim();
        if !is_same(given.as_bytes(), self.token.as_bytes()) {
            return Err(CallbackError::Signature);
        }
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("message/rfc822") {
            return Err(CallbackError::Shape("a mail as it is (message/rfc822)"));
        }
        self.bounces.read(body, received)
    }
}

impl fmt::Debug for BouncePost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BouncePost").finish_non_exhaustive()
    }
}

/// Every byte is looked at, so that the time does not tell how many of them were right.
fn is_same(given: &[u8], known: &[u8]) -> bool {
    let pairs = given.iter().zip(known);
    let differences = pairs.fold(0, |all, (given, known)| all | (given ^ known));
    given.len() == known.len() && differences == 0
}
