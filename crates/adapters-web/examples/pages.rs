//! Writes the pages of a spa's links into a directory, for whoever wants to look at them.
//!
//! `cargo run -p pregon-adapters-web --example pages -- DIR` writes `preferences-es.html` and the
//! others; the pictures in `docs/screenshots` are taken of them.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use pregon_adapters_web::{Centre, Request};
use pregon_core::memory::{MemorySource, MemoryStore};
use pregon_core::testing::{ManualClock, Recording, poll_times};
use pregon_core::*;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args()
        .nth(1)
        .ok_or("name a directory to write to")?;
    let pages = poll_times(1_000_000, pages()).ok_or("the memory adapters never wait")??;
    for (name, html) in pages {
        std::fs::write(Path::new(&directory).join(format!("{name}.html")), html)?;
    }
    Ok(())
}

type Pages = Vec<(String, Vec<u8>)>;

async fn pages() -> Result<Pages, Box<dyn Error>> {
    let email = Recording::email();
    let engine = engine(&email)?;
    let links = links(&engine, &email).await?;
    let (unsubscribe, preferences) = links.split_once(' ').ok_or("two links")?;
    let purposes = ["newsletter", "promotion", "birthday", "reminder"];
    let purposes: Result<Vec<Purpose>, _> = purposes.into_iter().map(str::parse).collect();
    let centre = Centre::new(Arc::clone(&engine));
    let centre = centre.with_brand("Spa Sol").with_purposes(purposes?);
    let mut pages = Vec::new();
    for lang in ["es", "en"] {
        let ours = format!("{preferences}?lang={lang}");
        let theirs = format!("{unsubscribe}?lang={lang}");
        let wording = format!("wording=pregon-1-{lang}&channel=email&purpose=newsletter");
        let form = format!("{wording}&purpose=reminder");
        let click = "List-Unsubscribe=One-Click";
        for (name, request) in [
            ("preferences", Request::new("GET", &ours)),
            ("saved", Request::new("POST", &ours).body(form)),
            ("unsubscribe", Request::new("GET", &theirs)),
            ("unsubscribed", Request::new("POST", &theirs).body(click)),
            (
                "unknown",
                Request::new("GET", &format!("/u/v1.x?lang={lang}")),
            ),
        ] {
            let page = centre.handle(&request).await;
            pages.push((format!("{name}-{lang}"), page.body));
        }
        // The other language begins where this one began.
        let rest = "channel=sms&purpose=promotion&purpose=birthday&purpose=reminder";
        let back = Request::new("POST", &ours).body(format!("{wording}&{rest}"));
        let _ = centre.handle(&back).await;
    }
    stop(&engine).await?;
    let page = centre.handle(&Request::new("GET", preferences)).await;
    pages.push(("stopped-es".to_owned(), page.body));
    Ok(pages)
}

fn engine(email: &Recording) -> Result<Arc<Engine>, Box<dyn Error>> {
    let ana = Customer::new("C-1")?
        .email("ana@example.org")
        .phone("+56912345678");
    let engine = Engine::builder()
        .store(Arc::new(MemoryStore::new()))
        .clock(Arc::new(ManualClock::at("2026-11-20T15:00:00Z")))
        .customers(Arc::new(MemorySource::new().with_customers([ana])))
        .consent(Consent::OptOut)
        .zone("America/Santiago".parse()?)
        .action(Arc::new(email.clone()))
        .action(Arc::new(Recording::sms()))
        .links(Links::new("https://m.example.org")?)
        .build()?;
    Ok(Arc::new(engine))
}

/// The targets of the links of a mail.
async fn links(engine: &Engine, email: &Recording) -> Result<String, Box<dyn Error>> {
    let step = Step::email("correo", "Hola", "{{unsubscribe_url}} {{preferences_url}}")?;
    let journey = Journey::new("a", TriggerSpec::OnDemand)?.step(step);
    let campaign = Campaign::new("boletin", "newsletter")?.with(journey);
    engine.activate(campaign).await?;
    engine
        .broadcast(&"boletin".parse()?, "a".parse()?, "1".parse()?)
        .await?;
    let _ = engine.pass().await?;
    Ok(email.sent()[0].parts["text"].replace("https://m.example.org", ""))
}

/// She answers STOP to a short message.
async fn stop(engine: &Engine) -> Result<(), Box<dyn Error>> {
    let stop = Preference {
        subject: engine.address(&"phone".parse()?, "+56912345678").await?,
        scope: PreferenceScope {
            channel: Some("sms".parse()?),
            purpose: PurposeScope::Everything,
        },
        word: Word::OptOut,
        source: "sms_stop".to_owned(),
        wording: None,
    };
    let _ = engine.record(&[stop]).await?;
    Ok(())
}
