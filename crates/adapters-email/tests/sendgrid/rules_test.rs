//! The double refuses what SendGrid refuses: a judge that lets all pass proves nothing.

use serde_json::{Value, json};

use super::double::NOW;
use super::rules::faults;

fn whole() -> Value {
    json!({
        "personalizations": [{
            "to": [{ "email": "ana@example.org", "name": "Ana" }],
            "subject": "Hola",
            "custom_args": { "a": "b" },
        }],
        "from": { "email": "avisos@example.org" },
        "content": [
            { "type": "text/plain", "value": "t" },
            { "type": "text/html", "value": "h" },
        ],
    })
}

/// A request that is whole but for one place.
fn with(path: &str, value: Value) -> Value {
    let mut request = whole();
    if let Some(at) = request.pointer_mut(path) {
        *at = value;
        return request;
    }
    let (parent, name) = path.rsplit_once('/').unwrap();
    let parent = request
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap();
    parent.insert(name.to_owned(), value);
    request
}

#[track_caller]
fn check(path: &str, value: Value, at: &str) {
    let found = faults(&with(path, value), NOW);
    let places: Vec<&str> = found.iter().map(|(at, _)| at.as_str()).collect();
    assert!(places.contains(&at), "{path}: {found:?}");
}

#[test]
fn a_whole_request_has_no_fault() {
    assert_eq!(faults(&whole(), NOW), []);
    let mut template = with("/template_id", json!("d-1"));
    template.as_object_mut().unwrap().remove("content");
    assert_eq!(faults(&template, NOW), []);
}

#[test]
fn shapes_are_checked() {
    check("/from", json!({ "name": "x" }), "from");
    check("/from/email", json!("a b@c.co"), "from.email");
    check("/from/email", json!("ñ@c.co"), "from.email");
    check("/from/mail", json!("a@c.co"), "from.mail");
    check("/personalizations", json!({}), "personalizations");
    check(
        "/personalizations/0/to",
        Value::Null,
        "personalizations.0.to",
    );
    check(
        "/personalizations/0/to/0/email",
        json!(7),
        "personalizations.0.to.0.email",
    );
    check(
        "/personalizations/0/custom_args",
        json!({ "a": 1 }),
        "personalizations.0.custom_args",
    );
    check("/content/0/value", json!(""), "content.0.value");
    check("/content/0/kind", json!("x"), "content.0.kind");
    check("/categories", json!(vec!["x"; 11]), "categories");
    check("/categories", json!(["x".repeat(256)]), "categories.0");
    check("/ip_pool_name", json!("x"), "ip_pool_name");
    check("/asm", json!({ "groups_to_display": [1] }), "asm");
    check("/subyect", json!("x"), "subyect");
    check(
        "/mail_settings",
        json!({ "sandbox_mode": true }),
        "mail_settings.sandbox_mode",
    );
}

#[test]
fn fields_are_checked_together() {
    let many: Vec<Value> = (0..1001)
        .map(|n| json!({ "email": format!("p{n}@c.co") }))
        .collect();
    let halves = json!([{ "to": many[..501] }, { "to": many[501..] }]);
    check("/personalizations", json!([]), "personalizations");
    let mut two = with("/personalizations", halves);
    two["subject"] = json!("s");
    assert_eq!(faults(&two, NOW).len(), 1, "1001 recipients in all");
    let ana = json!([{ "email": "ANA@example.org" }]);
    check("/personalizations/0/cc", ana, "personalizations.0");
    check(
        "/personalizations/0/to/0/name",
        json!("Díaz, Ana"),
        "personalizations.0",
    );
    check("/personalizations/0/to", json!([]), "personalizations.0.to");
    let unnamed = json!([{ "to": [{ "email": "a@b.co" }] }]);
    check("/personalizations", unnamed, "personalizations.0.subject");
    let args = json!({ "a": "x".repeat(10_000) });
    check(
        "/personalizations/0/custom_args",
        args,
        "personalizations.0.custom_args",
    );
    let data = json!({ "a": 1 });
    let at = "personalizations.0.dynamic_template_data";
    check("/personalizations/0/dynamic_template_data", data, at);
    check("/content", json!([]), "content");
    let parts = json!([
        { "type": "text/html", "value": "h" },
        { "type": "text/plain", "value": "t" },
    ]);
    check("/content", parts, "content");
    check("/categories", json!(["a", "a"]), "categories");
    check("/send_at", json!(NOW + 73 * 3600), "send_at");
    for name in ["Subject", "DKIM-Signature", "X-SG-ID", "bcc"] {
        check("/headers", json!({ name: "x" }), "headers");
    }
    check("/headers", json!({ "X-A": "a\r\nBcc: b" }), "headers");
    check("/headers", json!({ "X-A": "a".repeat(991) }), "headers");
    let on = json!({ "enable": true });
    let both = json!({ "bypass_list_management": on, "bypass_spam_management": on });
    check("/mail_settings", both, "mail_settings");
}
