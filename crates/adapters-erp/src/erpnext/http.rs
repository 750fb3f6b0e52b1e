//! Calls to the site: at most two at a time, tried again where that can help.

use std::sync::Arc;
use std::time::Duration;

use pregon_core::Clock;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Request, Url};
use serde_json::Value;
use tokio::sync::Semaphore;

use super::answer::{Answer, judge};
use super::error::{Error, Result};
use super::{ErpNextConfig, Secret};
use crate::web;

/// How many calls at a time a site bears without its people noticing.
const AT_ONCE: usize = 2;
/// How often one question is asked.
const TRIES: u32 = 3;
/// The longest wait within a call; who is asked to wait longer says so to the caller.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// No page is larger, by far.
const MOST_BYTES: usize = 64 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct Http {
    client: Client,
    base: Url,
    calls: Semaphore,
    clock: Arc<dyn Clock>,
}

impl Http {
    pub(super) fn new(config: &ErpNextConfig, clock: Arc<dyn Clock>) -> Result<Self> {
        let wrong = |error| Error::setup(error, config);
        let base = web::base(&config.url, config.plain_http).map_err(wrong)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(AUTHORIZATION, authorization(&config.key, &config.secret)?);
        let builder = web::builder(&base, config.timeouts, config.root_pem.as_deref());
        let client = builder.map_err(wrong)?.default_headers(headers).build();
        let client = client.map_err(|error| Error::Tls(error.into()))?;
        Ok(Self {
            client,
            base,
            calls: Semaphore::new(AT_ONCE),
            clock,
        })
    }

    /// The address of a path with these parameters.
    pub(super) fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Url> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| Error::Url(self.base.to_string()))?
            .pop_if_empty()
            .extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    pub(super) async fn get(&self, url: Url, of: &'static str) -> Result<Value> {
        self.ask(self.client.get(url).build(), of).await
    }

    pub(super) async fn post(&self, url: Url, body: &Value, of: &'static str) -> Result<Value> {
        self.ask(self.client.post(url).json(body).build(), of).await
    }

    /// Asks, and asks again after failures that pass by themselves.
    async fn ask(&self, request: reqwest::Result<Request>, of: &'static str) -> Result<Value> {
        let request = request.map_err(|error| Error::Tls(error.without_url().into()))?;
        let mut tried = 1;
        loop {
            // Every body is in memory, so every request can be copied.
            let copy = request.try_clone().ok_or(Error::Stopped)?;
            let failed = match self.once(copy, of).await {
                Ok(value) => return Ok(value),
                Err(failed) => failed,
            };
            let usual = Duration::from_millis(500) * 4_u32.pow(tried - 1);
            let wait = match &failed {
                Error::RateLimited { retry_after } => retry_after.unwrap_or(usual),
                _ => usual,
            };
            if !failed.is_passing() || tried == TRIES || wait > LONGEST_WAIT {
                return Err(failed);
            }
            tracing::debug!(of, tried, error = %failed, "asking ERPNext again");
            self.clock.sleep(wait).await;
            tried += 1;
        }
    }

    async fn once(&self, request: Request, of: &'static str) -> Result<Value> {
        // Waiting calls hold no place, so two that were asked to wait do not stop all others.
        let _place = self.calls.acquire().await.map_err(|_| Error::Stopped)?;
        let response = self.client.execute(request).await.map_err(failed)?;
        let (status, headers) = (response.status().as_u16(), response.headers());
        let retry_after = headers.get(RETRY_AFTER).and_then(seconds);
        let body = web::read(response, MOST_BYTES).await?;
        tracing::debug!(of, status, bytes = body.len(), "ERPNext answered");
        judge(
            &Answer {
                status,
                retry_after,
                body,
            },
            of,
        )
    }
}

/// Without the address, whose filters name customers.
fn failed(error: reqwest::Error) -> Error {
    if error.is_timeout() {
        Error::TimedOut
    } else {
        Error::Unreachable(error.without_url())
    }
}

fn seconds(value: &HeaderValue) -> Option<Duration> {
    let seconds: u64 = value.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn authorization(key: &Secret, secret: &Secret) -> Result<HeaderValue> {
    let plain = |secret: &Secret| {
        let text = secret.reveal();
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b':')
    };
    if !plain(key) || !plain(secret) {
        return Err(Error::Key);
    }
    let text = format!("token {}:{}", key.reveal(), secret.reveal());
    let mut value = HeaderValue::from_str(&text).map_err(|_| Error::Key)?;
    value.set_sensitive(true);
    Ok(value)
}
