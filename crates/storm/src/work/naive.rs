//! Three protocols as they are found in the field, which the storm must catch: without them a
//! storm that finds nothing would prove nothing.

use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt as _;
use pregon::{Clock as _, Fate, SystemClock};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, Executor as _};

use super::{Orders, say};
use crate::Result;
use crate::args::{Protocol, Worker};
use crate::client::Client;
use crate::wire::Letter;
use crate::world::World;

/// How many are fetched at once.
const BATCH: i64 = 32;

/// How long who fetched a message may take to confirm it.
const LEASE: Duration = Duration::from_millis(300);

/// `done` is what each protocol calls so: logged, fetched, or confirmed.
const TABLES: &str = "CREATE TABLE message (n INTEGER PRIMARY KEY, id TEXT NOT NULL, \
     customer TEXT NOT NULL, address TEXT NOT NULL, campaign TEXT NOT NULL, \
     done INTEGER NOT NULL DEFAULT 0, leased INTEGER NOT NULL DEFAULT 0); \
     CREATE INDEX open ON message (done, n)";

const KEEP: &str = "INSERT INTO message (id, customer, address, campaign) VALUES (?1, ?2, ?3, ?4)";

const FETCH: &str = "SELECT n, id, customer, address, campaign FROM message \
     WHERE done = 0 AND leased <= ?1 ORDER BY n LIMIT ?2";

const OPEN: &str = "SELECT count(*) FROM message WHERE done = 0";

/// A message of the table.
type Fetched = (i64, String, String, String, String);

/// Keeps the plan of a world in a new file; who has no address is not planned for.
pub(crate) async fn plan(place: &Path, world: &World) -> Result {
    let mut on = connect(place).await?;
    on.execute(TABLES).await?;
    let mut all = on.begin().await?;
    for (id, planned) in world.plan()? {
        let person = world.person(planned.person);
        let Some(email) = person.email else { continue };
        let keep = sqlx::query(KEEP).bind(id).bind(person.id).bind(email);
        let keep = keep.bind(planned.sent.campaign);
        keep.execute(&mut *all).await?;
    }
    all.commit().await?;
    Ok(())
}

/// Sends what the protocol thinks is left to send, four at once.
pub(super) async fn work(asked: &Worker, protocol: Protocol, mut orders: Orders) -> Result {
    let client = Client::new(asked.provider);
    let mut on = connect(&asked.place).await?;
    loop {
        let fetched = fetch(&mut on, protocol).await?;
        if fetched.is_empty() {
            let open: i64 = sqlx::query_scalar(OPEN).fetch_one(&mut on).await?;
            if open > 0 {
                SystemClock::new().sleep(LEASE / 4).await;
                continue;
            }
            say("idle");
            if orders.go.recv().await.is_none() {
                return Ok(());
            }
        }
        let sent = fetched.into_iter().map(|it| send(&client, it));
        let mut sent = futures_util::stream::iter(sent).buffer_unordered(4);
        while let Some((n, over)) = sent.next().await {
            if over && protocol != Protocol::CursorAtFetch {
                let done = sqlx::query("UPDATE message SET done = 1 WHERE n = ?1");
                done.bind(n).execute(&mut on).await?;
            }
        }
    }
}

/// Sends one, and says whether that is all that will be done about it.
async fn send(client: &Client, (n, id, customer, address, campaign): Fetched) -> (i64, bool) {
    let letter = Letter {
        id,
        customer,
        address,
        campaign,
        again: false,
        prepared: 0,
    };
    let over = match client.send(letter).await {
        Ok(_) => true,
        Err(error) => error.fate() == Fate::Rejected,
    };
    (n, over)
}

async fn fetch(on: &mut SqliteConnection, protocol: Protocol) -> Result<Vec<Fetched>> {
    let now = SystemClock::new().now().await?.timestamp_micros();
    let mut fetching = on.begin_with("BEGIN IMMEDIATE").await?;
    let fetched: Vec<Fetched> = sqlx::query_as(FETCH)
        .bind(now)
        .bind(BATCH)
        .fetch_all(&mut *fetching)
        .await?;
    let mark = match protocol {
        Protocol::CursorAtFetch => "UPDATE message SET done = 1 WHERE n = ?1",
        Protocol::LeaseThatResends => "UPDATE message SET leased = ?2 WHERE n = ?1",
        Protocol::LogAfterSend | Protocol::Pregon => return Ok(fetched),
    };
    let until = now + LEASE.as_micros() as i64;
    for (n, ..) in &fetched {
        let mark = sqlx::query(mark).bind(n).bind(until);
        mark.execute(&mut *fetching).await?;
    }
    fetching.commit().await?;
    Ok(fetched)
}

async fn connect(place: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(place)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    Ok(SqliteConnection::connect_with(&options).await?)
}
