//! What each observation means: the table of facts `delivery.md` §3.10, row by row, the same for
//! each provider. Fault rows A17 and A19; SMTP's own rows are in `phases.rs`.

use std::time::Duration;

use pregon_adapters_email::{
    ApiKey, ApiTimeouts, Mailgun, MailgunConfig, SendGrid, SendGridConfig,
};
use pregon_core::{Channel, Email, Fate, SendError};

use crate::support::web::{Act, Web, answer};
use crate::support::{everything, outbound, sender};

const OPEN: usize = usize::MAX;

/// The providers behind one server.
fn providers(web: &Web) -> [(&'static str, Box<dyn Channel<Email>>); 2] {
    let mut timeouts = ApiTimeouts::default();
    timeouts.answer = Duration::from_millis(400);
    let key = || ApiKey::new("SG.secreto");
    let sendgrid = SendGridConfig::new(key(), sender()).with_url(web.url());
    let sendgrid = SendGrid::new(sendgrid.with_timeouts(timeouts.clone())).unwrap();
    let mailgun = MailgunConfig::new(key(), sender()).with_domain("mg.example.org");
    let mailgun = mailgun.with_url(web.url()).with_timeouts(timeouts);
    let mailgun = Mailgun::new(mailgun).unwrap();
    [
        ("sendgrid", Box::new(sendgrid)),
        ("mailgun", Box::new(mailgun)),
    ]
}

fn status(status: &str) -> Act {
    Act::SayAndCut(answer(status, &[], r#"{"errors":[]}"#), OPEN)
}

fn raw(said: impl AsRef<[u8]>) -> Act {
    Act::SayAndCut(said.as_ref().to_vec(), OPEN)
}

type Row = (&'static str, Act, Option<Fate>);

const YES: &str = "HTTP/1.1 200 OK\r\n";

/// Statuses, and what is no answer at all: observation, what the server does, and the class; `None`
/// is accepted.
fn table() -> Vec<Row> {
    use Fate::{ChannelDown, NotSent, Rejected, Unknown};
    let statuses = [
        ("429 Too Many Requests", NotSent),
        ("400 Bad Request", Rejected),
        ("413 Content Too Large", Rejected),
        ("422 Unprocessable Content", Rejected),
        ("401 Unauthorized", ChannelDown),
        ("403 Forbidden", ChannelDown),
        ("302 Found", ChannelDown),
        ("500 Internal Server Error", Unknown),
        ("502 Bad Gateway", Unknown),
        ("503 Service Unavailable", Unknown),
        ("504 Gateway Timeout", Unknown),
    ];
    let lost = [
        ("the request cut in its body", Act::CutAfter(10)),
        ("the request cut before its body", Act::CutAfter(0)),
        ("no status line", raw("")),
        ("half a status line", raw("HTTP/1.1 2")),
        ("half a head", raw(YES)),
        ("no HTTP", raw("220 mail.example.org\r\n")),
        ("silence", Act::SayAndHang(Vec::new())),
    ];
    let statuses = statuses.map(|(said, fate)| (said, status(said), Some(fate)));
    let lost = lost.map(|(row, act)| (row, act, Some(Unknown)));
    let rows = statuses.into_iter().chain(lost);
    rows.chain(taken()).collect()
}

/// A yes whose body says nothing takes nothing back.
fn taken() -> Vec<Row> {
    let yes = |rest: &str| format!("{YES}{rest}");
    let json = "content-type: application/json\r\n";
    let page = "content-type: text/html\r\ncontent-length: 2\r\n\r\n{}";
    let huge = format!(
        "{json}content-length: 104857600\r\n\r\n{}",
        "x".repeat(1 << 20)
    );
    // Nobody unpacks it: none of the encodings is asked for, nor understood.
    let bomb = [
        yes("content-encoding: gzip\r\ncontent-length: 18\r\n\r\n").as_bytes(),
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xec\xc1\x01\x01\0\0\0\x80",
    ]
    .concat();
    let chunk = "transfer-encoding: chunked\r\n\r\n8\r\n{\"i";
    let never = Act::SayAndHang(yes("content-length: 9\r\n\r\n").into_bytes());
    let slow = Act::SayAndCut(answer("200 OK", &[], "{}"), 1);
    vec![
        ("yes, and half a chunk", raw(yes(chunk)), None),
        (
            "yes, and no JSON",
            raw(yes(&format!("{json}content-length: 6\r\n\r\n<html>"))),
            None,
        ),
        ("yes, as a page", raw(yes(page)), None),
        ("yes, and 100 MB", raw(yes(&huge)), None),
        ("yes, and a bomb", raw(bomb), None),
        ("yes, and the body never comes", never, None),
        ("yes, a byte at a time", slow, None),
    ]
}

#[tokio::test]
async fn a19_each_observation_has_its_class_at_each_provider() {
    let web = Web::plain(|_| status("200 OK")).await;
    for (provider, channel) in providers(&web) {
        for (row, act, expected) in table() {
            let before = (web.asked(), web.connections());
            web.next(act);
            let sent = channel.send(&outbound(1)).await;
            let fate = sent.as_ref().err().map(SendError::fate);
            assert_eq!(fate, expected, "{row} at {provider}");
            if let Err(error) = &sent {
                let told = everything(error);
                for secret in ["secreto", "ana@", "Renueve"] {
                    assert!(!told.contains(secret), "{row} at {provider}: {told}");
                }
                assert_eq!(error.port().adapter(), provider);
            }
            // Nobody asks a second time by themselves.
            assert!(web.asked() <= before.0 + 1, "{row} at {provider}");
            assert!(web.connections() <= before.1 + 1, "{row} at {provider}");
        }
    }
}

#[tokio::test]
async fn a19_an_answer_cut_at_each_byte_at_each_provider() {
    let web = Web::plain(|_| status("200 OK")).await;
    let body = r#"{"id":"<a@mg.example.org>","message":"Queued."}"#;
    let whole = answer("200 OK", &[("x-message-id", "m")], body);
    let head = whole.len() - body.len();
    for (provider, channel) in providers(&web) {
        for bytes in 0..=whole.len() {
            web.next(Act::SayAndCut(whole[..bytes].to_vec(), OPEN));
            let sent = channel.send(&outbound(1)).await;
            let fate = sent.as_ref().err().map(SendError::fate);
            // Once the head was read it is taken, whatever became of the rest.
            let expected = (bytes < head).then_some(Fate::Unknown);
            assert_eq!(fate, expected, "{bytes} bytes at {provider}");
        }
    }
}
