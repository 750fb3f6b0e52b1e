//! Transactions that lose or wait for too long: serialization failures, deadlocks, a `lock_timeout`
//! or a `statement_timeout`. They are tried again a bounded number of times; then the call fails,
//! nothing of it is kept, and nothing is lost.
#![cfg(all(feature = "sqlite", feature = "postgres"))]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

#[expect(dead_code, reason = "each test uses some of it")]
mod support;
#[path = "support/world.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod world;

use std::sync::Arc;

use pregon_adapters_store::PostgresStore;
use pregon_core::*;
use sqlx::postgres::PgConnection;
use support::{Rules, accepted, all, ask, at, cap, page, plan, ready};
use world::World;

/// How often a transaction is carried out at most.
const MOST: i64 = 9;

/// A store, its pass, and the one dispatch that it has, claimed.
struct Pass {
    store: PostgresStore,
    epoch: Epoch,
    judge: Arc<Rules>,
    claimed: Dispatch,
}

impl Pass {
    /// Over a connection with these settings.
    async fn new(world: &World, settings: &str) -> Self {
        let mark = if world.url.contains('?') { '&' } else { '?' };
        let url = match settings {
            "" => world.url.clone(),
            some => format!("{}{mark}options=-c%20{some}", world.url),
        };
        let options = world.options().with_worker("waits");
        let store = PostgresStore::open(&url, options).await.unwrap();
        support::activate(&store, "c").await;
        let judge = Arc::new(Rules(vec![cap("one", 1, "7d")]));
        let plans = ["a", "b"].map(|occasion| plan("c", "A", occasion)).to_vec();
        store.schedule(&page("c", plans), at(0)).await.unwrap();
        let epoch = store.open(&Opening::default(), at(0)).await.unwrap().epoch;
        let claim = ask(epoch, vec![], 1, &judge);
        let claimed = store.turn(&[], &claim, at(1)).await.unwrap().claimed;
        let claimed = claimed[0].clone();
        Self {
            store,
            epoch,
            judge,
            claimed,
        }
    }

    async fn begin(&self) -> Result<Vec<Begun>, PortError> {
        let begin = ask(self.epoch, vec![ready(&self.claimed)], 0, &self.judge);
        let turned = self.store.turn(&[], &begin, at(1)).await?;
        Ok(turned.begun)
    }

    /// Fails unless it begins now, and is the only one of its person.
    async fn begins_once(&self) {
        let begun = self.begin().await.unwrap();
        assert_eq!(begun[0].verdict, Verdict::Go);
        self.settle_and_check(&begun[0]).await;
    }

    async fn settle_and_check(&self, begun: &Begun) {
        let done = [accepted(begun.dispatch.ticket)];
        let claim = ask(self.epoch, vec![], 9, &self.judge);
        let claimed = self.store.turn(&done, &claim, at(2)).await.unwrap().claimed;
        let wanted = claimed.iter().map(ready).collect();
        let begin = ask(self.epoch, wanted, 0, &self.judge);
        let turned = self.store.turn(&[], &begin, at(2));
        let turned = turned.await.unwrap();
        assert_eq!((turned.begun.len(), claimed.len()), (1, 1));
        let capped = matches!(turned.begun[0].verdict, Verdict::Capped { .. });
        assert!(capped, "the other one's place is taken, once");
        let mut states: Vec<_> = all(&self.store)
            .await
            .iter()
            .map(|it| (it.standing.state.as_str(), it.attempts))
            .collect();
        states.sort_unstable();
        assert_eq!(states, [("accepted", 1), ("scheduled", 0)]);
        let limits: Vec<Arc<dyn Limit>> = vec![Arc::new(cap("one", 1, "7d"))];
        let books = audit(&self.store, &limits).await.unwrap();
        assert_eq!(books.violations, vec![]);
    }

    /// Fails unless the turn does, and leaves all as it was.
    async fn fails_and_keeps_nothing(&self) {
        let error = self.begin().await.expect_err("it cannot be carried out");
        assert_eq!(error.kind(), PortErrorKind::Unavailable, "{error:?}");
        assert!(error.is_transient());
        self.all_waits().await;
    }

    async fn all_waits(&self) {
        let views = all(&self.store).await;
        let stand = |it: &DispatchView| (it.standing.state, it.attempts);
        let stand: Vec<_> = views.iter().map(stand).collect();
        assert_eq!(stand, [(State::Scheduled, 0); 2]);
    }
}

