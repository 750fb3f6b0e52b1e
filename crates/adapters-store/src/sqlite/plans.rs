//! No statement that runs often reads a whole table or sorts: the plans of all, as SQLite says.

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _};

use super::budget;
use super::{
    SqliteOptions, audiences, begin, books, campaigns, claim, desk, erase, gate, log, open, past,
    preferences, written,
};
use super::{events, feedback, schedule, tallies, turn};

/// Tables and indexes that hold only a few rows, by design: campaigns, routes,
/// limits, audiences and what came to a bad end.
const SMALL: [&str; 7] = [
    "SCAN c",
    "SCAN r",
    "SCAN route",
    "SCAN campaign",
    "SCAN known_limit",
    "SCAN a USING",
    "SCAN h USING INDEX heard_badly",
];

/// What a statement carries itself, or has read already.
const CARRIED: [&str; 7] = [
    "SCAN v",
    "SCAN n VIRTUAL",
    "SCAN json_each",
    "SCAN CONSTANT ROW",
    "SCAN 2-ROW VALUES",
    "SCAN 2 CONSTANT ROWS",
    "SCAN due",
];

async fn steps(on: &mut SqliteConnection, statement: &str) -> Vec<String> {
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
    let rows = sqlx::query(explain).fetch_all(on).await.unwrap();
    rows.iter().map(|row| row.get(3)).collect()
}

async fn check(on: &mut SqliteConnection, statement: &str) {
    let steps = steps(on, statement).await;
    let allowed = |step: &str| SMALL.iter().chain(&CARRIED).any(|it| step.starts_with(it));
    let scans: Vec<&String> = steps
        .iter()
        .filter(|step| step.starts_with("SCAN"))
        .filter(|step| !allowed(step))
        .collect();
    assert!(scans.is_empty(), "{statement}\n{steps:#?}");
    let sorts = steps.iter().filter(|step| step.contains("TEMP B-TREE"));
    assert_eq!(sorts.count(), 0, "{statement}\n{steps:#?}");
}

/// Statements of which each is one text.
const FIXED: [&str; 54] = [
    desk::READ,
    events::WAITING,
    events::AFTER,
    events::PASSED_ON,
    events::REWRITE,
    past::COUNTING,
    budget::SPENT,
    budget::CHANGE,
    schedule::KNOWN_KEYS,
    begin::GIVE_UP,
    begin::TAKE,
    gate::HOLDS,
    gate::WORDS,
    claim::HEADS,
    claim::DUE,
    claim::CLAIM,
    claim::HIDE,
    written::ALIKE,
    written::REFERRED,
    turn::FREE_CLAIMS,
    turn::UNANSWERED,
    campaigns::INSERT,
    campaigns::UPDATE,
    campaigns::WITHDRAW[0],
    campaigns::WITHDRAW[1],
    campaigns::WITHDRAW[2],
    preferences::IN_FLIGHT,
    preferences::HISTORY,
    log::OF_ALL,
    log::OF_ROUTE,
    books::PLACES,
    books::PLACES_OF,
    books::KNOWN,
    books::SAID,
    preferences::LAST,
    erase::FORGET,
    erase::BURY[0],
    erase::BURY[1],
    erase::BURY[2],
    erase::BURY[3],
    erase::LEAVE,
    audiences::PAGE,
    audiences::IS_OPEN,
    audiences::TAKE,
    audiences::DROP_MEMBERS,
    audiences::DROP,
    feedback::GIVE_UP,
    feedback::ASIDE,
    feedback::JOINED,
    feedback::REFERRED,
    feedback::UNHIDE,
    feedback::AWAITED,
    feedback::HEARD_OF,
    tallies::TALLY,
];

#[tokio::test]
async fn no_statement_reads_a_whole_table_or_sorts() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plans.db");
    let options = SqliteOptions::new();
    open::prepare(&path, &options).await.unwrap();
    let mut on = open::writing(&path, &options).connect().await.unwrap();
    for statement in FIXED {
        check(&mut on, statement).await;
    }
    let batches = [
        &written::WRITE,
        &desk::RELEASE,
        &schedule::ADDRESS_KEYS,
        &schedule::INSERT,
        &past::SEARCH,
        &past::HAS,
        &past::GIVE,
        &claim::SHOW,
        &preferences::SAY,
        &preferences::HOLDS,
        &books::WORDS,
        &books::CAME_BACK,
        &erase::FORGOTTEN,
        &audiences::ADD,
        &audiences::FIND,
        &feedback::TELL,
        &feedback::HEARD,
        &feedback::PUT_ASIDE,
    ];
    for batch in batches {
        check(&mut on, &batch.text()).await;
    }
}

#[tokio::test]
async fn one_person_is_found_by_the_index_and_one_key_by_reading_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plans.db");
    let options = SqliteOptions::new();
    open::prepare(&path, &options).await.unwrap();
    let mut on = open::writing(&path, &options).connect().await.unwrap();
    for (statement, step) in [
        (
            log::OF_CUSTOMER,
            "SEARCH d USING INDEX dispatch_customer (customer=?)",
        ),
        (
            erase::OF,
            "SEARCH d USING INDEX dispatch_customer (customer=?)",
        ),
        (log::OF_KEY, "SCAN i USING COVERING INDEX dispatch_customer"),
        (log::OF_KEY, "SEARCH d USING INTEGER PRIMARY KEY"),
        (
            schedule::KNOWN_KEYS,
            "SEARCH d USING COVERING INDEX dispatch_customer (customer=? AND key=?)",
        ),
    ] {
        let steps = steps(&mut on, statement).await;
        assert!(
            steps.iter().any(|it| it.starts_with(step)),
            "{statement}\n{steps:#?}"
        );
    }
}

#[tokio::test]
async fn what_is_due_is_found_by_the_index_of_its_route() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plans.db");
    let options = SqliteOptions::new();
    open::prepare(&path, &options).await.unwrap();
    let mut on = open::writing(&path, &options).connect().await.unwrap();
    for (statement, index) in [
        (claim::HEADS, "dispatch_due (route=?)"),
        (
            claim::DUE,
            "dispatch_due (route=? AND not_before>? AND not_before<?)",
        ),
        (turn::UNANSWERED, "dispatch_held (state=? AND rowid>?)"),
        (turn::FREE_CLAIMS, "dispatch_held (state=?)"),
        (campaigns::WITHDRAW[0], "dispatch_due (route=?)"),
        (campaigns::WITHDRAW[1], "dispatch_hidden (route=?)"),
    ] {
        let steps = steps(&mut on, statement).await;
        assert!(
            steps.iter().any(|step| step.contains(index)),
            "{statement}\n{steps:#?}"
        );
    }
}
