//! The worker that is not a control: the engine itself, as a host would run it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use pregon::store::{FlightFile, PostgresOptions, PostgresStore, SqliteOptions, SqliteStore};
use pregon::{Clock as _, Consent, Engine, Pace, Recorder, Store};

use super::{AGAIN, Orders, say};
use crate::args::{self, Kind, LEASE, Mode, Worker};
use crate::client::{Client, Post};
use crate::clock::StormClock;
use crate::world::{self, LIMITS, World};
use crate::{Failure, Result};

/// The server for storms over PostgreSQL, as all tests find it.
pub(crate) const SERVER: &str = "PREGON_TEST_POSTGRES";

/// Passes, one after the other; between two of them waits for the driver.
pub(super) async fn work(asked: &Worker, orders: Orders) -> Result {
    let Orders { mut go, refuse } = orders;
    let engine = Arc::new(open(asked).await?);
    let world = World::of(asked.messages);
    tokio::spawn(record(Arc::clone(&engine), world, refuse));
    loop {
        match engine.pass().await {
            Ok(report) => {
                for trouble in &report.troubles {
                    eprintln!("{}: {trouble:?}", asked.name);
                }
                let next = report.next.map(|next| next.timestamp_micros());
                say(&next.map_or("idle".to_owned(), |next| format!("idle {next}")));
                if go.recv().await.is_none() {
                    return Ok(());
                }
            }
            Err(error) => {
                eprintln!("{}: {}", asked.name, chain(&error));
                StormClock::open(&asked.clock)?.sleep(AGAIN).await;
            }
        }
    }
}

/// Opens the store as often as it takes: a server that crashed comes back.
async fn open(asked: &Worker) -> Result<Engine> {
    let clock = Arc::new(StormClock::open(&asked.clock)?);
    let store = loop {
        match store(asked.store, &asked.place, &asked.name).await {
            Ok(store) => break store,
            Err(error) => eprintln!("{}: {}", asked.name, chain(&*error)),
        }
        clock.sleep(AGAIN).await;
    };
    let provider = (asked.provider, asked.mode);
    let recorder = flights(asked, &clock).await;
    build(
        store,
        clock,
        World::of(asked.messages),
        provider,
        asked.pace,
        Some(recorder),
    )
}

/// The flight recorder of a worker of this name: the one of the killed, whose lock died with it.
async fn flights(asked: &Worker, clock: &StormClock) -> Arc<dyn Recorder> {
    let path = asked
        .clock
        .with_file_name(format!("{}.flights", asked.name));
    loop {
        match FlightFile::open(&path) {
            Ok(file) => return Arc::new(file),
            Err(error) => eprintln!("{}: {}", asked.name, chain(&error)),
        }
        clock.sleep(AGAIN).await;
    }
}

/// The store of a storm.
pub(crate) async fn store(kind: Kind, place: &Path, name: &str) -> Result<Arc<dyn Store>> {
    Ok(match kind {
        Kind::Sqlite => Arc::new(SqliteStore::open(place, SqliteOptions::new()).await?),
        Kind::Postgres => {
            let server = std::env::var(SERVER).map_err(|_| format!("no server in {SERVER}"))?;
            let options = PostgresOptions::new()
                .with_schema(place.to_string_lossy())
                .with_worker(name)
                .with_lease(LEASE)
                .with_connections(2);
            Arc::new(PostgresStore::open(&server, options).await?)
        }
    })
}

/// The engine of a storm, whoever runs it: what is new in the engine and should be under fire is
/// added here.
pub(crate) fn build(
    store: Arc<dyn Store>,
    clock: Arc<StormClock>,
    world: World,
    (provider, mode): (SocketAddr, Mode),
    pace: args::Pace,
    recorder: Option<Arc<dyn Recorder>>,
) -> Result<Engine> {
    let deadline = pace.deadline();
    // Few pages a pass, so that kills meet planning all along and not in the beginning alone.
    let pace = Pace::default()
        .with_in_flight(pace.in_flight as usize)
        .with_begin(pace.begin)
        .with_claim(pace.begin * 4)
        .with_pages(200, 10)
        .with_dispatches(u32::MAX)
        .with_deadline(deadline);
    let mut builder = Engine::builder()
        .store(store)
        .clock(clock)
        .customers(Arc::new(world))
        .consent(Consent::OptOut)
        .zone("America/Bogota".parse()?)
        .action(Arc::new(Post::new(provider, mode)))
        .pace(pace);
    if mode == Mode::Lookup {
        let channel = "email".parse()?;
        builder = builder.lookup(channel, Arc::new(Client::new(provider)));
    }
    if let Some(recorder) = recorder {
        builder = builder.recorder(recorder);
    }
    builder = builder.price("email".parse()?, world::price());
    for rule in &LIMITS {
        builder = builder.limit(Arc::new(rule.cap()?));
    }
    Ok(builder.build()?)
}

/// Records refusals while passes run, and says so only once they are acknowledged.
async fn record(
    engine: Arc<Engine>,
    world: World,
    mut refuse: tokio::sync::mpsc::UnboundedReceiver<usize>,
) {
    let refusals = world.refusals();
    while let Some(number) = refuse.recv().await {
        let recorded = async {
            let refusal = refusals.get(number).ok_or("no such refusal")?;
            let key = engine.store().hash_key().await?;
            let word = refusal.word(&world.person(refusal.person), &key)?;
            Ok::<_, Failure>(engine.record(&[word]).await?)
        };
        match recorded.await {
            Ok(recorded) => say(&format!("refused {number} {}", recorded.in_flight)),
            Err(error) => eprintln!("refusal {number}: {}", chain(&*error)),
        }
    }
}

/// An error with its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        said = format!("{said}: {error}");
        cause = error.source();
    }
    said
}
