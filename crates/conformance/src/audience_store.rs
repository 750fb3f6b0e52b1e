//! The suite of [`pregon_core::AudienceStore`], and of what saving a campaign means to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pregon_core::{
    Attributes, CampaignRecord, CustomerId, FrozenAudience, FrozenId, FrozenMember, JourneyId,
    Move, PortErrorKind, Store, Value,
};

use crate::Case;
use crate::case::{cases, suite};
use crate::desk::{active, noon, refused};
use crate::paging::all;

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Arc<dyn Store>>> {
    cases![
        "Begins an audience without members" => a_new_audience_has_nobody,
        "gives its number, which is no other's ever" => no_number_is_given_twice,
        "Adds members" => what_is_added_comes_back,
        "gives how many of them are new" => new_members_are_counted,
        "those who are in it already stay as they were kept" => a_member_stays_as_it_was_kept,
        "`Conflict` when its campaign was saved since: it is in use and stays as it is"
            => an_audience_in_use_takes_nobody,
        "`Conflict` when its campaign was saved since: or is gone" => a_gone_audience_takes_nobody,
        "in the order of their ids, each once" => pages_of_members_give_each_once,
        "An audience that is gone has none" => an_audience_that_is_not_there_has_nobody,
        "Those of some people who are members" => only_members_are_found,
        "The frozen audiences that the campaign names become part of it"
            => a_change_that_names_it_keeps_it,
        "and all others of it go" => what_is_not_named_goes,
        "all others of it: and no other campaign's" => the_audiences_of_others_stay,
        "`Conflict` when an audience that it names is not there" => what_is_not_there_is_refused,
        "`Conflict` when somebody else was faster: audiences stay as they were"
            => a_refused_campaign_moves_no_audience,
    ]
}

suite!(Arc<dyn Store>);

fn id(text: &str) -> CustomerId {
    text.parse().expect("an id")
}

fn people(names: &[&str]) -> Vec<FrozenMember> {
    names
        .iter()
        .map(|name| FrozenMember::of(id(name)))
        .collect()
}

fn journey() -> JourneyId {
    "difusión".parse().expect("an id")
}

async fn begin(store: &dyn Store, campaign: &str) -> FrozenId {
    let campaign = campaign.parse().expect("an id");
    let begun = store.begin_audience(&campaign, &journey()).await;
    begun.expect("an audience is begun")
}

async fn add(store: &dyn Store, to: FrozenId, names: &[&str]) -> u64 {
    let added = store.add_members(to, &people(names)).await;
    added.expect("members are kept")
}

async fn filled(store: &dyn Store, campaign: &str, names: &[&str]) -> FrozenId {
    let audience = begin(store, campaign).await;
    add(store, audience, names).await;
    audience
}

async fn members(store: &dyn Store, of: FrozenId, limit: u32) -> Vec<FrozenMember> {
    all(limit, async |after| {
        store.members(of, after.as_ref(), limit).await
    })
    .await
}

async fn names(store: &dyn Store, of: FrozenId) -> Vec<String> {
    let members = members(store, of, 1000).await.into_iter();
    members.map(|member| member.customer.into()).collect()
}

/// The record with this audience as its only one.
fn naming(record: &CampaignRecord, audience: FrozenId) -> CampaignRecord {
    let frozen = FrozenAudience {
        id: audience,
        at: noon(),
        members: 1,
    };
    let frozen = BTreeMap::from([(journey(), frozen)]);
    record.clone().with_frozen(frozen)
}

async fn save(store: &dyn Store, record: &CampaignRecord) {
    store.save(record).await.expect("the campaign is kept");
}

async fn kept(store: &dyn Store) -> Vec<CampaignRecord> {
    let stored = store.campaigns().await.expect("campaigns are read");
    stored.into_iter().map(|stored| stored.record).collect()
}

async fn a_new_audience_has_nobody(store: Arc<dyn Store>) {
    let audience = begin(&*store, "c").await;
    assert_eq!(members(&*store, audience, 10).await, []);
    let found = store.find_members(audience, &[id("C-1")]).await;
    assert_eq!(found.expect("it is read"), []);
}

async fn no_number_is_given_twice(store: Arc<dyn Store>) {
    let mut given = BTreeSet::new();
    for round in 0..3 {
        let campaign = format!("c-{round}");
        let first = filled(&*store, &campaign, &["C-1"]).await;
        let second = begin(&*store, &campaign).await;
        assert!(
            given.insert(first) && given.insert(second),
            "{first:?} {second:?}"
        );
        // Both go, the latest of all among them.
        save(&*store, &active(&campaign, noon())[0]).await;
    }
}

