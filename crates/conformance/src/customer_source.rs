//! The suite of [`pregon_core::CustomerSource`].

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use pregon_core::{Customer, CustomerId, CustomerQuery, CustomerSource, Page};

use crate::case::{cases, suite};
use crate::paging::{all, same_names};
use crate::sample::name_of;
use crate::{Case, Make, Verdicts};

/// A source and what it must give: usually [`customers`](crate::sample::customers).
#[derive(Debug, Clone)]
pub struct Subject {
    /// The source.
    pub source: Arc<dyn CustomerSource>,
    /// What it has.
    pub expected: Vec<Customer>,
}

/// What an adapter changes where its source reads.
pub trait Meanwhile: fmt::Debug + Send + Sync + 'static {
    /// Adds a customer.
    fn add(&self, customer: Customer) -> BoxFuture<'static, ()>;
    /// Takes a customer away.
    fn remove(&self, id: CustomerId) -> BoxFuture<'static, ()>;
}

/// A source whose data can be changed while it is read.
#[derive(Debug, Clone)]
pub struct Changing {
    /// The source and what it has.
    pub subject: Subject,
    /// What changes it.
    pub meanwhile: Arc<dyn Meanwhile>,
}

/// Every case of a source that stays as it is.
#[must_use]
pub fn cases() -> Vec<Case<Subject>> {
    cases![
        "The attributes that its customers can have." => every_attribute_is_in_the_schema,
        "A page of the customers that a query asks for: never less" => every_customer_is_given,
        "Following `next` from `None` gives every customer exactly once"
            => pages_of_any_size_give_each_once,
        "in a fixed order" => the_order_is_fixed,
        "A page has at most `limit` items." => a_page_is_not_too_long,
        "The customers of these ids, as they are now" => customers_are_found_by_their_ids,
        "those that are gone are left out" => who_is_gone_is_left_out,
    ]
}

/// The cases of a source whose data can be changed while it is read.
#[must_use]
pub fn changing_cases() -> Vec<Case<Changing>> {
    cases![
        "every customer that was there all the time exactly once, whatever is removed meanwhile"
            => pages_survive_what_is_removed,
        "every customer that was there all the time exactly once, whatever is added meanwhile"
            => pages_survive_what_is_added,
        "as they are now" => what_changed_is_found_as_it_is_now,
    ]
}

suite!(Subject);

/// Runs the cases of a changing source.
///
/// # Panics
/// With the names and sentences of the cases that do not hold.
pub async fn changing_suite(make: &Make<'_, Changing>) {
    crate::case::hold_all(&changing_cases(), make).await;
}

/// What becomes of each case of a changing source.
pub async fn changing_verdicts(make: &Make<'_, Changing>) -> Verdicts {
    crate::case::verdicts_of(&changing_cases(), make).await
}

impl Subject {
    async fn read(&self, limit: u32) -> Vec<Customer> {
        let everybody = CustomerQuery::default();
        let (source, query) = (&self.source, &everybody);
        all(limit, async |after| {
            source.page(query, after.as_ref(), limit).await
        })
        .await
    }

    fn by_id(&self, id: &CustomerId) -> &Customer {
        let found = self.expected.iter().find(|customer| customer.id == *id);
        found.unwrap_or_else(|| panic!("{id} is not one of those that are there"))
    }
}

fn names(customers: &[Customer]) -> Vec<String> {
    customers.iter().map(name_of).collect()
}

/// Fails where a customer was read otherwise than it is, naming what differs and no value.
#[track_caller]
pub(crate) fn same_customer(read: &Customer, expected: &Customer) {
    let id = &expected.id;
    assert_eq!(read.id, *id);
    assert_eq!(read.name, expected.name, "the name of {id}");
    assert_eq!(read.language, expected.language, "the language of {id}");
    assert_eq!(read.zone, expected.zone, "the zone of {id}");
    assert!(read.contacts == expected.contacts, "the addresses of {id}");
    let values = |of: &Customer| -> Vec<(String, String)> {
        let all = of.attributes.iter();
        all.map(|(name, value)| (name.to_owned(), format!("{value:?}")))
            .collect()
    };
    assert_eq!(values(read), values(expected), "the attributes of {id}");
    assert_eq!(
        read.permissions, expected.permissions,
        "the permissions of {id}"
    );
}

async fn every_attribute_is_in_the_schema(it: Subject) {
    let schema = it.source.schema().await.expect("the schema is read");
    for customer in it.read(100).await {
        for (name, value) in customer.attributes.iter() {
            let kind = schema
                .get(name)
                .unwrap_or_else(|| panic!("{name} is not in the schema"));
            let (says, is) = (kind.name(), value.type_name());
            assert!(
                kind.admits(value),
                "{name} of {}: {is} for {says}",
                customer.id
            );
        }
    }
    let known = it
        .expected
        .iter()
        .flat_map(|customer| customer.attributes.iter());
    for (name, _) in known {
        assert!(
            schema.get(name).is_some(),
            "{name} is missing from the schema"
        );
    }
}

