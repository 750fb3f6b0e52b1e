//! Callbacks of Mailgun: who may post them (rows C4 and C5 of the faults), and what they say.

use chrono::{DateTime, Utc};
use pregon_adapters_email::{ApiKey, CallbackError, MailgunEvent, MailgunKind, MailgunWebhook};
use pregon_core::{About, FeedbackKind};
use proptest::prelude::*;
use ring::hmac;
use serde_json::{Value, json};

pub(crate) const KEY: &str = "key-of-webhooks";
const TOKEN: &str = "a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0";
const SECS: i64 = 1_529_006_854;

fn at(secs: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(secs, 0).unwrap()
}

fn webhook() -> MailgunWebhook {
    MailgunWebhook::new(ApiKey::new(KEY)).unwrap()
}

/// The hexadecimal signature, by RFC 2104 as Mailgun describes it.
pub(crate) fn sign(key: &str, timestamp: &str, token: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    let tag = hmac::sign(&key, format!("{timestamp}{token}").as_bytes());
    data_encoding::HEXLOWER.encode(tag.as_ref())
}

fn posted(event: &Value) -> Value {
    let timestamp = SECS.to_string();
    json!({
        "signature": {
            "timestamp": timestamp,
            "token": TOKEN,
            "signature": sign(KEY, &timestamp, TOKEN),
        },
        "event-data": event,
    })
}

fn read(posted: &Value) -> Result<MailgunEvent, CallbackError> {
    webhook().read(posted.to_string().as_bytes(), at(SECS))
}

fn event(fields: Value) -> Value {
    let mut event = json!({
        "id": "G9Bn5sl1TC6nu79C8C0bwg",
        "timestamp": 1_529_006_854.329_574,
        "recipient": "ana@example.org",
        "message": { "headers": { "message-id": "20130503182626.18666.16540@mg.example.org" } },
        "user-variables": { "pregon_id": "a4dqobyha4dqobyha4dqobyha4.31" },
    });
    for (name, value) in fields.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}

#[test]
fn an_event_of_mailguns() {
    let read = read(&posted(&event(json!({ "event": "delivered" })))).unwrap();
    assert_eq!(read.kind, MailgunKind::Delivered);
    assert_eq!(read.event, TOKEN);
    assert_eq!(read.at.timestamp_micros(), 1_529_006_854_329_574);
    assert_eq!(
        read.message.as_deref(),
        Some("20130503182626.18666.16540@mg.example.org")
    );
    let name = read.dispatch.unwrap();
    assert_eq!(name.to_string(), "a4dqobyha4dqobyha4dqobyha4.31");
    let feedback = read.feedback().unwrap();
    assert_eq!(feedback.about, About::Dispatch(name));
    assert!(feedback.to.is_some());
    assert!(
        !format!("{read:?} {:?}", webhook()).contains("ana"),
        "the address is not shown"
    );
}

#[test]
fn of_a_message_that_is_not_ours_the_name_is_mailguns() {
    let mut event = event(json!({ "event": "clicked" }));
    event["user-variables"] = json!({ "pregon_id": "x" });
    let feedback = read(&posted(&event)).unwrap().feedback().unwrap();
    let name = "20130503182626.18666.16540@mg.example.org".to_owned();
    assert_eq!(feedback.about, About::Reference(name));
    event["message"] = Value::Null;
    assert_eq!(read(&posted(&event)).unwrap().feedback(), None);
}

#[test]
fn c4_every_flipped_bit_of_what_is_signed_is_a_forgery() {
    let whole = posted(&event(json!({ "event": "delivered" })));
    for field in ["timestamp", "token", "signature"] {
        let text = whole["signature"][field].as_str().unwrap().to_owned();
        for bit in 0..text.len() * 8 {
            let mut bytes = text.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let Ok(flipped) = String::from_utf8(bytes) else {
                continue; // No JSON holds it.
            };
            // Hexadecimal digits mean the same in capitals.
            if field == "signature" && flipped.eq_ignore_ascii_case(&text) {
                continue;
            }
            let mut forged = whole.clone();
            forged["signature"][field] = json!(flipped);
            assert_eq!(
                read(&forged).unwrap_err(),
                CallbackError::Signature,
                "{field} {bit}"
            );
        }
    }
}

#[test]
fn c4_forgeries_of_other_kinds() {
    let whole = posted(&event(json!({ "event": "delivered" })));
    let timestamp = SECS.to_string();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut posted = whole.clone();
        change(&mut posted);
        read(&posted).unwrap_err()
    };
    let missing = CallbackError::Missing;
    let taken = |name: &'static str| {
        with(&move |it: &mut Value| drop(it.as_object_mut().unwrap().remove(name)))
    };
    assert_eq!(taken("signature"), missing("signature"));
    assert_eq!(taken("event-data"), missing("event-data"));
    for field in ["timestamp", "token", "signature"] {
        let error = with(&|it| it["signature"][field] = Value::Null);
        assert_eq!(error, CallbackError::Signature, "{field}");
    }
    let by_other = sign("another", &timestamp, TOKEN);
    assert_eq!(
        with(&|it| it["signature"]["signature"] = json!(by_other)),
        CallbackError::Signature
    );
    // Digits moved from the token to the instant: signed as one text, but then in another century.
    let (far, rest) = (format!("{timestamp}8"), &TOKEN[2..]);
    let moved = sign(KEY, &far, rest);
    let error = with(&|it| {
        it["signature"] = json!({ "timestamp": far, "token": rest, "signature": moved });
    });
    assert_eq!(error, CallbackError::Stale);
    assert_eq!(
        with(&|it| it["event-data"] = json!([])),
        CallbackError::Shape("an event")
    );
}

