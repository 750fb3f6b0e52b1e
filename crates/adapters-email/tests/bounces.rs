//! Mails that mail servers and mailbox providers send back.

use chrono::{DateTime, Utc};
use pregon_adapters_email::{
    Bounces, CallbackError, ComplaintKind, DeliveryAction, MailReport, Said, Verp,
};
use pregon_core::{About, DispatchId, DispatchRef, Feedback, FeedbackKind, HashKey};
use proptest::prelude::*;

pub(crate) const POSTFIX: &str = include_str!("fixtures/bounces/postfix.eml");
const EXIM: &str = include_str!("fixtures/bounces/exim.eml");
const ENCODED: &str = include_str!("fixtures/bounces/encoded.eml");
const DELAYED: &str = include_str!("fixtures/bounces/delayed.eml");
pub(crate) const ABUSE: &str = include_str!("fixtures/bounces/abuse.eml");
pub(crate) const VACATION: &str = include_str!("fixtures/bounces/vacation.eml");
const SAMPLES: [&str; 6] = [POSTFIX, EXIM, ENCODED, DELAYED, ABUSE, VACATION];

pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-21T00:00:00Z".parse().unwrap()
}

pub(crate) fn name() -> DispatchRef {
    let id = DispatchId::from_bytes([7; 16]);
    DispatchRef { id, row: 31 }
}

pub(crate) fn verp() -> Verp {
    Verp::new("bounces.example.org", HashKey::new([7; 32])).unwrap()
}

/// A sample with the marks that stand for what only a program knows.
pub(crate) fn mail(sample: &str) -> Vec<u8> {
    let sample = sample.replace("VERP", &verp().address(name()));
    let sample = sample.replace("NAME", &name().to_string());
    sample
        .replace("\r\n", "\n")
        .replace('\n', "\r\n")
        .into_bytes()
}

fn read(sample: &str) -> MailReport {
    Bounces::new()
        .with_verp(verp())
        .read(&mail(sample), now())
        .unwrap()
}

#[track_caller]
fn check(sample: &str, provider: &str, kind: FeedbackKind, code: Option<&str>, named: bool) {
    let report = read(sample);
    let [Feedback { .. }] = &report.feedback()[..] else {
        panic!("{report:?}")
    };
    let feedback = report.feedback().pop().unwrap();
    assert_eq!((&*feedback.provider, feedback.kind), (provider, kind));
    assert_eq!(feedback.code.as_deref(), code);
    assert_eq!(feedback.about, About::Dispatch(name()));
    assert_eq!(feedback.to.is_some(), named);
    assert!(!format!("{report:?}").contains("ana@"), "{report:?}");
    // In another line-break convention, as files in a directory may have it.
    let unix = String::from_utf8(mail(sample))
        .unwrap()
        .replace("\r\n", "\n");
    let again = Bounces::new()
        .with_verp(verp())
        .read(unix.as_bytes(), now())
        .unwrap();
    assert_eq!(again.feedback(), report.feedback());
}

#[test]
fn a_bounce_of_postfix() {
    check(
        POSTFIX,
        "dsn",
        FeedbackKind::BouncedHard,
        Some("5.1.1"),
        true,
    );
    let report = read(POSTFIX);
    assert_eq!(
        report.at,
        "2026-11-20T06:00:05Z".parse::<DateTime<Utc>>().unwrap()
    );
    let Said::Delivery(people) = report.said else {
        panic!()
    };
    assert_eq!(
        (people.len(), people[0].action),
        (1, DeliveryAction::Failed)
    );
}

#[test]
fn a_bounce_of_exim_whose_status_says_nothing() {
    check(EXIM, "dsn", FeedbackKind::BouncedSoft, Some("5.2.2"), true);
}

#[test]
fn a_bounce_in_base64_with_an_international_address() {
    check(
        ENCODED,
        "dsn",
        FeedbackKind::BouncedHard,
        Some("5.1.10"),
        true,
    );
}

#[test]
fn a_delay_is_no_bounce() {
    check(DELAYED, "dsn", FeedbackKind::Deferred, Some("4.4.1"), true);
}

#[test]
fn a_complaint_whose_recipient_is_hidden() {
    check(ABUSE, "arf", FeedbackKind::Complained, None, false);
    let Said::Complaint { kind, .. } = read(ABUSE).said else {
        panic!()
    };
    assert_eq!(kind, ComplaintKind::Abuse);
    let of = |kind: &str| {
        let report =
            read(&ABUSE.replace("Feedback-Type: abuse", &format!("Feedback-Type: {kind}")));
        report.feedback().pop().map(|it| it.kind)
    };
    assert_eq!(of("Opt-Out"), Some(FeedbackKind::Unsubscribed));
    assert_eq!(of("fraud"), Some(FeedbackKind::Complained));
    assert_eq!(of("not-spam"), None);
    assert_eq!(of("auth-failure"), None);
}

#[test]
fn people_and_their_programs_write_no_reports() {
    let none = CallbackError::Shape("a report of delivery or a complaint");
    let read = |mail: &[u8]| Bounces::new().read(mail, now()).unwrap_err();
    assert_eq!(read(&mail(VACATION)), none);
    assert_eq!(read(b""), none);
    assert_eq!(read(b"\0\0\0"), none);
    let no_action = POSTFIX.replace("Action: failed", "Action: sang");
    assert_eq!(read(&mail(&no_action)), none);
    let large = vec![b'x'; 16 * 1024 * 1024 + 1];
    assert!(matches!(read(&large), CallbackError::TooLarge { .. }));
}

