//! What a failure of Redvoiss means, all on one page.

use pregon_core::{Fate, PortError, PortErrorKind, SendError};

use crate::http::Trouble;

pub(super) type Result<T> = std::result::Result<T, Error>;

/// None of these carries the text or the number.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Http(#[from] Trouble),

    #[error("the text has {characters} characters, and the service cuts off what comes after 480")]
    TooLong { characters: usize },
    #[error("operators do not carry the character after the first {at} of the text")]
    NotCarried { at: usize },
    #[error("the text asks for an answer, and the answers of people are not collected")]
    NobodyListens,
    #[error("the service takes numbers of 11 to 14 digits")]
    Number,
    #[error("the service says that the number is none")]
    NumberRefused,
    #[error("the service made no batch: its balance is spent, or the number on its blacklist")]
    NoBatch,

    #[error("the answer broke off or is too long")]
    CutShort,
    #[error("the answer has a shape that is not known")]
    Shape,
}

impl Error {
    fn fate(&self) -> Fate {
        match self {
            Self::Http(trouble) => trouble.fate(),
            Self::TooLong { .. }
            | Self::NotCarried { .. }
            | Self::NobodyListens
            | Self::Number
            | Self::NumberRefused => Fate::Rejected,
            // With one destination no batch is no message. Which of the two it is, is not said:
            // a balance is filled up again, and who is on the blacklist is given up in the end.
            Self::NoBatch => Fate::NotSent,
            Self::CutShort | Self::Shape => Fate::Unknown,
        }
    }

    fn kind(&self) -> PortErrorKind {
        match self {
            Self::Http(trouble) => trouble.kind(),
            Self::TooLong { .. }
            | Self::NotCarried { .. }
            | Self::NobodyListens
            | Self::Number
            | Self::NumberRefused => PortErrorKind::Invalid,
            Self::NoBatch | Self::CutShort => PortErrorKind::Unavailable,
            Self::Shape => PortErrorKind::Corrupt,
        }
    }

    pub(super) fn at(self, operation: &'static str) -> PortError {
        PortError::new("redvoiss", operation, self.kind()).with_source(self)
    }
}

impl Error {
    /// Whether every other call would fail alike.
    pub(super) fn is_everywhere(&self) -> bool {
        matches!(self, Self::Http(trouble) if trouble.is_everywhere())
    }
}

impl From<Error> for SendError {
    fn from(error: Error) -> Self {
        Self::new(error.fate(), error.at("send"))
    }
}
