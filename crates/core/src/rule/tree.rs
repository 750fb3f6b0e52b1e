//! Walks over the tree of a rule. None that an unmeasured tree meets recurses.

use std::fmt::{self, Debug, Formatter};

use super::ast::{Activities, ActivityTest, Expr, Test};
use super::whole::MAX_LEVELS;
use crate::SegmentName;

/// Something in a tree that can be wrong by itself.
#[derive(Clone, Copy)]
pub(super) enum Leaf<'a> {
    /// A test, of an attribute of the customer or, with its kind, of an activity.
    Test(&'a Test, Option<&'a str>),
    /// What is asked of activities; the tests within follow it.
    Activity(&'a ActivityTest),
    /// The name of a segment.
    Segment(&'a SegmentName),
}

impl Expr {
    /// The parts directly below.
    pub(super) fn children(&self) -> &[Self] {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => parts,
            Self::Not(inner) => std::slice::from_ref(inner),
            Self::Activity(test) => test.of.with.as_deref().map_or(&[], std::slice::from_ref),
            Self::Test(_) | Self::InSegment(_) => &[],
        }
    }

    /// Calls `see` with every leaf, from left to right, as the text begins them.
    ///
    /// It recurses: only for expressions whose levels were counted.
    pub(super) fn each_leaf<'a>(&'a self, see: &mut impl FnMut(Leaf<'a>)) {
        self.leaves_of(None, see);
    }

    fn leaves_of<'a>(&'a self, kind: Option<&'a str>, see: &mut impl FnMut(Leaf<'a>)) {
        let mut inside = kind;
        match self {
            Self::Test(test) => see(Leaf::Test(test, kind)),
            Self::InSegment(name) => see(Leaf::Segment(name)),
            Self::Activity(test) => {
                see(Leaf::Activity(test));
                inside = Some(&test.of.kind);
            }
            Self::All(_) | Self::Any(_) | Self::AtLeast(..) | Self::Not(_) => {}
        }
        for child in self.children() {
            child.leaves_of(inside, see);
        }
    }

    fn give_children(&mut self, to: &mut Vec<Self>) {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => to.append(parts),
            Self::Not(inner) if matches!(**inner, Self::Test(_)) => {}
            Self::Not(inner) => to.push(std::mem::replace(inner, Self::All(Vec::new()))),
            Self::Activity(test) => to.extend(test.of.with.take().map(|with| *with)),
            Self::Test(_) | Self::InSegment(_) => {}
        }
    }

    /// The same with these parts below, which are as many as its own.
    fn with_children(&self, mut parts: Vec<Self>) -> Self {
        match self {
            Self::All(_) => Self::All(parts),
            Self::Any(_) => Self::Any(parts),
            Self::AtLeast(least, _) => Self::AtLeast(*least, parts),
            Self::Not(_) => match parts.pop() {
                Some(inner) => Self::Not(Box::new(inner)),
                None => Self::Any(parts),
            },
            Self::Test(test) => Self::Test(test.clone()),
            Self::InSegment(name) => Self::InSegment(name.clone()),
            Self::Activity(test) => Self::Activity(ActivityTest {
                measure: test.measure.clone(),
                of: Activities {
                    kind: test.of.kind.clone(),
                    with: parts.pop().map(Box::new),
                    within: test.of.within,
                },
                condition: test.condition.clone(),
            }),
        }
    }

    /// Whether both are the same but for what lies below them.
    fn same_head(&self, other: &Self) -> bool {
        let same = match (self, other) {
            (Self::All(_), Self::All(_))
            | (Self::Any(_), Self::Any(_))
            | (Self::Not(_), Self::Not(_)) => true,
            (Self::AtLeast(a, _), Self::AtLeast(b, _)) => a == b,
            (Self::Test(a), Self::Test(b)) => a == b,
            (Self::InSegment(a), Self::InSegment(b)) => a == b,
            (Self::Activity(a), Self::Activity(b)) => {
                (&a.measure, &a.of.kind, a.of.within, &a.condition)
                    == (&b.measure, &b.of.kind, b.of.within, &b.condition)
            }
            _ => false,
        };
        same && self.children().len() == other.children().len()
    }
}

impl Drop for Expr {
    fn drop(&mut self) {
        let mut left = Vec::new();
        self.give_children(&mut left);
        while let Some(mut expr) = left.pop() {
            expr.give_children(&mut left);
        }
    }
}

impl Clone for Expr {
    fn clone(&self) -> Self {
        let (mut left, mut done) = (vec![(self, false)], Vec::new());
        while let Some((expr, below_done)) = left.pop() {
            let children = expr.children();
            if below_done || children.is_empty() {
                let parts = done.split_off(done.len() - children.len());
                done.push(expr.with_children(parts));
            } else {
                left.push((expr, true));
                left.extend(children.iter().rev().map(|child| (child, false)));
            }
        }
        done.pop().expect("what was begun was done")
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        let mut left = vec![(self, other)];
        while let Some((a, b)) = left.pop() {
            if !a.same_head(b) {
                return false;
            }
            left.extend(a.children().iter().zip(b.children()));
        }
        true
    }
}

/// Shows as many levels as a rule may have.
impl Debug for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Shown(self, 1).fmt(f)
    }
}

struct Shown<'a>(&'a Expr, usize);

impl Debug for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(expr, level) = self;
        if *level > MAX_LEVELS {
            return f.write_str("…");
        }
        let below = expr.children().iter().map(|part| Shown(part, level + 1));
        let below: Vec<Shown<'_>> = below.collect();
        match expr {
            Expr::All(_) => f.debug_tuple("All").field(&below).finish(),
            Expr::Any(_) => f.debug_tuple("Any").field(&below).finish(),
            Expr::Not(_) => f.debug_tuple("Not").field(&below).finish(),
            Expr::AtLeast(least, _) => {
                let mut shown = f.debug_tuple("AtLeast");
                shown.field(least).field(&below).finish()
            }
            Expr::Test(test) => Debug::fmt(test, f),
            Expr::InSegment(name) => f.debug_tuple("InSegment").field(name).finish(),
            Expr::Activity(test) => f
                .debug_struct("Activity")
                .field("measure", &test.measure)
                .field("kind", &test.of.kind)
                .field("with", &below)
                .field("within", &test.of.within)
                .field("condition", &test.condition)
                .finish(),
        }
    }
}
