//! A SendGrid in this process: it takes what SendGrid takes, and refuses the rest as it does.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::rules;
use crate::support::web::{Act, Asked, Web, answer};

pub(crate) const KEY: &str = "SG.a-key.of-the-double";
/// The present of the tests, in seconds of the epoch.
pub(crate) const NOW: i64 = 1_795_154_400;
const MOST_BYTES: usize = 30_000_000;

#[derive(Debug, Default)]
struct Taken {
    /// What it will deliver.
    mails: Vec<Value>,
    /// What it would deliver outside of the sandbox.
    checked: Vec<Value>,
    /// What it refused, and why.
    refused: Vec<rules::Fault>,
    /// How many mails it took.
    count: usize,
    /// Whether it only counts them.
    forgets: bool,
}

/// The server and what it took.
#[derive(Debug, Clone)]
pub(crate) struct Double {
    pub(crate) web: Web,
    taken: Arc<Mutex<Taken>>,
}

impl Double {
    pub(crate) async fn start() -> Self {
        Self::with(Taken::default()).await
    }

    /// One that takes mails without end, and keeps none.
    pub(crate) async fn forgetful() -> Self {
        let forgets = true;
        Self::with(Taken {
            forgets,
            ..Taken::default()
        })
        .await
    }

    async fn with(taken: Taken) -> Self {
        let taken = Arc::new(Mutex::new(taken));
        let shared = Arc::clone(&taken);
        let web = Web::plain(move |asked| Act::Say(judge(asked, &shared))).await;
        Self { web, taken }
    }

    pub(crate) fn count(&self) -> usize {
        self.taken.lock().unwrap().count
    }

    pub(crate) fn mails(&self) -> Vec<Value> {
        self.taken.lock().unwrap().mails.clone()
    }

    pub(crate) fn checked(&self) -> Vec<Value> {
        self.taken.lock().unwrap().checked.clone()
    }

    pub(crate) fn refused(&self) -> Vec<rules::Fault> {
        self.taken.lock().unwrap().refused.clone()
    }
}

/// What SendGrid says to a request.
fn judge(asked: &Asked, taken: &Mutex<Taken>) -> Vec<u8> {
    if (asked.method.as_str(), asked.path.as_str()) != ("POST", "/v3/mail/send") {
        return errors("404 Not Found", "not found", None);
    }
    if asked.header("authorization") != Some(&format!("Bearer {KEY}")) {
        let why = "The provided authorization grant is invalid, expired, or revoked";
        return errors("401 Unauthorized", why, None);
    }
    if asked.body.len() >= MOST_BYTES {
        return errors("413 Payload Too Large", "content too large", None);
    }
    let json_type = asked.header("content-type") == Some("application/json");
    let request: Value = match serde_json::from_slice(&asked.body) {
        Ok(request) if json_type => request,
        _ => return errors("400 Bad Request", "Bad Request", None),
    };
    let faults = rules::faults(&request, NOW);
    let mut taken = taken.lock().unwrap();
    if let Some((field, why)) = faults.first() {
        let said = errors("400 Bad Request", why, Some(field.as_str()));
        taken.refused.extend(faults);
        return said;
    }
    if request["mail_settings"]["sandbox_mode"]["enable"] == true {
        taken.checked.push(request);
        return answer("200 OK", &[], "");
    }
    taken.count += 1;
    let name = format!("message-{}", taken.count);
    if !taken.forgets {
        taken.mails.push(request);
    }
    answer("202 Accepted", &[("X-Message-Id", &name)], "")
}

fn errors(status: &str, why: &str, field: Option<&str>) -> Vec<u8> {
    let errors = json!({ "errors": [{ "message": why, "field": field, "help": null }] });
    let headers = [("content-type", "application/json")];
    answer(status, &headers, &errors.to_string())
}
