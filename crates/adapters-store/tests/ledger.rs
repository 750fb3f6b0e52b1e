//! What the suites do not ask: many rows of one person, address keys that move, long lists.
#![cfg(feature = "sqlite")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

mod support;

#[cfg(feature = "postgres")]
#[path = "support/world.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod world;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_core::{
    Begun, Ledger as _, Move, Opening, Outcome, Reason, Settlement, State, Store, Verdict,
};
use support::{Rules, accepted, all, ask, at, page, plan, ready};

async fn a_person_with_thousands_due_starves_nobody_and_loses_none(store: &dyn Store) {
    let judge = Arc::new(Rules::default());
    let hot = (0..300)
        .map(|n| plan("c", "HOT", &format!("o-{n}")))
        .collect();
    store.schedule(&page("c", hot), at(0)).await.unwrap();
    let others = (0..50).map(|n| plan("c", &format!("C-{n}"), "o")).collect();
    store.schedule(&page("c", others), at(0)).await.unwrap();
    let epoch = store.open(&Opening::default(), at(0)).await.unwrap().epoch;
    let first = store
        .turn(&[], &ask(epoch, vec![], 51, &judge), at(1))
        .await
        .unwrap();
    assert_eq!(
        first.claimed.len(),
        51,
        "everybody else is claimed in the same turn"
    );
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut held = first.claimed;
    while seen.len() < 350 {
        seen.extend(held.iter().map(|it| it.id.to_string()));
        let wanted = held.iter().map(ready).collect();
        let begun = store
            .turn(&[], &ask(epoch, wanted, 0, &judge), at(1))
            .await
            .unwrap();
        let done: Vec<_> = begun
            .begun
            .iter()
            .map(|it| accepted(it.dispatch.ticket))
            .collect();
        let turned = store
            .turn(&done, &ask(epoch, vec![], 5, &judge), at(1))
            .await
            .unwrap();
        assert!(
            !turned.claimed.is_empty() || seen.len() == 350,
            "{} seen",
            seen.len()
        );
        held = turned.claimed;
    }
    let accepted = all(store)
        .await
        .into_iter()
        .filter(|it| it.standing.state == State::Accepted);
    assert_eq!(accepted.count(), 350);
}

async fn what_stands_behind_others_ends_with_its_campaign(store: &dyn Store) {
    let judge = Arc::new(Rules::default());
    let hot = (0..100)
        .map(|n| plan("c", "HOT", &format!("o-{n}")))
        .collect();
    store.schedule(&page("c", hot), at(0)).await.unwrap();
    let epoch = store.open(&Opening::default(), at(0)).await.unwrap().epoch;
    let turned = store
        .turn(&[], &ask(epoch, vec![], 10, &judge), at(1))
        .await
        .unwrap();
    assert_eq!(turned.claimed.len(), 1);
    support::moved(store, "c", Move::Cancel, at(2)).await;
    let ended = all(store).await;
    assert!(ended.iter().all(|it| it.standing.state == State::Cancelled));
    assert!(ended.iter().all(|it| it.reason == Some(Reason::Cancelled)));
    let late = ask(epoch, vec![ready(&turned.claimed[0])], 10, &judge);
    let late = store.turn(&[], &late, at(3)).await.unwrap();
    assert_eq!(
        (late.begun[0].verdict.clone(), late.next),
        (Verdict::Stale, None)
    );
}

async fn address_keys_change_hands_within_a_turn(store: &dyn Store) {
    let judge = Arc::new(Rules::default());
    let plans = ["A", "B", "C"].map(|name| pregon_core::Planned {
        shared: true,
        ..plan("c", name, "o")
    });
    store
        .schedule(&page("c", plans.to_vec()), at(0))
        .await
        .unwrap();
    let epoch = store.open(&Opening::default(), at(0)).await.unwrap().epoch;
    let turned = store
        .turn(&[], &ask(epoch, vec![], 3, &judge), at(1))
        .await
        .unwrap();
    let mut wanted: Vec<_> = turned.claimed.iter().map(ready).collect();
    // A moves to a new address, B to the one that A had, C to the one that B has now: refused.
    let new = support::address("new");
    let old = wanted[0].candidate.address;
    for (nth, address) in [(0, new), (1, old), (2, old)] {
        wanted[nth].candidate.address = address;
        wanted[nth].address_key = Some(turned.claimed[nth].plan.key.at_address(&address));
    }
    let turned = store
        .turn(&[], &ask(epoch, wanted, 0, &judge), at(1))
        .await
        .unwrap();
    let verdicts: Vec<&Verdict> = turned.begun.iter().map(|it| &it.verdict).collect();
    let refused = Verdict::Suppressed(Reason::DuplicateAddress);
    assert_eq!(verdicts, [&Verdict::Go, &Verdict::Go, &refused]);
}

