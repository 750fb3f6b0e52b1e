//! What can go wrong with a flight recorder, and the one place where it becomes the port's error.

use std::io;

use pregon_core::{PortError, PortErrorKind};

/// Names the adapter in every error.
const ADAPTER: &str = "flight file";

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("another process has this flight recorder open")]
    Locked,
    #[error("the pass is closed")]
    Closed,
    #[error("an earlier note could not be taken back, so none can follow it")]
    Torn,
    #[error("this outcome has no note")]
    Unknown,
    #[error("the system refused")]
    System(#[from] io::Error),
}

impl Error {
    fn kind(&self) -> PortErrorKind {
        match self {
            Self::Locked | Self::Closed => PortErrorKind::Conflict,
            Self::Unknown => PortErrorKind::Unsupported,
            Self::System(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                PortErrorKind::Unauthorized
            }
            Self::Torn | Self::System(_) => PortErrorKind::Unavailable,
        }
    }
}

/// Says what was being done when it failed.
pub(super) trait During<T> {
    fn during(self, operation: &'static str) -> Result<T, PortError>;
}

impl<T> During<T> for Result<T, Error> {
    fn during(self, operation: &'static str) -> Result<T, PortError> {
        self.map_err(|error| PortError::new(ADAPTER, operation, error.kind()).with_source(error))
    }
}
