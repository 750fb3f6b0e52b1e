//! Guests beside the process that has a file open: what they have said holds at once, although the
//! pass goes on without a pause.
#![cfg(feature = "sqlite")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

mod support;
#[path = "support/rounds.rs"]
mod rounds;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use pregon_adapters_store::{SqliteOptions, SqliteStore};
use pregon_core::*;
use support::{Rules, accepted, address, all, ask, at, cap, page, plan, ready, store};

const PEOPLE: usize = 2_000;
const TASKS: usize = 4;

/// Opt-outs of a person, half of them by the address alone.
fn refusal(n: usize) -> Preference {
    let who = format!("C-{n}");
    let subject = match n % 2 {
        0 => Subject::Customer(CustomerId::new(who).unwrap()),
        _ => Subject::Address(address(&who)),
    };
    Preference {
        subject,
        scope: PreferenceScope::promotional(),
        word: Word::OptOut,
        source: "form".to_owned(),
        wording: None,
    }
}

/// How many of a person's dispatches have ever begun.
async fn attempts(store: &SqliteStore, who: &str) -> u32 {
    let query = DispatchQuery::all().of_customer(CustomerId::new(who).unwrap());
    let page = store.dispatches(&query, None, 10_000).await.unwrap();
    page.items.iter().map(|it| it.attempts).sum()
}

/// What a guest in a process of its own runs; without the variable it is not one.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "it measures real time")]
async fn as_a_guest() {
    let Ok(path) = std::env::var("PREGON_TEST_GUEST") else {
        return;
    };
    let guest = SqliteStore::open_guest(&path).await.unwrap();
    let mut told = std::fs::File::create(format!("{path}.told")).unwrap();
    for n in 0..PEOPLE {
        let start = std::time::Instant::now();
        let said = guest.record(&[refusal(n)], at(1)).await.unwrap();
        let took = start.elapsed().as_micros();
        assert!(said.in_flight <= TASKS as u64 * 64, "what is in flight");
        // Read after the word was acknowledged: what has begun until now, and never more.
        let begun = attempts(&guest, &format!("C-{n}")).await;
        writeln!(told, "{n} {begun} {took}").unwrap();
    }
    guest.close().await.unwrap();
}

fn start_guest(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["as_a_guest", "--exact", "--nocapture"])
        .env("PREGON_TEST_GUEST", path)
        .spawn()
        .unwrap()
}

/// A pass of several tasks that never pauses: when nothing is left it plans a message for
/// everybody.
async fn send_until(store: Arc<SqliteStore>, mut ended: impl FnMut() -> bool) -> u64 {
    let judge = Arc::new(Rules(vec![cap("many", 10_000, "day")]));
    let epoch = store.open(&Opening::default(), at(1)).await.unwrap().epoch;
    let (rounds, begun) = (AtomicU64::new(0), AtomicU64::new(0));
    let mut held: Vec<(Vec<Settlement>, Vec<Ready>)> = vec![Default::default(); TASKS];
    while !ended() {
        let turns = held.iter_mut().map(async |(done, begin)| {
            let wanted = ask(epoch, std::mem::take(begin), 64, &judge);
            let turned = store.turn(done, &wanted, at(1)).await.unwrap();
            let go = turned.begun.iter();
            let go: Vec<_> = go.filter(|it| it.verdict == Verdict::Go).collect();
            begun.fetch_add(go.len() as u64, Ordering::SeqCst);
            *done = go.iter().map(|it| accepted(it.dispatch.ticket)).collect();
            *begin = turned.claimed.iter().map(ready).collect();
            if begin.is_empty() && done.is_empty() {
                plan_for_all(&store, rounds.fetch_add(1, Ordering::SeqCst)).await;
            }
        });
        futures_util::future::join_all(turns).await;
    }
    begun.into_inner()
}

async fn plan_for_all(store: &SqliteStore, round: u64) {
    let one = |n| plan("c", &format!("C-{n}"), &format!("o-{round}"));
    let planned = page("c", (0..PEOPLE).map(one).collect());
    store.schedule(&planned, at(0)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_begins_after_a_guest_was_told_that_its_word_is_kept() {
    for _ in 0..rounds::rounds(1) {
        refuse().await;
    }
}

async fn refuse() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let store = Arc::new(store(&path).await);
    let mut guest = start_guest(&path);
    let ended = || guest.try_wait().unwrap().is_some();
    let begun = send_until(Arc::clone(&store), ended).await;
    assert!(guest.wait().unwrap().success(), "the guest did its part");
    let told = std::fs::read_to_string(format!("{}.told", path.display())).unwrap();
    let (mut late, mut took, mut before) = (Vec::new(), Vec::new(), 0);
    for line in told.lines() {
        let numbers: Vec<u64> = line.split(' ').map(|it| it.parse().unwrap()).collect();
        let who = format!("C-{}", numbers[0]);
        let now = attempts(&store, &who).await;
        if u64::from(now) != numbers[1] {
            late.push(who);
        }
        before += numbers[1];
        took.push(Duration::from_micros(numbers[2]));
    }
    assert_eq!(took.len(), PEOPLE);
    assert_eq!(late, Vec::<String>::new(), "sent to after they refused");
    assert!(before > 0, "the pass wrote to some of them before");
    let ends: BTreeSet<&str> = all(&*store)
        .await
        .iter()
        .map(|it| it.standing.state.as_str())
        .collect();
    assert!(
        ends.contains("suppressed") && ends.contains("accepted"),
        "both won some: {ends:?}"
    );
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 1000];
    let said = writeln!(
        std::io::stderr(),
        "{PEOPLE} opt-outs of a guest while {begun} messages began: 0 late; acknowledged after \
         p50 {:?}, p99 {:?}, at most {:?}",
        at(500),
        at(990),
        at(1000)
    );
    said.unwrap();
}

