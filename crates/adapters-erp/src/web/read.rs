//! Bodies, as long as they are no longer than any that is meant.

use reqwest::Response;

/// Why a body was not read to its end.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// It took too long.
    TimedOut,
    /// It broke off.
    CutShort(reqwest::Error),
    /// It is longer than it may be.
    TooLarge,
}

/// The whole body of an answer, of at most so many bytes.
pub(crate) async fn read(mut response: Response, most: usize) -> Result<Vec<u8>, ReadError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > most {
            return Err(ReadError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Without the address, whose filters name customers.
fn broken(error: reqwest::Error) -> ReadError {
    if error.is_timeout() {
        ReadError::TimedOut
    } else {
        ReadError::CutShort(error.without_url())
    }
}
