//! Limits, preferences, consent, campaigns' life.

use pregon_core::{
    Campaign, Cap, Consent, Customer, Journey, Move, Permission, Preference, PreferenceScope,
    PreferenceStore, PurposeScope, Reason, State, Step, Subject, TriggerSpec, Word,
};

use crate::world::{World, days, renewal, run};

fn newsletter() -> Campaign {
    let trigger: TriggerSpec =
        serde_json::from_str(r#"{ "calendar": { "cron": "0 9 1 * *" } }"#).unwrap();
    let step = Step::email("correo", "Novedades", "Hola {{customer_name}}").unwrap();
    let journey = Journey::new("mensual", trigger).unwrap().step(step);
    Campaign::new("boletin", "newsletter")
        .unwrap()
        .with(journey)
}

fn opt_out(customer: &str, purpose: PurposeScope) -> Preference {
    Preference {
        subject: Subject::Customer(customer.parse().unwrap()),
        scope: PreferenceScope {
            channel: None,
            purpose,
        },
        word: Word::OptOut,
        source: "test".to_owned(),
        wording: None,
    }
}

#[test]
fn a_weekly_limit_defers_to_the_next_week_and_then_lets_it_go() {
    let mut world = World::new();
    world.limits = vec![
        serde_json::from_str::<Cap>(
            r#"{ "id": "uno-por-semana", "channel": "email", "most": 1, "per": "week" }"#,
        )
        .unwrap(),
    ];
    world
        .pin("C-1", "STR-1", "2026-12-20")
        .pin("C-1", "STR-2", "2026-12-20");
    world.activate(renewal());
    let report = world.passes();
    assert_eq!((report.accepted, report.deferred[&Reason::Limit]), (1, 1));
    let waiting = world
        .views()
        .into_iter()
        .find(|v| v.until.is_some())
        .unwrap();
    assert_eq!(waiting.rule.unwrap().as_str(), "uno-por-semana");
    assert_eq!(
        waiting.until.unwrap().to_rfc3339(),
        "2026-11-23T05:00:00+00:00",
        "Monday, local"
    );
    world.clock.set(waiting.until.unwrap());
    assert_eq!(world.passes().accepted, 1);
}

#[test]
fn an_opt_out_after_the_plan_stops_it_and_transactional_messages_still_go() {
    let mut world = World::new();
    let hours = r#"{ "every_day": "13:00-20:00" }"#;
    world.hours = vec![serde_json::from_str(hours).unwrap()];
    world
        .pin("C-1", "STR-1", "2026-12-20")
        .pin("C-2", "STR-2", "2026-12-20");
    world.activate(renewal());
    assert_eq!(world.passes().deferred[&Reason::QuietHours], 2);
    let word = opt_out("C-1", PurposeScope::Promotional);
    let _ = run(world.store.record(&[word], world.clock.stands())).unwrap();
    world.clock.advance(chrono::Duration::hours(7));
    assert_eq!(world.passes().refused[&Reason::OptedOut], 1);
    world.email.assert_sent(&["c-2@example.org"]);

    let mut reminder = renewal();
    reminder.id = "recordatorio".parse().unwrap();
    reminder.purpose = "reminder".parse().unwrap();
    world.activate(reminder);
    assert_eq!(
        world.passes().accepted,
        2,
        "what is transactional goes to both"
    );
}

#[test]
fn a_person_is_written_to_in_hours_of_their_own() {
    let mut world = World::new();
    world.hours = vec![serde_json::from_str(r#"{ "every_day": "06:00-20:00" }"#).unwrap()];
    for (id, hours) in [("C-1", "18:00-21:00"), ("C-2", "07:00-09:00")] {
        world.pin(id, &format!("STR-{id}"), "2026-12-20");
        let email = format!("{}@example.org", id.to_lowercase());
        let mut person = Customer::new(id).unwrap().named("Eva").email(&email);
        person.hours = Some(hours.parse().unwrap());
        world.source.put(person);
    }
    world.activate(renewal());
    // Seven in the morning there.
    let report = world.passes();
    assert_eq!(
        (report.accepted, report.deferred[&Reason::QuietHours]),
        (1, 1)
    );
    world.email.assert_sent(&["c-2@example.org"]);
    let waiting = world.views().into_iter().find_map(|view| view.until);
    let evening: chrono::DateTime<chrono::Utc> = "2026-11-20T23:00:00Z".parse().unwrap();
    let spread = waiting.unwrap() - evening;
    assert!(
        spread >= chrono::Duration::zero() && spread < chrono::Duration::minutes(5),
        "{spread}"
    );
    world.clock.set(waiting.unwrap());
    assert_eq!(world.passes().accepted, 1);
}

#[test]
fn consent_is_needed_where_the_host_says_so() {
    let mut world = World::new();
    world.consent = Consent::OptIn;
    world
        .pin("C-1", "STR-1", "2026-12-20")
        .pin("C-2", "STR-2", "2026-12-20");
    let mut carried = Customer::new("C-3")
        .unwrap()
        .email("c-3@example.org")
        .named("Eva");
    carried.permissions.push(Permission {
        channel: None,
        purpose: None,
        granted: true,
    });
    world.source.put(carried);
    world.record("C-3", "STR-3", "2026-12-20", "Delivered");
    let mut word = opt_out("C-2", PurposeScope::One("renewal".parse().unwrap()));
    word.word = Word::OptIn;
    let _ = run(world.store.record(&[word], world.clock.stands())).unwrap();
    world.activate(renewal());
    assert_eq!(world.passes().refused[&Reason::NoConsent], 1);
    world
        .email
        .assert_sent(&["c-2@example.org", "c-3@example.org"]);
}

#[test]
fn a_refusal_that_the_source_carries_is_honoured() {
    let world = World::new();
    world.pin("C-1", "STR-1", "2026-12-20");
    let mut customer = Customer::new("C-1").unwrap().email("c-1@example.org");
    let channel = Some("email".parse().unwrap());
    customer.permissions.push(Permission {
        channel,
        purpose: None,
        granted: false,
    });
    world.source.put(customer);
    world.activate(renewal());
    assert_eq!(world.passes().refused[&Reason::OptedOut], 1);
    world.email.assert_sent(&[]);
}

#[test]
fn a_broadcast_reaches_an_address_once_and_the_newsletter_its_month() {
    let world = World::new();
    for id in ["C-1", "C-2"] {
        world.source.put(
            Customer::new(id)
                .unwrap()
                .named("Ana")
                .email("casa@example.org"),
        );
    }
    world.source.put(
        Customer::new("C-3")
            .unwrap()
            .named("Eva")
            .email("eva@example.org"),
    );
    world.activate(newsletter());
    assert_eq!(world.passes().planned, 0, "not the first of the month");
    world.clock.advance(days(12));
    let report = world.passes();
    assert_eq!(report.refused[&Reason::DuplicateAddress], 1);
    world
        .email
        .assert_sent(&["casa@example.org", "eva@example.org"]);
    world.clock.advance(days(70));
    assert_eq!(
        world.passes().accepted,
        2,
        "January's is no longer news, February's is"
    );
}

#[test]
fn a_broadcast_started_twice_is_sent_once() {
    let world = World::new();
    world.source.put(
        Customer::new("C-1")
            .unwrap()
            .named("Ana")
            .email("ana@example.org"),
    );
    let step = Step::email("correo", "Navidad", "Hola {{customer_name}}").unwrap();
    let journey = Journey::new("navidad", TriggerSpec::OnDemand)
        .unwrap()
        .step(step);
    let campaign = Campaign::new("fiestas", "promotion").unwrap().with(journey);
    world.activate(campaign);
    assert_eq!(world.passes().planned, 0);
    for _ in 0..2 {
        world.clock.advance(chrono::Duration::minutes(1));
        let (campaign, journey) = ("fiestas".parse().unwrap(), "navidad".parse().unwrap());
        let id = "navidad-2026".parse().unwrap();
        run(world.engine().broadcast(&campaign, journey, id)).unwrap();
        let _ = world.passes();
    }
    world.email.assert_sent(&["ana@example.org"]);
}

#[test]
fn a_paused_campaign_sends_nothing_and_a_cancelled_one_never_will() {
    let mut world = World::new();
    let hours = r#"{ "every_day": "13:00-20:00" }"#;
    world.hours = vec![serde_json::from_str(hours).unwrap()];
    world.pin("C-1", "STR-1", "2026-12-20");
    world.activate(renewal());
    let _ = world.passes();
    let id = "renovacion".parse().unwrap();
    run(world.engine().change(&id, Move::Pause)).unwrap();
    world.clock.advance(days(1));
    assert_eq!(world.passes().accepted, 0);
    run(world.engine().change(&id, Move::Resume)).unwrap();
    run(world.engine().change(&id, Move::Cancel)).unwrap();
    assert_eq!(world.passes().accepted, 0);
    assert_eq!(world.states(), [State::Cancelled]);
    world.email.assert_sent(&[]);
}
