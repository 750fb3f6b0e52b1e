//! The table of every slot, for every zone whose day makes a difference.

use std::collections::HashMap;

use super::super::leaf::{self, Notes};
use super::super::population::{Coding, Column};
use super::circuit::{Circuit, Node, NodeId};
use super::plan::{Plan, bits, set};
use super::slots::{Leaf, Slot};
use super::table::Table;
use super::values::Values;
use crate::rule::{Condition, Moment, holds};

/// What the values of one slot decide.
#[derive(Debug)]
pub(crate) struct SlotTables {
    /// The number of the column in the population; nothing for a question about activities.
    pub(crate) column: Option<usize>,
    /// Whether the passing of days changes what its values decide.
    pub(crate) turns: bool,
    tables: Vec<Table>,
    /// The table of each zone, by number; nothing when all share one.
    by_zone: Option<Vec<u32>>,
    /// How many values of a dictionary are decided.
    entries: Option<usize>,
    /// The scale of the decimals that are decided.
    scale: Option<u8>,
    /// The least and the greatest code of the column, where anniversaries ask for them.
    bounds: Option<Option<(i64, i64)>>,
}

impl SlotTables {
    /// The tables of a column, at the moments of all zones.
    ///
    /// `bounds` are codes between which those of the column lie, where they are known already.
    pub(crate) fn of_column(
        plan: &Plan,
        slot: usize,
        (number, column): (usize, &Column),
        moments: &[Moment],
        bounds: Option<Option<(i64, i64)>>,
    ) -> Self {
        let conditions = match &plan.slots[slot] {
            Slot::Column(_, conditions) => conditions.as_slice(),
            Slot::Activity(_) => &[],
        };
        let timed = conditions
            .iter()
            .any(|condition| leaf::is_timed(condition, &column.coding));
        let turns = timed && conditions.iter().any(turns);
        let yearly = |condition: &Condition| matches!(condition, Condition::Anniversary(_));
        let mut notes = bounds.map_or_else(Notes::default, Notes::between);
        let yearly = entries(column).is_none() && conditions.iter().any(yearly);
        let bounds = yearly.then(|| notes.bounds(column));
        let mut made = Self {
            column: Some(number),
            turns,
            tables: Vec::new(),
            by_zone: None,
            entries: entries(column),
            scale: scale(column),
            bounds,
        };
        let mut build = |moment: &Moment| {
            let mut leaf = |leaf: Leaf| {
                let condition = &conditions[leaf.question as usize];
                Values {
                    codes: leaf::code_set_with(condition, column, moment, leaf.truth, &mut notes),
                    missing: leaf::of_missing(condition, leaf.truth),
                }
            };
            table(plan, slot, &mut leaf)
        };
        if !timed {
            made.tables.extend(moments.first().map(&mut build));
            return made;
        }
        let zoned = !matches!(column.coding, Coding::Days);
        let mut known = HashMap::new();
        let mut by_zone = Vec::new();
        for (zone, moment) in moments.iter().enumerate() {
            // Days mean the same wherever it is the same day.
            let key = (moment.today(), zoned.then_some(zone));
            by_zone.push(*known.entry(key).or_insert_with(|| {
                made.tables.push(build(moment));
                made.tables.len() as u32 - 1
            }));
        }
        made.by_zone = Some(by_zone);
        made
    }

    /// The table of a question about activities, of which the answer is the code.
    pub(crate) fn of_activity(plan: &Plan, slot: usize) -> Self {
        let mut leaf = |leaf: Leaf| {
            let code = i64::from(leaf.truth);
            Values {
                codes: super::super::code_set::CodeSet::range(code, code),
                missing: false,
            }
        };
        Self {
            column: None,
            turns: false,
            tables: vec![table(plan, slot, &mut leaf)],
            by_zone: None,
            entries: None,
            scale: None,
            bounds: None,
        }
    }

    /// The table of a zone.
    pub(crate) fn table(&self, zone: impl FnOnce() -> usize) -> &Table {
        match &self.by_zone {
            None => &self.tables[0],
            Some(by_zone) => &self.tables[by_zone[zone()] as usize],
        }
    }

    /// The number of a zone's table: zones of one number are decided alike.
    pub(crate) fn number(&self, zone: usize) -> u32 {
        self.by_zone.as_ref().map_or(0, |by_zone| by_zone[zone])
    }

    /// The table of a number.
    pub(crate) fn numbered(&self, number: u32) -> &Table {
        &self.tables[number as usize]
    }

    /// Codes between which those of the column lie, where that is known.
    pub(crate) fn bounds(&self) -> Option<Option<(i64, i64)>> {
        self.bounds
    }

    /// Whether codes mean what they meant when the tables were made, and no more.
    pub(crate) fn is_current(&self, column: &Column) -> bool {
        self.entries == entries(column) && self.scale == scale(column)
    }

    /// Whether the tables must be made again for this code to be decided right.
    pub(crate) fn is_beyond(&self, code: Option<i64>) -> bool {
        match (self.bounds, code) {
            (Some(Some((low, high))), Some(code)) => code < low || high < code,
            (Some(None), Some(_)) => true,
            _ => false,
        }
    }

