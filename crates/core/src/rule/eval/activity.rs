//! Asks what happened to a customer.

use crate::{Activity, Attributes, Decimal, Value};

use super::super::ast::{Activities, ActivityTest, Measure};
use super::{Asked, eval, holds, in_window};

pub(super) fn ask(test: &ActivityTest, asked: Asked<'_, '_>) -> Option<bool> {
    let value = measured(test, asked);
    holds(value.as_ref(), &test.condition, asked.moment)
}

/// What is made of the activities; missing when there are none, or when a sum leaves the range of
/// decimals.
pub(crate) fn measured(test: &ActivityTest, asked: Asked<'_, '_>) -> Option<Value> {
    let all = asked.facts.activities();
    let those = all.iter().filter(|one| belongs(one, &test.of, asked));
    match &test.measure {
        Measure::Count => i64::try_from(those.count()).ok().map(Value::Integer),
        Measure::Sum(attribute) => sum(attribute, those).map(Value::Decimal),
        Measure::Last => those.map(|one| one.at).max().map(Value::Instant),
        Measure::First => those.map(|one| one.at).min().map(Value::Instant),
    }
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

/// `None` when the sum leaves the range of decimals.
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
