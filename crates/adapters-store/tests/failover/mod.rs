//! A standby is promoted that has not got all, and the old primary comes back.

mod node;

use std::collections::BTreeMap;
use std::sync::Arc;

use node::{Node, Yard};
use pregon_adapters_store::{PostgresOptions, PostgresStore};
use pregon_core::*;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};

use crate::support::{Rules, accepted, all, ask, at, cap, page, plan, ready};

/// How often each dispatch left, whichever server knows of it.
type Sent = BTreeMap<String, u32>;

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

/// A dispatch of somebody on a channel: `push` keeps keys, all others are blind.
fn planned(who: &str, channel: &str, class: Class) -> Planned {
    let mut plan = plan("c", who, "o");
    plan.key.channel = ChannelName::new(channel).unwrap();
    plan.class = class;
    plan
}

/// One that is due a day later.
fn later(who: &str) -> Planned {
    let mut plan = plan("c", who, "later");
    plan.not_before = at(60 * 24);
    plan
}

/// What the campaign plans; the last one only after the standby was cut off.
fn plans() -> Vec<Planned> {
    let mut plans = ["kept", "open", "lost", "refuses"]
        .map(|who| planned(who, "email", Class::Promotional))
        .to_vec();
    plans.push(planned("receipt", "email", Class::Transactional));
    plans.push(planned("keyed", "push", Class::Promotional));
    plans.extend([later("lost"), later("waits")]);
    plans.push(planned("new", "sms", Class::Promotional));
    plans
}

fn judge() -> Arc<Rules> {
    Arc::new(Rules(vec![cap("week", 1, "7d")]))
}

fn opening() -> Opening {
    let mut opening = Opening::default();
    let promise = Promise::Idempotent { retention: None };
    let channel = ChannelName::new("push").unwrap();
    opening.promises.insert(channel, promise);
    // It knows of nothing that left in the first pass; what left later, in a pass that is lost, is
    // in no recorder that one could ask.
    opening.flights.insert_pass(1);
    opening
}

/// Begins what is due of these people; gives what left. All of it is sent.
async fn send(store: &PostgresStore, epoch: Epoch, mins: i64, sent: &mut Sent) -> Vec<Dispatch> {
    let judge = judge();
    let claim = ask(epoch, vec![], 50, &judge);
    let claimed = store.turn(&[], &claim, at(mins)).await.unwrap().claimed;
    let begin = ask(epoch, claimed.iter().map(ready).collect(), 0, &judge);
    let begun = store.turn(&[], &begin, at(mins)).await.unwrap().begun;
    let go = begun.into_iter().filter(|it| it.verdict == Verdict::Go);
    let gone: Vec<Dispatch> = go.map(|it| it.dispatch).collect();
    for dispatch in &gone {
        *sent.entry(name(&dispatch.plan.key)).or_default() += 1;
    }
    gone
}

async fn settle(store: &PostgresStore, epoch: Epoch, mins: i64, gone: &[Dispatch]) {
    let done: Vec<_> = gone.iter().map(|it| accepted(it.ticket)).collect();
    let nothing = ask(epoch, vec![], 0, &judge());
    store.turn(&done, &nothing, at(mins)).await.unwrap();
}

/// A whole pass.
async fn pass(store: &PostgresStore, mins: i64, sent: &mut Sent) -> Opened {
    let opened = store.open(&opening(), at(mins)).await.unwrap();
    store.schedule(&page("c", plans()), at(mins)).await.unwrap();
    loop {
        let gone = send(store, opened.epoch, mins, sent).await;
        if gone.is_empty() {
            return opened;
        }
        settle(store, opened.epoch, mins, &gone).await;
    }
}

fn name(key: &DispatchKey) -> String {
    format!("{} {}", key.customer, key.occurrence)
}

