//! What went wrong, and what it means.

use std::fmt;
use std::io;

use pregon_core::{Fate, PortError, PortErrorKind, Remark, SendError};

use super::reply::{Phase, Reply};
use crate::mime::MimeError;

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("no mail can be made of it")]
    Mime(#[from] MimeError),
    #[error("the server cannot be reached")]
    Unreachable(#[source] io::Error),
    #[error("the server is not on this machine, and nothing else may be talked to without TLS")]
    NotLoopback,
    #[error("the server does not offer STARTTLS, and without it nothing is said")]
    NoStartTls,
    #[error("somebody spoke after STARTTLS before the connection was encrypted")]
    Injected,
    #[error("the server's certificate is not accepted")]
    Certificate(#[source] io::Error),
    #[error("the server speaks no TLS that we speak")]
    Incompatible(#[source] io::Error),
    #[error("the connection could not be encrypted")]
    Handshake(#[source] io::Error),
    #[error("the server offers no way to log in that we know")]
    NoMechanism,
    #[error("the server does not take addresses that are not ASCII")]
    NoSmtpUtf8,
    #[error("{reply} in answer to {phase}")]
    Refused { phase: Phase, reply: Reply },
    #[error("{why} in answer to {phase}")]
    NoReply { phase: Phase, why: NoReply },
}

/// Why there is no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoReply {
    TimedOut,
    Cut,
    Garbage,
}

impl fmt::Display for NoReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TimedOut => "nothing within the time",
            Self::Cut => "the end of the connection",
            Self::Garbage => "what is not a reply",
        })
    }
}

impl Error {
    pub(super) fn no_reply(phase: Phase, why: NoReply) -> Self {
        Self::NoReply { phase, why }
    }

    /// An error of the TLS handshake.
    pub(super) fn tls(error: io::Error) -> Self {
        let of_rustls = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match of_rustls {
            Some(rustls::Error::InvalidCertificate(_)) => Self::Certificate(error),
            Some(
                rustls::Error::PeerIncompatible(_)
                | rustls::Error::AlertReceived(rustls::AlertDescription::ProtocolVersion),
            ) => Self::Incompatible(error),
            _ => Self::Handshake(error),
        }
    }

    /// Whether an old connection had ended before anything was asked of the server, so that the
    /// same may be asked on a new one.
    pub(super) fn is_stale(&self) -> bool {
        match self {
            Self::NoReply { phase, .. } => *phase <= Phase::Mail,
            Self::Refused { phase, reply } => *phase <= Phase::Mail && reply.closes(),
            _ => false,
        }
    }

    /// Whether the connection it happened on can carry another mail.
    pub(super) fn leaves_connection(&self) -> bool {
        match self {
            Self::Refused { reply, .. } => !reply.closes() && reply.is_refusal(),
            Self::NoSmtpUtf8 => true,
            _ => false,
        }
    }

    fn is_dead_address(&self) -> bool {
        matches!(self, Self::Refused { phase, reply } if reply.is_dead_address(*phase))
    }

    fn fate(&self) -> (Fate, PortErrorKind) {
        use PortErrorKind::{Corrupt, Invalid, Unavailable, Unsupported};
        match self {
            Self::Mime(_) => (Fate::Rejected, Invalid),
            // A server that is off takes no mail of anybody: the channel waits, and no message
            // uses up its attempts on it.
            Self::Unreachable(_) => (Fate::ChannelDown, Unavailable),
            Self::Handshake(_) => (Fate::NotSent, Unavailable),
            // Waiting does not help, and no other message would fare better.
            Self::NotLoopback | Self::Injected | Self::Certificate(_) => {
                (Fate::ChannelDown, Corrupt)
            }
            Self::NoStartTls | Self::Incompatible(_) | Self::NoMechanism => {
                (Fate::ChannelDown, Unsupported)
            }
            Self::NoSmtpUtf8 => (Fate::Rejected, Unsupported),
            Self::Refused { phase, reply } => reply.fate(*phase),
            Self::NoReply { phase, .. } if *phase == Phase::Body => (Fate::Unknown, Unavailable),
            Self::NoReply { .. } => (Fate::NotSent, Unavailable),
        }
    }
}

impl From<Error> for SendError {
    fn from(error: Error) -> Self {
        let (fate, kind) = error.fate();
        let dead = error.is_dead_address();
        let port = PortError::new("smtp", "send", kind).with_source(error);
        let failed = Self::new(fate, port);
        if dead {
            failed.with_remark(Remark::dead_address())
        } else {
            failed
        }
    }
}
