//! What the callbacks of SendGrid say.

use chrono::{DateTime, Utc};
use pregon_adapters_email::{CallbackError, SendGridEvents, SendGridKind};
use pregon_core::{About, Feedback, FeedbackKind, HashKey, PurposeScope};
use proptest::prelude::*;
use serde_json::{Value, json};

fn at(secs: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(secs, 0).unwrap()
}

#[track_caller]
fn check(event: Value, kind: Option<FeedbackKind>, code: Option<&str>) {
    let mut event = event;
    event["timestamp"] = json!(1_600_112_492);
    event["pregon_id"] = json!("a4dqobyha4dqobyha4dqobyha4.31");
    event["email"] = json!("ana@example.org");
    let read = SendGridEvents::parse(json!([event]).to_string().as_bytes()).unwrap();
    let feedback = read.feedback();
    let told = feedback.first().map(|it| (it.kind, it.code.as_deref()));
    assert_eq!(told, kind.map(|kind| (kind, code)), "{event}");
    for it in feedback {
        let About::Dispatch(name) = it.about else {
            panic!("{:?}", it.about)
        };
        assert_eq!(name.to_string(), "a4dqobyha4dqobyha4dqobyha4.31");
        assert!(it.to.is_some());
    }
}

/// The rows that have one of the fields of an event, and what they say.
#[track_caller]
fn rows(event: &str, field: &str, rows: &[(&str, FeedbackKind, Option<&str>)]) {
    for (value, kind, code) in rows {
        check(json!({ "event": event, field: value }), Some(*kind), *code);
    }
}

#[test]
fn each_event_in_our_words() {
    use FeedbackKind::{
        Clicked, Complained, Deferred, Delivered, Opened, OpenedByMachine, Queued, Unsubscribed,
    };
    let of = |name: &str| json!({ "event": name });
    check(of("processed"), Some(Queued), None);
    let later = json!({ "event": "deferred", "response": "450 4.7.1 <ana@example.org> later" });
    check(later, Some(Deferred), Some("4.7.1"));
    check(of("delivered"), Some(Delivered), None);
    check(of("open"), Some(Opened), None);
    for (by, kind) in [
        (json!(false), Opened),
        (json!(true), OpenedByMachine),
        (json!("true"), OpenedByMachine),
        (json!(1), Opened),
    ] {
        check(
            json!({ "event": "open", "sg_machine_open": by }),
            Some(kind),
            None,
        );
    }
    check(of("click"), Some(Clicked), None);
    check(of("spamreport"), Some(Complained), None);
    check(of("unsubscribe"), Some(Unsubscribed), None);
    check(of("group_unsubscribe"), Some(Unsubscribed), None);
    check(of("group_resubscribe"), None, None);
    check(of("of 2031"), None, None);
    check(json!({ "event": 7 }), None, None);
}

#[test]
fn what_did_not_arrive_in_our_words() {
    use FeedbackKind::{BouncedHard, BouncedSoft, Complained, Failed, Unsubscribed};
    for (kind, status, told, code) in [
        ("bounce", "5.1.1", BouncedHard, "5.1.1"),
        ("bounce", "5.0.0", BouncedHard, "5.0.0"),
        ("bounce", "", BouncedHard, "5.9.9"),
        ("bounce", "5.2.2", BouncedSoft, "5.2.2"),
        ("bounce", "5.7.26", BouncedSoft, "5.7.26"),
        ("bounce", "4.4.7", BouncedSoft, "4.4.7"),
        ("blocked", "5.1.1", BouncedSoft, "5.1.1"),
    ] {
        let reason = "550 5.9.9 ana@example.org";
        let event = json!({ "event": "bounce", "type": kind, "status": status, "reason": reason });
        check(event, Some(told), Some(code));
    }
    rows(
        "dropped",
        "reason",
        &[
            ("Bounced Address", BouncedHard, Some("dropped_bounced")),
            ("Invalid", BouncedHard, Some("dropped_invalid")),
            (
                "Unsubscribed Address",
                Unsubscribed,
                Some("dropped_unsubscribed"),
            ),
            (
                "Spam Reporting Address",
                Complained,
                Some("dropped_spam_report"),
            ),
            ("Spam Content (if enabled)", Failed, Some("dropped")),
            ("", Failed, Some("dropped")),
        ],
    );
}

