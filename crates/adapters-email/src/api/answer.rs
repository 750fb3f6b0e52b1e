//! What a provider answered: the status decides, the rest is read as far as it is there.

use std::time::Duration;

use chrono::{DateTime, Utc};
use pregon_core::{Fate, PortErrorKind};
use reqwest::Response;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// No answer that we understand is longer.
const MOST_BYTES: usize = 64 * 1024;
/// What a provider asks for is believed between these.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// An answer whose status line was read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The body, empty when it broke off or is longer than any that we understand.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Reads the rest. A body that breaks off takes nothing back of what the status says.
    pub(super) async fn read(mut response: Response) -> Self {
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= MOST_BYTES => {
                    body.extend_from_slice(&chunk);
                }
                Ok(None) => break,
                Ok(Some(_)) | Err(_) => {
                    body.clear();
                    break;
                }
            }
        }
        Self {
            status,
            headers,
            body,
        }
    }

    /// Whether the provider says that it has the message.
    pub(crate) fn is_yes(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// What another status means for the message.
    pub(crate) fn fate(status: u16, wait: Option<Duration>) -> (Fate, PortErrorKind) {
        use PortErrorKind::{Corrupt, Invalid, RateLimited, Unauthorized, Unavailable};
        match status {
            429 => (Fate::NotSent, RateLimited { retry_after: wait }),
            // The request was not read to its end (RFC 9110 §15.5.9), or was put off (RFC 8470).
            408 | 425 => (Fate::NotSent, Unavailable),
            // About this message, and the same again would meet the same.
            400 | 413 | 415 | 422 => (Fate::Rejected, Invalid),
            401..=403 => (Fate::ChannelDown, Unauthorized),
            // It is not the place to ask: a wrong address, an account that is not there. Every
            // other message would meet it too.
            300..=499 => (Fate::ChannelDown, Invalid),
            500..=599 => (Fate::Unknown, Unavailable),
            _ => (Fate::Unknown, Corrupt),
        }
    }
}

/// How long the provider asks to be left alone, by `Retry-After` (seconds or a date) or by
/// `X-RateLimit-Reset` (seconds of the epoch), between a second and an hour.
///
/// `None` when it does not say so in a way that can be meant.
pub(crate) fn wait(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = |name: &str| Some(headers.get(name)?.to_str().ok()?.trim());
    let until = |at: DateTime<Utc>| (at - now).to_std().unwrap_or(Duration::ZERO);
    let retry_after = || {
        let text = text(RETRY_AFTER.as_str())?;
        let date = || DateTime::parse_from_rfc2822(text).ok();
        seconds(text)
            .map(Duration::from_secs)
            .or_else(|| Some(until(date()?.to_utc())))
    };
    let reset = || {
        let at = seconds(text("x-ratelimit-reset")?)?;
        let at = i64::try_from(at).ok();
        // An instant that no calendar has is far in the future.
        let at = at.and_then(|at| DateTime::from_timestamp(at, 0));
        Some(at.map_or(Duration::MAX, until))
    };
    let asked = retry_after().or_else(reset)?;
    Some(asked.clamp(SHORTEST_WAIT, LONGEST_WAIT))
}

/// A whole number of seconds, however large.
fn seconds(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    fn now() -> DateTime<Utc> {
        "2026-11-20T06:00:00Z".parse().unwrap()
    }

    fn asked(name: &'static str, value: &str) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        wait(&headers, now()).map(|wait| wait.as_secs())
    }

    #[test]
    fn a18_a_wait_is_between_a_second_and_an_hour_or_not_said() {
        for (text, secs) in [
            ("30", Some(30)),
            (" 30 ", Some(30)),
            ("0", Some(1)),
            ("1000000000", Some(3600)),
            ("99999999999999999999999", Some(3600)),
            ("-1", None),
            ("1.5", None),
            ("", None),
            ("soon", None),
            ("Fri, 20 Nov 2026 06:00:45 GMT", Some(45)),
            ("Fri, 20 Nov 2020 06:00:45 GMT", Some(1)),
            ("Fri, 20 Nov 2099 06:00:45 GMT", Some(3600)),
        ] {
            assert_eq!(asked("retry-after", text), secs, "{text}");
        }
        for (text, secs) in [
            ("1795154460", Some(60)),
            ("1795154000", Some(1)),
            ("9999999999999", Some(3600)),
            ("99999999999999999999999", Some(3600)),
            ("-5", None),
            ("null", None),
        ] {
            assert_eq!(asked("x-ratelimit-reset", text), secs, "{text}");
        }
        assert_eq!(wait(&HeaderMap::new(), now()), None);
    }

    #[test]
    fn every_status_has_a_meaning() {
        for status in 100..1000 {
            let (fate, _) = Answer::fate(status, None);
            let expected = match status {
                408 | 425 | 429 => Fate::NotSent,
                400 | 413 | 415 | 422 => Fate::Rejected,
                300..=499 => Fate::ChannelDown,
                _ => Fate::Unknown,
            };
            assert_eq!(fate, expected, "{status}");
        }
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic_or_wait_for_ever(text in "[ -~]{0,40}", secs in any::<u64>()) {
            for text in [text, secs.to_string()] {
                for name in ["retry-after", "x-ratelimit-reset"] {
                    let asked = asked(name, &text);
                    prop_assert!(asked.is_none_or(|secs| (1..=3600).contains(&secs)));
                }
            }
        }
    }
}
