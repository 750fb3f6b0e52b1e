//! A rule has the same members in memory, in columns, live, in SQLite and in PostgreSQL.
//!
//! Ten thousand rules by chance over a hundred worlds; `PREGON_TEST_RULES` asks for more or fewer,
//! `PREGON_TEST_SEED` for other worlds. All are asked the same rules of the same people, but of
//! those that do not go with the schema columns and live take others; live is asked again after
//! people changed and days passed. Of what is more than ten thousand rules the databases are asked
//! a tenth: even so they take longer than the others.
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

use agree::check::{Spoil, check, spoilt};
use agree::columns::{self, SLIPS, Slip};
use database::Database;

/// How many rules are asked of one world.
const OF_A_WORLD: usize = 100;

/// How many worlds there are when nobody says how many rules.
const WORLDS: u64 = 100;

fn worlds() -> u64 {
    let rules = std::env::var("PREGON_TEST_RULES");
    let rules = rules.map(|text| text.parse::<u64>().expect("a number of rules"));
    rules.map_or(WORLDS, |rules| (rules / OF_A_WORLD as u64).max(1))
}

/// Those of which databases are asked.
fn worlds_in_tables() -> u64 {
    let all = worlds();
    all.min(WORLDS) + all.saturating_sub(WORLDS) / 10
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

/// A bound after the greatest code of a column was taken for the least one.
#[test]
fn bounds_at_the_end_of_a_column() {
    assert_eq!(
        columns::check(5360, 1, OF_A_WORLD, Slip::None),
        Ok(OF_A_WORLD)
    );
}

#[test]
fn a_wrong_column_is_found() {
    for slip in SLIPS {
        let found = columns::check(1, 60, OF_A_WORLD, slip);
        assert!(found.is_err(), "{slip:?}");
    }
}

#[tokio::test]
async fn sqlite_agrees() {
    agrees(&Database::sqlite().await).await;
}

#[tokio::test]
async fn postgres_agrees() {
    if let Some(database) = Database::postgres().await {
        agrees(&database).await;
    }
}

async fn agrees(database: &Database) {
    let worlds = worlds_in_tables();
    let shares = check(database, first(), worlds, OF_A_WORLD, &Spoil::Nothing).await;
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
