//! Answers that break off at each byte, and come a byte at a time. Fault rows A17 and A19.

use std::time::Duration;

use pregon_adapters_sms::{Redvoiss, Timeouts};
use pregon_core::{Channel, Fate, Sms};

use crate::support::{Account, Answer, Desk, Fault, Redvoisses, Server, Twilios, outbound};

/// Whatever byte it is, a message that was taken is never said to be not sent.
async fn cut<D: Desk>(server: &Server<D>, channel: &impl Channel<Sms>, right: &Answer) {
    let (head, all) = right.bytes();
    for bytes in 0..=all.len() {
        server.next(Fault::Cut(bytes));
        let receipt = channel.send(&outbound(1, "Hola")).await;
        let became = receipt.map(|receipt| receipt.reference.is_some());
        let became = became.map_err(|error| error.fate());
        let expected = if bytes < head {
            Err(Fate::Unknown)
        } else {
            Ok(bytes == all.len())
        };
        assert_eq!(became, expected, "after {bytes} of {} bytes", all.len());
    }
}

#[tokio::test]
async fn a19_an_answer_of_redvoiss_cut_at_each_byte() {
    let service: Redvoisses = Server::start(Account::default()).await;
    let right = r#"{"batchId":"812001","failedIds":"-1"}"#;
    let right = Answer::new(200, "application/json", right);
    cut(&service, &service.channel(), &right).await;
    let calls = service.paths().len();
    assert_eq!(service.desk().taken().len(), calls, "each was taken, once");
}

#[tokio::test]
async fn a19_an_answer_of_twilio_cut_at_each_byte() {
    let service: Twilios = Server::start(Default::default()).await;
    let right = service.channel().send(&outbound(1, "Hola")).await.unwrap();
    let sid = right.reference.unwrap();
    let body = serde_json::json!({
        "sid": sid, "status": "queued", "num_segments": "1", "error_code": null,
    });
    let right = Answer::json(201, &body);
    cut(&service, &service.channel(), &right).await;
}

/// A17: bytes that trickle are an answer as long as time is not up.
#[tokio::test]
async fn a17_an_answer_that_trickles_is_an_answer() {
    let service: Redvoisses = Server::start(Account::default()).await;
    service.next(Fault::Slowly);
    let receipt = service.channel().send(&outbound(1, "Hola")).await.unwrap();
    assert_eq!(receipt.reference.as_deref(), Some("812001"));
}

/// A17: an answer that comes too late is a doubt, and the message was taken once.
#[tokio::test]
async fn a17_an_answer_that_comes_too_late_is_a_doubt() {
    let service: Redvoisses = Server::start(Account::default()).await;
    let timeouts = Timeouts {
        answer: Duration::from_millis(300),
        ..Timeouts::default()
    };
    let channel = Redvoiss::new(service.config().with_timeouts(timeouts)).unwrap();
    service.next(Fault::Late);
    let error = channel.send(&outbound(1, "Hola")).await.unwrap_err();
    assert_eq!(error.fate(), Fate::Unknown);
    assert_eq!(error.port().to_string(), "redvoiss: send: unavailable");
    assert_eq!(service.desk().taken().len(), 1);
    // The next one has a connection of its own and goes.
    assert!(channel.send(&outbound(2, "Hola")).await.is_ok());
}
