//! Presets over whole passes: programme B.2 of the spa, and the laws' limits and hours.

use std::sync::Arc;

use pregon_core::testing::Recording;
use pregon_core::{
    Campaign, CampaignId, Customer, Engine, Holidays, Hours, Journey, JourneyId, OneChannel,
    PassReport, Preset, Reason, Step,
};

use crate::world::{World, days, run};

/// Ana with an e-mail address and a telephone, at an instant, and a channel for each.
fn ana(at: &str) -> (World, Recording) {
    let world = World::new();
    world.clock.set(at.parse().unwrap());
    let person = Customer::new("C-1").unwrap().named("Ana");
    world
        .source
        .put(person.email("ana@example.org").phone("+573001234567"));
    (world, Recording::sms())
}

fn engine(world: &World, sms: &Recording, preset: &str) -> Engine {
    let builder = world.builder(Arc::new(world.email.clone()));
    let builder = builder.action(Arc::new(sms.clone()));
    builder
        .preset(Preset::named(preset).unwrap())
        .build()
        .unwrap()
}

/// A broadcast to everybody over a channel, as a campaign of its own.
fn send(engine: &Engine, id: &str, channel: &str, purpose: &str, priority: i32) {
    let step = match channel {
        "email" => Step::email("paso", "Hola", "Hola {{customer_name}}").unwrap(),
        _ => Step::sms("paso", "Hola {{customer_name}}").unwrap(),
    };
    let trigger = serde_json::from_str("\"on_demand\"").unwrap();
    let journey = Journey::new("unico", trigger).unwrap().step(step);
    let mut campaign = Campaign::new(id, purpose).unwrap().with(journey);
    campaign.priority = priority;
    run(engine.activate(campaign)).unwrap();
    let (campaign, journey): (CampaignId, JourneyId) =
        (id.parse().unwrap(), "unico".parse().unwrap());
    run(engine.broadcast(&campaign, journey, id.parse().unwrap())).unwrap();
}

/// Passes until nothing is due at this instant.
#[track_caller]
fn pass(world: &World, engine: &Engine) -> PassReport {
    let mut total = PassReport::default();
    loop {
        let report = run(engine.pass()).unwrap();
        let again = report.next.is_some_and(|at| at <= world.clock.stands());
        total.add(report);
        if !again {
            assert!(total.troubles.is_empty(), "{:?}", total.troubles);
            return total;
        }
    }
}

/// Until when what waits waits, and which rule says so.
fn waits(world: &World, campaign: &str) -> (String, Option<String>) {
    let mut view = world.views().into_iter();
    let view = view.find(|it| it.key.campaign.as_str() == campaign);
    let view = view.unwrap();
    let rule = view.rule.as_ref().map(|rule| rule.to_string());
    let until = view
        .until
        .unwrap_or_else(|| panic!("it does not wait: {view:?}"));
    (until.to_rfc3339(), rule)
}

#[test]
fn law_2300_lets_one_message_a_day_and_one_channel_a_week_through() {
    // Monday morning in Bogotá.
    let (world, sms) = ana("2026-11-23T14:00:00Z");
    let engine = engine(&world, &sms, "co-ley-2300");
    send(&engine, "lunes", "email", "promotion", 0);
    assert_eq!(pass(&world, &engine).accepted, 1);
    // The same day: one a day. A confirmation is no advertising, and goes.
    send(&engine, "otra-vez", "email", "promotion", 0);
    send(&engine, "reserva", "sms", "booking_confirmation", 0);
    let report = pass(&world, &engine);
    assert_eq!((report.accepted, report.deferred[&Reason::Limit]), (1, 1));
    let tuesday = "2026-11-24T05:00:00+00:00".to_owned();
    let rule = Some("co-ley-2300.one-a-day".to_owned());
    assert_eq!(waits(&world, "otra-vez"), (tuesday, rule));
    // Tuesday: the same channel goes, another waits for the next week.
    world.clock.advance(days(1));
    assert_eq!(pass(&world, &engine).accepted, 1, "by e-mail again");
    world.clock.advance(days(1));
    send(&engine, "por-sms", "sms", "promotion", 0);
    assert_eq!(pass(&world, &engine).deferred[&Reason::Limit], 1);
    let (until, rule) = waits(&world, "por-sms");
    assert_eq!(until, "2026-11-30T05:00:00+00:00");
    assert_eq!(
        rule.as_deref(),
        Some("co-ley-2300.one-channel-a-week.email")
    );
    // The next week belongs to whichever channel is first.
    world.clock.set("2026-11-30T14:00:00Z".parse().unwrap());
    assert_eq!(pass(&world, &engine).accepted, 1);
    assert_eq!(sms.orders(), 2);
    world.clock.advance(days(1));
    send(&engine, "tarde", "email", "promotion", 9);
    assert_eq!(pass(&world, &engine).deferred[&Reason::Limit], 1);
    let (_, rule) = waits(&world, "tarde");
    assert_eq!(rule.as_deref(), Some("co-ley-2300.one-channel-a-week.sms"));
}

