//! Asks what happened to a customer.

use crate::{Activity, Attributes, Decimal, Value};

use super::super::ast::{Activities, ActivityTest, Measure};
use super::{Asked, eval, holds, in_window};

pub(super) fn ask(test: &ActivityTest, asked: Asked<'_, '_>) -> Option<bool> {
    let all = asked.facts.activities();
    let those = all.iter().filter(|one| belongs(one, &test.of, asked));
    let value = match &test.measure {
        Measure::Count => Some(Value::Integer(i64::try_from(those.count()).ok()?)),
        Measure::Sum(attribute) => Some(Value::Decimal(sum(attribute, those)?)),
        Measure::Last => those.map(|one| one.at).max().map(Value::Instant),
        Measure::First => those.map(|one| one.at).min().map(Value::Instant),
    };
    holds(value.as_ref(), &test.condition, asked.moment)
}

fn belongs(one: &Activity, of: &Activities, asked: Asked<'_, '_>) -> bool {
    one.kind == of.kind
        && of
            .within
            .is_none_or(|window| in_window(asked.moment.zone().date(one.at), window, asked.moment))
        && of.with.as_deref().is_none_or(|with| {
            let inner = Asked {
                facts: &&one.attributes,
                moment: asked.moment,
                segments: None,
            };
            eval(with, inner) == Some(true)
        })
}

/// `None` when the sum leaves the range of decimals: then it is unknown.
fn sum<'a>(attribute: &str, those: impl Iterator<Item = &'a Activity>) -> Option<Decimal> {
    let number = |attributes: &Attributes| match attributes.get(attribute) {
        Some(Value::Integer(n)) => Some(Decimal::from(*n)),
        Some(Value::Decimal(d)) => Some(*d),
        _ => None,
    };
    those
        .filter_map(|one| number(&one.attributes))
        .try_fold(Decimal::default(), Decimal::checked_add)
}
