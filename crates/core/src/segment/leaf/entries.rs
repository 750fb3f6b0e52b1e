//! Questions of which each possible value is asked, as the reference does it.

use crate::Value;
use crate::rule::{Condition, Moment, fold, holds};

use super::super::code_set::CodeSet;
use super::Notes;

/// Of false and true.
pub(super) fn of_bools(condition: &Condition, moment: &Moment, truth: bool) -> CodeSet {
    of_each(
        [false, true].map(Value::Bool).iter(),
        condition,
        moment,
        truth,
    )
}

/// Of the values of a dictionary.
pub(super) fn of(
    condition: &Condition,
    values: &[Value],
    moment: &Moment,
    truth: bool,
    notes: &mut Notes,
) -> CodeSet {
    match condition {
        // To fold twice changes nothing, and what is folded already folds quickly.
        Condition::Text(..) => {
            let fold = || values.iter().map(fold_value).collect::<Vec<_>>();
            of_each(
                notes.folded.get_or_insert_with(fold).iter(),
                condition,
                moment,
                truth,
            )
        }
        _ => of_each(values.iter(), condition, moment, truth),
    }
}

fn of_each<'a>(
    values: impl Iterator<Item = &'a Value>,
    condition: &Condition,
    moment: &Moment,
    truth: bool,
) -> CodeSet {
    let codes = values
        .zip(0_i64..)
        .filter(|(value, _)| holds(Some(value), condition, moment) == Some(truth))
        .map(|(_, code)| (code, code));
    CodeSet::of(codes)
}

fn fold_value(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(fold(text)),
        other => other.clone(),
    }
}
