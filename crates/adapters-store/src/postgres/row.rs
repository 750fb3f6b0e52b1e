//! Reading and writing rows of `dispatch`.

use std::sync::Arc;

use pregon_core::{AddressHash, CustomerId, OccurrenceId, Reason, RecordId, Standing};
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};

use super::error::Error;
use super::names::{Names, Routes};
use super::statement::query;
use crate::kept::desk::Changed;
use crate::kept::flaw::Flaw;
use crate::kept::row::Row;
use crate::kept::ways::{Way, alike};
use crate::kept::wire;
use crate::kept::zones::Zones;

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
pub(super) async fn read_rows(
    on: &mut PgConnection,
    names: &Names,
    rows: &[PgRow],
) -> Result<Vec<Row>, Error> {
    let mut routes = names.routes();
    let is_new = |row: &PgRow| {
        let route: Result<i32, _> = row.try_get(7);
        route.is_ok_and(|route| !routes.contains_key(&route.into()))
    };
    if rows.iter().any(is_new) {
        // A route that another worker has made since.
        routes = names.read_routes(on).await?;
    }
    let zone = |row: &PgRow| row.try_get(22).ok().flatten().map(i16::into);
    if !names.know_zones(rows.iter().filter_map(zone)) {
        names.read_zones(on).await?;
    }
    let zones = names.zones();
    rows.iter()
        .map(|row| read_row(row, &routes, &zones))
        .collect()
}

fn read_row(row: &PgRow, routes: &Routes, zones: &Zones) -> Result<Row, Error> {
    let wrong = |_| Flaw::Damaged("a dispatch has a name that is none");
    let hash = |n: usize| -> Result<Option<[u8; 16]>, Error> {
        let bytes: Option<&[u8]> = row.try_get(n)?;
        Ok(bytes.map(wire::bytes16).transpose()?)
    };
    let number = |n: usize| -> Result<u32, Error> {
        let number: i32 = row.try_get(n)?;
        u32::try_from(number).map_err(|_| Flaw::Damaged("a count is below zero").into())
    };
    let route_number = row.try_get::<i32, _>(7)?.into();
    let route = routes.get(&route_number);
    let route = route.ok_or(Flaw::Damaged("a dispatch names no route"))?;
    let first_at: Option<i64> = row.try_get(11)?;
    let reason: Option<&str> = row.try_get(12)?;
    let reason =
        reason.map(|name| Reason::parse(name).ok_or(Flaw::Damaged("a reason has an unknown name")));
    let record: Option<String> = row.try_get(17)?;
    let zone: Option<i16> = row.try_get(22)?;
    Ok(Row {
        row: row.try_get(0)?,
        standing: Standing {
            state: wire::state(row.try_get::<i16, _>(1)?.into())?,
            in_doubt: row.try_get(2)?,
        },
        epoch: row.try_get(3)?,
        claims: number(4)?,
        fence: number(5)?,
        attempts: number(6)?,
        route_number,
        route: Arc::clone(route),
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
        reference: free_text(row.try_get(21)?)?,
        zone: zone.map(|zone| zones.zone(zone.into())).transpose()?,
        news: false,
    })
}

/// A text that was kept as bytes, because nothing says which characters it has.
pub(super) fn free_text(bytes: Option<Vec<u8>>) -> Result<Option<String>, Flaw> {
    let text = bytes.map(String::from_utf8).transpose();
    text.map_err(|_| Flaw::Damaged("a text is no UTF-8"))
}

/// Writes all that can change of a row. Whoever runs it has locked the rows.
const WRITE: &str = "UPDATE dispatch d SET state = v.state, in_doubt = v.in_doubt, \
     epoch = v.epoch, claims = v.claims, fence = v.fence, attempts = v.attempts, \
     not_before = v.not_before, at = v.at, first_at = v.first_at, reason = v.reason, \
     rule = v.rule, address = v.address, address_key = v.address_key, counted = v.counted, \
     reference = v.reference, zone = v.zone, charged = v.charged \
     FROM unnest($1::bigint[], $2::smallint[], $3::boolean[], \
     $4::bigint[], $5::integer[], $6::integer[], $7::integer[], $8::bigint[], $9::bigint[], \
     $10::bigint[], $11::text[], $12::text[], $13::bytea[], $14::bytea[], $15::bytea[], \
     $16::bytea[], $17::smallint[], $18::bigint[]) \
     AS v(row, state, in_doubt, epoch, claims, fence, attempts, \
     not_before, at, first_at, reason, rule, address, address_key, counted, reference, zone, \
     charged) WHERE d.row = v.row";

