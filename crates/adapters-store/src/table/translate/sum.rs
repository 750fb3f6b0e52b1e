//! Sums over activities.

use pregon_core::rule::{ActivityTest, Condition};
use pregon_core::{AttributeType, Decimal};

use super::field::{Key, within};
use super::happened::{ACTIVITIES, of_zero};
use super::key::{Limit, Limits, scaled};
use super::node::Node;
use super::ranges::{Edge, Ranges};
use super::verdict::numbers;
use super::walk::{Side, Translator};
use crate::table::mapping::ActivityMapping;
use crate::table::{Bind, Dialect, Storage};

/// SQLite fails where a sum leaves 64 bits: there it is made of two, which do not.
const HALF: i128 = 1_000_000_000;

impl<'a> Translator<'a> {
    pub(super) fn sum(
        &mut self,
        table: &'a ActivityMapping,
        attribute: &str,
        test: &ActivityTest,
        truth: bool,
        side: Side,
    ) -> Node {
        match test.condition {
            Condition::IsSet | Condition::IsMissing => return of_zero(&test.condition, truth),
            _ => {}
        }
        let Some((column, storage)) = table.columns.get(attribute) else {
            return of_zero(&test.condition, truth);
        };
        let number = matches!(
            storage.attribute_type(),
            AttributeType::Integer | AttributeType::Decimal
        );
        if !number {
            return of_zero(&test.condition, truth);
        }
        let scale = match storage {
            Storage::Integer => 0,
            Storage::Units { scale } => u32::from(*scale),
            // Sums of these may be rounded, in memory as in the database, each in its way.
            _ => return self.inexact(side, Node::True),
        };
        let Some(verdict) = numbers(&test.condition) else {
            return self.inexact(side, Node::True);
        };
        let field = self.field(ACTIVITIES, column, storage);
        let (known, _) = field.known(&mut self.binds);
        let outer = std::mem::replace(&mut self.exact, true);
        let rows = self.rows(table, &test.of, side, known);
        let exact = self.exact;
        self.exact = outer && exact;
        let Some(rows) = rows.filter(|_| exact) else {
            // Of more rows and of fewer the sum may be anything.
            return self.inexact(side, Node::True);
        };
        let ranges = verdict.of(truth);
        match self.dialect() {
            Dialect::Postgres => self.summed(&field.column, &rows, &ranges, scale, side),
            Dialect::Sqlite => self.summed_in_halves(&field.column, &rows, &ranges, scale),
        }
    }

    fn summed(
        &mut self,
        column: &str,
        rows: &str,
        ranges: &Ranges<Decimal>,
        scale: u32,
        side: Side,
    ) -> Node {
        let edge = |edge| match edge {
            Edge::At(value, after) => Edge::At(Limit::Text(format!("{value}e{scale}")), after),
            Edge::Min => Edge::Min,
            Edge::Max => Edge::Max,
        };
        let limits: Limits = ranges
            .iter()
            .map(|(low, high)| (edge(low), edge(high)))
            .collect();
        let key = Key {
            key: format!("(SELECT coalesce(sum({column}::numeric), 0) {rows})"),
            cast: "::numeric",
            dialect: Dialect::Postgres,
        };
        let (node, exact) = within(&key, &limits, &mut self.binds);
        if exact {
            node
        } else {
            self.inexact(side, node)
        }
    }

    fn summed_in_halves(
        &mut self,
        column: &str,
        rows: &str,
        ranges: &Ranges<Decimal>,
        scale: u32,
    ) -> Node {
        let mut each = Vec::new();
        for (low, high) in ranges.iter() {
            let low = self.half(low, scale, [">=", ">"]);
            let high = self.half(high, scale, ["<", "<="]);
            let left: Vec<String> = low.into_iter().chain(high).collect();
            each.push(match left.is_empty() {
                true => "TRUE".to_owned(),
                false => format!("({})", left.join(" AND ")),
            });
        }
        if each.is_empty() {
            return Node::False;
        }
        // The lower half is brought between zero and a whole one, what is beyond goes to the upper.
        Node::Leaf(format!(
            "EXISTS (SELECT 1 FROM (SELECT t.h + (t.l - t.m) / {HALF} AS h, t.m AS l FROM \
             (SELECT s.h, s.l, (s.l % {HALF} + {HALF}) % {HALF} AS m FROM \
             (SELECT coalesce(sum({column} / {HALF}), 0) AS h, \
             coalesce(sum({column} % {HALF}), 0) AS l {rows}) AS s) AS t) AS u \
             WHERE {})",
            each.join(" OR ")
        ))
    }

    /// A comparison of both halves with a limit; what always or never holds at the ends.
    fn half(&mut self, edge: Edge<Decimal>, scale: u32, how: [&str; 2]) -> Option<String> {
        let (low_end, high_end) = (how[0].starts_with('>'), how[0].starts_with('<'));
        let never = || Some("FALSE".to_owned());
        let (value, after) = match edge {
            Edge::At(value, after) => (value, after),
            Edge::Min => return if high_end { never() } else { None },
            Edge::Max => return if low_end { never() } else { None },
        };
        let (floor, after) = match scaled(value, scale) {
            Ok((floor, true)) => (floor, after),
            Ok((floor, false)) => (floor + 1, false),
            Err(below) => return if below == low_end { None } else { never() },
        };
        let Ok(upper) = i64::try_from(floor.div_euclid(HALF)) else {
            return if (floor < 0) == low_end {
                None
            } else {
                never()
            };
        };
        let lower = i64::try_from(floor.rem_euclid(HALF)).unwrap_or_default();
        let (upper, lower) = (
            self.binds.add(Bind::Int(upper)),
            self.binds.add(Bind::Int(lower)),
        );
        let how = how[usize::from(after)];
        Some(format!("(u.h, u.l) {how} ({upper}, {lower})"))
    }
}
