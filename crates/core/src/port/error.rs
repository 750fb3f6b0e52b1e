//! The one error of ports.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// Whatever lies under a port's failure.
pub type BoxError = Box<dyn Error + Send + Sync + 'static>;

/// What kind of failure it was: what a caller decides by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PortErrorKind {
    /// It cannot be reached, or is busy; trying again later may help.
    Unavailable,
    /// It asks to be left alone for a while.
    RateLimited {
        /// For how long, when it says so.
        retry_after: Option<Duration>,
    },
    /// It does not accept who we are, or we may not do this.
    Unauthorized,
    /// It does not accept what we asked for.
    Invalid,
    /// Somebody else was faster, or holds what we need.
    Conflict,
    /// What it answered or keeps cannot be right.
    Corrupt,
    /// It cannot do this.
    Unsupported,
}

impl fmt::Display for PortErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unavailable => "unavailable",
            Self::RateLimited { .. } => "rate limited",
            Self::Unauthorized => "not authorized",
            Self::Invalid => "invalid",
            Self::Conflict => "conflict",
            Self::Corrupt => "corrupt",
            Self::Unsupported => "unsupported",
        })
    }
}

/// A port failed: which adapter, doing what, in which way. The cause is in [`Error::source`].
///
/// ```
/// # use pregon_core::{PortError, PortErrorKind};
/// let error = PortError::new("erpnext", "page of records", PortErrorKind::Unavailable);
/// assert_eq!(error.to_string(), "erpnext: page of records: unavailable");
/// assert!(error.is_transient());
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{adapter}: {operation}: {kind}")]
pub struct PortError {
    adapter: &'static str,
    operation: &'static str,
    kind: PortErrorKind,
    #[source]
    source: Option<BoxError>,
}

impl PortError {
    /// A failure of an adapter at an operation.
    #[must_use]
    pub fn new(adapter: &'static str, operation: &'static str, kind: PortErrorKind) -> Self {
        Self {
            adapter,
            operation,
            kind,
            source: None,
        }
    }

    /// With its cause, which must not show a secret, an address or a text to a person.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The adapter that failed.
    #[must_use]
    pub fn adapter(&self) -> &'static str {
        self.adapter
    }

    /// What it was doing.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> PortErrorKind {
        self.kind
    }

    /// Whether the same call may succeed later without anybody changing anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self.kind,
            PortErrorKind::Unavailable | PortErrorKind::RateLimited { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_layer_says_itself_and_no_other() {
        let lowest = std::io::Error::other("operation timed out");
        let middle = PortError::new("smtp", "send", PortErrorKind::Unavailable).with_source(lowest);
        let top = super::super::SendError::new(super::super::Fate::Unknown, middle);
        let mut said = vec![top.to_string()];
        let mut cause: Option<&dyn Error> = top.source();
        while let Some(error) = cause {
            said.push(error.to_string());
            cause = error.source();
        }
        let expected = [
            "message not confirmed",
            "smtp: send: unavailable",
            "operation timed out",
        ];
        assert_eq!(said, expected);
    }
}
