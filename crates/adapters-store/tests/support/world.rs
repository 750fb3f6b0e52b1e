//! A schema of its own in the PostgreSQL of the run, gone with the test.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

mod postgres;

use std::sync::atomic::{AtomicU32, Ordering};

use pregon_adapters_store::{PostgresOptions, PostgresStore};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A schema that nobody else has.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) url: String,
    pub(crate) schema: String,
}

impl World {
    /// In the server that the environment names; nothing, and loudly, when it names none.
    pub(crate) async fn new() -> Option<Self> {
        let url = postgres::url()?;
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("pregon_{}_{n}", std::process::id());
        let world = Self { url, schema };
        world.drop_schema().await;
        Some(world)
    }

    pub(crate) fn options(&self) -> PostgresOptions {
        PostgresOptions::new().with_schema(&self.schema)
    }

    pub(crate) async fn store(&self, worker: &str) -> PostgresStore {
        let options = self.options().with_worker(worker);
        PostgresStore::open(&self.url, options).await.unwrap()
    }

    /// A connection of the test's own, in the schema.
    pub(crate) async fn connect(&self) -> PgConnection {
        let mut on = self.raw().await;
        let path = format!("SET search_path = \"{}\"", self.schema);
        let path = sqlx::raw_sql(AssertSqlSafe(path));
        path.execute(&mut on).await.unwrap();
        on
    }

    /// One that a pooler lets in as well.
    pub(crate) async fn raw(&self) -> PgConnection {
        let options: PgConnectOptions = self.url.parse().unwrap();
        let options = options.extra_float_digits(None);
        PgConnection::connect_with(&options).await.unwrap()
    }

    pub(crate) async fn run(&self, text: &str) {
        self.run_on(&mut self.raw().await, text).await;
    }

    /// In one transaction: behind a pooler the next one has another session.
    pub(crate) async fn run_on(&self, on: &mut PgConnection, text: &str) {
        let begin = format!("BEGIN; SET LOCAL search_path = \"{}\"", self.schema);
        for text in [&begin, text, "COMMIT"] {
            let text = sqlx::raw_sql(AssertSqlSafe(text.to_owned()));
            text.execute(&mut *on).await.unwrap();
        }
    }

    pub(crate) async fn drop_schema(&self) {
        let text = format!("DROP SCHEMA IF EXISTS \"{}\" CASCADE", self.schema);
        let mut on = self.raw().await;
        let text = sqlx::raw_sql(AssertSqlSafe(text));
        text.execute(&mut on).await.unwrap();
    }
}
