//! A rule has the same members in memory, in SQLite and in PostgreSQL.
//!
//! Ten thousand rules by chance over a hundred worlds; `PREGON_TEST_RULES` asks for more or fewer.
#![cfg(all(feature = "sqlite", feature = "postgres"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod agree {
    pub(crate) mod check;
    pub(crate) mod columns;
    pub(crate) mod database;
    pub(crate) mod far;
    pub(crate) mod storing;
    pub(crate) mod table;
}
#[path = "support/database.rs"]
mod database;
#[path = "support/postgres.rs"]
mod postgres;

use agree::check::{Spoil, check, spoilt};
use agree::columns::{self, SLIPS, Slip};
use database::Database;

/// How many rules are asked of the tables of one world.
const OF_A_WORLD: usize = 100;

fn worlds() -> u64 {
    let rules = std::env::var("PREGON_TEST_RULES");
    let rules = rules.map_or(10_000, |text| text.parse().expect("a number of rules"));
    (rules / OF_A_WORLD).max(1) as u64
}

/// The first seed; another one asks other worlds.
fn first() -> u64 {
    let seed = std::env::var("PREGON_TEST_SEED");
    seed.map_or(0, |text| text.parse().expect("a seed"))
}

#[test]
fn columns_and_live_agree() {
    let asked = columns::check(first(), worlds(), OF_A_WORLD, Slip::None);
    let (asked, all) = (asked.unwrap() as u64, worlds() * OF_A_WORLD as u64);
    assert!(asked * 10 > all * 9, "{asked} of {all}");
}

#[test]
fn a_wrong_column_is_found() {
    for slip in SLIPS {
        let found = columns::check(first(), 60, OF_A_WORLD, slip);
        assert!(found.is_err(), "{slip:?}");
    }
}

#[tokio::test]
async fn sqlite_agrees() {
    let database = Database::sqlite().await;
    let shares = check(&database, first(), worlds(), OF_A_WORLD, &Spoil::Nothing).await;
    shares.unwrap().are_telling();
}

#[tokio::test]
async fn postgres_agrees() {
    let Some(database) = Database::postgres().await else {
        return;
    };
    let shares = check(&database, first(), worlds(), OF_A_WORLD, &Spoil::Nothing).await;
    shares.unwrap().are_telling();
}

/// What is wrong must be found, or the tests above say nothing.
#[tokio::test]
async fn a_wrong_translation_is_found() {
    for database in Database::all().await {
        for spoil in spoilt() {
            let found = check(&database, first(), 5, OF_A_WORLD, &spoil).await;
            assert!(found.is_err(), "{spoil:?} in {:?}", database.dialect());
        }
    }
}