/// What the standby gets as well: one is sent and settled, one is sent and open, one refuses.
async fn what_is_kept(node: &Node, schema: &str, sent: &mut Sent) -> (PostgresStore, Epoch) {
    let store = open(node, schema).await;
    crate::support::activate(&store, "c").await;
    let mut plans = plans();
    plans.pop();
    let rest = plans.split_off(2);
    store.schedule(&page("c", plans), at(0)).await.unwrap();
    let epoch = store.open(&opening(), at(1)).await.unwrap().epoch;
    assert_eq!(epoch, 1);
    let gone = send(&store, epoch, 1, sent).await;
    let (kept, open): (Vec<_>, Vec<_>) = { gone }
        .into_iter()
        .partition(|it| it.plan.key.customer.as_str() == "kept");
    assert_eq!((kept.len(), open.len()), (1, 1));
    settle(&store, epoch, 1, &kept).await;
    store.schedule(&page("c", rest), at(1)).await.unwrap();
    let refused = Preference {
        subject: Subject::Customer(CustomerId::new("refuses").unwrap()),
        scope: PreferenceScope {
            channel: None,
            purpose: PurposeScope::Everything,
        },
        word: Word::OptOut,
        source: "form".to_owned(),
        wording: None,
    };
    let said = store.record(&[refused], at(1)).await.unwrap();
    assert_eq!(said.in_flight, 0);
    (store, epoch)
}

/// What the standby never gets: all that is due is sent and settled, and so is what is planned.
async fn what_is_lost(store: &PostgresStore, epoch: Epoch, sent: &mut Sent) {
    let new = plans().split_off(plans().len() - 1);
    store.schedule(&page("c", new), at(3)).await.unwrap();
    let gone = send(store, epoch, 3, sent).await;
    assert_eq!(gone.len(), 4, "those who are due and do not refuse");
    settle(store, epoch, 3, &gone).await;
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
    let Some(yard) = Yard::new() else {
        return;
    };
    let primary = yard.primary("first");
    let (mut told, mut not_told) = (Sent::new(), Sent::new());
    let (store, epoch) = what_is_kept(&primary, TOLD, &mut told).await;
    let (naive, naive_epoch) = what_is_kept(&primary, NOT_TOLD, &mut not_told).await;
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
    pass(&naive, 11, &mut not_told).await;
    assert_eq!(
        not_told["lost o"], 2,
        "whoever is not told of it sends twice"
    );
    assert_eq!((not_told["new o"], not_told["open o"]), (2, 2));
    let opened = pass(&store, 11, &mut told).await;
    assert_eq!(opened.doubts, 4, "open, lost, receipt and keyed");
    pass(&store, 12, &mut told).await;
    pass(&store, 60 * 24 + 1, &mut told).await;
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

async fn settled_by_promise(store: &PostgresStore, sent: &Sent) {
    let views = all(store).await;
    let stand: BTreeMap<String, &str> = views
        .iter()
        .map(|it| (name(&it.key), it.standing.state.as_str()))
        .collect();
    let wanted = [
        // Blind, and at most once.
        ("lost o", "unknown", 1),
        ("open o", "unknown", 1),
        ("new o", "unknown", 1),
        // Once more, because losing it is worse; and under the same key.
        ("receipt o", "accepted", 2),
        ("keyed o", "accepted", 2),
        // What nobody doubts.
        ("kept o", "accepted", 1),
        ("refuses o", "suppressed", 0),
        ("waits later", "accepted", 1),
        // One a week: what may have arrived counts.
        ("lost later", "scheduled", 0),
    ];
    for (name, state, times) in wanted {
        assert_eq!(stand.get(name), Some(&state), "{name}");
        assert_eq!(sent.get(name).copied().unwrap_or(0), times, "{name}");
    }
    assert_eq!(stand.len(), wanted.len());
    let limits: Vec<Arc<dyn Limit>> = vec![Arc::new(cap("week", 1, "7d"))];
    assert_eq!(audit(store, &limits).await.unwrap().violations, vec![]);
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
