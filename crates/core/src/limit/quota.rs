//! What a limit says about one dispatch.

use super::Window;
use crate::{LimitId, Subject};

/// What happens to a dispatch that finds its limit full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenFull {
    /// It waits for the next free instant.
    #[default]
    Defer,
    /// It is given up.
    Drop,
    /// It goes all the same and is counted.
    Count,
}

/// What a limit says about one dispatch: whom it counts, how many, in which window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// The rule, by its name.
    pub rule: LimitId,
    /// Whose messages are counted.
    pub subject: Subject,
    /// How many there may be.
    pub most: u32,
    /// When they count.
    pub window: Window,
    /// What happens to one too many.
    pub when_full: WhenFull,
    /// The count at which somebody is told; `None` when nobody is.
    pub alert: Option<u32>,
    /// Whether the dispatch takes a place when it begins. One that takes none only asks how many
    /// others have: what [`OneChannel`](crate::OneChannel) needs to see other channels.
    pub takes: bool,
}
