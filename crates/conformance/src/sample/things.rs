//! The records of the sample.

use pregon_core::{Customer, Record};

use super::{Table, customers, record_schemas, with_attributes};

const PIN: [&str; 5] = ["id", "customer_id", "item_name", "status", "expiry_date"];
const BOOKING: [&str; 4] = ["id", "customer_id", "service", "starts_at"];

/// The last two belong to somebody who is not there, and to nobody's date.
#[rustfmt::skip]
const PINS: [[&str; 5]; 14] = [
    ["STR-00001", "C-001", "Pin Streaming", "Delivered", "2026-12-20"],
    ["STR-00002", "C-001", "Pin Música ñ", "Delivered", "2026-12-21"],
    ["STR-00003", "C-002", "Pin Streaming", "Delivered", "2026-12-20"],
    ["STR-00004", "C-002", "Pin Streaming", "Returned", "2026-12-22"],
    ["STR-00005", "C-003", "Pin Streaming", "Delivered", ""],
    ["STR-00006", "C-004", "Pin, con coma", "Delivered", "2026-12-31"],
    ["STR-00007", "C-005", "Pin \"citado\"", "", "2027-01-01"],
    ["STR-00008", "C-006", "Pin Streaming", "Delivered", "2028-02-29"],
    ["str-00001", "C-007", "Pin Streaming", "Delivered", "2026-12-19"],
    ["STR 9/ñ?&#%", "C-008", "Pin Streaming", "Delivered", "2026-12-20"],
    ["STR-00010", "Cliente con espacios", "Pin Streaming", "Delivered", "2026-12-20"],
    ["STR-00011", "Ñ-1", "Pin Streaming", "Delivered", "2026-12-23"],
    ["STR-00012", "C-GONE", "Pin de nadie", "Delivered", "2026-12-20"],
    ["STR-00013", "zz-last", "Pin sin fecha", "Delivered", ""],
];

#[rustfmt::skip]
const BOOKINGS: [[&str; 4]; 8] = [
    ["R-1", "C-002", "Masaje", "2026-11-21T15:00:00Z"],
    ["R-2", "C-002", "Tina caliente", "2026-11-21T15:00:01Z"],
    ["R-3", "C-004", "Masaje", "2026-11-22T15:00:00Z"],
    ["R-4", "C-009", "Cabaña", "2026-11-22T14:59:59Z"],
    ["R-5", "C-010", "Cabaña", ""],
    ["R-6", "C-014", "Masaje", "2026-12-24T23:30:00Z"],
    ["R-7", "O'Hara", "Masaje", "2027-01-01T00:00:00Z"],
    ["R-8", "C-GONE", "Masaje", "2026-11-21T16:00:00Z"],
];

/// The records as the core reads them, those of nobody too.
///
/// # Panics
/// Never: the sample is fixed, and a test of this crate reads it.
#[must_use]
pub fn records() -> Vec<Record> {
    let pins = PINS.iter().map(|row| record("pin", &PIN, row));
    let bookings = BOOKINGS.iter().map(|row| record("booking", &BOOKING, row));
    pins.chain(bookings).collect()
}

/// The records that belong to somebody, each with its customer: what a source gives.
#[must_use]
pub fn records_with_customers() -> Vec<(Record, Customer)> {
    let people = customers();
    let paired = records().into_iter().filter_map(|record| {
        let owner = people
            .iter()
            .find(|customer| customer.id == record.customer)?;
        Some((record, owner.clone()))
    });
    paired.collect()
}

fn record(kind: &str, columns: &[&'static str], row: &[&str]) -> Record {
    let schemas = record_schemas();
    let it = Record::new(kind, row[0], row[1]).expect("ids of the sample are ids");
    let schema = schemas.get(&it.kind).expect("the sample has the kind");
    with_attributes(it, &columns[2..], &row[2..], schema, Record::with)
}

pub(super) fn table(kind: &str) -> Option<Table> {
    match kind {
        "pin" => Some(Table {
            columns: PIN.to_vec(),
            rows: PINS.iter().map(|row| row.to_vec()).collect(),
        }),
        "booking" => Some(Table {
            columns: BOOKING.to_vec(),
            rows: BOOKINGS.iter().map(|row| row.to_vec()).collect(),
        }),
        _ => None,
    }
}
