//! Reading what the gate has to know of each that wants to begin.
//!
//! All of it is read inside the turn's transaction, which is the only one that writes, so nothing
//! can change between this and the decision. Each statement is asked for all subjects at once, and
//! answers in one text.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::batch::Bound;
use super::beside::beside;
use super::conn::Writer;
use super::error::Error;
use super::json::hexes;
use super::schedule::ADDRESS_KEYS;
use crate::kept::flaw::Flaw;
use crate::kept::gate::{Case, Evidence};
use crate::kept::wire;

pub(super) const HOLDS: &str = "SELECT group_concat(json_array(n.key, h.at, h.rules), ' ') \
     FROM json_each(?1) n CROSS JOIN hold h ON h.subject = unhex(n.value) AND h.at >= ?2";

pub(super) const WORDS: &str = "SELECT group_concat(json_array(n.key, p.word, p.channel, \
     p.purpose), ' ') FROM json_each(?1) n CROSS JOIN preference p ON p.subject = unhex(n.value)";

/// A place that is taken: which of those asked for, since when, in which set of limits.
#[derive(Deserialize)]
struct Taken(usize, i64, i64);

/// A word that stands: whose of those asked for, what it says, of which channel and purpose.
#[derive(Deserialize)]
struct Said(usize, i64, String, String);

/// Reads what the tables say of the cases.
pub(super) async fn gather<'a>(
    writer: &mut Writer,
    cases: &'a [Case<'_>],
    now: DateTime<Utc>,
) -> Result<Evidence<'a>, Error> {
    let mut evidence = Evidence::default();
    let keys: Vec<[u8; 16]> = cases.iter().filter_map(|it| it.ready.address_key).collect();
    let bind = |to: Bound, key: &[u8; 16]| to.bind(key.to_vec());
    for row in ADDRESS_KEYS.run(&mut writer.on, &keys, bind).await? {
        let key = wire::bytes16(row.try_get(0)?)?;
        evidence.owners.insert(key, row.try_get(1)?);
    }
    let own = Evidence::own(cases);
    let words = sqlx::query(WORDS).bind(hexes(own.iter().copied()));
    let (words, counted) = beside(words.fetch_one(&mut writer.on), || counted(cases, now)).await;
    let mut words = Some(words?);
    for (since, places) in counted {
        let holds = sqlx::query(HOLDS).bind(hexes(places.iter().copied()));
        let holds = holds.bind(since).fetch_one(&mut writer.on);
        let learn = || learn_words(&mut evidence, &own, words.take());
        let (holds, learnt) = beside(holds, learn).await;
        learnt?;
        for Taken(n, at, set) in all(&holds?)? {
            evidence.learn_taken(subject(&places, n)?, wire::instant(at)?, set);
        }
    }
    learn_words(&mut evidence, &own, words)?;
    Ok(evidence)
}

fn learn_words<'a>(
    evidence: &mut Evidence<'a>,
    own: &[&'a [u8]],
    words: Option<SqliteRow>,
) -> Result<(), Error> {
    let words = words.as_ref().map_or(Ok(Vec::new()), all)?;
    for Said(n, word, channel, purpose) in words {
        let scope = wire::scope(&channel, &purpose)?;
        evidence.learn_word(subject(own, n)?, scope, wire::word(word));
    }
    Ok(())
}

/// The places that are counted, by how far their limits look back: equally far for nearly all.
fn counted<'a>(cases: &'a [Case<'_>], now: DateTime<Utc>) -> BTreeMap<i64, Vec<&'a [u8]>> {
    let mut by_since: BTreeMap<i64, Vec<&[u8]>> = BTreeMap::new();
    for (place, since) in Evidence::asked(cases, now) {
        by_since.entry(since).or_default().push(place);
    }
    by_since.remove(&i64::MAX);
    by_since
}

/// All that a statement answers in one text.
fn all<T: DeserializeOwned>(row: &SqliteRow) -> Result<Vec<T>, Error> {
    let text: Option<&str> = row.try_get(0)?;
    let all = serde_json::Deserializer::from_str(text.unwrap_or_default()).into_iter();
    let all: Result<Vec<T>, _> = all.collect();
    let wrong = |_| Flaw::Damaged("a word or a place cannot be read");
    Ok(all.map_err(wrong)?)
}

fn subject<'a>(asked: &[&'a [u8]], n: usize) -> Result<&'a [u8], Flaw> {
    let place = asked.get(n).copied();
    place.ok_or(Flaw::Damaged("an answer to no question"))
}
