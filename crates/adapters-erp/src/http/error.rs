//! What can go wrong with a service, each with its own sentence. None carries what was answered.

use std::time::Duration;

use pregon_core::{BoxError, PortError, PortErrorKind};

use crate::web::{ReadError, SetupError};

pub(super) type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("{0:?} is not the address of a service; write it as https://api.example.org/v1")]
    Url(String),
    #[error("the address of the service has a user or a password in it; give them apart")]
    CredentialsInUrl,
    #[error("plain http would show everything to everybody between; use https")]
    PlainHttp,
    #[error("the token, the user or the password has characters that none ever has")]
    Credentials,
    #[error("the root certificate is not PEM")]
    RootCertificate,
    #[error("the TLS client cannot be built")]
    Tls(#[source] BoxError),
    #[error("{0:?} is not a path below the service's address")]
    Path(String),
    #[error("{0:?} does not point into JSON; write it as /data or /data/items")]
    Pointer(String),
    #[error("{0:?} cannot be an attribute: a letter, then letters, digits and _, and not reserved")]
    Attribute(String),
    #[error("the attribute {0:?} is there twice")]
    Twice(String),
    #[error("a path that finds one by its id needs {{id}} in it: {0:?}")]
    NoId(String),

    #[error("the service cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("the service did not answer in time")]
    TimedOut,
    #[error("the answer broke off")]
    CutShort(#[source] reqwest::Error),
    #[error("the answer is larger than 64 MiB")]
    TooLarge,
    #[error("reading was stopped")]
    Stopped,
    #[error("the clock failed while waiting for the service")]
    Clock,
    #[error("the service asks to be left alone for a while")]
    RateLimited { retry_after: Option<Duration> },
    #[error("the service failed: status {status}")]
    Failed { status: u16 },
    #[error("the service does not accept who we are: status {status}")]
    Unauthorized { status: u16 },
    #[error("the service redirects, and is not followed: status {status}")]
    Redirected { status: u16 },
    #[error("the service has nothing at this path: status {status}")]
    NoSuchPath { status: u16 },
    #[error("the service refuses the question: status {status}")]
    Refused { status: u16 },

    #[error("{of}: the answer is not whole JSON")]
    NotJson { of: String },
    #[error("{of}: there is no list at {pointer:?}")]
    NoList { of: String, pointer: String },
    #[error("{of}: there is no item at {pointer:?} where one was asked for by its id")]
    NoItem { of: String, pointer: String },
    #[error("{of}: {id:?} is in the list and is not found by its id")]
    NotFound { of: String, id: String },
    #[error("{of}: no item of a page has an id at {pointer:?}")]
    NoIds { of: String, pointer: String },
    #[error("{of}: the page after an item has that item again: {parameter:?} is not heeded")]
    NotHeeded { of: String, parameter: String },
    #[error("{of}: others came than were asked for by their ids: {parameter:?} is not heeded")]
    OthersCame { of: String, parameter: String },
    #[error("{of}: the next page is the same one")]
    Circle { of: String },
    #[error("{of}: what follows is said to be elsewhere, where nothing is read")]
    Elsewhere { of: String },
    #[error("{of}: the answer about some ids has a next page; ask for fewer at once")]
    NotAll { of: String },
    #[error("{of}: the list comes back in another order; the service must keep one")]
    Disordered { of: String },
    #[error("{of}: the list changes so fast that its pages cannot be put together")]
    Unsettled { of: String },

    #[error("there are no {0:?} records")]
    NoSuchKind(String),
    #[error("{kind:?} records have no {expected} named {attribute:?}")]
    NoSuchDate {
        kind: String,
        attribute: String,
        expected: &'static str,
    },
    #[error("records cannot be selected in this way")]
    Due,
    #[error("the cursor was not made by this source")]
    Cursor,
}

impl Error {
    /// Why there is no client for a service.
    pub(super) fn setup(error: SetupError, url: &str) -> Self {
        match error {
            // What cannot be read may still have a password in it.
            SetupError::Url if url.contains('@') => Self::CredentialsInUrl,
            SetupError::Url => Self::Url(url.to_owned()),
            SetupError::Credentials => Self::CredentialsInUrl,
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
                | Self::RateLimited { .. }
                | Self::Failed { .. }
        )
    }

    fn kind(&self) -> PortErrorKind {
        match self {
            Self::Unreachable(_)
            | Self::TimedOut
            | Self::CutShort(_)
            | Self::Stopped
            | Self::Clock
            | Self::Failed { .. }
            | Self::Unsettled { .. } => PortErrorKind::Unavailable,
            Self::RateLimited { retry_after } => PortErrorKind::RateLimited {
                retry_after: *retry_after,
            },
            Self::Unauthorized { .. } => PortErrorKind::Unauthorized,
            Self::TooLarge
            | Self::NotJson { .. }
            | Self::NoList { .. }
            | Self::NoItem { .. }
            | Self::NotFound { .. }
            | Self::NoIds { .. }
            | Self::NotHeeded { .. }
            | Self::OthersCame { .. }
            | Self::Circle { .. }
            | Self::Disordered { .. }
            | Self::Elsewhere { .. }
            | Self::NotAll { .. } => PortErrorKind::Corrupt,
            Self::Due => PortErrorKind::Unsupported,
            _ => PortErrorKind::Invalid,
        }
    }

    /// The one place where failures of this adapter become the port's.
    pub(super) fn at(self, operation: &'static str) -> PortError {
        PortError::new("http source", operation, self.kind()).with_source(self)
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
