//! A dispatch as reports show it.

use chrono::{DateTime, Utc};

use super::{DispatchId, DispatchKey, Reason, Standing};
use crate::{LimitId, Purpose};

/// A dispatch as reports and `explain` show it: ids, states and reasons, no address and no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchView {
    /// Its name.
    pub id: DispatchId,
    /// Its parts.
    pub key: DispatchKey,
    /// Why we write.
    pub purpose: Purpose,
    /// Where it stands.
    pub standing: Standing,
    /// Why it stands there, when it was not simply sent.
    pub reason: Option<Reason>,
    /// The limit that refused it last.
    pub rule: Option<LimitId>,
    /// When it may next begin, while it is not at its end.
    pub until: Option<DateTime<Utc>>,
    /// How many times it began.
    pub attempts: u32,
    /// When it last changed.
    pub at: DateTime<Utc>,
}
