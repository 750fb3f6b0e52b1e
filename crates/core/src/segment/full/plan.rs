//! A program, bound to the columns of a table and to a moment.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::rule::{LeapDay, Moment};
use crate::{Bitmap, Zone};

use super::super::code_set::CodeSet;
use super::super::compile::{Answer, Graph, Node, Program, Ref, Subject};
use super::super::leaf::{Notes, code_set_with, is_timed, of_missing};
use super::super::population::{Codes, Coding, Column};
use super::table::Table;

/// What is to be found out about each row of a table, and from which columns.
pub(super) struct Plan<'p> {
    pub(super) rows: usize,
    /// The columns that are read, each once.
    pub(super) inputs: Vec<Input<'p>>,
    /// The bits, each after those that it is made of.
    pub(super) graph: Graph<Tested>,
    /// Whether a row is a member of each segment.
    pub(super) members: Vec<Ref>,
}

/// A column that is read.
pub(super) enum Input<'p> {
    /// An attribute, or what was made of activities.
    Column(Cow<'p, Column>),
    /// The number of each row's zone, and how many zones there are.
    Zones(Cow<'p, Codes>, usize),
}

/// What is tested of one column of a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Tested {
    /// The code is in the set, which has not the least code that the column can have: of a set and
    /// its complement only one is tested. Where the value is missing, the answer means nothing.
    Among(usize, CodeSet),
    /// There is a value.
    Known(usize),
}

impl Input<'_> {
    pub(super) fn codes(&self) -> &Codes {
        match self {
            Self::Column(column) => &column.codes,
            Self::Zones(codes, _) => codes,
        }
    }

    pub(super) fn known(&self) -> Option<&Bitmap> {
        match self {
            Self::Column(column) => column.known.as_ref(),
            Self::Zones(..) => None,
        }
    }

    /// The codes that it can have.
    fn domain(&self) -> (i64, i64) {
        let most = |len: usize| i64::try_from(len).unwrap_or(i64::MAX) - 1;
        match self {
            Self::Zones(_, zones) => (0, most(*zones)),
            Self::Column(column) => match &column.coding {
                Coding::Bool => (0, 1),
                Coding::Dictionary(entries) => (0, most(entries.values().len())),
                Coding::Integer | Coding::Scaled(_) | Coding::Days | Coding::Micros => {
                    match column.codes {
                        Codes::U8(_) => (0, u8::MAX.into()),
                        Codes::U16(_) => (0, u16::MAX.into()),
                        Codes::I32(_) => (i32::MIN.into(), i32::MAX.into()),
                        Codes::I64(_) => (i64::MIN, i64::MAX),
                    }
                }
            },
        }
    }
}

/// Binds a program to a table, at an instant.
pub(super) fn bind<'p>(
    program: &Program,
    table: &impl Table<'p>,
    now: DateTime<Utc>,
    leap_day: LeapDay,
) -> Plan<'p> {
    let zones = table.zones().iter();
    let moments = zones.map(|zone| Moment::new(now, *zone).with_leap_day(leap_day));
    let mut binder = Binder {
        table,
        moments: moments.collect(),
        inputs: Vec::new(),
        notes: Vec::new(),
        places: HashMap::new(),
        zones: None,
        graph: Graph::new(),
    };
    let mut bound: Vec<Ref> = Vec::with_capacity(program.graph.nodes().len());
    for (node, used) in program.graph.nodes().iter().zip(program.used()) {
        let part = |part: &Ref| bound[part.node()].not_if(part.is_negated());
        let found = match node {
            _ if !used => Ref::FALSE,
            Node::False => Ref::FALSE,
            Node::Leaf(answer) => binder.answer(program, *answer),
            Node::And(parts) => {
                let parts = parts.iter().map(part).collect();
                binder.every(parts)
            }
            Node::Xor(a, b) => {
                let (a, b) = (part(a), part(b));
                binder.graph.xor(a, b)
            }
        };
        bound.push(found);
    }
    let members = program.members.iter();
    Plan {
        rows: table.rows(),
        members: members
            .map(|member| bound[member.node()].not_if(member.is_negated()))
            .collect(),
        inputs: binder.inputs,
        graph: binder.graph,
    }
}

struct Binder<'a, 'p, T> {
    table: &'a T,
    /// A moment for each zone.
    moments: Vec<Moment>,
    inputs: Vec<Input<'p>>,
    /// For each input.
    notes: Vec<Notes>,
    places: HashMap<Subject, Option<usize>>,
    /// The place of the zones among the inputs.
    zones: Option<usize>,
    graph: Graph<Tested>,
}

