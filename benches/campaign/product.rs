//! The host: the engine over a durable store, with a channel to the sink.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

use pregon::email::{Sender, Smtp, SmtpConfig, UnsubscribeUrl};
use pregon::store::FlightFile;
use pregon::*;

use super::args::Args;
use super::people::{People, campaign, yes};
use super::{measure, store};

/// How many words are recorded at once.
const WORDS: u64 = 10_000;

/// Records that everybody wants to be written to.
pub(crate) fn set_up(args: &Args) {
    runtime(args).block_on(async {
        let engine = engine(args).await;
        let mut first = 0;
        while first < args.people {
            let end = args.people.min(first + WORDS);
            let words: Vec<Preference> = (first..end).map(yes).collect();
            let _recorded = engine.record(&words).await.expect("recorded");
            first = end;
        }
    });
}

/// Sends until nothing is left, and tells what it took.
pub(crate) fn run(args: &Args) {
    runtime(args).block_on(send(args));
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
async fn send(args: &Args) {
    let engine = engine(args).await;
    let counter = store::watch_log(args);
    let (began, processor) = (Instant::now(), measure::processor());
    let record = engine.activate(campaign()).await.expect("a good campaign");
    let id = record.campaign().id.clone();
    let journey = JourneyId::new("todos").expect("an id");
    let broadcast = OccurrenceId::new("noviembre").expect("an id");
    let started = engine.broadcast(&id, journey, broadcast).await;
    started.expect("a broadcast");
    loop {
        let report = engine.pass().await.expect("a pass");
        for trouble in &report.troubles {
            println!("trouble {trouble:?}");
        }
        if report.planned == 0 && report.accepted == 0 && report.next.is_none() {
            break;
        }
    }
    let took = began.elapsed().as_micros();
    let processor = measure::processor() - processor;
    let (peak, log) = (measure::peak_megabytes(), counter.bytes());
    let [accepted, unknown, other] = standings(&engine).await;
    println!("done {accepted} {unknown} {other} {took} {processor} {peak} {log}");
}

/// How many were accepted, how many are unknown, and how many are something else.
async fn standings(engine: &Engine) -> [u64; 3] {
    let (mut counts, mut after) = ([0; 3], None);
    loop {
        let query = DispatchQuery::all();
        let page = engine.store().dispatches(&query, after.as_ref(), 10_000);
        let page = page.await.expect("a page");
        for view in page.items {
            counts[match view.standing.state {
                State::Accepted => 0,
                State::Unknown => 1,
                _ => 2,
            }] += 1;
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return counts,
        }
    }
}

async fn engine(args: &Args) -> Engine {
    let cap = |text| Arc::new(serde_json::from_str::<Cap>(text).expect("a limit"));
    let pace = Pace::default()
        .with_in_flight(args.in_flight as usize)
        .with_begin(args.begin as u32)
        .with_claim(args.begin as u32)
        .with_pages(1_000, 5)
        .with_dispatches(5_000);
    let recorder = FlightFile::open(args.dir.join("flights")).expect("a recorder");
    Engine::builder()
        .store(store::open(args).await)
        .clock(Arc::new(SystemClock::new()))
        .customers(Arc::new(People(args.people)))
        .consent(Consent::OptIn)
        .zone(Zone::UTC)
        .purpose(
            Purpose::new("offers").expect("a purpose"),
            Class::Promotional,
        )
        .action(Arc::new(Carry::<Email, _>::new(smtp(args))))
        .limit(cap(
            r#"{ "id": "semana", "channel": "email", "most": 3, "per": "7d" }"#,
        ))
        .limit(cap(r#"{ "id": "mes", "most": 8, "per": "month" }"#))
        .limit(cap(
            r#"{ "id": "anual", "channel": "email", "most": 50, "per": "year" }"#,
        ))
        .pace(pace)
        .recorder(Arc::new(recorder))
        .build()
        .expect("an engine")
}

fn smtp(args: &Args) -> Smtp {
    let url = UnsubscribeUrl::parse("https://m.example/u/{token}").expect("a URL");
    let sender = Sender::parse("Renovaciones <avisos@example.org>").expect("a sender");
    let sender = sender.with_unsubscribe_url(url);
    let url = format!("smtp://127.0.0.1:{}", args.port);
    let connections = NonZeroUsize::new(args.connections as usize).expect("not zero");
    let config = SmtpConfig::parse(&url, sender).expect("a server");
    let config = config.with_hello("client.example.org");
    Smtp::new(config.with_connections(connections)).expect("a channel")
}

fn runtime(args: &Args) -> tokio::runtime::Runtime {
    let mut builder = match args.threads {
        1 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    if args.threads > 1 {
        builder.worker_threads(args.threads as usize);
    }
    builder.enable_all().build().expect("a runtime")
}
