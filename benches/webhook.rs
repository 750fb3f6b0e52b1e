//! Row A25 of the faults: a flood of SendGrid's webhooks, each answered once it is durable.
//!
//! `cargo bench --bench webhook -- [messages]`. Three events a message, 128 a call, signed; the
//! route is what a host mounts. The store is SQLite. Without `--bench`, as `cargo test` runs it, it
//! only proves that it works.
#![expect(clippy::print_stdout, reason = "a bench tells what it measured")]
#![expect(
    clippy::clone_on_ref_ptr,
    reason = "`clone` lets an `Arc` become one of a trait"
)]

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::routing::post;
use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use pregon::email::SendGridWebhook;
use pregon::memory::MemorySource;
use pregon::store::{SqliteOptions, SqliteStore};
use pregon::testing::ManualClock;
use pregon::*;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::json;
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

/// How many events SendGrid puts into a call at most, about.
const BATCH: usize = 128;
/// How many calls may wait for the store; the others are to come again.
const WAITING: usize = 16;
const NOW: &str = "2026-11-20T12:00:00Z";

/// What the route needs.
struct Host {
    engine: Engine,
    webhook: SendGridWebhook,
    places: Semaphore,
    now: DateTime<Utc>,
}

/// The route: 2xx only after what was told is durable, 503 when too many wait, so that SendGrid
/// tells it again later.
async fn told(State(host): State<Arc<Host>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let Ok(_place) = host.places.try_acquire() else {
        return StatusCode::SERVICE_UNAVAILABLE;
    };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let signature = header(SendGridWebhook::SIGNATURE);
    let timestamp = header(SendGridWebhook::TIMESTAMP);
    let events = host.webhook.read(signature, timestamp, &body, host.now);
    let Ok(events) = events else {
        return StatusCode::FORBIDDEN;
    };
    match host.engine.hear(&events.feedback()).await {
        Ok(_) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Takes everything, and keeps the names.
#[derive(Debug, Clone, Default)]
struct Names(Arc<Mutex<Vec<DispatchRef>>>);

#[async_trait]
impl Channel<Email> for Names {
    fn promise(&self) -> Promise {
        Promise::Webhook
    }

    async fn send(&self, out: &Outbound<Email>) -> Result<Receipt, SendError> {
        self.0.lock().expect("no panic").push(out.name());
        Ok(Receipt::default())
    }
}

/// An engine whose campaign has gone to so many people.
async fn sent(path: &Path, people: usize, names: &Names) -> Engine {
    let customer = |n| {
        let customer = Customer::new(format!("C-{n:07}")).expect("an id");
        customer.email(&format!("c{n}@example.org"))
    };
    let store = SqliteStore::open(path, SqliteOptions::new()).await;
    let engine = Engine::builder()
        .store(Arc::new(store.expect("a store")))
        .clock(Arc::new(ManualClock::at(NOW)))
        .customers(Arc::new(
            MemorySource::new().with_customers((0..people).map(customer)),
        ))
        .consent(Consent::OptOut)
        .zone(Zone::UTC)
        .action(Arc::new(Carry::<Email, _>::new(names.clone())))
        .pace(Pace::default().with_begin(1_000).with_in_flight(1_000))
        .build()
        .expect("an engine");
    let step = Step::email("correo", "Novedades", "Hola").expect("ids");
    let journey = Journey::new("todos", TriggerSpec::OnDemand).expect("an id");
    let campaign = Campaign::new("boletin", "newsletter").expect("ids");
    let campaign = campaign.with(journey.step(step));
    let id = campaign.id.clone();
    engine.activate(campaign).await.expect("a good campaign");
    let broadcast = OccurrenceId::new("uno").expect("an id");
    let journey = JourneyId::new("todos").expect("an id");
    engine
        .broadcast(&id, journey, broadcast)
        .await
        .expect("kept");
    while engine.pass().await.expect("a pass").accepted > 0 {}
    engine
}

/// The calls about these messages: three events each, in no order that anybody could rely on.
fn calls(names: &[DispatchRef], key: &EcdsaKeyPair, now: DateTime<Utc>) -> Vec<Request<Body>> {
    let kinds = ["delivered", "processed", "open"];
    let events = kinds
        .into_iter()
        .flat_map(|kind| names.iter().map(move |name| (kind, name)));
    let events: Vec<_> = events.collect();
    let timestamp = now.timestamp().to_string();
    let call = |events: &[(&str, &DispatchRef)]| {
        let events = events.iter().map(|(kind, name)| {
            json!({ "event": kind, "timestamp": now.timestamp() - 60, "email": "c@example.org",
                "pregon_id": name.to_string(), "sg_event_id": format!("{kind}{name}"),
                "sg_message_id": "LRzXl_NHStOGhQ4kofSm_A.filter", "useragent": "Mozilla/5.0" })
        });
        let body = serde_json::Value::Array(events.collect()).to_string();
        let signed = [timestamp.as_bytes(), body.as_bytes()].concat();
        let signature = key.sign(&SystemRandom::new(), &signed).expect("signed");
        Request::post("/sendgrid")
            .header(
                SendGridWebhook::SIGNATURE,
                BASE64.encode(signature.as_ref()),
            )
            .header(SendGridWebhook::TIMESTAMP, &timestamp)
            .body(Body::from(body))
            .expect("a request")
    };
    events.chunks(BATCH).map(call).collect()
}

/// A key as SendGrid has one, and how it shows it.
fn key() -> (EcdsaKeyPair, String) {
    const P256: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgA=";
    let (random, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).expect("a key");
    let prefix = BASE64.decode(P256.as_bytes()).expect("base64");
    let shown = BASE64.encode(&[&prefix, pair.public_key().as_ref()].concat());
    (pair, shown)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let said: Vec<String> = std::env::args().collect();
    let measured = said.iter().any(|word| word == "--bench");
    let number = said.iter().find_map(|word| word.parse().ok());
    let messages = number.unwrap_or(if measured { 40_000 } else { 500 });
    a25_a_flood_is_answered_once_it_is_durable(messages).await;
}

/// Posts twice as many at once as may wait; who is put off comes again, as SendGrid does. Gives how
/// often that was.
async fn post_all(route: &Router, calls: Vec<Request<Body>>) -> usize {
    let calls = Arc::new(Mutex::new(calls));
    let poster = || {
        let (route, calls) = (route.clone(), calls.clone());
        tokio::spawn(async move {
            let mut put_off = 0;
            loop {
                let next = calls.lock().expect("no panic").pop();
                let Some(call) = next else { return put_off };
                put_off += post_until_taken(&route, call).await;
            }
        })
    };
    let mut put_off = 0;
    let posters: Vec<_> = (0..2 * WAITING).map(|_| poster()).collect();
    for poster in posters {
        put_off += poster.await.expect("no panic");
    }
    put_off
}

async fn post_until_taken(route: &Router, call: Request<Body>) -> usize {
    let (head, body) = call.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await;
    let body = body.expect("a body");
    let mut put_off = 0;
    loop {
        let again = Request::from_parts(head.clone(), Body::from(body.clone()));
        let answer = route.clone().oneshot(again).await.expect("an answer");
        match answer.status() {
            StatusCode::OK => return put_off,
            StatusCode::SERVICE_UNAVAILABLE => {
                put_off += 1;
                tokio::task::yield_now().await;
            }
            other => panic!("{other}"),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
async fn a25_a_flood_is_answered_once_it_is_durable(messages: usize) {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("pregon.db");
    let names = Names::default();
    let engine = sent(&path, messages, &names).await;
    let names = names.0.lock().expect("no panic").clone();
    assert_eq!(names.len(), messages);
    let now: DateTime<Utc> = NOW.parse().expect("an instant");
    let (key, shown) = key();
    let calls = calls(&names, &key, now);
    let host = Arc::new(Host {
        engine,
        webhook: SendGridWebhook::new(&shown).expect("a key"),
        places: Semaphore::new(WAITING),
        now,
    });
    let route = Router::new()
        .route("/sendgrid", post(told))
        .with_state(host.clone());

    let began = Instant::now();
    let put_off = post_all(&route, calls).await;
    let took = began.elapsed();

    // What was answered is there, whoever opens the file next.
    drop((route, host));
    let store = SqliteStore::open(&path, SqliteOptions::new())
        .await
        .expect("a store");
    let heard = store.heard(&names).await.expect("read");
    let all = [
        FeedbackKind::Queued,
        FeedbackKind::Delivered,
        FeedbackKind::Opened,
    ];
    assert!(
        heard
            .iter()
            .all(|heard| all.iter().all(|kind| heard.has(*kind)))
    );
    let events = 3 * messages;
    let rate = events as f64 / took.as_secs_f64();
    println!("webhook: {events} events, {BATCH} a call, {rate:.0} events/s durable in SQLite");
    println!("webhook: put off {put_off} times");
}
