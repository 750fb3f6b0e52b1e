//! What a step would say, without saying it.

use pregon_core::{Customer, EngineErrorKind, Record, Row, StepId, Unusable, Value};

use crate::world::{World, renewal, run};

fn row(customer: Customer) -> Row {
    let record = Record::new("pin", "STR-1", "C-1").unwrap();
    let record = record
        .with("expiry_date", Value::Date("2026-12-20".parse().unwrap()))
        .with("item_name", "Pin");
    Row::with_record(customer, record)
}

#[test]
fn a_preview_is_what_would_leave_and_leaves_nothing() {
    let world = World::new();
    let (engine, campaign) = (world.engine(), renewal());
    let (journey, step) = (&campaign.journeys[0].id, &campaign.journeys[0].steps[0].id);
    let ana = row(Customer::new("C-1")
        .unwrap()
        .named("Ana")
        .email("ana@example.org"));
    let shown = run(engine.preview(&campaign, journey, step, &ana)).unwrap();
    assert_eq!(shown.to.as_deref(), Ok("ana@example.org"));
    let parts = shown.parts.as_ref().unwrap();
    assert_eq!(
        parts.get("subject"),
        Some("Pin vence el 20 de diciembre de 2026")
    );
    assert!(!format!("{shown:?}").contains("ana@"), "{shown:?}");
    assert!(!format!("{shown:?}").contains("diciembre"), "{shown:?}");
    // Nothing was kept and nothing sent.
    assert!(world.views().is_empty() && world.email.sent().is_empty());

    let nobody = row(Customer::new("C-1").unwrap());
    let shown = run(engine.preview(&campaign, journey, step, &nobody)).unwrap();
    assert_eq!(shown.to, Err(Unusable::Missing));
    assert!(
        shown
            .parts
            .unwrap_err()
            .to_string()
            .contains("customer_name")
    );

    let other = StepId::new("otro").unwrap();
    let error = run(engine.preview(&campaign, journey, &other, &ana)).unwrap_err();
    assert_eq!(error.kind(), EngineErrorKind::Unknown);
}
