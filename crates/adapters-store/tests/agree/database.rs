//! Tables of a world in a database, and who passes a condition there.

use std::collections::BTreeMap;

use pregon_adapters_store::{Bind, Pushed};
use sqlx::{AssertSqlSafe, Row as _};

use super::storing::Raw;
use super::table::Table;
use crate::database::Database;

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Database {
    pub(crate) async fn create(&self, table: &Table) {
        let typed = |(name, kind): &(String, &str)| match self {
            Self::Sqlite(_) => quoted(name),
            Self::Postgres(_) => format!("{} {kind}", quoted(name)),
        };
        let columns: Vec<String> = table.columns.iter().map(typed).collect();
        let name = quoted(&table.name);
        self.run(&format!("CREATE TABLE {name} ({})", columns.join(", ")))
            .await;
        if !table.rows.is_empty() {
            self.insert(&name, table).await;
        }
    }

    pub(crate) async fn drop_table(&self, table: &Table) {
        self.run(&format!("DROP TABLE {}", quoted(&table.name)))
            .await;
    }

    /// All rows at once: a statement for each would take longer than the rules.
    async fn insert(&self, name: &str, table: &Table) {
        let columns = table.columns.len();
        let place = |(n, (_, kind)): (usize, &(String, &str))| match self {
            Self::Sqlite(_) => format!("?{}", n + 1),
            Self::Postgres(_) => {
                let kind = kind.split(" COLLATE").next().unwrap();
                format!("${}::text::{kind}", n + 1)
            }
        };
        let row = |row: usize| {
            let named = (row * columns..).zip(&table.columns);
            let places: Vec<String> = named.map(place).collect();
            format!("({})", places.join(", "))
        };
        let rows: Vec<String> = (0..table.rows.len()).map(row).collect();
        let text = AssertSqlSafe(format!("INSERT INTO {name} VALUES {}", rows.join(", ")));
        let cells = table.rows.iter().flatten().cloned();
        match self {
            Self::Sqlite(pool) => {
                let bind = |query: sqlx::query::Query<'static, _, _>, cell| match cell {
                    Raw::Null => query.bind(None::<i64>),
                    Raw::Int(n) => query.bind(n),
                    Raw::Real(x) => query.bind(x),
                    Raw::Text(text) => query.bind(text),
                };
                let query = cells.fold(sqlx::query(text).persistent(false), bind);
                query.execute(pool).await.unwrap();
            }
            Self::Postgres(pool) => {
                let text_of = |cell| match cell {
                    Raw::Null => None,
                    Raw::Int(n) => Some(n.to_string()),
                    Raw::Real(x) => Some(x.to_string()),
                    Raw::Text(text) => Some(text),
                };
                let query = sqlx::query(text).persistent(false);
                let query = cells.map(text_of).fold(query, sqlx::query::Query::bind);
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
