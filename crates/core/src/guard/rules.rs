//! From which shares on somebody is told, and the sender stopped.

use super::{Finding, SenderName, Tally};
use crate::{FeedbackKind, Length, Share};

/// From which shares on something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Somebody is told.
    pub alert: Share,
    /// The sender's promotional campaigns are paused; never without it.
    pub stop: Option<Share>,
}

/// Watches what comes back of a sender's messages.
///
/// By default: complaints are told from 0.1 % on and stop the sender from 0.3 % on, dead addresses
/// at 2 % and 5 %, refusals are told from 2 % on; of the messages of seven days, and as if these
/// were a thousand at least, so that the one complaint of a small business stops nobody.
///
/// ```
/// # use pregon_core::{Guard, SenderName, Tally};
/// let sender = SenderName { channel: "email".parse()?, brand: None };
/// let of = |complained| Tally { complained, ..Tally::default() };
/// let guard = Guard::default();
/// assert!(guard.judge(&sender, of(4), 5_000).is_empty());
/// let told = guard.judge(&sender, of(5), 5_000);
/// assert_eq!(told[0].to_string(), "email: 5 of 5000 messages complained (0.10 %)");
/// assert!(!told[0].stops);
/// assert!(guard.judge(&sender, of(15), 5_000)[0].stops);
/// # Ok::<(), pregon_core::IdError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// Of how long the messages are counted, back from now.
    pub window: Length,
    /// As how many they count at least.
    pub floor: u64,
    /// Messages that somebody called spam.
    pub complaints: Bounds,
    /// Messages to addresses that do not exist.
    pub bounces: Bounds,
    /// Messages after which somebody asked for no more.
    pub refusals: Bounds,
}

impl Default for Guard {
    fn default() -> Self {
        let share = |text: &str| text.parse::<Share>().expect("a share");
        let bounds = |alert, stop: Option<&str>| Bounds {
            alert: share(alert),
            stop: stop.map(share),
        };
        Self {
            window: "7d".parse().expect("a length"),
            floor: 1_000,
            complaints: bounds("0.1%", Some("0.3%")),
            bounces: bounds("2%", Some("5%")),
            refusals: bounds("2%", None),
        }
    }
}

impl Guard {
    /// The kinds of feedback that it watches.
    pub const WATCHED: [FeedbackKind; 3] = [
        FeedbackKind::Complained,
        FeedbackKind::BouncedHard,
        FeedbackKind::Unsubscribed,
    ];

    /// What is to be said of a sender of whose `taken` messages so many came to a bad end.
    #[must_use]
    pub fn judge(&self, sender: &SenderName, tally: Tally, taken: u64) -> Vec<Finding> {
        let of = taken.max(self.floor);
        let findings = Self::WATCHED.into_iter().filter_map(|kind| {
            let (count, bounds) = (tally.of(kind), self.bounds(kind));
            bounds.alert.is_reached(count, of).then(|| Finding {
                sender: sender.clone(),
                kind,
                count,
                of,
                stops: bounds.stop.is_some_and(|stop| stop.is_reached(count, of)),
            })
        });
        findings.collect()
    }

    /// How many messages have to be counted at most to judge a tally: with more, nothing is said.
    #[must_use]
    pub fn enough(&self, tally: Tally) -> u64 {
        let enough = Self::WATCHED.into_iter().map(|kind| {
            let count = tally.of(kind);
            self.bounds(kind).alert.too_many(count)
        });
        enough.max().unwrap_or(0)
    }

    fn bounds(&self, kind: FeedbackKind) -> &Bounds {
        match kind {
            FeedbackKind::Complained => &self.complaints,
            FeedbackKind::BouncedHard => &self.bounces,
            _ => &self.refusals,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sender() -> SenderName {
        SenderName {
            channel: "email".parse().unwrap(),
            brand: Some("aremko".parse().unwrap()),
        }
    }

    /// What is said of so many complaints, dead addresses and refusals of so many messages.
    #[track_caller]
    fn check(counts: [u64; 3], taken: u64, expected: &[&str]) {
        let [complained, bounced, refused] = counts;
        let tally = Tally {
            complained,
            bounced,
            refused,
        };
        let told = Guard::default().judge(&sender(), tally, taken);
        let said = |it: &Finding| format!("{}{}", it.kind, if it.stops { "!" } else { "" });
        let told: Vec<String> = told.iter().map(said).collect();
        assert_eq!(told, expected, "{counts:?} of {taken}");
    }

    #[test]
    fn shares_are_met_exactly() {
        check([9, 199, 199], 10_000, &[]);
        check([10, 0, 0], 10_000, &["complained"]);
        check([29, 0, 0], 10_000, &["complained"]);
        check([30, 0, 0], 10_000, &["complained!"]);
        check([0, 200, 0], 10_000, &["bounced_hard"]);
        check([0, 500, 0], 10_000, &["bounced_hard!"]);
        check([0, 0, 200], 10_000, &["unsubscribed"]);
        check([0, 0, 10_000], 10_000, &["unsubscribed"]);
    }

    #[test]
    fn few_messages_count_as_a_thousand() {
        check([1, 0, 0], 3, &["complained"]);
        check([2, 0, 0], 3, &["complained"]);
        check([3, 0, 0], 3, &["complained!"]);
        check([0, 19, 0], 19, &[]);
        check([0, 0, 0], 0, &[]);
    }

    #[test]
    fn a_finding_says_whose_and_how_many() {
        let tally = Tally {
            complained: 7,
            ..Tally::default()
        };
        let told = Guard::default().judge(&sender(), tally, 2_000);
        let text = "email of aremko: 7 of 2000 messages complained (0.35 %)";
        assert_eq!(told[0].to_string(), text);
    }

    proptest! {
        /// Who counts no further than is enough says the same as who counts them all.
        #[test]
        fn enough_is_enough(
            complained in 0_u64..300, bounced in 0_u64..300, refused in 0_u64..300,
            taken in 0_u64..400_000,
        ) {
            let tally = Tally { complained, bounced, refused };
            let guard = Guard::default();
            let cut = taken.min(guard.enough(tally));
            let told = |taken| -> Vec<(FeedbackKind, bool)> {
                let told = guard.judge(&sender(), tally, taken);
                told.iter().map(|it| (it.kind, it.stops)).collect()
            };
            prop_assert_eq!(told(taken), told(cut));
        }
    }
}
