//! Twilio as its interface's description says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use data_encoding::BASE64;
use pregon_adapters_sms::{Secret, Twilio, TwilioConfig, TwilioFrom};
use pregon_conformance::action::{Delivered, Probe};
use pregon_core::DispatchId;
use serde_json::json;

use super::server::{Desk, Server, lock};
use super::wire::{Answer, Request};

pub(crate) type Twilios = Server<Exchange>;

/// The account that it knows.
pub(crate) const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";

/// The fields of a form that sends.
type Fields = BTreeMap<String, String>;

/// What was sent, and who may not be written to.
#[derive(Debug, Default)]
pub(crate) struct Exchange {
    taken: Mutex<Vec<Fields>>,
    pub(crate) opted_out: Mutex<BTreeSet<String>>,
}

impl Server<Exchange> {
    /// An account that Twilio knows, with a status callback.
    pub(crate) fn config(&self) -> TwilioConfig {
        let from = TwilioFrom::Sender("+56442345678".to_owned());
        TwilioConfig::new(ACCOUNT, Secret::new("abracadabra"), from)
            .with_url(format!("http://{}", self.address()))
            .with_status_callback("https://spa.example/twilio?canal=sms")
    }

    pub(crate) fn channel(&self) -> Twilio {
        Twilio::new(self.config()).expect("a good configuration")
    }
}

impl Exchange {
    pub(crate) fn taken(&self) -> Vec<Fields> {
        lock(&self.taken).clone()
    }

    fn send(&self, form: Fields) -> Answer {
        const KNOWN: [&str; 7] = [
            "To",
            "From",
            "MessagingServiceSid",
            "Body",
            "ValidityPeriod",
            "SmartEncoded",
            "StatusCallback",
        ];
        if let Some(unknown) = form.keys().find(|name| !KNOWN.contains(&name.as_str())) {
            panic!("Twilio has no field {unknown}");
        }
        let field = |name: &str| form.get(name).map_or("", String::as_str);
        let is_number = |text: &str| {
            let digits = text.strip_prefix('+').unwrap_or_default();
            (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        let to = field("To");
        let validity = field("ValidityPeriod").parse::<u32>();
        let refused = if field("From").is_empty() == field("MessagingServiceSid").is_empty() {
            Some(21603)
        } else if !is_number(to) {
            Some(21211)
        } else if lock(&self.opted_out).contains(to) {
            Some(21610)
        } else if to.starts_with("+562") {
            Some(21614)
        } else if field("Body").is_empty() {
            Some(21602)
        } else if field("Body").chars().count() > 1600 {
            Some(21617)
        } else if form.contains_key("ValidityPeriod")
            && !validity.is_ok_and(|it| (1..=36_000).contains(&it))
        {
            Some(21624)
        } else {
            None
        };
        if let Some(code) = refused {
            return failed(400, code);
        }
        let mut taken = lock(&self.taken);
        taken.push(form);
        let sid = format!("SM{:032x}", taken.len());
        Answer::json(
            201,
            &json!({ "sid": sid, "status": "queued", "num_segments": "1", "error_code": null }),
        )
    }
}

/// A failure as Twilio words it.
pub(crate) fn failed(status: u16, code: u32) -> Answer {
    let more = format!("https://www.twilio.com/docs/errors/{code}");
    let body = json!({ "code": code, "message": "…", "more_info": more, "status": status });
    Answer::json(status, &body)
}

impl Desk for Exchange {
    fn answer(&self, request: &Request) -> Answer {
        let right = BASE64.encode(format!("{ACCOUNT}:abracadabra").as_bytes());
        if request.header("authorization") != format!("Basic {right}") {
            return failed(401, 20003);
        }
        let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json");
        if (request.method.as_str(), request.target.as_str()) != ("POST", path.as_str()) {
            return failed(404, 20404);
        }
        if request.header("content-type") != "application/x-www-form-urlencoded" {
            return failed(415, 20415);
        }
        let pairs = form_urlencoded::parse(&request.body).into_owned();
        self.send(pairs.collect())
    }
}

impl Probe for Server<Exchange> {
    fn delivered(&self, id: DispatchId) -> Vec<Delivered> {
        let mut taken = self.desk().taken();
        let key = format!("pregon_id={id}.");
        taken.retain(|form| {
            form.get("StatusCallback")
                .is_some_and(|url| url.contains(&key))
        });
        let delivered = |form: Fields| Delivered {
            to: form["To"].clone(),
            parts: [("text".to_owned(), form["Body"].clone())].into(),
        };
        taken.into_iter().map(delivered).collect()
    }

    fn count(&self) -> usize {
        self.desk().taken().len()
    }
}
