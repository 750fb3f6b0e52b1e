//! From rules to bits.

use std::collections::HashMap;

use crate::rule::{
    Activities, ActivityTest, Condition, Expr, Measure, Moment, Relation, Window, holds,
};
use crate::{Segment, SegmentName, Segments, Value, Zone};
use chrono::DateTime;

use super::{Answer, Graph, Measured, Program, Question, Ref, Subject};

/// What was compiled so far.
pub(super) struct Compiler<'a> {
    segments: Option<&'a Segments>,
    places: HashMap<&'a SegmentName, (usize, usize)>,
    known: HashMap<Bit, Ref>,
    numbers: HashMap<Question, usize>,
    questions: Vec<Question>,
    measured: Vec<Measured>,
    graph: Graph<Answer>,
}

/// A bit of a segment, by the segment's part and place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Bit {
    /// The rule, whatever earlier ones say, has this answer.
    Rule((usize, usize), bool),
    /// The rule of an earlier one of the family is true.
    Earlier((usize, usize)),
}

impl<'a> Compiler<'a> {
    pub(super) fn new(segments: Option<&'a Segments>) -> Self {
        let parts = segments.map_or(&[][..], Segments::parts);
        let names = parts.iter().enumerate().flat_map(|(part, those)| {
            let names = those.members().map(|(name, _)| name);
            names
                .enumerate()
                .map(move |(place, name)| (name, (part, place)))
        });
        Self {
            segments,
            places: names.collect(),
            known: HashMap::new(),
            numbers: HashMap::new(),
            questions: Vec::new(),
            measured: Vec::new(),
            graph: Graph::new(),
        }
    }

    pub(super) fn finish(self, members: Vec<Ref>) -> Program {
        Program {
            questions: self.questions,
            measured: self.measured,
            graph: self.graph,
            members,
        }
    }

    /// Whether a customer is in each segment.
    pub(super) fn members(&mut self) -> Vec<Ref> {
        let Some(segments) = self.segments else {
            return Vec::new();
        };
        let names = segments.iter().map(|segment| segment.name);
        names.map(|name| self.member(name, true)).collect()
    }

    /// Whether membership of a segment has this answer.
    ///
    /// It recurses as far as rules have levels and segments lead to others, which are bounded.
    fn member(&mut self, name: &SegmentName, truth: bool) -> Ref {
        let found = self.segments.and_then(|segments| segments.get(name));
        let (Some(segment), Some(at)) = (found, self.places.get(name).copied()) else {
            return Ref::FALSE; // Unknown, without segments that it could be.
        };
        let earlier = self.earlier(at);
        let rule = self.rule(segment, at, truth);
        if truth {
            self.graph.and([rule, earlier.not()])
        } else {
            self.graph.or([rule, earlier])
        }
    }

    /// Whether the rule of an earlier one in the family is true.
    fn earlier(&mut self, (part, place): (usize, usize)) -> Ref {
        let mut any = Ref::FALSE;
        let family = self.segments.map(|segments| &segments.parts()[part]);
        for (n, (name, rule)) in family
            .into_iter()
            .flat_map(|part| part.members())
            .enumerate()
        {
            let after = (part, n + 1);
            if n == place {
                break;
            }
            any = match self.known.get(&Bit::Earlier(after)) {
                Some(known) => *known,
                None => {
                    let family = None; // Of no interest here.
                    let one = self.rule(Segment { name, rule, family }, (part, n), true);
                    self.graph.or([any, one])
                }
            };
            self.known.insert(Bit::Earlier(after), any);
        }
        any
    }

    fn rule(&mut self, segment: Segment<'_>, at: (usize, usize), truth: bool) -> Ref {
        let bit = Bit::Rule(at, truth);
        if let Some(known) = self.known.get(&bit) {
            return *known;
        }
        let found = self.bit(segment.rule.expr(), truth);
        self.known.insert(bit, found);
        found
    }

