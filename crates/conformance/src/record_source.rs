//! The suite of [`pregon_core::RecordSource`].

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use pregon_core::{
    AttributeType, Customer, Due, Record, RecordId, RecordKind, RecordQuery, RecordRef,
    RecordSource, Value,
};

use crate::Case;
use crate::case::{cases, suite};
use crate::customer_source::same_customer;
use crate::paging::{all, same_names};
use crate::sample::name_of_record;

/// A source and what it must give: usually
/// [`records_with_customers`](crate::sample::records_with_customers).
#[derive(Debug, Clone)]
pub struct Subject {
    /// The source.
    pub source: Arc<dyn RecordSource>,
    /// What it has.
    pub expected: Vec<(Record, Customer)>,
}

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Subject>> {
    cases![
        "The kinds of records that it has, with their attributes." => every_kind_is_in_the_schemas,
        "A page of the records that a query asks for, each with its customer: never less"
            => every_record_is_given_with_its_customer,
        "Following `next` from `None` gives every record exactly once"
            => pages_of_any_size_give_each_once,
        "in a fixed order" => the_order_is_fixed,
        "A page has at most `limit` items." => a_page_is_not_too_long,
        "A civil date between two, both included." => civil_dates_are_kept_exactly,
        "An instant after one and up to another, which is included."
            => instants_are_kept_exactly,
        "a record outside of it, or without the date, is not given"
            => pages_of_what_is_due_are_pages,
        "the kind or the attribute does not exist: the kind" => an_unknown_kind_is_an_error,
        "the kind or the attribute does not exist: the attribute"
            => an_unknown_attribute_is_an_error,
        "The records of these names with their customers, as they are now"
            => records_are_found_by_their_names,
        "those that are gone, or belong to nobody any more, are left out"
            => what_is_gone_is_left_out,
    ]
}

suite!(Subject);

impl Subject {
    async fn read(&self, query: &RecordQuery, limit: u32) -> Vec<(Record, Customer)> {
        let source = &self.source;
        all(limit, async |after| {
            source.page(query, after.as_ref(), limit).await
        })
        .await
    }

