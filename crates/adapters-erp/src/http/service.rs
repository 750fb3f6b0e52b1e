//! Calls to the service: at most four at a time, tried again where that can help.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use pregon_core::Clock;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, LINK, RETRY_AFTER};
use reqwest::{Client, Url};
use tokio::sync::Semaphore;

use super::error::{Error, Result};
use super::{HttpAuth, HttpSourceConfig};
use crate::web::{self, Secret};

/// How many calls at a time a service bears.
pub(super) const AT_ONCE: usize = 4;
/// How often one question is asked.
const TRIES: u32 = 3;
/// The longest wait within a call; who is asked to wait longer says so to the caller.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// No page is larger, by far.
const MOST_BYTES: usize = 64 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct Service {
    client: Client,
    base: Url,
    calls: Semaphore,
    clock: Arc<dyn Clock>,
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) body: Vec<u8>,
    /// What the header `Link` says of the next page.
    pub(super) link: Option<String>,
}

impl Service {
    pub(super) fn new(config: &HttpSourceConfig, clock: Arc<dyn Clock>) -> Result<Self> {
        let wrong = |error| Error::setup(error, &config.url);
        let base = web::base(&config.url, config.plain_http).map_err(wrong)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(auth) = &config.auth {
            headers.insert(AUTHORIZATION, authorization(auth)?);
        }
        let builder = web::builder(&base, config.timeouts, config.root_pem.as_deref());
        let client = builder.map_err(wrong)?.default_headers(headers).build();
        Ok(Self {
            client: client.map_err(|error| Error::Tls(error.into()))?,
            base,
            calls: Semaphore::new(AT_ONCE),
            clock,
        })
    }

    /// The address of a path, in which `{id}` stands for an id; `None` where no path can name it.
    pub(super) fn url(&self, path: &str, id: Option<&str>) -> Result<Option<Url>> {
        // They would be taken for the folder, or the one above it.
        if matches!(id, Some("." | "..")) {
            return Ok(None);
        }
        let mut url = self.base.clone();
        let parts = path.split('/').filter(|part| !part.is_empty());
        let parts = parts.map(|part| match id {
            Some(id) => part.replace("{id}", id),
            None => part.to_owned(),
        });
        url.path_segments_mut()
            .map_err(|()| Error::Url(self.base.to_string()))?
            .pop_if_empty()
            .extend(parts);
        Ok(Some(url))
    }

    /// An address that the service gave, or a cursor kept of one: `None` where it is elsewhere.
    pub(super) fn join(&self, from: &Url, text: &str) -> Option<Url> {
        let url = from.join(text).ok()?;
        let origin = (url.scheme(), url.host_str(), url.port_or_known_default());
        let base = &self.base;
        let own = (base.scheme(), base.host_str(), base.port_or_known_default());
        let named = !url.username().is_empty() || url.password().is_some();
        (origin == own && !named).then_some(url)
    }

    pub(super) fn base(&self) -> &Url {
        &self.base
    }

