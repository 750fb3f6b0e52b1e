//! The segments that all are asked for, in each one's own language.

use std::fmt::Write as _;

use pregon_core::Segments;
use pregon_core::rule::Rule;
use rand::rngs::StdRng;
use rand::seq::index::sample;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::Result;
use crate::data::{GENDERS, PROVINCES, TODAY};

/// A column, and what its numbers mean.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Count,
    /// Hundredths.
    Money,
    Day,
    /// A text: this letter and the number.
    Text(char),
}

pub(crate) const COLUMNS: [Column; 8] = [
    Column {
        name: "age",
        kind: Kind::Count,
    },
    Column {
        name: "first_visit",
        kind: Kind::Day,
    },
    Column {
        name: "gender",
        kind: Kind::Text('g'),
    },
    Column {
        name: "income",
        kind: Kind::Money,
    },
    Column {
        name: "last_visit",
        kind: Kind::Day,
    },
    Column {
        name: "province",
        kind: Kind::Text('p'),
    },
    Column {
        name: "spend",
        kind: Kind::Money,
    },
    Column {
        name: "visits",
        kind: Kind::Count,
    },
];

/// What a number is asked.
#[derive(Clone)]
pub(crate) enum Test {
    Eq(i64),
    Ge(i64),
    Lt(i64),
    /// Both ends included.
    Between(i64, i64),
    In(Vec<i64>),
}

/// Tests of columns, all of which must hold.
#[derive(Clone)]
pub(crate) struct Segment {
    pub(crate) name: String,
    pub(crate) tests: Vec<(Column, Test)>,
    /// Our rule, where it is not the tests one by one.
    rule: Option<&'static str>,
}

fn column(name: &str) -> Column {
    let found = COLUMNS.into_iter().find(|column| column.name == name);
    found.expect("a column that exists")
}

/// The twelve: who spends how much and how often, who stays away, who stayed long, and a profile.
pub(crate) fn twelve() -> Vec<Segment> {
    let (few, many) = (50_000_00, 150_000_00);
    let spend = |test| (column("spend"), test);
    let visits = |test| (column("visits"), test);
    let mut segments = vec![Segment::new("zero_spend", vec![spend(Test::Eq(0))])];
    let often = [("one", Test::Eq(1)), ("some", Test::Between(2, 5))];
    for (name, often) in often {
        let much = [Test::Lt(few), Test::Between(few, many - 1), Test::Ge(many)];
        for (n, much) in much.into_iter().enumerate() {
            let tests = vec![visits(often.clone()), spend(much)];
            segments.push(Segment::new(&format!("{name}_{n}"), tests));
        }
    }
    for (n, much) in [Test::Lt(many), Test::Ge(many)].into_iter().enumerate() {
        let tests = vec![visits(Test::Ge(6)), spend(much)];
        segments.push(Segment::new(&format!("often_{n}"), tests));
    }
    let away = (column("last_visit"), Test::Lt(TODAY - 90));
    segments.push(Segment::new("inactive", vec![away]));
    // 29 February 2016, 2020 and 2024 lie between.
    let long = (column("first_visit"), Test::Lt(TODAY - 3653));
    let mut tenure = Segment::new("tenure", vec![long]);
    tenure.rule = Some("first_visit older than 10 years");
    segments.push(tenure);
    let profile = vec![
        (column("gender"), Test::Eq(1)),
        (column("age"), Test::Between(25, 45)),
        (column("income"), Test::Ge(900_00)),
        (column("province"), Test::In(vec![2, 7, 11, 19])),
    ];
    segments.push(Segment::new("profile", profile));
    segments
}

/// So many segments of two to four tests of different columns, always the same for a seed.
pub(crate) fn random(number: usize, seed: u64) -> Vec<Segment> {
    let mut random = StdRng::seed_from_u64(seed);
    let one = |n: usize| {
        let tests = random.random_range(2..=4);
        let columns = sample(&mut random, COLUMNS.len(), tests).into_vec();
        let tests = columns.into_iter().map(|at| {
            let column = COLUMNS[at];
            (column, any_test(column, &mut random))
        });
        Segment::new(&format!("s{n}"), tests.collect())
    };
    (0..number).map(one).collect()
}

