//! What the rules ask, by what they ask it of.

use std::collections::HashMap;

use super::super::population::Population;
use crate::rule::{ActivityTest, Condition, Test};

/// An answer to a question: yes where the question of that number is surely true, or surely false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Leaf {
    pub(crate) slot: u32,
    pub(crate) question: u32,
    pub(crate) truth: bool,
}

/// One thing that rules read of a customer: a column, or the answer to one question about
/// activities.
#[derive(Debug, Clone)]
pub(crate) enum Slot {
    /// A column of the population, and the distinct questions about it.
    Column(usize, Vec<Condition>),
    /// A question about activities: it is true, false or unknown of a customer.
    Activity(ActivityTest),
}

/// All slots, in the order in which the rules first name them.
#[derive(Debug)]
pub(crate) struct Slots<'p> {
    pub(crate) all: Vec<Slot>,
    population: &'p Population,
    columns: HashMap<usize, u32>,
    questions: HashMap<(u32, String), u32>,
    activities: HashMap<String, u32>,
}

impl<'p> Slots<'p> {
    pub(super) fn new(population: &'p Population) -> Self {
        Self {
            all: Vec::new(),
            population,
            columns: HashMap::new(),
            questions: HashMap::new(),
            activities: HashMap::new(),
        }
    }

    pub(super) fn test(&mut self, test: &Test, truth: bool) -> Leaf {
        let column = self.population.column_of(&test.attribute);
        let column = column.expect("the rules were checked against what the population has");
        let slot = match self.columns.get(&column) {
            Some(slot) => *slot,
            None => {
                let slot = self.push(Slot::Column(column, Vec::new()));
                self.columns.insert(column, slot);
                slot
            }
        };
        let Slot::Column(_, conditions) = &mut self.all[slot as usize] else {
            unreachable!("only columns are found by their number");
        };
        // Values have no hash; what they print as for programmers tells them apart.
        let key = (slot, format!("{:?}", test.condition));
        let question = *self.questions.entry(key).or_insert_with(|| {
            conditions.push(test.condition.clone());
            conditions.len() as u32 - 1
        });
        Leaf {
            slot,
            question,
            truth,
        }
    }

    pub(super) fn activity(&mut self, test: &ActivityTest, truth: bool) -> Leaf {
        let key = format!("{test:?}");
        let slot = match self.activities.get(&key) {
            Some(slot) => *slot,
            None => {
                let slot = self.push(Slot::Activity(test.clone()));
                self.activities.insert(key, slot);
                slot
            }
        };
        Leaf {
            slot,
            question: 0,
            truth,
        }
    }

    fn push(&mut self, slot: Slot) -> u32 {
        self.all.push(slot);
        self.all.len() as u32 - 1
    }
}