#[test]
fn only_dead_addresses_are_dead() {
    for (status, kind) in [
        ("5.1.1", FeedbackKind::BouncedHard),
        ("5.1.2", FeedbackKind::BouncedHard),
        ("5.1.10", FeedbackKind::BouncedHard),
        ("5.1.8", FeedbackKind::BouncedSoft),
        ("5.2.1", FeedbackKind::BouncedSoft),
        ("5.2.2", FeedbackKind::BouncedSoft),
        ("5.7.1", FeedbackKind::BouncedSoft),
        ("5.7.26", FeedbackKind::BouncedSoft),
        ("4.4.7", FeedbackKind::BouncedSoft),
    ] {
        let sample = POSTFIX.replace("Status: 5.1.1", &format!("Status: {status}"));
        assert_eq!(read(&sample).feedback()[0].kind, kind, "{status}");
    }
    for (action, kind) in [
        ("delivered", FeedbackKind::Delivered),
        ("relayed", FeedbackKind::Sent),
        ("expanded", FeedbackKind::Sent),
    ] {
        let sample = POSTFIX.replace("Action: failed", &format!("Action: {action}"));
        assert_eq!(read(&sample).feedback()[0].kind, kind);
    }
}

#[test]
fn whose_mail_it_was_is_proven() {
    let told = |sample: &str| read(sample).message;
    // By its own address alone, and by its Message-ID alone.
    assert_eq!(told(&POSTFIX.replace("NAME", "another")), Some(name()));
    assert_eq!(
        told(&POSTFIX.replace("VERP", "avisos@example.org")),
        Some(name())
    );
    let neither = POSTFIX
        .replace("VERP", "avisos@example.org")
        .replace("NAME", "another");
    assert_eq!(told(&neither), None);
    assert_eq!(read(&neither).feedback(), []);
    let id = read(&neither).message_id;
    assert_eq!(id.as_deref(), Some("another@example.org"));
    // An address that somebody made up: its proof is not ours.
    let made_up = format!("b+{}.aaaaaaaaaaaaa@bounces.example.org", name());
    let forged = POSTFIX.replace("VERP", &made_up).replace("NAME", "another");
    assert_eq!(told(&forged), None);
}

#[test]
fn a_report_from_the_future_was_written_when_it_came() {
    let report = read(&POSTFIX.replace("20 Nov 2026", "20 Nov 2036"));
    assert_eq!(report.at, now());
    let report = read(&POSTFIX.replace("Date: ", "X-Date: "));
    assert_eq!(report.at, now());
}

#[test]
fn a23_a_report_told_twice_has_one_key() {
    let key = HashKey::new([7; 32]);
    let later = now() + chrono::Duration::days(2);
    let again = Bounces::new()
        .with_verp(verp())
        .read(&mail(POSTFIX), later)
        .unwrap();
    assert_eq!(
        read(POSTFIX).feedback()[0].id(&key),
        again.feedback()[0].id(&key)
    );
}

#[test]
fn of_very_many_recipients_some_are_read() {
    let block = "\nFinal-Recipient: rfc822; ana@example.net\nAction: failed\nStatus: 5.1.1\n";
    let (before, after) = POSTFIX.split_once("\nFinal-Recipient").unwrap();
    let many = format!("{before}{}\nFinal-Recipient{after}", block.repeat(5_000));
    let Said::Delivery(people) = read(&many).said else {
        panic!()
    };
    assert_eq!(people.len(), 100);
}

/// Found by the fuzzer: what a mangled mail calls its own name can be anything.
#[test]
fn nobody_reads_an_address_in_a_report() {
    let mangled = POSTFIX.replace("<NAME@", "<ana@example.net NAME@");
    assert_ne!(mangled, POSTFIX);
    let report = Bounces::new().read(&mail(&mangled), now()).unwrap();
    assert!(report.message_id.as_ref().unwrap().contains("ana@"));
    assert!(!format!("{report:?}").contains("ana@"), "{report:?}");
}

/// Found by the fuzzer: the parser asserts that a mail in a mail in a part has its boundary.
#[test]
fn a_mail_in_a_mail_without_an_end_is_no_panic() {
    let mail = include_bytes!("fixtures/bounces/nested.eml");
    for end in 0..=mail.len() {
        let _ = Bounces::new().with_verp(verp()).read(&mail[..end], now());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    #[test]
    fn no_mangled_report_makes_it_panic(
        sample in prop::sample::select(SAMPLES.to_vec()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut in any::<prop::sample::Index>(),
        twice in any::<bool>(),
    ) {
        let mut bytes = mail(sample);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len()) + 1);
        if twice {
            bytes.extend(mail(sample));
        }
        if let Ok(report) = Bounces::new().with_verp(verp()).read(&bytes, now()) {
            prop_assert!(report.at <= now());
            prop_assert!(report.feedback().len() <= 100);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Bounces::new().with_verp(verp()).read(&bytes, now());
    }
}
