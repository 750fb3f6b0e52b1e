//! Bits a plan to the steps of a block.

mod emit;

use std::collections::BTreeSet;

use super::super::code_set::CodeSet;
use super::super::compile::{Graph, Node, Ref};
use super::super::population::Codes;
use super::bins::{Bins, Width};
use super::kernel::{AnySet, ByteSet, ShortSet};
use super::plan::{Plan, Tested};
use emit::Emitter;

/// What is done for each block of rows.
#[derive(Debug, Default)]
pub(super) struct Code {
    /// What the steps test.
    pub(super) tests: Vec<Test>,
    /// The columns that are tested by bins.
    pub(super) bins: Vec<Bins>,
    pub(super) steps: Vec<Step>,
    /// How many words for each 64 rows are kept between steps.
    pub(super) slots: usize,
}

/// A test of one column, made ready.
#[derive(Debug, Clone)]
pub(super) struct Test {
    pub(super) of: Source,
    pub(super) how: How,
}

/// Where codes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// Bits the input of that number.
    Input(usize),
    /// Bits the bins of that number.
    Bins(usize),
}

/// What is asked of a code.
#[derive(Debug, Clone)]
pub(super) enum How {
    Known,
    Range(i64, i64),
    Bytes(ByteSet),
    Shorts(ShortSet),
    Any(AnySet),
}

impl How {
    /// Whether it holds of a code; of a value that is missing this cannot be asked.
    #[inline]
    pub(super) fn has(&self, code: i64) -> bool {
        match self {
            Self::Known => unreachable!("it is asked of the column and not of a code"),
            Self::Range(low, high) => *low <= code && code <= *high,
            Self::Bytes(set) => u8::try_from(code).is_ok_and(|code| set.has(code)),
            Self::Shorts(set) => u16::try_from(code).is_ok_and(|code| set.has(code)),
            Self::Any(set) => set.has(code),
        }
    }
}

/// What is done next.
#[derive(Debug)]
pub(super) enum Step {
    /// Finds the bins of a column.
    Bin(usize),
    /// All parts.
    All(To, Vec<Part>),
    /// One of two slots and not the other.
    Odd(To, [Part; 2]),
    /// None of the rows, or all.
    Always(To),
}

/// Where bits go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    Slot(usize),
    /// To a segment's members, or the complement.
    Member(usize, bool),
}

/// Where bits come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) from: Bits,
    pub(super) negated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bits {
    Slot(usize),
    Test(usize),
}

/// A test of one kernel.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Plain {
    Known(usize),
    Range(Source, i64, i64),
    Bytes(Source, CodeSet),
    Shorts(Source, CodeSet),
    Any(Source, CodeSet),
}

/// The steps of a plan.
pub(super) fn lower(plan: &Plan<'_>) -> Code {
    let used = used(&plan.graph, &plan.members);
    let mut code = Code::default();
    let binned = choose(plan, &used, &mut code);
    let mut graph: Graph<Plain> = Graph::new();
    let mut lowered: Vec<Ref> = Vec::with_capacity(used.len());
    for (node, used) in plan.graph.nodes().iter().zip(&used) {
        let part = |part: &Ref| lowered[part.node()].not_if(part.is_negated());
        let found = match node {
            _ if !used => Ref::FALSE,
            Node::False => Ref::FALSE,
            Node::Leaf(Tested::Known(input)) => graph.leaf(Plain::Known(*input)),
            Node::Leaf(Tested::Among(input, set)) => match binned[*input] {
                Some(place) => of_bins(&mut graph, place, &code.bins[place], set),
                None => of_codes(&mut graph, *input, plan.inputs[*input].codes(), set),
            },
            Node::And(parts) => graph.and(parts.iter().map(part)),
            Node::Xor(a, b) => graph.xor(part(a), part(b)),
        };
        lowered.push(found);
    }
    let members: Vec<Ref> = plan
        .members
        .iter()
        .map(|member| lowered[member.node()].not_if(member.is_negated()))
        .collect();
    let mut code = Emitter::new(&graph, &members, code).emit(&members);
    widest_last(plan, &mut code);
    code
}

/// What is narrow leaves few rows of which wide codes must be read.
fn widest_last(plan: &Plan<'_>, code: &mut Code) {
    let tests = &code.tests;
    for step in &mut code.steps {
        if let Step::All(_, parts) = step {
            parts.sort_by_key(|part| match part.from {
                Bits::Slot(_) => 0,
                Bits::Test(test) => match tests[test].of {
                    Source::Bins(_) => 0,
                    Source::Input(input) => plan.inputs[input].codes().bytes_each(),
                },
            });
        }
    }
}

/// For each node how often it is used: by members, and by nodes that are used.
fn uses<L: Clone + Eq + std::hash::Hash>(graph: &Graph<L>, members: &[Ref]) -> Vec<usize> {
    let mut uses = vec![0; graph.nodes().len()];
    for member in members {
        uses[member.node()] += 1;
    }
    for (n, node) in graph.nodes().iter().enumerate().rev() {
        if uses[n] == 0 {
            continue;
        }
        match node {
            Node::False | Node::Leaf(_) => {}
            Node::And(parts) => parts.iter().for_each(|part| uses[part.node()] += 1),
            Node::Xor(a, b) => [a, b].into_iter().for_each(|part| uses[part.node()] += 1),
        }
    }
    uses
}

