//! What happened to a customer, as questions to the tables of activities.

use pregon_core::Decimal;
use pregon_core::rule::{Activities, ActivityTest, Condition, Measure, Moment, Relation, Window};

use super::TABLE;
use super::field::{Key, within};
use super::key::{Limit, Limits, of_instants, of_numbers};
use super::node::Node;
use super::ranges::Edge;
use super::verdict::{instants, is_relative, names_a_date, numbers};
use super::walk::{Side, Translator};
use crate::table::mapping::{ActivityMapping, Kind};
use crate::table::{Dialect, Storage};

/// The name that statements give to a table of activities.
pub(super) const ACTIVITIES: &str = "a";

impl<'a> Translator<'a> {
    pub(super) fn activity(&mut self, test: &ActivityTest, truth: bool, side: Side) -> Node {
        // Activities have no activities of their own.
        let outside = self.inside.is_none();
        let table = self.mapping.of_kind(&test.of.kind).filter(|_| outside);
        if outside && table.is_none() && self.when.is_anytime() {
            return self.inexact(side, Node::True);
        }
        match (table, &test.measure) {
            (Some(table), Measure::Count) => self.count(table, test, truth, side),
            (Some(table), Measure::Sum(attribute)) => self.sum(table, attribute, test, truth, side),
            (Some(table), Measure::Last | Measure::First) => self.end(table, test, truth, side),
            (None, Measure::Count | Measure::Sum(_)) => of_zero(&test.condition, truth),
            (None, Measure::Last | Measure::First) => Node::of(match test.condition {
                Condition::IsMissing => truth,
                Condition::IsSet => !truth,
                _ => false,
            }),
            _ => self.inexact(side, Node::True),
        }
    }

    /// The activities in question, and whether the condition is exact: all after `SELECT …`.
    pub(super) fn rows(
        &mut self,
        table: &'a ActivityMapping,
        of: &Activities,
        side: Side,
        more: Node,
    ) -> Option<String> {
        let at = self.field(ACTIVITIES, &table.at.0, &table.at.1);
        let mut parts = vec![Node::Leaf(format!(
            "{ACTIVITIES}.{} = {TABLE}.{}",
            Dialect::quoted(&table.customer),
            Dialect::quoted(&self.mapping.id.0),
        ))];
        if let Kind::Column(column, _) = &table.kind {
            let field = self.field(ACTIVITIES, column, &Storage::Text);
            parts.push(field.known(&mut self.binds).0);
            parts.push(field.is_one_of(&[&of.kind], &mut self.binds));
        }
        parts.push(at.known(&mut self.binds).0);
        if let Some(window) = of.within {
            let condition = match window {
                Window::Last(period) => Condition::Relative(Relation::WithinLast, period),
                Window::ToDate(unit) => Condition::ToDate(unit),
                _ => return None,
            };
            parts.push(self.dated(&at, &condition, true, side));
        }
        if let Some(with) = &of.with {
            self.inside = Some(table);
            parts.push(self.truth(with, true, side));
            self.inside = None;
        }
        parts.push(more);
        let text = Node::all(parts).text()?;
        Some(format!("FROM {} AS {ACTIVITIES} WHERE {text}", table.table))
    }

    fn exists(
        &mut self,
        table: &'a ActivityMapping,
        of: &Activities,
        side: Side,
        more: Node,
    ) -> Node {
        if more == Node::False {
            return Node::False;
        }
        match self.rows(table, of, side, more) {
            Some(rows) => Node::Leaf(format!("EXISTS (SELECT 1 {rows})")),
            None => self.inexact(side, Node::True),
        }
    }

