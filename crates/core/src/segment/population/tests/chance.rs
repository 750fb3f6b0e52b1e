//! Schemas, rows and activities by chance, from a seed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::rule::Facts;
use crate::{
    Activity, AttributeType, Attributes, Cell, CustomerId, Decimal, Member, Schema, Value, Zone,
};
use chrono::{DateTime, NaiveDate, Utc};

/// Numbers from a seed (SplitMix64).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub(super) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// Whether something happens that does once in so many times.
    pub(super) fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

pub(super) const NAMES: [&str; 6] = ["a", "b", "ñ", "pin.status", "visits", "z"];
pub(super) const KINDS: [&str; 2] = ["purchase", "visit"];
pub(super) const TEXTS: [&str; 8] = [
    "",
    "Bogotá",
    "BOGOTA",
    "bogo",
    "Peña",
    "n\u{303}A",
    "oro",
    "plata",
];

/// A value as it is given, which owns what its cell borrows.
#[derive(Debug, Clone)]
pub(super) enum Given {
    Missing,
    Value(Value),
    Units(i64, u8),
    Float(f64),
}

impl Given {
    pub(super) fn cell(&self) -> Cell<'_> {
        match self {
            Self::Missing => Cell::Missing,
            Self::Value(value) => Cell::from(value),
            Self::Units(units, scale) => Cell::Units(*units, *scale),
            Self::Float(float) => Cell::Float(*float),
        }
    }
}

/// What is known of a customer, kept in the plainest way.
#[derive(Debug, Clone)]
pub(super) struct Plain {
    pub(super) id: String,
    pub(super) zone: Zone,
    pub(super) values: BTreeMap<String, Given>,
    pub(super) happened: Vec<Happened>,
}

#[derive(Debug, Clone)]
pub(super) struct Happened {
    pub(super) kind: &'static str,
    pub(super) at: DateTime<Utc>,
    pub(super) values: Vec<(String, Given)>,
}

impl<'r> Facts<'r> for &'r Plain {
    fn value(&self, name: &str) -> Option<Cow<'r, Value>> {
        self.values.get(name)?.cell().to_value().map(Cow::Owned)
    }

    fn activities(&self) -> Cow<'r, [Activity]> {
        Cow::Owned(
            self.happened
                .iter()
                .map(|one| one.activity(&self.id))
                .collect(),
        )
    }
}

impl Happened {
    fn activity(&self, id: &str) -> Activity {
        let mut attributes = Attributes::new();
        for (name, given) in &self.values {
            if let Some(value) = given.cell().to_value() {
                attributes.insert(name, value);
            }
        }
        Activity {
            id: String::new(),
            customer: CustomerId::new(id).unwrap(),
            kind: self.kind.to_owned(),
            at: self.at,
            attributes,
        }
    }
}

/// Everything that is known of a member is what is known of the plain one.
#[track_caller]
pub(super) fn same_facts(member: Member<'_>, plain: &Plain) {
    assert_eq!(
        (member.id(), member.zone()),
        (plain.id.as_str(), plain.zone)
    );
    for name in plain.values.keys() {
        let expected = plain.value(name);
        let found = member.value(name);
        assert!(
            same(found.as_deref(), expected.as_deref()),
            "{name}: {found:?} and not {expected:?}"
        );
    }
    let by_kind = |all: &[Activity]| {
        let mut all = all.to_vec();
        all.sort_by(|a, b| a.kind.cmp(&b.kind));
        all
    };
    let (found, expected) = (by_kind(&member.activities()), by_kind(&plain.activities()));
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!((&found.kind, found.at), (&expected.kind, expected.at));
        assert_eq!(found.customer, expected.customer);
        for name in NAMES {
            let (found, expected) = (found.attributes.get(name), expected.attributes.get(name));
            assert!(
                same(found, expected),
                "{name}: {found:?} and not {expected:?}"
            );
        }
    }
}

/// The same value; a whole number may have become a decimal.
pub(super) fn same(found: Option<&Value>, expected: Option<&Value>) -> bool {
    match (found, expected) {
        (Some(Value::Decimal(found)), Some(Value::Integer(n))) => *found == Decimal::from(*n),
        _ => found == expected,
    }
}

pub(super) fn zone(chance: &mut Chance) -> Zone {
    let name = chance.one(&["UTC", "America/Santiago", "Pacific/Kiritimati"]);
    name.parse().unwrap()
}

pub(super) fn schema(chance: &mut Chance) -> Schema {
    let mut schema = attributes(chance);
    for kind in KINDS {
        if !chance.once_in(3) {
            schema = schema.with_activity(kind, attributes(chance)).unwrap();
        }
    }
    schema
}

fn attributes(chance: &mut Chance) -> Schema {
    let mut schema = Schema::new();
    for name in NAMES {
        if !chance.once_in(3) {
            schema.insert(name, r#type(chance)).unwrap();
        }
    }
    schema
}

fn r#type(chance: &mut Chance) -> AttributeType {
    match chance.below(9) {
        0 => AttributeType::Bool,
        1 => AttributeType::Integer,
        2 | 3 => AttributeType::Decimal,
        4 => AttributeType::Text,
        5 => AttributeType::Choice(TEXTS.iter().map(|text| (*text).to_owned()).collect()),
        6 => AttributeType::Date,
        7 => AttributeType::Instant,
        _ => AttributeType::Texts,
    }
}

