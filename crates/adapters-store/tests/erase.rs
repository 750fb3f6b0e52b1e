//! Forgetting people: nothing of them is left in a file, and nothing of theirs begins, whatever a
//! pass is doing meanwhile.
#![cfg(feature = "sqlite")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

#[expect(dead_code, reason = "each test uses some of it")]
mod support;
#[cfg(feature = "postgres")]
#[path = "support/world.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod world;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pregon_adapters_store::SqliteStore;
use pregon_conformance::privacy::Forgetful;
use pregon_core::*;
use support::{Rules, all, ask, at, cap, page, plan, ready, store};

/// What is looked for: an id, the occurrences, the records and the reference of one person.
const CANARY: &str = "CANARY-4711";
const TRACES: [&str; 4] = [
    CANARY,
    "OCC-canary-secret",
    "STR-CANARY-4711",
    "REF-canary-secret",
];

fn id(of: &str) -> CustomerId {
    CustomerId::new(of).unwrap()
}

fn word(subject: Subject) -> Preference {
    Preference {
        subject,
        scope: PreferenceScope::promotional(),
        word: Word::OptIn,
        source: "form".to_owned(),
        wording: Some("v1".to_owned()),
    }
}

/// How often each trace is in the files of a store.
fn traces(path: &Path) -> [usize; TRACES.len()] {
    let mut found = [0; TRACES.len()];
    for end in ["", "-wal", "-shm"] {
        let bytes = std::fs::read(format!("{}{end}", path.display())).unwrap_or_default();
        for (count, trace) in found.iter_mut().zip(TRACES) {
            let trace = trace.as_bytes();
            *count += bytes.windows(trace.len()).filter(|it| it == &trace).count();
        }
    }
    found
}

/// Numbers in an order of no sense: the pages of the file split everywhere.
fn shuffled(most: usize) -> impl Iterator<Item = usize> {
    (0..most).map(move |n| n * 7_919 % most)
}

/// Somebody with a past of every kind among many others.
async fn fill(store: &SqliteStore, most: usize) {
    let judge = Arc::new(Rules(vec![cap("many", 10_000, "year")]));
    let epoch = store.open(&Opening::default(), at(0)).await.unwrap().epoch;
    let frozen = store
        .begin_audience(
            &CampaignId::new("c").unwrap(),
            &JourneyId::new("j").unwrap(),
        )
        .await
        .unwrap();
    let others: Vec<String> = shuffled(most).map(|n| format!("CANARY-{n:05}")).collect();
    for (round, names) in others.chunks(100).enumerate() {
        let member = |name: &str| FrozenMember {
            customer: id(name),
            profile: Profile::default(),
        };
        let mut members: Vec<FrozenMember> = names.iter().map(|it| member(it)).collect();
        members.push(member(CANARY));
        store.add_members(frozen, &members).await.unwrap();
        let mut plans: Vec<Planned> = names.iter().map(|it| plan("c", it, "OCC-other")).collect();
        plans.push(plan("c", CANARY, &format!("OCC-canary-secret-{round}")));
        store.schedule(&page("c", plans), at(0)).await.unwrap();
        let mut words: Vec<Preference> = names
            .iter()
            .map(|it| word(Subject::Customer(id(it))))
            .collect();
        words.push(word(Subject::Customer(id(CANARY))));
        let _ = store.record(&words, at(0)).await.unwrap();
        let claimed = store
            .turn(&[], &ask(epoch, vec![], 90, &judge), at(1))
            .await
            .unwrap();
        let wanted = claimed.claimed.iter().map(ready).collect();
        let begun = store
            .turn(&[], &ask(epoch, wanted, 0, &judge), at(1))
            .await
            .unwrap();
        let settle = |it: &Begun| {
            let reference = format!("REF-canary-secret-{round}");
            let own = it.dispatch.plan.key.customer.as_str() == CANARY;
            Settlement {
                ticket: it.dispatch.ticket,
                outcome: Outcome::Accepted {
                    reference: own.then_some(reference),
                },
            }
        };
        let done: Vec<Settlement> = begun.begun.iter().map(settle).collect();
        store
            .turn(&done, &ask(epoch, vec![], 0, &judge), at(1))
            .await
            .unwrap();
    }
}

