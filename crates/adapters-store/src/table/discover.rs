//! What the columns of a table mean, asked of the database.

use pregon_core::{PortError, is_attribute_name};

use super::error::{During, Error};
use super::read::{Pool, Select, Wire, WireKind, text_at};
use super::{Bind, Dialect, IdStorage, Storage, TableMapping};

const OPERATION: &str = "columns of a table";

/// Columns of these names are a person's own, where they are texts.
const ZONES: [&str; 4] = ["zone", "time_zone", "timezone", "tz"];

/// A column as the database describes it.
struct Column {
    name: String,
    /// Its type in small letters.
    kind: String,
    /// The values of an enum.
    labels: Vec<String>,
}

#[cfg(feature = "sqlite")]
impl TableMapping {
    /// The mapping of a table in SQLite by the declared types of its columns.
    ///
    /// Every column whose name rules can say, and whose type means something to them, is an
    /// attribute: `INTEGER`, `BOOLEAN`, `TEXT`, `DATE` and `DATETIME` as texts, `REAL`, `NUMERIC`.
    /// Texts named `name`, `email`, `phone`, `language` and `zone` (or `time_zone`, `timezone`,
    /// `tz`) are the person's own as well. What is kept otherwise is told with
    /// [`attribute`](Self::attribute) afterwards.
    ///
    /// # Errors
    /// When the table cannot be read, or has no such column of ids.
    pub async fn of_sqlite(
        pool: &sqlx::SqlitePool,
        table: &str,
        id: &str,
    ) -> Result<Self, PortError> {
        let pool = Pool::Sqlite(pool.clone());
        of_sqlite(&pool, table, id).await.during(OPERATION)
    }
}

#[cfg(feature = "postgres")]
impl TableMapping {
    /// The mapping of a table in PostgreSQL by the types of its columns; without a schema it is
    /// looked for where the connection looks.
    ///
    /// Every column whose name rules can say, and whose type means something to them, is an
    /// attribute; an enum is one of a closed set; `timestamp` without a zone is read as UTC; JSON
    /// has to be told with [`attribute`](Self::attribute). Texts named `name`, `email`, `phone`,
    /// `language` and `zone` (or `time_zone`, `timezone`, `tz`) are the person's own as well.
    ///
    /// # Errors
    /// When the table cannot be read, or has no such column of ids.
    pub async fn of_postgres(
        pool: &sqlx::PgPool,
        schema: Option<&str>,
        table: &str,
        id: &str,
    ) -> Result<Self, PortError> {
        let pool = Pool::Postgres(pool.clone());
        of_postgres(&pool, schema, table, id)
            .await
            .during(OPERATION)
    }
}

#[cfg(feature = "sqlite")]
async fn of_sqlite(pool: &Pool, table: &str, id: &str) -> Result<TableMapping, Error> {
    let mut select = Select::new(Dialect::Sqlite, Vec::new());
    select.add("name".to_owned(), WireKind::Text);
    select.add("lower(type)".to_owned(), WireKind::Text);
    let name = select.bind(Bind::Text(table.to_owned()));
    let (text, binds, kinds) = select.finish(&format!("FROM pragma_table_xinfo({name})"));
    let rows = pool.fetch(text, binds, &kinds).await?;
    let columns = rows.into_iter().map(column).collect();
    mapped(
        TableMapping::new(Dialect::Sqlite, table, id)?,
        columns,
        table,
        id,
    )
}

#[cfg(feature = "postgres")]
async fn of_postgres(
    pool: &Pool,
    schema: Option<&str>,
    table: &str,
    id: &str,
) -> Result<TableMapping, Error> {
    let mut mapping = TableMapping::new(Dialect::Postgres, table, id)?;
    if let Some(schema) = schema {
        mapping = mapping.in_schema(schema)?;
    }
    let mut select = Select::new(Dialect::Postgres, Vec::new());
    select.add("a.attname::text".to_owned(), WireKind::Text);
    select.add("format_type(a.atttypid, NULL)".to_owned(), WireKind::Text);
    let labels = "(SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) \
                  FROM pg_enum AS e WHERE e.enumtypid = a.atttypid)";
    select.add(labels.to_owned(), WireKind::Texts);
    let name = select.bind(Bind::Text(mapping.table.clone()));
    let (text, binds, kinds) = select.finish(&format!(
        "FROM pg_attribute AS a WHERE a.attrelid = to_regclass({name}) \
         AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
    ));
    let rows = pool.fetch(text, binds, &kinds).await?;
    let columns = rows.into_iter().map(column).collect();
    mapped(mapping, columns, table, id)
}

