//! At most one distinct channel a window.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Period, Quota, WhenFull};
use crate::{Candidate, ChannelName, Class, IdError, Limit, LimitId, Subject};

/// Lets a person be written to over one channel only in each window: the first one that is used.
///
/// Colombia's law 2300 asks for it: whoever was reached by e-mail this week is not reached by SMS
/// in the same week. How often the one channel may be used is another limit's word. Only
/// promotional messages are asked and counted.
///
/// It is one [`Limit`] for each channel, under a rule of its own. A message takes a place in the
/// rule of its channel, and asks each rule of another channel, without taking a place there,
/// whether anything has a place in it. So it must know the channels that are in use: the engine
/// knows them when it is built.
///
/// ```
/// # use pregon_core::{ChannelName, OneChannel};
/// let weekly: OneChannel = serde_json::from_str(r#"{ "id": "un-canal", "per": "week" }"#)?;
/// let channels = [ChannelName::new("email")?, ChannelName::new("sms")?];
/// assert_eq!(weekly.limits(&channels)?.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneChannel {
    /// Its name; the rule of a channel has the channel's name behind it: `un-canal.email`.
    pub id: LimitId,
    /// In which window.
    pub per: Period,
}

impl OneChannel {
    /// The limits of these channels, which must be all that are in use.
    ///
    /// # Errors
    /// When its name and a channel's together are too long for the name of a rule.
    pub fn limits<'c>(
        &self,
        channels: impl IntoIterator<Item = &'c ChannelName>,
    ) -> Result<Vec<Arc<dyn Limit>>, IdError> {
        let limit = |channel: &ChannelName| {
            let rule = LimitId::new(format!("{}.{channel}", self.id))?;
            let (channel, per) = (channel.clone(), self.per);
            Ok(Arc::new(Used { rule, channel, per }) as Arc<dyn Limit>)
        };
        channels.into_iter().map(limit).collect()
    }
}

/// Whether a channel was used: its own messages say so, and those of others ask.
#[derive(Debug)]
struct Used {
    rule: LimitId,
    channel: ChannelName,
    per: Period,
}

impl Limit for Used {
    fn quota(&self, it: &Candidate, at: DateTime<Utc>) -> Option<Quota> {
        if it.class != Class::Promotional {
            return None;
        }
        let own = it.channel == self.channel;
        Some(Quota {
            rule: self.rule.clone(),
            subject: Subject::Customer(it.customer.clone()),
            most: 1,
            window: self.per.window(at, it.zone),
            when_full: if own {
                WhenFull::Count
            } else {
                WhenFull::Defer
            },
            alert: None,
            takes: own,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::candidate;

    #[test]
    fn a_message_takes_a_place_of_its_channel_and_asks_the_others() {
        let weekly = OneChannel {
            id: "un-canal".parse().unwrap(),
            per: Period::Week,
        };
        let channels = ["email", "sms", "call"].map(|name| ChannelName::new(name).unwrap());
        let limits = weekly.limits(&channels).unwrap();
        let mut it = candidate();
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let said: Vec<(String, bool, WhenFull)> = limits
            .iter()
            .filter_map(|limit| limit.quota(&it, now))
            .map(|quota| (quota.rule.to_string(), quota.takes, quota.when_full))
            .collect();
        let wanted = [
            ("un-canal.email", true, WhenFull::Count),
            ("un-canal.sms", false, WhenFull::Defer),
            ("un-canal.call", false, WhenFull::Defer),
        ];
        assert_eq!(
            said,
            wanted.map(|(name, takes, full)| (name.to_owned(), takes, full))
        );
        it.class = Class::Transactional;
        assert!(limits.iter().all(|limit| limit.quota(&it, now).is_none()));
    }

    #[test]
    fn names_that_are_too_long_are_refused() {
        let long = OneChannel {
            id: "x".repeat(60).parse().unwrap(),
            per: Period::Week,
        };
        let channel = ChannelName::new("email").unwrap();
        assert!(long.limits([&channel]).is_err());
    }
}
