//! What became of it: by the status line, or by how far it got.

use std::error::Error as _;
use std::time::Duration;

use chrono::{DateTime, Utc};
use pregon_core::{Fate, PortError, PortErrorKind, Receipt, SendError};
use reqwest::Response;
use reqwest::header::RETRY_AFTER;

use crate::egress::{Refused, TargetError};

/// As much of an answer is read, so that the connection can be used again; nothing in it counts.
const MOST_BYTES: usize = 64 * 1024;

/// What can go wrong. None carries what was answered, or where.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("the step's body is not JSON once it is rendered")]
    NotJson,
    #[error("the address is not written to")]
    Inside(#[source] TargetError),
    #[error("the name leads to an address that is not written to")]
    LeadsInside(#[source] Refused),
    #[error("the receiver cannot be reached")]
    NotConnected(#[source] reqwest::Error),
    #[error("the call cannot be made")]
    NotMade(#[source] reqwest::Error),
    #[error("the receiver did not answer in time")]
    TimedOut,
    #[error("the connection broke off before an answer")]
    Lost(#[source] reqwest::Error),
    #[error("the receiver asks to be left alone for a while")]
    Limited { retry_after: Option<Duration> },
    #[error("the receiver does not accept who we are: status {status}")]
    Unauthorized { status: u16 },
    #[error("the receiver redirects, and is not followed: status {status}")]
    Redirected { status: u16 },
    #[error("nobody receives at this address: status {status}")]
    WrongAddress { status: u16 },
    #[error("the receiver refuses what it was told: status {status}")]
    Rejected { status: u16 },
    #[error("the receiver put it off: status {status}")]
    PutOff { status: u16 },
    #[error("the receiver failed: status {status}")]
    Failed { status: u16 },
    #[error("the receiver answered with a status that it should not have: {status}")]
    Strange { status: u16 },
}

/// What an answer means. A yes whose rest breaks off is a yes.
pub(super) async fn judge(mut response: Response, now: DateTime<Utc>) -> Result<Receipt, Trouble> {
    let status = response.status().as_u16();
    let header = response.headers().get(RETRY_AFTER);
    let retry_after = header.and_then(|value| wait(value.to_str().ok()?, now));
    let mut read = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        read += chunk.len();
        if read > MOST_BYTES {
            break;
        }
    }
    tracing::debug!(status, "the receiver answered");
    match status {
        200..=299 => Ok(Receipt { reference: None }),
        429 => Err(Trouble::Limited { retry_after }),
        // It was not read to its end (RFC 9110 §15.5.9), or was put off (RFC 8470).
        408 | 425 => Err(Trouble::PutOff { status }),
        400 | 413 | 422 => Err(Trouble::Rejected { status }),
        401..=403 | 407 => Err(Trouble::Unauthorized { status }),
        300..=399 => Err(Trouble::Redirected { status }),
        // Every other message would meet it too; 410 is how a receiver ends it for good.
        400..=499 => Err(Trouble::WrongAddress { status }),
        500..=599 => Err(Trouble::Failed { status }),
        _ => Err(Trouble::Strange { status }),
    }
}

/// Reads a `Retry-After`: seconds or a date, brought between a second and an hour.
fn wait(text: &str, now: DateTime<Utc>) -> Option<Duration> {
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

impl Trouble {
    /// A call without an answer. Only while connecting is it certain that nothing left.
    pub(super) fn of(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut cause = error.source();
        while let Some(below) = cause {
            if let Some(refused) = below.downcast_ref::<Refused>() {
                return Self::LeadsInside(*refused);
            }
            cause = below.source();
        }
        if error.is_connect() {
            Self::NotConnected(error)
        } else if error.is_builder() {
            Self::NotMade(error)
        } else if error.is_timeout() {
            Self::TimedOut
        } else {
            Self::Lost(error)
        }
    }

    fn fate(&self) -> Fate {
        match self {
            Self::NotMade(_) | Self::Limited { .. } | Self::PutOff { .. } => Fate::NotSent,
            // Were each message not sent, an outage of some hours would use up the attempts of all.
            Self::NotConnected(_)
            | Self::Inside(_)
            | Self::LeadsInside(_)
            | Self::Unauthorized { .. }
            | Self::Redirected { .. }
            | Self::WrongAddress { .. } => Fate::ChannelDown,
            Self::NotJson | Self::Rejected { .. } => Fate::Rejected,
            Self::TimedOut | Self::Lost(_) | Self::Failed { .. } | Self::Strange { .. } => {
                Fate::Unknown
            }
        }
    }

    fn kind(&self) -> PortErrorKind {
        match self {
            Self::NotConnected(_)
            | Self::TimedOut
            | Self::Lost(_)
            | Self::PutOff { .. }
            | Self::Failed { .. } => PortErrorKind::Unavailable,
            Self::Limited { retry_after } => PortErrorKind::RateLimited {
                retry_after: *retry_after,
            },
            Self::Unauthorized { .. } => PortErrorKind::Unauthorized,
            Self::NotJson
            | Self::Inside(_)
            | Self::LeadsInside(_)
            | Self::NotMade(_)
            | Self::Redirected { .. }
            | Self::WrongAddress { .. }
            | Self::Rejected { .. } => PortErrorKind::Invalid,
            Self::Strange { .. } => PortErrorKind::Corrupt,
        }
    }
}

/// The one place where failures of this adapter become the port's.
impl From<Trouble> for SendError {
    fn from(trouble: Trouble) -> Self {
        let port = PortError::new("webhook", "tell", trouble.kind());
        Self::new(trouble.fate(), port.with_source(trouble))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_between_a_second_and_an_hour_or_not_said() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        for (text, expected) in [
            ("30", Some(30)),
            ("0", Some(1)),
            ("-1", Some(1)),
            ("1000000000", Some(3600)),
            ("Fri, 20 Nov 2026 12:00:45 GMT", Some(45)),
            ("Fri, 20 Nov 2020 12:00:45 GMT", Some(1)),
            ("soon", None),
            ("NaN", None),
        ] {
            assert_eq!(
                wait(text, now).map(|wait| wait.as_secs()),
                expected,
                "{text}"
            );
        }
    }
}
