//! What a sender's messages came to, as its port asks for it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::{PortError, SenderName, Tallies, Tally};
use sqlx::PgConnection;

use super::PostgresStore;
use super::error::{During as _, Error};
use super::statement::{query_as, query_scalar};
use crate::kept::tally::{self, brand};
use crate::kept::wire;

/// From what came to a bad end, which is little; the bits are those of `Heard`.
const TALLY: &str = "SELECT count(*) FILTER (WHERE h.kinds & 4096 <> 0), \
     count(*) FILTER (WHERE h.kinds & 1024 <> 0), count(*) FILTER (WHERE h.kinds & 2048 <> 0) \
     FROM heard h JOIN dispatch d ON d.row = h.row JOIN route r ON r.route = d.route \
     WHERE h.kinds >= 1024 AND d.state = 3 AND d.at > $1 AND r.channel = $2 AND r.brand = $3";

/// The newest first, of which most are in the time that is asked for.
const TAKEN: &str = "SELECT count(*) FROM (SELECT d.row FROM dispatch d \
     JOIN route r ON r.route = d.route WHERE d.state = 3 AND d.at > $1 AND r.channel = $2 \
     AND r.brand = $3 ORDER BY d.row DESC LIMIT $4) AS t";

#[async_trait]
impl Tallies for PostgresStore {
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
    on: &mut PgConnection,
    by: &SenderName,
    since: DateTime<Utc>,
) -> Result<Tally, Error> {
    let counts: (i64, i64, i64) = query_as(TALLY)
        .bind(wire::micros(since))
        .bind(by.channel.as_str())
        .bind(brand(by))
        .fetch_one(on)
        .await?;
    Ok(tally::tally(counts))
}

async fn taken(
    on: &mut PgConnection,
    by: &SenderName,
    since: DateTime<Utc>,
    most: u64,
) -> Result<u64, Error> {
    let count: i64 = query_scalar(TAKEN)
        .bind(wire::micros(since))
        .bind(by.channel.as_str())
        .bind(brand(by))
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_one(on)
        .await?;
    Ok(count.unsigned_abs())
}
