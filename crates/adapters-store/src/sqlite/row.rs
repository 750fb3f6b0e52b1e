//! Reading rows of `dispatch`.
//!
//! A row comes as one JSON array. Each value that a statement returns is copied by itself, with two
//! or three allocations on one thread that are given back on another; twenty-four of them took more
//! than all that is done with the row. Where many rows come at once they are put together too.

use std::sync::Arc;

use pregon_core::{AddressHash, CustomerId, OccurrenceId, Reason, RecordId, Standing};
use serde::Deserialize;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::error::Error;
use super::intern::Names;
use crate::kept::flaw::Flaw;
use crate::kept::row::Row;
use crate::kept::wire;

/// What [`read_rows`] reads, of a table that the statement calls `d`. Bytes are written in hex,
/// and none at all is an empty text.
macro_rules! columns {
    () => {
        "json_array(d.row, d.state, d.in_doubt, d.epoch, d.claims, d.fence, d.attempts, d.route, \
         d.not_before, d.not_after, d.at, d.first_at, d.reason, d.rule, hex(d.\"key\"), \
         d.customer, d.occurrence, d.record, hex(d.address), hex(d.address_key), hex(d.counted), \
         d.reference, d.zone, d.charged) AS packed"
    };
}
pub(super) use columns;

/// A row as a statement returns it: the columns of [`columns!`] in their order.
#[derive(Deserialize)]
pub(super) struct Packed<'a> {
    row: i64,
    state: i64,
    in_doubt: u8,
    epoch: Option<i64>,
    claims: u32,
    fence: u32,
    attempts: u32,
    pub(super) route: i64,
    not_before: i64,
    not_after: i64,
    at: i64,
    first_at: Option<i64>,
    reason: Option<&'a str>,
    rule: Option<String>,
    key: &'a str,
    customer: String,
    occurrence: String,
    record: Option<String>,
    address: &'a str,
    address_key: &'a str,
    counted: &'a str,
    reference: Option<String>,
    pub(super) zone: Option<i64>,
    charged: Option<i64>,
}

/// Takes apart what a statement returned: in each row any number of them, or none.
pub(super) fn unpack(rows: &[SqliteRow]) -> Result<Vec<Packed<'_>>, Error> {
    let mut all = Vec::new();
    for row in rows {
        let text: Option<&str> = row.try_get(0)?;
        for packed in serde_json::Deserializer::from_str(text.unwrap_or_default()).into_iter() {
            let wrong = |_| Flaw::Damaged("a dispatch cannot be read");
            all.push(packed.map_err(wrong)?);
        }
    }
    Ok(all)
}

/// Understands rows that a statement returned.
pub(super) fn read_rows(rows: &[SqliteRow], names: &Names) -> Result<Vec<Row>, Error> {
    let packed = unpack(rows)?.into_iter();
    packed.map(|row| row.read(names)).collect()
}

impl Packed<'_> {
    /// Understands it.
    pub(super) fn read(self, names: &Names) -> Result<Row, Error> {
        let wrong = |_| Flaw::Damaged("a dispatch has a name that is none");
        let reason = self.reason.map(|name| {
            let wrong = Flaw::Damaged("a reason has an unknown name");
            Reason::parse(name).ok_or(wrong)
        });
        let counted = unhex(self.counted)?;
        Ok(Row {
            row: self.row,
            standing: Standing {
                state: wire::state(self.state)?,
                in_doubt: self.in_doubt != 0,
            },
            epoch: self.epoch,
            claims: self.claims,
            fence: self.fence,
            attempts: self.attempts,
            route_number: self.route,
            route: Arc::clone(names.route(self.route)?),
            not_before: wire::instant(self.not_before)?,
            not_after: wire::instant(self.not_after)?,
            at: wire::instant(self.at)?,
            first_at: self.first_at.map(wire::instant).transpose()?,
            reason: reason.transpose()?,
            rule: self.rule,
            key: hash(self.key)?.ok_or(Flaw::Damaged("a dispatch has no key"))?,
            customer: CustomerId::new(self.customer).map_err(wrong)?,
            occurrence: OccurrenceId::new(self.occurrence).map_err(wrong)?,
            record: self.record.map(RecordId::new).transpose().map_err(wrong)?,
            address: hash(self.address)?.map(AddressHash::from_bytes),
            address_key: hash(self.address_key)?,
            counted: (!counted.is_empty()).then_some(counted),
            charged: self.charged,
            reference: self.reference,
            zone: self.zone.map(|it| names.zones.zone(it)).transpose()?,
            news: false,
        })
    }
}

/// A hash in hex, as SQLite writes it; an empty text is none.
pub(super) fn hash(hex: &str) -> Result<Option<[u8; 16]>, Flaw> {
    let mut hash = [0; 16];
    match hex.len() {
        0 => return Ok(None),
        32 => {}
        _ => return Err(Flaw::Damaged("a hash has the wrong length")),
    }
    for (byte, pair) in hash.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = unhex_byte(pair)?;
    }
    Ok(Some(hash))
}

fn unhex(hex: &str) -> Result<Vec<u8>, Flaw> {
    hex.as_bytes().chunks(2).map(unhex_byte).collect()
}

fn unhex_byte(pair: &[u8]) -> Result<u8, Flaw> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'A'..=b'F' => Ok(byte - b'A' + 10),
        _ => Err(Flaw::Damaged("bytes that are no hex")),
    };
    match pair {
        [high, low] => Ok(digit(*high)? << 4 | digit(*low)?),
        _ => Err(Flaw::Damaged("bytes that are no hex")),
    }
}
