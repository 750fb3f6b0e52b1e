//! Whom the spa writes to.

use pregon::memory::MemorySource;
use pregon::{AttributeType, Customer, RecordKind, Schema, Value};

/// Who somebody is: id, zone, phone, visits, spend, last visit, birth date.
type Known = (
    &'static str,
    &'static str,
    &'static str,
    i64,
    i64,
    Option<&'static str>,
    &'static str,
);

const SANTIAGO: &str = "America/Santiago";

const PEOPLE: [Known; 8] = [
    // A VIP, born on the day on which Chile has no midnight.
    (
        "Ana",
        SANTIAGO,
        "+56 9 1111 1111",
        8,
        400_000,
        Some("2026-08-30"),
        "1990-09-06",
    ),
    // A VIP on Easter Island, where all of this comes two hours later.
    (
        "Bea",
        "Pacific/Easter",
        "+56922222222",
        9,
        500_000,
        Some("2026-08-30"),
        "1985-07-01",
    ),
    // Two records with one phone, once written without its `+`.
    (
        "Caro",
        SANTIAGO,
        "+56 9 3333 3333",
        3,
        200_000,
        Some("2026-08-30"),
        "1980-07-02",
    ),
    (
        "Dani",
        SANTIAGO,
        "56933333333",
        3,
        180_000,
        Some("2026-08-30"),
        "1982-11-12",
    ),
    // Has not come for more than ninety days.
    (
        "Elsa",
        SANTIAGO,
        "+56944444444",
        2,
        40_000,
        Some("2026-05-20"),
        "1975-07-03",
    ),
    (
        "Flor",
        SANTIAGO,
        "+56955555555",
        7,
        300_000,
        Some("2026-08-30"),
        "1970-11-20",
    ),
    // Never came and never paid: no birthday greeting, though it is the day of Ana's.
    ("Gil", SANTIAGO, "+56966666666", 0, 0, None, "1991-09-06"),
    // Came, and nobody wrote down when.
    (
        "Hugo",
        SANTIAGO,
        "+56977777777",
        1,
        30_000,
        None,
        "1992-07-04",
    ),
];

fn customer(known: &Known) -> Customer {
    let (id, zone, phone, visits, spend, last_visit, born) = *known;
    let who = Customer::new(id)
        .unwrap()
        .named(id)
        .in_zone(zone.parse().unwrap())
        .phone(phone)
        .email(&format!("{}@example.cl", id.to_lowercase()))
        .with("visits", visits)
        .with("spend", pregon::Decimal::from(spend))
        .with("birth_date", Value::Date(born.parse().unwrap()));
    match last_visit {
        Some(day) => who.with("last_visit", Value::Date(day.parse().unwrap())),
        None => who,
    }
}

/// Everybody, and no booking yet.
pub(crate) fn source() -> MemorySource {
    let schema = |names: &[(&str, AttributeType)]| {
        names.iter().fold(Schema::new(), |schema, (name, of)| {
            schema.with(name, of.clone()).unwrap()
        })
    };
    let of_people = schema(&[
        ("visits", AttributeType::Integer),
        ("spend", AttributeType::Decimal),
        ("last_visit", AttributeType::Date),
        ("birth_date", AttributeType::Date),
    ]);
    let of_bookings = schema(&[
        ("booked_at", AttributeType::Instant),
        ("starts_at", AttributeType::Instant),
    ]);
    MemorySource::new()
        .with_schema(of_people)
        .with_kind(RecordKind::new("booking").unwrap(), of_bookings)
        .with_customers(PEOPLE.iter().map(customer))
}