#[test]
fn what_is_refused_by_which_link() {
    let refused = |event: Value| {
        let mut event = event;
        event["timestamp"] = json!(1);
        event["sg_message_id"] = json!("m.filter");
        let read = SendGridEvents::parse(json!([event]).to_string().as_bytes()).unwrap();
        read.feedback().pop().unwrap().refuses
    };
    assert_eq!(
        refused(json!({ "event": "unsubscribe" })),
        PurposeScope::Everything
    );
    assert_eq!(
        refused(json!({ "event": "group_unsubscribe" })),
        PurposeScope::Promotional
    );
}

#[test]
fn one_strange_event_spoils_none_of_the_others() {
    let good = json!({
        "event": "click", "timestamp": 5, "sg_message_id": "m.filter0", "category": "renewal",
        "email": "no address", "pregon_id": "not ours", "sg_event_id": "e",
    });
    let many = json!({
        "event": "open", "timestamp": "6", "category": ["a", 7, "b", "x".repeat(256)],
        "sg_message_id": "",
    });
    let strange = [
        json!({ "event": "click" }),
        json!({ "event": "click", "timestamp": "soon" }),
        json!({ "event": "click", "timestamp": i64::MAX }),
        json!({ "event": "click", "timestamp": 1.5 }),
        json!({ "event": "click", "timestamp": null }),
        json!([]),
        json!("x"),
        Value::Null,
    ];
    let unreadable = strange.len();
    let all: Vec<Value> = [good, many].into_iter().chain(strange).collect();
    let read = SendGridEvents::parse(json!(all).to_string().as_bytes()).unwrap();
    assert_eq!(read.unreadable, unreadable);
    let [click, open] = &read.events[..] else {
        panic!("{read:?}")
    };
    assert_eq!(
        (click.kind.clone(), click.categories.clone()),
        (SendGridKind::Clicked, vec!["renewal".to_owned()])
    );
    assert_eq!(
        (click.dispatch, &click.to, click.event.as_deref()),
        (None, &None, Some("e"))
    );
    assert_eq!(
        (open.at, open.categories.clone()),
        (at(6), vec!["a".to_owned(), "b".to_owned()])
    );
    assert_eq!(open.message, None);
    // Who opened what is not known: there is nothing to tell.
    assert_eq!(read.feedback().len(), 1);
}

#[test]
fn what_is_no_list_of_events() {
    let parse = |body: &str| SendGridEvents::parse(body.as_bytes()).unwrap_err();
    assert_eq!(parse("{}"), CallbackError::Shape("a list of events"));
    assert_eq!(parse("[1,\n 2"), CallbackError::Json { line: 2, column: 2 });
    assert!(matches!(parse(""), CallbackError::Json { .. }));
    assert!(matches!(
        parse(&"[".repeat(100_000)),
        CallbackError::Json { .. }
    ));
    let large = " ".repeat(4 * 1024 * 1024 + 1);
    assert!(matches!(parse(&large), CallbackError::TooLarge { .. }));
}

/// Told again under another id of SendGrid's, it is the same report to us (row A23).
#[test]
fn a23_an_event_told_twice_has_one_key() {
    let told = |event: &str, response: &str| -> Feedback {
        let event = json!({
            "event": "bounce", "type": "bounce", "timestamp": 5, "email": "ana@example.org",
            "pregon_id": "a4dqobyha4dqobyha4dqobyha4.31", "sg_event_id": event, "reason": response,
        });
        let read = SendGridEvents::parse(json!([event]).to_string().as_bytes()).unwrap();
        read.feedback().pop().unwrap()
    };
    let key = HashKey::new([7; 32]);
    let (first, again) = (told("e1", "550 5.1.1 a"), told("e2", "550 b"));
    assert_eq!(first.id(&key), again.id(&key));
}

/// Any JSON, with the names that events have.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(vec![
            "bounce",
            "open",
            "dropped",
            "m.f",
            "5.1.1",
            "1600112492"
        ])
        .prop_map(Value::from),
    ];
    let names = prop::sample::select(vec![
        "event",
        "timestamp",
        "type",
        "status",
        "reason",
        "response",
        "email",
        "category",
        "sg_event_id",
        "sg_message_id",
        "sg_machine_open",
        "pregon_id",
    ]);
    leaf.prop_recursive(3, 40, 10, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..9)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_json_makes_it_panic(events in prop::collection::vec(json_value(), 0..4)) {
        let read = SendGridEvents::parse(json!(events).to_string().as_bytes()).unwrap();
        prop_assert_eq!(read.events.len() + read.unreadable, events.len());
        prop_assert!(read.feedback().len() <= read.events.len());
    }

    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = SendGridEvents::parse(&body);
    }
}
