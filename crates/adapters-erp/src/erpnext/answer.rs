//! What an answer means: decided by its status and `exc_type` alone, because texts are translated.

use std::time::Duration;

use serde_json::Value;

use super::error::{Error, Result};

/// The classes of failure of a server that pass by themselves.
const PASSING: [&str; 3] = [
    "OperationalError",
    "QueryDeadlockError",
    "QueryTimeoutError",
];

/// An answer as it came.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
    pub(super) body: Vec<u8>,
}

/// What the site answered: the value, or why there is none.
pub(super) fn judge(answer: &Answer, of: &'static str) -> Result<Value> {
    let status = answer.status;
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    if (200..300).contains(&status) {
        return body.ok_or_else(|| no_json(answer, of));
    }
    let exc_type = body.as_ref().and_then(exc_type);
    Err(match (status, exc_type.as_deref()) {
        (429, _) => Error::RateLimited {
            retry_after: answer.retry_after,
        },
        (503, Some("SessionStopped")) => Error::Maintenance,
        // Proxies answer these with pages of their own.
        (502..=504, _) => Error::ServerFailed { status, exc_type },
        (300..=399, _) => Error::Redirected,
        (_, None) if body.is_none() => Error::WebPage { status },
        (401, _) => Error::Unauthorized,
        (403, _) => Error::Forbidden { of },
        (404, _) => Error::NoSuch { of },
        (417, Some("DataError")) => Error::UnknownField { of },
        (500, Some(name)) if PASSING.contains(&name) => Error::ServerFailed { status, exc_type },
        (500.., _) => Error::Misasked { of, exc_type },
        _ => Error::Refused { of, status },
    })
}

/// Success without JSON: a login page, a proxy's page, or an answer that was cut.
fn no_json(answer: &Answer, of: &'static str) -> Error {
    match answer.body.trim_ascii().first() {
        Some(b'{' | b'[') => Error::Shape {
            of,
            what: "the answer is not whole JSON",
        },
        _ => Error::WebPage {
            status: answer.status,
        },
    }
}

/// The class of the failure, in the form of version 1 or 2 of the API.
fn exc_type(body: &Value) -> Option<String> {
    let first = || body.get("errors")?.get(0)?.get("type");
    let name = body.get("exc_type").or_else(first)?.as_str()?;
    // It goes into messages, so nothing but a name of a class passes.
    let plain = name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, body: &str, message: &str) {
        let body = body.as_bytes().to_vec();
        let answer = Answer {
            status,
            retry_after: None,
            body,
        };
        assert_eq!(judge(&answer, "Contact").unwrap_err().to_string(), message);
    }

    #[test]
    fn pages_of_others() {
        let page = "a web page answered, not ERPNext: there is no such site, or a proxy stands \
                    between";
        check(200, "<!doctype html><title>Login</title>", page);
        check(404, "<html>", page);
        check(200, "", page);
        check(
            302,
            "",
            "the site answered with a redirection; use the address that it leads to",
        );
        check(502, "<html>", "the site's server failed with status 502");
    }

    #[test]
    fn answers_of_another_shape() {
        check(
            200,
            r#"{"data":[{"na"#,
            "Contact: the answer is not whole JSON",
        );
        check(
            418,
            "{}",
            "the site refused the question about Contact with status 418",
        );
        let unnamed = "the server could not work with the question about Contact";
        check(500, r#"{"exc_type":"ana@example.org"}"#, unnamed);
    }
}
