//! What each answer means: the table of facts `delivery.md` §3.10, row by row, for each service.
//! Fault rows A18 and A19.

use std::time::Duration;

use pregon_adapters_sms::{Redvoiss, RedvoissConfig, Secret, Timeouts, Twilio};
use pregon_core::{Channel, Fate, PortErrorKind, SendError, Sms};
use serde_json::{Value, json};

use crate::support::{Answer, Desk, Fault, Server, outbound, printed};

/// What became of a message: its reference, or its fate.
type Became = Result<Option<String>, Fate>;

async fn send(channel: &impl Channel<Sms>) -> Result<Option<String>, SendError> {
    let receipt = channel.send(&outbound(1, "SECRETO")).await;
    receipt.map(|receipt| receipt.reference)
}

/// Fails unless a message becomes this when the service does that, and no error tells too much.
#[track_caller]
fn judge(row: &str, found: Result<Option<String>, SendError>, expected: &Became) {
    if let Err(error) = &found {
        let told = printed(error);
        for secret in ["SECRETO", "5865", "abracadabra", "c3BhOmFicm", "Hola"] {
            assert!(!told.contains(secret), "{row}: {told}");
        }
    }
    let found = found.map_err(|error| error.fate());
    assert_eq!(found, *expected, "{row}");
}

fn says(status: u16) -> Fault {
    Fault::Says(Answer::page(status))
}

fn said(status: u16, body: &Value) -> Fault {
    Fault::Says(Answer::json(status, body))
}

fn raw(text: &str) -> Fault {
    Fault::Bytes(text.as_bytes().to_vec())
}

/// Rows that hold for whatever service. The time-out is short: two rows wait for it.
fn common() -> Vec<(&'static str, Fault, Became)> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n8\r\n{{\"batc");
    let gzip = Answer::new(200, "application/json", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0])
        .with("Content-Encoding", "gzip");
    let mut rows = vec![
        ("429", says(429), Err(Fate::NotSent)),
        ("400 for this message", says(400), Err(Fate::Rejected)),
        ("413", says(413), Err(Fate::Rejected)),
        ("422", says(422), Err(Fate::Rejected)),
        ("401", says(401), Err(Fate::ChannelDown)),
        ("403", says(403), Err(Fate::ChannelDown)),
        ("404: no such address", says(404), Err(Fate::ChannelDown)),
        ("a redirection", redirection(), Err(Fate::ChannelDown)),
        ("500", says(500), Err(Fate::Unknown)),
        ("502", says(502), Err(Fate::Unknown)),
        ("503", says(503), Err(Fate::Unknown)),
        ("504", says(504), Err(Fate::Unknown)),
        ("408", says(408), Err(Fate::Unknown)),
        ("a status that nobody knows", says(499), Err(Fate::Unknown)),
        (
            "no status line: hangs up",
            Fault::HangsUp,
            Err(Fate::Unknown),
        ),
        ("no status line: silence", Fault::Silent, Err(Fate::Unknown)),
        ("taken, and silence", Fault::Late, Err(Fate::Unknown)),
        ("half a status line", raw("HTTP/1.1 2"), Err(Fate::Unknown)),
        ("half a head", raw(head), Err(Fate::Unknown)),
        (
            "no HTTP at all",
            raw("220 mail.example.org\r\n"),
            Err(Fate::Unknown),
        ),
        ("half a chunk", raw(&chunked), Ok(None)),
        ("a page, not JSON", says(200), Ok(None)),
        (
            "an empty body",
            Fault::Says(Answer::new(200, "text/plain", "")),
            Ok(None),
        ),
        ("a body without an end", Fault::Endless, Ok(None)),
        ("packed bytes", Fault::Says(gzip), Ok(None)),
    ];
    for strange in [
        json!([]),
        json!("ok"),
        json!(7),
        json!(null),
        json!({ "ok": true }),
    ] {
        rows.push(("another shape", said(200, &strange), Err(Fate::Unknown)));
    }
    rows
}

fn redirection() -> Fault {
    Fault::Says(Answer::page(302).with("Location", "https://other.example/initsms"))
}

const QUICK: Timeouts = Timeouts {
    connect: Duration::from_secs(10),
    answer: Duration::from_millis(400),
};

