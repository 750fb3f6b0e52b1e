//! What lies on the desk during a turn: the rows that it speaks of and what was changed of them.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use pregon_core::{Ask, CampaignId, Hold, Settlement, Subject, Ticket};

use super::batch::{Batch, numbers};
use super::conn::Writer;
use super::error::Error;
use super::row::{Row, read_rows, write_rows};
use super::wire;

/// What a campaign's state means for its dispatches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    Active,
    Asleep,
    Over,
}

/// The rows of a turn.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) epoch: i64,
    pub(super) now: DateTime<Utc>,
    rows: HashMap<i64, Row>,
    lives: HashMap<String, Life>,
    /// The numbers of the rows that have to be written.
    changed: Vec<i64>,
    /// The places that are given back: subject, instant, row.
    released: Vec<(Vec<u8>, i64, i64)>,
}

impl Desk {
    /// Lays out the rows that a turn speaks of.
    pub(super) async fn lay(
        writer: &mut Writer,
        done: &[Settlement],
        ask: &Ask,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let settled = done.iter().map(|settlement| settlement.ticket.row);
        let ready = ask.begin.iter().map(|ready| ready.ticket.row);
        let mut rows = HashMap::new();
        let mut unread = Vec::new();
        for number in settled.chain(ready) {
            match writer.held.remove(&number) {
                Some(row) => drop(rows.insert(number, row)),
                None if !rows.contains_key(&number) => unread.push(number),
                None => {}
            }
        }
        if !unread.is_empty() {
            let routes = &writer.interned.routes;
            let read = read_rows(&mut writer.on, routes, numbers(unread)).await?;
            rows.extend(read.into_iter().map(|row| (row.row, row)));
        }
        Ok(Self {
            epoch: i64::try_from(ask.epoch).map_err(|_| Error::Superseded)?,
            now,
            rows,
            lives: lives(writer).await?,
            changed: Vec::new(),
            released: Vec::new(),
        })
    }

    pub(super) fn get(&self, number: i64) -> Option<&Row> {
        self.rows.get(&number)
    }

    /// A row that is on the desk, to be changed further.
    pub(super) fn get_mut(&mut self, number: i64) -> Option<&mut Row> {
        self.rows.get_mut(&number)
    }

    /// The row of a ticket, to be changed; `None` when the ticket is void.
    pub(super) fn held(&mut self, ticket: Ticket) -> Option<&mut Row> {
        let epoch = self.epoch;
        let row = self.rows.get_mut(&ticket.row)?;
        if !row.is_held_by(ticket, epoch) {
            return None;
        }
        self.changed.push(ticket.row);
        Some(row)
    }

    pub(super) fn life(&self, campaign: &CampaignId) -> Life {
        let life = self.lives.get(campaign.as_str());
        life.copied().unwrap_or(Life::Asleep)
    }

    /// Notes what becomes of the holds of a row that stood there since `since`.
    pub(super) fn note(&mut self, row: i64, hold: Hold, since: DateTime<Utc>) {
        let Some(it) = self.rows.get(&row).filter(|_| hold == Hold::Release) else {
            return;
        };
        let person = Subject::Customer(it.customer.clone());
        let address = it.address.map(Subject::Address);
        let own = [Some(person), address].into_iter().flatten();
        let own = own.map(|subject| wire::place(&subject));
        let counted = it.counted.as_deref().unwrap_or_default();
        let others = counted.chunks(wire::HASHED_PLACE).map(<[u8]>::to_vec);
        let places = own.chain(others);
        // A row holds its places since the instant at which it began, which is its latest change.
        let gone = places.map(|place| (place, wire::micros(since), row));
        self.released.extend(gone);
    }

    /// Gives back the places that were released.
    pub(super) async fn release(&mut self, writer: &mut Writer) -> Result<(), Error> {
        let released = std::mem::take(&mut self.released);
        let bind = |to: super::batch::Bound, (place, at, row): &(Vec<u8>, i64, i64)| {
            to.bind(place.clone()).bind(*at).bind(*row)
        };
        RELEASE.run(&mut writer.on, &released, bind).await.map(drop)
    }

    /// Writes what was changed.
    pub(super) async fn write(&mut self, writer: &mut Writer) -> Result<(), Error> {
        let mut changed = std::mem::take(&mut self.changed);
        changed.sort_unstable();
        changed.dedup();
        let rows: Vec<&Row> = changed
            .iter()
            .filter_map(|row| self.rows.get(row))
            .collect();
        write_rows(&mut writer.on, &rows).await
    }

    /// Clears the desk: what this pass still holds stays known to the writer.
    pub(super) fn clear(&mut self, writer: &mut Writer) {
        let epoch = Some(self.epoch);
        let held = self.rows.drain().filter(|(_, row)| row.epoch == epoch);
        writer.held.extend(held);
    }
}

/// Each place by all parts of its key.
pub(super) static RELEASE: Batch = Batch::new(
    "WITH v(subject, at, row) AS (VALUES ",
    "(?,?,?)",
    ") DELETE FROM hold WHERE (subject, at, row) IN (SELECT subject, at, row FROM v)",
);

/// What the state of each campaign means now.
pub(super) async fn lives(writer: &mut Writer) -> Result<HashMap<String, Life>, Error> {
    let rows: Vec<(String, String)> = sqlx::query_as("SELECT id, state FROM campaign")
        .fetch_all(&mut writer.on)
        .await?;
    let life = |state: &str| match state {
        "active" => Life::Active,
        "finished" | "cancelled" => Life::Over,
        _ => Life::Asleep,
    };
    Ok(rows
        .into_iter()
        .map(|(id, state)| (id, life(&state)))
        .collect())
}

/// Counts by reason.
pub(super) type Counts = BTreeMap<pregon_core::Reason, u64>;