#[tokio::test]
async fn a_campaign_that_a_guest_pauses_or_cancels_is_paused_and_cancelled() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let store = store(&path).await;
    let guest = SqliteStore::open_guest(&path).await.unwrap();
    let judge = Arc::new(Rules::default());
    plan_for_all(&store, 0).await;
    let epoch = store.open(&Opening::default(), at(0)).await.unwrap().epoch;
    let claim = ask(epoch, vec![], 30, &judge);
    let turned = store.turn(&[], &claim, at(1)).await.unwrap();
    let (paused, cancelled) = turned.claimed.split_at(10);

    support::moved(&guest, "c", Move::Pause, at(2)).await;
    let begin = ask(epoch, paused.iter().map(ready).collect(), 5, &judge);
    let turned = store.turn(&[], &begin, at(3)).await.unwrap();
    assert!(turned.begun.iter().all(|it| it.verdict == Verdict::Paused));
    assert!(turned.claimed.is_empty() && turned.begun.len() == 10);

    support::moved(&guest, "c", Move::Cancel, at(4)).await;
    // The pass knows these by heart, as they were before the guest ended them.
    let gone = |it: &Dispatch| Settlement {
        ticket: it.ticket,
        outcome: Outcome::Withdrawn {
            reason: Reason::Template,
        },
    };
    let (some, others) = cancelled.split_at(10);
    let done: Vec<Settlement> = some.iter().map(gone).collect();
    let begin = ask(epoch, others.iter().map(ready).collect(), 5, &judge);
    let turned = store.turn(&done, &begin, at(5)).await.unwrap();
    assert!(turned.begun.iter().all(|it| it.verdict == Verdict::Stale));
    let log = all(&store).await;
    assert!(
        log.iter().all(|it| it.reason == Some(Reason::Cancelled)),
        "and so they stay"
    );
}

#[tokio::test]
async fn a_guest_needs_no_host_and_lets_nothing_out() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let missing = SqliteStore::open_guest(&path).await.map(drop);
    assert_eq!(missing.map_err(|it| it.kind()), Err(PortErrorKind::Invalid));
    let owner = store(&path).await;
    owner.close().await.unwrap();
    let guest = SqliteStore::open_guest(&path).await.unwrap();
    let second = SqliteStore::open_guest(&path).await.unwrap();
    let _ = guest.record(&[refusal(1)], at(1)).await.unwrap();
    let _ = second.record(&[refusal(2)], at(0)).await.unwrap();
    support::moved(&second, "c", Move::Pause, at(2)).await;
    for (n, mins) in [(1, 1), (2, 0)] {
        let said = guest.history(&refusal(n).subject).await.unwrap();
        assert_eq!(said[0].at, at(mins), "a word moves no clock");
    }
    let campaign = CampaignId::new("c").unwrap();
    let journey = JourneyId::new("j").unwrap();
    let judge = Arc::new(Rules::default());
    let refused = [
        guest.open(&Opening::default(), at(1)).await.map(drop),
        guest.schedule(&page("c", vec![]), at(1)).await.map(drop),
        guest
            .turn(&[], &ask(1, vec![], 1, &judge), at(1))
            .await
            .map(drop),
        guest.begin_audience(&campaign, &journey).await.map(drop),
        guest.add_members(FrozenId::new(1), &[]).await.map(drop),
    ];
    for refused in refused {
        let kind = refused.map_err(|it| it.kind());
        assert_eq!(kind, Err(PortErrorKind::Unsupported));
    }
    let owner = SqliteStore::open(&path, SqliteOptions::new())
        .await
        .unwrap();
    let paused = owner.campaigns().await.unwrap().remove(0);
    assert_eq!(paused.record.state(), CampaignState::Paused);
    let said = owner.history(&refusal(1).subject).await.unwrap();
    assert_eq!(said.len(), 1, "a guest without a host loses nothing");
}

#[tokio::test]
async fn a_guest_that_holds_the_door_for_too_long_keeps_nobody_from_writing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let store = store(&path).await;
    let door = std::fs::File::open(format!("{}.door", path.display())).unwrap();
    door.lock().unwrap();
    let planned = page("c", vec![plan("c", "C-1", "o")]);
    let kept = store.schedule(&planned, at(0)).await.unwrap();
    assert_eq!(kept.new.len(), 1);
    // Waited for once: a hundred more would take minutes.
    for n in 0..100 {
        let planned = page("c", vec![plan("c", "C-1", &format!("p-{n}"))]);
        store.schedule(&planned, at(0)).await.unwrap();
    }
    let guest = SqliteStore::open_guest(&path).await.unwrap();
    let _ = guest.record(&[refusal(1)], at(1)).await.unwrap();
}

#[tokio::test]
async fn a_guest_of_another_version_stops_writing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let owner = store(&path).await;
    let guest = SqliteStore::open_guest(&path).await.unwrap();
    drop(owner);
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut on = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let newer = sqlx::raw_sql("PRAGMA user_version = 99");
    newer.execute(&mut on).await.unwrap();
    let error = guest.record(&[refusal(1)], at(1)).await.map(drop);
    assert_eq!(
        error.map_err(|it| it.kind()),
        Err(PortErrorKind::Unsupported)
    );
}
