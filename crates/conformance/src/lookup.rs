//! The suite of [`pregon_core::Lookup`].

use std::sync::Arc;

use pregon_core::{DispatchId, Lookup};

use crate::Case;
use crate::case::{cases, suite};

/// A look-up, with names of messages that the provider has and of such that it does not have.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The look-up.
    pub lookup: Arc<dyn Lookup>,
    /// Names of messages that the provider has, at least two.
    pub has: Vec<DispatchId>,
    /// Names that it has never heard, at least two.
    pub lacks: Vec<DispatchId>,
}

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Subject>> {
    cases![
        "one answer for each name" => each_name_has_an_answer,
        "in the same order" => answers_come_in_the_order_of_names,
        "`None` says that it does not have it" => what_is_not_there_is_none,
        "a name that is asked twice is answered twice" => a_name_twice_has_two_answers,
        "no name has no answer" => nothing_asked_is_nothing_answered,
    ]
}

suite!(Subject);

async fn found(it: &Subject, ids: &[DispatchId]) -> Vec<bool> {
    let found = it.lookup.find(ids).await.expect("the provider answers");
    found.iter().map(Option::is_some).collect()
}

async fn each_name_has_an_answer(it: Subject) {
    assert_eq!(found(&it, &it.has).await, vec![true; it.has.len()]);
}

async fn answers_come_in_the_order_of_names(it: Subject) {
    let ids = [it.lacks[0], it.has[0], it.lacks[1], it.has[1]];
    assert_eq!(found(&it, &ids).await, [false, true, false, true]);
}

async fn what_is_not_there_is_none(it: Subject) {
    assert_eq!(found(&it, &it.lacks).await, vec![false; it.lacks.len()]);
}

async fn a_name_twice_has_two_answers(it: Subject) {
    let ids = [it.has[0], it.lacks[0], it.has[0]];
    assert_eq!(found(&it, &ids).await, [true, false, true]);
}

async fn nothing_asked_is_nothing_answered(it: Subject) {
    assert!(found(&it, &[]).await.is_empty());
}