async fn table<D: Desk>(
    server: &Server<D>,
    channel: &impl Channel<Sms>,
    rows: Vec<(&'static str, Fault, Became)>,
) {
    for (row, fault, expected) in rows {
        server.next(fault);
        judge(row, send(channel).await, &expected);
        assert_eq!(
            server.paths().len(),
            1,
            "{row}: one call, and none after it"
        );
    }
}

#[tokio::test]
async fn a19_each_row_of_the_table_at_redvoiss() {
    let service = Server::start(crate::support::Account::default()).await;
    let channel = Redvoiss::new(service.config().with_timeouts(QUICK)).unwrap();
    let mut rows = common();
    let named = json!({ "batchId": "7", "failedIds": "56958655810" });
    let wrong_kind = Answer::new(200, "text/html", r#"{"batchId":"7"}"#);
    rows.extend([
        (
            "a right answer as a page",
            Fault::Says(wrong_kind),
            Ok(Some("7".to_owned())),
        ),
        (
            "a name as a number",
            said(200, &json!({ "batchId": 7 })),
            Ok(Some("7".to_owned())),
        ),
        (
            "no batch: empty",
            said(200, &json!({ "batchId": "" })),
            Err(Fate::NotSent),
        ),
        (
            "no batch: -1",
            said(200, &json!({ "batchId": "-1" })),
            Err(Fate::NotSent),
        ),
        (
            "no batch: -1 as a number",
            said(200, &json!({ "batchId": -1 })),
            Err(Fate::NotSent),
        ),
        (
            "no batch: missing",
            said(200, &json!({ "failedIds": "-1" })),
            Err(Fate::NotSent),
        ),
        ("our number failed", said(200, &named), Err(Fate::Rejected)),
        (
            "a name that is none",
            said(200, &json!({ "batchId": "x" })),
            Err(Fate::Unknown),
        ),
    ]);
    table(&service, &channel, rows).await;
}

#[tokio::test]
async fn a19_each_row_of_the_table_at_twilio() {
    let service: crate::support::Twilios = Server::start(Default::default()).await;
    let channel = Twilio::new(service.config().with_timeouts(QUICK)).unwrap();
    let coded = |status, code: u32| said(status, &json!({ "code": code, "status": status }));
    let sid = "SM0123456789abcdef0123456789abcdef";
    let late = json!({ "sid": sid, "status": "failed", "error_code": 30006 });
    let mut rows = common();
    rows.extend([
        (
            "taken",
            said(201, &json!({ "sid": sid })),
            Ok(Some(sid.to_owned())),
        ),
        (
            "taken and failed at once",
            said(201, &late),
            Err(Fate::Rejected),
        ),
        (
            "a name that is none",
            said(201, &json!({ "sid": "x" })),
            Err(Fate::Unknown),
        ),
        ("no number", coded(400, 21211), Err(Fate::Rejected)),
        ("no mobile", coded(400, 21614), Err(Fate::Rejected)),
        ("opted out", coded(400, 21610), Err(Fate::Rejected)),
        (
            "a code that nobody knows",
            coded(400, 99999),
            Err(Fate::Rejected),
        ),
        (
            "a sender that is not ours",
            coded(400, 21606),
            Err(Fate::ChannelDown),
        ),
        ("no such account", coded(404, 20404), Err(Fate::ChannelDown)),
        ("a wrong token", coded(401, 20003), Err(Fate::ChannelDown)),
        (
            "a wrong token, as Twilio also says it",
            coded(400, 20003),
            Err(Fate::ChannelDown),
        ),
        ("too many", coded(429, 20429), Err(Fate::NotSent)),
        (
            "too many, with another status",
            coded(400, 20429),
            Err(Fate::NotSent),
        ),
        ("its queue is full", coded(400, 21611), Err(Fate::NotSent)),
        // Whoever failed may have taken it, whatever code is in the answer.
        ("failed, with a code", coded(500, 21610), Err(Fate::Unknown)),
    ]);
    table(&service, &channel, rows).await;
}

/// Before a connection stands nothing can have left.
#[tokio::test]
async fn a19_who_cannot_be_reached_got_nothing() {
    let server = Server::start(crate::support::Account::default()).await;
    let plain = server.address();
    let closed = {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.local_addr().unwrap()
    };
    for (row, url) in [
        ("nobody listens", format!("http://{closed}")),
        ("no TLS there", format!("https://{plain}")),
        ("no such host", "https://sms.example.invalid".to_owned()),
    ] {
        let config = RedvoissConfig::new(Secret::new("spa"), Secret::new("abracadabra"));
        let channel = Redvoiss::new(config.with_url(&url)).unwrap();
        let error = send(&channel).await.unwrap_err();
        assert_eq!(error.fate(), Fate::NotSent, "{row}: {}", printed(&error));
        assert_eq!(error.port().kind(), PortErrorKind::Unavailable, "{row}");
    }
    assert!(server.paths().is_empty());
}

/// A18: whatever is asked, the wait is a second at least and an hour at most.
#[tokio::test]
async fn a18_a_wait_in_all_its_forms() {
    let service = Server::start(crate::support::Account::default()).await;
    let channel = service.channel();
    for (written, seconds) in [
        (None, None),
        (Some("30"), Some(30)),
        (Some("0"), Some(1)),
        (Some("-1"), Some(1)),
        (Some("1000000000"), Some(3600)),
        (Some("99999999999999999999999999"), Some(3600)),
        (Some("Fri, 20 Nov 2026 12:01:00 GMT"), Some(60)),
        (Some("Fri, 20 Nov 2020 12:00:00 GMT"), Some(1)),
        (Some("mañana"), None),
    ] {
        let answer = Answer::page(429);
        let answer = match written {
            Some(text) => answer.with("Retry-After", text),
            None => answer,
        };
        service.next(Fault::Says(answer));
        let error = send(&channel).await.unwrap_err();
        let retry_after = seconds.map(Duration::from_secs);
        let expected = PortErrorKind::RateLimited { retry_after };
        assert_eq!(
            (error.fate(), error.port().kind()),
            (Fate::NotSent, expected),
            "{written:?}"
        );
    }
}
