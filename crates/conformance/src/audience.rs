//! The suite of [`pregon_core::Audience`].

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_core::{Audience, Customer, Row};

use crate::Case;
use crate::case::{cases, suite};
use crate::paging::{all, same_names};
use crate::sample::name_of;

/// An audience, with who belongs to it at an instant and who does not.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The audience.
    pub audience: Arc<dyn Audience>,
    /// The instant.
    pub now: DateTime<Utc>,
    /// Those who belong: at least three.
    pub members: Vec<Customer>,
    /// Those who do not: at least one.
    pub others: Vec<Customer>,
}

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Subject>> {
    cases![
        "A page of the members: exactly they" => exactly_the_members_are_given,
        "each once" => pages_of_any_size_give_each_once,
        "in a fixed order" => the_order_is_fixed,
        "Whether the row belongs: those who do" => every_member_belongs,
        "Whether the row belongs: those who do not" => nobody_else_belongs,
        "the same answer that `page` is made by" => whoever_is_given_belongs,
    ]
}

suite!(Subject);

impl Subject {
    async fn read(&self, limit: u32) -> Vec<Customer> {
        let (audience, now) = (&self.audience, self.now);
        all(limit, async |after| {
            audience.page(now, after.as_ref(), limit).await
        })
        .await
    }

    async fn holds(&self, customer: &Customer) -> bool {
        let row = Row::of(customer.clone());
        let answer = self.audience.holds(&row, self.now).await;
        answer.expect("the audience answers")
    }
}

fn names(customers: &[Customer]) -> Vec<String> {
    customers.iter().map(name_of).collect()
}

async fn exactly_the_members_are_given(it: Subject) {
    assert!(
        it.members.len() >= 3 && !it.others.is_empty(),
        "there is something to tell apart"
    );
    same_names(names(&it.read(1000).await), names(&it.members));
}

async fn pages_of_any_size_give_each_once(it: Subject) {
    for limit in [1, 2, 3, 7] {
        same_names(names(&it.read(limit).await), names(&it.members));
    }
}

async fn the_order_is_fixed(it: Subject) {
    let first = names(&it.read(1000).await);
    for limit in [1, 2, 1000] {
        assert_eq!(names(&it.read(limit).await), first, "by pages of {limit}");
    }
}

async fn every_member_belongs(it: Subject) {
    for customer in &it.members {
        assert!(it.holds(customer).await, "{} belongs", customer.id);
    }
}

async fn nobody_else_belongs(it: Subject) {
    for customer in &it.others {
        assert!(!it.holds(customer).await, "{} does not belong", customer.id);
    }
}

async fn whoever_is_given_belongs(it: Subject) {
    for customer in it.read(1000).await {
        assert!(
            it.holds(&customer).await,
            "{} was given, and does not belong",
            customer.id
        );
    }
}