fn column(mut row: Vec<Wire>) -> Column {
    let labels = match row.get_mut(2) {
        Some(Wire::Texts(labels)) => std::mem::take(labels).into_iter().flatten().collect(),
        _ => Vec::new(),
    };
    Column {
        name: text_at(&mut row, 0).unwrap_or_default(),
        kind: text_at(&mut row, 1).unwrap_or_default(),
        labels,
    }
}

fn mapped(
    mut mapping: TableMapping,
    columns: Vec<Column>,
    table: &str,
    id: &str,
) -> Result<TableMapping, Error> {
    if columns.is_empty() {
        return Err(Error::NoTable(table.to_owned()));
    }
    let of_id = columns.iter().find(|column| column.name == id);
    let of_id = of_id.ok_or_else(|| Error::NoColumn {
        table: table.to_owned(),
        column: id.to_owned(),
    })?;
    let kept = storage(of_id, mapping.dialect);
    mapping = mapping.ids(match kept {
        Some(Storage::Integer) => IdStorage::Integer,
        _ if of_id.kind == "uuid" => IdStorage::Uuid,
        _ => IdStorage::Text,
    });
    for column in columns.iter().filter(|column| column.name != id) {
        let Some(storage) = storage(column, mapping.dialect) else {
            continue;
        };
        let name = column.name.as_str();
        if matches!(storage, Storage::Text | Storage::AsText) {
            mapping = match name {
                "name" => mapping.name(name)?,
                "email" => mapping.email(name)?,
                "phone" => mapping.phone(name)?,
                "language" => mapping.language(name)?,
                zone if ZONES.contains(&zone) => mapping.zone_column(name)?,
                _ => mapping,
            };
        }
        // What rules cannot say is not theirs; the names that every row has are not this one's.
        if is_attribute_name(name) && !name.contains('.') && !super::mapping::is_built_in(name) {
            mapping = mapping.attribute(name, name, storage)?;
        }
    }
    Ok(mapping)
}

fn storage(column: &Column, dialect: Dialect) -> Option<Storage> {
    match dialect {
        Dialect::Sqlite => in_sqlite(&column.kind),
        Dialect::Postgres if !column.labels.is_empty() => {
            Some(Storage::Choice(column.labels.iter().cloned().collect()))
        }
        Dialect::Postgres => in_postgres(&column.kind),
    }
}

/// By the words that SQLite looks for in a declared type, and those that say more than it asks.
fn in_sqlite(kind: &str) -> Option<Storage> {
    let has = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    Some(match kind.split('(').next().unwrap_or_default().trim() {
        "date" => Storage::DateText,
        "datetime" | "timestamp" => Storage::InstantText,
        _ if has(&["bool"]) => Storage::Bool,
        _ if has(&["int"]) => Storage::Integer,
        _ if has(&["char", "clob", "text"]) => Storage::Text,
        _ if has(&["real", "floa", "doub", "numeric", "decimal"]) => Storage::Real,
        _ => return None,
    })
}

fn in_postgres(kind: &str) -> Option<Storage> {
    Some(match kind {
        "smallint" | "integer" | "bigint" => Storage::Integer,
        "numeric" => Storage::Numeric,
        "real" | "double precision" => Storage::Real,
        "text" | "character varying" => Storage::Text,
        "character" | "citext" | "uuid" | "name" => Storage::AsText,
        "boolean" => Storage::Bool,
        "date" => Storage::Date,
        "timestamp with time zone" => Storage::TimestampTz,
        "timestamp without time zone" => Storage::TimestampUtc,
        "text[]" | "character varying[]" => Storage::TextArray,
        _ => return None,
    })
}