fn used(graph: &Graph<Tested>, members: &[Ref]) -> Vec<bool> {
    uses(graph, members)
        .into_iter()
        .map(|uses| uses > 0)
        .collect()
}

/// For each input the bins that are tested in its place, where that is less work.
fn choose(plan: &Plan<'_>, used: &[bool], code: &mut Code) -> Vec<Option<usize>> {
    let mut sets: Vec<Vec<&CodeSet>> = vec![Vec::new(); plan.inputs.len()];
    for (node, _) in plan
        .graph
        .nodes()
        .iter()
        .zip(used)
        .filter(|(_, used)| **used)
    {
        if let Node::Leaf(Tested::Among(input, set)) = node {
            sets[*input].push(set);
        }
    }
    let each = plan.inputs.iter().zip(sets).enumerate();
    each.map(|(input, (of, sets))| {
        let direct: usize = sets.iter().map(|set| work_of(of.codes(), set)).sum();
        if direct <= Bins::least_work(of.codes(), sets.len()) {
            return None;
        }
        let ranges = || sets.iter().flat_map(|set| set.ranges());
        let mut bounds: BTreeSet<i64> = ranges().map(|(low, _)| *low).collect();
        // After the greatest code there is no bin, nor room for one in a vector of such codes.
        let greatest = greatest(of.codes());
        let highs = ranges().map(|(_, high)| *high);
        bounds.extend(highs.filter(|high| *high < greatest).map(|high| high + 1));
        let bins = Bins::new(input, of.codes(), bounds.into_iter().collect())?;
        let tests: usize = sets.iter().map(|set| bins.work_of(set)).sum();
        (bins.work() + tests < direct).then(|| {
            code.bins.push(bins);
            code.bins.len() - 1
        })
    })
    .collect()
}

/// The greatest code of the width.
fn greatest(codes: &Codes) -> i64 {
    match codes {
        Codes::U8(_) => u8::MAX.into(),
        Codes::U16(_) => u16::MAX.into(),
        Codes::I32(_) => i32::MAX.into(),
        Codes::I64(_) => i64::MAX,
    }
}

/// About how many instructions it takes to test 32 codes.
fn work_of(codes: &Codes, set: &CodeSet) -> usize {
    let ranges = set.ranges().len();
    match codes {
        Codes::U8(_) => byte_work(ranges),
        Codes::U16(_) => short_work(ranges),
        Codes::I32(_) if ranges <= FEW => 20 * ranges,
        Codes::I64(_) if ranges <= FEW => 34 * ranges,
        Codes::I32(_) | Codes::I64(_) => 32 * 12,
    }
}

pub(super) fn byte_work(ranges: usize) -> usize {
    (4 * ranges).min(12)
}

pub(super) fn short_work(ranges: usize) -> usize {
    (8 * ranges).min(32 * 4)
}

/// As so many ranges a set is tested range by range.
const FEW: usize = 4;

fn of_codes(graph: &mut Graph<Plain>, input: usize, codes: &Codes, set: &CodeSet) -> Ref {
    let source = Source::Input(input);
    match codes {
        Codes::U8(_) => of_bytes(graph, source, set),
        Codes::U16(_) => of_shorts(graph, source, set),
        Codes::I32(_) => of_wide(graph, source, set, i32::MAX.into()),
        Codes::I64(_) => of_wide(graph, source, set, i64::MAX),
    }
}

fn of_bins(graph: &mut Graph<Plain>, place: usize, bins: &Bins, set: &CodeSet) -> Ref {
    let set = bins.of(set);
    match bins.width() {
        Width::Bytes => of_bytes(graph, Source::Bins(place), &set),
        Width::Shorts => of_shorts(graph, Source::Bins(place), &set),
    }
}

fn of_bytes(graph: &mut Graph<Plain>, source: Source, set: &CodeSet) -> Ref {
    if byte_work(set.ranges().len()) < 4 * set.ranges().len() {
        return graph.leaf(Plain::Bytes(source, set.clone()));
    }
    of_ranges(graph, source, set)
}

fn of_shorts(graph: &mut Graph<Plain>, source: Source, set: &CodeSet) -> Ref {
    if short_work(set.ranges().len()) < 8 * set.ranges().len() {
        return graph.leaf(Plain::Shorts(source, set.clone()));
    }
    of_ranges(graph, source, set)
}

fn of_ranges(graph: &mut Graph<Plain>, source: Source, set: &CodeSet) -> Ref {
    let ranges = set.ranges().iter();
    let ranges: Vec<Ref> = ranges
        .map(|(low, high)| graph.leaf(Plain::Range(source, *low, *high)))
        .collect();
    graph.or(ranges)
}

/// Of wide codes one comparison tells what is above a bound, which other sets may share.
fn of_wide(graph: &mut Graph<Plain>, source: Source, set: &CodeSet, most: i64) -> Ref {
    if set.ranges().len() > FEW {
        return graph.leaf(Plain::Any(source, set.clone()));
    }
    let ranges: Vec<Ref> = set
        .ranges()
        .iter()
        .map(|(low, high)| {
            if low == high {
                return graph.leaf(Plain::Range(source, *low, *high));
            }
            let from = graph.leaf(Plain::Range(source, *low, most));
            if *high == most {
                return from;
            }
            let after = graph.leaf(Plain::Range(source, high + 1, most));
            graph.and([from, after.not()])
        })
        .collect();
    graph.or(ranges)
}