async fn what_is_added_comes_back(store: Arc<dyn Store>) {
    let day: chrono::NaiveDate = "2026-11-20".parse().expect("a date");
    let values = Attributes::new()
        .with("staff", true)
        .with("visits", i64::MIN)
        .with(
            "income",
            "900.50".parse::<pregon_core::Decimal>().expect("a number"),
        )
        .with("city", "Bogotá \" '😀")
        .with("since", Value::Date(day))
        .with("seen", noon() + crate::desk::micro())
        .with("tags", Value::Texts(["vip".to_owned()].into()));
    let rich = FrozenMember {
        customer: id("Cliente con espacios ñ?&#%'\""),
        profile: values.into(),
    };
    let audience = begin(&*store, "c").await;
    let added = store
        .add_members(audience, std::slice::from_ref(&rich))
        .await;
    assert_eq!(added.expect("it is kept"), 1);
    add(&*store, audience, &["A"]).await;
    let expected = [FrozenMember::of(id("A")), rich.clone()];
    assert_eq!(members(&*store, audience, 10).await, expected);
    let found = store
        .find_members(audience, std::slice::from_ref(&rich.customer))
        .await;
    assert_eq!(found.expect("it is read"), [rich]);
}

async fn new_members_are_counted(store: Arc<dyn Store>) {
    let audience = begin(&*store, "c").await;
    assert_eq!(add(&*store, audience, &["C-1", "C-2"]).await, 2);
    assert_eq!(add(&*store, audience, &["C-2", "C-3"]).await, 1);
    assert_eq!(add(&*store, audience, &["C-1"]).await, 0);
    assert_eq!(add(&*store, audience, &[]).await, 0);
    assert_eq!(names(&*store, audience).await, ["C-1", "C-2", "C-3"]);
}

async fn a_member_stays_as_it_was_kept(store: Arc<dyn Store>) {
    let ana = |city: &str| FrozenMember {
        customer: id("C-1"),
        profile: Attributes::new().with("city", city).into(),
    };
    let audience = begin(&*store, "c").await;
    for city in ["Quito", "Loja"] {
        let added = store.add_members(audience, &[ana(city)]).await;
        assert_eq!(added.expect("it is kept"), u64::from(city == "Quito"));
    }
    let kept: Vec<_> = members(&*store, audience, 10).await;
    assert_eq!(
        kept.first().map(|member| &member.profile),
        Some(&ana("Quito").profile)
    );
}

async fn an_audience_in_use_takes_nobody(store: Arc<dyn Store>) {
    let audience = filled(&*store, "c", &["C-1"]).await;
    save(&*store, &naming(&active("c", noon())[0], audience)).await;
    let added = store.add_members(audience, &people(&["C-2"])).await;
    refused(added, PortErrorKind::Conflict);
    assert_eq!(names(&*store, audience).await, ["C-1"]);
}

async fn a_gone_audience_takes_nobody(store: Arc<dyn Store>) {
    let audience = filled(&*store, "c", &["C-1"]).await;
    save(&*store, &active("c", noon())[0]).await;
    let added = store.add_members(audience, &people(&["C-2"])).await;
    refused(added, PortErrorKind::Conflict);
    let never = FrozenId::new(4_000_000_000);
    let added = store.add_members(never, &people(&["C-2"])).await;
    refused(added, PortErrorKind::Conflict);
}

async fn pages_of_members_give_each_once(store: Arc<dyn Store>) {
    let audience = filled(&*store, "c", &["b", "ñ", "C-10", "C-9"]).await;
    add(&*store, audience, &["C-9 bis", "a", "Z", "b"]).await;
    filled(&*store, "c", &["otra"]).await;
    let in_order = ["C-10", "C-9", "C-9 bis", "Z", "a", "b", "ñ"];
    for limit in [1, 2, 3, 7, 1000] {
        let read = members(&*store, audience, limit).await.into_iter();
        let read: Vec<String> = read.map(|member| member.customer.into()).collect();
        assert_eq!(read, in_order, "by pages of {limit}");
    }
}

async fn an_audience_that_is_not_there_has_nobody(store: Arc<dyn Store>) {
    let nobody = FrozenId::new(4_000_000_000);
    assert_eq!(members(&*store, nobody, 10).await, []);
    let found = store.find_members(nobody, &[id("C-1")]).await;
    assert_eq!(found.expect("it is read"), []);
}

