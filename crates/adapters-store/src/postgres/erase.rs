//! Forgetting people.
//!
//! Whoever forgets holds the table of the forgotten against those who plan, and against a limit
//! that is learning its past: both write the names of people into new rows. Then come the person's
//! rows by number, the gates of person and addresses, and the chain of words, as for everybody
//! (`desk.rs`). A turn that has one of the rows ends first; one that comes later finds its tickets
//! void, and takes no gate under the old name.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use pregon_core::{CustomerId, Erased, HashKey, OccurrenceId, PlannedPage};
use sqlx::postgres::PgConnection;

use super::error::Error;
use super::names::Names;
use super::row::{columns, read_rows, write_rows};
use super::schedule::found;
use super::statement::{query, query_scalar};
use super::turn::high_water;
use super::{events, gate, preferences};
use crate::kept::erase::{Grave, people, places};
use crate::kept::row::Row;
use crate::kept::wire;

/// Those who write names into new rows hold it together; who forgets holds it alone.
const WITH_OTHERS: &str = "LOCK TABLE erased IN ROW EXCLUSIVE MODE";
const ALONE: &str = "LOCK TABLE erased IN SHARE ROW EXCLUSIVE MODE";

const ANY: &str = "SELECT EXISTS (SELECT 1 FROM erased)";

const FORGOTTEN: &str = "SELECT person FROM erased WHERE person = ANY($1::bytea[])";

const REMEMBER: &str = "INSERT INTO erased (person, at) VALUES ($1, $2) ON CONFLICT DO NOTHING";

/// Before the rows: who changes a campaign also comes to its audiences first.
const LEAVE: &str = "DELETE FROM member m USING audience a \
     WHERE m.audience = a.audience AND m.customer = $1";

const OF: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM dispatch d WHERE d.customer = $1 ORDER BY d.row FOR UPDATE"
);

const FORGET: &str = "UPDATE dispatch SET customer = $2, occurrence = $3, record = NULL, \
     reference = NULL, hidden = false WHERE customer = $1";

/// From the person's place to the tombstone's, where a word may stand since they were forgotten
/// before: the later one holds.
const BURY: [&str; 5] = [
    "DELETE FROM gate WHERE subject = $1 AND subject <> $2",
    "UPDATE hold SET subject = $2 WHERE subject = $1",
    "INSERT INTO preference (subject, channel, purpose, word, at) \
     SELECT $2, p.channel, p.purpose, p.word, p.at FROM preference p WHERE p.subject = $1 \
     ON CONFLICT (subject, channel, purpose) \
     DO UPDATE SET word = excluded.word, at = excluded.at",
    "DELETE FROM preference WHERE subject = $1 AND subject <> $2",
    // The last of them tells how many words there are.
    "UPDATE word SET subject = $2 WHERE subject = $1",
];

/// Keeps those who forget out until this transaction has ended.
pub(super) async fn hold_off(on: &mut PgConnection) -> Result<(), Error> {
    query(WITH_OTHERS).execute(on).await?;
    Ok(())
}

/// The places in a page of those who are forgotten. Nothing is computed while nobody is.
pub(super) async fn forgotten(
    on: &mut PgConnection,
    page: &PlannedPage,
    key: &HashKey,
) -> Result<HashSet<usize>, Error> {
    if !query_scalar(ANY).fetch_one(&mut *on).await? {
        return Ok(HashSet::new());
    }
    let people = people(page, key);
    let forgotten = found(on, FORGOTTEN, people.iter()).await?;
    Ok(places(&people, &forgotten))
}

/// Forgets a customer, all or nothing.
pub(super) async fn erase(
    on: &mut PgConnection,
    names: &Names,
    customer: &CustomerId,
    now: DateTime<Utc>,
    key: &HashKey,
) -> Result<Erased, Error> {
    query(ALONE).execute(&mut *on).await?;
    let mut grave = Grave::of(customer, key);
    let remember = query(REMEMBER).bind(grave.person.to_vec());
    let remember = remember.bind(wire::micros(now));
    remember.execute(&mut *on).await?;
    if grave.is_old() {
        return Ok(grave.erased);
    }
    let leave = query(LEAVE).bind(customer.as_str());
    grave.erased.audiences = leave.execute(&mut *on).await?.rows_affected();
    let rows = query(OF).bind(customer.as_str()).fetch_all(&mut *on);
    let rows = rows.await?;
    let rows = read_rows(on, names, &rows).await?;
    end(on, names, &mut grave, rows, now).await?;
    query(FORGET)
        .bind(customer.as_str())
        .bind(grave.stone.as_str())
        .bind(OccurrenceId::erased().as_str().to_owned())
        .execute(&mut *on)
        .await?;
    // Read by a statement after the gates, as for every word.
    let seen = high_water(on).await?;
    let at = seen.map_or(now, |seen| seen.max(now));
    for statement in BURY {
        let [old, new] = &grave.places;
        let buried = query(statement).bind(old).bind(new);
        grave.erased.words = buried.execute(&mut *on).await?.rows_affected();
    }
    events::forget(on, customer, &grave.stone).await?;
    let mut news = events::news(on).await?;
    news.tell(|| grave.fact());
    events::tell(on, &news, at).await?;
    preferences::say(on, &grave.refusals(), at, key).await?;
    Ok(grave.erased)
}

/// Ends what waits, and takes the gates.
async fn end(
    on: &mut PgConnection,
    names: &Names,
    grave: &mut Grave,
    mut rows: Vec<Row>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let seen = high_water(&mut *on).await?;
    let ended = grave.end(&mut rows, seen.map_or(now, |seen| seen.max(now)));
    write_rows(on, names, &ended).await?;
    query(gate::TAKE).bind(grave.gates()).execute(on).await?;
    Ok(())
}