#[test]
fn law_2300_knows_hours_sundays_and_holidays() {
    // Saturday afternoon before Monday, 16 November 2026: Independence of Cartagena.
    let (world, sms) = ana("2026-11-14T21:00:00Z");
    let engine = engine(&world, &sms, "co-ley-2300");
    send(&engine, "sabado", "email", "promotion", 0);
    assert_eq!(pass(&world, &engine).deferred[&Reason::QuietHours], 1);
    let (until, _) = waits(&world, "sabado");
    assert!(
        until.starts_with("2026-11-17T12:0"),
        "Tuesday at seven: {until}"
    );
}

#[test]
fn the_operators_of_ecuador_are_asked_in_working_hours_only() {
    // Carnival Monday, 8 February 2027, in Guayaquil.
    let (world, sms) = ana("2027-02-08T15:00:00Z");
    let mut person = Customer::new("C-1")
        .unwrap()
        .named("Ana")
        .phone("+593987654321");
    person.zone = Some("America/Guayaquil".parse().unwrap());
    world.source.put(person);
    let engine = engine(&world, &sms, "ec-operadoras");
    send(&engine, "carnaval", "sms", "promotion", 0);
    assert_eq!(pass(&world, &engine).deferred[&Reason::QuietHours], 1);
    let (until, _) = waits(&world, "carnaval");
    assert!(
        until.starts_with("2027-02-10T14:0"),
        "Wednesday at nine: {until}"
    );
    world.clock.set("2027-02-10T15:00:00Z".parse().unwrap());
    assert_eq!(pass(&world, &engine).accepted, 1);
    send(&engine, "otra-marca", "sms", "promotion", 0);
    assert_eq!(pass(&world, &engine).deferred[&Reason::Limit], 1);
}

#[test]
fn the_spa_counts_by_channel_and_by_purpose() {
    let (world, sms) = ana("2026-12-21T14:00:00Z");
    let engine = engine(&world, &sms, "aremko");
    for id in ["sms-1", "sms-2", "sms-3"] {
        send(&engine, id, "sms", "promotion", 0);
    }
    let report = pass(&world, &engine);
    assert_eq!((report.accepted, report.deferred[&Reason::Limit]), (2, 1));
    assert_eq!(
        waits(&world, "sms-3").1.as_deref(),
        Some("aremko.sms-2-a-day")
    );
    send(&engine, "vuelva", "email", "reactivation", 0);
    assert_eq!(pass(&world, &engine).accepted, 1);
    world.clock.advance(days(7));
    send(&engine, "vuelva-ya", "email", "reactivation", 0);
    let _ = pass(&world, &engine);
    let (until, rule) = waits(&world, "vuelva-ya");
    assert_eq!(
        rule.as_deref(),
        Some("aremko.reactivation-email-1-a-quarter")
    );
    assert_eq!(until, "2027-01-01T05:00:00+00:00");
}

#[test]
fn of_two_campaigns_the_more_important_one_gets_the_last_place() {
    for (first, second) in [(-5, 3), (3, -5)] {
        let (world, sms) = ana("2026-11-23T14:00:00Z");
        let engine = engine(&world, &sms, "aremko");
        send(&engine, "a", "email", "promotion", first);
        send(&engine, "b", "email", "newsletter", second);
        let report = pass(&world, &engine);
        assert_eq!((report.accepted, report.deferred[&Reason::Limit]), (1, 1));
        let other = if first < second { "b" } else { "a" };
        let rule = waits(&world, other).1;
        assert_eq!(rule.as_deref(), Some("aremko.email-1-a-week"));
    }
}

#[test]
fn hours_name_a_calendar_of_the_host_in_whatever_order_they_are_given() {
    let build = |calendar: Option<Holidays>, text: &str| {
        let (world, _) = ana("2026-12-24T15:00:00Z");
        let hours: Hours = serde_json::from_str(text).unwrap();
        let builder = world.builder(Arc::new(world.email.clone())).hours(hours);
        let builder = match calendar {
            Some(calendar) => builder.holidays(calendar),
            None => builder,
        };
        builder.build().map(|engine| (world, engine))
    };
    let text = r#"{ "every_day": "09:00-20:00", "holidays": "tienda" }"#;
    let shop = Holidays::new("tienda".parse().unwrap());
    let shop = shop.with_day("2026-12-24".parse().unwrap(), "Inventario");
    let (world, engine) = build(Some(shop), text).unwrap();
    send(&engine, "navidad", "email", "promotion", 0);
    assert_eq!(pass(&world, &engine).deferred[&Reason::QuietHours], 1);

    let error = build(None, text).err().unwrap().to_string();
    assert!(
        error.contains("no calendar of holidays named \"tienda\""),
        "{error}"
    );
    let (world, _) = ana("2026-12-24T15:00:00Z");
    let long = OneChannel {
        id: "x".repeat(60).parse().unwrap(),
        per: "week".parse().unwrap(),
    };
    let builder = world.builder(Arc::new(world.email.clone()));
    assert!(builder.one_channel(long).build().is_err());
}
