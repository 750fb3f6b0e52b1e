//! One row: which segments it enters and leaves when some of its slots decide otherwise.

use super::super::population::Population;
use super::activity::Answers;
use super::circuit::{Node, NodeId, Reads};
use super::plan::{Plan, bits, bits_of};
use super::tables::SlotTables;
use crate::rule::Moment;

/// What rows are looked at with.
#[derive(Clone, Copy)]
pub(crate) struct World<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) tables: &'a [SlotTables],
    pub(crate) population: &'a Population,
    pub(crate) moments: &'a [Moment],
    pub(crate) answers: &'a Answers,
}

/// A slot of a row, with the bits of its class before and after.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) slot: usize,
    pub(crate) old: &'a [u64],
    pub(crate) new: &'a [u64],
}

/// Room for working out, kept so that a change allocates nothing, and its result.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// The segments that the row enters (true) and leaves.
    pub(crate) flips: Vec<(u32, bool)>,
    base: Vec<u64>,
    codes: Vec<(usize, Option<i64>)>,
    check: Vec<u32>,
    /// Of which row the classes below are, by a number that each look at a row gets.
    look: u32,
    classes: Vec<(u32, u32)>,
    /// What nodes were before and after: the number of the look, and the answer.
    before: Vec<(u32, bool)>,
    after: Vec<(u32, bool)>,
}

impl<'a> World<'a> {
    /// The number of a row's zone.
    pub(crate) fn zone(&self, row: usize) -> usize {
        self.population
            .zone_codes()
            .map_or(0, |codes| codes.get(row) as usize)
    }

    /// The code of what a row has in a slot; nothing when that is missing or unknown.
    pub(crate) fn code(&self, slot: usize, row: usize) -> Option<i64> {
        match self.tables[slot].column {
            Some(column) => self.population.column(column).code(row),
            None => self.answers.ask(self, slot, row),
        }
    }

