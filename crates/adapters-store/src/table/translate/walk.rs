//! From the tree of a rule to the tree of its condition.

use std::collections::HashMap;

use pregon_core::rule::{Expr, Moment, Rule};
use pregon_core::{SegmentName, SegmentPart, Segments};

use super::TABLE;
use super::field::Field;
use super::node::Node;
use super::when::When;
use crate::table::bind::Binds;
use crate::table::mapping::{ActivityMapping, TableMapping};
use crate::table::{Bind, Dialect, Storage};

/// How many parts a condition has at most, segments put in place included.
const MOST_PARTS: usize = 40_000;

/// On which side of the truth a condition may err.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// More rows may pass.
    Over,
    /// Fewer rows may pass.
    Under,
}

impl Side {
    pub(super) fn other(self) -> Self {
        match self {
            Self::Over => Self::Under,
            Self::Under => Self::Over,
        }
    }
}

/// What is known on the way.
pub(super) struct Translator<'a> {
    pub(super) mapping: &'a TableMapping,
    pub(super) when: &'a When,
    segments: Option<&'a Segments>,
    places: Option<HashMap<&'a SegmentName, (&'a SegmentPart, usize)>>,
    pub(super) binds: Binds,
    /// Whether all that was said so far is exact.
    pub(super) exact: bool,
    /// Whether something depends on the zone of the row.
    pub(super) zoned: bool,
    parts: usize,
    /// The table of activities of which conditions are just made.
    pub(super) inside: Option<&'a ActivityMapping>,
}

impl<'a> Translator<'a> {
    pub(super) fn new(
        mapping: &'a TableMapping,
        when: &'a When,
        segments: Option<&'a Segments>,
    ) -> Self {
        Self {
            mapping,
            when,
            segments,
            places: None,
            binds: Binds::new(mapping.dialect),
            exact: true,
            zoned: false,
            parts: 0,
            inside: None,
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.mapping.dialect
    }

    /// The condition for the rows for which an expression is surely this.
    pub(super) fn truth(&mut self, expr: &Expr, truth: bool, side: Side) -> Node {
        self.parts += 1;
        match expr {
            Expr::Not(inner) => self.truth(inner, !truth, side),
            Expr::All(parts) if truth => Node::all(self.each(parts, truth, side)),
            Expr::Any(parts) if !truth => Node::all(self.each(parts, truth, side)),
            Expr::All(parts) | Expr::Any(parts) => Node::any(self.each(parts, truth, side)),
            Expr::AtLeast(least, parts) => self.at_least(*least, parts, truth, side),
            Expr::Test(test) => self.test(test, truth, side),
            Expr::Activity(test) => self.activity(test, truth, side),
            Expr::InSegment(name) => self.in_segment(name, truth, side),
            _ => self.inexact(side, Node::True),
        }
    }

    fn each(&mut self, parts: &[Expr], truth: bool, side: Side) -> Vec<Node> {
        let each = parts.iter().map(|part| self.truth(part, truth, side));
        each.collect()
    }

    /// True when enough are true; false when so many are false that the others are too few.
    fn at_least(&mut self, least: u32, parts: &[Expr], truth: bool, side: Side) -> Node {
        let (least, all) = (least as usize, parts.len());
        let enough = if truth {
            least
        } else {
            (all + 1).saturating_sub(least)
        };
        let parts = self.each(parts, truth, side);
        let sure = parts.iter().filter(|part| **part == Node::True).count();
        let open: Vec<Node> = parts
            .into_iter()
            .filter(|part| !matches!(part, Node::True | Node::False))
            .collect();
        let Some(enough) = enough.checked_sub(sure).filter(|enough| *enough > 0) else {
            return Node::True;
        };
        match open.len() {
            open if enough > open => Node::False,
            _ if enough == 1 => Node::any(open),
            all if enough == all => Node::all(open),
            _ => {
                let enough = i64::try_from(enough).unwrap_or(i64::MAX);
                Node::AtLeast(self.binds.add(Bind::Int(enough)), open)
            }
        }
    }

    /// A segment of a family is that of those whom no earlier one surely has.
    fn in_segment(&mut self, name: &SegmentName, truth: bool, side: Side) -> Node {
        let Some((part, place)) = self.segment(name) else {
            return match self.inside.is_none() && self.when.is_anytime() {
                true => self.inexact(side, Node::True),
                false => Node::False,
            };
        };
        if self.parts > MOST_PARTS {
            return self.inexact(side, Node::True);
        }
        let mut rules = part.members().map(|(_, rule)| rule);
        let earlier: Vec<&Rule> = rules.by_ref().take(place).collect();
        let Some(own) = rules.next() else {
            return Node::False;
        };
        let own = self.truth(own.expr(), truth, side);
        let taken_side = if truth { side.other() } else { side };
        let taken: Vec<Node> = earlier
            .into_iter()
            .map(|rule| self.truth(rule.expr(), true, taken_side))
            .collect();
        let taken = Node::any(taken);
        if truth {
            Node::all([own, taken.negate()])
        } else {
            Node::any([own, taken])
        }
    }

    fn segment(&mut self, name: &SegmentName) -> Option<(&'a SegmentPart, usize)> {
        // Activities know of no segments.
        let segments = self.segments.filter(|_| self.inside.is_none())?;
        let places = self.places.get_or_insert_with(|| {
            let of_part = |part: &'a SegmentPart| {
                let members = part.members().enumerate();
                members.map(move |(place, (name, _))| (name, (part, place)))
            };
            segments.parts().iter().flat_map(of_part).collect()
        });
        places.get(name).copied()
    }

