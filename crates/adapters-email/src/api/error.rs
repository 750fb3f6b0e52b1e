//! What went wrong with a provider, and what it means.

use std::time::Duration;

use pregon_core::{Fate, PortError, PortErrorKind, SendError};

use super::Answer;
use super::client::NoAnswer;
use crate::mime::unsubscribe::TokenTooLong;

/// Why a provider is not even asked: it would refuse the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    #[error("an address that the provider does not take")]
    Address,
    #[error("the subject is empty")]
    Subject,
    #[error("there is neither text nor HTML")]
    Content,
    #[error("the message has {bytes} bytes; the provider takes {most}")]
    TooLarge { bytes: usize, most: usize },
    #[error(transparent)]
    Token(#[from] TokenTooLong),
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("no message for the provider can be made of it")]
    Unfit(#[from] Unfit),
    #[error("the provider gave no answer")]
    NoAnswer(#[from] NoAnswer),
    /// Its own words are left behind: providers repeat addresses in them.
    #[error("status {status}{}", place(about.as_deref()))]
    Refused {
        status: u16,
        about: Option<String>,
        wait: Option<Duration>,
    },
}

impl Error {
    fn fate(&self) -> (Fate, PortErrorKind) {
        match self {
            Self::Unfit(_) => (Fate::Rejected, PortErrorKind::Invalid),
            Self::NoAnswer(error) => error.fate(),
            Self::Refused { status, wait, .. } => Answer::fate(*status, *wait),
        }
    }

    /// The one place where failures of a provider become the port's.
    pub(crate) fn of(self, provider: &'static str) -> SendError {
        let (fate, kind) = self.fate();
        SendError::new(
            fate,
            PortError::new(provider, "send", kind).with_source(self),
        )
    }
}

fn place(about: Option<&str>) -> String {
    about.map(|at| format!(" about {at}")).unwrap_or_default()
}
