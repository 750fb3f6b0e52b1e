//! What an older program left is brought to the newest layout, and nothing of it is lost.
#![cfg(feature = "sqlite")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

#[expect(dead_code, reason = "each test uses some of it")]
mod support;
#[cfg(feature = "postgres")]
#[path = "support/world.rs"]
mod world;

use pregon_adapters_store::{SqliteOptions, SqliteStore};
use pregon_core::{
    Books, DispatchLog, DispatchQuery, Ledger, Preference, PreferenceScope, PreferenceStore,
    Subject, Word,
};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

/// Two persons spoke, the first of them twice; one dispatch began.
const WORDS: &str = "
    INSERT INTO word (subject, channel, purpose, word, source, at) VALUES
        ('xaaaaaaaaaaaaaaaa', '', '*', 0, 'form', 100),
        ('xbbbbbbbbbbbbbbbb', 'sms', '*', 0, 'form', 150),
        ('xaaaaaaaaaaaaaaaa', '', '*', 1, 'form', 200);
    INSERT INTO preference (subject, channel, purpose, word) VALUES
        ('xaaaaaaaaaaaaaaaa', '', '*', 1), ('xbbbbbbbbbbbbbbbb', 'sms', '*', 0),
        ('xcccccccccccccccc', '', '*', 0);";

const SAID: [(&str, i64); 3] = [("xa", 200), ("xb", 150), ("xc", 0)];

/// A word that an older program deleted, without a trace that it could see.
const DELETED: &str = "
    INSERT INTO word (subject, channel, purpose, word, source, at)
        VALUES (x'78', '', '*', 0, 'CANARY-4711', 100);
    DELETE FROM word WHERE source = 'CANARY-4711';";

/// Older words have no link, and newer ones hang on each other.
async fn check_words(store: &(impl Books + PreferenceStore)) {
    let word = |word| Preference {
        subject: Subject::Named("a house".to_owned()),
        scope: PreferenceScope::promotional(),
        word,
        source: "desk".to_owned(),
        wording: None,
    };
    let now = chrono::DateTime::UNIX_EPOCH;
    for said in [vec![Word::OptOut, Word::OptIn], vec![Word::OptOut]] {
        let said: Vec<Preference> = said.into_iter().map(word).collect();
        let _ = store.record(&said, now).await.unwrap();
    }
    let words = store.words(None, 100).await.unwrap().items;
    let (old, new) = words.split_at(3);
    assert!(old.iter().all(|(_, link)| link.is_none()));
    let of: Vec<u8> = old.iter().map(|(word, _)| word.of[0]).collect();
    assert_eq!(of, *b"aba");
    let mut last = None;
    for (word, link) in new {
        assert_eq!(*link, Some(word.link(last)));
        last = *link;
    }
    assert_eq!(new.len(), 3);
}

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
    let blob = |text: String, of: &str| {
        let place = format!("'x{}'", of.repeat(16));
        text.replace(&place, &format!("CAST({place} AS BLOB)"))
    };
    let old = [
        include_str!("../src/sqlite/migrations/1.sql"),
        include_str!("../src/sqlite/migrations/2.sql"),
        &["a", "b", "c"].into_iter().fold(WORDS.to_owned(), blob),
        DELETED,
    ]
    .join("\n");
    let old = sqlx::AssertSqlSafe(old);
    sqlx::raw_sql(old).execute(&mut on).await.unwrap();
    on.close().await.unwrap();
    assert!(has_canary(&path), "it is still there");
    let store = SqliteStore::open(&path, SqliteOptions::new())
        .await
        .unwrap();
    let mut on = connect(&path).await;
    let text = "SELECT CAST(substr(subject, 1, 2) AS TEXT), at FROM preference ORDER BY 1";
    let said: Vec<(String, i64)> = sqlx::query_as(text).fetch_all(&mut on).await.unwrap();
    let wanted = SAID.map(|(who, at)| (who.to_owned(), at));
    assert_eq!(said, wanted, "each since its latest word");
    on.close().await.unwrap();
    check_words(&store).await;
    store.close().await.unwrap();
    assert!(!has_canary(&path), "what an older program deleted is gone");
}

#[tokio::test]
async fn a_file_of_the_fourth_layout_knows_its_dispatches() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let plan = support::plan("c", "CUST-1", "o");
    let key: String = plan
        .key
        .id()
        .as_bytes()
        .map(|it| format!("{it:02x}"))
        .concat();
    let old = [
        include_str!("../src/sqlite/migrations/1.sql"),
        include_str!("../src/sqlite/migrations/2.sql"),
        include_str!("../src/sqlite/migrations/3.sql"),
        include_str!("../src/sqlite/migrations/4.sql"),
        "INSERT INTO route VALUES (1, 'c', 'j', 's', 'before_date', 'email', 'renewal', 0, '', \
         'pin', 0, 0);
         INSERT INTO dispatch (state, in_doubt, claims, fence, attempts, hidden, route, \
         not_before, not_after, at, \"key\", customer, occurrence, record) VALUES \
         (0, 0, 0, 0, 0, 0, 1, 0, 9, 0, x'KEY', 'CUST-1', 'o', 'STR-CUST-1');",
    ];
    let old = sqlx::AssertSqlSafe(old.join("\n").replace("KEY'", &format!("{key}'")));
    let mut on = connect(&path).await;
    sqlx::raw_sql(old).execute(&mut on).await.unwrap();
    on.close().await.unwrap();
    let store = support::store(&path).await;
    let again = support::page(
        "c",
        vec![plan.clone(), support::plan("c", "CUST-1", "other")],
    );
    let kept = store.schedule(&again, support::at(0)).await.unwrap();
    assert_eq!((kept.known, kept.new), (1, vec![1]));
    let one = DispatchQuery::all().of_id(plan.key.id());
    let found = store.dispatches(&one, None, 10).await.unwrap().items;
    assert_eq!(
        found.iter().map(|it| it.id).collect::<Vec<_>>(),
        [plan.key.id()]
    );
    let theirs = DispatchQuery::all().of_customer(plan.key.customer);
    let page = store.dispatches(&theirs, None, 1).await.unwrap();
    assert_eq!(
        (page.items.len(), page.next.is_some()),
        (1, true),
        "in their order, by pages"
    );
    let rest = store
        .dispatches(&theirs, page.next.as_ref(), 1)
        .await
        .unwrap();
    assert_eq!((rest.items.len(), rest.next), (1, None));
}

fn has_canary(path: &std::path::Path) -> bool {
    let bytes = std::fs::read(path).unwrap();
    bytes.windows(11).any(|it| it == b"CANARY-4711")
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
    let store = world.store("main").await;
    let mut on = world.connect().await;
    let text = "SELECT convert_from(substr(subject, 1, 2), 'UTF8'), at FROM preference ORDER BY 1";
    let said: Vec<(String, i64)> = sqlx::query_as(text).fetch_all(&mut on).await.unwrap();
    let wanted = SAID.map(|(who, at)| (who.to_owned(), at));
    assert_eq!(said, wanted, "each since its latest word");
    let layout: i32 = sqlx::query_scalar("SELECT layout FROM store")
        .fetch_one(&mut on)
        .await
        .unwrap();
    check_words(&store).await;
    assert!(layout > 1, "and no older program opens it again");
    world.drop_schema().await;
}