    fn count(
        &mut self,
        table: &'a ActivityMapping,
        test: &ActivityTest,
        truth: bool,
        side: Side,
    ) -> Node {
        match test.condition {
            Condition::IsSet => return Node::of(truth),
            Condition::IsMissing => return Node::of(!truth),
            _ => {}
        }
        let Some(verdict) = numbers(&test.condition) else {
            return self.inexact(side, Node::True);
        };
        let (limits, _) = of_numbers(&verdict.of(truth), &Storage::Integer, self.dialect());
        // Whether there is one is known sooner than how many there are.
        match limits.as_slice() {
            [(low, Edge::Max)] if at_least_one(low) => {
                return self.exists(table, &test.of, side, Node::True);
            }
            [(low, high)] if at_least_one(high) && *low <= Edge::At(Limit::Int(0), false) => {
                let one = self.exists(table, &test.of, side.other(), Node::True);
                return one.negate();
            }
            _ => {}
        }
        let outer = std::mem::replace(&mut self.exact, true);
        let Some(own) = self.counted(table, &test.of, side) else {
            return self.inexact(side, Node::True);
        };
        let exact = self.exact;
        self.exact = outer && exact;
        if exact {
            let (node, exact) = within(&own, &limits, &mut self.binds);
            return if exact {
                node
            } else {
                self.inexact(side, node)
            };
        }
        // The number lies between those of the two sides.
        let Some(other) = self.counted(table, &test.of, side.other()) else {
            return self.inexact(side, Node::True);
        };
        let each: Vec<Node> = limits
            .into_iter()
            .map(|(low, high)| {
                let (low, high) = (vec![(low, Edge::Max)], vec![(Edge::Min, high)]);
                let (low, _) = within(&own, &low, &mut self.binds);
                let (high, _) = within(&other, &high, &mut self.binds);
                Node::all([low, high])
            })
            .collect();
        Node::any(each)
    }

    fn counted(&mut self, table: &'a ActivityMapping, of: &Activities, side: Side) -> Option<Key> {
        let rows = self.rows(table, of, side, Node::True)?;
        Some(Key {
            key: format!("(SELECT count(*) {rows})"),
            cast: "",
            dialect: self.dialect(),
        })
    }

    /// The last one lies in a range when there is one in it, and none beyond it.
    fn end(
        &mut self,
        table: &'a ActivityMapping,
        test: &ActivityTest,
        truth: bool,
        side: Side,
    ) -> Node {
        let condition = &test.condition;
        match condition {
            Condition::IsSet if truth => return self.exists(table, &test.of, side, Node::True),
            Condition::IsMissing if !truth => {
                return self.exists(table, &test.of, side, Node::True);
            }
            Condition::IsSet | Condition::IsMissing => {
                return self
                    .exists(table, &test.of, side.other(), Node::True)
                    .negate();
            }
            _ => {}
        }
        let limits = |moment: Option<&Moment>| {
            let ranges = instants(condition, moment)?.of(truth);
            Some(of_instants(&ranges, &table.at.1))
        };
        let mut write = |this: &mut Self, limits: &Option<Limits>| match limits {
            Some(limits) => this.end_in(table, test, limits, side),
            None => {
                let over = this.exists(table, &test.of, side, Node::True);
                this.inexact(side, over)
            }
        };
        if !is_relative(condition) && !names_a_date(condition) {
            return write(self, &limits(None));
        }
        match self.by_zone(&|moment| limits(Some(moment)), &mut write) {
            Some(node) => node,
            None => {
                let node = write(self, &limits(None));
                self.inexact(side, node)
            }
        }
    }

    fn end_in(
        &mut self,
        table: &'a ActivityMapping,
        test: &ActivityTest,
        limits: &Limits,
        side: Side,
    ) -> Node {
        let at = self.field(ACTIVITIES, &table.at.0, &table.at.1);
        let mut each = Vec::new();
        for (low, high) in limits {
            let beyond = match test.measure {
                Measure::First => (Edge::Min, low.clone()),
                _ => (high.clone(), Edge::Max),
            };
            let (inside, _) = at.within(&vec![(low.clone(), high.clone())], &mut self.binds);
            let inside = self.exists(table, &test.of, side, inside);
            let none = if beyond.0 == beyond.1 {
                Node::True
            } else {
                let (beyond, _) = at.within(&vec![beyond], &mut self.binds);
                self.exists(table, &test.of, side.other(), beyond).negate()
            };
            each.push(Node::all([inside, none]));
        }
        Node::any(each)
    }
}

/// What a condition says of zero.
pub(super) fn of_zero(condition: &Condition, truth: bool) -> Node {
    Node::of(match condition {
        Condition::IsSet => truth,
        Condition::IsMissing => !truth,
        condition => {
            numbers(condition).is_some_and(|verdict| verdict.of(truth).contains(Decimal::default()))
        }
    })
}

/// Whether what is not less than this is one or more.
fn at_least_one(edge: &Edge<Limit>) -> bool {
    let (from_one, above_none) = (
        Edge::At(Limit::Int(1), false),
        Edge::At(Limit::Int(0), true),
    );
    *edge == from_one || *edge == above_none
}
