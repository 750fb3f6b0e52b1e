//! What goes wrong alike in every store.

use pregon_core::PortErrorKind;

/// What went wrong. No message shows a value that the store keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Flaw {
    /// What was read is not what was ever written.
    #[error("what the store keeps is damaged: {0}")]
    Damaged(&'static str),
    /// What was given cannot be written.
    #[error("{0} cannot be kept")]
    Unkeepable(&'static str),
    #[error("this cursor was not made by this store")]
    Cursor,
    #[error("a newer pass has opened the ledger")]
    Superseded,
    #[error("somebody else changed the campaign meanwhile")]
    Overtaken,
    #[error("the store was opened for reading only")]
    ReadOnly,
    #[cfg(feature = "sqlite")]
    #[error(
        "a guest says words, changes campaigns and forgets people; the rest is for the process \
         that has the file open"
    )]
    Guest,
    #[error("the given hash key is not the one this store was made with")]
    OtherHashKey,
    #[error("the system gave no randomness for the hash key")]
    Randomness,
}

impl Flaw {
    pub(crate) fn kind(self) -> PortErrorKind {
        match self {
            Self::Damaged(_) => PortErrorKind::Corrupt,
            Self::Unkeepable(_) | Self::ReadOnly => PortErrorKind::Unsupported,
            #[cfg(feature = "sqlite")]
            Self::Guest => PortErrorKind::Unsupported,
            Self::Cursor | Self::OtherHashKey => PortErrorKind::Invalid,
            Self::Superseded | Self::Overtaken => PortErrorKind::Conflict,
            Self::Randomness => PortErrorKind::Unavailable,
        }
    }
}
