//! What can go wrong with a site, each with its own sentence. None carries what the site answered:
//! that can hold SQL, file names and persons.

use std::time::Duration;

use pregon_core::{PortError, PortErrorKind};

use super::ErpNextConfig;
use crate::web::{ReadError, SetupError};

pub(super) type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("{0:?} is not the address of a site; write it as https://erp.example.org")]
    Url(String),
    #[error("plain http would show key and secret to everybody between; use https")]
    PlainHttp,
    #[error("key and secret have characters that an API key never has")]
    Key,
    #[error("the root certificate is not PEM")]
    RootCertificate,
    #[error("the TLS client cannot be built")]
    Tls(#[source] pregon_core::BoxError),

    #[error("the site cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("the site did not answer in time")]
    TimedOut,
    #[error("the answer broke off")]
    CutShort(#[source] reqwest::Error),
    #[error("the clock failed while waiting for the site")]
    Stopped,
    #[error("the site is in maintenance, as during an upgrade")]
    Maintenance,
    #[error("the site's server failed with status {status}{}", class(exc_type))]
    ServerFailed {
        status: u16,
        exc_type: Option<String>,
    },
    #[error("the site's limit of server time is used up")]
    RateLimited { retry_after: Option<Duration> },

    #[error("the site does not accept the API key and its secret, or the user is disabled")]
    Unauthorized,
    #[error("the site took us for a guest: it did not see the API key")]
    Guest,
    #[error("the user may not read {of}, or a field joined to it: its role needs Read there")]
    Forbidden { of: &'static str },
    #[error(
        "no {of} can be seen: the user's role needs Read on it for all, and the user no User \
         Permission"
    )]
    Empty { of: &'static str },
    #[error("{count} customers of serial numbers are hidden from the user by a User Permission")]
    Hidden { count: usize },

    #[error("a web page answered, not ERPNext: there is no such site, or a proxy stands between")]
    WebPage { status: u16 },
    #[error("the site answered with a redirection; use the address that it leads to")]
    Redirected,
    #[error("{of}: the site does not know it")]
    NoSuch { of: &'static str },
    #[error("it is a Frappe site without ERPNext")]
    NotErpNext,
    #[error("ERPNext {found} is too old; version 14 is the first with joined fields")]
    TooOld { found: String },
    #[error("{of} has no field {field:?}")]
    NoField { of: &'static str, field: String },
    #[error("the field {field:?} of {of} is a {found}, and must be a Date")]
    NotADate {
        of: &'static str,
        field: String,
        found: String,
    },
    #[error("{0:?} is not the name of a field")]
    FieldName(String),
    #[error("{of} has no field that was asked for")]
    UnknownField { of: &'static str },
    #[error("the site refused the question about {of} with status {status}")]
    Refused { of: &'static str, status: u16 },
    #[error(
        "the server could not work with the question about {of}{}",
        class(exc_type)
    )]
    Misasked {
        of: &'static str,
        exc_type: Option<String>,
    },
    #[error(
        "the answer leaves out the field {field:?} of {of}: the user's role may not read its level"
    )]
    LeftOut { of: &'static str, field: String },

    #[error("{of}: {what}")]
    Shape {
        of: &'static str,
        what: &'static str,
    },
    #[error("{of}: the field {field:?} has a value of another kind than expected")]
    Value { of: &'static str, field: String },
    #[error("the answer is larger than 64 MiB")]
    TooLarge,
    #[error("there are no {0:?} records")]
    NoSuchKind(String),
    #[error("{0:?} is not a date of these records")]
    NoSuchDate(String),
    #[error("serial numbers have no instants, only dates")]
    Instants,
}

fn class(exc_type: &Option<String>) -> String {
    exc_type
        .as_ref()
        .map(|name| format!(" ({name})"))
        .unwrap_or_default()
}

impl Error {
    /// Why there is no client for a site.
    pub(super) fn setup(error: SetupError, config: &ErpNextConfig) -> Self {
        match error {
            SetupError::Url => Self::Url(config.url.clone()),
            SetupError::Credentials => Self::Key,
            SetupError::PlainHttp => Self::PlainHttp,
            SetupError::RootCertificate => Self::RootCertificate,
            SetupError::Tls(source) => Self::Tls(source),
        }
    }

    /// Whether the same question may be asked again at once.
    pub(super) fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_)
                | Self::TimedOut
                | Self::CutShort(_)
                | Self::Maintenance
                | Self::RateLimited { .. }
                | Self::ServerFailed { .. }
        )
    }

    fn kind(&self) -> PortErrorKind {
        match self {
            Self::Unreachable(_)
            | Self::TimedOut
            | Self::CutShort(_)
            | Self::Stopped
            | Self::Maintenance
            | Self::ServerFailed { .. } => PortErrorKind::Unavailable,
            Self::RateLimited { retry_after } => PortErrorKind::RateLimited {
                retry_after: *retry_after,
            },
            Self::Unauthorized
            | Self::Guest
            | Self::Forbidden { .. }
            | Self::Empty { .. }
            | Self::Hidden { .. } => PortErrorKind::Unauthorized,
            Self::Shape { .. } | Self::Value { .. } | Self::TooLarge => PortErrorKind::Corrupt,
            Self::NotErpNext | Self::TooOld { .. } | Self::Instants => PortErrorKind::Unsupported,
            Self::Url(_)
            | Self::PlainHttp
            | Self::Key
            | Self::RootCertificate
            | Self::Tls(_)
            | Self::WebPage { .. }
            | Self::Redirected
            | Self::NoSuch { .. }
            | Self::NoField { .. }
            | Self::NotADate { .. }
            | Self::FieldName(_)
            | Self::UnknownField { .. }
            | Self::Refused { .. }
            | Self::Misasked { .. }
            | Self::LeftOut { .. }
            | Self::NoSuchKind(_)
            | Self::NoSuchDate(_) => PortErrorKind::Invalid,
        }
    }

    /// The one place where failures of this adapter become the port's.
    pub(super) fn at(self, operation: &'static str) -> PortError {
        PortError::new("erpnext", operation, self.kind()).with_source(self)
    }
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::TimedOut => Self::TimedOut,
            ReadError::CutShort(source) => Self::CutShort(source),
            ReadError::TooLarge => Self::TooLarge,
        }
    }
}
