//! Redvoiss, a Chilean service of short messages.

mod answer;
mod batch;
mod config;
mod deliveries;
mod error;
mod feedback;
mod read;
mod replies;
mod request;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::{
    Channel, ChannelName, Hours, Message as _, Outbound, PortError, Promise, Receipt, SendError,
    Sms,
};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde_json::Value;

pub use batch::BatchId;
pub use config::{Characters, RedvoissConfig, Replies};
pub use deliveries::{Delivery, DeliveryState};
pub use replies::RedvoissReply;

use crate::config::ConfigError;
use crate::http::{Http, Setup, Trouble, basic};
use error::{Error, Result};

/// What the service knows of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Polled<T> {
    /// Nothing yet; or its database failed, which it does not tell apart.
    NotYet,
    /// There is no such batch, or it is another account's.
    NoSuchBatch,
    /// This.
    Is(T),
}

/// Sends short messages by Redvoiss, one number a call, and asks later what became of them.
///
/// The service has no key by which it knows a message again, so an answer that is lost stays in
/// doubt ([`Promise::Blind`]). A receipt's reference is the name of the batch, with which
/// [`deliveries`](Self::deliveries) and [`replies`](Self::replies) ask for more.
///
/// Messages of promotional purposes are marked as commercial: the service holds them back outside
/// [`hours`](Self::hours).
///
/// It calls nobody back, so it is a [`FeedbackSource`](pregon_core::FeedbackSource) that asks. A
/// copy is the same channel: one is the engine's action, the other its source.
#[derive(Debug, Clone)]
pub struct Redvoiss {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    http: Http,
    config: RedvoissConfig,
}

impl Redvoiss {
    /// A channel for an account. Nobody is called yet.
    ///
    /// # Errors
    /// When nothing could be sent with this configuration.
    pub fn new(config: RedvoissConfig) -> std::result::Result<Self, ConfigError> {
        config.check()?;
        let (user, password) = (&config.user, &config.password);
        let http = Http::new(Setup {
            url: &config.url,
            authorization: basic((user, "user name"), (password, "password"))?,
            timeouts: config.timeouts,
            root_pem: config.root_pem.as_deref(),
            plain_http: config.plain_http,
        })?;
        let inner = Arc::new(Inner { http, config });
        Ok(Self { inner })
    }

    /// The hours in which the service passes commercial messages on, to be given to the engine:
    /// what it gets outside of them lies there until they open, out of reach of an opt-out.
    ///
    /// The service reads them in Chile, the engine where the customer lives. The last minute is
    /// left out, so that a message has time to get there.
    ///
    /// ```
    /// # use pregon_adapters_sms::Redvoiss;
    /// # use pregon_core::Zone;
    /// let openings = Redvoiss::hours().openings(&[])?;
    /// let santiago: Zone = "America/Santiago".parse()?;
    /// // Sunday, 22 November 2026, at noon; it opens on Monday at eight.
    /// let opens = openings.closed_in(santiago, "2026-11-22T15:00:00Z".parse()?);
    /// assert_eq!(opens, Some("2026-11-23T11:00:00Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn hours() -> Hours {
        let stretch = || Some("08:00-19:59".to_owned());
        Hours {
            channel: ChannelName::new(Sms::KIND).ok(),
            mon_fri: stretch(),
            sat: stretch(),
            ..Hours::default()
        }
    }

    /// What became of a batch: a row for each of its numbers that has a state. It may change for a
    /// day after sending.
    ///
    /// # Errors
    /// When the service does not answer, does not accept who we are, or answers nonsense.
    pub async fn deliveries(
        &self,
        batch: &BatchId,
        now: DateTime<Utc>,
    ) -> std::result::Result<Polled<Vec<Delivery>>, PortError> {
        let known = self.inner.deliveries(batch, now).await;
        known.map_err(|error| error.at("status of a batch"))
    }

    /// What people answered to a batch, each answer once.
    ///
    /// # Errors
    /// When the service does not answer, does not accept who we are, or answers nonsense.
    pub async fn replies(
        &self,
        batch: &BatchId,
        now: DateTime<Utc>,
    ) -> std::result::Result<Polled<Vec<RedvoissReply>>, PortError> {
        let known = self.inner.replies(batch, now).await;
        known.map_err(|error| error.at("replies to a batch"))
    }
}

impl Inner {
    async fn deliveries(
        &self,
        batch: &BatchId,
        now: DateTime<Utc>,
    ) -> Result<Polled<Vec<Delivery>>> {
        let said = self.ask(batch, "status", now).await?;
        said.read(deliveries::read)
    }

    async fn replies(
        &self,
        batch: &BatchId,
        now: DateTime<Utc>,
    ) -> Result<Polled<Vec<RedvoissReply>>> {
        let said = self.ask(batch, "replies", now).await?;
        said.read(replies::read)
    }

    async fn ask(
        &self,
        batch: &BatchId,
        what: &'static str,
        now: DateTime<Utc>,
    ) -> Result<Polled<Value>> {
        let call = self.http.get(&["batch", batch.as_str(), what]);
        let answer = self.http.call(call, now).await?;
        match answer.status {
            204 => Ok(Polled::NotYet),
            // Who may not enter at all is answered with 401.
            403 => Ok(Polled::NoSuchBatch),
            200 => {
                let body = answer.body.ok_or(Error::CutShort)?;
                let said = serde_json::from_slice(&body).map_err(|_| Error::Shape)?;
                Ok(Polled::Is(said))
            }
            _ => Err(Trouble::by_status(&answer).into()),
        }
    }

    async fn hand_over(&self, out: &Outbound<Sms>) -> Result<Option<BatchId>> {
        let unheard = self.config.replies == Replies::Ignore;
        if unheard && self.config.stop_words.asked_for(&out.message.text) {
            return Err(Error::NobodyListens);
        }
        let to = request::destination(out)?;
        let body = request::body(&self.config, out, to)?;
        let path = match self.config.replies {
            Replies::Collect => "sendWithReply_v2",
            Replies::Ignore => "send_v2",
        };
        let json = HeaderValue::from_static("application/json");
        let call = self.http.post(&[path]).header(CONTENT_TYPE, json);
        let answer = self.http.call(call.body(body.to_string()), out.now).await?;
        answer::judge(&answer, to)
    }
}

impl Polled<Value> {
    fn read<T>(self, read: impl FnOnce(Value) -> Result<T>) -> Result<Polled<T>> {
        Ok(match self {
            Self::NotYet => Polled::NotYet,
            Self::NoSuchBatch => Polled::NoSuchBatch,
            Self::Is(said) => Polled::Is(read(said)?),
        })
    }
}

#[async_trait]
impl Channel<Sms> for Redvoiss {
    fn promise(&self) -> Promise {
        Promise::Blind
    }

    async fn send(&self, out: &Outbound<Sms>) -> std::result::Result<Receipt, SendError> {
        let batch = self.inner.hand_over(out).await?;
        Ok(Receipt {
            reference: batch.map(|batch| batch.to_string()),
        })
    }
}

/// For fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing {
    use pregon_core::SendError;

    pub(crate) fn judge(answer: &crate::http::Answer) -> Result<Option<String>, SendError> {
        let batch = super::answer::judge(answer, "56958655810")?;
        Ok(batch.map(|batch| batch.to_string()))
    }

    pub(crate) fn reports(body: &[u8]) {
        if let Ok(said) = serde_json::from_slice::<serde_json::Value>(body) {
            let _ = super::deliveries::read(said.clone());
            let _ = super::replies::read(said);
        }
    }
}
