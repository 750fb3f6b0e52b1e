//! The customers of the sample in a table of each database.

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use pregon_adapters_store::{SqlTable, Storage, TableMapping};
use pregon_conformance::{customer_source, sample};
use pregon_core::{Customer, CustomerId, PortError};
use sqlx::AssertSqlSafe;

use super::database::Database;

/// When rules are asked: the afternoon of a day of November 2026.
pub(crate) const NOW: DateTime<Utc> =
    DateTime::from_timestamp(1_795_201_200, 0).expect("an instant");

/// A table `clients` in a database.
#[derive(Debug, Clone)]
pub(crate) struct Clients(pub(crate) Database);

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
    pub(crate) async fn in_a(database: Database) -> Self {
        let column = |(name, sqlite, postgres): &(&str, &str, &str)| match &database {
            Database::Sqlite(_) => format!("{name} {sqlite}"),
            Database::Postgres(_) => format!("{name} {postgres}"),
        };
        let columns: Vec<String> = COLUMNS.iter().map(column).collect();
        let text = format!("CREATE TABLE clients ({})", columns.join(", "));
        database.run(&text).await;
        let clients = Self(database);
        for row in sample::customer_table().rows {
            clients.insert(&row).await;
        }
        clients
    }

    /// In each database that is there.
    pub(crate) async fn everywhere() -> Vec<Self> {
        let mut all = Vec::new();
        for database in Database::all().await {
            all.push(Self::in_a(database).await);
        }
        all
    }

    async fn insert(&self, row: &[&str]) {
        let place = |(n, (_, _, kind)): (usize, &(&str, &str, &str))| match &self.0 {
            // `true` and `false` are words there as well.
            Database::Sqlite(_) if *kind == "boolean" => format!("?{} = 'true'", n + 1),
            Database::Sqlite(_) => format!("?{}", n + 1),
            Database::Postgres(_) => {
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
        match &self.0 {
            Database::Sqlite(pool) => {
                let query = cells.fold(sqlx::query(text), sqlx::query::Query::bind);
                query.execute(pool).await.unwrap();
            }
            Database::Postgres(pool) => {
                let query = cells.fold(sqlx::query(text), sqlx::query::Query::bind);
                query.execute(pool).await.unwrap();
            }
        }
    }

    /// The table with a mapping written by hand.
    pub(crate) fn table(&self) -> SqlTable {
        let (spend, date) = match &self.0 {
            Database::Sqlite(_) => (Storage::Real, Storage::DateText),
            Database::Postgres(_) => (Storage::Numeric, Storage::Date),
        };
        let mapping = TableMapping::new(self.0.dialect(), "clients", "customer_id")
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
        self.0.open(mapping.unwrap())
    }

    pub(crate) async fn discovered(&self, id: &str) -> Result<TableMapping, PortError> {
        match &self.0 {
            Database::Sqlite(pool) => TableMapping::of_sqlite(pool, "clients", id).await,
            Database::Postgres(pool) => TableMapping::of_postgres(pool, None, "clients", id).await,
        }
    }

    pub(crate) async fn move_to(&self, id: &str, zone: &str) {
        self.0
            .run(&format!(
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
            here.0
                .run(&format!("DELETE FROM clients WHERE customer_id = '{id}'"))
                .await;
        }
        .boxed()
    }
}
