//! Conditions by chance.

use pregon_core::rule::{Comparison, Condition, Has, Period, Relation, TextMatch, Unit, Window};
use pregon_core::{AttributeType, Value};

use super::Dice;
use super::values::{TEXTS, near};

const COMPARISONS: [Comparison; 6] = [
    Comparison::Eq,
    Comparison::Ne,
    Comparison::Lt,
    Comparison::Le,
    Comparison::Gt,
    Comparison::Ge,
];
const RELATIONS: [Relation; 4] = [
    Relation::OlderThan,
    Relation::AtLeastAgo,
    Relation::WithinLast,
    Relation::WithinNext,
];
const UNITS: [Unit; 5] = [
    Unit::Day,
    Unit::Week,
    Unit::Month,
    Unit::Quarter,
    Unit::Year,
];
const PERIODS: [fn(u32) -> Period; 5] = [
    Period::Days,
    Period::Weeks,
    Period::Months,
    Period::Quarters,
    Period::Years,
];

/// A condition on an attribute of this type, near these values.
pub(super) fn on(kind: &AttributeType, values: &[Value], dice: &mut Dice) -> Condition {
    if dice.one_in(12) {
        return if dice.one_in(2) {
            Condition::IsSet
        } else {
            Condition::IsMissing
        };
    }
    match kind {
        AttributeType::Bool => {
            Condition::Compare(*dice.pick(&COMPARISONS[..2]), Value::Bool(dice.one_in(2)))
        }
        AttributeType::Integer | AttributeType::Decimal => ordered(values, dice),
        AttributeType::Text | AttributeType::Choice(_) => text(values, dice),
        AttributeType::Texts => {
            let has = *dice.pick(&[Has::Any, Has::All, Has::None]);
            Condition::Has(has, members(values, dice))
        }
        _ if dice.one_in(2) => ordered(values, dice),
        _ => dated(dice),
    }
}

/// A comparison with a value that can be written: a date has four digits of a year.
fn ordered(values: &[Value], dice: &mut Dice) -> Condition {
    match dice.below(4) {
        0 | 1 => Condition::Compare(*dice.pick(&COMPARISONS), written(values, dice)),
        2 => Condition::Between(written(values, dice), written(values, dice)),
        _ => {
            let many = 1 + dice.below(4);
            Condition::In((0..many).map(|_| written(values, dice)).collect())
        }
    }
}

fn written(values: &[Value], dice: &mut Dice) -> Value {
    use chrono::Datelike as _;
    let value = near(dice.pick(values), dice);
    let year = match &value {
        Value::Date(day) => day.year(),
        Value::Instant(at) => at.year(),
        _ => 2000,
    };
    if (0..=9999).contains(&year) {
        return value;
    }
    let day = super::values::turning_day(dice);
    match value {
        Value::Date(_) => Value::Date(day),
        _ => Value::Instant(day.and_hms_opt(6, 0, 0).expect("a time").and_utc()),
    }
}

fn text(values: &[Value], dice: &mut Dice) -> Condition {
    const HOW: [TextMatch; 3] = [TextMatch::Same, TextMatch::Contains, TextMatch::StartsWith];
    match dice.below(4) {
        0 => Condition::Compare(*dice.pick(&COMPARISONS[..2]), near(dice.pick(values), dice)),
        1 => {
            let many = 1 + dice.below(4);
            Condition::In((0..many).map(|_| near(dice.pick(values), dice)).collect())
        }
        _ => {
            let from = if dice.one_in(3) {
                Value::from(*dice.pick(&TEXTS))
            } else {
                dice.pick(values).clone()
            };
            let Value::Text(from) = from else {
                return Condition::IsSet;
            };
            Condition::Text(*dice.pick(&HOW), part(&from, dice))
        }
    }
}

/// A part of a text, as often in capitals as not.
fn part(text: &str, dice: &mut Dice) -> String {
    let chars: Vec<char> = text.chars().collect();
    let (from, many) = if dice.one_in(2) {
        (0, chars.len())
    } else {
        let from = dice.below(chars.len());
        (from, 1 + dice.below(chars.len() - from))
    };
    let part: String = chars.into_iter().skip(from).take(many).collect();
    match dice.below(3) {
        0 => part.to_uppercase(),
        1 => pregon_core::rule::fold(&part),
        _ => part,
    }
}

fn members(values: &[Value], dice: &mut Dice) -> Vec<String> {
    let mut found = Vec::new();
    if let Value::Texts(set) = dice.pick(values)
        && let Some(member) = set.iter().next()
    {
        found.push(member.clone());
    }
    for _ in 0..=dice.below(2) {
        found.push((*dice.pick(&TEXTS)).to_owned());
    }
    if dice.one_in(10) {
        found.push("with a zero\0".to_owned());
    }
    found
}

/// A condition on the day of a date or an instant.
pub(super) fn dated(dice: &mut Dice) -> Condition {
    match dice.below(8) {
        0 => Condition::OnThisDay,
        1 => Condition::ToDate(*dice.pick(&UNITS)),
        2 | 3 => Condition::Anniversary(period(dice)),
        _ => Condition::Relative(*dice.pick(&RELATIONS), period(dice)),
    }
}

pub(super) fn window(dice: &mut Dice) -> Window {
    if dice.one_in(3) {
        Window::ToDate(*dice.pick(&UNITS))
    } else {
        Window::Last(period(dice))
    }
}

fn period(dice: &mut Dice) -> Period {
    let unit = dice.pick(&PERIODS);
    let n = match dice.below(12) {
        0 => usize::MAX,
        1 => 300_000,
        2..=4 => dice.below(400),
        _ => dice.below(13),
    };
    unit(u32::try_from(n).unwrap_or(u32::MAX))
}

/// A condition on a number of activities.
pub(super) fn counted(dice: &mut Dice) -> Condition {
    let few = |dice: &mut Dice| Value::Integer(dice.between(-1, 4));
    match dice.below(3) {
        0 => Condition::Compare(*dice.pick(&COMPARISONS), few(dice)),
        1 => Condition::Compare(Comparison::Ge, few(dice)),
        _ => Condition::Between(few(dice), few(dice)),
    }
}

/// A condition on a sum near these values.
pub(super) fn summed(values: &[Value], dice: &mut Dice) -> Condition {
    ordered(values, dice)
}
