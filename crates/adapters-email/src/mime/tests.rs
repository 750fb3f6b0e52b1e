//! The mail is parsed back by another program's parser.

use chrono::{DateTime, Utc};
use mail_parser::{MessageParser, MimeHeaders};
use pregon_core::{
    Address, Class, DispatchId, Email, EmailAddress, Message, Outbound, Purpose, Rendered,
};
use proptest::prelude::*;

use super::{clean, letter};
use crate::{Sender, UnsubscribeUrl};

fn outbound(subject: &str, text: Option<&str>, html: Option<&str>) -> Option<Outbound<Email>> {
    let mut parts = Rendered::new().with("subject", subject);
    for (name, body) in [("text", text), ("html", html)] {
        if let Some(body) = body {
            parts = parts.with(name, body);
        }
    }
    let to = EmailAddress::parse("ana@example.org").unwrap();
    Some(Outbound {
        message: Email::build(to, &parts).ok()?,
        id: DispatchId::from_bytes([7; 16]),
        row: 7,
        again: false,
        purpose: Purpose::new("renewal").unwrap(),
        class: Class::Promotional,
        unsubscribe: Some("v1.k.Zm9v".to_owned()),
        now: "2026-11-20T06:00:00Z".parse().unwrap(),
    })
}

fn sender(text: &str) -> Sender {
    Sender::parse(text)
        .unwrap()
        .with_unsubscribe_mailto("baja+1@example.org")
        .unwrap()
        .with_unsubscribe_url(UnsubscribeUrl::parse("https://m.example/u/{token}").unwrap())
}

fn written(sender: &Sender, out: &Outbound<Email>) -> String {
    String::from_utf8(letter(sender, out, None).unwrap().formatted()).unwrap()
}

/// The names of the headers in their order, unfolded by hand.
fn names(mail: &str) -> Vec<&str> {
    let head = mail.split_once("\r\n\r\n").unwrap().0;
    let lines = head.split("\r\n").filter(|line| !line.starts_with(' '));
    lines.map(|line| line.split_once(':').unwrap().0).collect()
}

const SINGLE: [&str; 12] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "",
];

fn expected(multipart: bool) -> &'static [&'static str] {
    &SINGLE[..if multipart { 10 } else { 11 }]
}

#[test]
fn a_whole_mail_is_pinned() {
    let out = outbound("Vence mañana", Some("Hola\n.\nAna"), Some("<p>Hola</p>")).unwrap();
    let mail = written(&sender("Renovaciones <avisos@example.org>"), &out);
    let pinned = include_str!("../../tests/fixtures/renewal.eml");
    assert_eq!(mail, pinned.replace('\n', "\r\n"));
}

#[test]
fn only_the_date_depends_on_the_time() {
    let sender = sender("Renovaciones <avisos@example.org>");
    let mut out = outbound("Hola", Some("t"), Some("h")).unwrap();
    let first = written(&sender, &out);
    for now in [
        DateTime::<Utc>::MIN_UTC,
        DateTime::<Utc>::MAX_UTC,
        "2027-01-01T00:00:00Z".parse().unwrap(),
    ] {
        out.now = now;
        let second = written(&sender, &out);
        let pairs = first.lines().zip(second.lines());
        let differing: Vec<_> = pairs.filter(|(a, b)| a != b).map(|(a, _)| a).collect();
        assert_eq!(differing, ["Date: Fri, 20 Nov 2026 06:00:00 +0000"]);
        assert_eq!(first.lines().count(), second.lines().count());
    }
}

#[test]
fn a_second_copy_says_so() {
    let out = outbound("Hola", Some("t"), None).unwrap();
    let mail = letter(&sender("a@b.co"), &out, Some("again")).unwrap();
    let mail = String::from_utf8(mail.formatted()).unwrap();
    assert!(mail.contains("\r\nX-Pregon-Attempt: again\r\n"));
}

#[test]
fn who_may_unsubscribe_and_how() {
    let mut out = outbound("Hola", Some("t"), None).unwrap();
    let both = sender("a@b.co");
    let mail = written(&both, &out);
    let list = "List-Unsubscribe: <https://m.example/u/v1.k.Zm9v>,\r\n \
                <mailto:baja%2B1@example.org?subject=v1.k.Zm9v>\r\n\
                List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
    assert!(mail.contains(list), "{mail}");

    let post = Sender::parse("a@b.co").unwrap();
    let post = post.with_unsubscribe_mailto("baja@example.org").unwrap();
    let mail = written(&post, &out);
    assert!(
        mail.contains("List-Unsubscribe: <mailto:baja@example.org?"),
        "{mail}"
    );
    assert!(
        !mail.contains("One-Click"),
        "one click needs a URL that is served"
    );

    out.class = Class::Transactional;
    assert!(!written(&both, &out).contains("Unsubscribe"));
    out.class = Class::Promotional;
    out.unsubscribe = Some("t".repeat(900));
    assert!(letter(&both, &out, None).is_err(), "no line holds it");
}

