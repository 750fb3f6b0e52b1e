//! A web application that embeds the engine: one route starts a broadcast, one tells what became of
//! a customer's messages, and a task of the host drives the passes.
//!
//! Runs with no network: the routes are called directly. `cargo run --example embed_in_axum`
#![expect(clippy::print_stdout, reason = "an example tells what it did")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use pregon::memory::{MemorySource, MemoryStore};
use pregon::testing::{ManualClock, Recording};
use pregon::*;
use tower::ServiceExt as _;

/// Starts a broadcast; started twice with one id, it is sent once.
async fn start(State(engine): State<Arc<Engine>>, Path(id): Path<String>) -> StatusCode {
    let Ok(id) = OccurrenceId::new(id) else {
        return StatusCode::BAD_REQUEST;
    };
    let campaign = "boletin".parse().expect("an id");
    let journey = "a-pedido".parse().expect("an id");
    match engine.broadcast(&campaign, journey, id).await {
        Ok(()) => StatusCode::ACCEPTED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// What became of a customer's messages.
async fn explain(State(engine): State<Arc<Engine>>, Path(id): Path<String>) -> String {
    let Ok(customer) = CustomerId::new(id) else {
        return String::new();
    };
    let query = DispatchQuery::all().of_customer(customer);
    let page = engine.store().dispatches(&query, None, 100).await;
    let views = page.map(|page| page.items).unwrap_or_default();
    let told = views
        .iter()
        .map(|view| format!("{} {}", view.key.campaign, view.standing.state));
    told.collect::<Vec<_>>().join("\n")
}

fn routes(engine: Arc<Engine>) -> Router {
    Router::new()
        .route("/broadcasts/{id}", post(start))
        .route("/customers/{id}/messages", get(explain))
        .with_state(engine)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let source = MemorySource::new().with_customers([
        Customer::new("C-1")?.named("Ana").email("ana@example.org"),
        Customer::new("C-2")?.named("Eva").email("eva@example.org"),
    ]);
    let email = Recording::email();
    let engine = Engine::builder()
        .store(Arc::new(MemoryStore::new()))
        .clock(Arc::new(ManualClock::at("2026-12-01T14:00:00Z")))
        .customers(Arc::new(source))
        .consent(Consent::OptOut)
        .zone("America/Santiago".parse()?)
        .action(Arc::new(email.clone()))
        .build()?;
    let step = Step::email("correo", "Novedades de diciembre", "Hola {{customer_name}}")?;
    let journey = Journey::new("a-pedido", TriggerSpec::OnDemand)?.step(step);
    engine
        .activate(Campaign::new("boletin", "newsletter")?.with(journey))
        .await?;
    let engine = Arc::new(engine);
    let app = routes(Arc::clone(&engine));

    for _ in 0..2 {
        let request = Request::post("/broadcasts/diciembre").body(Body::empty())?;
        assert_eq!(
            app.clone().oneshot(request).await?.status(),
            StatusCode::ACCEPTED
        );
        // The host's own task calls the engine whenever it wants to be called.
        let _ = engine.pass().await?;
    }
    email.assert_sent(&["ana@example.org", "eva@example.org"]);

    let request = Request::get("/customers/C-1/messages").body(Body::empty())?;
    let body = to_bytes(app.oneshot(request).await?.into_body(), 10_000).await?;
    assert_eq!(&body[..], b"boletin accepted");
    println!("2 messages sent by a broadcast that was started twice");
    Ok(())
}

#[test]
fn it_runs() {
    main().expect("the example asserts what it shows");
}
