//! Rates of providers: over channel, sender's domain and recipient's domain at once.

mod bucket;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::{ChannelName, Rate};
use bucket::Bucket;
pub use table::{DomainRates, RateTable};

/// What a message passes on its way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Traffic<'a> {
    /// Its channel.
    pub channel: &'a ChannelName,
    /// The domain from which it is sent, in lower case, where its kind has one.
    pub sender: Option<&'a str>,
    /// The domain to which it is sent, in lower case, where its kind has one.
    pub recipient: Option<&'a str>,
}

impl fmt::Debug for Traffic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A recipient's domain may be a person's name.
        f.debug_struct("Traffic")
            .field("channel", self.channel)
            .finish_non_exhaustive()
    }
}

/// Holds messages to the rates of a table. Pure: the monotonic time is an argument.
///
/// ```
/// # use std::time::Duration;
/// # use pregon_core::{ChannelName, RateTable, Rates, Traffic};
/// let table: RateTable = serde_json::from_str(
///     r#"{ "channel": { "email": "3/s" },
///          "recipient": { "default": "2/s", "gmail.com": "1/s" } }"#,
/// )?;
/// let mut rates = Rates::new(table);
/// let email = ChannelName::new("email")?;
/// let to = |recipient| Traffic { channel: &email, sender: None, recipient: Some(recipient) };
/// let now = Duration::from_secs(100);
/// assert_eq!(rates.take(&to("gmail.com"), now), Ok(()));
/// let wait = rates.take(&to("gmail.com"), now).unwrap_err();
/// assert_eq!(wait, Duration::from_secs(1));
/// assert_eq!(rates.take(&to("example.org"), now), Ok(()), "another domain");
/// assert_eq!(rates.take(&to("gmail.com"), now + wait), Ok(()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Rates {
    table: RateTable,
    channels: BTreeMap<ChannelName, Bucket>,
    senders: BTreeMap<String, Bucket>,
    recipients: BTreeMap<String, Bucket>,
    /// The number of the last queue.
    queue: u64,
}

/// How many domains of recipients are remembered before those at rest are forgotten.
const MANY: usize = 4_096;

impl Rates {
    /// Nothing taken yet under a table.
    #[must_use]
    pub fn new(table: RateTable) -> Self {
        Self {
            table,
            ..Self::default()
        }
    }

    /// Whether there is no rate at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Takes a place under each rate that the message passes, or under none of them.
    ///
    /// # Errors
    /// How long to wait, when one of them has no place: never nothing.
    pub fn take(&mut self, it: &Traffic<'_>, now: Duration) -> Result<(), Duration> {
        let mut passed = self.passed(it, now);
        let mut longest = None;
        for (rate, bucket) in passed.iter_mut().flatten() {
            longest = longest.max(bucket.wait(*rate, now));
        }
        if let Some(wait) = longest {
            return Err(wait);
        }
        for (rate, bucket) in passed.iter_mut().flatten() {
            bucket.take(*rate, now);
        }
        Ok(())
    }

    /// Gives back the places that were taken then for a message that does not leave after all.
    pub fn give_back(&mut self, it: &Traffic<'_>, taken_at: Duration) {
        let sender = it.sender.and_then(|domain| self.senders.get_mut(domain));
        let recipient = it
            .recipient
            .and_then(|domain| self.recipients.get_mut(domain));
        let channel = self.channels.get_mut(it.channel);
        for bucket in [channel, sender, recipient].into_iter().flatten() {
            bucket.give_back(taken_at);
        }
    }

    /// Begins a queue of those that have to wait.
    pub(crate) fn queue(&mut self) {
        self.queue += 1;
    }

    /// Puts one that has to wait at the end of the queue; gives how long it will wait. Nothing is
    /// taken. One that waits for longer than `patience` stands in nobody's way but where it has to.
    pub(crate) fn stand(
        &mut self,
        it: &Traffic<'_>,
        now: Duration,
        patience: Duration,
    ) -> Duration {
        let queue = self.queue;
        let mut passed = self.passed(it, now);
        let each = passed.iter_mut().flatten();
        let each = each.map(|(rate, bucket)| (bucket.wait_of_next(*rate, now, queue), bucket));
        let mut each: Vec<(Duration, &mut &mut Bucket)> = each.collect();
        let longest = each.iter().map(|(wait, _)| *wait).max().unwrap_or_default();
        for (wait, bucket) in &mut each {
            if longest <= patience || *wait == longest {
                bucket.stand(queue);
            }
        }
        longest
    }

    /// The rates that a message passes, with what was taken under them.
    fn passed(&mut self, it: &Traffic<'_>, now: Duration) -> [Option<(Rate, &mut Bucket)>; 3] {
        if self.recipients.len() > MANY {
            let rate = |domain: &str| self.table.recipient.of(domain);
            self.recipients
                .retain(|domain, it| rate(domain).is_some_and(|rate| !it.is_empty(rate, now)));
        }
        let named = |rates: &DomainRates, name: Option<&str>| {
            name.and_then(|name| Some((name.to_owned(), rates.of(name)?)))
        };
        let channel = self.table.channel.get(it.channel).copied();
        let sender = named(&self.table.sender, it.sender);
        let recipient = named(&self.table.recipient, it.recipient);
        [
            channel.map(|rate| (rate, self.channels.entry(it.channel.clone()).or_default())),
            sender.map(|(name, rate)| (rate, self.senders.entry(name).or_default())),
            recipient.map(|(name, rate)| (rate, self.recipients.entry(name).or_default())),
        ]
    }
}

impl fmt::Debug for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rates")
            .field("table", &self.table)
            .finish_non_exhaustive()
    }
}
