//! Redvoiss as its own server's source says, with its traps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use data_encoding::BASE64;
use pregon_adapters_sms::{Redvoiss, RedvoissConfig, Secret};
use pregon_conformance::action::{Delivered, Probe};
use pregon_core::{DispatchId, DispatchRef};
use serde_json::{Map, Value, json};

use super::server::{Desk, Server, lock};
use super::wire::{Answer, Request};

pub(crate) type Redvoisses = Server<Account>;

const BASE: &str = "/services/rest";

/// A message that the service took.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) label: String,
    pub(crate) commercial: bool,
    pub(crate) key: String,
}

/// An account: what it sent, and what its service knows of that.
#[derive(Debug, Default)]
pub(crate) struct Account {
    taken: Mutex<Vec<Taken>>,
    /// Numbers that the provider never writes to.
    pub(crate) blacklist: Mutex<BTreeSet<String>>,
    /// How many messages the balance is good for; as many as one wants without a number.
    pub(crate) balance: Mutex<Option<usize>>,
    /// Whether names of batches are written as numbers.
    pub(crate) numbers: Mutex<bool>,
    /// What is known of batches, by path: rows of a status, or replies.
    known: Mutex<BTreeMap<String, Value>>,
}

impl Server<Account> {
    /// The service's address.
    pub(crate) fn url(&self) -> String {
        format!("http://{}{BASE}", self.address())
    }

    /// An account that the service knows.
    pub(crate) fn config(&self) -> RedvoissConfig {
        RedvoissConfig::new(Secret::new("spa"), Secret::new("abracadabra")).with_url(self.url())
    }

    pub(crate) fn channel(&self) -> Redvoiss {
        Redvoiss::new(self.config()).expect("a good configuration")
    }
}

impl Account {
    pub(crate) fn taken(&self) -> Vec<Taken> {
        lock(&self.taken).clone()
    }

    /// From now on this is known: of `batch/7/status`, say.
    pub(crate) fn knows(&self, path: &str, said: Value) {
        lock(&self.known).insert(path.to_owned(), said);
    }

    fn send(&self, request: &Request, replies: bool) -> Answer {
        let Some(asked) = Asked::read(request) else {
            return Answer::page(400);
        };
        if asked.missing {
            return Answer::page(500);
        }
        let mut failed = Vec::new();
        let mut batch = None;
        for (number, key) in asked.details {
            match self.take(&number, &asked.text) {
                Took::It => {
                    let mut taken = lock(&self.taken);
                    taken.push(Taken {
                        to: number.trim_start_matches('+').to_owned(),
                        text: asked.text.clone(),
                        label: asked.label.clone(),
                        commercial: asked.commercial,
                        // Only the procedure with replies is given it.
                        key: if replies { key } else { String::new() },
                    });
                    batch = batch.or(Some(812_000 + taken.len()));
                }
                Took::NoNumber => failed.push(number),
                // With replies the failure of the database comes through; without, it is swallowed.
                Took::Refused if replies => return Answer::page(500),
                Took::Refused => return Answer::json(200, &json!({ "batchId": "" })),
            }
        }
        let failed = match failed.join(",") {
            none if none.is_empty() => "-1".to_owned(),
            some => some,
        };
        let batch = match batch {
            Some(batch) if *lock(&self.numbers) => json!(batch),
            Some(batch) => json!(batch.to_string()),
            None => json!("-1"),
        };
        Answer::json(200, &json!({ "batchId": batch, "failedIds": failed }))
    }

    fn take(&self, number: &str, text: &str) -> Took {
        let digits = number.strip_prefix('+').unwrap_or(number);
        let is_number = matches!(digits.len(), 5 | 11..=14)
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if !is_number {
            return Took::NoNumber;
        }
        assert!(
            text.chars().count() <= 480,
            "it would be cut off in silence"
        );
        let mut balance = lock(&self.balance);
        if lock(&self.blacklist).contains(digits) || *balance == Some(0) {
            return Took::Refused;
        }
        *balance = balance.map(|left| left - 1);
        Took::It
    }
}

enum Took {
    It,
    NoNumber,
    Refused,
}

/// A body as the service reads it.
struct Asked {
    label: String,
    text: String,
    commercial: bool,
    details: Vec<(String, String)>,
    missing: bool,
}

impl Asked {
    /// `None` when the mapper refuses it: no JSON, or a field that it does not know.
    fn read(request: &Request) -> Option<Self> {
        let Value::Object(body) = serde_json::from_slice(&request.body).ok()? else {
            return None;
        };
        only(
            &body,
            &[
                "bulkName",
                "message",
                "message_details",
                "isCommercial",
                "sendDate",
            ],
        )?;
        let text = |name: &str| body.get(name).map_or(Some(""), Value::as_str);
        let (label, message) = (text("bulkName")?.to_owned(), text("message")?.to_owned());
        let mut details = Vec::new();
        for one in body.get("message_details")?.as_array()? {
            let one = one.as_object()?;
            only(one, &["destination", "field", "idCliente"])?;
            assert_eq!(
                one.get("field"),
                Some(&json!("")),
                "it would be put into the text"
            );
            let text = |name| one.get(name).and_then(Value::as_str);
            let key = text("idCliente").unwrap_or_default();
            details.push((text("destination")?.to_owned(), key.to_owned()));
        }
        let commercial = match body.get("isCommercial") {
            None => false,
            Some(flag) => flag.as_bool()?,
        };
        Some(Self {
            missing: label.is_empty() || message.is_empty() || details.is_empty(),
            label,
            text: message,
            commercial,
            details,
        })
    }
}

fn only(fields: &Map<String, Value>, known: &[&str]) -> Option<()> {
    let all = fields.keys().all(|name| known.contains(&name.as_str()));
    all.then_some(())
}

impl Desk for Account {
    fn answer(&self, request: &Request) -> Answer {
        let right = format!("Basic {}", BASE64.encode(b"spa:abracadabra"));
        if request.header("authorization") != right {
            return Answer::page(401).with("WWW-Authenticate", "Basic realm=\"ws-realm\"");
        }
        let Some(path) = request.target.strip_prefix(BASE) else {
            return Answer::page(404);
        };
        match (request.method.as_str(), path) {
            ("POST", "/sendWithReply_v2" | "/send_v2") => {
                if request.header("content-type") != "application/json" {
                    return Answer::page(415);
                }
                self.send(request, path.contains("WithReply"))
            }
            ("GET", "/initsms") => panic!("the provider's process was started anew"),
            ("GET", path) => match lock(&self.known).get(path.trim_start_matches('/')) {
                Some(Value::Null) => Answer::new(204, "application/json", ""),
                Some(said) => Answer::json(200, said),
                None => Answer::page(403),
            },
            _ => Answer::page(404),
        }
    }
}

impl Probe for Server<Account> {
    fn delivered(&self, id: DispatchId) -> Vec<Delivered> {
        let mut taken = self.desk().taken();
        taken.retain(|one| DispatchRef::parse(&one.key).is_some_and(|name| name.id == id));
        let delivered = |one: Taken| Delivered {
            to: format!("+{}", one.to),
            parts: [("text".to_owned(), one.text)].into(),
        };
        taken.into_iter().map(delivered).collect()
    }

    fn count(&self) -> usize {
        self.desk().taken().len()
    }
}