    /// What cannot be said exactly: the condition over it, or nothing surely under it.
    pub(super) fn inexact(&mut self, side: Side, over: Node) -> Node {
        self.exact = false;
        match side {
            Side::Over => over,
            Side::Under => Node::False,
        }
    }

    /// A condition that is different in each zone.
    ///
    /// Zones for which it is the same are named together, and those whose zone the table does not
    /// say come with them.
    pub(super) fn by_zone<T: PartialEq>(
        &mut self,
        make: &dyn Fn(&Moment) -> T,
        write: &mut dyn FnMut(&mut Self, &T) -> Node,
    ) -> Option<Node> {
        let moment = self.when.moment(self.mapping)?;
        let usual = make(&moment);
        let super::ZoneFrom::Column(column) = &self.mapping.zone else {
            return Some(write(self, &usual));
        };
        self.zoned = true;
        let mut groups: Vec<(T, Vec<&str>)> = Vec::new();
        let mut made: HashMap<pregon_core::Zone, usize> = HashMap::new();
        for (text, moment) in self.when.moments() {
            let place = *made.entry(moment.zone()).or_insert_with(|| {
                let own = make(&moment);
                let known = groups.iter().position(|(other, _)| *other == own);
                known.unwrap_or_else(|| {
                    groups.push((own, Vec::new()));
                    groups.len() - 1
                })
            });
            groups[place].1.push(text);
        }
        groups.retain(|(own, _)| *own != usual);
        let field = self.zone_field(column);
        let mut nodes = Vec::new();
        let mut elsewhere = vec![write(self, &usual)];
        for (own, texts) in &groups {
            let (known, _) = field.known(&mut self.binds);
            let there = field.is_one_of(texts, &mut self.binds);
            let there = Node::all([known, there]);
            elsewhere.push(there.clone().negate());
            let own = write(self, own);
            nodes.push(Node::all([there, own]));
        }
        nodes.push(Node::all(elsewhere));
        Some(Node::any(nodes))
    }

    /// The column of the customer's zone, also for conditions of its activities.
    pub(super) fn zone_field(&self, column: &str) -> Field<'static> {
        Field {
            storage: &Storage::Text,
            column: format!("{TABLE}.{}", Dialect::quoted(column)),
            dialect: self.dialect(),
        }
    }
}