pub(super) async fn write_rows(
    on: &mut PgConnection,
    names: &Names,
    rows: &[&Row],
) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let states: Result<Vec<i16>, Error> = rows
        .iter()
        .map(|row| Ok(wire::state_code(row.standing.state)? as i16))
        .collect();
    let zone = |row: &&Row| {
        names
            .zones()
            .of_row(row.zone)
            .map(|it| it.map(|it| it as i16))
    };
    let zones: Result<Vec<Option<i16>>, Flaw> = rows.iter().map(zone).collect();
    let written = query(WRITE)
        .bind(each(rows, |it| it.row))
        .bind(states?)
        .bind(each(rows, |it| it.standing.in_doubt))
        .bind(each(rows, |it| it.epoch))
        .bind(each(rows, |it| small(it.claims)))
        .bind(each(rows, |it| small(it.fence)))
        .bind(each(rows, |it| small(it.attempts)))
        .bind(each(rows, |it| wire::micros(it.not_before)))
        .bind(each(rows, |it| wire::micros(it.at)))
        .bind(each(rows, |it| it.first_at.map(wire::micros)))
        .bind(each(rows, |it| it.reason.map(Reason::as_str)))
        .bind(each(rows, |it| it.rule.as_deref()))
        .bind(each(rows, |it| {
            it.address.map(|hash| hash.as_bytes().to_vec())
        }))
        .bind(each(rows, |it| it.address_key.map(|key| key.to_vec())))
        .bind(each(rows, |it| it.counted.as_deref()))
        .bind(each(rows, |it| it.reference.as_deref().map(str::as_bytes)))
        .bind(zones?)
        .bind(each(rows, |it| it.charged))
        .execute(on)
        .await?;
    all_written(written.rows_affected(), rows)
}

macro_rules! alike {
    ($($reference:literal)?) => {
        concat!(
            "UPDATE dispatch d SET state = $2, in_doubt = $3, epoch = $4, claims = $5, \
             fence = $6, attempts = $7, at = $8, first_at = $9, reason = $10, rule = $11, \
             zone = $12, charged = $13",
            $($reference,)?
        )
    };
}
const ALIKE: &str = concat!(alike!(), " WHERE d.row = ANY($1)");
const REFERRED: &str = concat!(
    alike!(", reference = v.reference"),
    " FROM unnest($1::bigint[], $14::bytea[]) AS v(row, reference) WHERE d.row = v.row"
);

/// Writes rows that were changed, those that change alike together. Whoever runs it has locked
/// them.
pub(super) async fn write_changed(
    on: &mut PgConnection,
    names: &Names,
    changed: &[Changed<'_>],
) -> Result<(), Error> {
    let (ways, others) = alike(changed);
    for (way, rows) in ways {
        write_alike(&mut *on, names, &way, &rows).await?;
    }
    write_rows(on, names, &others).await
}

async fn write_alike(
    on: &mut PgConnection,
    names: &Names,
    way: &Way<'_>,
    rows: &[&Row],
) -> Result<(), Error> {
    let zone = names.zones().of_row(way.zone)?;
    let [claims, fence, attempts] = way.numbers.map(small);
    let written = query(if way.is_referred { REFERRED } else { ALIKE })
        .bind(each(rows, |it| it.row))
        .bind(wire::state_code(way.standing.state)? as i16)
        .bind(way.standing.in_doubt)
        .bind(way.epoch)
        .bind(claims)
        .bind(fence)
        .bind(attempts)
        .bind(wire::micros(way.at))
        .bind(way.first_at.map(wire::micros))
        .bind(way.reason.map(Reason::as_str))
        .bind(way.rule)
        .bind(zone.map(|it| it as i16))
        .bind(way.charged);
    let reference = |it: &'_ Row| it.reference.as_ref().map(|it| it.as_bytes().to_vec());
    let written = match way.is_referred {
        true => written.bind(each(rows, reference)),
        false => written,
    };
    all_written(written.execute(on).await?.rows_affected(), rows)
}

fn all_written(written: u64, rows: &[&Row]) -> Result<(), Error> {
    let all = written == rows.len() as u64;
    all.then_some(())
        .ok_or(Flaw::Damaged("a row that is held is gone").into())
}

/// A column of many rows.
pub(super) fn each<'a, R, T>(rows: &[&'a R], column: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(|row| column(row)).collect()
}

/// Counts end long before this; one that does not stays at the greatest.
fn small(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
