//! Bits that are made of other bits, each once.

use std::collections::HashMap;
use std::hash::Hash;

/// A node of a [`Graph`], or its complement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ref(u32);

impl Ref {
    /// What is never so.
    pub(crate) const FALSE: Self = Self(0);
    /// What is always so.
    pub(crate) const TRUE: Self = Self(1);

    /// The place of the node among the nodes.
    pub(crate) fn node(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// Whether it is the complement of the node.
    pub(crate) fn is_negated(self) -> bool {
        self.0 & 1 == 1
    }

    /// The complement.
    pub(crate) fn not(self) -> Self {
        Self(self.0 ^ 1)
    }

    /// The complement when asked for.
    pub(crate) fn not_if(self, negated: bool) -> Self {
        Self(self.0 ^ u32::from(negated))
    }
}

/// One bit for each row, made of others that come before it.
///
/// There is no *or*: it is an *and* of complements, and complements cost nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Node<L> {
    /// Never: the first node.
    False,
    /// What is read from the row.
    Leaf(L),
    /// All of them, two or more, in order, each once.
    And(Box<[Ref]>),
    /// One of them and not the other.
    Xor(Ref, Ref),
}

/// Nodes, of which no two are the same, each after those that it is made of.
#[derive(Debug, Clone)]
pub(crate) struct Graph<L> {
    nodes: Vec<Node<L>>,
    places: HashMap<Node<L>, u32>,
}

impl<L: Clone + Eq + Hash> Graph<L> {
    /// A graph of nothing.
    pub(crate) fn new() -> Self {
        Self {
            nodes: vec![Node::False],
            places: HashMap::new(),
        }
    }

    /// The nodes, each after those that it is made of.
    pub(crate) fn nodes(&self) -> &[Node<L>] {
        &self.nodes
    }

    /// What is read from the row.
    pub(crate) fn leaf(&mut self, leaf: L) -> Ref {
        self.place(Node::Leaf(leaf))
    }

    /// All of them.
    pub(crate) fn and(&mut self, parts: impl IntoIterator<Item = Ref>) -> Ref {
        let mut parts: Vec<Ref> = parts
            .into_iter()
            .filter(|part| *part != Ref::TRUE)
            .collect();
        parts.sort_unstable();
        parts.dedup();
        // A node and its complement are neighbours then.
        let never = |pair: &[Ref]| pair[0].node() == pair[1].node();
        if parts.first() == Some(&Ref::FALSE) || parts.windows(2).any(never) {
            return Ref::FALSE;
        }
        match parts[..] {
            [] => Ref::TRUE,
            [only] => only,
            _ => self.place(Node::And(parts.into())),
        }
    }

    /// At least one of them.
    pub(crate) fn or(&mut self, parts: impl IntoIterator<Item = Ref>) -> Ref {
        self.and(parts.into_iter().map(Ref::not)).not()
    }

    /// One of them and not the other.
    pub(crate) fn xor(&mut self, a: Ref, b: Ref) -> Ref {
        let odd = a.is_negated() != b.is_negated();
        let (a, b) = (a.not_if(a.is_negated()), b.not_if(b.is_negated()));
        let (a, b) = (a.min(b), a.max(b));
        let both = match a {
            _ if a == b => Ref::FALSE,
            Ref::FALSE => b,
            _ => self.place(Node::Xor(a, b)),
        };
        both.not_if(odd)
    }

    /// At least so many of them.
    ///
    /// Adders count: three bits of one weight become one of it and one of twice the weight, which
    /// takes about five nodes a part, and not the many that all choices would.
    pub(crate) fn at_least(&mut self, least: usize, parts: Vec<Ref>) -> Ref {
        if least > parts.len() {
            return Ref::FALSE;
        }
        let mut enough = Ref::TRUE;
        let (mut bits, mut weight) = (parts, 0);
        while !bits.is_empty() || least >> weight != 0 {
            let mut carries = Vec::new();
            while bits.len() > 1 {
                let rest = bits.split_off(bits.len().min(3));
                let three = std::mem::replace(&mut bits, rest);
                let (sum, carry) = self.sum(three[0], three[1], three.get(2).copied());
                bits.push(sum);
                carries.push(carry);
            }
            let bit = bits.pop().unwrap_or(Ref::FALSE);
            // From the lowest bit up: what a higher one says outweighs all before.
            enough = match least >> weight & 1 {
                1 => self.and([bit, enough]),
                _ => self.or([bit, enough]),
            };
            bits = carries;
            weight += 1;
        }
        enough
    }

    fn sum(&mut self, a: Ref, b: Ref, c: Option<Ref>) -> (Ref, Ref) {
        let (odd, both) = (self.xor(a, b), self.and([a, b]));
        let Some(c) = c else { return (odd, both) };
        let more = self.and([odd, c]);
        (self.xor(odd, c), self.or([both, more]))
    }

    fn place(&mut self, node: Node<L>) -> Ref {
        if let Some(place) = self.places.get(&node) {
            return Ref(place << 1);
        }
        let place = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        assert!(place < u32::MAX >> 1, "segments and rules are bounded");
        self.nodes.push(node.clone());
        self.places.insert(node, place);
        Ref(place << 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(graph: &Graph<u32>, of: Ref, bits: u32) -> bool {
        let own = match &graph.nodes()[of.node()] {
            Node::False => false,
            Node::Leaf(n) => bits >> n & 1 == 1,
            Node::And(parts) => parts.iter().all(|part| value(graph, *part, bits)),
            Node::Xor(a, b) => value(graph, *a, bits) != value(graph, *b, bits),
        };
        own != of.is_negated()
    }

    #[test]
    fn counts_as_counting_does() {
        for n in 0..=7 {
            for least in 0..=9 {
                let mut graph = Graph::new();
                let parts = Vec::from_iter((0..n).map(|n| graph.leaf(n)));
                let found = graph.at_least(least, parts);
                for bits in 0..1_u32 << n {
                    let expected = bits.count_ones() as usize >= least;
                    assert_eq!(
                        value(&graph, found, bits),
                        expected,
                        "{least} of {n}: {bits:b}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_the_same_is_there_once() {
        let mut graph = Graph::new();
        let [a, b, c] = [0_u32, 1, 2].map(|n| graph.leaf(n));
        assert_eq!(graph.leaf(1), b);
        assert_eq!(graph.and([a, b, a, Ref::TRUE]), graph.and([b, a]));
        assert_eq!(graph.and([a, b, c, b.not()]), Ref::FALSE);
        assert_eq!(graph.or([a, c, a.not()]), Ref::TRUE);
        assert_eq!(graph.and([]), Ref::TRUE);
        assert_eq!(graph.or([b, Ref::FALSE]), b);
        assert_eq!(graph.xor(a.not(), b), graph.xor(b, a).not());
        assert_eq!(
            (graph.xor(a, a.not()), graph.xor(c, Ref::TRUE)),
            (Ref::TRUE, c.not())
        );
    }
}
