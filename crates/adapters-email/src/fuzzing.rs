//! What fuzz targets call: parts that nobody else sees, each with what must always be true of it.

#[cfg(feature = "sendgrid")]
use chrono::{DateTime, Utc};

/// An answer of SendGrid or Mailgun, with whatever status, waits and body.
#[cfg(all(feature = "sendgrid", feature = "mailgun"))]
pub fn provider_response(status: u16, waits: [&[u8]; 2], body: &[u8], now: DateTime<Utc>) {
    use pregon_core::Fate;
    use reqwest::header::{HeaderMap, HeaderValue};

    let mut headers = HeaderMap::new();
    for (name, value) in ["retry-after", "x-ratelimit-reset"].into_iter().zip(waits) {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.insert(name, value);
        }
    }
    let wait = crate::api::wait(&headers, now);
    let seconds = wait.map(|wait| wait.as_secs());
    assert!(
        seconds.is_none_or(|secs| (1..=3600).contains(&secs)),
        "{wait:?}"
    );
    let (fate, _) = crate::api::Answer::fate(status, wait);
    let surely = (300..500).contains(&status);
    assert!(surely || fate == Fate::Unknown, "{status} is {fate:?}");
    for (provider, name) in [
        ("sendgrid", crate::sendgrid::fuzzing::complaint(body)),
        ("mailgun", crate::mailgun::fuzzing::reference(body)),
    ] {
        let name = name.unwrap_or_default();
        assert!(
            name.len() <= 1_000 && !name.contains(['\r', '\n']),
            "{provider}: {name}"
        );
    }
}

/// What a mail server says, cut in two at any place.
#[cfg(feature = "smtp")]
pub fn smtp_reply(said: &[u8]) {
    crate::smtp::fuzzing::reply(said);
}
