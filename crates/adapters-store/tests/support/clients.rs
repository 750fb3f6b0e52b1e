//! The customers of the sample in a table of each database.

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use pregon_adapters_store::{Dialect, SqlTable, Storage, TableMapping};
use pregon_conformance::{customer_source, sample};
use pregon_core::{Customer, CustomerId, PortError};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};

/// When rules are asked: the afternoon of a day of November 2026.
pub(crate) const NOW: DateTime<Utc> =
    DateTime::from_timestamp(1_795_201_200, 0).expect("an instant");

/// A table `clients` in one of the databases.
#[derive(Debug, Clone)]
pub(crate) enum Clients {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

const COLUMNS: [(&str, &str, &str); 11] = [
    ("customer_id", "TEXT PRIMARY KEY", "text PRIMARY KEY"),
    ("name", "TEXT", "text"),
    ("language", "VARCHAR(5)", "varchar(5)"),
    ("zone", "TEXT", "text"),
    ("email", "TEXT", "text"),
    ("phone", "TEXT", "text"),
    ("city", "TEXT", "text"),
    ("visits", "INTEGER", "smallint"),
    ("spend", "DECIMAL(12,2)", "numeric(12,2)"),
    ("last_visit", "DATE", "date"),
    ("vip", "BOOLEAN", "boolean"),
];

impl Clients {
    pub(crate) async fn sqlite() -> Self {
        let options = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
        let pool = options.connect("sqlite::memory:").await.unwrap();
        Self::Sqlite(pool).filled().await
    }

    pub(crate) async fn postgres(url: &str) -> Self {
        let options = sqlx::postgres::PgPoolOptions::new().max_connections(1);
        let pool = options.connect(url).await.unwrap();
        // Seen by this connection alone, and gone with it.
        sqlx::query("SET search_path = pg_temp")
            .execute(&pool)
            .await
            .unwrap();
        Self::Postgres(pool).filled().await
    }

    async fn filled(self) -> Self {
        let postgres = self.dialect() == Dialect::Postgres;
        let column = |(name, sqlite, other): &(&str, &str, &str)| {
            format!("{name} {}", if postgres { other } else { sqlite })
        };
        let columns: Vec<String> = COLUMNS.iter().map(column).collect();
        self.run(&format!("CREATE TABLE clients ({})", columns.join(", ")))
            .await;
        for row in sample::customer_table().rows {
            self.insert(&row).await;
        }
        self
    }

    async fn insert(&self, row: &[&str]) {
        let place = |(n, (_, _, kind)): (usize, &(&str, &str, &str))| match self {
            // `true` and `false` are words there as well.
            Self::Sqlite(_) if *kind == "boolean" => format!("?{} = 'true'", n + 1),
            Self::Sqlite(_) => format!("?{}", n + 1),
            Self::Postgres(_) => {
                let kind = kind.split(' ').next().unwrap();
                format!("${}::text::{kind}", n + 1)
            }
        };
        let places: Vec<String> = COLUMNS.iter().enumerate().map(place).collect();
        let text = AssertSqlSafe(format!(
            "INSERT INTO clients VALUES ({})",
            places.join(", ")
        ));
        let cells = row
            .iter()
            .map(|cell| (!cell.is_empty()).then(|| (*cell).to_owned()));
        match self {
            Self::Sqlite(pool) => {
                let query = cells.fold(sqlx::query(text), sqlx::query::Query::bind);
                query.execute(pool).await.unwrap();
            }
            Self::Postgres(pool) => {
                let query = cells.fold(sqlx::query(text), sqlx::query::Query::bind);
                query.execute(pool).await.unwrap();
            }
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) fn open(&self, mapping: TableMapping) -> SqlTable {
        match self {
            Self::Sqlite(pool) => SqlTable::sqlite(mapping, pool.clone()).unwrap(),
            Self::Postgres(pool) => SqlTable::postgres(mapping, pool.clone()).unwrap(),
        }
    }

    /// The table with a mapping written by hand.
    pub(crate) fn table(&self) -> SqlTable {
        let (spend, date) = match self {
            Self::Sqlite(_) => (Storage::Real, Storage::DateText),
            Self::Postgres(_) => (Storage::Numeric, Storage::Date),
        };
        let mapping = TableMapping::new(self.dialect(), "clients", "customer_id")
            .and_then(|it| it.name("name"))
            .and_then(|it| it.language("language"))
            .and_then(|it| it.zone_column("zone"))
            .and_then(|it| it.email("email"))
            .and_then(|it| it.phone("phone"))
            .and_then(|it| it.attribute("city", "city", Storage::Text))
            .and_then(|it| it.attribute("visits", "visits", Storage::Integer))
            .and_then(|it| it.attribute("spend", "spend", spend))
            .and_then(|it| it.attribute("last_visit", "last_visit", date))
            .and_then(|it| it.attribute("vip", "vip", Storage::Bool));
        self.open(mapping.unwrap())
    }

    pub(crate) async fn discovered(&self, id: &str) -> Result<TableMapping, PortError> {
        match self {
            Self::Sqlite(pool) => TableMapping::of_sqlite(pool, "clients", id).await,
            Self::Postgres(pool) => TableMapping::of_postgres(pool, None, "clients", id).await,
        }
    }

    pub(crate) async fn run(&self, text: &str) {
        let text = AssertSqlSafe(text.to_owned());
        match self {
            Self::Sqlite(pool) => drop(sqlx::query(text).execute(pool).await.unwrap()),
            Self::Postgres(pool) => drop(sqlx::query(text).execute(pool).await.unwrap()),
        }
    }

    pub(crate) async fn move_to(&self, id: &str, zone: &str) {
        self.run(&format!(
            "UPDATE clients SET zone = '{zone}' WHERE customer_id = '{id}'"
        ))
        .await;
    }
}

impl customer_source::Meanwhile for Clients {
    fn add(&self, customer: Customer) -> BoxFuture<'static, ()> {
        let here = self.clone();
        async move {
            let mut row = vec![""; COLUMNS.len()];
            row[0] = customer.id.as_str();
            here.insert(&row).await;
        }
        .boxed()
    }

    fn remove(&self, id: CustomerId) -> BoxFuture<'static, ()> {
        let here = self.clone();
        async move {
            let id = id.as_str().replace('\'', "''");
            here.run(&format!("DELETE FROM clients WHERE customer_id = '{id}'"))
                .await;
        }
        .boxed()
    }
}
