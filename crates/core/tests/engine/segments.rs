//! Audiences that name segments.

use std::sync::Arc;

use pregon_core::memory::MemorySource;
use pregon_core::rule::Rule;
use pregon_core::*;

use crate::freezing::{members, promotion};
use crate::world::{World, renewal, run};

fn schema(names: &[(&str, AttributeType)]) -> Schema {
    let add = |schema: Schema, (name, of): &(&str, AttributeType)| schema.with(name, of.clone());
    names
        .iter()
        .fold(Schema::new(), |schema, one| add(schema, one).unwrap())
}

/// A business whose customers and pins both have a status, and whose customers buy.
fn world() -> World {
    let customer = schema(&[
        ("city", AttributeType::Text),
        ("status", AttributeType::Text),
        ("visits", AttributeType::Integer),
    ]);
    let purchase = schema(&[("amount", AttributeType::Decimal)]);
    let pin = schema(&[
        ("expiry_date", AttributeType::Date),
        ("item_name", AttributeType::Text),
        ("status", AttributeType::Text),
    ]);
    let source = MemorySource::new()
        .with_schema(customer.with_activity("purchase", purchase).unwrap())
        .with_kind("pin".parse().unwrap(), pin);
    World {
        source: Arc::new(source),
        ..World::new()
    }
}

fn put(world: &World, id: &str, status: &str, visits: i64) {
    let email = format!("{}@example.org", id.to_lowercase());
    let customer = Customer::new(id).unwrap().named("Ana").email(&email);
    world
        .source
        .put(customer.with("status", status).with("visits", visits));
    world.record(id, &format!("STR-{id}"), "2026-12-20", "Delivered");
}

/// `new` and `regular` are a family; `active` reads a name that pins have as well.
fn segments() -> Segments {
    let rule = |text: &str| Rule::parse(text).unwrap();
    let frequency = [
        ("new", rule("visits <= 1")),
        ("regular", rule("visits is set")),
    ];
    Segments::new([])
        .unwrap()
        .with("active", rule("status = \"activa\""))
        .unwrap()
        .with_family("frequency", frequency)
        .unwrap()
        .with("chosen", rule("in segment active and not in segment new"))
        .unwrap()
}

fn engine(world: &World, segments: Segments) -> Engine {
    let builder = world.builder(Arc::new(world.email.clone()));
    builder.segments(segments).keep_profiles().build().unwrap()
}

fn audience(mut campaign: Campaign, rule: &str) -> Campaign {
    campaign.journeys[0].audience = Some(AudienceSpec::Rule(rule.to_owned()));
    campaign
}

#[test]
fn a_segment_is_the_customers_whatever_the_record_is_called() {
    let world = world();
    put(&world, "C-1", "activa", 6);
    put(&world, "C-2", "Delivered", 6);
    put(&world, "C-3", "activa", 1);
    let engine = engine(&world, segments());
    let rule = "pin.status = \"Delivered\" and in segment chosen";
    run(engine.activate(audience(renewal(), rule))).unwrap();
    let report = run(engine.pass()).unwrap();
    assert_eq!((report.accepted, report.outside_audience), (1, 2));
    world.email.assert_sent(&["c-1@example.org"]);
}

/// Checks the first problem of a journey's audience.
#[track_caller]
fn check(segments: Segments, rule: &str, expected: &str) {
    let world = world();
    let engine = engine(&world, segments);
    let problems = run(engine.check(&audience(renewal(), rule))).unwrap();
    assert_eq!(
        problems[0].to_string(),
        format!("journey[0].audience:{expected}")
    );
    let error = run(engine.publish(audience(renewal(), rule))).unwrap_err();
    assert_eq!(error.kind(), EngineErrorKind::Campaign);
}

fn one(rule: &str) -> Segments {
    Segments::new([])
        .unwrap()
        .with("x", Rule::parse(rule).unwrap())
        .unwrap()
}

#[test]
fn a_segment_that_is_not_there_is_named_with_its_place() {
    let said = "1:12: there is no segment \"activ\" (did you mean active?)";
    check(segments(), "in segment activ", said);
    check(
        Segments::default(),
        "in segment active",
        "1:12: there is no segment \"active\"",
    );
}

#[test]
fn a_segment_over_what_the_source_does_not_have_is_refused() {
    let said = "1:12: segment \"x\": there is no attribute \"visit\" (did you mean visits?)";
    check(one("visit > 1"), "in segment x", said);
    let said = "1:12: segment \"x\": there is no attribute \"item_name\"";
    check(one("item_name is set"), "in segment x", said);
    let said = "1:12: segment \"x\": there is no activity \"call\"";
    check(one("at least 2 call"), "in segment x", said);
    check(
        one("city is set"),
        "at least 2 calls",
        "1:12: there is no activity \"calls\"",
    );
}

#[test]
fn what_happened_counts() {
    let world = world();
    for (id, amounts) in [("C-1", &[10, 20][..]), ("C-2", &[30]), ("C-3", &[])] {
        put(&world, id, "activa", 1);
        let email = format!("{}@example.org", id.to_lowercase());
        let mut customer = Customer::new(id).unwrap().named("Ana").email(&email);
        let bought = amounts.iter().enumerate().map(|(n, amount)| Activity {
            id: format!("{id}-{n}"),
            customer: customer.id.clone(),
            kind: "purchase".to_owned(),
            at: world.clock.stands(),
            attributes: Attributes::new().with("amount", Decimal::from(*amount)),
        });
        customer.activities = bought.collect();
        world.source.put(customer);
    }
    let engine = engine(&world, one("at least 1 purchase(amount >= 20)"));
    run(engine.activate(audience(promotion(), "in segment x"))).unwrap();
    crate::freezing::broadcast(&world);
    assert_eq!(run(engine.pass()).unwrap().accepted, 2);
    world
        .email
        .assert_sent(&["c-1@example.org", "c-2@example.org"]);
}

#[test]
fn a_profile_has_what_the_segments_read_too() {
    let world = world();
    put(&world, "C-1", "activa", 6);
    let engine = engine(&world, segments());
    let mut campaign = audience(promotion(), "in segment chosen or city = \"Quito\"");
    campaign.journeys[0].freeze = Some(Freeze::Profile);
    let record = run(engine.publish(campaign)).unwrap();
    let kept = Attributes::new().with("status", "activa").with("visits", 6);
    let [member] = &members(&world, &record)[..] else {
        panic!("one")
    };
    assert_eq!(member.profile.values(), &kept);
}
