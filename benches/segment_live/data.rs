//! Customers and segments by chance, the same in every run: the data set `bench-10m`.

use chrono::{DateTime, NaiveDate, Utc};
use pregon::rule::{Expr, Rule, attr, days, years};
use pregon::{
    AttributeType, Cell, Decimal, Population, Schema, SegmentName, SegmentPart, Segments,
};

use super::chance::{Chance, GENDERS, PROVINCES};

/// The day that the dates are counted back from, as days since 1970.
const TODAY: f64 = 20_400.0;

/// Noon of that day.
pub(crate) fn now() -> DateTime<Utc> {
    "2025-11-08T12:00:00Z".parse().expect("an instant")
}

/// A new value of an attribute.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given {
    Integer(i64),
    Cents(i64),
    Date(NaiveDate),
    Text(&'static str),
}

impl Given {
    pub(crate) fn cell(&self) -> Cell<'static> {
        match self {
            Self::Integer(n) => Cell::Integer(*n),
            Self::Cents(cents) => Cell::Units(*cents, 2),
            Self::Date(day) => Cell::Date(*day),
            Self::Text(text) => Cell::Text(text),
        }
    }
}

/// The attributes, in the order of the schema.
pub(crate) const ATTRIBUTES: [&str; 8] = [
    "age",
    "first_visit",
    "gender",
    "income",
    "last_visit",
    "province",
    "spend",
    "visits",
];

impl Chance {
    fn day(&mut self, mean: f64, before: f64) -> NaiveDate {
        let day = (TODAY - self.exponential(mean) - before).floor();
        NaiveDate::from_epoch_days(day as i32).expect("a day of this century or the last")
    }

    /// A value of the attribute of this place.
    pub(crate) fn given(&mut self, attribute: usize) -> Given {
        match attribute {
            0 => Given::Integer(16 + self.below(69) as i64),
            1 => Given::Date(self.day(900.0, 120.0)),
            2 => Given::Text(GENDERS[self.below(GENDERS.len())]),
            3 => Given::Integer(self.gamma(2.0, 600.0) as i64),
            4 => Given::Date(self.day(120.0, 0.0)),
            5 => Given::Text(PROVINCES[self.below(PROVINCES.len())]),
            6 => Given::Cents((self.gamma(1.2, 60_000.0) * 100.0) as i64),
            _ => Given::Integer(self.poisson(3.0).into()),
        }
    }

    /// An attribute and a value for it.
    pub(crate) fn change(&mut self) -> (&'static str, Given) {
        let attribute = self.below(ATTRIBUTES.len());
        (ATTRIBUTES[attribute], self.given(attribute))
    }

    /// A question about the attribute of this place.
    fn question(&mut self, attribute: usize) -> Expr {
        let name = attr(ATTRIBUTES[attribute]);
        let low = self.below(2) == 0;
        match (attribute, self.given(attribute)) {
            (1 | 4, Given::Date(day)) => {
                let ago = (TODAY as i32 - day.to_epoch_days()) as u32;
                if low {
                    name.older_than(days(ago))
                } else {
                    name.within_last(days(ago))
                }
            }
            (0, Given::Integer(n)) => name.between(n, n + 15),
            (_, Given::Integer(n)) => {
                if low {
                    name.ge(n)
                } else {
                    name.lt(n + 1)
                }
            }
            (_, Given::Cents(cents)) => {
                let amount = Decimal::from_parts(cents, 2).expect("two digits");
                if low {
                    name.ge(amount)
                } else {
                    name.lt(amount)
                }
            }
            (5, Given::Text(one)) => {
                let others = [PROVINCES[self.below(24)], PROVINCES[self.below(24)]];
                name.one_of([one, others[0], others[1]])
            }
            (_, Given::Text(text)) => name.eq(text),
            (_, Given::Date(day)) => name.ge(day),
        }
    }
}

/// The id of the customer of a row.
pub(crate) fn id(row: usize) -> String {
    format!("C-{row:08}")
}

/// So many customers.
pub(crate) fn population(customers: usize) -> Population {
    let types = [
        AttributeType::Integer,
        AttributeType::Date,
        AttributeType::Text,
        AttributeType::Integer,
        AttributeType::Date,
        AttributeType::Text,
        AttributeType::Decimal,
        AttributeType::Integer,
    ];
    let schema = ATTRIBUTES
        .iter()
        .zip(types)
        .try_fold(Schema::new(), |schema, (name, r#type)| {
            schema.with(name, r#type)
        });
    let schema = schema.expect("names");
    let zone = "America/Guayaquil".parse().expect("a zone");
    let mut builder = Population::builder(&schema).zone(zone).capacity(customers);
    let mut chance = Chance(1);
    for row in 0..customers {
        let cells: [Given; 8] = std::array::from_fn(|attribute| chance.given(attribute));
        let pushed = builder.push(&id(row), cells.iter().map(Given::cell));
        pushed.expect("a value for each attribute");
    }
    builder.finish()
}

fn set(parts: impl IntoIterator<Item = (String, Expr)>) -> Segments {
    let parts = parts.into_iter().map(|(name, expr)| {
        let name = SegmentName::new(name).expect("a name");
        SegmentPart::Plain(name, Rule::new(expr).expect("a rule"))
    });
    Segments::new(parts).expect("segments that name no others")
}

/// The twelve segments of the data set.
pub(crate) fn twelve() -> Segments {
    let spend = || attr("spend");
    let low = || spend().lt(50_000);
    let middle = || spend().ge(50_000) & spend().lt(150_000);
    let high = || spend().ge(150_000);
    let once = || attr("visits").eq(1);
    let some = || attr("visits").between(2, 5);
    let often = || attr("visits").ge(6);
    let target = attr("gender").eq("f")
        & attr("age").between(25, 45)
        & attr("income").ge(900)
        & attr("province").one_of(["Azuay", "Guayas", "Manabí", "Pichincha"]);
    let parts = [
        ("zero_spend", spend().eq(0)),
        ("once_low", once() & low()),
        ("once_middle", once() & middle()),
        ("once_high", once() & high()),
        ("some_low", some() & low()),
        ("some_middle", some() & middle()),
        ("some_high", some() & high()),
        ("often_low", often() & spend().lt(150_000)),
        ("often_high", often() & high()),
        ("inactive", attr("last_visit").older_than(days(90))),
        ("ten_years", attr("first_visit").at_least_ago(years(10))),
        ("target", target),
    ];
    set(parts.map(|(name, expr)| (name.to_owned(), expr)))
}

/// So many segments of two to four questions, each about another attribute.
pub(crate) fn random(number: usize, seed: u64) -> Segments {
    let mut chance = Chance(seed);
    set((0..number).map(|n| {
        let mut places: Vec<usize> = (0..ATTRIBUTES.len()).collect();
        let questions = 2 + chance.below(3);
        let parts = (0..questions).map(|_| {
            let place = places.swap_remove(chance.below(places.len()));
            chance.question(place)
        });
        let parts: Vec<Expr> = parts.collect();
        (format!("r{n:04}"), Expr::All(parts))
    }))
}
