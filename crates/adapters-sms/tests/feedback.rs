//! Redvoiss as a source of feedback: the suite that every source must pass, and what is its own.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_adapters_sms::{Redvoiss, Replies};
use pregon_conformance::feedback_source::{Subject, suite};
use pregon_core::{
    Awaited, ChannelName, DispatchId, DispatchRef, Feedback, FeedbackKind, FeedbackSource, HashKey,
    Heard, PortErrorKind, PurposeScope,
};
use serde_json::{Value, json};

use crate::support::{Account, Answer, Fault, Redvoisses, Server, outbound};

fn left() -> DateTime<Utc> {
    outbound(0, "").now
}

fn awaited(n: u8) -> Awaited {
    Awaited {
        name: DispatchRef {
            id: DispatchId::from_bytes([n; 16]),
            row: i64::from(n),
        },
        reference: (812_000 + u32::from(n)).to_string(),
        at: left(),
        heard: Heard::NOTHING,
    }
}

/// What the service knows of a message.
fn knows(service: &Redvoisses, of: &Awaited, status: &[&str], replies: &[&str]) {
    let row = |word: &&str| {
        json!({
            "msgCod": 7, "destination": "56958655810", "message": word,
            "idcliente": of.name.to_string(), "fechanotifica": "2026-11-20T09:01:00",
        })
    };
    let reply = |(n, text): (usize, &&str)| {
        json!({
            "replyId": n, "date": "2026-11-20T09:02:00", "message": text, "idcliente": "",
        })
    };
    let rows: Vec<Value> = status.iter().map(row).collect();
    let list: Vec<Value> = replies.iter().enumerate().map(reply).collect();
    let path = |what: &str| format!("batch/{}/{what}", of.reference);
    service.desk().knows(&path("status"), Value::from(rows));
    let list = json!({ "batchId": 7, "messageReplyList": list });
    service.desk().knows(&path("replies"), list);
}

async fn service() -> Redvoisses {
    Server::start(Account::default()).await
}

fn kinds(told: &[Feedback]) -> Vec<FeedbackKind> {
    told.iter().map(|it| it.kind).collect()
}

/// The service must live as long as what asks it.
#[derive(Debug)]
struct Asked(
    Redvoiss,
    #[expect(dead_code, reason = "it stops when it is dropped")] Redvoisses,
);

#[async_trait::async_trait]
impl FeedbackSource for Asked {
    async fn ask(
        &self,
        about: &[Awaited],
        now: DateTime<Utc>,
    ) -> Result<Vec<Feedback>, pregon_core::PortError> {
        self.0.ask(about, now).await
    }
}

#[tokio::test]
async fn redvoiss_is_a_source_of_feedback() {
    suite(&|| {
        Box::pin(async {
            let service = service().await;
            let (arrived, refused, late) = (awaited(1), awaited(2), awaited(3));
            // Rows and replies come twice, as the service tells them.
            knows(
                &service,
                &arrived,
                &["ENVIADO", "RECIBIDO", "RECIBIDO"],
                &[],
            );
            knows(
                &service,
                &refused,
                &["Enviado"],
                &["Gracias", "¡Baja!", "¡Baja!"],
            );
            knows(&service, &late, &["FALLIDO"], &[]);
            Subject {
                source: Arc::new(Asked(service.channel(), service)),
                channel: ChannelName::new("sms").unwrap(),
                known: vec![
                    (arrived, vec![FeedbackKind::Delivered]),
                    (
                        refused,
                        vec![
                            FeedbackKind::Sent,
                            FeedbackKind::Replied,
                            FeedbackKind::Unsubscribed,
                        ],
                    ),
                    (late, vec![FeedbackKind::Failed]),
                ],
                unknown: awaited(9),
                now: left() + chrono::Duration::hours(1),
            }
        })
    })
    .await;
}

