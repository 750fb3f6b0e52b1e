//! The customers: every column by chance, the same in every run.

use pregon::{AttributeType, Schema};

use super::chance::Chance;

/// The columns as they were before they were a population: what the baseline reads.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) visits: Vec<u16>,
    pub(super) spend: Vec<i64>,
    pub(super) last_visit: Vec<i32>,
    pub(super) first_visit: Vec<i32>,
    pub(super) age: Vec<u8>,
    pub(super) income: Vec<i64>,
    pub(super) gender: Vec<u8>,
    pub(super) province: Vec<u8>,
}

/// One customer has values that make columns as wide as the peers have them: spend and income
/// beyond four bytes, dates before 1970. By themselves they would be narrower.
pub(super) const RICH: i64 = 3_000_000_000;
pub(super) const OLD: i32 = -3_000;

pub(super) fn columns(rows: usize) -> Columns {
    let mut chance = Chance(1);
    let mut columns = Columns::default();
    for row in 0..rows {
        let cents = |amount: f64| {
            if row == 0 {
                RICH
            } else {
                (amount * 100.0) as i64
            }
        };
        columns
            .visits
            .push(chance.poisson(3.0) + if row == 0 { 300 } else { 0 });
        let nothing = columns.visits[row] == 0;
        let spend = chance.gamma(1.2, 60_000.0);
        columns.spend.push(if nothing { 0 } else { cents(spend) });
        let date = |number: i32| if row == 0 { OLD } else { number };
        let last_visit = 20_400 - chance.exponential(120.0) as i32;
        let first_visit = 20_400 - chance.exponential(900.0) as i32 - 120;
        columns.last_visit.push(date(last_visit));
        columns.first_visit.push(date(first_visit));
        columns.age.push(16 + chance.below(69) as u8);
        columns.income.push(cents(chance.gamma(2.0, 600.0)));
        columns.gender.push(chance.below(3) as u8);
        columns.province.push(chance.below(24) as u8);
    }
    columns
}

pub(super) fn schema() -> Schema {
    let whole = AttributeType::Integer;
    let mut schema = Schema::new();
    for (name, r#type) in [
        ("age", whole.clone()),
        ("first_visit", AttributeType::Date),
        ("gender", AttributeType::Text),
        ("income", AttributeType::Decimal),
        ("last_visit", AttributeType::Date),
        ("province", AttributeType::Text),
        ("spend", AttributeType::Decimal),
        ("visits", whole),
    ] {
        schema.insert(name, r#type).expect("a name");
    }
    schema
}

pub(super) fn day(number: i32) -> chrono::NaiveDate {
    chrono::NaiveDate::from_epoch_days(number).expect("within the calendar")
}
