//! The suite of [`pregon_core::Trigger`].

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_core::{Occurrence, Span, Trigger};

use crate::Case;
use crate::case::{cases, suite};
use crate::paging::{all, same_names};

/// A trigger, with what falls due in a span.
///
/// Of a calendar, which drops what a later time of the same span overtakes, the span must hold one
/// time only.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The trigger.
    pub trigger: Arc<dyn Trigger>,
    /// The span, longer than a day on either side of what falls due.
    pub span: Span,
    /// What falls due in it: occurrence and customer, at least one.
    pub expected: Vec<(&'static str, &'static str)>,
}

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Subject>> {
    cases![
        "A page of what fell due in a span." => exactly_what_is_due_is_given,
        "Spans that meet give each occurrence once, however they are cut"
            => spans_may_be_cut_anywhere,
        "After `from`, up to and with `to`" => the_end_belongs_to_the_span,
        "asked again for the same span, it gives the same ids" => asked_again_it_says_the_same,
        "Following `next` from `None` ends." => pages_of_any_size_give_each_once,
        "When it no longer makes sense to write about it." => what_is_due_makes_sense,
    ]
}

suite!(Subject);

impl Subject {
    async fn read(&self, span: Span, limit: u32) -> Vec<Occurrence> {
        let trigger = &self.trigger;
        all(limit, async |after| {
            trigger.due(&span, after.as_ref(), limit).await
        })
        .await
    }

    fn expected(&self) -> Vec<String> {
        let pairs = self.expected.iter();
        pairs
            .map(|(id, customer)| format!("{id} | {customer}"))
            .collect()
    }

    fn span(from: DateTime<Utc>, to: DateTime<Utc>) -> Span {
        Span { from, to }
    }
}

fn names(found: &[Occurrence]) -> Vec<String> {
    let name = |it: &Occurrence| format!("{} | {}", it.id, it.row.customer.id);
    found.iter().map(name).collect()
}

async fn exactly_what_is_due_is_given(it: Subject) {
    assert!(!it.expected.is_empty(), "there is something to find");
    same_names(names(&it.read(it.span, 1000).await), it.expected());
    let long = it.span.to - it.span.from;
    let after = Subject::span(it.span.to + long * 1000, it.span.to + long * 1000);
    assert_eq!(
        names(&it.read(after, 1000).await),
        [""; 0],
        "an empty span has nothing"
    );
}

async fn spans_may_be_cut_anywhere(it: Subject) {
    let whole = it.span.to - it.span.from;
    for pieces in [2, 3, 7, 24] {
        let mut found = Vec::new();
        for n in 0..pieces {
            let from = it.span.from + whole / pieces * n;
            let last = n + 1 == pieces;
            let to = if last {
                it.span.to
            } else {
                it.span.from + whole / pieces * (n + 1)
            };
            found.extend(it.read(Subject::span(from, to), 1000).await);
        }
        same_names(names(&found), it.expected());
    }
}

async fn the_end_belongs_to_the_span(it: Subject) {
    for occurrence in it.read(it.span, 1000).await {
        let due = occurrence.due_at;
        assert!(
            it.span.holds(due),
            "{} is due outside of the span",
            occurrence.id
        );
        let micro = chrono::Duration::microseconds(1);
        let spans = [
            (Subject::span(it.span.from, due - micro), false),
            (Subject::span(due - micro, due), true),
            (Subject::span(due, it.span.to), false),
        ];
        for (span, given) in spans {
            let found = names(&it.read(span, 1000).await);
            let name = names(std::slice::from_ref(&occurrence)).remove(0);
            assert_eq!(found.contains(&name), given, "{name} in {span:?}");
        }
    }
}

async fn asked_again_it_says_the_same(it: Subject) {
    let first = names(&it.read(it.span, 1000).await);
    assert_eq!(names(&it.read(it.span, 1000).await), first);
}

async fn pages_of_any_size_give_each_once(it: Subject) {
    for limit in [1, 2, 5] {
        same_names(names(&it.read(it.span, limit).await), it.expected());
    }
}

async fn what_is_due_makes_sense(it: Subject) {
    for occurrence in it.read(it.span, 1000).await {
        let (due, end) = (occurrence.due_at, occurrence.not_after);
        assert!(due < end, "{} is over before it is due", occurrence.id);
    }
}
