//! What SendGrid takes: the official description of `POST /v3/mail/send`, and the rules between
//! fields that stand only in its documentation. Written apart from the adapter.

use serde_json::{Map, Value};

use super::shapes;

/// A field at fault, and why.
pub(crate) type Fault = (String, &'static str);

/// Every fault of a request at an instant, in seconds of the epoch.
pub(crate) fn faults(request: &Value, now: i64) -> Vec<Fault> {
    let mut faults = shapes::faults(request);
    if faults.is_empty() {
        between(request, now, &mut faults);
    }
    faults
}

/// The rules that need more than one field.
fn between(request: &Value, now: i64, faults: &mut Vec<Fault>) {
    let people = request["personalizations"].as_array().expect("checked");
    let mut wrong = |at: &str, why| faults.push((at.to_owned(), why));
    if people.is_empty() {
        wrong("personalizations", "at least one");
    }
    let template = request["template_id"].as_str();
    let mut recipients = 0;
    for (n, person) in people.iter().enumerate() {
        let at = format!("personalizations.{n}");
        recipients += parties(person, &at, &mut wrong);
        texts(request, person, &at, &mut wrong);
        too_late(
            &person["send_at"],
            now,
            &format!("{at}.send_at"),
            &mut wrong,
        );
        reserved(&person["headers"], &format!("{at}.headers"), &mut wrong);
    }
    if recipients > 1000 {
        wrong("personalizations", "more than 1000 recipients");
    }
    whole(request, template, &mut wrong);
    too_late(&request["send_at"], now, "send_at", &mut wrong);
    reserved(&request["headers"], "headers", &mut wrong);
}

/// The rules about who gets it; gives how many.
fn parties(person: &Value, at: &str, wrong: &mut impl FnMut(&str, &'static str)) -> usize {
    let mut seen = Vec::new();
    for party in ["to", "cc", "bcc"].iter().flat_map(|of| list(&person[*of])) {
        let email = text(&party["email"]).to_lowercase();
        if seen.contains(&email) {
            wrong(at, "an address twice");
        }
        seen.push(email);
        if text(&party["name"]).contains([';', ',']) {
            wrong(at, "a name with ; or ,");
        }
    }
    if list(&person["to"]).next().is_none() {
        wrong(&format!("{at}.to"), "at least one");
    }
    seen.len()
}

/// The rules about what one person gets.
fn texts(request: &Value, person: &Value, at: &str, wrong: &mut impl FnMut(&str, &'static str)) {
    let template = request["template_id"].as_str();
    let subject = !text(&person["subject"]).is_empty() || request["subject"].is_string();
    if template.is_none() && !subject {
        wrong(&format!("{at}.subject"), "no subject anywhere");
    }
    for field in ["substitutions", "custom_args"] {
        if bytes_of(&person[field]) + bytes_of(&request[field]) > 10_000 {
            wrong(&format!("{at}.{field}"), "more than 10000 bytes");
        }
    }
    let dynamic = template.is_some_and(|id| id.starts_with("d-"));
    if person["dynamic_template_data"].is_object() && !dynamic {
        let field = format!("{at}.dynamic_template_data");
        wrong(&field, "without a dynamic template");
    }
    if person["substitutions"].is_object() && dynamic {
        wrong(&format!("{at}.substitutions"), "with a dynamic template");
    }
}

/// The rules about the message as a whole.
fn whole(request: &Value, template: Option<&str>, wrong: &mut impl FnMut(&str, &'static str)) {
    let kinds: Vec<&str> = list(&request["content"])
        .map(|part| text(&part["type"]))
        .collect();
    if kinds.is_empty() && template.is_none() {
        wrong("content", "neither content nor template");
    }
    let plain = kinds.iter().position(|kind| *kind == "text/plain");
    if plain.is_some_and(|at| at > 0) {
        wrong("content", "text/plain comes first");
    }
    if request["reply_to"].is_object() && request["reply_to_list"].is_array() {
        wrong("reply_to", "together with reply_to_list");
    }
    let categories: Vec<&str> = list(&request["categories"]).map(text).collect();
    if categories
        .iter()
        .enumerate()
        .any(|(n, name)| categories[..n].contains(name))
    {
        wrong("categories", "one twice");
    }
    if !categories.iter().all(|name| name.is_ascii()) {
        wrong("categories", "not ASCII");
    }
    let settings = &request["mail_settings"];
    let on = |name: &str| settings[name]["enable"] == true;
    let others = ["spam", "bounce", "unsubscribe"].map(|of| format!("bypass_{of}_management"));
    if on("bypass_list_management") && others.iter().any(|name| on(name)) {
        wrong("mail_settings", "bypass_list_management stands alone");
    }
}

fn too_late(at: &Value, now: i64, field: &str, wrong: &mut impl FnMut(&str, &'static str)) {
    if at.as_i64().is_some_and(|at| at > now + 72 * 3600) {
        wrong(field, "more than 72 hours ahead");
    }
}

fn reserved(headers: &Value, at: &str, wrong: &mut impl FnMut(&str, &'static str)) {
    const KEPT: [&str; 12] = [
        "x-sg-id",
        "x-sg-eid",
        "received",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
        "to",
        "from",
        "subject",
        "reply-to",
        "cc",
        "bcc",
    ];
    let none = Map::new();
    for (name, value) in headers.as_object().unwrap_or(&none) {
        if KEPT.contains(&name.to_lowercase().as_str()) {
            wrong(at, "a reserved header");
        }
        let token = |c: char| c.is_ascii_graphic() && c != ':';
        if name.is_empty() || !name.chars().all(token) {
            wrong(at, "not a header's name");
        }
        if text(value).contains(['\r', '\n', '\0']) {
            wrong(at, "a header of more than one line");
        }
        if text(value).split_whitespace().any(|word| word.len() > 990) {
            wrong(at, "no header line holds it");
        }
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn bytes_of(map: &Value) -> usize {
    let entries = map.as_object().into_iter().flatten();
    entries
        .map(|(name, value)| name.len() + text(value).len())
        .sum()
}
