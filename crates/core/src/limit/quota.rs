//! What a limit says about one dispatch.

use super::Window;
use crate::{DispatchId, Fact, LimitFact, LimitId, Subject};

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

impl Quota {
    /// What somebody is told when a dispatch took the last of so many places: once, at the count
    /// that `alert` says.
    #[must_use]
    pub fn near(&self, taken: usize, dispatch: DispatchId) -> Option<Fact> {
        let taken = u32::try_from(taken).ok()?;
        (self.alert == Some(taken)).then(|| {
            Fact::Limit(LimitFact {
                rule: self.rule.clone(),
                subject: self.subject.clone(),
                dispatch,
                taken,
                most: self.most,
            })
        })
    }

    /// How many in which window, in words that change when one of them does: `1 in 3d`, `2 in a
    /// month`.
    ///
    /// ```
    /// # use pregon_core::{Period, Quota, Subject, WhenFull};
    /// let (at, zone) = ("2026-11-20T12:00:00Z".parse()?, "UTC".parse()?);
    /// let quota = |per: &str| Quota {
    ///     rule: "r".parse().expect("a name"),
    ///     subject: Subject::Named("s".to_owned()),
    ///     most: 2,
    ///     window: per.parse::<Period>().expect("a period").window(at, zone),
    ///     when_full: WhenFull::Defer,
    ///     alert: None,
    ///     takes: true,
    /// };
    /// assert_eq!(quota("month").law(), "2 in a month");
    /// assert_eq!(quota("3d").law(), "2 in 3d");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn law(&self) -> String {
        let most = self.most;
        match self.window {
            Window::Rolling { length } => format!("{most} in {length}"),
            Window::Calendar { from, to } => {
                // Calendar windows have no name; their lengths tell them apart.
                let unit = match (to - from).num_days() {
                    ..=1 => "day",
                    2..=8 => "week",
                    9..=32 => "month",
                    33..=93 => "quarter",
                    _ => "year",
                };
                format!("{most} in a {unit}")
            }
        }
    }
}
