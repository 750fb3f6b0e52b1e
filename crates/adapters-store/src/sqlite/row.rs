//! Reading and writing rows of `dispatch`.

use std::sync::Arc;

use pregon_core::{AddressHash, CustomerId, OccurrenceId, Reason, RecordId, Standing};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::batch::Batch;
use super::error::Error;
use super::intern::Names;
use crate::kept::flaw::Flaw;
use crate::kept::row::Row;
use crate::kept::wire;

/// The columns that [`read_rows`] reads, of a table that the statement calls `d`.
macro_rules! columns {
    () => {
        "d.row, d.state, d.in_doubt, d.epoch, d.claims, d.fence, d.attempts, d.route, \
         d.not_before, d.not_after, d.at, d.first_at, d.reason, d.rule, d.\"key\", d.customer, \
         d.occurrence, d.record, d.address, d.address_key, d.counted, d.reference, \
         d.zone, d.charged"
    };
}
pub(super) use columns;

/// Understands rows that a statement returned.
pub(super) fn read_rows(rows: &[SqliteRow], names: &Names) -> Result<Vec<Row>, Error> {
    rows.iter().map(|row| read_row(row, names)).collect()
}

fn read_row(row: &SqliteRow, names: &Names) -> Result<Row, Error> {
    let wrong = |_| Flaw::Damaged("a dispatch has a name that is none");
    let hash = |n: usize| -> Result<Option<[u8; 16]>, Error> {
        let bytes: Option<&[u8]> = row.try_get(n)?;
        Ok(bytes.map(wire::bytes16).transpose()?)
    };
    let route_number = row.try_get(7)?;
    let first_at: Option<i64> = row.try_get(11)?;
    let reason: Option<&str> = row.try_get(12)?;
    let reason =
        reason.map(|name| Reason::parse(name).ok_or(Flaw::Damaged("a reason has an unknown name")));
    let record: Option<String> = row.try_get(17)?;
    let zone: Option<i64> = row.try_get(22)?;
    Ok(Row {
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
        route: Arc::clone(names.route(route_number)?),
        not_before: wire::instant(row.try_get(8)?)?,
        not_after: wire::instant(row.try_get(9)?)?,
        at: wire::instant(row.try_get(10)?)?,
        first_at: first_at.map(wire::instant).transpose()?,
        reason: reason.transpose()?,
        rule: row.try_get(13)?,
        key: hash(14)?.ok_or(Flaw::Damaged("a dispatch has no key"))?,
        customer: CustomerId::new(row.try_get::<String, _>(15)?).map_err(wrong)?,
        occurrence: OccurrenceId::new(row.try_get::<String, _>(16)?).map_err(wrong)?,
        record: record.map(RecordId::new).transpose().map_err(wrong)?,
        address: hash(18)?.map(AddressHash::from_bytes),
        address_key: hash(19)?,
        counted: row.try_get(20)?,
        charged: row.try_get(23)?,
        reference: row.try_get(21)?,
        zone: zone.map(|zone| names.zones.zone(zone)).transpose()?,
        news: false,
    })
}

/// Writes all that can change of a row.
pub(super) static WRITE: Batch = Batch::new(
    "WITH v(row, state, in_doubt, epoch, claims, fence, attempts, not_before, at, first_at, \
     reason, rule, address, address_key, counted, reference, zone, charged) AS (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    ") UPDATE dispatch SET state = v.state, in_doubt = v.in_doubt, epoch = v.epoch, \
     claims = v.claims, fence = v.fence, attempts = v.attempts, not_before = v.not_before, \
     at = v.at, first_at = v.first_at, reason = v.reason, rule = v.rule, address = v.address, \
     address_key = v.address_key, counted = v.counted, reference = v.reference, \
     zone = v.zone, charged = v.charged FROM v WHERE dispatch.row = v.row",
);

pub(super) async fn write_rows(
    on: &mut SqliteConnection,
    names: &Names,
    rows: &[&Row],
) -> Result<(), Error> {
    let coded = |row: &&'_ Row| {
        let zone = names.zones.of_row(row.zone)?;
        Ok::<_, Flaw>((wire::state_code(row.standing.state)?, zone))
    };
    let codes: Result<Vec<_>, Flaw> = rows.iter().map(coded).collect();
    let rows: Vec<_> = codes?.into_iter().zip(rows.iter().copied()).collect();
    let bind = |to: super::batch::Bound, ((code, zone), it): &((i64, Option<i64>), &Row)| {
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
            .bind(*zone)
            .bind(it.charged)
    };
    WRITE.run(on, &rows, bind).await.map(drop)
}