    fn kinds(&self) -> Vec<RecordKind> {
        let mut kinds: Vec<_> = self.expected.iter().map(|(r, _)| r.kind.clone()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    fn of(&self, kind: &RecordKind) -> Vec<(Record, Customer)> {
        let some = self
            .expected
            .iter()
            .filter(|(record, _)| record.kind == *kind);
        some.cloned().collect()
    }

    /// Every date or instant of an attribute that the records have.
    fn values(&self, wanted: fn(&AttributeType) -> bool) -> Vec<(RecordKind, String, Value)> {
        let kind_of = |value: &Value| match value {
            Value::Date(_) => AttributeType::Date,
            Value::Instant(_) => AttributeType::Instant,
            _ => AttributeType::Text,
        };
        let pairs = self.expected.iter().flat_map(|(record, _)| {
            let own = record.attributes.iter();
            own.map(move |(name, value)| (record.kind.clone(), name.to_owned(), value.clone()))
        });
        pairs
            .filter(|(_, _, value)| wanted(&kind_of(value)))
            .collect()
    }
}

fn names(records: &[(Record, Customer)]) -> Vec<String> {
    records.iter().map(name_of_record).collect()
}

#[track_caller]
fn same(read: &[(Record, Customer)], expected: &[(Record, Customer)]) {
    same_names(names(read), names(expected));
    for (record, customer) in read {
        let is_it = |(other, _): &&(Record, Customer)| other.name() == record.name();
        let (wanted, owner) = expected.iter().find(is_it).expect("the names are the same");
        assert_eq!(record.customer, wanted.customer, "whose {} is", record.id);
        let values = |of: &Record| -> Vec<(String, String)> {
            let all = of.attributes.iter();
            all.map(|(name, value)| (name.to_owned(), format!("{value:?}")))
                .collect()
        };
        assert_eq!(
            values(record),
            values(wanted),
            "the attributes of {}",
            record.id
        );
        same_customer(customer, owner);
    }
}

async fn every_kind_is_in_the_schemas(it: Subject) {
    let schemas = it.source.schemas().await.expect("the schemas are read");
    for (record, _) in &it.expected {
        let schema = schemas.get(&record.kind).expect("the kind is there");
        for (name, value) in record.attributes.iter() {
            let kind = schema
                .get(name)
                .unwrap_or_else(|| panic!("{name} is not in the schema"));
            assert!(
                kind.admits(value),
                "{name}: {} for {}",
                value.type_name(),
                kind.name()
            );
        }
    }
}

async fn every_record_is_given_with_its_customer(it: Subject) {
    for kind in it.kinds() {
        let read = it.read(&RecordQuery::of(kind.clone()), 1000).await;
        same(&read, &it.of(&kind));
    }
}

async fn pages_of_any_size_give_each_once(it: Subject) {
    for kind in it.kinds() {
        for limit in [1, 2, 5, 12, 13] {
            let read = it.read(&RecordQuery::of(kind.clone()), limit).await;
            same_names(names(&read), names(&it.of(&kind)));
        }
    }
}

async fn the_order_is_fixed(it: Subject) {
    for kind in it.kinds() {
        let query = RecordQuery::of(kind);
        let first = names(&it.read(&query, 1000).await);
        for limit in [1, 3, 1000] {
            assert_eq!(
                names(&it.read(&query, limit).await),
                first,
                "by pages of {limit}"
            );
        }
    }
}

async fn a_page_is_not_too_long(it: Subject) {
    for kind in it.kinds() {
        let page = it.source.page(&RecordQuery::of(kind), None, 3).await;
        let page = page.expect("the page is read");
        assert!(
            page.items.len() <= 3 && page.next.is_some(),
            "there are more than three"
        );
    }
}

fn in_days(value: Option<&Value>, first: NaiveDate, last: NaiveDate) -> bool {
    matches!(value, Some(Value::Date(date)) if first <= *date && *date <= last)
}

async fn civil_dates_are_kept_exactly(it: Subject) {
    let dates = it.values(|kind| *kind == AttributeType::Date);
    assert!(!dates.is_empty(), "the sample has civil dates");
    for (kind, attribute, value) in dates {
        let Value::Date(day) = value else { continue };
        let (before, after) = (day.pred_opt(), day.succ_opt());
        let (before, after) = (before.expect("a day"), after.expect("a day"));
        for (first, last) in [(day, day), (before, day), (day, after), (after, before)] {
            let wanted =
                |(r, _): &(Record, Customer)| in_days(r.attributes.get(&attribute), first, last);
            let expected: Vec<_> = it.of(&kind).into_iter().filter(wanted).collect();
            let due = Due::On {
                attribute: attribute.clone(),
                first,
                last,
            };
            let read = it.read(&RecordQuery::of(kind.clone()).due(due), 1000).await;
            same(&read, &expected);
        }
    }
}

fn in_span(value: Option<&Value>, after: DateTime<Utc>, until: DateTime<Utc>) -> bool {
    matches!(value, Some(Value::Instant(at)) if after < *at && *at <= until)
}

async fn instants_are_kept_exactly(it: Subject) {
    let instants = it.values(|kind| *kind == AttributeType::Instant);
    assert!(!instants.is_empty(), "the sample has instants");
    let second = chrono::Duration::seconds(1);
    for (kind, attribute, value) in instants {
        let Value::Instant(at) = value else { continue };
        let spans = [
            (at - second, at),
            (at, at + second),
            (at - second, at + second),
        ];
        for (after, until) in spans {
            let wanted =
                |(r, _): &(Record, Customer)| in_span(r.attributes.get(&attribute), after, until);
            let expected: Vec<_> = it.of(&kind).into_iter().filter(wanted).collect();
            let due = Due::At {
                attribute: attribute.clone(),
                after,
                until,
            };
            let read = it.read(&RecordQuery::of(kind.clone()).due(due), 1000).await;
            same(&read, &expected);
        }
    }
}

async fn pages_of_what_is_due_are_pages(it: Subject) {
    let dates = it.values(|kind| *kind == AttributeType::Date);
    let (kind, attribute, _) = dates.first().expect("the sample has civil dates").clone();
    let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
    let (first, last) = (day("1900-01-01"), day("2999-12-31"));
    let with_date =
        |(r, _): &(Record, Customer)| in_days(r.attributes.get(&attribute), first, last);
    let expected: Vec<_> = it.of(&kind).into_iter().filter(with_date).collect();
    assert!(
        expected.len() < it.of(&kind).len(),
        "the sample has some without a date"
    );
    for limit in [1, 4, 1000] {
        let due = Due::On {
            attribute: attribute.clone(),
            first,
            last,
        };
        let read = it
            .read(&RecordQuery::of(kind.clone()).due(due), limit)
            .await;
        same_names(names(&read), names(&expected));
    }
}

async fn an_unknown_kind_is_an_error(it: Subject) {
    let kind = RecordKind::new("inexistente").expect("a name");
    let page = it.source.page(&RecordQuery::of(kind), None, 5).await;
    assert!(
        page.is_err(),
        "a kind that does not exist has no page, not even an empty one"
    );
}

async fn an_unknown_attribute_is_an_error(it: Subject) {
    let attribute = "no_such_date".to_owned();
    let day = "2026-12-20".parse().expect("a date");
    let due = Due::On {
        attribute,
        first: day,
        last: day,
    };
    let query = RecordQuery::of(it.kinds()[0].clone()).due(due);
    let page = it.source.page(&query, None, 5).await;
    assert!(
        page.is_err(),
        "nothing is ever due by a date that does not exist"
    );
}

async fn records_are_found_by_their_names(it: Subject) {
    let mut wanted: Vec<RecordRef> = it.expected.iter().map(|(r, _)| r.name()).collect();
    wanted.reverse();
    for some in [&wanted[..], &wanted[..4], &wanted[..1], &[]] {
        let found = it.source.find(some).await.expect("they are found");
        let is_some = |(r, _): &(Record, Customer)| some.contains(&r.name());
        let expected: Vec<_> = it
            .expected
            .iter()
            .filter(|it| is_some(it))
            .cloned()
            .collect();
        same(&found, &expected);
    }
}

async fn what_is_gone_is_left_out(it: Subject) {
    let there = it.expected[0].0.name();
    let named = |id: &str| RecordRef {
        kind: there.kind.clone(),
        id: RecordId::new(id).expect("an id"),
    };
    // The sample's STR-00012 is there and belongs to somebody who is not.
    let names = [
        named("STR-99999"),
        there.clone(),
        named("STR-00012"),
        named("%"),
    ];
    let found = it.source.find(&names).await.expect("it is no error");
    let found: Vec<RecordRef> = found.iter().map(|(record, _)| record.name()).collect();
    assert_eq!(found, [there]);
}
