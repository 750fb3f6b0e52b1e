//! All segments as one circuit of yes and no.
//!
//! Negations are pushed down to the questions, so that a part of a rule is two nodes: one is yes
//! where the part is true, the other where it is false. Where both are no, it is unknown. Equal
//! nodes are one node.

use std::collections::HashMap;

use super::slots::{Leaf, Slots};
use crate::rule::{Expr, Rule};
use crate::{SegmentName, SegmentPart, Segments};

/// The number of a node; those that it is made of have smaller ones.
pub(crate) type NodeId = u32;

/// A node of the circuit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// The answer to a question.
    Leaf(Leaf),
    /// From `least` to `most` of these are yes: all of them, any, none, at least K of them.
    Count {
        least: u32,
        most: u32,
        of: Box<[NodeId]>,
    },
}

/// What a node depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    Nothing,
    /// One column, or one question about activities.
    Slot(u32),
    Several,
}

/// The nodes, and which of them says who belongs to each segment.
#[derive(Debug, Default)]
pub(crate) struct Circuit {
    pub(crate) nodes: Vec<Node>,
    pub(crate) reads: Vec<Reads>,
    /// In the order of the segments.
    pub(crate) members: Vec<NodeId>,
    known: HashMap<Node, NodeId>,
}

/// An *and* within an *and* becomes one, unless it has more parts than these.
const FLAT: usize = 64;

impl Circuit {
    /// The circuit of these segments, which were checked; what they read goes into the slots.
    pub(crate) fn new(segments: &Segments, slots: &mut Slots<'_>) -> Self {
        let mut places = HashMap::new();
        let mut rules = Vec::new();
        for part in segments.parts() {
            let first = rules.len();
            for (name, rule) in part.members() {
                let first = match part {
                    SegmentPart::Plain(..) => rules.len(),
                    SegmentPart::Family(..) => first,
                };
                places.insert(name, (rules.len(), first));
                rules.push((rule, first));
            }
        }
        let mut builder = Builder {
            circuit: Self::default(),
            slots,
            places,
            holds: vec![None; rules.len()],
            fails: vec![None; rules.len()],
            rules,
        };
        let members = (0..builder.rules.len()).map(|n| builder.member(n));
        let members = members.collect();
        Self {
            members,
            known: HashMap::new(),
            ..builder.circuit
        }
    }

    fn add(&mut self, node: Node) -> NodeId {
        let reads = match &node {
            Node::Leaf(leaf) => Reads::Slot(leaf.slot),
            Node::Count { of, .. } => of.iter().fold(Reads::Nothing, |reads, child| {
                match (reads, self.reads[*child as usize]) {
                    (Reads::Nothing, other) => other,
                    (reads, Reads::Nothing) => reads,
                    (Reads::Slot(a), Reads::Slot(b)) if a == b => reads,
                    _ => Reads::Several,
                }
            }),
        };
        let next = self.nodes.len() as NodeId;
        let id = *self.known.entry(node.clone()).or_insert(next);
        if id == next {
            self.nodes.push(node);
            self.reads.push(reads);
        }
        id
    }

    fn constant(&mut self, yes: bool) -> NodeId {
        // None of nothing is true, any of nothing is not.
        let least = u32::from(!yes);
        self.add(Node::Count {
            least,
            most: 1,
            of: Box::default(),
        })
    }

    fn is_constant(&self, id: NodeId) -> Option<bool> {
        match &self.nodes[id as usize] {
            Node::Count { least, of, .. } if of.is_empty() => Some(*least == 0),
            _ => None,
        }
    }

    /// Yes where from `least` to `most` of these are; constants are worked out.
    fn count(&mut self, least: u32, most: u32, of: Vec<NodeId>) -> NodeId {
        let sure = of.iter().filter(|id| self.is_constant(**id) == Some(true));
        let sure = sure.count() as u32;
        let mut rest = of;
        rest.retain(|id| self.is_constant(*id).is_none());
        let possible = rest.len() as u32;
        if most < sure || sure.saturating_add(possible) < least {
            return self.constant(false);
        }
        let (least, most) = (least.saturating_sub(sure), (most - sure).min(possible));
        match (least, most) {
            (0, most) if most == possible => self.constant(true),
            (1, 1) if possible == 1 => rest[0],
            (least, most) => self.add(Node::Count {
                least,
                most,
                of: rest.into(),
            }),
        }
    }

    fn all(&mut self, parts: Vec<NodeId>) -> NodeId {
        let grouped = self.grouped(parts, true);
        self.count(grouped.len() as u32, u32::MAX, grouped)
    }

    fn any(&mut self, parts: Vec<NodeId>) -> NodeId {
        let grouped = self.grouped(parts, false);
        self.count(1, u32::MAX, grouped)
    }