/// Everybody's name is as long as this.
const OTHER: usize = "CANARY-00000".len();

#[tokio::test]
async fn nothing_of_them_is_left_in_the_files() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let store = store(&path).await;
    fill(&store, 3_000).await;
    let before = traces(&path);
    assert!(before.iter().all(|found| *found > 10), "{before:?}");
    let erased = store.erase(&id(CANARY), at(2)).await.unwrap();
    assert_eq!(
        (erased.dispatches, erased.words, erased.audiences),
        (30, 30, 1)
    );
    assert!(erased.withdrawn > 0 && erased.withdrawn < 30, "{erased:?}");
    assert_eq!(traces(&path), [0; TRACES.len()], "of {before:?}");
    assert_eq!(
        store.erase(&id(CANARY), at(3)).await.unwrap(),
        Erased::default()
    );

    // And one here and there, in pages that stay full of others.
    let here_and_there = (0..3_000).step_by(20).map(|n| format!("CANARY-{n:05}"));
    let gone: HashSet<Vec<u8>> = here_and_there.map(String::into_bytes).collect();
    let found = || {
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(OTHER).filter(|it| gone.contains(*it)).count()
    };
    assert!(found() > gone.len());
    for name in &gone {
        let name = std::str::from_utf8(name).unwrap();
        assert_eq!(store.erase(&id(name), at(2)).await.unwrap().dispatches, 1);
    }
    assert_eq!(found(), 0);
    store.close().await.unwrap();
    assert_eq!(traces(&path), [0; TRACES.len()]);
}

#[tokio::test]
async fn whoever_reads_keeps_the_journal_and_is_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let store = store(&path).await;
    let planned = page("c", vec![plan("c", CANARY, "OCC-canary-secret")]);
    store.schedule(&planned, at(0)).await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut reader = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let read = "BEGIN; SELECT count(*) FROM dispatch";
    sqlx::raw_sql(read).execute(&mut reader).await.unwrap();
    let busy = store.erase(&id(CANARY), at(1)).await;
    let kind = busy.map_err(|it| it.kind());
    assert_eq!(kind, Err(PortErrorKind::Unavailable));
    let reasons: Vec<_> = all(&store).await.iter().map(|it| it.reason).collect();
    assert_eq!(reasons, [Some(Reason::Erased)], "forgotten all the same");
    sqlx::raw_sql("COMMIT").execute(&mut reader).await.unwrap();
    assert!(traces(&path)[0] > 0);
    assert_eq!(
        store.erase(&id(CANARY), at(2)).await.unwrap(),
        Erased::default()
    );
    assert_eq!(traces(&path), [0; TRACES.len()]);
}

/// How many people a pass writes to while they are forgotten.
const PEOPLE: usize = 60;

fn person(n: usize) -> CustomerId {
    id(&format!("PERSON-{n:03}"))
}

/// Plans and sends to everybody until all are forgotten.
async fn send_and_plan(store: &dyn Forgetful, is_over: &AtomicBool) -> u64 {
    let judge = Arc::new(Rules(vec![cap("many", 100_000, "day")]));
    let epoch = store.open(&Opening::default(), at(1)).await.unwrap().epoch;
    let (mut round, mut settled, mut refused) = (0, 0, 0);
    let (mut done, mut begin) = (Vec::new(), Vec::new());
    while !is_over.load(Ordering::SeqCst) || refused < PEOPLE as u64 {
        if begin.is_empty() && done.is_empty() {
            let occurrence = format!("PERSON-{round}");
            let one = |n| plan("c", person(n).as_str(), &occurrence);
            let planned = page("c", (0..PEOPLE).map(one).collect());
            let scheduled = store.schedule(&planned, at(1)).await.unwrap();
            refused = scheduled.refused.get(&Reason::Erased).copied().unwrap_or(0);
            round += 1;
        }
        let wanted = ask(epoch, std::mem::take(&mut begin), 16, &judge);
        let turned = store.turn(&done, &wanted, at(1)).await.unwrap();
        let go = turned.begun.iter().filter(|it| it.verdict == Verdict::Go);
        let settle = |it: &Begun| Settlement {
            ticket: it.dispatch.ticket,
            outcome: match it.dispatch.ticket.row % 3 {
                0 => Outcome::Again {
                    at: at(1),
                    reason: Reason::NotAccepted,
                },
                _ => Outcome::Accepted {
                    reference: Some(format!("PERSON-{}", it.dispatch.ticket.row)),
                },
            },
        };
        done = go.map(settle).collect();
        settled += done.len() as u64;
        begin = turned.claimed.iter().map(ready).collect();
    }
    settled
}

