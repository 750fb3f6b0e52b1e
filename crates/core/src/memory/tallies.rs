//! What a sender's messages came to, in memory.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::MemoryStore;
use super::state::Row;
use crate::{FeedbackKind, Guard, PortError, SenderName, State, Tallies, Tally};

#[async_trait]
impl Tallies for MemoryStore {
    async fn tally(&self, by: &SenderName, since: DateTime<Utc>) -> Result<Tally, PortError> {
        let tables = self.tables();
        let count = |kind: FeedbackKind| {
            let rows = tables.rows.iter().enumerate();
            let theirs = rows.filter(|(_, row)| is_taken(row, by, since));
            theirs
                .filter(|(n, _)| tables.reports.of(*n).has(kind))
                .count() as u64
        };
        let [complained, bounced, refused] = Guard::WATCHED.map(count);
        Ok(Tally {
            complained,
            bounced,
            refused,
        })
    }

    async fn taken(
        &self,
        by: &SenderName,
        since: DateTime<Utc>,
        most: u64,
    ) -> Result<u64, PortError> {
        let tables = self.tables();
        let theirs = tables.rows.iter().filter(|row| is_taken(row, by, since));
        Ok((theirs.count() as u64).min(most))
    }
}

fn is_taken(row: &Row, by: &SenderName, since: DateTime<Utc>) -> bool {
    let theirs = row.plan.key.channel == by.channel && row.plan.brand == by.brand;
    theirs && row.standing.state == State::Accepted && row.at > since
}