/// Claims what is due and asks for it to begin.
async fn begin_due(
    store: &dyn Store,
    epoch: u64,
    judge: &Arc<Rules>,
    now: DateTime<Utc>,
) -> Vec<Begun> {
    let claim = ask(epoch, vec![], 1000, judge);
    let claimed = store.turn(&[], &claim, now).await.expect("a turn").claimed;
    let wanted = claimed.iter().map(ready).collect();
    let begin = ask(epoch, wanted, 0, judge);
    store.turn(&[], &begin, now).await.expect("a turn").begun
}

async fn a_turn_of_a_thousand_settles_each_as_it_says(store: &dyn Store) {
    let judge = Arc::new(Rules(vec![support::cap("one", 1, "year")]));
    let plans = (0..1000)
        .map(|n| plan("c", &format!("C-{n}"), "o"))
        .collect();
    store.schedule(&page("c", plans), at(0)).await.unwrap();
    let epoch = store.open(&Opening::default(), at(0)).await.unwrap().epoch;
    let begun = begin_due(store, epoch, &judge, at(1)).await;
    assert!(begun.iter().all(|it| it.verdict == Verdict::Go));
    let again = Outcome::Again {
        at: at(10),
        reason: Reason::NotAccepted,
    };
    let rejected = Outcome::Rejected {
        reason: Reason::Rejected,
    };
    let outcomes = [Outcome::Accepted { reference: None }, again, rejected];
    let done: Vec<Settlement> = begun
        .iter()
        .zip(outcomes.iter().cycle())
        .map(|(it, outcome)| Settlement {
            ticket: it.dispatch.ticket,
            outcome: outcome.clone(),
        })
        .collect();
    let turned = store
        .turn(&done, &ask(epoch, vec![], 1000, &judge), at(2))
        .await
        .unwrap();
    assert!(turned.claimed.is_empty(), "none is due before its time");
    assert_eq!(turned.next, Some(at(10)));
    let count = |state, list: &[pregon_core::DispatchView]| {
        list.iter().filter(|it| it.standing.state == state).count()
    };
    let log = all(store).await;
    let counts = [State::Accepted, State::Scheduled, State::Failed].map(|it| count(it, &log));
    assert_eq!(counts, [334, 333, 333]);
    // Those that were not accepted gave their places back, so they may begin again.
    let begun = begin_due(store, epoch, &judge, at(11)).await;
    assert!(begun.len() == 333 && begun.iter().all(|it| it.verdict == Verdict::Go));
    assert_eq!(store.campaigns().await.unwrap().len(), 1);
}

/// Each of them on a new store of each kind.
macro_rules! on_each_store {
    ($($case:ident),*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                let dir = tempfile::tempdir().unwrap();
                let store = crate::support::store(&dir.path().join("s.db")).await;
                super::$case(&store).await;
            })*
        }

        #[cfg(feature = "postgres")]
        mod in_postgres {
            $(#[tokio::test]
            async fn $case() {
                let Some(world) = crate::world::World::new().await else {
                    return;
                };
                let store = world.store("main").await;
                crate::support::activate(&store, "c").await;
                super::$case(&store).await;
                world.drop_schema().await;
            })*
        }
    };
}

on_each_store!(
    a_person_with_thousands_due_starves_nobody_and_loses_none,
    what_stands_behind_others_ends_with_its_campaign,
    address_keys_change_hands_within_a_turn,
    a_turn_of_a_thousand_settles_each_as_it_says
);

/// A provider may answer with any text, to many messages at once.
#[tokio::test]
async fn a_strange_reference_is_kept_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let store = support::store(&path).await;
    let people = (0..20).map(|n| plan("c", &format!("C-{n:02}"), "o"));
    store
        .schedule(&page("c", people.collect()), at(0))
        .await
        .unwrap();
    let judge = Arc::new(Rules::default());
    let epoch = store.open(&Opening::default(), at(0)).await.unwrap().epoch;
    let claim = ask(epoch, vec![], 20, &judge);
    let claimed = store.turn(&[], &claim, at(1)).await.unwrap().claimed;
    let begin = ask(epoch, claimed.iter().map(ready).collect(), 0, &judge);
    let begun = store.turn(&[], &begin, at(1)).await.unwrap().begun;
    let strange = ["250 ok", "a\0b", "\"Ñ\" \\ \u{1} \n", "", "\u{1f600}"];
    let reference = |n: usize| strange[n % strange.len()].to_owned();
    let done = begun.iter().enumerate().map(|(n, it)| Settlement {
        ticket: it.dispatch.ticket,
        outcome: Outcome::Accepted {
            reference: Some(reference(n)),
        },
    });
    let done: Vec<Settlement> = done.collect();
    let nothing = ask(epoch, vec![], 0, &judge);
    store.turn(&done, &nothing, at(2)).await.unwrap();
    store.close().await.unwrap();
    let url = format!("sqlite:{}", path.display());
    let mut on = <sqlx::SqliteConnection as sqlx::Connection>::connect(&url)
        .await
        .unwrap();
    for (n, it) in begun.iter().enumerate() {
        let kept = sqlx::query_scalar("SELECT reference FROM dispatch WHERE row = ?1");
        let kept = kept.bind(it.dispatch.ticket.row).fetch_one(&mut on).await;
        assert_eq!(kept.ok(), Some(reference(n)));
    }
}
