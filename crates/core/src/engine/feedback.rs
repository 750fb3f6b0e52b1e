//! What comes back about messages: told by a host, or asked for.

use chrono::{DateTime, Duration, Utc};

use super::{Engine, EngineError};
use crate::{Awaited, ChannelName, Cursor, Feedback, FeedbackSource, Hearing, Page, Trouble};

/// How long after a message was taken its provider is still asked about it: receipts may change for
/// a day (Redvoiss), and people answer on the day after.
const ASKED_FOR: Duration = Duration::hours(72);

/// About how many messages a provider is asked at once.
const AT_ONCE: u32 = 100;

/// What asking the providers brought.
#[derive(Debug, Default)]
#[must_use]
pub struct AskedBack {
    /// What the store made of it.
    pub hearing: Hearing,
    /// Providers that could not be asked; the same messages are asked about again next time.
    pub troubles: Vec<Trouble>,
}

impl Engine {
    /// Keeps what a provider told about messages: what a host's route for its callbacks calls with
    /// what the adapter read from them. Once it returns, the reports are durable and what follows
    /// from them holds: answer the provider then, not before.
    ///
    /// Too many complaints or dead addresses pause the promotional campaigns of their sender
    /// ([`EngineBuilder::guard`](super::EngineBuilder::guard)); the next pass tells it.
    ///
    /// Told again, a report changes nothing. Those that were kept aside because their message was
    /// not known are tried again with every call.
    ///
    /// # Errors
    /// When store or clock fail. Of reports that are not kept nothing is; those that are are not
    /// kept twice when they are told again.
    pub async fn hear(&self, reports: &[Feedback]) -> Result<Hearing, EngineError> {
        let now = self.now().await?;
        let hearing = self.store.hear(reports, now).await?;
        self.guard.hears(reports);
        self.guard_senders(now).await;
        Ok(hearing)
    }

    /// Asks the providers that call nobody back what became of the messages of the last three days
    /// ([`EngineBuilder::feedback`](super::EngineBuilder::feedback)). A host calls it every few
    /// minutes; interrupted at any point it loses nothing.
    ///
    /// # Errors
    /// When store or clock fail. A provider that fails is in [`AskedBack::troubles`], and the
    /// others are asked.
    pub async fn ask_back(&self) -> Result<AskedBack, EngineError> {
        let now = self.now().await?;
        let mut asked = AskedBack {
            // Without reports: those that were kept aside find their messages.
            hearing: self.store.hear(&[], now).await?,
            troubles: Vec::new(),
        };
        for (channel, source) in &self.sources {
            let mut after: Option<Cursor> = None;
            loop {
                let page = self.awaited(channel, after.as_ref(), now).await?;
                if !page.items.is_empty() {
                    match self.ask_one(&**source, &page.items, now).await? {
                        Ok(hearing) => asked.hearing.add(hearing),
                        Err(error) => {
                            asked.troubles.push(Trouble::Channel {
                                channel: channel.clone(),
                                error,
                            });
                            break;
                        }
                    }
                }
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
        }
        self.guard_senders(now).await;
        asked.troubles.extend(self.guard.take());
        Ok(asked)
    }

    async fn awaited(
        &self,
        channel: &ChannelName,
        after: Option<&Cursor>,
        now: DateTime<Utc>,
    ) -> Result<Page<Awaited>, EngineError> {
        let since = now - ASKED_FOR;
        Ok(self.store.awaited(channel, since, after, AT_ONCE).await?)
    }

    /// Asks about some messages and keeps the answers. The inner failure is the provider's.
    async fn ask_one(
        &self,
        source: &dyn FeedbackSource,
        about: &[Awaited],
        now: DateTime<Utc>,
    ) -> Result<Result<Hearing, crate::PortError>, EngineError> {
        let reports = match source.ask(about, now).await {
            Ok(reports) => reports,
            Err(error) => return Ok(Err(error)),
        };
        // At its own time: asking may have taken long.
        let now = self.now().await?;
        let hearing = self.store.hear(&reports, now).await?;
        self.guard.hears(&reports);
        Ok(Ok(hearing))
    }
}
