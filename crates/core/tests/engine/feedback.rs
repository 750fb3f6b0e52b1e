//! What comes back is kept, and what follows from it holds.

use std::sync::Arc;

use async_trait::async_trait;
use pregon_core::testing::{Reply, Reports};
use pregon_core::*;

use super::world::{World, days, renewal, run};

fn channel() -> ChannelName {
    "email".parse().unwrap()
}

/// A world in which somebody was written to, and the engine that asks what became of it.
fn world(replies: &[Reply], reports: &Reports) -> (World, Engine) {
    let world = World::new();
    world.email.reply(replies.iter().copied());
    world.pin("C-1", "STR-1", "2026-12-20");
    let engine = asking(&world, Arc::new(reports.clone()));
    run(engine.activate(renewal())).unwrap();
    let _ = run(engine.pass()).unwrap();
    (world, engine)
}

fn asking(world: &World, source: Arc<dyn FeedbackSource>) -> Engine {
    let builder = world.builder(Arc::new(world.email.clone()));
    builder.feedback(channel(), source).build().unwrap()
}

/// What the provider says of the first message.
fn report(world: &World, kind: FeedbackKind) -> Feedback {
    let sent = world.email.sent().remove(0);
    Feedback {
        provider: "test".into(),
        channel: channel(),
        about: About::Dispatch(DispatchRef {
            id: sent.id,
            row: 0,
        }),
        kind,
        at: world.clock.stands(),
        to: None,
        refuses: PurposeScope::Promotional,
        code: None,
    }
}

#[test]
fn a_provider_is_asked_about_what_it_took() {
    let reports = Reports::default();
    let (world, engine) = world(&[], &reports);
    let asked = run(engine.ask_back()).unwrap();
    assert_eq!(asked.hearing, Hearing::default(), "nothing came back yet");
    reports.tell([report(&world, FeedbackKind::Delivered)]);
    let asked = run(engine.ask_back()).unwrap();
    assert_eq!((asked.hearing.new, asked.troubles.len()), (1, 0));
    reports.tell([report(&world, FeedbackKind::Unsubscribed)]);
    let asked = run(engine.ask_back()).unwrap();
    assert_eq!((asked.hearing.new, asked.hearing.known), (1, 1));
    assert_eq!(asked.hearing.words, 1);
    let asked = run(engine.ask_back()).unwrap();
    assert_eq!(asked.hearing, Hearing::default(), "it is closed");
}

#[test]
fn after_three_days_nobody_is_asked() {
    let reports = Reports::default();
    let (world, engine) = world(&[], &reports);
    reports.tell([report(&world, FeedbackKind::Delivered)]);
    world.clock.advance(days(4));
    assert_eq!(run(engine.ask_back()).unwrap().hearing, Hearing::default());
}

#[test]
fn a_report_of_a_message_whose_answer_was_lost_makes_it_accepted() {
    let reports = Reports::default();
    let (world, engine) = world(&[Reply::AcceptUnheard], &reports);
    assert_eq!(world.states(), [State::Unknown], "promotional and blind");
    let hearing = run(engine.hear(&[report(&world, FeedbackKind::Opened)])).unwrap();
    assert_eq!((hearing.new, hearing.confirmed), (1, 1));
    assert_eq!(world.states(), [State::Accepted]);
}

/// What bounced or was called spam is not written to again.
#[test]
fn whoever_complained_gets_nothing_more() {
    let reports = Reports::default();
    let (world, engine) = world(&[], &reports);
    let hearing = run(engine.hear(&[report(&world, FeedbackKind::Complained)])).unwrap();
    assert_eq!(hearing.words, 1);
    world.record("C-1", "STR-2", "2026-12-25", "Delivered");
    world.clock.advance(days(6));
    let passed = run(engine.pass()).unwrap();
    assert_eq!(passed.refused.get(&Reason::OptedOut), Some(&1));
    world.email.assert_sent(&["c-1@example.org"]);
}

/// What a provider says while it refuses a message comes back no second time.
#[test]
fn an_address_refused_as_dead_is_not_written_to_again() {
    for kind in FeedbackKind::all() {
        let reports = Reports::default();
        let (world, engine) = world(&[Reply::RejectSaying(kind)], &reports);
        assert_eq!(world.states(), [State::Failed], "{kind}: nobody took it");
        world.record("C-1", "STR-2", "2026-12-25", "Delivered");
        world.clock.advance(days(6));
        let passed = run(engine.pass()).unwrap();
        let refused = passed.refused.get(&Reason::OptedOut).copied();
        assert_eq!(refused, kind.suppresses().then_some(1), "{kind}");
        let written = if kind.suppresses() { 1 } else { 2 };
        assert_eq!(world.email.orders(), written, "{kind}");
    }
}

/// A provider that cannot be asked.
#[derive(Debug)]
struct Away;

#[async_trait]
impl FeedbackSource for Away {
    async fn ask(
        &self,
        _: &[Awaited],
        _: chrono::DateTime<chrono::Utc>,
    ) -> Result<Vec<Feedback>, PortError> {
        Err(PortError::new("test", "ask", PortErrorKind::Unavailable))
    }
}

#[test]
fn a_provider_that_is_away_is_told_of_and_asked_again() {
    let reports = Reports::default();
    let (world, engine) = world(&[], &reports);
    reports.tell([report(&world, FeedbackKind::Delivered)]);
    let away = asking(&world, Arc::new(Away));
    let asked = run(away.ask_back()).unwrap();
    assert_eq!(asked.hearing, Hearing::default());
    let trouble = asked.troubles.first();
    assert!(matches!(trouble, Some(Trouble::Channel { channel: it, .. }) if *it == channel()));
    assert_eq!(
        run(engine.ask_back()).unwrap().hearing.new,
        1,
        "nothing is lost"
    );
}