/// A row whose values are wild only when it is said, so that columns also stay narrow.
pub(super) fn plain(chance: &mut Chance, schema: &Schema, row: usize, wild: bool) -> Plain {
    Plain {
        id: format!("C-{row}"),
        zone: if wild { zone(chance) } else { Zone::UTC },
        values: row_of(chance, schema, wild).into_iter().collect(),
        happened: Vec::new(),
    }
}

pub(super) fn happened(chance: &mut Chance, schema: &Schema, wild: bool) -> Option<Happened> {
    let kind = chance.one(&KINDS);
    Some(Happened {
        kind,
        at: instant(chance, wild),
        values: row_of(chance, schema.activity(kind)?, wild),
    })
}

fn row_of(chance: &mut Chance, schema: &Schema, wild: bool) -> Vec<(String, Given)> {
    schema
        .iter()
        .map(|(name, r#type)| (name.to_owned(), given(chance, r#type, wild)))
        .collect()
}

pub(super) fn given(chance: &mut Chance, r#type: &AttributeType, wild: bool) -> Given {
    if chance.once_in(if wild { 5 } else { 30 }) {
        return Given::Missing;
    }
    Given::Value(match r#type {
        AttributeType::Bool => Value::Bool(chance.once_in(2)),
        AttributeType::Integer => Value::Integer(integer(chance, wild)),
        AttributeType::Decimal => return number(chance, wild),
        AttributeType::Text | AttributeType::Choice(_) => Value::from(chance.one(&TEXTS)),
        AttributeType::Date => Value::Date(date(chance, wild)),
        AttributeType::Instant => Value::Instant(instant(chance, wild)),
        AttributeType::Texts => Value::Texts(texts(chance)),
    })
}

fn texts(chance: &mut Chance) -> BTreeSet<String> {
    let count = chance.below(3);
    (0..count).map(|_| chance.one(&TEXTS).to_owned()).collect()
}

fn integer(chance: &mut Chance, wild: bool) -> i64 {
    match chance.below(if wild { 8 } else { 2 }) {
        0 | 1 => chance.below(5) as i64,
        2 => chance.below(300) as i64,
        3 => chance.below(70_000) as i64,
        4 => -(chance.below(70_000) as i64),
        5 => chance.next() as i64 >> chance.below(64),
        6 => i64::MIN,
        _ => i64::MAX,
    }
}

fn number(chance: &mut Chance, wild: bool) -> Given {
    const LONG: [&str; 5] = [
        "7922816251426433759354395033.5",
        "-79228162514264337593543950335",
        "0.0000000000000000000000000001",
        "0.1234567890123456789012345678",
        "-9223372036854775809",
    ];
    const FLOATS: [f64; 8] = [
        f64::NAN,
        f64::INFINITY,
        1e300,
        -0.0,
        0.1,
        1e-30,
        2.5,
        0.3 - 0.1,
    ];
    match chance.below(if wild { 8 } else { 4 }) {
        0 => Given::Value(Value::Integer(integer(chance, wild))),
        1 => Given::Units(chance.below(2_000) as i64 - 500, 2),
        2 => Given::Float(chance.below(500) as f64 / 4.0),
        3 => {
            let tenths = Decimal::from_parts(chance.below(100) as i64, 1);
            Given::Value(Value::Decimal(tenths.unwrap()))
        }
        4 => Given::Units(integer(chance, wild), chance.below(32) as u8),
        5 => Given::Value(Value::Decimal(chance.one(&LONG).parse().unwrap())),
        6 => Given::Float(chance.one(&FLOATS)),
        _ => Given::Float(f64::from_bits(chance.next())),
    }
}

/// Around the end of a February, and at the ends of the calendar.
fn date(chance: &mut Chance, wild: bool) -> NaiveDate {
    let near = 20_511 + chance.below(6) as i32;
    let day = NaiveDate::from_epoch_days(near).unwrap();
    match chance.below(if wild { 6 } else { 1 }) {
        0 | 1 => day,
        2 => NaiveDate::from_epoch_days(chance.below(40_000) as i32 - 20_000).unwrap(),
        3 => NaiveDate::MIN,
        4 => NaiveDate::MAX,
        _ => {
            NaiveDate::from_epoch_days(chance.below(190_000_000) as i32 - 95_000_000).unwrap_or(day)
        }
    }
}

pub(super) fn instant(chance: &mut Chance, wild: bool) -> DateTime<Utc> {
    let seconds = 1_772_100_000 + chance.below(500_000) as i64;
    let at = |seconds, nanos| DateTime::from_timestamp(seconds, nanos).unwrap();
    match chance.below(if wild { 7 } else { 2 }) {
        0 => at(seconds, 0),
        1 => at(seconds, chance.below(1_000_000) as u32 * 1_000),
        2 => at(seconds, chance.below(1_000_000_000) as u32),
        3 => DateTime::<Utc>::MIN_UTC,
        4 => DateTime::<Utc>::MAX_UTC,
        5 => at(
            1_483_228_799,
            1_000_000_000 + chance.below(3) as u32 * 500_000_000 / 2,
        ),
        _ => date(chance, wild).and_hms_opt(1, 2, 3).unwrap().and_utc(),
    }
}
