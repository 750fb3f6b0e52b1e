//! Rules by chance.

use super::chance::{Chance, KINDS, NAMES, TEXTS, given, instant, zone};
use crate::rule::{
    Activities, ActivityTest, Comparison, Condition, Expr, Has, Measure, Moment, Period, Relation,
    Rule, Test, TextMatch, Unit, Window,
};
use crate::{AttributeType, Schema, Value};

pub(super) fn moment(chance: &mut Chance) -> Moment {
    Moment::new(instant(chance, false), zone(chance))
}

/// A rule over the attributes and activities of a schema.
pub(super) fn rule(chance: &mut Chance, schema: &Schema) -> Rule {
    loop {
        // Some values, as far years, cannot be said in a rule.
        if let Ok(rule) = Rule::new(expr(chance, schema, 3, true)) {
            return rule;
        }
    }
}

fn expr(chance: &mut Chance, schema: &Schema, levels: usize, outer: bool) -> Expr {
    let case = if levels == 0 { 9 } else { chance.below(10) };
    let count = 1 + chance.below(3);
    let mut parts = || {
        let all: Vec<Expr> = (0..count)
            .map(|_| expr(chance, schema, levels - 1, outer))
            .collect();
        all
    };
    match case {
        0 => Expr::All(parts()),
        1 => Expr::Any(parts()),
        2 => Expr::AtLeast(count as u32, parts()),
        3 | 4 => Expr::Not(Box::new(expr(chance, schema, levels - 1, outer))),
        5..8 if outer => activity(chance, schema),
        _ => {
            let attribute = chance.one(&NAMES);
            Expr::Test(Test {
                attribute: attribute.to_owned(),
                condition: condition(chance, schema.get(attribute)),
            })
        }
    }
}

fn activity(chance: &mut Chance, schema: &Schema) -> Expr {
    let kind = chance.one(&KINDS);
    let own = schema.activity(kind).cloned().unwrap_or_default();
    let (measure, r#type) = match chance.below(4) {
        0 => (Measure::Count, AttributeType::Integer),
        1 => (
            Measure::Sum(chance.one(&NAMES).to_owned()),
            AttributeType::Decimal,
        ),
        2 => (Measure::Last, AttributeType::Instant),
        _ => (Measure::First, AttributeType::Instant),
    };
    let with = chance
        .once_in(2)
        .then(|| Box::new(expr(chance, &own, 1, false)));
    let within = match chance.below(3) {
        0 => None,
        1 => Some(Window::Last(period(chance))),
        _ => Some(Window::ToDate(unit(chance))),
    };
    Expr::Activity(ActivityTest {
        measure,
        of: Activities {
            kind: kind.to_owned(),
            with,
            within,
        },
        condition: condition(chance, Some(&r#type)),
    })
}

fn condition(chance: &mut Chance, r#type: Option<&AttributeType>) -> Condition {
    let r#type = r#type.cloned().unwrap_or(AttributeType::Text);
    let wild = chance.once_in(3);
    let value = |chance: &mut Chance| {
        let value = given(chance, &r#type, wild).cell().to_value();
        value
            .filter(|value| !matches!(value, Value::Texts(_)))
            .unwrap_or(Value::Bool(true))
    };
    let all = [
        Comparison::Eq,
        Comparison::Ne,
        Comparison::Lt,
        Comparison::Ge,
    ];
    match chance.below(12) {
        0..3 => Condition::Compare(chance.one(&all), value(chance)),
        3 => Condition::Between(value(chance), value(chance)),
        4 => Condition::In(vec![value(chance), value(chance)]),
        5 => Condition::IsSet,
        6 => Condition::IsMissing,
        7 => {
            let how = chance.one(&[TextMatch::Same, TextMatch::Contains, TextMatch::StartsWith]);
            Condition::Text(how, chance.one(&TEXTS).to_owned())
        }
        8 => {
            let how = chance.one(&[Has::Any, Has::All, Has::None]);
            Condition::Has(how, vec![chance.one(&TEXTS).to_owned()])
        }
        9 => {
            let all = [
                Relation::OlderThan,
                Relation::WithinLast,
                Relation::WithinNext,
            ];
            Condition::Relative(chance.one(&all), period(chance))
        }
        10 => Condition::Anniversary(period(chance)),
        _ => Condition::ToDate(unit(chance)),
    }
}

fn period(chance: &mut Chance) -> Period {
    let n = chance.below(5) as u32;
    chance.one(&[Period::Days(n), Period::Months(n), Period::Years(n * 1_000)])
}

fn unit(chance: &mut Chance) -> Unit {
    chance.one(&[
        Unit::Day,
        Unit::Week,
        Unit::Month,
        Unit::Quarter,
        Unit::Year,
    ])
}
