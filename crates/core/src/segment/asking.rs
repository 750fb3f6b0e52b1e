//! Asks of one customer which segments have it: the reference of every other way to know.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::Segments;
use crate::SegmentName;
use crate::rule::{Asked, Facts, Moment, Rule};

impl Segments {
    /// Those that a customer belongs to, in the order given.
    #[must_use]
    pub fn of<'r>(&self, facts: &dyn Facts<'r>, moment: &Moment) -> Vec<&SegmentName> {
        let asking = Asking::new(self, facts, moment);
        let mut found = Vec::new();
        for (part, segments) in self.parts().iter().enumerate() {
            // One of a plain part, the first of a family.
            let mut members = segments.members().enumerate();
            let first = members.find(|(n, (_, rule))| asking.truth((part, *n), rule) == Some(true));
            found.extend(first.map(|(_, (name, _))| name));
        }
        found
    }

    /// Whether a rule that may name these segments holds; `None` when that is unknown.
    #[must_use]
    pub fn eval<'r>(&self, rule: &Rule, facts: &dyn Facts<'r>, moment: &Moment) -> Option<bool> {
        Asking::new(self, facts, moment).ask(rule)
    }

    /// Whether a rule over more than a customer holds: a booking with its customer. The segments
    /// it names are asked of the customer alone, so that they are what they are everywhere.
    #[cfg(feature = "engine")]
    pub fn eval_row<'r>(
        &self,
        rule: &Rule,
        facts: &dyn Facts<'r>,
        customer: &dyn Facts<'r>,
        moment: &Moment,
    ) -> Option<bool> {
        Asking::new(self, customer, moment).ask_of(rule, facts)
    }

    /// Whether a customer belongs to the segment of a name; `None` when that is unknown, or there
    /// is no such segment.
    #[must_use]
    pub fn ask<'r>(
        &self,
        name: &SegmentName,
        facts: &dyn Facts<'r>,
        moment: &Moment,
    ) -> Option<bool> {
        Asking::new(self, facts, moment).member(name)
    }
}

/// What is known of one customer so far: no rule is asked twice, however often it is named.
struct Asking<'a, 'r> {
    set: &'a Segments,
    facts: &'a dyn Facts<'r>,
    moment: &'a Moment,
    truths: RefCell<BTreeMap<(usize, usize), Option<bool>>>,
}

impl<'a, 'r> Asking<'a, 'r> {
    fn new(set: &'a Segments, facts: &'a dyn Facts<'r>, moment: &'a Moment) -> Self {
        Self {
            set,
            facts,
            moment,
            truths: RefCell::default(),
        }
    }

    /// Whether the segment has the customer: its rule holds, and no earlier one of its family does.
    fn member(&self, name: &SegmentName) -> Option<bool> {
        let (part, place) = self.set.place(name)?;
        let members = self.set.parts().get(part)?.members();
        for (n, (_, rule)) in members.enumerate().take(place + 1) {
            let truth = self.truth((part, n), rule);
            if n == place {
                return truth;
            }
            if truth == Some(true) {
                return Some(false);
            }
        }
        None
    }

    /// What the rule at a place says by itself.
    fn truth(&self, at: (usize, usize), rule: &Rule) -> Option<bool> {
        if let Some(known) = self.truths.borrow().get(&at) {
            return *known;
        }
        let truth = self.ask(rule);
        self.truths.borrow_mut().insert(at, truth);
        truth
    }

    fn ask(&self, rule: &Rule) -> Option<bool> {
        self.ask_of(rule, self.facts)
    }

    /// It recurses as deep as segments may lead to each other.
    fn ask_of(&self, rule: &Rule, facts: &dyn Facts<'r>) -> Option<bool> {
        rule.ask(Asked {
            facts,
            moment: self.moment,
            segments: Some(&|name| self.member(name)),
        })
    }
}
