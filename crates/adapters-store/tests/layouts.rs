//! What an older program left is brought to the newest layout, and nothing of it is lost.
#![cfg(feature = "sqlite")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

#[cfg(feature = "postgres")]
#[path = "support/world.rs"]
mod world;

use pregon_adapters_store::{SqliteOptions, SqliteStore};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

/// Two persons spoke, the first of them twice; one dispatch began.
const WORDS: &str = "
    INSERT INTO word (subject, channel, purpose, word, source, at) VALUES
        ('a', '', '*', 0, 'form', 100), ('b', 'sms', '*', 0, 'form', 150),
        ('a', '', '*', 1, 'form', 200);
    INSERT INTO preference (subject, channel, purpose, word) VALUES
        ('a', '', '*', 1), ('b', 'sms', '*', 0), ('c', '', '*', 0);";

const SAID: [(&str, i64); 3] = [("a", 200), ("b", 150), ("c", 0)];

async fn connect(path: &std::path::Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true);
    options.connect().await.unwrap()
}

#[tokio::test]
async fn a_file_of_the_second_layout() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let mut on = connect(&path).await;
    let old = [
        include_str!("../src/sqlite/migrations/1.sql"),
        include_str!("../src/sqlite/migrations/2.sql"),
        &WORDS
            .replace("('a'", "(x'61'")
            .replace("('b'", "(x'62'")
            .replace("('c'", "(x'63'"),
    ]
    .join("\n");
    let old = sqlx::AssertSqlSafe(old);
    sqlx::raw_sql(old).execute(&mut on).await.unwrap();
    on.close().await.unwrap();
    let store = SqliteStore::open(&path, SqliteOptions::new())
        .await
        .unwrap();
    store.close().await.unwrap();
    let mut on = connect(&path).await;
    let text = "SELECT CAST(subject AS TEXT), at FROM preference ORDER BY 1";
    let said: Vec<(String, i64)> = sqlx::query_as(text).fetch_all(&mut on).await.unwrap();
    let wanted = SAID.map(|(who, at)| (who.to_owned(), at));
    assert_eq!(said, wanted, "each since its latest word");
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_schema_of_the_first_layout() {
    let Some(world) = world::World::new().await else {
        return;
    };
    let schema = format!("CREATE SCHEMA \"{}\"", world.schema);
    world.run(&schema).await;
    let first = include_str!("../src/postgres/migrations/1.sql");
    world.run(first).await;
    world.run(WORDS).await;
    let store = "INSERT INTO store (one, layout, origin, hash_key) SELECT 1, 1, system_identifier \
         || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), decode(repeat('07', 32), \
         'hex') FROM pg_control_system()";
    world.run(store).await;
    world.store("main").await.close().await;
    let mut on = world.connect().await;
    let text = "SELECT convert_from(subject, 'UTF8'), at FROM preference ORDER BY 1";
    let said: Vec<(String, i64)> = sqlx::query_as(text).fetch_all(&mut on).await.unwrap();
    let wanted = SAID.map(|(who, at)| (who.to_owned(), at));
    assert_eq!(said, wanted, "each since its latest word");
    let layout: i32 = sqlx::query_scalar("SELECT layout FROM store")
        .fetch_one(&mut on)
        .await
        .unwrap();
    assert!(layout > 1, "and no older program opens it again");
    world.drop_schema().await;
}
