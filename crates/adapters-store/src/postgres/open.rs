//! Opening a schema: whose it is, which layout it has, and on what server it lies.

use pregon_core::HashKey;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row as _};

use super::config::PostgresOptions;
use super::error::Error;
use super::lost;
use super::names::Names;
use super::statement::{query, query_scalar};
use super::work::Pool;
use crate::kept::hash_key;
use crate::moved::Moved;

/// The scripts that bring a schema from each layout to the next. Forward only.
const MIGRATIONS: [&str; 7] = [
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
    include_str!("migrations/3.sql"),
    include_str!("migrations/4.sql"),
    include_str!("migrations/5.sql"),
    include_str!("migrations/6.sql"),
    include_str!("migrations/7.sql"),
];

/// Held by whoever looks at a layout and changes it, to the end of the transaction.
const ONE_AT_A_TIME: &str = "SELECT pg_advisory_xact_lock(1347569486, hashtext($1))";

/// The server and its timeline: whoever lost commits has another one of them.
macro_rules! origin {
    () => {
        "(SELECT system_identifier::text FROM pg_control_system()) || '/' || \
         substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
    };
}
pub(super) use origin;

/// What the numbers are true of that a process knows by heart: the server, and how often somebody
/// has accepted a loss there.
macro_rules! known {
    () => {
        "s.origin || ' ' || (SELECT e.last_value / 500000000 FROM epoch e)::text"
    };
}
pub(super) use known;

const KNOWN: &str = concat!("SELECT ", known!(), " FROM store s WHERE s.one = 1");

const ORIGIN: &str = concat!("SELECT ", origin!());

const SERVER: &str = "SELECT pg_is_in_recovery(), current_setting('server_version_num')::int, \
     current_setting('server_encoding'), current_setting('synchronous_commit')";

const THINGS: &str = "SELECT count(*) FROM pg_class c JOIN pg_namespace n \
     ON n.oid = c.relnamespace WHERE n.nspname = $1";

/// The columns by which a table `store` of ours is known.
const MARKS: &str = "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
     JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = 'store' \
     AND a.attname IN ('one', 'layout', 'origin', 'hash_key')";

/// Whether commits survive a crash under a setting of `synchronous_commit`.
pub(super) fn is_durable(setting: &str) -> bool {
    matches!(setting, "on" | "remote_apply")
}

/// Makes or checks the schema, and brings it to the newest layout.
///
/// Gives the secret of the store, and what numbers of it are true of.
pub(super) async fn prepare(
    pool: &Pool,
    options: &PostgresOptions,
    names: &Names,
) -> Result<(HashKey, String), Error> {
    let mut work = pool.begin().await?;
    let on = work.on()?;
    check_server(on, true).await?;
    query(ONE_AT_A_TIME)
        .bind(&options.schema)
        .execute(&mut *on)
        .await?;
    let found = layout(on, &options.schema).await?;
    let known = MIGRATIONS.len() as i32;
    if found > known {
        return Err(Error::Newer { found, known });
    }
    if found == 0 {
        // Not asked for when it is there: who may not make schemas may be given one.
        let there: bool =
            query_scalar("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)")
                .bind(&options.schema)
                .fetch_one(&mut *on)
                .await?;
        if !there {
            let text = format!("CREATE SCHEMA \"{}\"", options.schema);
            sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *on).await?;
        }
    }
    for script in &MIGRATIONS[usize::try_from(found).unwrap_or(0)..] {
        sqlx::raw_sql(*script).execute(&mut *on).await?;
    }
    let key = keep_store(on, options, names).await?;
    let known = query_scalar(KNOWN).fetch_one(on).await?;
    work.commit().await?;
    Ok((key, known))
}

/// Checks a schema that is only read; a replica will do.
pub(super) async fn inspect(pool: &Pool, options: &PostgresOptions) -> Result<HashKey, Error> {
    let mut work = pool.begin().await?;
    let on = work.on()?;
    check_server(on, false).await?;
    let (found, known) = (layout(on, &options.schema).await?, MIGRATIONS.len() as i32);
    match found {
        0 => return Err(Error::Missing),
        found if found > known => return Err(Error::Newer { found, known }),
        found if found < known => return Err(Error::Older { found, known }),
        _ => {}
    }
    let (key, _) = kept(on).await?.ok_or(Error::Missing)?;
    work.commit().await?;
    Ok(key)
}

async fn check_server(on: &mut PgConnection, writes: bool) -> Result<(), Error> {
    let row = query(SERVER).fetch_one(on).await?;
    let (replica, version): (bool, i32) = (row.try_get(0)?, row.try_get(1)?);
    if version < 130_000 {
        return Err(Error::OldServer(version / 10_000));
    }
    if row.try_get::<&str, _>(2)? != "UTF8" {
        return Err(Error::Encoding);
    }
    if writes && replica {
        return Err(Error::Replica);
    }
    if writes && !is_durable(row.try_get(3)?) {
        return Err(Error::Forgetful);
    }
    Ok(())
}

/// The version of the schema's layout; 0 for none.
async fn layout(on: &mut PgConnection, schema: &str) -> Result<i32, Error> {
    let count = |text: &'static str| query_scalar::<i64>(text).bind(schema.to_owned());
    if count(THINGS).fetch_one(&mut *on).await? == 0 {
        return Ok(0);
    }
    if count(MARKS).fetch_one(&mut *on).await? != 4 {
        return Err(Error::NotOurs);
    }
    let layout = query_scalar("SELECT layout FROM store WHERE one = 1");
    layout.fetch_optional(on).await?.ok_or(Error::NotOurs)
}

/// The secret of the store and the server that it knows.
pub(super) async fn kept(on: &mut PgConnection) -> Result<Option<(HashKey, String)>, Error> {
    let row = query("SELECT hash_key, origin FROM store WHERE one = 1")
        .fetch_optional(on)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some((hash_key::read(row.try_get(0)?)?, row.try_get(1)?)))
}

/// Makes or brings up to date the one row of the store.
async fn keep_store(
    on: &mut PgConnection,
    options: &PostgresOptions,
    names: &Names,
) -> Result<HashKey, Error> {
    let layout = MIGRATIONS.len() as i32;
    let origin: String = query_scalar(ORIGIN).fetch_one(&mut *on).await?;
    let given = options.hash_key.as_ref();
    if let Some((kept, known)) = kept(&mut *on).await? {
        hash_key::check(&kept, given)?;
        if known != origin {
            lost::accept(on, names, options.accept_moved, Moved::Elsewhere).await?;
        }
        query("UPDATE store SET layout = $1, origin = $2 WHERE (layout, origin) <> ($1, $2)")
            .bind(layout)
            .bind(&origin)
            .execute(on)
            .await?;
        return Ok(kept);
    }
    let key = hash_key::new(given)?;
    query("INSERT INTO store (one, layout, origin, hash_key) VALUES (1, $1, $2, $3)")
        .bind(layout)
        .bind(&origin)
        .bind(key.expose().to_vec())
        .execute(on)
        .await?;
    Ok(key)
}