#[test]
fn an_international_domain_is_written_in_ascii() {
    let mut out = outbound("Hola", Some("t"), None).unwrap();
    out.message.to = EmailAddress::parse("ana@añil.example").unwrap();
    let mail = letter(&sender("a@b.co"), &out, None).unwrap();
    assert_eq!(
        mail.envelope().to()[0].to_string(),
        "ana@xn--ail-7ma.example"
    );
    assert!(mail.formatted().is_ascii());
}

#[test]
fn a_body_cannot_end_its_part() {
    let id = DispatchId::from_bytes([7; 16]);
    let text = format!("a\n--=_{id}\nContent-Type: text/html\n\nb\n--=_{id}--\n");
    let out = outbound("Hola", Some(&text), Some("<p>h</p>")).unwrap();
    let mail = written(&sender("a@b.co"), &out);
    let parsed = MessageParser::new().parse(mail.as_bytes()).unwrap();
    assert_eq!(
        (parsed.text_body_count(), parsed.html_body_count()),
        (1, 1),
        "{mail}"
    );
    let read = parsed.body_text(0).unwrap().replace("\r\n", "\n");
    assert_eq!(read.trim_end(), text.trim_end());
}

/// Texts as an enemy of headers and of line breaks would write them.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => any::<char>().prop_map(String::from),
        2 => "[a-zA-Z0-9 .,<>\"@:;=?_-]{1,20}",
        2 => "[ñáÑ¿👩\u{200d}中]{1,30}",
        1 => Just("x".repeat(1100)),
        2 => prop::sample::select(vec![
            "\r", "\n", "\r\n", "\r\n\r\n", "\0", "\u{2028}", "\u{2029}", "\u{85}", "\u{202e}",
            "\u{2067}", "\u{feff}", "\r\nBcc: x@y.zz\r\n", "\n.\n", "\r.\r", "\r\n.\r\n",
            "=?utf-8?q?=0D=0ABcc:_x?=", "\\", "\"", "\t", "--=_a4dqobyha4", " ",
        ]).prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Everything that must be true of a mail, whatever people wrote.
fn check(from: &Sender, out: &Outbound<Email>, subject: &str) -> Result<(), TestCaseError> {
    let mail = written(from, out);
    let multipart = out.message.text.is_some() && out.message.html.is_some();
    prop_assert_eq!(names(&mail), expected(multipart).to_vec());
    prop_assert!(mail.is_ascii(), "every server takes it");
    prop_assert!(!mail.replace("\r\n", "").contains(['\r', '\n', '\0']));
    prop_assert!(mail.split("\r\n").all(|line| line.len() <= 998));

    let parsed = MessageParser::new().parse(mail.as_bytes()).unwrap();
    prop_assert_eq!(parsed.subject().unwrap_or_default(), clean::line(subject));
    let shown = parsed.from().unwrap().first().unwrap();
    prop_assert_eq!(shown.address(), Some("avisos@example.org"));
    prop_assert_eq!(shown.name(), from.from().name.as_deref());
    prop_assert_eq!(parsed.to().unwrap().iter().count(), 1);
    prop_assert!(parsed.bcc().is_none());
    for (body, part) in [
        (&out.message.text, parsed.text_part(0)),
        (&out.message.html, parsed.html_part(0)),
    ] {
        let Some(body) = body else { continue };
        let part = part.unwrap();
        prop_assert!(part.content_type().is_some());
        let read = part.text_contents().unwrap().replace("\r\n", "\n");
        // A mail's last line break may be the reader's.
        let written = clean::body(body);
        prop_assert_eq!(read.trim_end(), written.trim_end());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn b9_nothing_that_people_write_becomes_a_header(
        subject in hostile(),
        name in hostile(),
        text in proptest::option::of(hostile()),
        html in proptest::option::of(hostile()),
    ) {
        let name: String = name.chars().filter(|c| !"\"\\".contains(*c)).take(90).collect();
        let from = sender(&format!("\"{name}\" <avisos@example.org>"));
        let subject: String = subject.chars().take(400).collect();
        if let Some(out) = outbound(&subject, text.as_deref(), html.as_deref()) {
            check(&from, &out, &subject)?;
        }
    }
}
