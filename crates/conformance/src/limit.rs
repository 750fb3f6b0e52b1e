//! The suite of [`pregon_core::Limit`].

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_core::{Candidate, Limit};

use crate::Case;
use crate::case::{cases, suite};

/// A limit, with dispatches that it speaks of and such of which it does not.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The limit.
    pub limit: Arc<dyn Limit>,
    /// The instant at which it is asked.
    pub now: DateTime<Utc>,
    /// Dispatches of which it speaks, at least one.
    pub counted: Vec<Candidate>,
    /// Dispatches of which it does not speak.
    pub others: Vec<Candidate>,
}

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Subject>> {
    cases![
        "What the limit says about a dispatch" => it_speaks_of_what_it_counts,
        "`None` when it does not speak of it" => it_is_silent_about_the_others,
        "Pure: the same question has the same answer." => the_same_question_has_the_same_answer,
        "How many there may be." => there_may_be_some,
        "When they count: now is one of those times" => its_window_holds_the_present,
        "when a place is free again" => a_place_is_free_again_later,
        "The rule, by its name: one name counts in one way" => its_name_is_always_the_same,
    ]
}

suite!(Subject);

async fn it_speaks_of_what_it_counts(it: Subject) {
    assert!(!it.counted.is_empty(), "there is something to count");
    for candidate in &it.counted {
        let quota = it.limit.quota(candidate, it.now);
        assert!(quota.is_some(), "{} is counted", candidate.customer);
    }
}

async fn it_is_silent_about_the_others(it: Subject) {
    for candidate in &it.others {
        let quota = it.limit.quota(candidate, it.now);
        assert_eq!(quota, None, "{} is not counted", candidate.customer);
    }
}

async fn the_same_question_has_the_same_answer(it: Subject) {
    let both = || it.counted.iter().chain(&it.others);
    let ask = || {
        both()
            .map(|candidate| it.limit.quota(candidate, it.now))
            .collect::<Vec<_>>()
    };
    let first = ask();
    for _ in 0..10 {
        assert_eq!(ask(), first);
    }
}

async fn there_may_be_some(it: Subject) {
    let quotas = it.counted.iter().filter_map(|c| it.limit.quota(c, it.now));
    for quota in quotas {
        assert!(quota.most > 0, "a limit of 0 refuses everything");
    }
}

async fn its_window_holds_the_present(it: Subject) {
    for quota in it.counted.iter().filter_map(|c| it.limit.quota(c, it.now)) {
        let (from, to) = quota.window.bounds(it.now);
        assert!(
            from <= it.now && it.now < to,
            "{} counts at another time",
            quota.rule
        );
    }
}

async fn a_place_is_free_again_later(it: Subject) {
    for quota in it.counted.iter().filter_map(|c| it.limit.quota(c, it.now)) {
        let free = quota.window.frees_at(it.now);
        assert!(free > it.now, "{} would be asked again at once", quota.rule);
        let candidate = &it.counted[0];
        let then = it
            .limit
            .quota(candidate, free)
            .expect("it still speaks of it");
        let (from, _) = then.window.bounds(free);
        assert!(from > it.now, "what is taken now no longer counts then");
    }
}

async fn its_name_is_always_the_same(it: Subject) {
    let later = it.now + chrono::Duration::days(400);
    let asked = it.counted.iter().flat_map(|c| [(c, it.now), (c, later)]);
    let quotas = asked.filter_map(|(candidate, at)| it.limit.quota(candidate, at));
    let mut names: Vec<String> = quotas.map(|quota| quota.rule.to_string()).collect();
    names.dedup();
    assert_eq!(names.len(), 1, "counts are kept under {names:?}");
}
