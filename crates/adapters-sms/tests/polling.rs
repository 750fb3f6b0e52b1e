//! What became of messages and what people answered, as it is asked of Redvoiss.

use pregon_adapters_sms::{BatchId, DeliveryState, Polled, Redvoiss, RedvoissConfig, Secret};
use pregon_core::{Channel, PortErrorKind, StopWords};
use serde_json::{Value, json};

use crate::support::{Account, Answer, Fault, Redvoisses, Server, outbound};

async fn service() -> Redvoisses {
    Server::start(Account::default()).await
}

fn batch(name: &str) -> BatchId {
    BatchId::parse(name).unwrap()
}

/// States of a batch of which the service says this.
async fn states(said: Value) -> Vec<DeliveryState> {
    let service = service().await;
    service.desk().knows("batch/7/status", said);
    let now = outbound(1, "").now;
    let known = service.channel().deliveries(&batch("7"), now).await;
    match known.unwrap() {
        Polled::Is(rows) => rows.into_iter().map(|row| row.state).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_message_is_followed_by_its_receipt() {
    let service = service().await;
    let channel = service.channel();
    let out = outbound(7, "Hola. Responda STOP para no recibir más");
    let reference = channel.send(&out).await.unwrap().reference.unwrap();
    let batch = BatchId::parse(&reference).unwrap();
    let status = format!("batch/{reference}/status");

    service.desk().knows(&status, Value::Null);
    let known = channel.deliveries(&batch, out.now).await.unwrap();
    assert_eq!(known, Polled::NotYet, "204 says nothing");

    let row = |word: &str| {
        json!({
            "msgCod": 1, "destination": "56958655810", "message": word,
            "idcliente": out.name().to_string(), "fechanotifica": "2026-11-20T09:01:00",
        })
    };
    for (rows, state) in [
        (json!([row("ENVIO PENDIENTE")]), DeliveryState::Waiting),
        (
            json!([row("Confirmacion Pendiente"), row("Enviado")]),
            DeliveryState::Sent,
        ),
        (
            json!([row("RECIBIDO"), row("ENVIADO"), row("RECIBIDO")]),
            DeliveryState::Received,
        ),
    ] {
        service.desk().knows(&status, rows);
        let Polled::Is(rows) = channel.deliveries(&batch, out.now).await.unwrap() else {
            panic!("rows");
        };
        assert_eq!(rows.len(), 1, "rows that are repeated are one");
        assert_eq!((rows[0].to.as_str(), rows[0].state), ("56958655810", state));
        assert_eq!(rows[0].dispatch, Some(out.name()));
        assert_eq!(rows[0].at, Some("2026-11-20T12:01:00Z".parse().unwrap()));
    }

    let reply = |id: u32, text: &str| {
        json!({
            "replyId": id, "date": "2026-11-20 10:00:00", "message": text, "idcliente": "",
        })
    };
    let list = [reply(1, "Gracias"), reply(2, "¡Baja!"), reply(2, "¡Baja!")];
    let said = json!({ "batchId": 7, "messageReplyList": list });
    service
        .desk()
        .knows(&format!("batch/{reference}/replies"), said);
    let Polled::Is(replies) = channel.replies(&batch, out.now).await.unwrap() else {
        panic!("replies");
    };
    let stops: Vec<bool> = replies
        .iter()
        .map(|reply| StopWords::default().refuses(&reply.text))
        .collect();
    assert_eq!(stops, [false, true]);
}

#[tokio::test]
async fn a_list_of_one_and_numbers_for_texts() {
    let one = json!({ "msgCod": "1", "destination": 56958655810_u64, "message": "FALLIDO" });
    assert_eq!(states(one).await, [DeliveryState::Failed]);
    assert_eq!(states(json!([])).await, []);
}

#[tokio::test]
async fn what_the_service_does_not_know_is_not_an_error() {
    let service = service().await;
    let (channel, now) = (service.channel(), outbound(1, "").now);
    let known = channel.deliveries(&batch("9"), now).await.unwrap();
    assert_eq!(known, Polled::NoSuchBatch);
    let known = channel.replies(&batch("9"), now).await.unwrap();
    assert_eq!(known, Polled::NoSuchBatch);
}

#[tokio::test]
async fn troubles_have_their_kinds() {
    let service = service().await;
    let (channel, now) = (service.channel(), outbound(1, "").now);
    let page = |status| Fault::Says(Answer::page(status));
    for (fault, kind) in [
        (page(500), PortErrorKind::Unavailable),
        (page(200), PortErrorKind::Corrupt),
        (
            Fault::Says(Answer::json(200, &json!("x"))),
            PortErrorKind::Corrupt,
        ),
        (page(429), PortErrorKind::RateLimited { retry_after: None }),
        (page(401), PortErrorKind::Unauthorized),
        (page(404), PortErrorKind::Invalid),
        (Fault::HangsUp, PortErrorKind::Unavailable),
        (Fault::Endless, PortErrorKind::Unavailable),
    ] {
        service.next(fault.clone());
        let error = channel.deliveries(&batch("7"), now).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{fault:?}");
        service.next(fault.clone());
        let error = channel.replies(&batch("7"), now).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{fault:?}");
    }
    let other = RedvoissConfig::new(Secret::new("spa"), Secret::new("otra"));
    let other = Redvoiss::new(other.with_url(service.url())).unwrap();
    let error = other.deliveries(&batch("7"), now).await.unwrap_err();
    assert_eq!(error.kind(), PortErrorKind::Unauthorized);
}