/// How many times a message to somebody who was forgotten has begun.
async fn attempts(store: &dyn Forgetful, stone: &CustomerId) -> u32 {
    let query = DispatchQuery::all().of_customer(stone.clone());
    let page = store.dispatches(&query, None, 10_000).await.unwrap();
    page.items.iter().map(|it| it.attempts).sum()
}

/// Forgets everybody beside a pass; says how many messages went out.
async fn forget_all_beside_a_pass(store: Arc<dyn Forgetful>, other: Arc<dyn Forgetful>) -> u64 {
    let key = store.hash_key().await.unwrap();
    let is_over = Arc::new(AtomicBool::new(false));
    let (pass, told) = (Arc::clone(&store), Arc::clone(&is_over));
    let pass = tokio::spawn(async move { send_and_plan(&*pass, &told).await });
    let (mut begun, mut erased) = (Vec::new(), Erased::default());
    while all(&*store).await.len() < 2 * PEOPLE {
        tokio::task::yield_now().await;
    }
    for n in 0..PEOPLE {
        let one = other.erase(&person(n), at(1)).await.unwrap();
        erased.withdrawn += one.withdrawn;
        erased.in_flight += one.in_flight;
        begun.push(attempts(&*other, &key.tombstone(&person(n))).await);
    }
    is_over.store(true, Ordering::SeqCst);
    let sent = pass.await.unwrap();
    assert!(erased.withdrawn > 0 && erased.in_flight > 0, "{erased:?}");
    for (n, begun) in begun.into_iter().enumerate() {
        let now = attempts(&*store, &key.tombstone(&person(n))).await;
        assert!(begun > 0 && now <= begun, "{n}: {begun}, then {now}");
    }
    for it in all(&*store).await {
        assert!(it.key.customer.is_erased(), "{it:?}");
        assert!(it.standing.state.is_final(), "{it:?}");
    }
    sent
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_forgets_everybody_beside_a_pass() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let owner = Arc::new(store(&path).await);
    let guest = Arc::new(SqliteStore::open_guest(&path).await.unwrap());
    let sent = forget_all_beside_a_pass(owner, Arc::clone(&guest) as _).await;
    assert!(sent >= PEOPLE as u64);
    // The last time, when nobody writes any more.
    assert_eq!(
        guest.erase(&person(0), at(1)).await.unwrap(),
        Erased::default()
    );
    for end in ["", "-wal", "-shm"] {
        let bytes = std::fs::read(format!("{}{end}", path.display())).unwrap();
        let name = b"PERSON-".as_slice();
        let found = bytes.windows(name.len()).filter(|it| *it == name).count();
        assert_eq!(found, 0, "{end:?}");
    }
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_forgets_everybody_beside_a_pass() {
    let Some(world) = world::World::new().await else {
        return;
    };
    let store = world.store("main").await;
    support::activate(&store, "c").await;
    let other = world.store("desk").await;
    let sent = forget_all_beside_a_pass(Arc::new(store), Arc::new(other)).await;
    assert!(sent >= PEOPLE as u64);
    let mut on = world.connect().await;
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = $1";
    let tables: Vec<String> = sqlx::query_scalar(tables)
        .bind(&world.schema)
        .fetch_all(&mut on)
        .await
        .unwrap();
    assert!(tables.len() > 10, "{tables:?}");
    for table in tables {
        // Bytes are shown as digits.
        let text = format!(
            "SELECT count(*) FROM \"{table}\" t WHERE t::text LIKE '%PERSON-%' \
             OR t::text LIKE '%' || encode('PERSON-', 'hex') || '%'"
        );
        let found: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(text))
            .fetch_one(&mut on)
            .await
            .unwrap();
        assert_eq!(found, 0, "in {table}");
    }
    world.drop_schema().await;
}