async fn every_customer_is_given(it: Subject) {
    let read = it.read(1000).await;
    same_names(names(&read), names(&it.expected));
    for customer in &read {
        same_customer(customer, it.by_id(&customer.id));
    }
}

async fn pages_of_any_size_give_each_once(it: Subject) {
    for limit in [1, 2, 3, 7, 24, 25, 26] {
        same_names(names(&it.read(limit).await), names(&it.expected));
    }
}

async fn the_order_is_fixed(it: Subject) {
    let first = names(&it.read(1000).await);
    for limit in [1, 4, 1000] {
        assert_eq!(names(&it.read(limit).await), first, "by pages of {limit}");
    }
}

async fn a_page_is_not_too_long(it: Subject) {
    let everybody = CustomerQuery::default();
    for limit in [1, 5] {
        let page = it
            .source
            .page(&everybody, None, limit)
            .await
            .expect("the page is read");
        assert!(page.items.len() <= limit as usize);
        assert!(page.next.is_some(), "there are more than {limit}");
    }
}

async fn customers_are_found_by_their_ids(it: Subject) {
    let mut ids: Vec<CustomerId> = it.expected.iter().map(|c| c.id.clone()).collect();
    ids.reverse();
    for some in [&ids[..], &ids[..3], &ids[..1], &[]] {
        let found = it.source.find(some).await.expect("they are found");
        same_names(
            names(&found),
            some.iter().map(|id| id.as_str().to_owned()).collect(),
        );
        for customer in &found {
            same_customer(customer, it.by_id(&customer.id));
        }
    }
}

async fn who_is_gone_is_left_out(it: Subject) {
    let gone = ["C-GONE", "C-00", "C-0011", "c_001", "%", "*", "'; --"];
    let mut ids: Vec<CustomerId> = gone.iter().map(|id| crate::desk::customer(id)).collect();
    let there = it.expected[0].id.clone();
    ids.insert(2, there.clone());
    let found = it.source.find(&ids).await.expect("it is no error");
    assert_eq!(names(&found), [there.as_str()]);
}

async fn first_page(it: &Changing) -> Page<Customer> {
    let page = it
        .subject
        .source
        .page(&CustomerQuery::default(), None, 10)
        .await;
    page.expect("the page is read")
}

/// The names on a page and on all that follow it.
async fn with_the_rest(it: &Changing, page: Page<Customer>) -> Vec<String> {
    let everybody = CustomerQuery::default();
    let mut read = names(&page.items);
    let mut after = page.next;
    while let Some(cursor) = after {
        let page = it.subject.source.page(&everybody, Some(&cursor), 10).await;
        let page = page.expect("the page is read");
        read.extend(names(&page.items));
        after = page.next;
        assert!(read.len() < 1000, "following `next` does not end");
    }
    read
}

async fn pages_survive_what_is_removed(it: Changing) {
    let page = first_page(&it).await;
    // The last one seen is what a cursor by position or by name is most easily lost with.
    let gone = [&page.items[0], &page.items[page.items.len() - 1]].map(name_of);
    for id in &gone {
        it.meanwhile.remove(crate::desk::customer(id)).await;
    }
    let read = with_the_rest(&it, page).await;
    let stayed = |name: &String| !gone.contains(name);
    let expected = names(&it.subject.expected).into_iter().filter(stayed);
    same_names(
        read.into_iter().filter(stayed).collect(),
        expected.collect(),
    );
}

async fn pages_survive_what_is_added(it: Changing) {
    let page = first_page(&it).await;
    let new = ["!first", "C-0015", "M-middle", "zzzz"];
    for id in new {
        it.meanwhile
            .add(Customer::with_id(crate::desk::customer(id)))
            .await;
    }
    let read = with_the_rest(&it, page).await.into_iter();
    let old = read.filter(|name| !new.contains(&name.as_str()));
    same_names(old.collect(), names(&it.subject.expected));
}

async fn what_changed_is_found_as_it_is_now(it: Changing) {
    let everybody = it.subject.expected.iter();
    let ids: Vec<CustomerId> = everybody.map(|customer| customer.id.clone()).collect();
    it.meanwhile.remove(ids[0].clone()).await;
    let found = it
        .subject
        .source
        .find(&ids[..2])
        .await
        .expect("they are found");
    assert_eq!(names(&found), [ids[1].as_str()]);
}
