//! What an outbox's failures mean.

use std::io::ErrorKind;

use pregon_core::{Fate, PortError, PortErrorKind, SendError};

use super::files::Failed;

impl Failed {
    fn fate(&self) -> Fate {
        // The file is there, but may not outlive a loss of power: writing it again is safe.
        if self.visible {
            return Fate::Unknown;
        }
        match self.source.kind() {
            // What every other message would meet too, until somebody does something about it.
            ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::AlreadyExists
            | ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded => Fate::ChannelDown,
            _ => Fate::NotSent,
        }
    }

    pub(super) fn into_port(self, operation: &'static str) -> PortError {
        let kind = match self.source.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                PortErrorKind::Unauthorized
            }
            ErrorKind::NotADirectory | ErrorKind::AlreadyExists => PortErrorKind::Invalid,
            _ => PortErrorKind::Unavailable,
        };
        PortError::new("sms_outbox", operation, kind).with_source(self)
    }
}

impl From<Failed> for SendError {
    fn from(failed: Failed) -> Self {
        Self::new(failed.fate(), failed.into_port("send"))
    }
}
