//! What a failure of Twilio means, all on one page.

use std::error::Error as _;

use pregon_core::{Fate, PortError, PortErrorKind, Remark, SendError};

use crate::http::Trouble;

pub(super) type Result<T> = std::result::Result<T, Error>;

/// Why Twilio takes no message to a person: the cause of the error of a sending, for who wants to
/// tell a person who refused from a number that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TwilioRefusal {
    /// The person answered STOP: never to be written to again from this sender.
    #[error("the recipient has refused further messages (21610)")]
    OptedOut,
    /// Not a number.
    #[error("the number is none ({code})")]
    NoNumber {
        /// Twilio's code.
        code: u32,
    },
    /// A number that takes no short messages, or not from this sender.
    #[error("the number takes no messages from this sender ({code})")]
    NotReachable {
        /// Twilio's code.
        code: u32,
    },
    /// The account may not send to this country.
    #[error("the account is not allowed to send to this region (21408)")]
    Region,
    /// The text is empty or too long.
    #[error("the text is empty or too long ({code})")]
    Text {
        /// Twilio's code.
        code: u32,
    },
    /// Something else about this message.
    #[error("code {code}")]
    Other {
        /// Twilio's code.
        code: u32,
    },
}

impl TwilioRefusal {
    /// The refusal that made a sending fail, if one did.
    ///
    /// ```
    /// # use pregon_adapters_sms::TwilioRefusal;
    /// # use pregon_core::{Fate, PortError, PortErrorKind, SendError};
    /// let port = PortError::new("twilio", "send", PortErrorKind::Invalid);
    /// let error = SendError::new(Fate::Rejected, port.with_source(TwilioRefusal::OptedOut));
    /// assert_eq!(TwilioRefusal::of(&error), Some(TwilioRefusal::OptedOut));
    /// ```
    #[must_use]
    pub fn of(error: &SendError) -> Option<Self> {
        let mut cause = error.source();
        while let Some(error) = cause {
            if let Some(refusal) = error.downcast_ref::<Self>() {
                return Some(*refusal);
            }
            cause = error.source();
        }
        None
    }
}

/// None of these carries the text or the number.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Http(#[from] Trouble),

    #[error("the text has {characters} characters; Twilio takes 1600")]
    TooLong { characters: usize },
    #[error("Twilio refuses the message")]
    Refused(#[source] TwilioRefusal),
    #[error(
        "Twilio does not accept the account, its token, its sender or its address: code {code}"
    )]
    Account { code: u32 },
    #[error("Twilio has more of our messages than it can send: code {code}")]
    Full { code: u32 },
    #[error("the answer has a shape that is not known")]
    Shape,
}

impl Error {
    /// What a code means; `None` where the status alone says it.
    pub(super) fn by_code(code: u32) -> Option<Self> {
        use TwilioRefusal::{NoNumber, NotReachable, OptedOut, Other, Region, Text};
        Some(match code {
            21610 => Self::Refused(OptedOut),
            21201 | 21211 | 21214 | 21217 | 21604 => Self::Refused(NoNumber { code }),
            21265 | 21608 | 21612 | 21614 | 21635 | 30006 => Self::Refused(NotReachable { code }),
            21408 => Self::Refused(Region),
            21602 | 21605 | 21617 | 21619 => Self::Refused(Text { code }),
            // Nothing else will leave either: the account, its token, or the sender.
            10001
            | 20003..=20006
            | 20008
            | 20010
            | 20404
            | 21212
            | 21603
            | 21606
            | 21607
            | 21609
            | 21659
            | 21660
            | 21701..=21705
            | 30002 => Self::Account { code },
            14107 | 21611 | 30001 => Self::Full { code },
            // The account's own settings of a message: its validity, its callback.
            21600..=21699 => Self::Refused(Other { code }),
            _ => return None,
        })
    }

    fn fate(&self) -> Fate {
        match self {
            Self::Http(trouble) => trouble.fate(),
            Self::TooLong { .. } | Self::Refused(_) => Fate::Rejected,
            Self::Account { .. } => Fate::ChannelDown,
            Self::Full { .. } => Fate::NotSent,
            Self::Shape => Fate::Unknown,
        }
    }

    /// What it says of the person: the codes that mean the same in a callback.
    fn remark(&self) -> Option<Remark> {
        use TwilioRefusal::{NoNumber, NotReachable, OptedOut};
        match self {
            Self::Refused(OptedOut) => Some(Remark::stopped()),
            Self::Refused(
                NoNumber { code: 21211 }
                | NotReachable {
                    code: 21614 | 30006,
                },
            ) => Some(Remark::dead_address()),
            _ => None,
        }
    }

    fn kind(&self) -> PortErrorKind {
        match self {
            Self::Http(trouble) => trouble.kind(),
            Self::TooLong { .. } | Self::Refused(_) => PortErrorKind::Invalid,
            Self::Account { .. } => PortErrorKind::Unauthorized,
            Self::Full { .. } => PortErrorKind::RateLimited { retry_after: None },
            Self::Shape => PortErrorKind::Corrupt,
        }
    }
}

impl From<Error> for SendError {
    fn from(error: Error) -> Self {
        let port = PortError::new("twilio", "send", error.kind());
        let (fate, remark) = (error.fate(), error.remark());
        let failed = Self::new(fate, port.with_source(error));
        match remark {
            Some(remark) => failed.with_remark(remark),
            None => failed,
        }
    }
}
