//! How every segment is decided: by demands on single slots, or by a circuit over their answers.

use super::super::population::Population;
use super::circuit::{Circuit, Node, NodeId, Reads};
use super::slots::{Slot, Slots};
use crate::Segments;

/// What is known of the segments before any value is.
///
/// Most segments are an *and* of demands, each on one slot. Their members are those whose bit is
/// set in the class of every slot, so that one *and* of words decides sixty-four segments. The
/// others are decided by their part of the circuit; there the largest nodes that read one slot are
/// answered by that slot's class too.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) circuit: Circuit,
    pub(crate) slots: Vec<Slot>,
    /// By slot.
    pub(crate) reads: Vec<SlotPlan>,
    /// How many words have a bit for each segment; the bits of the circuit's answers follow.
    pub(crate) width: usize,
    /// Segments that are an *and* of demands.
    pub(crate) demanding: Vec<u64>,
    /// Those among them that have one demand only, on a column.
    pub(crate) single: Vec<u64>,
    /// The other segments and what decides them.
    pub(crate) general: Vec<(u32, NodeId)>,
    /// The bit by which a node is answered in the class of its slot.
    pub(crate) bit: Vec<Option<u32>>,
}

/// What the segments ask of one slot.
#[derive(Debug, Default)]
pub(crate) struct SlotPlan {
    /// Nodes that read only this slot, and the bits to set where they are yes.
    pub(crate) asked: Vec<(NodeId, Vec<u32>)>,
    /// Segments that have a demand on it.
    pub(crate) cares: Vec<u64>,
    /// For each bit after those of the segments, the general segments that read it.
    pub(crate) readers: Vec<Vec<u32>>,
    /// How many words a class has.
    pub(crate) width: usize,
}

impl Plan {
    /// The plan of segments that were checked against what the population has.
    pub(crate) fn new(segments: &Segments, population: &Population) -> Self {
        let mut slots = Slots::new(population);
        let circuit = Circuit::new(segments, &mut slots);
        let slots = slots.all;
        let width = circuit.members.len().div_ceil(64);
        let none = || vec![0; width];
        let mut plan = Self {
            reads: slots.iter().map(|_| SlotPlan::default()).collect(),
            bit: vec![None; circuit.nodes.len()],
            demanding: none(),
            single: none(),
            general: Vec::new(),
            slots,
            width,
            circuit,
        };
        for slot in &mut plan.reads {
            slot.cares = none();
        }
        let mut demanded = vec![None; plan.circuit.nodes.len()];
        for segment in 0..plan.circuit.members.len() {
            match plan.demands(plan.circuit.members[segment]) {
                Some(demands) => plan.demand(segment as u32, &demands, &mut demanded),
                None => plan.decide(segment as u32),
            }
        }
        for slot in &mut plan.reads {
            slot.width = width + slot.readers.len().div_ceil(64);
        }
        plan
    }

    /// The nodes of one slot each, of which the node is the *and*; nothing when it is another.
    fn demands(&self, id: NodeId) -> Option<Vec<NodeId>> {
        match (self.reads(id), &self.circuit.nodes[id as usize]) {
            (Reads::Slot(_), _) => Some(vec![id]),
            (Reads::Several, Node::Count { least, of, .. }) if *least as usize == of.len() => {
                let single = |id: &NodeId| matches!(self.reads(*id), Reads::Slot(_));
                of.iter().all(single).then(|| of.to_vec())
            }
            _ => None,
        }
    }

    fn reads(&self, id: NodeId) -> Reads {
        self.circuit.reads[id as usize]
    }

    fn demand(&mut self, segment: u32, demands: &[NodeId], demanded: &mut [Option<usize>]) {
        set(&mut self.demanding, segment);
        if let [only] = demands
            && let Reads::Slot(slot) = self.reads(*only)
            && matches!(self.slots[slot as usize], Slot::Column(..))
        {
            set(&mut self.single, segment);
        }
        for id in demands {
            let Reads::Slot(slot) = self.reads(*id) else {
                continue;
            };
            let slot = &mut self.reads[slot as usize];
            set(&mut slot.cares, segment);
            let at = *demanded[*id as usize].get_or_insert_with(|| {
                slot.asked.push((*id, Vec::new()));
                slot.asked.len() - 1
            });
            slot.asked[at].1.push(segment);
        }
    }

    /// Has a segment decided by the circuit.
    fn decide(&mut self, segment: u32) {
        let root = self.circuit.members[segment as usize];
        let general = self.general.len() as u32;
        self.general.push((segment, root));
        let mut left = vec![root];
        let mut seen = std::collections::HashSet::from([root]);
        while let Some(id) = left.pop() {
            if let Reads::Slot(slot) = self.reads(id) {
                let first = self.width as u32 * 64;
                let slot = &mut self.reads[slot as usize];
                let bit = *self.bit[id as usize].get_or_insert_with(|| {
                    let bit = first + slot.readers.len() as u32;
                    slot.readers.push(Vec::new());
                    slot.asked.push((id, vec![bit]));
                    bit
                });
                slot.readers[(bit - first) as usize].push(general);
            } else if let Node::Count { of, .. } = &self.circuit.nodes[id as usize] {
                left.extend(of.iter().filter(|child| seen.insert(**child)));
            }
        }
    }
}

pub(crate) fn set(words: &mut [u64], bit: u32) {
    words[bit as usize / 64] |= 1 << (bit % 64);
}

/// The bits that are set, in order.
pub(crate) fn bits(words: &[u64]) -> impl Iterator<Item = u32> {
    let words = words.iter().enumerate();
    words.flat_map(|(n, word)| bits_of(*word).map(move |bit| n as u32 * 64 + bit))
}

/// The bits of a word that are set, in order.
pub(crate) fn bits_of(word: u64) -> impl Iterator<Item = u32> {
    let mut left = word;
    std::iter::from_fn(move || {
        let bit = (left != 0).then(|| left.trailing_zeros())?;
        left &= left - 1;
        Some(bit)
    })
}
