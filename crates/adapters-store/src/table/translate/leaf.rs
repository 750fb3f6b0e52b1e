//! A test of one column.

use pregon_core::AttributeType;
use pregon_core::Value;
use pregon_core::rule::{Condition, Moment, Test};

use super::TABLE;
use super::field::{Field, within};
use super::happened::ACTIVITIES;
use super::key::{Limits, of_dates, of_instants, of_numbers};
use super::months;
use super::node::Node;
use super::verdict::{dates, instants, is_relative, names_a_date, numbers};
use super::walk::{Side, Translator};
use crate::table::mapping::IdStorage;
use crate::table::{Dialect, Storage};

/// What a name stands for.
enum Named<'a> {
    Column(Field<'a>),
    /// A text that is in the column in another form.
    Other(Field<'a>),
    Nothing,
}

impl<'a> Translator<'a> {
    pub(super) fn test(&mut self, test: &Test, truth: bool, side: Side) -> Node {
        match self.named(&test.attribute) {
            Named::Column(field) => self.column(&field, test, truth, side),
            Named::Other(field) => {
                let over = match (&test.condition, truth) {
                    (Condition::IsMissing, true) | (Condition::IsSet, false) => Node::True,
                    _ => field.known(&mut self.binds).0,
                };
                self.inexact(side, over)
            }
            Named::Nothing if self.inside.is_none() && self.when.is_anytime() => {
                self.inexact(side, Node::True)
            }
            Named::Nothing => Node::of(match test.condition {
                Condition::IsMissing => truth,
                Condition::IsSet => !truth,
                _ => false,
            }),
        }
    }

    fn named(&self, name: &str) -> Named<'a> {
        if let Some(table) = self.inside {
            return match table.columns.get(name) {
                Some((column, storage)) => Named::Column(self.field(ACTIVITIES, column, storage)),
                None => Named::Nothing,
            };
        }
        let person = &self.mapping.person;
        let text = |column: &Option<String>| {
            let column = column.as_deref()?;
            Some(self.field(TABLE, column, &Storage::Text))
        };
        match name {
            "customer_id" => {
                let (column, kept) = &self.mapping.id;
                let field = self.field(TABLE, column, &Storage::Text);
                match kept {
                    IdStorage::Text => Named::Column(field),
                    IdStorage::Integer | IdStorage::Uuid => Named::Other(Field {
                        storage: &Storage::Integer,
                        ..field
                    }),
                }
            }
            "customer_name" => text(&person.name).map_or(Named::Nothing, Named::Column),
            "language" => text(&person.language).map_or(Named::Nothing, Named::Other),
            _ => {
                let name = name.strip_prefix("customer.").unwrap_or(name);
                let found = self.mapping.columns.get(name);
                found.map_or(Named::Nothing, |(column, storage)| {
                    Named::Column(self.field(TABLE, column, storage))
                })
            }
        }
    }

    pub(super) fn field(&self, table: &str, column: &str, storage: &'a Storage) -> Field<'a> {
        Field {
            storage,
            column: format!("{table}.{}", Dialect::quoted(column)),
            dialect: self.dialect(),
        }
    }

    fn column(&mut self, field: &Field<'_>, test: &Test, truth: bool, side: Side) -> Node {
        let (known, exact) = field.known(&mut self.binds);
        let condition = &test.condition;
        if matches!(condition, Condition::IsSet | Condition::IsMissing) {
            let present = truth == matches!(condition, Condition::IsSet);
            return match (present, exact) {
                (true, true) => known,
                (false, true) => known.negate(),
                (true, false) => self.inexact(side, known),
                (false, false) => self.inexact(side, Node::True),
            };
        }
        let holds = match field.storage.attribute_type() {
            AttributeType::Integer | AttributeType::Decimal => {
                let Some(verdict) = numbers(condition) else {
                    return self.inexact(side, known);
                };
                let ranges = verdict.of(truth);
                let (limits, exact) = of_numbers(&ranges, field.storage, field.dialect);
                let (node, sayable) = field.within(&limits, &mut self.binds);
                self.over_if(!(exact && sayable), side, node)
            }
            AttributeType::Bool => self.flag(field, test, truth),
            AttributeType::Text | AttributeType::Choice(_) => self.text(field, test, truth, side),
            AttributeType::Texts => self.texts(field, condition, truth, side),
            _ => self.dated(field, condition, truth, side),
        };
        Node::all([known, holds])
    }

    /// What is exact, or what can only be over the truth.
    fn over_if(&mut self, inexact: bool, side: Side, node: Node) -> Node {
        if inexact && !matches!(node, Node::False) {
            return self.inexact(side, node);
        }
        node
    }

    /// Of yes and no those for which the test has this truth.
    fn flag(&mut self, field: &Field<'_>, test: &Test, truth: bool) -> Node {
        let has = |value| super::texts::asked(test, &Value::Bool(value)) == Some(truth);
        let c = &field.column;
        let is = match (field.dialect, field.storage) {
            (Dialect::Postgres, Storage::Bool) => c.clone(),
            _ => format!("{c} = 1"),
        };
        match (has(true), has(false)) {
            (true, true) => Node::True,
            (true, false) => Node::Leaf(is),
            (false, true) => Node::Leaf(is).negate(),
            (false, false) => Node::False,
        }
    }

    pub(super) fn dated(
        &mut self,
        field: &Field<'_>,
        cond: &Condition,
        truth: bool,
        side: Side,
    ) -> Node {
        if let Condition::Anniversary(_) = cond {
            return self.anniversary(field, cond, truth, side);
        }
        let instant = field.storage.is_instant();
        let zoned = is_relative(cond) || (instant && names_a_date(cond));
        let limits = |moment: Option<&Moment>| -> Option<Limits> {
            Some(if instant {
                of_instants(&instants(cond, moment)?.of(truth), field.storage)
            } else {
                of_dates(&dates(cond, moment)?.of(truth), field.storage)
            })
        };
        let mut write = |this: &mut Self, limits: &Option<Limits>| match limits {
            Some(limits) => {
                let (node, exact) = field.within(limits, &mut this.binds);
                this.over_if(!exact, side, node)
            }
            None => this.inexact(side, Node::True),
        };
        if !zoned {
            return write(self, &limits(None));
        }
        match self.by_zone(&|moment| limits(Some(moment)), &mut write) {
            Some(node) => node,
            // Nobody knows which day it is: over the truth are the days that it may be.
            None => match limits(None) {
                Some(limits) => {
                    let (node, _) = field.within(&limits, &mut self.binds);
                    self.inexact(side, node)
                }
                None => self.inexact(side, Node::True),
            },
        }
    }

    fn anniversary(
        &mut self,
        field: &Field<'_>,
        cond: &Condition,
        truth: bool,
        side: Side,
    ) -> Node {
        // The day of an instant is that of UTC, next to which the one of any zone lies.
        let around = field.storage.is_instant();
        let (key, by_month) = months::key(field);
        let make = |moment: &Moment| {
            let days = months::days_of_year(cond, moment, truth, around);
            months::limits(&days, by_month)
        };
        let mut write = |this: &mut Self, limits: &Limits| {
            let (node, exact) = within(&key, limits, &mut this.binds);
            this.over_if(around || !exact, side, node)
        };
        let node = self.by_zone(&make, &mut write);
        node.unwrap_or_else(|| self.inexact(side, Node::True))
    }
}
