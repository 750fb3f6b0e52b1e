//! The databases that are asked.

use std::collections::BTreeMap;

use pregon_adapters_store::{Bind, Dialect, Pushed, SqlTable, TableMapping};
use sqlx::{AssertSqlSafe, PgPool, Row as _, SqlitePool};

use super::storing::Raw;
use super::table::Table;

/// A database that is asked.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Database {
    pub(crate) async fn sqlite() -> Self {
        let options = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
        Self::Sqlite(options.connect("sqlite::memory:").await.unwrap())
    }

    pub(crate) async fn postgres(url: &str) -> Self {
        let options = sqlx::postgres::PgPoolOptions::new().max_connections(1);
        let pool = options.connect(url).await.unwrap();
        // Seen by this connection alone, and gone with it.
        sqlx::query("SET search_path = pg_temp")
            .execute(&pool)
            .await
            .unwrap();
        // Forty rows are not worth compiling for.
        sqlx::query("SET jit = off").execute(&pool).await.unwrap();
        Self::Postgres(pool)
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

    async fn run(&self, text: String) {
        let text = AssertSqlSafe(text);
        match self {
            Self::Sqlite(pool) => drop(sqlx::query(text).execute(pool).await.unwrap()),
            Self::Postgres(pool) => drop(sqlx::query(text).execute(pool).await.unwrap()),
        }
    }

    pub(crate) async fn create(&self, table: &Table) {
        let typed = |(name, kind): &(String, &str)| match self {
            Self::Sqlite(_) => quoted(name),
            Self::Postgres(_) => format!("{} {kind}", quoted(name)),
        };
        let columns: Vec<String> = table.columns.iter().map(typed).collect();
        let name = quoted(&table.name);
        self.run(format!("CREATE TABLE {name} ({})", columns.join(", ")))
            .await;
        for row in &table.rows {
            self.insert(&name, table, row).await;
        }
    }

    pub(crate) async fn drop_table(&self, table: &Table) {
        self.run(format!("DROP TABLE {}", quoted(&table.name)))
            .await;
    }

    async fn insert(&self, name: &str, table: &Table, row: &[Raw]) {
        let place = |(n, (_, kind)): (usize, &(String, &str))| match self {
            Self::Sqlite(_) => format!("?{}", n + 1),
            Self::Postgres(_) => {
                let kind = kind.split(" COLLATE").next().unwrap();
                format!("${}::text::{kind}", n + 1)
            }
        };
        let places: Vec<String> = table.columns.iter().enumerate().map(place).collect();
        let text = format!("INSERT INTO {name} VALUES ({})", places.join(", "));
        match self {
            Self::Sqlite(pool) => {
                let mut query = sqlx::query(AssertSqlSafe(text));
                for cell in row {
                    query = match cell.clone() {
                        Raw::Null => query.bind(None::<i64>),
                        Raw::Int(n) => query.bind(n),
                        Raw::Real(x) => query.bind(x),
                        Raw::Text(text) => query.bind(text),
                    };
                }
                query.execute(pool).await.unwrap();
            }
            Self::Postgres(pool) => {
                let mut query = sqlx::query(AssertSqlSafe(text));
                for cell in row {
                    query = query.bind(match cell {
                        Raw::Null => None,
                        Raw::Int(n) => Some(n.to_string()),
                        Raw::Real(x) => Some(x.to_string()),
                        Raw::Text(text) => Some(text.clone()),
                    });
                }
                query.execute(pool).await.unwrap();
            }
        }
    }

    /// The ids of those who pass, and of each whether it was only for its zone.
    pub(crate) async fn passing(
        &self,
        pushed: &Pushed,
        table: &Table,
    ) -> Result<BTreeMap<String, bool>, sqlx::Error> {
        let unlisted = pushed.unlisted.as_deref().unwrap_or("FALSE");
        let text = format!(
            "SELECT c.\"the id\", CASE WHEN {unlisted} THEN 1 ELSE 0 END FROM {} AS c WHERE {}",
            quoted(&table.name),
            pushed.text
        );
        let found = match self {
            Self::Sqlite(pool) => {
                let mut query = sqlx::query(AssertSqlSafe(text)).persistent(false);
                for bind in pushed.binds.clone() {
                    query = match bind {
                        Bind::Int(n) => query.bind(n),
                        Bind::Float(x) => query.bind(x),
                        Bind::Text(text) => query.bind(text),
                        Bind::Ints(list) => query.bind(serde_json::to_string(&list).unwrap()),
                        Bind::Texts(list) => query.bind(serde_json::to_string(&list).unwrap()),
                        other => panic!("{other:?}"),
                    };
                }
                let rows = query.fetch_all(pool).await?;
                let pair = |row| (row_id(row), sqlx::Row::get::<i32, _>(row, 1) == 1);
                rows.iter().map(pair).collect()
            }
            Self::Postgres(pool) => {
                let mut query = sqlx::query(AssertSqlSafe(text)).persistent(false);
                for bind in pushed.binds.clone() {
                    query = match bind {
                        Bind::Int(n) => query.bind(n),
                        Bind::Float(x) => query.bind(x),
                        Bind::Text(text) => query.bind(text),
                        Bind::Ints(list) => query.bind(list),
                        Bind::Texts(list) => query.bind(list),
                        other => panic!("{other:?}"),
                    };
                }
                let rows = query.fetch_all(pool).await?;
                rows.iter()
                    .map(|row| (row.get(0), row.get::<i32, _>(1) == 1))
                    .collect()
            }
        };
        Ok(found)
    }
}

fn row_id(row: &sqlx::sqlite::SqliteRow) -> String {
    row.get(0)
}