#[test]
fn c5_what_was_signed_long_ago_is_a_repetition() {
    let body = posted(&event(json!({ "event": "delivered" }))).to_string();
    for (secs, fresh) in [
        (0, true),
        (300, true),
        (301, false),
        (-300, true),
        (-301, false),
    ] {
        let read = webhook().read(body.as_bytes(), at(SECS + secs));
        assert_eq!(read.is_ok(), fresh, "{secs}");
    }
}

#[test]
fn c5_while_a_key_is_changed_both_count() {
    let body = posted(&event(json!({ "event": "delivered" }))).to_string();
    let new = MailgunWebhook::new(ApiKey::new("new")).unwrap();
    assert!(new.read(body.as_bytes(), at(SECS)).is_err());
    let both = new.with_key(ApiKey::new(KEY)).unwrap();
    assert!(both.read(body.as_bytes(), at(SECS)).is_ok());
    assert!(matches!(
        MailgunWebhook::new(ApiKey::new("")),
        Err(CallbackError::Key(_))
    ));
}

#[track_caller]
fn check(fields: Value, kind: Option<FeedbackKind>, code: Option<&str>) {
    let feedback = read(&posted(&event(fields.clone()))).unwrap().feedback();
    let told = feedback.as_ref().map(|it| (it.kind, it.code.as_deref()));
    assert_eq!(told, kind.map(|kind| (kind, code)), "{fields}");
}

#[test]
fn each_event_in_our_words() {
    use FeedbackKind::{
        Clicked, Complained, Delivered, Failed, Opened, OpenedByMachine, Queued, Unsubscribed,
    };
    let of = |name: &str| json!({ "event": name });
    check(of("accepted"), Some(Queued), None);
    check(of("rejected"), Some(Failed), None);
    check(of("delivered"), Some(Delivered), None);
    check(of("opened"), Some(Opened), None);
    check(of("clicked"), Some(Clicked), None);
    check(of("unsubscribed"), Some(Unsubscribed), None);
    check(of("complained"), Some(Complained), None);
    check(of("stored"), None, None);
    check(of("of 2031"), None, None);
    check(json!({ "event": [] }), None, None);
    for name in ["opened", "clicked"] {
        let bot = |bot: &str| json!({ "event": name, "client-info": { "bot": bot } });
        check(bot("gmail"), Some(OpenedByMachine), None);
        check(
            bot(""),
            Some(if name == "opened" { Opened } else { Clicked }),
            None,
        );
    }
}

#[test]
fn what_did_not_arrive_in_our_words() {
    use FeedbackKind::{BouncedHard, BouncedSoft, Complained, Deferred, Unsubscribed};
    for (severity, reason, status, kind, code) in [
        ("temporary", "generic", "4.2.2", Deferred, "4.2.2"),
        ("permanent", "bounce", "5.1.1", BouncedHard, "5.1.1"),
        ("permanent", "bounce", "", BouncedHard, "5.9.9"),
        ("permanent", "bounce", "5.7.1", BouncedSoft, "5.7.1"),
        ("permanent", "bounce", "5.2.2", BouncedSoft, "5.2.2"),
        ("permanent", "generic", "5.1.1", BouncedHard, "5.1.1"),
        ("permanent", "old", "4.4.1", BouncedSoft, "4.4.1"),
        (
            "permanent",
            "suppress-bounce",
            "",
            BouncedHard,
            "suppress-bounce",
        ),
        (
            "permanent",
            "suppress-unsubscribe",
            "",
            Unsubscribed,
            "suppress-unsubscribe",
        ),
        (
            "permanent",
            "suppress-complaint",
            "",
            Complained,
            "suppress-complaint",
        ),
    ] {
        let said = json!({ "code": 550, "enhanced-code": status, "message": "550 5.9.9 ana@" });
        let failed = json!({
            "event": "failed", "severity": severity, "reason": reason, "delivery-status": said,
        });
        check(failed, Some(kind), Some(code));
    }
}

#[test]
fn instants_that_are_none() {
    for instant in [
        json!(null),
        json!("soon"),
        json!(1e300),
        json!(-1e300),
        json!([]),
    ] {
        let event = event(json!({ "event": "opened", "timestamp": instant }));
        assert_eq!(
            read(&posted(&event)).unwrap_err(),
            CallbackError::Shape("an event")
        );
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(webhook().read(&body, at(SECS)).is_err());
    }

    #[test]
    fn no_event_makes_it_panic(
        names in prop::collection::vec("[a-z-]{1,12}", 0..6),
        texts in prop::collection::vec("\\PC{0,12}", 6),
        secs in any::<f64>(),
    ) {
        let mut fields = json!({ "event": texts[0], "timestamp": secs });
        for (name, text) in names.iter().zip(&texts) {
            fields[name] = json!({ "headers": { "message-id": text }, "pregon_id": text });
        }
        let _ = read(&posted(&event(fields)));
    }
}
