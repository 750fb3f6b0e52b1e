//! A web application that serves the links of its messages: one click, the preference centre, and
//! whoever opens a link without wanting anything.
//!
//! Runs with no network: the routes are called directly. `cargo run --example unsubscribe_axum`
#![expect(clippy::print_stdout, reason = "an example tells what it did")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, Request as HttpRequest, StatusCode, Uri};
use axum::response::{IntoResponse, Response as HttpResponse};
use axum::routing::any;
use pregon::memory::{MemorySource, MemoryStore};
use pregon::testing::{ManualClock, Recording};
use pregon::web::{Centre, MOST_BODY_BYTES, Request};
use pregon::*;
use tower::ServiceExt as _;

/// All that a framework needs to mount the pages: its request and answer as plain values.
async fn page(
    State(centre): State<Centre>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> HttpResponse {
    let target = uri.path_and_query().map_or("/", |it| it.as_str());
    let mut request = Request::new(method.as_str(), target).body(body);
    for (name, value) in &headers {
        request = request.header(name.as_str(), value.to_str().unwrap_or_default());
    }
    let answer = centre.handle(&request).await;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers: HeaderMap = answer
        .headers
        .into_iter()
        .filter_map(|(name, value)| Some((name.parse().ok()?, value.parse().ok()?)))
        .collect();
    (status, headers, answer.body).into_response()
}

/// Nothing but a route: no session, no cookie, no login.
fn routes(centre: Centre) -> Router {
    Router::new()
        .route("/mensajes/{page}/{token}", any(page))
        .layer(DefaultBodyLimit::max(MOST_BODY_BYTES))
        .with_state(centre)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let email = Recording::email();
    let engine = engine(&email)?;
    let text = "Hola {{customer_name}}. {{unsubscribe_url}} {{preferences_url}}";
    let step = Step::email("correo", "Novedades de diciembre", text)?;
    let journey = Journey::new("a-pedido", TriggerSpec::OnDemand)?.step(step);
    let campaign = Campaign::new("boletin", "newsletter")?.with(journey);
    engine.activate(campaign).await?;
    let app = routes(Centre::new(Arc::clone(&engine)).with_brand("Spa Sol"));

    send(&engine, "diciembre").await?;
    email.assert_sent(&["ana@example.org", "eva@example.org"]);
    let text = email.sent()[0].parts["text"].clone();
    let mut links = text.split(' ').filter(|it| it.starts_with("https"));
    let unsubscribe = links.next().ok_or("a link")?;
    let preferences = links.next().ok_or("a second link")?;

    // A program that guards Ana's mailbox opens every link of the mail; nothing happens.
    let ana = Subject::Customer("C-1".parse()?);
    for link in [unsubscribe, preferences] {
        let (status, page) = ask(&app, HttpRequest::get(link).body(Body::empty())?).await?;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("<form method=\"post\""));
    }
    assert!(engine.words(&ana).await?.is_empty());

    // Her mail program posts its one click: no cookies, no redirect (RFC 8058).
    let click = Body::from("List-Unsubscribe=One-Click");
    let (status, _) = ask(&app, HttpRequest::post(unsubscribe).body(click)?).await?;
    assert_eq!(status, StatusCode::OK);
    send(&engine, "enero").await?;
    assert_eq!(email.sent().len(), 3, "only Eva has January's");

    // Later she changes her mind, in the form of the preference centre.
    let form = Body::from("wording=pregon-1-es&channel=email&purpose=newsletter");
    let (status, _) = ask(&app, HttpRequest::post(preferences).body(form)?).await?;
    assert_eq!(status, StatusCode::OK);
    let said = engine.words(&ana).await?.pop().ok_or("a word")?.preference;
    assert_eq!(
        (said.word, &*said.source),
        (Word::OptIn, "preference_centre")
    );
    assert_eq!(
        said.wording.as_deref(),
        Some("pregon-1-es"),
        "what she read"
    );
    send(&engine, "febrero").await?;
    assert_eq!(email.sent().len(), 5);

    // A link that somebody made up opens nothing.
    let forged = format!("{unsubscribe}a");
    let (status, _) = ask(&app, HttpRequest::get(&forged).body(Body::empty())?).await?;
    assert_eq!(status, StatusCode::NOT_FOUND);
    println!("one refusal by one click, taken back by a form; a scanner did neither");
    Ok(())
}

/// Two customers, mails that are recorded, and links that this application serves.
fn engine(email: &Recording) -> Result<Arc<Engine>, Box<dyn std::error::Error>> {
    let people = [
        Customer::new("C-1")?.named("Ana").email("ana@example.org"),
        Customer::new("C-2")?.named("Eva").email("eva@example.org"),
    ];
    let engine = Engine::builder()
        .store(Arc::new(MemoryStore::new()))
        .clock(Arc::new(ManualClock::at("2026-12-01T14:00:00Z")))
        .customers(Arc::new(MemorySource::new().with_customers(people)))
        .consent(Consent::OptOut)
        .zone("America/Santiago".parse()?)
        .action(Arc::new(email.clone()))
        .links(Links::new("https://spa.example.org/mensajes")?)
        .build()?;
    Ok(Arc::new(engine))
}

/// What the application answers.
async fn ask(
    app: &Router,
    request: HttpRequest<Body>,
) -> Result<(StatusCode, String), Box<dyn std::error::Error>> {
    let answer = app.clone().oneshot(request).await?;
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 100_000).await?;
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}

async fn send(engine: &Engine, broadcast: &str) -> Result<(), Box<dyn std::error::Error>> {
    let campaign = "boletin".parse()?;
    let (journey, id) = ("a-pedido".parse()?, broadcast.parse()?);
    engine.broadcast(&campaign, journey, id).await?;
    let _ = engine.pass().await?;
    Ok(())
}

#[test]
fn it_runs() {
    main().expect("the example asserts what it shows");
}