/// Makes so many changes of dispatches fail with a code. A sequence does not go back with its
/// transaction, so it counts them all.
async fn fail(world: &World, times: i64, code: &str) {
    let text = format!(
        "CREATE SEQUENCE IF NOT EXISTS failed; \
         CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         IF nextval('failed') <= {times} THEN RAISE EXCEPTION USING ERRCODE = '{code}'; END IF; \
         RETURN NULL; END $$; \
         CREATE OR REPLACE TRIGGER fail AFTER UPDATE ON dispatch FOR EACH STATEMENT \
         EXECUTE FUNCTION fail(); SELECT setval('failed', 1, false)"
    );
    world.run(&text).await;
}

async fn failed(world: &World) -> i64 {
    let mut on = world.connect().await;
    let text = "SELECT last_value FROM failed";
    sqlx::query_scalar(text).fetch_one(&mut on).await.unwrap()
}

#[tokio::test]
async fn what_loses_is_tried_again_a_bounded_number_of_times() {
    for code in ["40001", "40P01", "55P03"] {
        let Some(world) = World::new().await else {
            return;
        };
        let pass = Pass::new(&world, "").await;
        fail(&world, 1000, code).await;
        pass.fails_and_keeps_nothing().await;
        assert_eq!(failed(&world).await, MOST, "{code}");
        fail(&world, MOST - 1, code).await;
        pass.begins_once().await;
        world.drop_schema().await;
    }
}

#[tokio::test]
async fn what_took_too_long_is_not_tried_again() {
    let Some(world) = World::new().await else {
        return;
    };
    let pass = Pass::new(&world, "").await;
    fail(&world, 1000, "57014").await;
    pass.fails_and_keeps_nothing().await;
    assert_eq!(failed(&world).await, 1);
    fail(&world, 0, "57014").await;
    pass.begins_once().await;
    world.drop_schema().await;
}

/// Takes a lock in a transaction that stays open.
async fn hold(world: &World, what: &'static str) -> PgConnection {
    let mut on = world.connect().await;
    for text in ["BEGIN", what] {
        sqlx::raw_sql(text).execute(&mut on).await.unwrap();
    }
    on
}

async fn let_go(mut on: PgConnection) {
    sqlx::raw_sql("ROLLBACK").execute(&mut on).await.unwrap();
}

#[tokio::test]
async fn whoever_holds_a_lock_for_too_long_makes_the_turn_fail_and_loses_nothing() {
    let held = [
        "SELECT FROM dispatch FOR UPDATE",
        "SELECT FROM campaign FOR UPDATE",
        "SELECT FROM worker FOR UPDATE",
        "LOCK TABLE gate IN ACCESS EXCLUSIVE MODE",
        "LOCK TABLE hold IN ACCESS EXCLUSIVE MODE",
    ];
    for settings in ["lock_timeout=20", "statement_timeout=100"] {
        for held in held {
            let Some(world) = World::new().await else {
                return;
            };
            let pass = Pass::new(&world, settings).await;
            let other = hold(&world, held).await;
            let error = pass.begin().await.expect_err("somebody holds it");
            assert_eq!(
                error.kind(),
                PortErrorKind::Unavailable,
                "{settings}: {error:?}"
            );
            let_go(other).await;
            pass.all_waits().await;
            pass.begins_once().await;
            world.drop_schema().await;
        }
    }
}

/// Asks until somebody waits for a lock.
async fn until_it_waits(on: &mut PgConnection) {
    let text = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
        AND application_name = 'pregon waits')";
    loop {
        let waits: bool = sqlx::query_scalar(text).fetch_one(&mut *on).await.unwrap();
        if waits {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_meets_another_session_in_a_deadlock_is_tried_again() {
    let Some(world) = World::new().await else {
        return;
    };
    // A server looks for a deadlock once in each wait, so the circle must be closed by then.
    let pass = Arc::new(Pass::new(&world, "deadlock_timeout=3000").await);
    // In the wrong order: the row, and then the campaign, which the turn holds by then.
    let mut other = hold(
        &world,
        "SET LOCAL deadlock_timeout = '1min'; SELECT FROM dispatch FOR UPDATE",
    )
    .await;
    let theirs = Arc::clone(&pass);
    let turn = tokio::spawn(async move { theirs.begin().await });
    let mut looks = world.connect().await;
    until_it_waits(&mut looks).await;
    let wrong = sqlx::raw_sql("SELECT FROM campaign FOR UPDATE");
    wrong.execute(&mut other).await.unwrap();
    let_go(other).await;
    let begun = turn.await.unwrap().unwrap();
    assert_eq!(begun[0].verdict, Verdict::Go);
    pass.settle_and_check(&begun[0]).await;
    world.drop_schema().await;
}