impl<'p, T: Table<'p>> Binder<'_, 'p, T> {
    /// The rows whose answer to a question is this one.
    fn answer(&mut self, program: &Program, Answer { question, truth }: Answer) -> Ref {
        let question = &program.questions[question];
        let of_missing = of_missing(&question.condition, truth);
        let Some(input) = self.input(&question.of) else {
            return if of_missing { Ref::TRUE } else { Ref::FALSE };
        };
        let Input::Column(column) = &self.inputs[input] else {
            return Ref::FALSE; // Nobody asks for the zones.
        };
        let asks_zone = is_timed(&question.condition, &column.coding);
        let moments = if asks_zone { self.moments.len() } else { 1 };
        // Zones with the same codes are one.
        let mut groups: Vec<(CodeSet, Vec<usize>)> = Vec::new();
        let nowhere = Moment::new(DateTime::UNIX_EPOCH, Zone::UTC);
        for zone in 0..moments {
            let moment = self.moments.get(zone).unwrap_or(&nowhere);
            let notes = &mut self.notes[input];
            let set = code_set_with(&question.condition, column, moment, truth, notes);
            match groups.iter_mut().find(|(other, _)| *other == set) {
                Some((_, zones)) => zones.push(zone),
                None => groups.push((set, vec![zone])),
            }
        }
        let has_all = column.known.is_none();
        let found = self.of_groups(input, groups);
        let known = if has_all {
            Ref::TRUE
        } else {
            self.graph.leaf(Tested::Known(input))
        };
        if of_missing {
            self.graph.or([found, known.not()])
        } else {
            self.graph.and([found, known])
        }
    }

    /// The rows whose code is in the set of their zone.
    fn of_groups(&mut self, input: usize, mut groups: Vec<(CodeSet, Vec<usize>)>) -> Ref {
        if groups.len() == 1 {
            let (set, _) = groups.swap_remove(0);
            return self.among(input, &set);
        }
        let parts: Vec<Ref> = groups
            .into_iter()
            .map(|(set, zones)| {
                let zones = zones.into_iter().map(|zone| zone as i64);
                let there = self.there(&CodeSet::of(zones.map(|zone| (zone, zone))));
                let set = self.among(input, &set);
                self.graph.and([there, set])
            })
            .collect();
        self.graph.or(parts)
    }

    /// The rows that live in certain zones.
    fn there(&mut self, zones: &CodeSet) -> Ref {
        let place = match self.zones {
            Some(place) => place,
            None => match self.table.zone_codes() {
                // All rows live in the first.
                None => return if zones.has(0) { Ref::TRUE } else { Ref::FALSE },
                Some(codes) => self.add(Input::Zones(codes, self.moments.len())),
            },
        };
        self.zones = Some(place);
        self.among(place, zones)
    }

    fn input(&mut self, of: &Subject) -> Option<usize> {
        if let Some(place) = self.places.get(of) {
            return *place;
        }
        let column = self.table.column(of);
        let place = column.map(|column| self.add(Input::Column(column)));
        self.places.insert(of.clone(), place);
        place
    }

    fn add(&mut self, input: Input<'p>) -> usize {
        self.inputs.push(input);
        self.notes.push(Notes::default());
        self.inputs.len() - 1
    }

    /// The rows whose code is in a set.
    fn among(&mut self, input: usize, set: &CodeSet) -> Ref {
        let (least, greatest) = self.inputs[input].domain();
        let domain = CodeSet::range(least, greatest);
        let set = set.and(&domain);
        if set.ranges().is_empty() {
            Ref::FALSE
        } else if !set.has(least) {
            self.graph.leaf(Tested::Among(input, set))
        } else {
            let others = set.complement().and(&domain);
            if others.ranges().is_empty() {
                return Ref::TRUE;
            }
            self.graph.leaf(Tested::Among(input, others)).not()
        }
    }

    /// All of them; what they test of one column becomes one test.
    fn every(&mut self, parts: Vec<Ref>) -> Ref {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match &self.graph.nodes()[part.node()] {
                Node::And(inner) if !part.is_negated() && self.are_few_tests(inner) => {
                    flat.extend(inner.iter().copied());
                }
                _ => flat.push(part),
            }
        }
        let mut sets: Vec<(usize, CodeSet)> = Vec::new();
        flat.retain(|part| {
            let Node::Leaf(Tested::Among(input, set)) = &self.graph.nodes()[part.node()] else {
                return true;
            };
            let set = if part.is_negated() {
                set.complement()
            } else {
                set.clone()
            };
            match sets.iter_mut().find(|(other, _)| other == input) {
                Some((_, both)) => *both = both.and(&set),
                None => sets.push((*input, set)),
            }
            false
        });
        let merged = sets.iter().map(|(input, set)| self.among(*input, set));
        flat.extend(merged);
        self.graph.and(flat)
    }

    /// Whether it is cheaper to test them again than to keep them together.
    fn are_few_tests(&self, parts: &[Ref]) -> bool {
        let is_test = |part: &Ref| matches!(self.graph.nodes()[part.node()], Node::Leaf(_));
        parts.len() <= 4 && parts.iter().all(is_test)
    }
}