#[tokio::test]
async fn a_stop_refuses_everything_and_says_when() {
    let service = service().await;
    let of = awaited(1);
    knows(&service, &of, &["RECIBIDO"], &["stop"]);
    let told = service
        .channel()
        .ask(std::slice::from_ref(&of), left())
        .await
        .unwrap();
    assert_eq!(
        kinds(&told),
        [FeedbackKind::Delivered, FeedbackKind::Unsubscribed]
    );
    assert_eq!(told[1].refuses, PurposeScope::Everything);
    assert_eq!(
        told[1].at,
        "2026-11-20T12:02:00Z".parse::<DateTime<Utc>>().unwrap()
    );
    assert!(
        told[0].to.is_some() && told[1].to.is_none(),
        "replies name nobody"
    );
}

#[tokio::test]
async fn what_is_known_is_not_asked_for_again() {
    let service = service().await;
    let channel = service.channel();
    let mut of = awaited(1);
    of.heard = Heard::NOTHING.with(FeedbackKind::Delivered);
    knows(&service, &of, &["RECIBIDO"], &["Gracias"]);
    let told = channel
        .ask(std::slice::from_ref(&of), left())
        .await
        .unwrap();
    assert_eq!(kinds(&told), [FeedbackKind::Replied]);
    assert_eq!(service.paths(), ["GET /services/rest/batch/812001/replies"]);
    of.heard = of.heard.with(FeedbackKind::Unsubscribed);
    assert_eq!(channel.ask(&[of], left()).await.unwrap(), []);
    // Another provider's name is nothing to ask this one about.
    let mut other = awaited(2);
    other.reference = "SM0123456789abcdef0123456789abcdef".to_owned();
    assert_eq!(channel.ask(&[other], left()).await.unwrap(), []);
    let config = service.config().with_replies(Replies::Ignore);
    let told = Redvoiss::new(config)
        .unwrap()
        .ask(&[awaited(1)], left())
        .await
        .unwrap();
    assert_eq!(kinds(&told), [FeedbackKind::Delivered]);
    assert_eq!(service.paths(), ["GET /services/rest/batch/812001/status"]);
}

#[tokio::test]
async fn a_report_without_an_instant_is_the_same_each_time() {
    let service = service().await;
    let of = awaited(1);
    let rows = json!([{ "destination": "56958655810", "message": "ENVIADO" }]);
    service.desk().knows("batch/812001/status", rows);
    let channel = service.channel();
    let mut ids = Vec::new();
    for hours in [1, 2] {
        let now = left() + chrono::Duration::hours(hours);
        let told = channel.ask(std::slice::from_ref(&of), now).await.unwrap();
        assert_eq!(told[0].at, left());
        ids.push(told[0].id(&HashKey::new([7; 32])));
    }
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn rows_of_another_message_are_passed_over() {
    let service = service().await;
    knows(&service, &awaited(1), &["RECIBIDO"], &[]);
    let mut other = awaited(2);
    other.reference = awaited(1).reference;
    assert_eq!(service.channel().ask(&[other], left()).await.unwrap(), []);
}

#[tokio::test]
async fn one_that_cannot_be_read_does_not_hide_the_others() {
    let service = service().await;
    let all: Vec<Awaited> = (1..=6).map(awaited).collect();
    for of in &all {
        knows(&service, of, &["RECIBIDO"], &[]);
    }
    service
        .desk()
        .knows("batch/812003/status", json!("nonsense"));
    let told = service.channel().ask(&all, left()).await.unwrap();
    assert_eq!(told.len(), 5);
}

#[tokio::test]
async fn who_cannot_be_asked_says_so() {
    let service = service().await;
    let all: Vec<Awaited> = (1..=100).map(awaited).collect();
    for (status, kind) in [
        (401, PortErrorKind::Unauthorized),
        (429, PortErrorKind::RateLimited { retry_after: None }),
        (500, PortErrorKind::Unavailable),
    ] {
        for _ in 0..100 {
            service.next(Fault::Says(Answer::page(status)));
        }
        let error = service.channel().ask(&all, left()).await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (kind, "feedback"));
        let asked = service.paths().len();
        assert!(asked < 20, "{status}: {asked} times in vain");
        service.forgive();
    }
}
