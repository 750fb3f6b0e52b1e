//! A standby is promoted that has not got all, and the old primary comes back.

mod node;
mod dump;
mod full;

use node::{Node, Yard};
use pregon_adapters_store::{PostgresOptions, PostgresStore};
use pregon_core::*;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};

use crate::loss::{
    Sent, judge, opening, pass, plans, settled_by_promise, what_is_kept, what_is_lost,
};
use crate::support::{all, ask, at, page};

/// Two stores on the same servers: one that is told of the loss and one that is not.
const TOLD: &str = "told";
const NOT_TOLD: &str = "not_told";

async fn say(node: &Node, text: &str) -> String {
    let mut on = PgConnection::connect(&node.url()).await.unwrap();
    let text = AssertSqlSafe(text.to_owned());
    sqlx::query_scalar(text).fetch_one(&mut on).await.unwrap()
}

/// Asks until the answer is `true`.
async fn until(node: &Node, text: &str) {
    while say(node, &format!("SELECT ({text})::text")).await != "true" {
        tokio::task::yield_now().await;
    }
}

fn options(schema: &str) -> PostgresOptions {
    PostgresOptions::new().with_schema(schema)
}

async fn open(node: &Node, schema: &str) -> PostgresStore {
    let opened = PostgresStore::open(&node.url(), options(schema)).await;
    opened.unwrap()
}

async fn refusal(node: &Node, schema: &str) -> PortErrorKind {
    let opened = PostgresStore::open(&node.url(), options(schema)).await;
    opened.expect_err("refused").kind()
}

/// What the standby gets as well.
async fn kept(node: &Node, schema: &str, sent: &mut Sent) -> (PostgresStore, Epoch) {
    let store = open(node, schema).await;
    crate::support::activate(&store, "c").await;
    let epoch = what_is_kept(&store, sent).await;
    (store, epoch)
}

/// Until it has all that its primary has; then it gets nothing any more.
async fn cut_off(standby: &Node, primary: &Node) {
    let now = say(primary, "SELECT pg_current_wal_lsn()::text").await;
    until(
        standby,
        &format!("pg_last_wal_replay_lsn() >= '{now}'::pg_lsn"),
    )
    .await;
    let mut on = PgConnection::connect(&standby.url()).await.unwrap();
    for text in [
        "ALTER SYSTEM SET primary_conninfo = ''",
        "SELECT pg_reload_conf()",
    ] {
        sqlx::raw_sql(text).execute(&mut on).await.unwrap();
    }
    until(standby, "NOT EXISTS (SELECT 1 FROM pg_stat_wal_receiver)").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_was_promoted_sends_nothing_again_that_is_at_most_once() {
    let Some(yard) = Yard::new("failover") else {
        return;
    };
    let primary = yard.primary("first");
    let (mut told, mut not_told) = (Sent::new(), Sent::new());
    let (store, epoch) = kept(&primary, TOLD, &mut told).await;
    let (naive, naive_epoch) = kept(&primary, NOT_TOLD, &mut not_told).await;
    let standby = yard.standby("second", &primary);
    assert_eq!(refusal(&standby, TOLD).await, PortErrorKind::Unavailable);
    cut_off(&standby, &primary).await;
    what_is_lost(&store, epoch, &mut told).await;
    what_is_lost(&naive, naive_epoch, &mut not_told).await;

    // The standby takes the place of the primary, and is one still.
    let port = primary.port;
    drop((primary, standby));
    let standby = yard.serve("second", port);
    let nothing = ask(epoch, vec![], 1, &judge());
    let turn = store.turn(&[], &nothing, at(4)).await.map(drop);
    assert_eq!(
        turn.map_err(|it| it.kind()),
        Err(PortErrorKind::Unavailable)
    );
    say(&standby, "SELECT pg_promote()::text").await;
    let promoted = standby;
    refuses(&store, epoch, &promoted).await;

    let doubt = options(TOLD).accept_moved_in_doubt(at(2), at(10));
    drop(PostgresStore::open(&promoted.url(), doubt).await.unwrap());
    let whole = options(NOT_TOLD).accept_moved();
    drop(PostgresStore::open(&promoted.url(), whole).await.unwrap());
    // The same process goes on, and has numbers of routes by heart that nobody else knows.
    let turn = store.turn(&[], &nothing, at(11)).await.map(drop);
    assert_eq!(turn.map_err(|it| it.kind()), Err(PortErrorKind::Conflict));
    pass(&naive, 11, &opening(), &mut not_told).await;
    assert_eq!(
        not_told["lost o"], 2,
        "whoever is not told of it sends twice"
    );
    assert_eq!((not_told["new o"], not_told["open o"]), (2, 2));
    let opened = pass(&store, 11, &opening(), &mut told).await;
    assert_eq!(opened.doubts, 4, "open, lost, receipt and keyed");
    pass(&store, 12, &opening(), &mut told).await;
    pass(&store, 60 * 24 + 1, &opening(), &mut told).await;
    settled_by_promise(&store, &told).await;
    the_old_primary_comes_back(&yard, &promoted, &store).await;
}

/// Nothing is decided on a server that nobody has looked at.
async fn refuses(store: &PostgresStore, epoch: Epoch, promoted: &Node) {
    let nothing = ask(epoch, vec![], 1, &judge());
    let turn = store.turn(&[], &nothing, at(4)).await.map(drop);
    let pass = store.open(&opening(), at(4)).await.map(drop);
    let planned = store.schedule(&page("c", plans()), at(4)).await.map(drop);
    for refused in [turn, pass, planned] {
        assert_eq!(
            refused.map_err(|it| it.kind()),
            Err(PortErrorKind::Conflict)
        );
    }
    assert_eq!(refusal(promoted, TOLD).await, PortErrorKind::Conflict);
}

/// As a standby of its successor, which is what it then is.
async fn the_old_primary_comes_back(yard: &Yard, promoted: &Node, store: &PostgresStore) {
    let mut on = PgConnection::connect(&promoted.url()).await.unwrap();
    sqlx::raw_sql("CHECKPOINT").execute(&mut on).await.unwrap();
    let old = yard.rewind("first", promoted);
    let now = say(promoted, "SELECT pg_current_wal_lsn()::text").await;
    until(
        &old,
        &format!("pg_last_wal_replay_lsn() >= '{now}'::pg_lsn"),
    )
    .await;
    assert_eq!(refusal(&old, TOLD).await, PortErrorKind::Unavailable);
    let reader = PostgresStore::open_read_only(&old.url(), options(TOLD)).await;
    assert_eq!(all(&reader.unwrap()).await, all(store).await);
}
