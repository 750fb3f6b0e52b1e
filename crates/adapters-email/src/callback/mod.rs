//! What the callbacks of providers have in common: who may call, how old, how large.

mod code;
#[cfg(any(feature = "sendgrid", feature = "mailgun"))]
mod posted;

pub(crate) use self::code::enhanced;
#[cfg(any(feature = "sendgrid", feature = "mailgun"))]
pub(crate) use self::code::is_soft;
#[cfg(any(feature = "sendgrid", feature = "mailgun"))]
pub(crate) use self::posted::{TOLERANCE, check_age, check_size};

/// Why a callback is not believed, or cannot be read. It repeats nothing of what was posted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackError {
    /// A header or a field that every callback of this provider has.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The signature is not the provider's, or not of this body.
    #[error("the signature is not of this body")]
    Signature,
    /// It was signed too long ago, or in the future: somebody may post it a second time.
    #[error("it was not signed within the last minutes")]
    Stale,
    /// No callback of the provider is that large.
    #[error("it has more than {most} bytes")]
    TooLarge {
        /// The most bytes that it may have.
        most: usize,
    },
    /// It is not JSON.
    #[error("it is not JSON, in line {line}, column {column}")]
    Json {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// It is JSON of another kind.
    #[error("it is not {0}")]
    Shape(&'static str),
    /// The key to verify with cannot be one.
    #[error("the key to verify with is not {0}")]
    Key(&'static str),
}
