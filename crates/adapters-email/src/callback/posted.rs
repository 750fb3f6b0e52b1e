//! Callbacks that a provider posts to a host: how large and how old they may be.

use chrono::{DateTime, Duration, Utc};

use super::CallbackError;

impl From<serde_json::Error> for CallbackError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json {
            line: error.line(),
            column: error.column(),
        }
    }
}

/// No callback is larger, by far.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// How old a callback may be, and how far in the future.
pub(crate) const TOLERANCE: Duration = Duration::minutes(5);

/// Whether a body is of a size that is read at all.
pub(crate) fn check_size(body: &[u8]) -> Result<(), CallbackError> {
    if body.len() > MOST_BYTES {
        return Err(CallbackError::TooLarge { most: MOST_BYTES });
    }
    Ok(())
}

/// Whether an instant, in seconds of the epoch, is near enough to the present.
pub(crate) fn check_age(
    signed: &str,
    tolerance: Duration,
    now: DateTime<Utc>,
) -> Result<(), CallbackError> {
    let digits = !signed.is_empty() && signed.bytes().all(|byte| byte.is_ascii_digit());
    let at = signed.parse().ok().filter(|_| digits);
    let at = at.and_then(|secs| DateTime::from_timestamp(secs, 0));
    let near = at.is_some_and(|at| (now - at).abs() <= tolerance);
    near.then_some(()).ok_or(CallbackError::Stale)
}
