//! A sender that harms itself is stopped, and goes on when somebody says so.

use chrono::Duration;
use pregon_core::{
    About, Campaign, CampaignId, CampaignState, DispatchRef, DispatchView, Engine, Feedback,
    FeedbackKind, Finding, Guard, Move, PassReport, PurposeScope, Trouble,
};

use crate::world::{World, renewal, run};

/// A business whose campaign has written to so many people, and their messages.
fn sent(count: usize) -> (World, Engine, Vec<DispatchView>) {
    let world = World::new();
    for n in 0..count {
        world.pin(&format!("C-{n}"), &format!("STR-{n}"), "2026-12-20");
    }
    world.activate(renewal());
    let engine = guarded(&world, Some(Guard::default()));
    let mut accepted = 0;
    while accepted < count as u64 {
        accepted += run(engine.pass()).unwrap().accepted;
    }
    let views = world.views();
    (world, engine, views)
}

fn guarded(world: &World, guard: Option<Guard>) -> Engine {
    let builder = world.builder(std::sync::Arc::new(world.email.clone()));
    builder.guard(guard).build().unwrap()
}

fn report(of: &DispatchView, kind: FeedbackKind) -> Feedback {
    Feedback {
        provider: "test".into(),
        channel: of.key.channel.clone(),
        about: About::Dispatch(DispatchRef { id: of.id, row: 0 }),
        kind,
        at: of.at,
        to: None,
        refuses: PurposeScope::Promotional,
        code: None,
    }
}

/// Reports of so many messages come back.
fn come_back(engine: &Engine, of: &[DispatchView], kind: FeedbackKind) {
    for view in of {
        let _ = run(engine.hear(&[report(view, kind)])).unwrap();
    }
}

fn state(world: &World) -> CampaignState {
    let engine = world.engine();
    let all = run(engine.store().campaigns()).unwrap();
    all[0].record.state()
}

fn found(report: &PassReport) -> Vec<(&Finding, &[CampaignId])> {
    let troubles = report.troubles.iter();
    let found = troubles.filter_map(|trouble| match trouble {
        Trouble::Sender { finding, paused } => Some((finding, paused.as_slice())),
        _ => None,
    });
    found.collect()
}

#[test]
fn one_complaint_in_a_thousand_is_told_and_three_stop_the_sender() {
    let (world, engine, views) = sent(5);
    come_back(&engine, &views[..1], FeedbackKind::Complained);
    let told = run(engine.pass()).unwrap();
    let told = found(&told);
    assert_eq!(told.len(), 1);
    assert_eq!(
        told[0].0.to_string(),
        "email: 1 of 1000 messages complained (0.10 %)"
    );
    assert_eq!((told[0].0.stops, told[0].1.len()), (false, 0));
    assert_eq!(state(&world), CampaignState::Active);
    // Judged again half a minute later.
    come_back(&engine, &views[1..3], FeedbackKind::Complained);
    assert_eq!(state(&world), CampaignState::Active);
    world.clock.advance(Duration::seconds(30));
    let told = run(engine.pass()).unwrap();
    let told = found(&told);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].0.stops, told[0].1.len()), (true, 1));
    assert_eq!(state(&world), CampaignState::Paused);
    // Nobody more is written to.
    world.pin("C-9", "STR-9", "2026-12-20");
    world.clock.advance(Duration::hours(1));
    assert_eq!(run(engine.pass()).unwrap().accepted, 0);
}

#[test]
fn it_is_told_once_and_not_in_each_pass() {
    let (world, engine, views) = sent(2);
    come_back(&engine, &views[..1], FeedbackKind::Complained);
    assert_eq!(found(&run(engine.pass()).unwrap()).len(), 1);
    for _ in 0..3 {
        world.clock.advance(Duration::minutes(5));
        come_back(&engine, &views[..1], FeedbackKind::Complained);
        assert_eq!(found(&run(engine.pass()).unwrap()).len(), 0);
    }
}

#[test]
fn who_resumes_it_begins_to_count_anew() {
    let (world, engine, views) = sent(8);
    come_back(&engine, &views[..3], FeedbackKind::Complained);
    world.clock.advance(Duration::minutes(1));
    let _ = run(engine.pass()).unwrap();
    assert_eq!(state(&world), CampaignState::Paused);
    let id = renewal().id;
    run(engine.change(&id, Move::Resume)).unwrap();
    world.clock.advance(Duration::minutes(1));
    come_back(&engine, &views[3..6], FeedbackKind::Complained);
    world.clock.advance(Duration::minutes(1));
    let _ = run(engine.pass()).unwrap();
    assert_eq!(
        state(&world),
        CampaignState::Active,
        "these were sent before"
    );
}

#[test]
fn refusals_are_told_and_stop_nobody() {
    let (world, engine, views) = sent(30);
    come_back(&engine, &views[..20], FeedbackKind::Unsubscribed);
    world.clock.advance(Duration::minutes(1));
    let report = run(engine.pass()).unwrap();
    assert!(
        found(&report)
            .iter()
            .any(|(it, _)| it.kind == FeedbackKind::Unsubscribed)
    );
    assert_eq!(state(&world), CampaignState::Active);
}

#[test]
fn only_what_promotes_is_paused() {
    let (world, engine, views) = sent(4);
    let booking = Campaign {
        purpose: "booking_confirmation".parse().unwrap(),
        id: "reservas".parse().unwrap(),
        ..renewal()
    };
    run(engine.activate(booking)).unwrap();
    come_back(&engine, &views[..4], FeedbackKind::Complained);
    world.clock.advance(Duration::minutes(1));
    let _ = run(engine.pass()).unwrap();
    let all = run(engine.store().campaigns()).unwrap();
    let mut states: Vec<(String, CampaignState)> = all
        .iter()
        .map(|it| (it.record.campaign().id.to_string(), it.record.state()))
        .collect();
    states.sort_by(|one, other| one.0.cmp(&other.0));
    let expected = [
        ("renovacion".to_owned(), CampaignState::Paused),
        ("reservas".to_owned(), CampaignState::Active),
    ];
    assert_eq!(states, expected);
}

#[test]
fn without_a_guard_nobody_is_stopped() {
    let (world, _, views) = sent(4);
    let engine = guarded(&world, None);
    come_back(&engine, &views, FeedbackKind::Complained);
    world.clock.advance(Duration::minutes(1));
    assert_eq!(found(&run(engine.pass()).unwrap()).len(), 0);
    assert_eq!(state(&world), CampaignState::Active);
}
