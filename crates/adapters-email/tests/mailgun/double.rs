//! A Mailgun in this process: it takes what Mailgun takes, and refuses the rest as it does.

use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::support::web::{Act, Asked, Web, answer};

pub(crate) const KEY: &str = "key-of-the-double";
pub(crate) const DOMAIN: &str = "mg.example.org";
const MOST_BYTES: usize = 25_000_000;
const MOST_RECIPIENTS: usize = 1000;
const MOST_TAGS: usize = 10;
/// The fields that there are; `h:`, `o:`, `v:` and `t:` begin others.
const FIELDS: [&str; 12] = [
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "text",
    "amp-html",
    "html",
    "attachment",
    "inline",
    "template",
    "recipient-variables",
];
const OPTIONS: [&str; 13] = [
    "tag",
    "dkim",
    "secondary-dkim",
    "deliverytime",
    "testmode",
    "tracking",
    "tracking-clicks",
    "tracking-opens",
    "require-tls",
    "skip-verification",
    "sending-ip",
    "suppress-headers",
    "time-zone-localize",
];

/// The fields of a request, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form(pub(crate) Vec<(String, String)>);

impl Form {
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.0.iter().filter(move |(of, _)| of == name);
        fields.map(|(_, value)| value.as_str())
    }

    /// The value of a field that is there once.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(of, _)| of == name);
        let (_, value) = values.next().filter(|_| values.next().is_none())?;
        Some(value)
    }
}

#[derive(Debug, Default)]
struct Taken {
    mails: Vec<Form>,
    tested: Vec<Form>,
    refused: Vec<&'static str>,
}

/// The server and what it took.
#[derive(Debug, Clone)]
pub(crate) struct Double {
    pub(crate) web: Web,
    taken: Arc<Mutex<Taken>>,
}

impl Double {
    pub(crate) async fn start() -> Self {
        let taken = Arc::<Mutex<Taken>>::default();
        let shared = Arc::clone(&taken);
        let web = Web::plain(move |asked| Act::Say(judge(asked, &shared))).await;
        Self { web, taken }
    }

    pub(crate) fn mails(&self) -> Vec<Form> {
        self.taken.lock().unwrap().mails.clone()
    }

    pub(crate) fn tested(&self) -> Vec<Form> {
        self.taken.lock().unwrap().tested.clone()
    }

    pub(crate) fn refused(&self) -> Vec<&'static str> {
        self.taken.lock().unwrap().refused.clone()
    }
}

/// What Mailgun says to a request.
fn judge(asked: &Asked, taken: &Mutex<Taken>) -> Vec<u8> {
    let user = data_encoding::BASE64.encode(format!("api:{KEY}").as_bytes());
    if asked.header("authorization") != Some(&format!("Basic {user}")) {
        return answer("401 Unauthorized", &[], "Forbidden");
    }
    if (asked.method.as_str(), asked.path.as_str()) != ("POST", "/v3/mg.example.org/messages") {
        return said("404 Not Found", "Domain not found");
    }
    if asked.body.len() >= MOST_BYTES * 3 {
        return said("413 Payload Too Large", "too large");
    }
    if asked.header("content-type") != Some("application/x-www-form-urlencoded") {
        return said("400 Bad Request", "no form");
    }
    let fields = form_urlencoded::parse(&asked.body).into_owned();
    let form = Form(fields.collect());
    let mut taken = taken.lock().unwrap();
    if let Some(fault) = fault(&form) {
        taken.refused.push(fault);
        return said("400 Bad Request", fault);
    }
    let list = if form.one("o:testmode") == Some("yes") {
        &mut taken.tested
    } else {
        &mut taken.mails
    };
    list.push(form);
    let name = format!(
        "<20261120.{}@{DOMAIN}>",
        taken.mails.len() + taken.tested.len()
    );
    let queued = json!({ "id": name, "message": "Queued. Thank you." });
    answer(
        "200 OK",
        &[("content-type", "application/json")],
        &queued.to_string(),
    )
}

fn said(status: &str, message: &str) -> Vec<u8> {
    let headers = [("content-type", "application/json")];
    answer(status, &headers, &json!({ "message": message }).to_string())
}

/// Why Mailgun would not take a form.
pub(crate) fn fault(form: &Form) -> Option<&'static str> {
    let one = |name| form.one(name).filter(|value: &&str| !value.is_empty());
    for (name, value) in &form.0 {
        if !is_field(name) {
            return Some("no such field");
        }
        if name.starts_with("h:") && value.contains(['\r', '\n', '\0']) {
            return Some("a header of more than one line");
        }
    }
    if !one("from").is_some_and(is_mailbox) {
        return Some("'from' parameter is not a valid address");
    }
    let to: Vec<&str> = form.all("to").flat_map(|to| to.split(',')).collect();
    if to.is_empty() || !to.iter().all(|to| is_mailbox(to)) {
        return Some("'to' parameter is not a valid address");
    }
    if to.len() > MOST_RECIPIENTS {
        return Some("too many recipients");
    }
    if one("subject").is_none() && one("template").is_none() {
        return Some("no subject");
    }
    if ["text", "html", "amp-html", "template"]
        .iter()
        .all(|name| one(name).is_none())
    {
        return Some("Need at least one of 'text', 'html', 'amp-html' or 'template'");
    }
    let tags: Vec<&str> = form.all("o:tag").collect();
    if tags.len() > MOST_TAGS || !tags.iter().all(|tag| tag.is_ascii() && tag.len() <= 128) {
        return Some("tags");
    }
    let yes_or_no = ["o:testmode", "o:tracking", "o:tracking-opens"];
    let known = |value: &str| ["yes", "no", "true", "false", "htmlonly"].contains(&value);
    let wrong = |name: &str| form.all(name).any(|value| !known(value));
    let options = yes_or_no.iter().chain(&["o:tracking-clicks"]);
    options
        .into_iter()
        .any(|name| wrong(name))
        .then_some("yes or no")
}

fn is_field(name: &str) -> bool {
    match name.split_once(':') {
        Some(("o", option)) => OPTIONS.contains(&option),
        Some(("h", header)) => {
            !header.is_empty() && header.bytes().all(|b| b.is_ascii_graphic() && b != b':')
        }
        Some(("v" | "t", rest)) => !rest.is_empty(),
        _ => FIELDS.contains(&name),
    }
}

/// An address, or a name between quotes and an address between angles.
fn is_mailbox(text: &str) -> bool {
    let address = match text.strip_suffix('>') {
        None => text,
        Some(text) => {
            let Some((name, address)) = text.rsplit_once(" <") else {
                return false;
            };
            let inner = name
                .strip_prefix('"')
                .and_then(|name| name.strip_suffix('"'));
            let inner = inner.map(|name| name.replace("\\\\", "").replace("\\\"", ""));
            if inner.is_none_or(|name| name.contains(['"', '\\', '\r', '\n'])) {
                return false;
            }
            address
        }
    };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>(),;:\"\\".contains(c);
    let domain = address.split_once('@').map(|(_, domain)| domain);
    address.chars().all(plain)
        && domain.is_some_and(|domain| domain.is_ascii() && domain.contains('.'))
}
