//! Why a store is refused until somebody has looked.

/// A store may have forgotten what was sent: the cause
/// ([`Error::source`](std::error::Error::source)) of a `Conflict`. Whoever has looked what was sent
/// meanwhile opens it once with `accept_moved` or `accept_moved_in_doubt`.
///
/// ```
/// # use pregon_adapters_store::Moved;
/// # use pregon_core::{PortError, PortErrorKind};
/// # use std::error::Error as _;
/// let error = PortError::new("sqlite", "open", PortErrorKind::Conflict).with_source(Moved::Back);
/// let cause = error.source().and_then(|it| it.downcast_ref::<Moved>());
/// assert_eq!(cause, Some(&Moved::Back));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Moved {
    /// A server of PostgreSQL that is not the one that the store knows.
    #[error(
        "the server is another one, or has another timeline, than the store knows: a failover or a \
         restore may have forgotten what was sent; see `PostgresOptions::accept_moved`"
    )]
    Elsewhere,
    /// An older copy was put back.
    #[error(
        "the store is older than what was done with it: a copy was put back, which has forgotten \
         what was sent since; see `accept_moved`"
    )]
    Back,
}
