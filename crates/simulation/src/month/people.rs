//! The people of a business and what belongs to them.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use pregon_core::{Customer, Permission, Record, Value, Zone};

use crate::Dice;

/// Zones of the people: clocks that stand, that change at midnight, that are far from Greenwich.
const ZONES: [&str; 12] = [
    "America/Bogota",
    "America/Guayaquil",
    "America/Santiago",
    "America/Havana",
    "America/New_York",
    "America/St_Johns",
    "Europe/Madrid",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
];

pub(super) const CITIES: [&str; 3] = ["Quito", "Cali", "Temuco"];

/// A customer as a source knows them, and whether anybody touched them since the beginning.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) customer: Customer,
    pub(super) city: &'static str,
    pub(super) touched: bool,
    pub(super) gone: bool,
}

/// A record, and whether anybody touched it.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub(super) record: Record,
    pub(super) owner: usize,
    pub(super) due: Due,
    pub(super) touched: bool,
}

/// The date of a record.
#[derive(Debug, Clone, Copy)]
pub(super) enum Due {
    On(NaiveDate),
    At(DateTime<Utc>),
}

/// A person of chance.
pub(super) fn person(n: usize, begins: DateTime<Utc>, dice: &mut Dice) -> Person {
    let city = *dice.of(&CITIES);
    let birth = begins.date_naive() - Duration::days(dice.between(7000, 7060));
    let mut it = Customer::new(format!("C-{n}"))
        .expect("an id")
        .named("Ana")
        .with("city", city)
        .with("birth_date", Value::Date(birth));
    it = match dice.below(20) {
        0 => it,
        1 => it.email("nobody at all"),
        // Some share an address with somebody else.
        2 => it.email(&format!("c-{}@example.org", n / 2)),
        _ => it.email(&email(n, 0)),
    };
    if dice.below(10) > 0 {
        let shared = if dice.below(15) == 0 { n / 3 } else { n };
        it = it.phone(&format!("+5939{:08}", 10_000_000 + shared));
    }
    if dice.below(10) > 0 {
        it = it.in_zone(zone(dice));
    }
    match dice.below(12) {
        0 => it.permissions.push(permission(false)),
        1..=4 => it.permissions.push(permission(true)),
        _ => {}
    }
    Person {
        customer: it,
        city,
        touched: false,
        gone: false,
    }
}

pub(super) fn email(n: usize, version: u64) -> String {
    format!("c-{n}-{version}@example.org")
}

pub(super) fn zone(dice: &mut Dice) -> Zone {
    dice.of(&ZONES).parse().expect("a zone of the database")
}

fn permission(granted: bool) -> Permission {
    Permission {
        channel: None,
        purpose: None,
        granted,
    }
}

/// A pin that expires around the month, or a booking within it.
pub(super) fn thing(n: usize, owner: usize, begins: DateTime<Utc>, dice: &mut Dice) -> Thing {
    let due = if dice.below(3) == 0 {
        Due::At(begins + Duration::minutes(dice.between(-2000, 46_000)))
    } else {
        Due::On(begins.date_naive() + Duration::days(dice.between(-3, 45)))
    };
    let delivered = dice.below(8) > 0;
    Thing {
        record: record(n, owner, due, delivered),
        owner,
        due,
        touched: !delivered,
    }
}

pub(super) fn record(n: usize, owner: usize, due: Due, delivered: bool) -> Record {
    let (kind, date, value) = match due {
        Due::On(date) => ("pin", "expiry_date", Value::Date(date)),
        Due::At(at) => ("booking", "starts_at", Value::Instant(at)),
    };
    let status = if delivered { "Delivered" } else { "Void" };
    Record::new(kind, &format!("R-{n}"), &format!("C-{owner}"))
        .expect("names")
        .with(date, value)
        .with("status", status)
}
