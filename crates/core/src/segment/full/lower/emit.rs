//! The steps of a block, written one after the other.

use super::super::super::compile::{Graph, Node, Ref};
use super::super::kernel::{AnySet, ByteSet, ShortSet};
use super::{Bits, Code, How, Part, Plain, Source, Step, Test, To, uses};

/// Writes the steps, each node's when it is first needed.
pub(super) struct Emitter<'a> {
    graph: &'a Graph<Plain>,
    uses: Vec<usize>,
    /// Where each node's bits are.
    placed: Vec<Option<usize>>,
    /// The number of each leaf's test.
    tests: Vec<Option<usize>>,
    made: Vec<bool>,
    free: Vec<usize>,
    code: Code,
}

impl<'a> Emitter<'a> {
    pub(super) fn new(graph: &'a Graph<Plain>, members: &[Ref], code: Code) -> Self {
        let nodes = graph.nodes().len();
        Self {
            graph,
            uses: uses(graph, members),
            placed: vec![None; nodes],
            tests: vec![None; nodes],
            made: vec![false; code.bins.len()],
            free: Vec::new(),
            code,
        }
    }

    pub(super) fn emit(mut self, members: &[Ref]) -> Code {
        for (place, member) in members.iter().enumerate() {
            let to = To::Member(place, member.is_negated());
            let node = member.node();
            if node == Ref::FALSE.node() {
                self.code.steps.push(Step::Always(to));
            } else if self.uses[node] == 1 && self.placed[node].is_none() {
                self.children(node);
                self.write(node, to);
            } else {
                self.place(node);
                let part = self.part(member.not_if(member.is_negated()), node);
                self.code.steps.push(Step::All(to, vec![part]));
            }
        }
        self.code
    }

    /// Places whatever a node is made of; without recursion, for families are long chains.
    fn children(&mut self, node: usize) {
        let parts = self.parts(node);
        for part in parts {
            if !self.is_inline(part.node()) {
                self.place(part.node());
            }
        }
    }

    fn place(&mut self, node: usize) {
        let mut left = vec![(node, false)];
        while let Some((node, ready)) = left.pop() {
            if self.placed[node].is_some() {
                continue;
            }
            if !ready {
                left.push((node, true));
                let parts = self.parts(node);
                let outside = parts.iter().rev().map(|part| part.node());
                let outside: Vec<usize> = outside.filter(|part| !self.is_inline(*part)).collect();
                left.extend(outside.into_iter().map(|part| (part, false)));
                continue;
            }
            let slot = self.slot();
            self.write(node, To::Slot(slot));
            self.placed[node] = Some(slot);
        }
    }

    /// A test that is needed once is made where it is needed.
    fn is_inline(&self, node: usize) -> bool {
        self.uses[node] == 1 && matches!(self.graph.nodes()[node], Node::Leaf(_))
    }

    fn parts(&self, node: usize) -> Vec<Ref> {
        match &self.graph.nodes()[node] {
            Node::False | Node::Leaf(_) => Vec::new(),
            Node::And(parts) => parts.to_vec(),
            Node::Xor(a, b) => vec![*a, *b],
        }
    }

    /// Writes a node whose parts are placed.
    fn write(&mut self, node: usize, to: To) {
        let refs = match &self.graph.nodes()[node] {
            Node::Leaf(_) => vec![None],
            _ => self.parts(node).into_iter().map(Some).collect(),
        };
        let parts: Vec<Part> = refs
            .into_iter()
            .map(|part| match part {
                None => Part {
                    from: Bits::Test(self.test(node)),
                    negated: false,
                },
                Some(part) => self.part(part, part.node()),
            })
            .collect();
        let step = match (&self.graph.nodes()[node], &parts[..]) {
            (Node::Xor(..), [a, b]) => Step::Odd(to, [*a, *b]),
            _ => Step::All(to, parts),
        };
        self.code.steps.push(step);
    }

    /// Reads a node's bits; its slot is free after the last time.
    fn part(&mut self, of: Ref, node: usize) -> Part {
        let negated = of.is_negated();
        let Some(slot) = self.placed[node] else {
            let from = Bits::Test(self.test(node));
            return Part { from, negated };
        };
        self.uses[node] -= 1;
        if self.uses[node] == 0 {
            self.free.push(slot);
        }
        Part {
            from: Bits::Slot(slot),
            negated,
        }
    }

    fn slot(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.code.slots += 1;
            self.code.slots - 1
        })
    }

    /// The test of a leaf, made ready.
    fn test(&mut self, node: usize) -> usize {
        if let Some(test) = self.tests[node] {
            return test;
        }
        let Node::Leaf(leaf) = &self.graph.nodes()[node] else {
            unreachable!("only leaves are tests");
        };
        let (of, how) = match leaf {
            Plain::Known(input) => (Source::Input(*input), How::Known),
            Plain::Range(of, low, high) => (*of, How::Range(*low, *high)),
            Plain::Bytes(of, set) => (*of, How::Bytes(ByteSet::new(|code| set.has(code.into())))),
            Plain::Shorts(of, set) => {
                (*of, How::Shorts(ShortSet::new(|code| set.has(code.into()))))
            }
            Plain::Any(of, set) => {
                let ranges = set.ranges().into();
                (*of, How::Any(AnySet { ranges }))
            }
        };
        if let Source::Bins(bins) = of
            && !std::mem::replace(&mut self.made[bins], true)
        {
            self.code.steps.push(Step::Bin(bins));
        }
        self.code.tests.push(Test { of, how });
        self.tests[node] = Some(self.code.tests.len() - 1);
        self.code.tests.len() - 1
    }
}