fn any_test(column: Column, random: &mut StdRng) -> Test {
    let (low, high) = match column.name {
        "visits" => (0, 9),
        "age" => (16, 84),
        "spend" => (0, 200_000_00),
        "income" => (0, 3_000_00),
        "gender" => return Test::Eq(random.random_range(0..GENDERS).into()),
        "province" => {
            let most = random.random_range(1..=6);
            let some = sample(random, PROVINCES.into(), most);
            return match some.len() {
                1 => Test::Eq(some.index(0) as i64),
                _ => Test::In(some.into_iter().map(|code| code as i64).collect()),
            };
        }
        day => {
            let far = if day == "last_visit" { 400 } else { 3_000 };
            let before = TODAY - random.random_range(10..far);
            return match random.random_bool(0.5) {
                true => Test::Lt(before),
                false => Test::Between(before, TODAY),
            };
        }
    };
    let (a, b) = (
        random.random_range(low..=high),
        random.random_range(low..=high),
    );
    match random.random_range(0..4) {
        0 => Test::Ge(a),
        1 => Test::Lt(a.max(1)),
        2 if column.kind == Kind::Count => Test::Eq(a),
        _ => Test::Between(a.min(b), a.max(b)),
    }
}

impl Segment {
    fn new(name: &str, tests: Vec<(Column, Test)>) -> Self {
        Self {
            name: name.to_owned(),
            tests,
            rule: None,
        }
    }

    /// Our rule, as text.
    fn rule(&self) -> String {
        if let Some(rule) = self.rule {
            return rule.to_owned();
        }
        let tests = self.tests.iter().map(|(column, test)| column.ours(test));
        tests.collect::<Vec<_>>().join(" and ")
    }

    /// An expression of a-tree, with money in hundredths.
    pub(crate) fn a_tree(&self) -> String {
        let tests = self
            .tests
            .iter()
            .map(|(Column { name, .. }, test)| match test {
                Test::Eq(n) => format!("{name} = {n}"),
                Test::Ge(n) => format!("{name} >= {n}"),
                Test::Lt(n) => format!("{name} < {n}"),
                Test::Between(low, high) => format!("{name} >= {low} and {name} <= {high}"),
                Test::In(codes) => format!("{name} in {codes:?}"),
            });
        tests.collect::<Vec<_>>().join(" and ")
    }
}

impl Column {
    /// A test in our language.
    fn ours(self, test: &Test) -> String {
        let name = self.name;
        match (self.kind, test) {
            (Kind::Day, Test::Lt(day)) => format!("{name} older than {} days", TODAY - day),
            (Kind::Day, Test::Between(day, TODAY)) => {
                format!("{name} within the last {} days", TODAY - day)
            }
            (_, Test::Eq(n)) => format!("{name} = {}", self.literal(*n)),
            (_, Test::Ge(n)) => format!("{name} >= {}", self.literal(*n)),
            (_, Test::Lt(n)) => format!("{name} < {}", self.literal(*n)),
            (_, Test::Between(low, high)) => {
                format!(
                    "{name} between {} and {}",
                    self.literal(*low),
                    self.literal(*high)
                )
            }
            (_, Test::In(codes)) => {
                let mut list = String::new();
                for code in codes {
                    let comma = if list.is_empty() { "" } else { ", " };
                    let _ = write!(list, "{comma}{}", self.literal(*code));
                }
                format!("{name} in ({list})")
            }
        }
    }

    fn literal(self, number: i64) -> String {
        match self.kind {
            Kind::Text(_) => format!("\"{}\"", self.text(number)),
            Kind::Money => format!("{}.{:02}", number / 100, number % 100),
            Kind::Count | Kind::Day => number.to_string(),
        }
    }

    /// The text of a number, of a column of texts.
    pub(crate) fn text(self, number: i64) -> String {
        match self.kind {
            Kind::Text(letter) => format!("{letter}{number}"),
            Kind::Count | Kind::Money | Kind::Day => number.to_string(),
        }
    }

    /// A number as peers have it.
    fn json(self, number: i64) -> Value {
        match self.kind {
            Kind::Money => json!(number as f64 / 100.0),
            Kind::Count | Kind::Day | Kind::Text(_) => json!(number),
        }
    }
}

/// Our segments.
pub(crate) fn ours(segments: &[Segment]) -> Result<Segments> {
    let mut parts = Vec::new();
    for segment in segments {
        let rule = Rule::parse(&segment.rule())?;
        let name = pregon_core::SegmentName::new(&segment.name)?;
        parts.push(pregon_core::SegmentPart::Plain(name, rule));
    }
    Ok(Segments::new(parts)?)
}

/// What the peers' script makes expressions of: a list of tests a segment.
pub(crate) fn json(segments: &[Segment]) -> Value {
    let test = |(column, test): &(Column, Test)| {
        let (how, values) = match test {
            Test::Eq(n) => ("eq", vec![*n]),
            Test::Ge(n) => ("ge", vec![*n]),
            Test::Lt(n) => ("lt", vec![*n]),
            Test::Between(low, high) => ("between", vec![*low, *high]),
            Test::In(codes) => ("in", codes.clone()),
        };
        let values: Vec<Value> = values.into_iter().map(|n| column.json(n)).collect();
        json!([column.name, how, values])
    };
    let tests = segments
        .iter()
        .map(|segment| segment.tests.iter().map(test).collect());
    Value::Array(tests.collect())
}
