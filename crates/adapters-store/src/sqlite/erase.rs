//! Forgetting people.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use pregon_core::{CustomerId, Erased, HashKey, OccurrenceId, PlannedPage};
use sqlx::sqlite::SqliteConnection;

use super::batch::Batch;
use super::conn::Writer;
use super::error::Error;
use super::intern::Names;
use super::row::{columns, read_rows};
use super::schedule::found;
use super::turn::high_water;
use super::written::write_rows;
use super::{events, preferences};
use crate::kept::erase::{Grave, people, places};
use crate::kept::wire;

const ANY: &str = "SELECT EXISTS (SELECT 1 FROM erased)";

pub(super) static FORGOTTEN: Batch = Batch::new(
    "WITH v(person) AS (VALUES ",
    "(?)",
    ") SELECT e.person FROM v CROSS JOIN erased e ON e.person = v.person",
);

const REMEMBER: &str = "INSERT INTO erased (person, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING";

pub(super) const OF: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM dispatch d WHERE d.customer = ?1 ORDER BY d.row"
);

pub(super) const FORGET: &str = "UPDATE dispatch SET customer = ?2, occurrence = ?3, \
     record = NULL, reference = NULL, hidden = 0 WHERE customer = ?1";

/// From the person's place to the tombstone's, where a word may stand since they were forgotten
/// before: the later one holds.
pub(super) const BURY: [&str; 4] = [
    "UPDATE hold SET subject = ?2 WHERE subject = ?1",
    "INSERT INTO preference (subject, channel, purpose, word, at) \
     SELECT ?2, p.channel, p.purpose, p.word, p.at FROM preference p WHERE p.subject = ?1 \
     ON CONFLICT DO UPDATE SET word = excluded.word, at = excluded.at",
    "DELETE FROM preference WHERE ?2 <> ?1 AND subject = ?1",
    // The last of them tells how many words there are.
    "UPDATE word SET subject = ?2 WHERE subject = ?1",
];

pub(super) const LEAVE: &str = "DELETE FROM member \
     WHERE audience IN (SELECT a.audience FROM audience a) AND customer = ?1";

/// The places in a page of those who are forgotten. Nothing is computed while nobody is.
pub(super) async fn forgotten(
    on: &mut SqliteConnection,
    page: &PlannedPage,
    key: &HashKey,
) -> Result<HashSet<usize>, Error> {
    if !sqlx::query_scalar(ANY).fetch_one(&mut *on).await? {
        return Ok(HashSet::new());
    }
    let people = people(page, key);
    let forgotten = found(on, &FORGOTTEN, people.iter()).await?;
    Ok(places(&people, &forgotten))
}

/// Forgets a customer, all or nothing.
pub(super) async fn erase(
    writer: &mut Writer,
    customer: &CustomerId,
    now: DateTime<Utc>,
    key: &HashKey,
) -> Result<Erased, Error> {
    let mut grave = Grave::of(customer, key);
    let seen = high_water(&mut writer.on).await?;
    let at = seen.map_or(now, |seen| seen.max(now));
    sqlx::query(REMEMBER)
        .bind(grave.person.to_vec())
        .bind(wire::micros(at))
        .execute(&mut writer.on)
        .await?;
    if grave.is_old() {
        return Ok(grave.erased);
    }
    // What the pass knows by heart has the name.
    writer.held.clear();
    // A guest does not know what names the other process has made since.
    let names = Names::read(&mut writer.on).await?;
    let rows = sqlx::query(OF).bind(customer.as_str().to_owned());
    let rows = rows.fetch_all(&mut writer.on).await?;
    let mut rows = read_rows(&rows, &names)?;
    let ended = grave.end(&mut rows, at);
    write_rows(&mut writer.on, &names, &ended).await?;
    sqlx::query(FORGET)
        .bind(customer.as_str().to_owned())
        .bind(grave.stone.as_str().to_owned())
        .bind(OccurrenceId::erased().as_str().to_owned())
        .execute(&mut writer.on)
        .await?;
    for statement in BURY {
        let [old, new] = grave.places.clone();
        let buried = sqlx::query(statement).bind(old).bind(new);
        grave.erased.words = buried.execute(&mut writer.on).await?.rows_affected();
    }
    let leave = sqlx::query(LEAVE).bind(customer.as_str().to_owned());
    grave.erased.audiences = leave.execute(&mut writer.on).await?.rows_affected();
    events::forget(&mut writer.on, customer, &grave.stone).await?;
    let mut news = events::news(&mut writer.on).await?;
    news.tell(|| grave.fact());
    events::tell(&mut writer.on, &news, at).await?;
    preferences::say(writer, &grave.refusals(), at, key).await?;
    Ok(grave.erased)
}