    /// The bits of what a row has in a slot.
    pub(crate) fn bits(&self, slot: usize, row: usize) -> &'a [u64] {
        let table = self.tables[slot].table(|| self.zone(row));
        table.bits(table.class(self.code(slot, row)))
    }

    /// Every segment that a row belongs to, into the scratch's flips, as if it entered them all.
    pub(crate) fn members(&self, row: usize, scratch: &mut Scratch) {
        scratch.begin(self.plan);
        scratch.base.clone_from(&self.plan.demanding);
        for slot in 0..self.plan.slots.len() {
            let own = self.bits(slot, row);
            scratch.base.iter_mut().zip(own).for_each(|(a, b)| *a &= b);
        }
        scratch.flips.extend(bits(&scratch.base).map(|n| (n, true)));
        for (segment, root) in &self.plan.general {
            let mut side = Side {
                world: self,
                row,
                changed: &[],
                after: true,
            };
            if side.yes(*root, scratch) {
                scratch.flips.push((*segment, true));
            }
        }
    }

    /// The segments that a row enters and leaves when these slots change so, into the scratch's
    /// flips. Segments of `without` are passed over.
    pub(crate) fn flips(
        &self,
        row: usize,
        changed: &[Seen<'_>],
        without: Option<&[u64]>,
        scratch: &mut Scratch,
    ) {
        scratch.begin(self.plan);
        let width = self.plan.width;
        for seen in changed {
            for (n, word) in scratch.base.iter_mut().enumerate() {
                *word |= seen.old[n] ^ seen.new[n];
            }
        }
        if let Some(without) = without {
            let both = scratch.base.iter_mut().zip(without);
            both.for_each(|(word, without)| *word &= !without);
        }
        if scratch.base.iter().any(|word| *word != 0) && self.narrow(row, changed, scratch) {
            for n in 0..width {
                let both = |a: (u64, u64), seen: &Seen<'_>| (a.0 & seen.old[n], a.1 & seen.new[n]);
                let (old, new) = changed
                    .iter()
                    .fold((scratch.base[n], scratch.base[n]), both);
                let flips =
                    bits_of(old ^ new).map(|bit| (n as u32 * 64 + bit, new >> bit & 1 == 1));
                scratch.flips.extend(flips);
            }
        }
        self.general(row, changed, scratch);
    }

    /// Leaves in the scratch's base the segments that all slots but the changed ones are content
    /// with; false when there is none.
    fn narrow(&self, row: usize, changed: &[Seen<'_>], scratch: &mut Scratch) -> bool {
        // All values are fetched before one is looked at, so that they come from memory together;
        // questions about activities take longer, and are asked of what is left.
        scratch.codes.clear();
        let (tables, reads) = (self.tables, &self.plan.reads);
        let matters = |slot: usize, base: &[u64]| {
            !changed.iter().any(|seen| seen.slot == slot)
                && reads[slot].cares.iter().zip(base).any(|(a, b)| a & b != 0)
        };
        for (slot, table) in tables.iter().enumerate() {
            if let Some(column) = table.column
                && matters(slot, &scratch.base)
            {
                let code = self.population.column(column).code(row);
                scratch.codes.push((slot, code));
            }
        }
        for (slot, code) in &scratch.codes {
            let table = tables[*slot].table(|| self.zone(row));
            if !and(&mut scratch.base, table.bits(table.class(*code))) {
                return false;
            }
        }
        for slot in (0..tables.len()).filter(|slot| tables[*slot].column.is_none()) {
            if matters(slot, &scratch.base) && !and(&mut scratch.base, self.bits(slot, row)) {
                return false;
            }
        }
        true
    }

    /// The flips of segments that the circuit decides.
    fn general(&self, row: usize, changed: &[Seen<'_>], scratch: &mut Scratch) {
        if self.plan.general.is_empty() {
            return;
        }
        let width = self.plan.width;
        let mut check = std::mem::take(&mut scratch.check);
        check.clear();
        for seen in changed {
            let readers = &self.plan.reads[seen.slot].readers;
            for (n, (old, new)) in seen.old[width..].iter().zip(&seen.new[width..]).enumerate() {
                for bit in bits_of(old ^ new) {
                    check.extend(&readers[n * 64 + bit as usize]);
                }
            }
        }
        check.sort_unstable();
        check.dedup();
        for general in &check {
            let (segment, root) = self.plan.general[*general as usize];
            let mut side = |after| {
                let mut side = Side {
                    world: self,
                    row,
                    changed,
                    after,
                };
                side.yes(root, scratch)
            };
            let (old, new) = (side(false), side(true));
            if old != new {
                scratch.flips.push((segment, new));
            }
        }
        scratch.check = check;
    }
}

/// Leaves the bits that both have; false when none is left.
fn and(base: &mut [u64], own: &[u64]) -> bool {
    let mut left = 0;
    for (word, own) in base.iter_mut().zip(own) {
        *word &= own;
        left |= *word;
    }
    left != 0
}

impl Scratch {
    fn begin(&mut self, plan: &Plan) {
        self.flips.clear();
        self.base.clear();
        self.base.resize(plan.width, 0);
        self.look = self.look.wrapping_add(1);
        if self.classes.is_empty() || self.look == 0 {
            self.look = 1;
            self.classes = vec![(0, 0); plan.slots.len()];
            let nodes = if plan.general.is_empty() {
                0
            } else {
                plan.circuit.nodes.len()
            };
            self.before = vec![(0, false); nodes];
            self.after = vec![(0, false); nodes];
        }
    }
}

/// A row before or after its slots changed.
struct Side<'a, 'w> {
    world: &'a World<'w>,
    row: usize,
    changed: &'a [Seen<'a>],
    after: bool,
}

impl Side<'_, '_> {
    /// Whether a node is yes; each is worked out once a look.
    ///
    /// It recurses as deep as rules have levels and segments lead to others; both are bounded.
    fn yes(&mut self, id: NodeId, scratch: &mut Scratch) -> bool {
        let plan = self.world.plan;
        if let (Some(bit), Reads::Slot(slot)) =
            (plan.bit[id as usize], plan.circuit.reads[id as usize])
        {
            let words = self.words(slot as usize, scratch);
            return words[bit as usize / 64] >> (bit % 64) & 1 == 1;
        }
        let look = scratch.look;
        let (at, known) = self.memo(scratch)[id as usize];
        if at == look {
            return known;
        }
        let yes = match &plan.circuit.nodes[id as usize] {
            Node::Leaf(_) => unreachable!("a leaf reads one slot, and such nodes have a bit"),
            Node::Count { least, most, of } => self.count(*least, *most, of, scratch),
        };
        self.memo(scratch)[id as usize] = (look, yes);
        yes
    }

    fn count(&mut self, least: u32, most: u32, of: &[NodeId], scratch: &mut Scratch) -> bool {
        let (mut number, mut left) = (0, of.len() as u32);
        for child in of {
            if number + left < least || number > most {
                return false;
            }
            if least <= number && number + left <= most {
                return true;
            }
            number += u32::from(self.yes(*child, scratch));
            left -= 1;
        }
        least <= number && number <= most
    }

    fn words(&self, slot: usize, scratch: &mut Scratch) -> &[u64] {
        if let Some(seen) = self.changed.iter().find(|seen| seen.slot == slot) {
            return if self.after { seen.new } else { seen.old };
        }
        let (world, row) = (self.world, self.row);
        let table = world.tables[slot].table(|| world.zone(row));
        let known = &mut scratch.classes[slot];
        if known.0 != scratch.look {
            *known = (scratch.look, table.class(world.code(slot, row)));
        }
        table.bits(known.1)
    }

    fn memo<'s>(&self, scratch: &'s mut Scratch) -> &'s mut [(u32, bool)] {
        if self.after {
            &mut scratch.after
        } else {
            &mut scratch.before
        }
    }
}
