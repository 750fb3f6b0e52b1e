//! Calls to a service, each made once: whether a second one could do harm is not known here.

mod client;
mod trouble;
mod wait;

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response, Url};

pub(crate) use client::{Setup, basic};
pub(crate) use trouble::Trouble;

/// No answer is longer; what is longer is no answer.
const MOST_BYTES: usize = 64 * 1024;

/// A service that is spoken to.
#[derive(Debug)]
pub(crate) struct Http {
    client: Client,
    base: Url,
}

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// How long to leave it alone, at least a second and at most an hour.
    pub(crate) retry_after: Option<Duration>,
    /// The body; `None` when it broke off, took too long or was too long.
    pub(crate) body: Option<Vec<u8>>,
}

impl Http {
    /// The address of a path below the service's own.
    pub(crate) fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        // Only addresses that can be a base are taken as one.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    #[cfg(feature = "redvoiss")]
    pub(crate) fn get(&self, path: &[&str]) -> RequestBuilder {
        self.client.get(self.url(path))
    }

    pub(crate) fn post(&self, path: &[&str]) -> RequestBuilder {
        self.client.post(self.url(path))
    }

    /// Makes a call.
    ///
    /// # Errors
    /// When no status line was read, with what is known then.
    pub(crate) async fn call(
        &self,
        request: RequestBuilder,
        now: DateTime<Utc>,
    ) -> Result<Answer, Trouble> {
        let response = request.send().await.map_err(Trouble::of)?;
        let status = response.status().as_u16();
        let retry_after = retry_after(response.headers(), now);
        let body = read(response).await;
        tracing::debug!(status, whole = body.is_some(), "the service answered");
        Ok(Answer {
            status,
            retry_after,
            body,
        })
    }
}

fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    wait::read(headers.get(RETRY_AFTER)?.to_str().ok()?, now)
}

async fn read(mut response: Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > MOST_BYTES {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body)
}
