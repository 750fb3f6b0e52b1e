//! What publishing refuses, with the place.

use pregon_core::{Campaign, EngineErrorKind, Severity};

use crate::world::{World, renewal, run};

/// Publishes a campaign changed as JSON text, and gives its problems as `path: message`.
#[track_caller]
fn check(from: &str, to: &str, expected: &[&str]) {
    let world = World::new();
    let text = serde_json::to_string(&renewal()).unwrap();
    assert!(text.contains(from), "{from} is not in {text}");
    let campaign: Campaign = serde_json::from_str(&text.replacen(from, to, 1)).unwrap();
    let problems = run(world.engine().check(&campaign)).unwrap();
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    for wanted in expected {
        assert!(
            said.iter().any(|said| said.contains(wanted)),
            "{wanted} is not in {said:#?}"
        );
    }
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    let error = run(world.engine().publish(campaign)).unwrap_err();
    assert_eq!(error.kind(), EngineErrorKind::Campaign);
    assert!(
        error
            .problems()
            .iter()
            .any(|problem| problem.severity == Severity::Error)
    );
}

#[test]
fn an_unknown_attribute_of_the_audience() {
    let expected = ["journey[0].audience:1:1: ", "status"];
    check(
        r#"status = \"Delivered\""#,
        r#"estatus = \"Delivered\""#,
        &expected[..1],
    );
}

#[test]
fn an_unknown_variable_of_a_template() {
    let place = "journey[0].step[0].email.subject:1:3: unknown variable item_nam";
    check("{{item_name}} vence", "{{item_nam}} vence", &[place]);
}

#[test]
fn an_unknown_record_attribute_or_kind() {
    let path = "journey[0].trigger.before_date.date: pin has no attribute \"expires\"";
    check(r#""date":"expiry_date""#, r#""date":"expires""#, &[path]);
    let path = "journey[0].trigger.before_date.record: the source has no records of kind pim";
    check(r#""record":"pin""#, r#""record":"pim""#, &[path]);
}

#[test]
fn an_unknown_purpose_channel_or_part() {
    check(
        r#""purpose":"renewal""#,
        r#""purpose":"renewl""#,
        &["purpose: there is no purpose"],
    );
    check(
        r#""email":{"#,
        r#""emial":{"#,
        &["journey[0].step[0].emial: there is no channel emial"],
    );
    let expected = ["email has no part subjet", "email needs a part subject"];
    check(r#""subject":"#, r#""subjet":"#, &expected);
}

#[test]
fn a_campaign_that_is_kept_so_already_is_left_as_it_is() {
    let world = World::new();
    let first = world.activate(renewal());
    let second = world.activate(renewal());
    assert_eq!(first, second);
    let mut changed = renewal();
    changed.name = "Otro nombre".to_owned();
    assert_eq!(world.activate(changed).version(), first.version() + 1);
}