async fn only_members_are_found(store: Arc<dyn Store>) {
    let name = |n: usize| format!("C-{n:04}");
    let even: Vec<String> = (0..700).map(|n| name(n * 2)).collect();
    let even: Vec<&str> = even.iter().map(String::as_str).collect();
    let audience = filled(&*store, "c", &even).await;
    filled(&*store, "c", &["C-0001"]).await;
    let asked: Vec<CustomerId> = (0..1400).map(|n| id(&name(n))).collect();
    let found = store
        .find_members(audience, &asked)
        .await
        .expect("it is read");
    let mut found: Vec<&str> = found
        .iter()
        .map(|member| member.customer.as_str())
        .collect();
    found.sort_unstable();
    assert_eq!(found, even);
    let found = store.find_members(audience, &[]).await;
    assert_eq!(found.expect("it is read"), []);
}

async fn a_change_that_names_it_keeps_it(store: Arc<dyn Store>) {
    let audience = filled(&*store, "c", &["C-1"]).await;
    let mut record = naming(&active("c", noon())[0], audience);
    save(&*store, &record).await;
    for r#move in [Move::Schedule, Move::Activate, Move::Pause, Move::Finish] {
        record = record.moved(r#move, noon()).expect("it may move");
        save(&*store, &record).await;
        assert_eq!(names(&*store, audience).await, ["C-1"], "after {}", r#move);
    }
    assert_eq!(kept(&*store).await, [record]);
}

async fn what_is_not_named_goes(store: Arc<dyn Store>) {
    let [draft, scheduled, _] = active("c", noon());
    let first = filled(&*store, "c", &["C-1"]).await;
    let unfinished = filled(&*store, "c", &["C-2"]).await;
    save(&*store, &naming(&draft, first)).await;
    assert_eq!(members(&*store, unfinished, 10).await, []);
    let second = filled(&*store, "c", &["C-3"]).await;
    save(&*store, &naming(&scheduled, second)).await;
    assert_eq!(members(&*store, first, 10).await, []);
    let found = store.find_members(first, &[id("C-1")]).await;
    assert_eq!(found.expect("it is read"), []);
    assert_eq!(names(&*store, second).await, ["C-3"]);
}

async fn the_audiences_of_others_stay(store: Arc<dyn Store>) {
    let theirs = filled(&*store, "b", &["C-1"]).await;
    save(&*store, &naming(&active("b", noon())[0], theirs)).await;
    let begun = filled(&*store, "a", &["C-1", "C-2"]).await;
    save(&*store, &active("c", noon())[0]).await;
    assert_eq!(names(&*store, theirs).await, ["C-1"]);
    assert_eq!(add(&*store, begun, &["C-3"]).await, 1, "it goes on");
}

async fn what_is_not_there_is_refused(store: Arc<dyn Store>) {
    let [draft, scheduled, _] = active("c", noon());
    let missing = naming(&draft, FrozenId::new(4_000_000_000));
    refused(store.save(&missing).await, PortErrorKind::Conflict);
    let theirs = filled(&*store, "b", &["C-1"]).await;
    refused(
        store.save(&naming(&draft, theirs)).await,
        PortErrorKind::Conflict,
    );
    assert_eq!(kept(&*store).await, [], "nothing is kept of it");
    save(&*store, &draft).await;
    refused(
        store.save(&naming(&scheduled, theirs)).await,
        PortErrorKind::Conflict,
    );
    assert_eq!(kept(&*store).await, [draft]);
    assert_eq!(add(&*store, theirs, &["C-2"]).await, 1, "it goes on");
}

async fn a_refused_campaign_moves_no_audience(store: Arc<dyn Store>) {
    let [draft, scheduled, active] = active("c", noon());
    let used = filled(&*store, "c", &["C-1"]).await;
    save(&*store, &naming(&draft, used)).await;
    let begun = filled(&*store, "c", &["C-2"]).await;
    refused(
        store.save(&naming(&active, begun)).await,
        PortErrorKind::Conflict,
    );
    assert_eq!(names(&*store, used).await, ["C-1"]);
    assert_eq!(add(&*store, begun, &["C-3"]).await, 1, "it goes on");
    save(&*store, &naming(&scheduled, begun)).await;
    assert_eq!(names(&*store, begun).await, ["C-2", "C-3"]);
}
