//! What people answered.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Utc};
use pregon_core::DispatchRef;
use serde_json::Value;

use super::error::{Error, Result};
use super::read::{dispatch, instant, rows, text};

/// An answer of a person. Its `Debug` hides the text.
///
/// The service does not say whose it is: with one number a batch, the batch's.
#[derive(Clone, PartialEq, Eq)]
pub struct RedvoissReply {
    /// The service's name for it.
    pub id: Option<String>,
    /// When it came, where it says so.
    pub at: Option<DateTime<Utc>>,
    /// What it says.
    pub text: String,
    /// Our own name for the message, where the service kept it.
    pub dispatch: Option<DispatchRef>,
}

impl fmt::Debug for RedvoissReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedvoissReply")
            .field("id", &self.id)
            .field("at", &self.at)
            .field("dispatch", &self.dispatch)
            .finish_non_exhaustive()
    }
}

/// Reads the replies of a batch, each once.
pub(super) fn read(mut said: Value) -> Result<Vec<RedvoissReply>> {
    // The replies of a single message are the list itself.
    let list = match &mut said {
        Value::Object(fields) if !fields.contains_key("replyId") => {
            let list = fields.get_mut("messageReplyList").map(Value::take);
            list.unwrap_or_default()
        }
        _ => said,
    };
    let mut seen = BTreeSet::new();
    let mut replies = Vec::new();
    for row in rows(list).ok_or(Error::Shape)? {
        if !row.is_object() {
            continue;
        }
        let id = text(&row, "replyId");
        // A refusal without a name is still a refusal.
        let key = id.clone().unwrap_or_else(|| row.to_string());
        if seen.insert(key) {
            replies.push(RedvoissReply {
                id,
                at: instant(&row, "date"),
                text: text(&row, "message").unwrap_or_default(),
                dispatch: dispatch(&row),
            });
        }
    }
    Ok(replies)
}

#[cfg(test)]
mod tests {
    use pregon_core::StopWords;
    use serde_json::json;

    use super::*;

    #[test]
    fn each_reply_is_there_once() {
        let reply = |id: u32, text: &str| json!({ "replyId": id, "date": null, "message": text });
        let said = json!({
            "batchId": 812,
            "messageReplyList": [reply(1, "Sí"), reply(2, "stop."), reply(1, "Sí"), reply(3, "Sí")],
        });
        let replies = read(said).expect("replies");
        let found: Vec<_> = replies
            .iter()
            .map(|it| (it.id.as_deref().unwrap_or_default(), it.text.as_str()))
            .collect();
        assert_eq!(found, [("1", "Sí"), ("2", "stop."), ("3", "Sí")]);
        assert!(!format!("{replies:?}").contains("stop"));
    }

    #[test]
    fn nobody_answered() {
        for said in [
            json!({ "batchId": 812, "messageReplyList": [] }),
            json!({ "batchId": 812, "messageReplyList": null }),
            json!({ "batchId": 812 }),
            json!([]),
        ] {
            assert!(read(said).expect("an answer").is_empty());
        }
    }

    #[test]
    fn a_refusal_without_a_name_is_kept_once() {
        let said = json!({ "messageReplyList": [
            { "message": "BAJA" }, { "message": "BAJA" }, { "message": 7 }, 7, null,
        ]});
        let replies = read(said).expect("replies");
        let texts: Vec<&str> = replies.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, ["BAJA", "7"]);
    }

    #[test]
    fn one_reply_alone_and_what_is_none() {
        let one = json!({ "replyId": "9", "message": "SALIR", "idcliente": "x" });
        for said in [
            one.clone(),
            json!([one]),
            json!({ "messageReplyList": one }),
        ] {
            let replies = read(said).expect("replies");
            assert_eq!(replies.len(), 1);
            assert!(StopWords::default().refuses(&replies[0].text));
            assert_eq!(replies[0].dispatch, None);
        }
        assert!(read(json!("SALIR")).is_err());
        assert!(read(json!({ "messageReplyList": "SALIR" })).is_err());
    }
}
