//! What can go wrong with a call, whatever the service. None carries what was answered: that can
//! hold a person's number or a text.

use std::time::Duration;

use pregon_core::{Fate, PortErrorKind};

use super::Answer;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("the service cannot be reached")]
    NotConnected(#[source] reqwest::Error),
    #[error("the call cannot be made")]
    NotMade(#[source] reqwest::Error),
    #[error("the service did not answer in time")]
    TimedOut,
    #[error("the connection broke off before an answer")]
    Lost(#[source] reqwest::Error),

    #[error("the service does not accept who we are: status {status}")]
    Unauthorized { status: u16 },
    #[error("the service has nothing at this address: status {status}")]
    WrongAddress { status: u16 },
    #[error("the service asks to be left alone for a while")]
    Limited { retry_after: Option<Duration> },
    #[error("the service refuses the message: status {status}")]
    Refused { status: u16 },
    #[error("the service failed: status {status}")]
    Failed { status: u16 },
    #[error("the service answered with a status that it should not have: {status}")]
    Strange { status: u16 },
}

impl Trouble {
    /// A call without an answer. Only while connecting is it certain that nothing left.
    pub(super) fn of(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_connect() {
            Self::NotConnected(error)
        } else if error.is_builder() {
            Self::NotMade(error)
        } else if error.is_timeout() {
            Self::TimedOut
        } else {
            Self::Lost(error)
        }
    }

    /// What a status says that is no success.
    pub(crate) fn by_status(answer: &Answer) -> Self {
        let status = answer.status;
        match status {
            429 => Self::Limited {
                retry_after: answer.retry_after,
            },
            401 | 403 | 407 => Self::Unauthorized { status },
            400 | 413 | 422 => Self::Refused { status },
            // Redirections are not followed: whoever stands there is not whom we trust.
            300..=399 | 404 | 405 | 410 | 415 => Self::WrongAddress { status },
            500..=599 => Self::Failed { status },
            _ => Self::Strange { status },
        }
    }

    /// Whether every other call would fail alike: nobody is there, or not for us.
    #[cfg(feature = "redvoiss")]
    pub(crate) fn is_everywhere(&self) -> bool {
        !matches!(
            self,
            Self::Refused { .. } | Self::Failed { .. } | Self::Strange { .. }
        )
    }

    pub(crate) fn fate(&self) -> Fate {
        match self {
            Self::NotConnected(_) | Self::NotMade(_) | Self::Limited { .. } => Fate::NotSent,
            Self::Unauthorized { .. } | Self::WrongAddress { .. } => Fate::ChannelDown,
            Self::Refused { .. } => Fate::Rejected,
            Self::TimedOut | Self::Lost(_) | Self::Failed { .. } | Self::Strange { .. } => {
                Fate::Unknown
            }
        }
    }

    pub(crate) fn kind(&self) -> PortErrorKind {
        match self {
            Self::NotConnected(_) | Self::TimedOut | Self::Lost(_) | Self::Failed { .. } => {
                PortErrorKind::Unavailable
            }
            Self::Unauthorized { .. } => PortErrorKind::Unauthorized,
            Self::Limited { retry_after } => PortErrorKind::RateLimited {
                retry_after: *retry_after,
            },
            Self::NotMade(_) | Self::WrongAddress { .. } | Self::Refused { .. } => {
                PortErrorKind::Invalid
            }
            Self::Strange { .. } => PortErrorKind::Corrupt,
        }
    }
}