    /// Asks, and asks again after failures that pass by themselves.
    pub(super) async fn get(&self, url: &Url) -> Result<Answer> {
        let mut tried = 1;
        loop {
            let failed = match self.once(url).await {
                Ok(answer) => return Ok(answer),
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
            tracing::debug!(tried, error = %failed, "asking the service again");
            self.clock.sleep(wait).await;
            tried += 1;
        }
    }

    async fn once(&self, url: &Url) -> Result<Answer> {
        // Waiting calls hold no place, so those that were asked to wait do not stop all others.
        let _place = self.calls.acquire().await.map_err(|_| Error::Stopped)?;
        let response = self.client.get(url.clone()).send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let text = |name| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        let (wait, link) = (text(RETRY_AFTER), text(LINK));
        if status == 429 || status == 503 && wait.is_some() {
            let now = self.clock.now().await.map_err(|_| Error::Clock)?;
            let retry_after = wait.and_then(|text| seconds(&text, now));
            return Err(Error::RateLimited { retry_after });
        }
        if !(200..300).contains(&status) {
            return Err(by_status(status));
        }
        let body = web::read(response, MOST_BYTES).await?;
        tracing::debug!(status, bytes = body.len(), "the service answered");
        let link = link.as_deref().and_then(next_of).map(str::to_owned);
        Ok(Answer { body, link })
    }
}

fn by_status(status: u16) -> Error {
    match status {
        401 | 403 | 407 => Error::Unauthorized { status },
        300..=399 => Error::Redirected { status },
        404 | 405 | 410 => Error::NoSuchPath { status },
        // The request was not read to its end, or was put off.
        408 | 425 | 500..=599 => Error::Failed { status },
        _ => Error::Refused { status },
    }
}

/// Without the address, whose parameters name customers.
fn failed(error: reqwest::Error) -> Error {
    if error.is_timeout() {
        Error::TimedOut
    } else {
        Error::Unreachable(error.without_url())
    }
}

/// How long to leave it alone: seconds or a date, between a second and an hour.
fn seconds(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    const LEAST: f64 = 1.0;
    const MOST: f64 = 3600.0;
    let text = text.trim();
    let seconds = match text.parse::<f64>() {
        Ok(seconds) => seconds,
        Err(_) => {
            let until = DateTime::parse_from_rfc2822(text).ok()?;
            (until.to_utc() - now).as_seconds_f64()
        }
    };
    (!seconds.is_nan()).then(|| Duration::from_secs_f64(seconds.clamp(LEAST, MOST)))
}

/// The target whose relation is `next`, of a header as RFC 8288 has it.
fn next_of(header: &str) -> Option<&str> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let (target, after) = after.split_once('>')?;
        // The parameters of this link end where the next one begins.
        let own = after.split_once('<').map_or(after, |(own, _)| own);
        let relations = own.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            let value = value.trim().trim_end_matches(',').trim().trim_matches('"');
            name.trim().eq_ignore_ascii_case("rel").then_some(value)
        });
        let mut words = relations.unwrap_or_default().split_ascii_whitespace();
        if words.any(|word| word.eq_ignore_ascii_case("next")) {
            return Some(target);
        }
        rest = after;
    }
    None
}

fn authorization(auth: &HttpAuth) -> Result<HeaderValue> {
    let plain = |secret: &Secret| {
        let text = secret.reveal();
        !text.is_empty() && !text.chars().any(char::is_control)
    };
    let text = match auth {
        HttpAuth::Bearer(token) if plain(token) => format!("Bearer {}", token.reveal()),
        HttpAuth::Basic { user, password }
            if plain(user) && plain(password) && !user.reveal().contains(':') =>
        {
            let both = format!("{}:{}", user.reveal(), password.reveal());
            format!("Basic {}", BASE64.encode(both.as_bytes()))
        }
        _ => return Err(Error::Credentials),
    };
    let mut value = HeaderValue::from_str(&text).map_err(|_| Error::Credentials)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_the_next_page() {
        for (header, next) in [
            (
                r#"<https://a.example/b?page=2>; rel="next""#,
                Some("https://a.example/b?page=2"),
            ),
            (
                r#"</b?c=1,2>; rel="prev", </b?c=3>; title="x"; rel=next"#,
                Some("/b?c=3"),
            ),
            (r#"<a>; rel="last", <b>; REL="Next""#, Some("b")),
            (r#"<a>; rel="prev next""#, Some("a")),
            (r#"<a>; rel="nextish", <b>; rel="prev""#, None),
            (r#"<a; rel="next""#, None),
            ("", None),
        ] {
            assert_eq!(next_of(header), next, "{header}");
        }
    }

    #[test]
    fn a18_a_wait_is_between_a_second_and_an_hour_or_not_said() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        for (text, expected) in [
            ("30", Some(30)),
            ("-1", Some(1)),
            ("1000000000", Some(3600)),
            ("Fri, 20 Nov 2026 12:00:45 GMT", Some(45)),
            ("soon", None),
            ("NaN", None),
        ] {
            assert_eq!(
                seconds(text, now).map(|wait| wait.as_secs()),
                expected,
                "{text}"
            );
        }
    }
}
