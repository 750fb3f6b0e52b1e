//! At most.

use std::fmt::Debug;

use chrono::{DateTime, Utc};

use crate::{Candidate, Quota};

/// Says how many there may be. [`Cap`](crate::Cap) is the built-in one; a host can register its
/// own.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Limit: Debug + Send + Sync + 'static {
    /// What the limit says about a dispatch that is about to begin; `None` when it does not speak
    /// of it. Pure: the same question has the same answer.
    fn quota(&self, it: &Candidate, at: DateTime<Utc>) -> Option<Quota>;
}
