//! Questions about what happened to a customer, answered for one customer.

use super::super::population::{ActivityTable, Population};
use super::row::World;
use super::slots::Slot;
use crate::rule::{
    Activities, ActivityTest, Condition, Expr, Facts, Measure, Moment, Relation, Rule, Window,
    holds,
};
use crate::{Activity, Decimal, Value};
use std::borrow::Cow;

/// The questions about activities, by slot.
#[derive(Debug)]
pub(crate) struct Answers(Vec<Option<Question>>);

/// One question.
#[derive(Debug)]
pub(crate) struct Question {
    measure: Measure,
    kind: String,
    /// What must be true of the activity.
    with: Option<Rule>,
    /// What must hold of its instant.
    within: Option<Condition>,
    /// What must hold of the measure.
    condition: Condition,
}

impl Answers {
    pub(crate) fn new(slots: &[Slot]) -> Self {
        let question = |slot: &Slot| match slot {
            Slot::Column(..) => None,
            Slot::Activity(test) => Some(Question::new(test)),
        };
        Self(slots.iter().map(question).collect())
    }

    /// The slots of the questions about a kind.
    pub(crate) fn of_kind(&self, kind: &str) -> impl Iterator<Item = usize> {
        let of_kind = move |question: &Option<Question>| {
            question
                .as_ref()
                .is_some_and(|question| question.kind == kind)
        };
        let all = self.0.iter().enumerate();
        all.filter_map(move |(slot, question)| of_kind(question).then_some(slot))
    }

    /// The questions with their slots.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Question)> {
        let all = self.0.iter().enumerate();
        all.filter_map(|(slot, question)| Some((slot, question.as_ref()?)))
    }

    /// Those whose answer the passing of days changes.
    pub(crate) fn turning(&self) -> impl Iterator<Item = (usize, &Question)> {
        self.iter().filter(|(_, question)| question.turns())
    }

    /// 1 for true, 0 for false, nothing for unknown.
    pub(crate) fn ask(&self, world: &World<'_>, slot: usize, row: usize) -> Option<i64> {
        let question = self.0.get(slot)?.as_ref()?;
        let moment = &world.moments[world.zone(row)];
        question.ask(world.population, row, moment).map(i64::from)
    }
}

impl Question {
    fn new(test: &ActivityTest) -> Self {
        let Activities { kind, with, within } = &test.of;
        Self {
            measure: test.measure.clone(),
            kind: kind.clone(),
            with: with.as_deref().map(|with| {
                Rule::new(with.clone()).expect("it is a part of a rule that was checked")
            }),
            within: within.map(|window| match window {
                Window::Last(period) => Condition::Relative(Relation::WithinLast, period),
                Window::ToDate(unit) => Condition::ToDate(unit),
            }),
            condition: test.condition.clone(),
        }
    }

    /// The kind of activities.
    pub(crate) fn kind(&self) -> &str {
        &self.kind
    }

    fn turns(&self) -> bool {
        self.turning().next().is_some() || !self.turning_attributes().is_empty()
    }

    /// The conditions on activities' instants whose answer the passing of days changes.
    pub(crate) fn turning(&self) -> impl Iterator<Item = &Condition> {
        let of_instant = matches!(self.measure, Measure::Last | Measure::First);
        let own = of_instant.then_some(&self.condition);
        let turns = |condition: &&Condition| super::tables::turns(condition);
        self.within.iter().chain(own).filter(turns)
    }

    /// The conditions on attributes of activities whose answer the passing of days changes.
    pub(crate) fn turning_attributes(&self) -> Vec<(&str, &Condition)> {
        let (mut found, mut left) = (Vec::new(), Vec::new());
        left.extend(self.with.as_ref().map(Rule::expr));
        while let Some(expr) = left.pop() {
            match expr {
                Expr::Test(test) if super::tables::turns(&test.condition) => {
                    found.push((test.attribute.as_str(), &test.condition));
                }
                Expr::All(parts) | Expr::Any(parts) | Expr::AtLeast(_, parts) => left.extend(parts),
                Expr::Not(inner) => left.push(inner),
                Expr::Test(_) | Expr::Activity(_) | Expr::InSegment(_) => {}
            }
        }
        found
    }

    fn ask(&self, population: &Population, row: usize, moment: &Moment) -> Option<bool> {
        let table = population.activity_table(&self.kind);
        let those = table.into_iter().flat_map(|table| {
            let of = table.of(row);
            of.filter(move |one| self.belongs(table, *one, moment))
                .map(move |one| (table, one))
        });
        let at = |(table, one): (&ActivityTable, usize)| instant(table, one);
        let value = match &self.measure {
            Measure::Count => Some(Value::Integer(i64::try_from(those.count()).ok()?)),
            Measure::Sum(attribute) => Some(Value::Decimal(sum(attribute, those)?)),
            Measure::Last => those.filter_map(at).max().map(Value::Instant),
            Measure::First => those.filter_map(at).min().map(Value::Instant),
        };
        holds(value.as_ref(), &self.condition, moment)
    }

    fn belongs(&self, table: &ActivityTable, one: usize, moment: &Moment) -> bool {
        self.within.as_ref().is_none_or(|within| {
            let at = table.at().value(one);
            holds(at.as_deref(), within, moment) == Some(true)
        }) && self
            .with
            .as_ref()
            .is_none_or(|with| with.eval(&Row { table, one }, moment) == Some(true))
    }
}

/// What is known of one activity.
struct Row<'r> {
    table: &'r ActivityTable,
    one: usize,
}

impl<'r> Facts<'r> for Row<'r> {
    fn value(&self, name: &str) -> Option<Cow<'r, Value>> {
        let column = self.table.column_of(name)?;
        self.table.column(column).value(self.one)
    }

    fn activities(&self) -> Cow<'r, [Activity]> {
        Cow::Borrowed(&[])
    }
}

fn instant(table: &ActivityTable, one: usize) -> Option<chrono::DateTime<chrono::Utc>> {
    match table.at().value(one)?.as_ref() {
        Value::Instant(at) => Some(*at),
        _ => None,
    }
}

/// `None` when the sum leaves the range of decimals: then it is unknown.
fn sum<'t>(
    attribute: &str,
    those: impl Iterator<Item = (&'t ActivityTable, usize)>,
) -> Option<Decimal> {
    let number = |(table, one): (&ActivityTable, usize)| {
        let column = table.column(table.column_of(attribute)?);
        match column.value(one)?.as_ref() {
            Value::Integer(n) => Some(Decimal::from(*n)),
            Value::Decimal(decimal) => Some(*decimal),
            _ => None,
        }
    };
    those
        .filter_map(number)
        .try_fold(Decimal::default(), Decimal::checked_add)
}
