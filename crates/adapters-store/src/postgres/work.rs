//! Transactions: everything, reading too, is one.
//!
//! **No state of a session.** A pooler may give each transaction another session, so a transaction
//! sets for itself what it needs, and no statement is kept prepared (`statement.rs`).
//!
//! **Invariant:** a connection goes back to the pool only after what it did last is known to have
//! ended well. Whatever else happens (an error, a future dropped at any await, a panic of a judge),
//! it is closed, and the server rolls back what was not committed.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Postgres};

use super::config::PostgresOptions;
use super::error::Error;
use crate::kept::hash_key;

/// How often a transaction that lost against another one is tried again.
pub(super) const TRIES: usize = 8;

/// How long one waits for a connection.
const PATIENCE: Duration = Duration::from_secs(30);

/// Every statement is written to find its rows by an index, one after another. A planner without
/// statistics, as a new store has none, reads whole tables instead, and on each turn again.
const PLANS: &str = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; \
     SET LOCAL enable_mergejoin = off";

/// Waits for a moment: by chance, and the longer the more often it lost, so that those who met do
/// not meet again.
pub(super) async fn pause(lost: usize) {
    let most = 1_000 << lost.min(7);
    let byte = hash_key::random().map_or(u8::MAX, |[byte]| byte);
    tokio::time::sleep(Duration::from_micros(most * u64::from(byte) / 256)).await;
}

/// Where transactions come from.
#[derive(Debug)]
pub(super) struct Pool {
    pool: PgPool,
    schema: String,
    begin: String,
}

impl Pool {
    /// A pool that connects when it is first asked.
    pub(super) fn new(url: &str, options: &PostgresOptions) -> Result<Self, Error> {
        check_name(&options.schema)?;
        check_name(&options.worker)?;
        let connect = PgConnectOptions::from_str(url).map_err(Error::Url)?;
        let connect = connect
            .statement_cache_capacity(0)
            // One thing less that a pooler has to be told to ignore.
            .extra_float_digits(None)
            .application_name(&format!("pregon {}", options.worker))
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(options.connections)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .connect_lazy_with(connect);
        // The name has no quotation mark, so quoting it is enough.
        let begin = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED; \
             SET LOCAL search_path = \"{}\"; SET LOCAL jit = off; {PLANS}",
            options.schema
        );
        let schema = options.schema.clone();
        Ok(Self {
            pool,
            schema,
            begin,
        })
    }

    /// The schema, whose name needs no escape but quotation marks.
    pub(super) fn schema(&self) -> &str {
        &self.schema
    }

    /// Begins a transaction; it ends with `commit`, or never happened.
    pub(super) async fn begin(&self) -> Result<Work, Error> {
        // Connections that died while nobody used them are found out here, before anything is done.
        let mut left = self.pool.options().get_max_connections();
        loop {
            match self.try_begin().await {
                Err(error) if error.is_connection() && left > 0 => left -= 1,
                answer => return answer,
            }
        }
    }

    async fn try_begin(&self) -> Result<Work, Error> {
        let work = Work(Some(self.pool.acquire().await?));
        work.run(AssertSqlSafe(self.begin.clone())).await
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

/// A name that needs no escape: it stands in the text that begins a transaction.
fn check_name(name: &str) -> Result<(), Error> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let fits = (1..=63).contains(&name.len()) && name.chars().all(plain);
    fits.then_some(()).ok_or(Error::Name)
}

/// A transaction. Dropped without `commit` it is rolled back, and its connection closed.
#[derive(Debug)]
pub(super) struct Work(Option<PoolConnection<Postgres>>);

impl Work {
    /// Where statements run.
    pub(super) fn on(&mut self) -> Result<&mut PgConnection, Error> {
        let gone = Error::Database(sqlx::Error::PoolClosed);
        self.0.as_deref_mut().ok_or(gone)
    }

    async fn run(mut self, text: impl sqlx::SqlSafeStr + Send) -> Result<Self, Error> {
        sqlx::raw_sql(text).execute(self.on()?).await?;
        Ok(self)
    }

    /// Commits; only once this has returned is anything true.
    pub(super) async fn commit(self) -> Result<(), Error> {
        let mut done = self.run("COMMIT").await?;
        drop(done.0.take());
        Ok(())
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(unknown) = self.0.take() {
            drop(unknown.detach());
        }
    }
}