    /// The parts of an *and* or an *or*, those that read the same slot made into one.
    fn grouped(&mut self, parts: Vec<NodeId>, and: bool) -> Vec<NodeId> {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match &self.nodes[part as usize] {
                Node::Count { least, most, of }
                    if (1..=FLAT).contains(&of.len())
                        && *most as usize == of.len()
                        && *least == if and { *most } else { 1 } =>
                {
                    flat.extend_from_slice(of);
                }
                _ => flat.push(part),
            }
        }
        flat.sort_unstable();
        flat.dedup();
        let slot = |circuit: &Self, id: NodeId| match circuit.reads[id as usize] {
            Reads::Slot(slot) => Some(slot),
            Reads::Nothing | Reads::Several => None,
        };
        flat.sort_by_key(|id| slot(self, *id));
        let mut grouped = Vec::with_capacity(flat.len());
        let groups =
            flat.chunk_by(|a, b| slot(self, *a).is_some() && slot(self, *a) == slot(self, *b));
        for group in Vec::from_iter(groups) {
            let least = if and { group.len() as u32 } else { 1 };
            grouped.push(self.count(least, u32::MAX, group.to_vec()));
        }
        grouped
    }
}

struct Builder<'a, 's, 'p> {
    circuit: Circuit,
    slots: &'s mut Slots<'p>,
    /// Where a segment stands among all, and where the family begins that it belongs to.
    places: HashMap<&'a SegmentName, (usize, usize)>,
    rules: Vec<(&'a Rule, usize)>,
    /// The nodes of the rules as they are written, where they are known.
    holds: Vec<Option<NodeId>>,
    fails: Vec<Option<NodeId>>,
}

impl Builder<'_, '_, '_> {
    /// Yes for the members: the rule is true, and no earlier one of the family is.
    fn member(&mut self, n: usize) -> NodeId {
        let holds = self.rule(n, true);
        let none = self.none(self.rules[n].1, n);
        self.circuit.all(vec![holds, none])
    }

    /// Yes for those of whom it is known that they are no members.
    fn stranger(&mut self, n: usize) -> NodeId {
        let fails = self.rule(n, false);
        let none = self.none(self.rules[n].1, n);
        let some = self.circuit.count(0, 0, vec![none]);
        self.circuit.any(vec![fails, some])
    }

    /// Yes where no rule from the one to before the other is true: blocks of rules are shared by
    /// all that come later in the family.
    fn none(&mut self, first: usize, end: usize) -> NodeId {
        let (mut blocks, mut at) = (Vec::new(), first);
        while at < end {
            let aligned = match at - first {
                0 => usize::BITS - 1,
                from => from.trailing_zeros(),
            };
            let size = 1 << aligned.min((end - at).ilog2());
            blocks.push(self.some(at, size));
            at += size;
        }
        self.circuit.count(0, 0, blocks)
    }

    /// Yes where one of so many rules is true; the number is a power of two.
    fn some(&mut self, at: usize, size: usize) -> NodeId {
        if size == 1 {
            return self.rule(at, true);
        }
        let halves = vec![self.some(at, size / 2), self.some(at + size / 2, size / 2)];
        self.circuit.count(1, u32::MAX, halves)
    }

    /// Yes where the rule of a segment is true, or false.
    ///
    /// It recurses as deep as rules have levels and segments lead to others; both are bounded.
    fn rule(&mut self, n: usize, truth: bool) -> NodeId {
        let known = if truth { self.holds[n] } else { self.fails[n] };
        if let Some(known) = known {
            return known;
        }
        let (rule, _) = self.rules[n];
        let node = self.expr(rule.expr(), truth);
        let known = if truth {
            &mut self.holds
        } else {
            &mut self.fails
        };
        known[n] = Some(node);
        node
    }

    fn expr(&mut self, expr: &Expr, truth: bool) -> NodeId {
        match expr {
            Expr::Not(inner) => self.expr(inner, !truth),
            Expr::All(parts) | Expr::Any(parts) => {
                let and = matches!(expr, Expr::All(_)) == truth;
                let parts = self.exprs(parts, truth);
                if and {
                    self.circuit.all(parts)
                } else {
                    self.circuit.any(parts)
                }
            }
            Expr::AtLeast(least, parts) => {
                let parts = self.exprs(parts, truth);
                let number = parts.len() as u32;
                if truth {
                    return self.circuit.count(*least, u32::MAX, parts);
                }
                // So many are false that too few can be true.
                match (number + 1).checked_sub(*least) {
                    Some(least) if least <= number => self.circuit.count(least, u32::MAX, parts),
                    Some(_) => self.circuit.constant(false),
                    None => self.circuit.constant(true),
                }
            }
            Expr::Test(test) => {
                let leaf = self.slots.test(test, truth);
                self.circuit.add(Node::Leaf(leaf))
            }
            Expr::Activity(test) => {
                let leaf = self.slots.activity(test, truth);
                self.circuit.add(Node::Leaf(leaf))
            }
            Expr::InSegment(name) => match (self.places.get(name), truth) {
                (Some((n, _)), true) => self.member(*n),
                (Some((n, _)), false) => self.stranger(*n),
                (None, _) => self.circuit.constant(false), // Unknown, which no set of segments has.
            },
        }
    }

    fn exprs(&mut self, parts: &[Expr], truth: bool) -> Vec<NodeId> {
        parts.iter().map(|part| self.expr(part, truth)).collect()
    }
}
