//! The disk on which a server keeps the tables is full.

use std::collections::BTreeMap;
use std::sync::Arc;

use pregon_adapters_store::PostgresStore;
use pregon_core::*;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};

use super::node::Yard;
use super::options;
use crate::loss::judge;
use crate::support::{accepted, activate, all, ask, at, cap, page, plan, ready};

const PAGE: usize = 250;

fn some(round: usize) -> PlannedPage {
    let people = (0..PAGE).map(|n| plan("c", &format!("C-{round:04}-{n:04}"), "o"));
    page("c", people.collect())
}

fn counts(views: &[DispatchView]) -> usize {
    let counts = |it: &&DispatchView| it.standing.state.counts();
    views.iter().filter(counts).count()
}

/// Takes a good part of the disk, and gives it back when it is told to.
const FILLER: &str = "CREATE TABLE filler TABLESPACE small AS \
    SELECT repeat('x', 1000) FROM generate_series(1, 4000)";

async fn run(on: &mut PgConnection, text: &str) {
    let text = sqlx::raw_sql(AssertSqlSafe(text.to_owned()));
    text.execute(on).await.unwrap();
}

/// Plans until the disk is full; gives how many pages were kept.
async fn fill(store: &PostgresStore) -> usize {
    let mut pages = 0;
    let error = loop {
        match store.schedule(&some(pages), at(0)).await {
            Ok(_) => pages += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), PortErrorKind::Unavailable, "{error:?}");
    pages
}

#[tokio::test]
async fn a_disk_that_is_full_keeps_nothing_of_a_call_and_goes_on_with_space() {
    let Some(yard) = Yard::new("full") else {
        return;
    };
    let Some((server, disk)) = yard.with_a_small_disk("server") else {
        return;
    };
    let mut on = PgConnection::connect(&server.url()).await.unwrap();
    let small = format!("CREATE TABLESPACE small LOCATION '{disk}'");
    run(&mut on, &small).await;
    run(&mut on, FILLER).await;
    let url = format!("{}?options=-c%20default_tablespace=small", server.url());
    let store = PostgresStore::open(&url, options("told")).await.unwrap();
    activate(&store, "c").await;
    let epoch = store.open(&Opening::default(), at(0)).await.unwrap().epoch;
    let pages = fill(&store).await;
    assert!(pages > 2, "some were kept");
    assert_eq!(all(&store).await.len(), pages * PAGE, "nothing of the page");

    // Whoever wants to begin needs room for his place in the limit. What is answered was kept.
    let mut sent: BTreeMap<DispatchId, u32> = BTreeMap::new();
    let mut refused = 0;
    for _ in 0..40 {
        match turn(&store, epoch, &mut sent).await {
            Ok(_) => assert_eq!(counts(&all(&store).await), sent.len()),
            Err(error) => {
                assert_eq!(error.kind(), PortErrorKind::Unavailable, "{error:?}");
                refused += 1;
                break;
            }
        }
    }
    assert_eq!(refused, 1, "sending stops");
    assert_eq!(
        counts(&all(&store).await),
        sent.len(),
        "and nothing has begun"
    );
    run(&mut on, "DROP TABLE filler").await;
    run(&mut on, "CHECKPOINT").await;

    store.schedule(&some(pages), at(0)).await.unwrap();
    assert_eq!(all(&store).await.len(), (pages + 1) * PAGE);
    let epoch = store.open(&Opening::default(), at(0)).await.unwrap().epoch;
    assert!(
        turn(&store, epoch, &mut sent).await.unwrap() > 0,
        "it goes on"
    );
    assert!(sent.values().all(|times| *times == 1));
    let limits: Vec<Arc<dyn Limit>> = vec![Arc::new(cap("week", 1, "7d"))];
    assert_eq!(audit(&store, &limits).await.unwrap().violations, vec![]);
}

/// Claims, begins and settles some; gives how many left.
async fn turn(
    store: &PostgresStore,
    epoch: Epoch,
    sent: &mut BTreeMap<DispatchId, u32>,
) -> Result<usize, PortError> {
    let claim = ask(epoch, vec![], 200, &judge());
    let claimed = store.turn(&[], &claim, at(0)).await?.claimed;
    let begin = ask(epoch, claimed.iter().map(ready).collect(), 0, &judge());
    let begun = store.turn(&[], &begin, at(0)).await?.begun;
    let go = begun.into_iter().filter(|it| it.verdict == Verdict::Go);
    let gone: Vec<Dispatch> = go.map(|it| it.dispatch).collect();
    for dispatch in &gone {
        *sent.entry(dispatch.id).or_default() += 1;
    }
    let done: Vec<_> = gone.iter().map(|it| accepted(it.ticket)).collect();
    let nothing = ask(epoch, vec![], 0, &judge());
    store.turn(&done, &nothing, at(0)).await?;
    Ok(gone.len())
}
