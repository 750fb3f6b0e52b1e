//! What the service says to a message.

use serde_json::{Map, Value};

use super::BatchId;
use super::error::{Error, Result};
use crate::http::{Answer, Trouble};

/// The name of the batch that was made for a number; `None` when the service took the message and
/// what it said beside that cannot be read.
pub(super) fn judge(answer: &Answer, to: &str) -> Result<Option<BatchId>> {
    if !(200..300).contains(&answer.status) {
        return Err(Trouble::by_status(answer).into());
    }
    let said = answer.body.as_deref().map(serde_json::from_slice);
    let Some(Ok(said)) = said else {
        return Ok(None);
    };
    let Value::Object(fields) = said else {
        return Err(Error::Shape);
    };
    if fields.get("failedIds").is_some_and(|ids| names(ids, to)) {
        return Err(Error::NumberRefused);
    }
    batch(&fields).map(Some)
}

fn batch(fields: &Map<String, Value>) -> Result<BatchId> {
    // Some versions write a number where others write a text.
    let name = match fields.get("batchId") {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        None | Some(Value::Null) => {
            let known = |name: &String| matches!(name.as_str(), "batchId" | "failedIds");
            let shape = fields.keys().all(known);
            return Err(if shape { Error::NoBatch } else { Error::Shape });
        }
        Some(_) => return Err(Error::Shape),
    };
    match name.as_str() {
        "" | "-1" => Err(Error::NoBatch),
        name => BatchId::parse(name).ok_or(Error::Shape),
    }
}

/// Whether a list of numbers, in whatever form it is written, has this one.
fn names(list: &Value, number: &str) -> bool {
    let is = |text: &str| text.chars().filter(char::is_ascii_digit).eq(number.chars());
    match list {
        Value::String(text) => text.split([',', ';']).any(is),
        Value::Number(one) => is(&one.to_string()),
        Value::Array(some) => some.iter().any(|one| names(one, number)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use pregon_core::{Fate, SendError};
    use proptest::prelude::*;

    use super::*;
    use crate::redvoiss::{deliveries, replies};

    const TO: &str = "56958655810";

    fn said(status: u16, body: &str) -> std::result::Result<Option<String>, String> {
        let answer = Answer {
            status,
            retry_after: None,
            body: Some(body.as_bytes().to_vec()),
        };
        let name = judge(&answer, TO).map(|name| name.map(|name| name.to_string()));
        name.map_err(|error| error.to_string())
    }

    #[track_caller]
    fn made(body: &str, name: Option<&str>) {
        assert_eq!(said(200, body), Ok(name.map(str::to_owned)), "{body}");
    }

    #[track_caller]
    fn failed(body: &str, why: &str) {
        let error = said(200, body).expect_err(body);
        assert!(error.contains(why), "{body}: {error}");
    }

    #[test]
    fn a_name_is_digits_however_it_is_written() {
        made(r#"{"batchId":"812","failedIds":"-1"}"#, Some("812"));
        made(r#"{"batchId":"812"}"#, Some("812"));
        made(r#"{"batchId":812,"failedIds":null}"#, Some("812"));
        made(r#"{"batchId":" 812 ","failedIds":""}"#, Some("812"));
        made(
            r#"{"batchId":"812","failedIds":"56911111111"}"#,
            Some("812"),
        );
        made(r#"{"batchId":"812","more":true}"#, Some("812"));
    }

    #[test]
    fn no_name_is_no_batch() {
        for body in [
            r#"{"batchId":""}"#,
            r#"{"batchId":"-1","failedIds":"-1"}"#,
            r#"{"batchId":-1}"#,
            r#"{"batchId":null}"#,
            r#"{"failedIds":"-1"}"#,
            "{}",
        ] {
            failed(body, "no batch");
        }
    }

    #[test]
    fn our_number_among_the_failed_is_refused() {
        for body in [
            r#"{"batchId":"-1","failedIds":"56958655810"}"#,
            r#"{"batchId":"812","failedIds":"56911111111,56958655810"}"#,
            r#"{"batchId":"812","failedIds":"+56958655810; 1"}"#,
            r#"{"batchId":"","failedIds":56958655810}"#,
            r#"{"batchId":"812","failedIds":["56911111111",56958655810]}"#,
        ] {
            failed(body, "number is none");
        }
    }

    #[test]
    fn what_is_not_json_was_taken_and_what_is_strange_is_in_doubt() {
        for body in ["", "<html>ok</html>", r#"{"batchId":"81"#, "\u{1f}\u{8b}"] {
            made(body, None);
        }
        for body in [
            "[]",
            "\"812\"",
            "null",
            r#"{"batchId":"abc"}"#,
            r#"{"batchId":"../initsms"}"#,
            r#"{"batchId":true}"#,
            r#"{"batchId":8.5}"#,
            r#"{"batchId":0}"#,
            r#"{"batchId":-7}"#,
            r#"{"error":"x"}"#,
            r#"{"batchId":null,"error":"x"}"#,
        ] {
            failed(body, "shape");
        }
    }

    /// Any JSON in which the service's own names are frequent.
    fn json() -> impl Strategy<Value = Value> {
        let name = prop_oneof![
            "batchId|failedIds|destination|message|replyId|messageReplyList|date",
            "\\PC{0,4}",
        ];
        let text = prop_oneof!["-?[0-9]{0,12}", "ENVIADO|STOP", "56958655810", "\\PC{0,8}"];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            let fields = proptest::collection::btree_map(name.clone(), inner.clone(), 0..5);
            prop_oneof![
                proptest::collection::vec(inner, 0..5).prop_map(Value::from),
                fields.prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// Nothing panics, and "not sent" is only what says that there is no batch.
        #[test]
        fn whatever_is_said_is_judged(said in json()) {
            let body = Some(said.to_string().into_bytes());
            let answer = Answer { status: 200, retry_after: None, body };
            let judged = judge(&answer, TO).map_err(|error| SendError::from(error).fate());
            if judged == Err(Fate::NotSent) {
                let batch = said.get("batchId").map(Value::to_string).unwrap_or_default();
                let none = ["", "null", "\"\"", "\"-1\"", "-1"];
                let batch: String = batch.split_whitespace().collect();
                prop_assert!(none.contains(&batch.as_str()), "{}", said);
            }
            let _ = (deliveries::read(said.clone()), replies::read(said));
        }

        #[test]
        fn whatever_bytes_there_are_the_message_was_taken(body in ".{0,60}") {
            let known = serde_json::from_str::<Value>(&body).is_ok();
            let answer = Answer { status: 200, retry_after: None, body: Some(body.into_bytes()) };
            prop_assert!(known || matches!(judge(&answer, TO), Ok(None)));
        }
    }
}
