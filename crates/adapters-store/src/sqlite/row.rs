//! A dispatch as the tables hold it, and what can happen to it: pure, by the core's one table.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_core::{
    AddressHash, CustomerId, Dispatch, DispatchId, DispatchKey, Doubt, Event, Hold, OccurrenceId,
    Planned, Reason, RecordId, RecordRef, Standing, State, Ticket,
};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::batch::Batch;
use super::error::Error;
use super::intern::{Route, Routes};
use super::wire;

/// The columns that [`Row::read`] reads, of a table that the statement calls `d`.
macro_rules! columns {
    () => {
        "d.row, d.state, d.in_doubt, d.epoch, d.claims, d.fence, d.attempts, d.route, \
         d.not_before, d.not_after, d.at, d.first_at, d.reason, d.rule, d.\"key\", d.customer, \
         d.occurrence, d.record, d.address, d.address_key, d.counted, d.reference"
    };
}
pub(super) use columns;

/// A row of `dispatch`.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) row: i64,
    pub(super) standing: Standing,
    /// The pass that holds it.
    pub(super) epoch: Option<i64>,
    pub(super) claims: u32,
    pub(super) fence: u32,
    pub(super) attempts: u32,
    pub(super) route_number: i64,
    pub(super) route: Arc<Route>,
    pub(super) not_before: DateTime<Utc>,
    pub(super) not_after: DateTime<Utc>,
    pub(super) at: DateTime<Utc>,
    pub(super) first_at: Option<DateTime<Utc>>,
    pub(super) reason: Option<Reason>,
    pub(super) rule: Option<String>,
    pub(super) key: [u8; 16],
    pub(super) customer: CustomerId,
    pub(super) occurrence: OccurrenceId,
    pub(super) record: Option<RecordId>,
    pub(super) address: Option<AddressHash>,
    pub(super) address_key: Option<[u8; 16]>,
    /// The places of its holds that are neither the person's nor the address's, one after another.
    pub(super) counted: Option<Vec<u8>>,
    pub(super) reference: Option<String>,
}

impl Row {
    pub(super) fn read(row: &SqliteRow, routes: &Routes) -> Result<Self, Error> {
        let wrong = |_| Error::Damaged("a dispatch has a name that is none");
        let hash = |n: usize| -> Result<Option<[u8; 16]>, Error> {
            let bytes: Option<&[u8]> = row.try_get(n)?;
            bytes.map(wire::bytes16).transpose()
        };
        let route_number = row.try_get(7)?;
        let first_at: Option<i64> = row.try_get(11)?;
        let reason: Option<&str> = row.try_get(12)?;
        let reason = reason
            .map(|name| Reason::parse(name).ok_or(Error::Damaged("a reason has an unknown name")));
        let record: Option<String> = row.try_get(17)?;
        Ok(Self {
            row: row.try_get(0)?,
            standing: Standing {
                state: wire::state(row.try_get(1)?)?,
                in_doubt: row.try_get(2)?,
            },
            epoch: row.try_get(3)?,
            claims: row.try_get(4)?,
            fence: row.try_get(5)?,
            attempts: row.try_get(6)?,
            route_number,
            route: Arc::clone(routes.get(route_number)?),
            not_before: wire::instant(row.try_get(8)?)?,
            not_after: wire::instant(row.try_get(9)?)?,
            at: wire::instant(row.try_get(10)?)?,
            first_at: first_at.map(wire::instant).transpose()?,
            reason: reason.transpose()?,
            rule: row.try_get(13)?,
            key: hash(14)?.ok_or(Error::Damaged("a dispatch has no key"))?,
            customer: CustomerId::new(row.try_get::<String, _>(15)?).map_err(wrong)?,
            occurrence: OccurrenceId::new(row.try_get::<String, _>(16)?).map_err(wrong)?,
            record: record.map(RecordId::new).transpose().map_err(wrong)?,
            address: hash(18)?.map(AddressHash::from_bytes),
            address_key: hash(19)?,
            counted: row.try_get(20)?,
            reference: row.try_get(21)?,
        })
    }

    pub(super) fn waits(&self) -> bool {
        matches!(self.standing.state, State::Scheduled | State::Resend)
    }

    /// Whether the holder of a ticket may still speak for it.
    pub(super) fn is_held_by(&self, ticket: Ticket, epoch: i64) -> bool {
        if ticket.begun {
            self.standing.state == State::Sending && self.fence == ticket.number
        } else {
            self.waits() && self.epoch == Some(epoch) && self.claims == ticket.number
        }
    }

    /// Lets an event happen; says what becomes of its holds, or `None` when it cannot happen.
    pub(super) fn happen(&mut self, event: Event, now: DateTime<Utc>) -> Option<Hold> {
        let change = self.standing.after(event)?;
        (self.standing, self.at) = (change.to, now);
        (self.epoch, self.claims) = (None, 0);
        Some(change.hold)
    }

