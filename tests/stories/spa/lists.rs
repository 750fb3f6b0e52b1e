//! Who is on a list, and how many: one definition, whoever asks.

use std::collections::BTreeSet;

use pregon::{CustomerQuery, CustomerSource, Journey, Population, Step, Threads, TriggerSpec};

use super::asked::name;
use super::house::{Spa, segments};

/// Those whom a campaign meant are those whom the columns count, and so it is for one alone.
pub(crate) async fn list_and_counter(spa: &Spa, segment: &str, named: &str) {
    let all = CustomerQuery::default();
    let page = CustomerSource::page(&*spa.people, &all, None, 100).await;
    let people = page.unwrap().items;
    let schema = CustomerSource::schema(&*spa.people).await.unwrap();
    let columns = Population::of_customers(&schema, &people).unwrap();
    let members = segments().evaluate(&columns, spa.now(), Threads::default());
    let members = members.unwrap();
    let rows = members.sample(segment, people.len(), 0).into_iter();
    let counted: BTreeSet<&str> = rows.map(|row| columns.id(row)).collect();
    let mut meant = BTreeSet::new();
    for who in people.iter().map(|who| who.id.as_str()) {
        let entries = spa.entries_of(who).await;
        if entries.iter().any(|it| name(it).starts_with(named)) {
            meant.insert(who);
        }
    }
    assert_eq!(meant, counted, "{segment}");
    assert_eq!(members.count(segment), meant.len());
}

/// A rule on what nobody knows is a mistake when it is published, not a message that never comes.
pub(crate) async fn what_nobody_knows(spa: &Spa) {
    let journey = Journey::new("aviso", TriggerSpec::OnDemand)
        .unwrap()
        .audience("birthday anniversary within 0 days")
        .step(Step::sms("sms", "Feliz cumpleaños").unwrap());
    let campaign = pregon::Campaign::new("cumple-2", "birthday").unwrap();
    let problems = spa.engine.check(&campaign.with(journey)).await.unwrap();
    let [problem] = &problems[..] else {
        panic!("{problems:?}");
    };
    assert_eq!(problem.path, "journey[0].audience");
}
