//! What an outbox's failures mean.

use std::io::ErrorKind;

use pregon_core::{Fate, PortError, PortErrorKind, SendError};

use super::files::Failed;
use crate::mime::MimeError;

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("no mail can be made of it")]
    Mime(#[from] MimeError),
    #[error("the file is not written")]
    Files(#[from] Failed),
}

impl Error {
    fn fate(&self) -> Fate {
        match self {
            Self::Mime(_) => Fate::Rejected,
            // The file is there, but may not outlive a loss of power: writing it again is safe.
            Self::Files(failed) if failed.visible => Fate::Unknown,
            Self::Files(failed) => match failed.source.kind() {
                // What every other mail would meet too, until somebody does something about it.
                ErrorKind::NotFound
                | ErrorKind::NotADirectory
                | ErrorKind::AlreadyExists
                | ErrorKind::PermissionDenied
                | ErrorKind::ReadOnlyFilesystem
                | ErrorKind::StorageFull
                | ErrorKind::QuotaExceeded => Fate::ChannelDown,
                _ => Fate::NotSent,
            },
        }
    }

    fn kind(&self) -> PortErrorKind {
        match self {
            Self::Mime(_) => PortErrorKind::Invalid,
            Self::Files(failed) => match failed.source.kind() {
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                    PortErrorKind::Unauthorized
                }
                ErrorKind::NotADirectory | ErrorKind::AlreadyExists => PortErrorKind::Invalid,
                _ => PortErrorKind::Unavailable,
            },
        }
    }

    pub(super) fn into_port(self, operation: &'static str) -> PortError {
        PortError::new("outbox", operation, self.kind()).with_source(self)
    }
}

impl From<Error> for SendError {
    fn from(error: Error) -> Self {
        Self::new(error.fate(), error.into_port("send"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::files::Failed;

    #[track_caller]
    fn check(kind: ErrorKind, fate: Fate) {
        let error = Error::from(Failed::early("writing the file")(kind.into()));
        assert_eq!(error.fate(), fate, "{kind:?}");
        let late = Error::from(Failed::late(kind.into()));
        assert_eq!(late.fate(), Fate::Unknown, "the file may be there");
    }

    #[test]
    fn a_full_disk_stops_the_channel_and_a_hiccup_does_not() {
        check(ErrorKind::StorageFull, Fate::ChannelDown);
        check(ErrorKind::QuotaExceeded, Fate::ChannelDown);
        check(ErrorKind::ReadOnlyFilesystem, Fate::ChannelDown);
        check(ErrorKind::PermissionDenied, Fate::ChannelDown);
        check(ErrorKind::Interrupted, Fate::NotSent);
        check(ErrorKind::Other, Fate::NotSent);
    }
}