    /// Whether an expression has this answer.
    fn bit(&mut self, expr: &Expr, truth: bool) -> Ref {
        match expr {
            Expr::All(_) | Expr::Any(_) => {
                // All are true, or none is: `false` of an or is an *and* of `false`.
                let every = matches!(expr, Expr::All(_)) == truth;
                let mut parts = Vec::new();
                self.gather(expr, truth, every, &mut parts);
                if every {
                    self.graph.and(parts)
                } else {
                    self.graph.or(parts)
                }
            }
            Expr::Not(inner) => self.bit(inner, !truth),
            Expr::AtLeast(least, of) => {
                let parts: Vec<Ref> = of.iter().map(|part| self.bit(part, truth)).collect();
                let least = *least as usize;
                // It is false when so many are that too few are left.
                let least = if truth {
                    Some(least)
                } else {
                    (of.len() + 1).checked_sub(least)
                };
                self.graph.at_least(least.unwrap_or(0), parts)
            }
            Expr::Test(test) => {
                let of = Subject::Attribute(test.attribute.clone());
                self.answer(of, &test.condition, truth)
            }
            Expr::Activity(test) => self.activity(test, truth),
            Expr::InSegment(name) => self.member(name, truth),
        }
    }

    /// The bits of what an *and* of *ands*, or an *or* of *ors*, is made of.
    fn gather(&mut self, expr: &Expr, truth: bool, every: bool, parts: &mut Vec<Ref>) {
        match expr {
            Expr::All(inner) if every == truth => {
                inner
                    .iter()
                    .for_each(|part| self.gather(part, truth, every, parts));
            }
            Expr::Any(inner) if every != truth => {
                inner
                    .iter()
                    .for_each(|part| self.gather(part, truth, every, parts));
            }
            Expr::Not(inner) => self.gather(inner, !truth, every, parts),
            _ => parts.push(self.bit(expr, truth)),
        }
    }

    fn answer(&mut self, of: Subject, condition: &Condition, truth: bool) -> Ref {
        let question = Question {
            of,
            condition: condition.clone(),
        };
        let question = *self.numbers.entry(question).or_insert_with_key(|question| {
            self.questions.push(question.clone());
            self.questions.len() - 1
        });
        self.graph.leaf(Answer { question, truth })
    }

    fn activity(&mut self, test: &ActivityTest, truth: bool) -> Ref {
        if self.segments.is_none() {
            // Within an activity: nothing happened to it.
            let nothing = match test.measure {
                Measure::Count => Some(Value::Integer(0)),
                Measure::Sum(_) => Some(Value::Decimal(0.into())),
                Measure::Last | Measure::First => None,
            };
            let whenever = Moment::new(DateTime::UNIX_EPOCH, Zone::UTC);
            let always = holds(nothing.as_ref(), &test.condition, &whenever) == Some(truth);
            return if always { Ref::TRUE } else { Ref::FALSE };
        }
        let of = Subject::Measured(self.measured(&test.measure, &test.of));
        self.answer(of, &test.condition, truth)
    }

    fn measured(&mut self, measure: &Measure, of: &Activities) -> usize {
        let same = |one: &Measured| {
            one.measure == *measure
                && one.kind == of.kind
                && one.within == of.within
                && one.with == of.with
        };
        if let Some(place) = self.measured.iter().position(same) {
            return place;
        }
        self.measured.push(Measured {
            measure: measure.clone(),
            kind: of.kind.clone(),
            filter: Box::new(filter(of)),
            with: of.with.clone(),
            within: of.within,
        });
        self.measured.len() - 1
    }
}

/// Which activities of a kind count: those of which the condition is true, in the window.
fn filter(of: &Activities) -> Program {
    let mut compiler = Compiler::new(None);
    let with = of.with.as_deref().map(|with| compiler.bit(with, true));
    let window = of.within.map(|window| match window {
        Window::Last(period) => Condition::Relative(Relation::WithinLast, period),
        Window::ToDate(unit) => Condition::ToDate(unit),
    });
    let within = window.map(|window| compiler.answer(Subject::At, &window, true));
    let both = compiler.graph.and(with.into_iter().chain(within));
    compiler.finish(vec![both])
}
