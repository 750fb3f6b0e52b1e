//! The store of a run, and how much its log was written.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use pregon::Store;
use pregon::store::{PostgresOptions, PostgresStore, SqliteOptions, SqliteStore};
use sqlx::{Connection as _, PgConnection};

use super::args::Args;

/// The server, as all tests find it.
const SERVER: &str = "PREGON_TEST_POSTGRES";

pub(crate) async fn open(args: &Args) -> Arc<dyn Store> {
    if args.postgres {
        let options = PostgresOptions::new()
            .with_schema(&args.schema)
            .with_worker("bench")
            .with_connections(2);
        let store = PostgresStore::open(&server(), options).await;
        return Arc::new(store.expect("a store"));
    }
    let store = SqliteStore::open(file(args), SqliteOptions::new()).await;
    Arc::new(store.expect("a store"))
}

/// What must be there before the store is opened: nothing, in both.
pub(crate) fn make(args: &Args) {
    if args.postgres {
        let _ = ask(args, "SELECT 1");
    }
}

/// Takes away what is not in the directory.
pub(crate) fn clear(args: &Args) {
    if args.postgres {
        // The name was made of a number.
        let drop = format!("DROP SCHEMA IF EXISTS {} CASCADE", args.schema);
        ask(args, &drop);
    }
}

/// How far the log of the PostgreSQL server has come, in bytes; whatever else it does is in it.
pub(crate) fn log_position(args: &Args) -> u64 {
    if !args.postgres {
        return 0;
    }
    let position = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint";
    u64::try_from(ask(args, position).expect("a position")).expect("not negative")
}

/// The one number that a statement gives, if it gives one.
fn ask(_: &Args, sql: &str) -> Option<i64> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let mut on = PgConnection::connect(&server()).await.expect("a server");
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        let row: Option<(i64,)> = sqlx::query_as(sql).fetch_optional(&mut on).await.ok()?;
        row.map(|(number,)| number)
    })
}

fn server() -> String {
    std::env::var(SERVER).unwrap_or_else(|_| panic!("no server in {SERVER}"))
}

fn file(args: &Args) -> PathBuf {
    args.dir.join("pregon.db")
}

/// Counts what SQLite writes into its log, on a thread that looks again and again.
///
/// The index of the log says how many frames it has; its salt, when it began again.
pub(crate) struct Counter(Arc<AtomicU64>);

impl Counter {
    pub(crate) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

pub(crate) fn watch_log(args: &Args) -> Counter {
    let bytes = Arc::new(AtomicU64::new(0));
    let counter = Counter(bytes.clone());
    let mut name = file(args).into_os_string();
    name.push("-shm");
    std::thread::spawn(move || {
        // Held until the end: closing it would give back the locks that SQLite has on it.
        let index = loop {
            match File::open(&name) {
                Ok(index) => break index,
                Err(_) => std::thread::sleep(LOOK_AGAIN),
            }
        };
        let mut log = Log::default();
        log.look(&index);
        log.bytes = 0;
        loop {
            std::thread::sleep(LOOK_AGAIN);
            log.look(&index);
            bytes.store(log.bytes, Ordering::Relaxed);
        }
    });
    counter
}

/// How often the log is looked at: what its last moments before it begins again bring is not seen.
const LOOK_AGAIN: Duration = Duration::from_millis(2);

#[derive(Default)]
struct Log {
    seen: (u32, [u8; 8]),
    bytes: u64,
}

impl Log {
    /// A frame of the log: a page of the file and its header.
    const FRAME: u64 = 4_096 + 24;

    fn look(&mut self, index: &File) {
        let mut head = [0; 40];
        if index.read_exact_at(&mut head, 0).is_err() {
            return;
        }
        let last = u32::from_ne_bytes([head[16], head[17], head[18], head[19]]);
        let salt = *head[32..40].first_chunk().expect("eight bytes");
        let frames = match self.seen {
            (before, of) if of == salt => last.saturating_sub(before),
            _ => last,
        };
        self.bytes += u64::from(frames) * Self::FRAME;
        self.seen = (last, salt);
    }
}
