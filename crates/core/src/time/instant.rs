//! Instants as ledgers keep them.

use chrono::{DateTime, SubsecRound as _, Utc};
use serde::{Deserialize as _, Deserializer};

/// The instant in whole microseconds, which is what databases keep.
///
/// What was decided by finer ones would not be found again: a span that ends between two
/// microseconds would be read back as one that ends before them, and never be done.
pub(crate) fn kept(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}

/// Reads an instant that may be finer.
pub(crate) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
    DateTime::deserialize(from).map(kept)
}
