//! What a sender's messages came to, as its port asks for it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::{PortError, SenderName, Tallies, Tally};
use sqlx::sqlite::SqliteConnection;

use super::SqliteStore;
use super::error::{During as _, Error};
use crate::kept::tally::{self, brand};
use crate::kept::wire;

/// From what came to a bad end, which is little; the bits are those of `Heard`.
pub(super) const TALLY: &str = "SELECT count(*) FILTER (WHERE h.kinds & 4096 <> 0), \
     count(*) FILTER (WHERE h.kinds & 1024 <> 0), count(*) FILTER (WHERE h.kinds & 2048 <> 0) \
     FROM heard h INDEXED BY heard_badly CROSS JOIN dispatch d ON d.row = h.row \
     CROSS JOIN route r ON r.route = d.route \
     WHERE h.kinds >= 1024 AND d.state = 3 AND d.at > ?1 AND r.channel = ?2 AND r.brand = ?3";

/// The newest first, of which most are in the time that is asked for.
const TAKEN: &str = "SELECT count(*) FROM (SELECT d.row FROM dispatch d NOT INDEXED \
     CROSS JOIN route r ON r.route = d.route WHERE d.state = 3 AND d.at > ?1 AND r.channel = ?2 \
     AND r.brand = ?3 ORDER BY d.row DESC LIMIT ?4)";

#[async_trait]
impl Tallies for SqliteStore {
    async fn tally(&self, by: &SenderName, since: DateTime<Utc>) -> Result<Tally, PortError> {
        read!(self, "count of what came back", |on| tally(on, by, since))
    }

    async fn taken(
        &self,
        by: &SenderName,
        since: DateTime<Utc>,
        most: u64,
    ) -> Result<u64, PortError> {
        read!(self, "count of messages", |on| taken(on, by, since, most))
    }
}

async fn tally(
    on: &mut SqliteConnection,
    by: &SenderName,
    since: DateTime<Utc>,
) -> Result<Tally, Error> {
    let counts: (i64, i64, i64) = sqlx::query_as(TALLY)
        .bind(wire::micros(since))
        .bind(by.channel.as_str().to_owned())
        .bind(brand(by).to_owned())
        .fetch_one(on)
        .await?;
    Ok(tally::tally(counts))
}

async fn taken(
    on: &mut SqliteConnection,
    by: &SenderName,
    since: DateTime<Utc>,
    most: u64,
) -> Result<u64, Error> {
    let count: i64 = sqlx::query_scalar(TAKEN)
        .bind(wire::micros(since))
        .bind(by.channel.as_str().to_owned())
        .bind(brand(by).to_owned())
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_one(on)
        .await?;
    Ok(count.unsigned_abs())
}
