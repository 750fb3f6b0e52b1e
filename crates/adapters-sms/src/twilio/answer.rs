//! What Twilio says to a message.

use serde_json::{Map, Value};

use super::config::is_sid;
use super::error::{Error, Result, TwilioRefusal};
use crate::http::{Answer, Trouble};

/// Twilio's name for the message; `None` when it took the message and what it said beside that
/// cannot be read.
pub(super) fn judge(answer: &Answer) -> Result<Option<String>> {
    let said = answer.body.as_deref().map(serde_json::from_slice::<Value>);
    match (answer.status, said) {
        (200..=299, Some(Ok(Value::Object(said)))) => name(&said).map(Some),
        (200..=299, Some(Ok(_))) => Err(Error::Shape),
        (200..=299, _) => Ok(None),
        // Before a code speaks, the status must say that it was we who were wrong.
        (400..=499, Some(Ok(said))) => Err(refused(answer, said.get("code").and_then(number))),
        _ => Err(Trouble::by_status(answer).into()),
    }
}

fn refused(answer: &Answer, code: Option<u32>) -> Error {
    let trouble = Trouble::by_status(answer);
    let Some(code) = code else {
        return trouble.into();
    };
    if code == 20429 {
        let retry_after = answer.retry_after;
        return Trouble::Limited { retry_after }.into();
    }
    let known = Error::by_code(code);
    known.unwrap_or_else(|| match trouble {
        Trouble::Refused { .. } => Error::Refused(TwilioRefusal::Other { code }),
        trouble => trouble.into(),
    })
}

fn name(said: &Map<String, Value>) -> Result<String> {
    let text = |name| said.get(name).and_then(Value::as_str).unwrap_or_default();
    let sid = text("sid");
    if !is_sid(sid, "SM") && !is_sid(sid, "MM") {
        return Err(Error::Shape);
    }
    if matches!(text("status"), "failed" | "undelivered" | "canceled") {
        let code = said.get("error_code").and_then(number).unwrap_or(0);
        let known = Error::by_code(code);
        return Err(known.unwrap_or(Error::Refused(TwilioRefusal::Other { code })));
    }
    Ok(sid.to_owned())
}

fn number(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => number.as_u64()?.try_into().ok(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
