//! Rules, values and instants by chance, and always the same for a seed.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::rule::{
    Activities, ActivityTest, Comparison, Condition, Expr, Has, Measure, Period, Relation, Rule,
    Test, TextMatch, Unit, Window,
};
use crate::{AttributeType, FamilyName, Schema, SegmentName, SegmentPart, Segments, Value, Zone};

pub(super) struct Chance {
    state: u64,
    /// Whether the ends of the calendar are met; if so no anniversaries are asked for, which are
    /// one or two stretches for every year that a column knows.
    ends: bool,
}

const TEXTS: [&str; 6] = ["Azuay", "azuay", "Guayas", "Ñuble", "nuble", ""];
const CHOICES: [&str; 3] = ["oro", "plata", "bronce"];

pub(super) const ZONES: [&str; 5] = [
    "America/Santiago",
    "Pacific/Kiritimati",
    "UTC",
    "Africa/Cairo",
    "America/Havana",
];

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0xdead_beef_cafe,
            ends: seed.is_multiple_of(2),
        }
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below this one.
    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n
    }

    pub(super) fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn some<T>(&mut self, most: usize, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let number = 1 + self.below(most);
        (0..number).map(|_| one(self)).collect()
    }

    pub(super) fn zone(&mut self) -> Zone {
        self.pick(&ZONES).parse().unwrap()
    }

    /// A civil date, mostly around the first instant, on ends of months and in leap years.
    fn date(&mut self) -> NaiveDate {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        match self.below(12) {
            0 if self.ends => self.pick(&[NaiveDate::MIN, NaiveDate::MAX]),
            1 => day(self.pick(&["2020-02-29", "2023-02-28", "2023-12-31", "1996-02-29"])),
            2 => day("1980-01-01") + Duration::days(self.below(16_000) as i64),
            _ => day("2024-01-25") + Duration::days(self.below(60) as i64),
        }
    }

    fn instant(&mut self) -> DateTime<Utc> {
        match self.below(40) {
            0 if self.ends => self.pick(&[DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC]),
            1 => self.near() + Duration::nanoseconds(self.below(3) as i64),
            2 => "2023-12-31T23:59:60.5Z".parse().unwrap(),
            _ => self.near(),
        }
    }

    /// An instant on a whole hour, so that ends of days are met, or beside it.
    pub(super) fn near(&mut self) -> DateTime<Utc> {
        let first: DateTime<Utc> = "2024-01-25T00:00:00Z".parse().unwrap();
        let beside = Duration::microseconds(self.pick(&[-1, 0, 0, 0, 1]));
        first + Duration::hours(self.below(60 * 24) as i64) + beside
    }

    fn decimal(&mut self) -> crate::Decimal {
        let texts = [
            "0",
            "-0",
            "0.5",
            "1.25",
            "3",
            "99999999999999999999",
            "7.0000000000001",
        ];
        match self.below(3) {
            0 if self.once_in(4) => self.pick(&texts).parse().unwrap(),
            _ => crate::Decimal::from_parts(self.below(40) as i64, 1).unwrap(),
        }
    }

    fn text(&mut self) -> String {
        match self.below(8) {
            0 => format!("{}{}", self.pick(&TEXTS), self.below(50)),
            _ => self.pick(&TEXTS).to_owned(),
        }
    }

    /// A value of a type.
    pub(super) fn value(&mut self, r#type: &AttributeType) -> Value {
        match r#type {
            AttributeType::Bool => Value::Bool(self.once_in(2)),
            AttributeType::Integer => Value::Integer(match self.below(20) {
                0 => self.pick(&[i64::MIN, i64::MAX, 70_000, 256]),
                _ => self.below(9) as i64,
            }),
            AttributeType::Decimal => Value::Decimal(self.decimal()),
            AttributeType::Text => Value::Text(self.text()),
            AttributeType::Choice(_) => Value::from(self.pick(&CHOICES)),
            AttributeType::Date => Value::Date(self.date()),
            AttributeType::Instant => Value::Instant(self.instant()),
            AttributeType::Texts => {
                let texts = self.some(3, |own| own.pick(&TEXTS).to_owned());
                let texts = texts.into_iter().take(self.below(4));
                Value::Texts(texts.collect::<BTreeSet<String>>())
            }
        }
    }

    fn period(&mut self) -> Period {
        let n = self.pick(&[0, 1, 1, 2, 3, 7, 30, u32::MAX]);
        match self.below(8) {
            0 => Period::Weeks(n),
            1 => Period::Months(n),
            2 => Period::Quarters(n),
            3 => Period::Years(n),
            _ => Period::Days(n),
        }
    }

    fn unit(&mut self) -> Unit {
        self.pick(&[
            Unit::Day,
            Unit::Week,
            Unit::Month,
            Unit::Quarter,
            Unit::Year,
        ])
    }

    fn dated(&mut self) -> Condition {
        let relations = [
            Relation::OlderThan,
            Relation::AtLeastAgo,
            Relation::WithinLast,
            Relation::WithinNext,
        ];
        match self.below(8) {
            0 => Condition::OnThisDay,
            1 if !self.ends => Condition::Anniversary(self.period()),
            2 | 3 => Condition::ToDate(self.unit()),
            _ => Condition::Relative(self.pick(&relations), self.period()),
        }
    }

    /// A value to compare with, which rules can say.
    fn literal(&mut self, r#type: &AttributeType) -> Value {
        loop {
            let value = match r#type {
                AttributeType::Instant if self.once_in(2) => Value::Date(self.date()),
                _ => self.value(r#type),
            };
            let rule = Rule::new(crate::rule::attr("x").eq(value.clone()));
            if rule.is_ok() {
                return value;
            }
        }
    }

    fn condition(&mut self, r#type: &AttributeType) -> Condition {
        use AttributeType as T;
        let same = [Comparison::Eq, Comparison::Ne];
        let how = [
            Comparison::Lt,
            Comparison::Le,
            Comparison::Gt,
            Comparison::Ge,
        ];
        if self.once_in(8) {
            return if self.once_in(2) {
                Condition::IsSet
            } else {
                Condition::IsMissing
            };
        }
        match r#type {
            T::Texts => {
                let has = self.pick(&[Has::Any, Has::All, Has::None]);
                Condition::Has(has, self.some(2, |own| own.pick(&TEXTS).to_owned()))
            }
            T::Text if self.once_in(2) => {
                let how = self.pick(&[TextMatch::Same, TextMatch::Contains, TextMatch::StartsWith]);
                Condition::Text(
                    how,
                    self.pick(&["AZ", "ú", "nuble", "", "guayas1"]).to_owned(),
                )
            }
            T::Date | T::Instant if !self.once_in(4) => self.dated(),
            T::Bool | T::Text | T::Choice(_) if self.once_in(2) => {
                Condition::Compare(self.pick(&same), self.literal(r#type))
            }
            _ if self.once_in(3) => Condition::In(self.some(3, |own| own.literal(r#type))),
            T::Bool | T::Text | T::Choice(_) => {
                Condition::Compare(self.pick(&same), self.literal(r#type))
            }
            _ => Condition::Compare(self.pick(&how), self.literal(r#type)),
        }
    }

    fn test(&mut self, schema: &Schema) -> Expr {
        let all: Vec<_> = schema.iter().collect();
        let (name, r#type) = self.pick(&all);
        Expr::Test(Test {
            attribute: name.to_owned(),
            condition: self.condition(r#type),
        })
    }

    fn activity(&mut self, schema: &Schema) -> Expr {
        let all: Vec<_> = schema.activities().collect();
        let (kind, attributes) = self.pick(&all);
        let sums = attributes.get("amount").is_some();
        let (measure, condition) = match self.below(4) {
            0 if sums => {
                let sum = Measure::Sum("amount".to_owned());
                (sum, self.condition(&AttributeType::Decimal))
            }
            0 | 1 => (Measure::Count, self.condition(&AttributeType::Integer)),
            2 => (Measure::Last, self.condition(&AttributeType::Instant)),
            _ => (Measure::First, self.condition(&AttributeType::Instant)),
        };
        let with = (attributes.iter().next().is_some() && self.once_in(2))
            .then(|| Box::new(self.expr(attributes, 2, &[])));
        let within = self.once_in(2).then(|| match self.once_in(3) {
            true => Window::ToDate(self.unit()),
            false => Window::Last(self.period()),
        });
        let kind = kind.to_owned();
        let of = Activities { kind, with, within };
        Expr::Activity(ActivityTest {
            measure,
            of,
            condition,
        })
    }

    /// A rule's tree, which may name these segments.
    pub(super) fn expr(&mut self, schema: &Schema, levels: usize, names: &[SegmentName]) -> Expr {
        let leaf = levels == 0 || self.once_in(3);
        match self.below(10) {
            0 if !names.is_empty() => Expr::InSegment(names[self.below(names.len())].clone()),
            1 | 2 if leaf && schema.activities().next().is_some() => self.activity(schema),
            _ if leaf => self.test(schema),
            0..=3 => Expr::All(self.some(3, |own| own.expr(schema, levels - 1, names))),
            4..=6 => Expr::Any(self.some(3, |own| own.expr(schema, levels - 1, names))),
            7 => {
                let parts = self.some(4, |own| own.expr(schema, levels - 1, names));
                Expr::AtLeast(self.below(4) as u32, parts)
            }
            _ => Expr::Not(Box::new(self.expr(schema, levels - 1, names))),
        }
    }

    fn rule(&mut self, schema: &Schema, names: &[SegmentName]) -> Rule {
        loop {
            let levels = self.below(4);
            if let Ok(rule) = Rule::new(self.expr(schema, levels, names)) {
                return rule;
            }
        }
    }

    /// Plain segments and families, that go with the schema.
    pub(super) fn segments(&mut self, schema: &Schema, number: usize) -> Segments {
        let mut parts: Vec<SegmentPart> = Vec::new();
        let mut names: Vec<SegmentName> = Vec::new();
        while names.len() < number {
            let family = self.once_in(4);
            let size = if family { 1 + self.below(6) } else { 1 };
            let first = names.len();
            let one = |n| SegmentName::new(format!("s{n}")).unwrap();
            let rules: Vec<_> = (first..first + size)
                .map(|n| (one(n), self.rule(schema, &names)))
                .collect();
            let part = match &rules[..] {
                [(name, rule)] if !family => SegmentPart::Plain(name.clone(), rule.clone()),
                _ => {
                    let name = FamilyName::new(format!("f{first}")).unwrap();
                    SegmentPart::Family(name, rules.clone())
                }
            };
            let more = Segments::new(parts.iter().cloned().chain([part.clone()]));
            // Ranges that are empty and ways that are too long are refused: others are tried.
            if more.is_ok_and(|set| set.check(schema).is_ok()) {
                names.extend(rules.into_iter().map(|(name, _)| name));
                parts.push(part);
            }
        }
        Segments::new(parts).unwrap()
    }
}

/// Attributes of every type, and activities.
pub(super) fn schema() -> Schema {
    let choice = AttributeType::Choice(CHOICES.map(str::to_owned).into());
    let purchase = [
        ("amount", AttributeType::Decimal),
        ("product", AttributeType::Text),
        ("due", AttributeType::Date),
        ("paid", AttributeType::Instant),
    ];
    let customer = [
        ("visits", AttributeType::Integer),
        ("spend", AttributeType::Decimal),
        ("last_visit", AttributeType::Date),
        ("birth", AttributeType::Date),
        ("seen", AttributeType::Instant),
        ("province", AttributeType::Text),
        ("tier", choice),
        ("tags", AttributeType::Texts),
        ("vip", AttributeType::Bool),
    ];
    let of = |all: &[(&str, AttributeType)]| {
        let mut schema = Schema::new();
        for (name, r#type) in all {
            schema.insert(name, r#type.clone()).unwrap();
        }
        schema
    };
    of(&customer)
        .with_activity("purchase", of(&purchase))
        .and_then(|schema| schema.with_activity("visit", Schema::new()))
        .unwrap()
}