    /// Bounds that have room for this code, and for more like it.
    pub(crate) fn widened(&self, column: &Column, code: Option<i64>) -> Option<Option<(i64, i64)>> {
        let (bounds, Some(code)) = (self.bounds?, code) else {
            return self.bounds;
        };
        // A year: values that grow with time do not come beyond every day.
        let more = match column.coding {
            Coding::Micros => 366 * 86_400_000_000,
            _ => 366,
        };
        let (low, high) = bounds.unwrap_or((code, code));
        Some(Some((
            if code < low {
                code.saturating_sub(more)
            } else {
                low
            },
            if code > high {
                code.saturating_add(more)
            } else {
                high
            },
        )))
    }

    /// Decides the value that was entered last into the dictionary; false when more has changed
    /// than one value, so that the tables must be made again.
    pub(crate) fn enter(
        &mut self,
        plan: &Plan,
        slot: usize,
        column: &Column,
        moments: &[Moment],
    ) -> bool {
        let (Coding::Dictionary(dictionary), Slot::Column(_, conditions)) =
            (&column.coding, &plan.slots[slot])
        else {
            return false;
        };
        let code = dictionary.values().len().wrapping_sub(1);
        let (Some(value), true) = (dictionary.values().last(), self.entries == Some(code)) else {
            return false;
        };
        self.entries = Some(code + 1);
        for (number, table) in self.tables.iter_mut().enumerate() {
            let zone = match &self.by_zone {
                None => 0,
                Some(by_zone) => by_zone
                    .iter()
                    .position(|one| *one as usize == number)
                    .unwrap_or(0),
            };
            let mut leaf = |leaf: Leaf| {
                let condition = &conditions[leaf.question as usize];
                holds(Some(value), condition, &moments[zone]) == Some(leaf.truth)
            };
            table.append(code as i64, &answered(plan, slot, &mut leaf));
        }
        true
    }

    /// How many bytes the tables take.
    pub(crate) fn bytes(&self) -> usize {
        self.tables.iter().map(Table::bytes).sum()
    }
}

/// Whether the passing of days changes the answer.
pub(super) fn turns(condition: &Condition) -> bool {
    matches!(
        condition,
        Condition::Relative(..)
            | Condition::OnThisDay
            | Condition::Anniversary(_)
            | Condition::ToDate(_)
    )
}

fn entries(column: &Column) -> Option<usize> {
    match &column.coding {
        Coding::Dictionary(dictionary) => Some(dictionary.values().len()),
        Coding::Bool | Coding::Integer | Coding::Scaled(_) | Coding::Days | Coding::Micros => None,
    }
}

fn scale(column: &Column) -> Option<u8> {
    match &column.coding {
        Coding::Scaled(scale) => Some(*scale),
        _ => None,
    }
}

/// The table of a slot, when this gives the values for which a leaf is yes.
fn table(plan: &Plan, slot: usize, leaf: &mut impl FnMut(Leaf) -> Values) -> Table {
    let reads = &plan.reads[slot];
    let (mut known, mut asked) = (HashMap::new(), Vec::new());
    let count = |sets: &[&Values], least: u32, most: u32| {
        Values::in_so_many(sets, least as usize, most as usize)
    };
    for (node, places) in &reads.asked {
        work_out(&plan.circuit, *node, leaf, &count, &mut known);
        asked.push((known[node].clone(), places.as_slice()));
    }
    // Segments without a demand on the slot are content with every value.
    let others = others(plan, slot);
    asked.push((Values::all(), &others));
    Table::new(reads.width, &asked)
}

/// The bits of one value of a slot, when this gives the answers of its leaves.
fn answered(plan: &Plan, slot: usize, leaf: &mut impl FnMut(Leaf) -> bool) -> Vec<u64> {
    let reads = &plan.reads[slot];
    let (mut known, mut words) = (HashMap::new(), vec![0; reads.width]);
    let count = |yes: &[&bool], least: u32, most: u32| {
        let number = yes.iter().filter(|yes| ***yes).count() as u32;
        least <= number && number <= most
    };
    for (node, places) in &reads.asked {
        work_out(&plan.circuit, *node, leaf, &count, &mut known);
        if known[node] {
            places.iter().for_each(|place| set(&mut words, *place));
        }
    }
    others(plan, slot)
        .into_iter()
        .for_each(|place| set(&mut words, place));
    words
}

/// The segments that have no demand on the slot.
fn others(plan: &Plan, slot: usize) -> Vec<u32> {
    let cares = &plan.reads[slot].cares;
    let others = plan
        .demanding
        .iter()
        .zip(cares)
        .map(|(all, own)| all & !own);
    bits(&Vec::from_iter(others)).collect()
}

/// Works a node out of its leaves, each node once.
fn work_out<T>(
    circuit: &Circuit,
    id: NodeId,
    leaf: &mut impl FnMut(Leaf) -> T,
    count: &impl Fn(&[&T], u32, u32) -> T,
    known: &mut HashMap<NodeId, T>,
) {
    if known.contains_key(&id) {
        return;
    }
    let found = match &circuit.nodes[id as usize] {
        Node::Leaf(own) => leaf(*own),
        Node::Count { least, most, of } => {
            for child in of {
                work_out(circuit, *child, leaf, count, known);
            }
            let of: Vec<&T> = of.iter().map(|child| &known[child]).collect();
            count(&of, *least, *most)
        }
    };
    known.insert(id, found);
}