    /// Ends it because it must not, or need not, be sent. What waits has no holds to give back.
    pub(super) fn withdraw(&mut self, reason: Reason, now: DateTime<Utc>) {
        if self.happen(Event::Withdraw(reason.end()), now).is_some() {
            self.reason = Some(reason);
        }
    }

    /// Frees it until an instant.
    pub(super) fn put_back(&mut self, until: DateTime<Utc>, reason: Reason, now: DateTime<Utc>) {
        (self.epoch, self.claims, self.not_before) = (None, 0, until);
        (self.reason, self.rule, self.at) = (Some(reason), None, now);
    }

    /// Settles that nobody knows whether it arrived.
    pub(super) fn doubt(&mut self, doubt: Doubt, again_at: DateTime<Utc>, now: DateTime<Utc>) {
        let event = match doubt {
            Doubt::Resend => Event::DoubtResend,
            Doubt::Unknown => Event::DoubtUnknown,
        };
        if self.happen(event, now).is_some() {
            (self.not_before, self.reason) = (again_at, Some(Reason::InDoubt));
        }
    }

    /// The parts of its key.
    pub(super) fn parts(&self) -> DispatchKey {
        let route = &self.route;
        DispatchKey {
            campaign: route.campaign.clone(),
            journey: route.journey.clone(),
            step: route.step.clone(),
            trigger: route.trigger.clone(),
            occurrence: self.occurrence.clone(),
            customer: self.customer.clone(),
            channel: route.channel.clone(),
        }
    }

    /// As the ledger hands it out.
    pub(super) fn dispatch(&self) -> Dispatch {
        let begun = self.standing.state == State::Sending;
        let number = if begun { self.fence } else { self.claims };
        let kind = self.route.record_kind.clone();
        let record = kind.zip(self.record.clone());
        Dispatch {
            ticket: Ticket {
                row: self.row,
                number,
                begun,
            },
            id: DispatchId::from_bytes(self.key),
            standing: self.standing,
            attempts: self.attempts,
            first_at: self.first_at,
            plan: Planned {
                key: self.parts(),
                record: record.map(|(kind, id)| RecordRef { kind, id }),
                purpose: self.route.purpose.clone(),
                class: self.route.class,
                brand: self.route.brand.clone(),
                priority: self.route.priority,
                not_before: self.not_before,
                not_after: self.not_after,
                address: self.address,
                shared: self.route.shared,
                refused: None,
            },
        }
    }
}

/// The rows of these numbers, in any order; those that are not there are left out.
pub(super) async fn read_rows(
    on: &mut SqliteConnection,
    routes: &Routes,
    numbers: String,
) -> Result<Vec<Row>, Error> {
    let rows = sqlx::query(READ).bind(numbers).fetch_all(on).await?;
    rows.iter().map(|row| Row::read(row, routes)).collect()
}

/// `CROSS JOIN` keeps the order of the loops: numbers first, each row by its number.
pub(super) const READ: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM json_each(?1) n CROSS JOIN dispatch d ON d.row = n.value"
);

/// Writes all that can change of a row.
pub(super) static WRITE: Batch = Batch::new(
    "WITH v(row, state, in_doubt, epoch, claims, fence, attempts, not_before, at, first_at, \
     reason, rule, address, address_key, counted, reference) AS (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    ") UPDATE dispatch SET state = v.state, in_doubt = v.in_doubt, epoch = v.epoch, \
     claims = v.claims, fence = v.fence, attempts = v.attempts, not_before = v.not_before, \
     at = v.at, first_at = v.first_at, reason = v.reason, rule = v.rule, address = v.address, \
     address_key = v.address_key, counted = v.counted, reference = v.reference \
     FROM v WHERE dispatch.row = v.row",
);

pub(super) async fn write_rows(on: &mut SqliteConnection, rows: &[&Row]) -> Result<(), Error> {
    let codes: Result<Vec<i64>, Error> = rows
        .iter()
        .map(|row| wire::state_code(row.standing.state))
        .collect();
    let rows: Vec<(i64, &Row)> = codes?.into_iter().zip(rows.iter().copied()).collect();
    let bind = |to: super::batch::Bound, (code, it): &(i64, &Row)| {
        to.bind(it.row)
            .bind(*code)
            .bind(it.standing.in_doubt)
            .bind(it.epoch)
            .bind(it.claims)
            .bind(it.fence)
            .bind(it.attempts)
            .bind(wire::micros(it.not_before))
            .bind(wire::micros(it.at))
            .bind(it.first_at.map(wire::micros))
            .bind(it.reason.map(Reason::as_str))
            .bind(it.rule.clone())
            .bind(it.address.map(|hash| hash.as_bytes().to_vec()))
            .bind(it.address_key.map(|key| key.to_vec()))
            .bind(it.counted.clone())
            .bind(it.reference.clone())
    };
    WRITE.run(on, &rows, bind).await.map(drop)
}
