//! What calls tell, and what it is in the words of all providers.

use pregon_core::{DispatchId, HashKey};

use super::*;

const SID: &str = "SM0123456789abcdef0123456789abcdef";

/// Our name for a message.
fn ours() -> DispatchRef {
    let id = DispatchId::from_bytes([7; 16]);
    DispatchRef { id, row: 31 }
}

fn update(rest: &str) -> Option<TwilioUpdate> {
    let url = format!("https://spa.example/t?a=b&{KEY}={}", ours());
    match read(
        &url,
        format!("MessageSid={SID}&To=%2B56958655810&{rest}").as_bytes(),
    )? {
        TwilioEvent::Update(update) => Some(update),
        TwilioEvent::Reply(_) => None,
    }
}

#[test]
fn each_state_of_a_message() {
    use TwilioStatus::{Canceled, Delivered, Failed, Queued, Read, Sent, Undelivered};
    for (word, expected) in [
        ("accepted", Some(Queued)),
        ("scheduled", Some(Queued)),
        ("queued", Some(Queued)),
        ("sending", Some(Queued)),
        ("sent", Some(Sent)),
        ("delivered", Some(Delivered)),
        ("partially_delivered", Some(Delivered)),
        ("read", Some(Read)),
        ("undelivered", Some(Undelivered)),
        ("failed", Some(Failed)),
        ("canceled", Some(Canceled)),
        ("received", None),
        ("lost", None),
        ("", None),
    ] {
        let status = update(&format!("MessageStatus={word}")).map(|it| it.status);
        assert_eq!(status, expected, "{word}");
    }
}

#[test]
fn an_update_has_all_that_it_says() {
    let rest = "MessageStatus=undelivered&ErrorCode=30006&RawDlrDoneDate=2611201530";
    let told = update(rest).expect("an update");
    assert_eq!((told.sid.as_str(), told.to.as_str()), (SID, "+56958655810"));
    assert_eq!(told.error_code, Some(30006));
    assert_eq!(
        told.at,
        Some("2026-11-20T15:30:00Z".parse().expect("an instant"))
    );
    assert_eq!(told.dispatch, Some(ours()));
    assert!(!format!("{told:?}").contains("5810"));
    let strange = "MessageStatus=sent&ErrorCode=x&RawDlrDoneDate=261320";
    let told = update(strange).expect("an update");
    assert_eq!((told.error_code, told.at), (None, None));
}

#[test]
fn what_people_write() {
    let body =
        format!("SmsSid={SID}&SmsStatus=received&From=%2B56958655810&To=%2B562&Body=+Baja%21");
    let Some(TwilioEvent::Reply(reply)) = read("https://spa.example/t", body.as_bytes()) else {
        panic!("a reply");
    };
    assert_eq!(
        (reply.from.as_str(), reply.text.as_str()),
        ("+56958655810", "Baja!")
    );
    assert!(!reply.opted_out);
    let printed = format!("{reply:?}");
    assert!(!printed.contains("Baja") && !printed.contains("5810"));
    let body = format!("MessageSid={SID}&SmsStatus=received&Body=Cancel&OptOutType=STOP");
    let Some(TwilioEvent::Reply(reply)) = read("", body.as_bytes()) else {
        panic!("a reply");
    };
    assert!(reply.opted_out);
}

#[test]
fn what_tells_nothing_is_nothing() {
    for body in [
        "",
        "a",
        "MessageStatus=sent",
        "&&==%",
        "MessageSid=SM1",
        "\u{0}",
    ] {
        assert_eq!(read("x", body.as_bytes()), None, "{body}");
    }
}

#[track_caller]
fn told(rest: &str, kind: FeedbackKind) {
    let arrived: DateTime<Utc> = "2026-11-20T15:00:00Z".parse().expect("an instant");
    let update = TwilioEvent::Update(update(rest).expect("an update"));
    let told = update.feedback(&StopWords::default(), arrived);
    assert_eq!(told.kind, kind, "{rest}");
    assert_eq!((&*told.provider, told.channel.as_str()), ("twilio", "sms"));
    assert_eq!((told.about, told.at), (About::Dispatch(ours()), arrived));
    let number = PhoneNumber::parse("+56958655810").expect("a number");
    assert_eq!(told.to, Some(Recipient::new(&number)));
}

#[test]
fn updates_in_the_words_of_all() {
    use FeedbackKind::{BouncedHard, BouncedSoft, Delivered, Failed, Opened, Queued, Sent};
    told("MessageStatus=queued", Queued);
    told("MessageStatus=sent", Sent);
    told("MessageStatus=delivered", Delivered);
    told("MessageStatus=read", Opened);
    told("MessageStatus=canceled", Failed);
    told("MessageStatus=failed", Failed);
    told("MessageStatus=undelivered&ErrorCode=30003", BouncedSoft);
    told("MessageStatus=undelivered&ErrorCode=30005", BouncedHard);
    told("MessageStatus=undelivered&ErrorCode=30006", BouncedHard);
    told("MessageStatus=undelivered&ErrorCode=30007", Failed);
    told(
        "MessageStatus=failed&ErrorCode=21610",
        FeedbackKind::Unsubscribed,
    );
    // A code beside what arrived says nothing.
    told("MessageStatus=delivered&ErrorCode=30006", Delivered);
}

#[test]
fn a23_the_same_update_twice_is_one_report() {
    let key = HashKey::new([7; 32]);
    let rest = "MessageStatus=delivered&RawDlrDoneDate=2611201530";
    let event = TwilioEvent::Update(update(rest).expect("an update"));
    let report = |arrived: &str| {
        let arrived = arrived.parse().expect("an instant");
        event.feedback(&StopWords::default(), arrived).id(&key)
    };
    let (first, again) = (
        report("2026-11-20T15:31:00Z"),
        report("2026-11-20T15:35:00Z"),
    );
    assert_eq!(first, again);
}

#[test]
fn an_update_without_our_name_is_about_twilios() {
    let body = format!("MessageSid={SID}&MessageStatus=sent");
    let event = read("https://spa.example/t", body.as_bytes()).expect("an update");
    let told = event.feedback(&StopWords::default(), DateTime::UNIX_EPOCH);
    assert_eq!(
        (told.about, told.to),
        (About::Reference(SID.to_owned()), None)
    );
}

#[test]
fn refusals_and_other_answers() {
    for (rest, kind) in [
        ("Body=Gracias", FeedbackKind::Replied),
        ("Body=%C2%A1Baja%21", FeedbackKind::Unsubscribed),
        ("Body=Cancel&OptOutType=STOP", FeedbackKind::Unsubscribed),
        ("Body=Cancel&OptOutType=HELP", FeedbackKind::Replied),
    ] {
        let body = format!("MessageSid={SID}&SmsStatus=received&From=%2B56958655810&{rest}");
        let event = read("https://spa.example/t", body.as_bytes()).expect("a reply");
        let told = event.feedback(&StopWords::default(), DateTime::UNIX_EPOCH);
        assert_eq!(
            (told.kind, told.refuses),
            (kind, PurposeScope::Everything),
            "{rest}"
        );
        let number = PhoneNumber::parse("+56958655810").expect("a number");
        assert_eq!(told.to, Some(Recipient::new(&number)));
    }
}
